package sheet

import (
	"errors"
	"io"
	"maps"
	"regexp"
	"slices"
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

// tableWidth is the width that the most cells of the records belong to. A title is narrow, and a row with a cell too many is rare, so neither
// makes the table's width; a width that is found in the last record alone would leave a header without rows, so another is preferred.
func tableWidth(records []record) int {
	cells, first := map[int]int{}, map[int]int{}
	for i, rec := range records {
		width := len(trimmed(rec.cells))
		if _, seen := first[width]; !seen {
			first[width] = i
		}
		cells[width] += width
	}
	best := 1
	for _, width := range slices.Sorted(maps.Keys(cells)) {
		last := first[width] == len(records)-1
		if width > 1 && (best == 1 || cells[width] >= cells[best] && !last) {
			best = width
		}
	}
	return best
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
