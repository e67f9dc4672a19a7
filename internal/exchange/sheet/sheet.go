// Package sheet reads table files as programs export them: CSV, TSV, semicolons, XLSX; UTF-8, UTF-16, Windows-1252.
//
// Opening a file finds its encoding, its delimiter and its header: the first line that is as wide as most lines after it, so that titles and
// periods above it are passed by. Rows at the end that begin with "Total" are sums, not records, and are left out. A
// row is read at a time, whatever the file's size. Lines are the file's own, from 1, a record's being the one it starts on.
//
// Limits: a field of 1 MiB, 2,000 columns. A record that breaks a rule of its own (too many cells) is a RowError and reading goes on; what
// makes the rest unreadable (an unclosed quote, a NUL) is a fault that ends it.
package sheet

import (
	"errors"
	"io"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"tandem/internal/fault"
)

// The limits of a file.
const (
	MaxField   = 1 << 20
	MaxColumns = 2000
)

// sumsAtEnd is how many sums a file may end with.
const sumsAtEnd = 100

// Options say what is known of a file beforehand; the zero value finds everything out.
type Options struct {
	Sheet     string // of an XLSX file; "" is the first
	Delimiter rune
	Charset   string // as browsers name them (WHATWG Encoding), such as shift_jis; "" is UTF-8, UTF-16 or Windows-1252
}

// Column is one column of a file.
type Column struct {
	Name     string // as the header says, without blanks around it
	Label    string // the name without the currency
	Currency string // that stands in the header: "Amount spent (EUR)"
}

// Row is one record. Cells are as many as columns; they are valid for good.
type Row struct {
	Line  int
	Cells []string
}

// RowError is what is wrong with one record; reading goes on after it.
type RowError struct {
	Line   int
	Column string
	Value  string
	Cells  []string // as they stand in the file
	fault  *fault.Error
}

// Error is what is wrong.
func (e *RowError) Error() string { return e.fault.Error() }

// Unwrap is the fault.
func (e *RowError) Unwrap() error { return e.fault }

// source gives the records of a file, without any meaning.
type source interface {
	// next is the next record and the line it starts on; io.EOF at the end.
	next() (line int, cells []string, err error)
	progress() (read, size int64)
	written() Written
	close() error
}

// Reader reads the rows of a file.
type Reader struct {
	file    string
	from    source
	columns []Column
	ahead   []record // read already, not handed on: a row that may turn out to be a total
	spare   []record // where they are kept, used again
	ended   error
}

type record struct {
	line  int
	cells []string
}

// Open finds out how a file is written and reads up to its header.
func Open(file string, o Options) (*Reader, error) {
	from, err := open(file, o)
	if err != nil {
		return nil, err
	}
	r := &Reader{file: file, from: from}
	if err := r.readHeader(); err != nil {
		return nil, errors.Join(err, from.close())
	}
	return r, nil
}

func open(file string, o Options) (source, error) {
	info, err := os.Stat(file)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil, fault.NotFoundf("there is no file %s", file)
	case err != nil:
		return nil, fault.Invalidf("%s cannot be read: %w", file, err)
	case info.IsDir():
		return nil, fault.Invalidf("%s is a folder, not a file", file)
	case !info.Mode().IsRegular():
		return nil, fault.Invalidf("%s cannot be read twice, as an import does", file).WithMend("write it to a file first")
	case info.Size() == 0:
		return nil, fault.Invalidf("%s is empty", file)
	}
	f, err := os.Open(file)
	if err != nil {
		return nil, fault.Invalidf("%s cannot be read: %w", file, err)
	}
	head := make([]byte, 4096)
	n, err := io.ReadFull(f, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, errors.Join(fault.Invalidf("%s cannot be read: %w", file, err), f.Close())
	}
	head = head[:n]
	if strings.HasPrefix(string(head), "PK\x03\x04") {
		return openWorkbook(file, o, f)
	}
	if what := binary(head); what != "" {
		return nil, errors.Join(fault.Invalidf("%s is %s, not a table", file, what).WithMend("save it as CSV or XLSX"), f.Close())
	}
	return openText(file, o, f, info.Size())
}

// binary names what a file is that no table begins like; "" if it may be one.
func binary(head []byte) string {
	for magic, what := range map[string]string{
		"\x89PNG": "a picture", "\xff\xd8\xff": "a picture", "GIF8": "a picture", "%PDF": "a PDF", "\x1f\x8b": "a compressed file",
		"\xd0\xcf\x11\xe0": "an old Excel file", "SQLite format 3": "a database", "\x7fELF": "a program", "Rar!": "a compressed file",
		"7z\xbc\xaf": "a compressed file",
	} {
		if strings.HasPrefix(string(head), magic) {
			return what
		}
	}
	begins := strings.ToLower(strings.TrimSpace(strings.TrimPrefix(string(head), "\ufeff")))
	for text, what := range map[string]string{"begin:vcard": "an address card", "<!doctype": "a web page", "<html": "a web page", "<?xml": "XML"} {
		if strings.HasPrefix(begins, text) {
			return what
		}
	}
	if json.MatchString(begins) {
		return "JSON"
	}
	return ""
}

// json is how lists of JSON and of JSON lines begin.
var json = regexp.MustCompile(`^(\[\s*)?\{\s*"`)

// Columns are the file's columns, in their order.
func (r *Reader) Columns() []Column { return r.columns }

// Written is how a file is written.
type Written struct {
	Charset   string   // such as utf-8; "" of a workbook
	Delimiter rune     // 0 of a workbook
	Sheet     string   // that is read, "" of a text
	Sheets    []string // all of a workbook's
}

// Written is what was found out about the file, or said beforehand.
func (r *Reader) Written() Written { return r.from.written() }

// Progress is how many bytes have been read, of how many.
func (r *Reader) Progress() (read, size int64) { return r.from.progress() }

// Close closes the file.
func (r *Reader) Close() error { return r.from.close() }

// Next is the next row; io.EOF after the last, *RowError for a record that has to be skipped, a fault if reading cannot go on.
func (r *Reader) Next() (Row, error) {
	for len(r.ahead) == 0 {
		if r.ended != nil {
			return Row{}, r.ended
		}
		if err := r.fill(); err != nil {
			return Row{}, err
		}
	}
	next := r.ahead[0]
	r.ahead = r.ahead[1:]
	return r.row(next)
}

// fill reads until it is known whether the next records are rows: sums stand at the end, so records that look like one wait for what follows.
func (r *Reader) fill() error {
	r.ahead = r.spare[:0]
	for {
		line, cells, err := r.from.next()
		if errors.Is(err, io.EOF) {
			r.ended = io.EOF
			r.ahead = nil // only sums were waiting
			return nil
		}
		if err != nil {
			r.ended = err
			return nil
		}
		if blank(cells) {
			continue
		}
		r.ahead = append(r.ahead, record{line, cells})
		r.spare = r.ahead
		if !isTotal(cells) || len(r.ahead) > sumsAtEnd {
			return nil
		}
	}
}

var (
	totalWord = regexp.MustCompile(`(?i)^(grand )?totals?( ?[-–(].*| for .*)?$`)
	letters   = regexp.MustCompile(`\pL{4,}|\pL.*@`)
)

// isTotal reports whether a record looks like a sum: its first cell that is not empty says so, and the others are no words. A person may be called
// Total, but has an address then.
func isTotal(cells []string) bool {
	first := slices.IndexFunc(cells, func(c string) bool { return strings.TrimSpace(c) != "" })
	if first < 0 {
		return false
	}
	said := strings.TrimSpace(cells[first])
	if !startsLike(said, "total") && !startsLike(said, "grand") {
		return false // as nearly all
	}
	said = strings.ToLower(said)
	if strings.HasPrefix(said, "total:") || strings.HasPrefix(said, "totals:") {
		return true
	}
	return totalWord.MatchString(said) && !slices.ContainsFunc(cells[first+1:], letters.MatchString)
}

func startsLike(s, word string) bool {
	return len(s) >= len(word) && strings.EqualFold(s[:len(word)], word)
}

func blank(cells []string) bool {
	for _, c := range cells {
		if strings.TrimSpace(c) != "" {
			return false
		}
	}
	return true
}

func (r *Reader) row(rec record) (Row, error) {
	n := len(r.columns)
	if len(rec.cells) > n && !blank(rec.cells[n:]) {
		return Row{Line: rec.line}, &RowError{
			Line: rec.line, Column: "column " + strconv.Itoa(n+1), Value: rec.cells[n], Cells: rec.cells,
			fault: fault.Invalidf("the row has %d cells, the header %d", len(rec.cells), n).
				At(fault.Place{File: r.file, Line: rec.line}).WithMend("put quotes around cells that hold the delimiter"),
		}
	}
	if len(rec.cells) >= n {
		return Row{Line: rec.line, Cells: rec.cells[:n]}, nil
	}
	cells := make([]string, n)
	copy(cells, rec.cells)
	return Row{Line: rec.line, Cells: cells}, nil
}
