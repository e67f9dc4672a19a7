package upkeep

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"tandem/internal/db"
)

// A row is one line of JSON: an array with a value for each column, without spaces, written the same way by every engine. Bytes are base64; a
// number that JSON does not know (NaN, Inf) is a text.

const hexDigits = "0123456789abcdef"

// appendRow adds a row's line to b. at says in which cell each column stands.
func appendRow(b []byte, t *table, at []int, cells db.Cells) ([]byte, error) {
	b = append(b, '[')
	for i := range t.columns {
		if i > 0 {
			b = append(b, ',')
		}
		var ok bool
		if b, ok = appendValue(b, t.columns[i].kind, cells[at[i]]); !ok {
			return b, fmt.Errorf("column %s of %s holds a %T that is no %s", t.columns[i].name, t.name, cells[at[i]], t.columns[i].kind)
		}
	}
	return append(b, ']', '\n'), nil
}

func appendValue(b []byte, k kind, cell any) ([]byte, bool) {
	switch v := cell.(type) {
	case nil:
		return append(b, "null"...), true
	case int64:
		return appendInteger(b, k, v)
	case bool:
		return strconv.AppendBool(b, v), k == boolean
	case float64:
		return appendDouble(b, v), k == double
	case string:
		return appendText(b, v), k == text && storable(v)
	case []byte:
		if k == text {
			return appendText(b, string(v)), storable(string(v))
		}
		b = append(b, '"')
		b = base64.StdEncoding.AppendEncode(b, v)
		return append(b, '"'), k == raw
	}
	return b, false
}

// appendInteger: SQLite keeps truth as a number, and a whole number as such.
func appendInteger(b []byte, k kind, n int64) ([]byte, bool) {
	switch k {
	case boolean:
		return strconv.AppendBool(b, n != 0), n == 0 || n == 1
	case double:
		return appendDouble(b, float64(n)), true
	}
	return strconv.AppendInt(b, n, 10), k == integer
}

func appendDouble(b []byte, f float64) []byte {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return strconv.AppendQuote(b, strconv.FormatFloat(f, 'g', -1, 64))
	}
	if f == 0 {
		f = 0 // SQLite keeps no sign of zero
	}
	return strconv.AppendFloat(b, f, 'g', -1, 64)
}

// storable is what db lets into a text.
func storable(s string) bool { return utf8.ValidString(s) && !strings.ContainsRune(s, 0) }

func appendText(b []byte, s string) []byte {
	b = append(b, '"')
	from := 0
	for i := range len(s) {
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' {
			continue
		}
		b = append(b, s[from:i]...)
		from = i + 1
		if c >= ' ' {
			b = append(b, '\\', c)
		} else {
			b = append(b, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
		}
	}
	return append(append(b, s[from:]...), '"')
}

// readRow takes a line apart that appendRow wrote, into values that a statement takes.
func readRow(line []byte, t *table) ([]any, error) {
	values := make([]any, len(t.columns))
	r := reading{line}
	for i, c := range t.columns {
		if !r.skip(before(i, "[")) {
			return nil, fmt.Errorf("it has fewer than %d values", len(t.columns))
		}
		v, err := r.value(c)
		if err != nil {
			return nil, fmt.Errorf("column %s: %w", c.name, err)
		}
		values[i] = v
	}
	if !r.skip("]") || len(r.rest) > 0 {
		return nil, fmt.Errorf("it has more than %d values", len(t.columns))
	}
	return values, nil
}

// before is what stands before value i of a list that opens with a sign.
func before(i int, opening string) string {
	if i == 0 {
		return opening
	}
	return ","
}

// reading is what of a line has not been read.
type reading struct{ rest []byte }

func (r *reading) skip(s string) bool {
	if len(r.rest) < len(s) || string(r.rest[:len(s)]) != s {
		return false
	}
	r.rest = r.rest[len(s):]
	return true
}

func (r *reading) value(c column) (any, error) {
	if r.skip("null") {
		if !c.null {
			return nil, errors.New("it must have a value")
		}
		return nil, nil
	}
	switch c.kind {
	case text:
		return r.quoted()
	case raw:
		return r.bytes()
	case boolean:
		return r.boolean()
	case double:
		return r.double()
	}
	return strconv.ParseInt(string(r.word()), 10, 64)
}

func (r *reading) boolean() (any, error) {
	switch {
	case r.skip("true"):
		return true, nil
	case r.skip("false"):
		return false, nil
	}
	return nil, errors.New("it is neither true nor false")
}

func (r *reading) double() (any, error) {
	if len(r.rest) > 0 && r.rest[0] == '"' {
		s, err := r.quoted()
		if err != nil {
			return nil, err
		}
		return strconv.ParseFloat(s, 64)
	}
	return strconv.ParseFloat(string(r.word()), 64)
}

func (r *reading) bytes() (any, error) {
	s, err := r.quoted()
	if err != nil {
		return nil, err
	}
	return base64.StdEncoding.DecodeString(s)
}

// word is what stands before the next comma or bracket.
func (r *reading) word() []byte {
	for i, c := range r.rest {
		if c == ',' || c == ']' {
			word := r.rest[:i]
			r.rest = r.rest[i:]
			return word
		}
	}
	return nil
}

func (r *reading) quoted() (string, error) {
	if !r.skip(`"`) {
		return "", errors.New("it is no text")
	}
	plain := true
	for i := 0; i < len(r.rest); i++ {
		switch r.rest[i] {
		case '\\':
			plain = false
			i++
		case '"':
			inside := r.rest[:i]
			r.rest = r.rest[i+1:]
			return unquoted(inside, plain)
		}
	}
	return "", errors.New("its text does not end")
}

func unquoted(inside []byte, plain bool) (string, error) {
	s := string(inside)
	if !plain {
		quoted := append(append([]byte{'"'}, inside...), '"')
		if err := json.Unmarshal(quoted, &s); err != nil {
			return "", err
		}
	}
	if !storable(s) {
		return "", errors.New("its text holds a NUL or is not UTF-8")
	}
	return s, nil
}

// content is a fingerprint of a table's rows that does not depend on their order: the sum of the rows' hashes. Two engines that hold the same
// rows have the same.
type content struct {
	rows int64
	sum  [4]uint64
}

func (c *content) add(line []byte) {
	hash := sha256.Sum256(line)
	for i := range c.sum {
		c.sum[i] += binary.BigEndian.Uint64(hash[8*i:])
	}
	c.rows++
}

func (c *content) String() string {
	var b [32]byte
	for i, n := range c.sum {
		binary.BigEndian.PutUint64(b[8*i:], n)
	}
	return hex.EncodeToString(b[:])
}
