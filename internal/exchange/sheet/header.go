package sheet

import (
	"errors"
	"io"
	"regexp"
	"strings"

	"tandem/internal/exchange/value"
	"tandem/internal/fault"
	"tandem/internal/money"
)

// headerLines is within how many records from the start a header must stand.
const headerLines = 40

// readHeader passes by titles and periods above the header: it is the first record with as many filled cells as the widest near it.
func (r *Reader) readHeader() error {
	records, err := r.start()
	if err != nil {
		return err
	}
	at := headerAt(records)
	if at < 0 {
		return fault.Invalidf("no header was found").At(fault.Place{File: r.file}).
			WithMend("the first line of a table names its columns")
	}
	if len(records[at].cells) > MaxColumns {
		return fault.Invalidf("there are %d columns; a table has at most %d", len(records[at].cells), MaxColumns).
			At(fault.Place{File: r.file, Line: records[at].line})
	}
	for _, name := range records[at].cells {
		if address.MatchString(strings.TrimSpace(name)) {
			return fault.Invalidf("the first line says %q, which is no name of a column", name).
				At(fault.Place{File: r.file, Line: records[at].line}).WithMend("put a line with the columns' names above it")
		}
		r.columns = append(r.columns, column(name))
	}
	r.trimColumns()
	r.ahead = records[at+1:]
	for len(r.ahead) > 0 && errors.Is(r.ended, io.EOF) && isTotal(r.ahead[len(r.ahead)-1].cells) {
		r.ahead = r.ahead[:len(r.ahead)-1]
	}
	return nil
}

// start reads the first records, among which the header stands, and on as long as the last may be a sum at the end of the file.
func (r *Reader) start() ([]record, error) {
	var records []record
	for n := 0; n < headerLines || n < headerLines+sumsAtEnd && isTotal(records[n-1].cells); n = len(records) {
		line, cells, err := r.from.next()
		if errors.Is(err, io.EOF) {
			r.ended = io.EOF
			break
		}
		if err != nil && len(records) == 0 {
			return nil, err
		}
		if err != nil {
			r.ended = err
			break
		}
		if !blank(cells) {
			records = append(records, record{line, cells})
		}
	}
	return records, nil
}

// headerAt is the place of the first record that is as wide as the table is, and mostly filled.
func headerAt(records []record) int {
	width := tableWidth(records)
	for i, rec := range records {
		if len(trimmed(rec.cells)) >= width && filled(rec.cells)*2 > width {
			return i
		}
	}
	return min(0, len(records)-1)
}

// tableWidth is the width of the table that the most of the records' area lies in. A title is narrow, and few rows have a cell too many, so neither
// makes it. One record alone is as wide as the table only if nothing else can be: it would be a header without rows.
func tableWidth(records []record) int {
	best, most, alone := 1, 0, 1
	for i, rec := range records {
		width := len(trimmed(rec.cells))
		if width < 2 {
			continue
		}
		if i < len(records)-1 || alone == 1 {
			alone = max(alone, width)
		}
		as := asWide(records, width)
		if area := as * width * width; as > 1 && area > most {
			best, most = width, area
		}
	}
	if most == 0 {
		return alone
	}
	return best
}

func asWide(records []record, width int) int {
	n := 0
	for _, rec := range records {
		if len(trimmed(rec.cells)) >= width {
			n++
		}
	}
	return n
}

func filled(cells []string) int {
	n := 0
	for _, c := range cells {
		if strings.TrimSpace(c) != "" {
			n++
		}
	}
	return n
}

func trimmed(cells []string) []string {
	for len(cells) > 0 && strings.TrimSpace(cells[len(cells)-1]) == "" {
		cells = cells[:len(cells)-1]
	}
	return cells
}

// trimColumns drops columns without a name at the end.
func (r *Reader) trimColumns() {
	for len(r.columns) > 1 && r.columns[len(r.columns)-1].Name == "" {
		r.columns = r.columns[:len(r.columns)-1]
	}
}

// address is what stands in the first line of a file that has no header.
var address = regexp.MustCompile(`^[^@\s]+@[^@\s]+\.[^@\s]+$`)

var inParentheses = regexp.MustCompile(`^(.*\S)\s*\(([A-Z]{3})\)$`)

func column(header string) Column {
	name := value.Unguard(strings.TrimSpace(strings.ReplaceAll(header, "\u00a0", " ")))
	c := Column{Name: name, Label: name}
	if m := inParentheses.FindStringSubmatch(name); m != nil && money.Currency(m[2]).Known() {
		c.Label, c.Currency = m[1], m[2]
	}
	return c
}
