package sheet

import (
	"errors"
	"io"
	"regexp"
	"strings"

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
		r.columns = append(r.columns, column(name))
	}
	r.trimColumns()
	rest := records[at+1:]
	for len(rest) > 0 && r.ended != nil && errors.Is(r.ended, io.EOF) && isTotal(rest[len(rest)-1].cells) {
		rest = rest[:len(rest)-1]
	}
	r.ahead = rest
	return nil
}

// start reads the first records, among which the header stands.
func (r *Reader) start() ([]record, error) {
	var records []record
	for len(records) < headerLines {
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

// headerAt is the place of the first record that is as wide as the table, counting filled cells; a table's width is that of its widest record.
func headerAt(records []record) int {
	widest := 0
	for _, rec := range records {
		widest = max(widest, len(trimmed(rec.cells)))
	}
	for i, rec := range records {
		if filled(rec.cells) == widest || len(trimmed(rec.cells)) == widest && filled(rec.cells)*2 > widest {
			return i
		}
	}
	// ragged rows: more cells than the header has; the header then is the first record with more than one cell, or the first of all
	for i, rec := range records {
		if filled(rec.cells) > 1 {
			return i
		}
	}
	if len(records) > 0 {
		return 0
	}
	return -1
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

var inParentheses = regexp.MustCompile(`^(.*\S)\s*\(([A-Z]{3})\)$`)

func column(header string) Column {
	name := strings.TrimSpace(strings.ReplaceAll(header, "\u00a0", " "))
	c := Column{Name: name, Label: name}
	if m := inParentheses.FindStringSubmatch(name); m != nil && money.Currency(m[2]).Known() {
		c.Label, c.Currency = m[1], m[2]
	}
	return c
}
