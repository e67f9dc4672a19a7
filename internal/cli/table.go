package cli

import (
	"encoding/csv"
	"fmt"
	"io"
	"strings"
	"unicode"

	"golang.org/x/text/width"
)

// table is a result in rows, for people's eyes or as CSV.
type table struct {
	columns []column
	rows    [][]string // as many cells as columns
	total   []string   // nil for none
}

// column is a column's title. Numbers stand to the right.
type column struct {
	title  string
	number bool
}

// write aligns the columns. Control characters are taken out: a name from a file must not steer the terminal.
func (t *table) write(w io.Writer) error {
	widths := t.widths()
	var b strings.Builder
	for _, row := range t.lines(widths) {
		for i, cell := range row {
			gap := strings.Repeat(" ", widths[i]-columnsOf(cell))
			if t.columns[i].number {
				cell = gap + cell
			} else {
				cell += gap
			}
			row[i] = cell
		}
		b.WriteString(strings.TrimRight(strings.Join(row, "  "), " ") + "\n")
	}
	if _, err := io.WriteString(w, b.String()); err != nil {
		return fmt.Errorf("print the table: %w", err)
	}
	return nil
}

// lines are the title, a rule, the rows, and the total under a rule of its own.
func (t *table) lines(widths []int) [][]string {
	title, rule := make([]string, len(t.columns)), make([]string, len(t.columns))
	for i, c := range t.columns {
		title[i], rule[i] = c.title, strings.Repeat("-", widths[i])
	}
	lines := [][]string{title, append([]string(nil), rule...)}
	for _, row := range t.rows {
		lines = append(lines, printable(row))
	}
	if t.total != nil {
		lines = append(lines, rule, printable(t.total))
	}
	return lines
}

func (t *table) widths() []int {
	widths := make([]int, len(t.columns))
	for i, c := range t.columns {
		widths[i] = columnsOf(c.title)
	}
	for _, row := range append(t.rows[:len(t.rows):len(t.rows)], t.total) {
		for i, cell := range printable(row) {
			widths[i] = max(widths[i], columnsOf(cell))
		}
	}
	return widths
}

func printable(row []string) []string {
	clean := make([]string, len(row))
	for i, cell := range row {
		clean[i] = onTerminal(cell)
	}
	return clean
}

// onTerminal is a text without what would steer a terminal: control characters, and marks that turn the direction of writing.
func onTerminal(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsControl(r):
			return ' '
		case unicode.Is(unicode.Cf, r):
			return -1
		}
		return r
	}, text)
}

// columnsOf is how many columns of a terminal a text takes: two for a wide letter, none for an accent of its own.
func columnsOf(s string) int {
	n := 0
	for _, r := range s {
		switch kind := width.LookupRune(r).Kind(); {
		case unicode.Is(unicode.Mn, r):
		case kind == width.EastAsianWide || kind == width.EastAsianFullwidth:
			n += 2
		default:
			n++
		}
	}
	return n
}

// csv writes the titles, the rows and the total as RFC 4180 has it. safe makes a cell one that no spreadsheet runs.
func (t *table) csv(w io.Writer, safe func(string) string) error {
	c := csv.NewWriter(w)
	titles := make([]string, len(t.columns))
	for i, column := range t.columns {
		titles[i] = column.title
	}
	rows := append([][]string{titles}, t.rows...)
	if t.total != nil {
		rows = append(rows, t.total)
	}
	for _, row := range rows {
		cells := make([]string, len(row))
		for i, cell := range row {
			cells[i] = cell
			if !t.columns[i].number {
				cells[i] = safe(cell)
			}
		}
		if err := c.Write(cells); err != nil {
			return fmt.Errorf("print as CSV: %w", err)
		}
	}
	c.Flush()
	return c.Error()
}
