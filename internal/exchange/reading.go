package exchange

import (
	"context"
	"errors"
	"io"
	"time"

	"tandem/internal/exchange/sheet"
	"tandem/internal/exchange/value"
	"tandem/internal/fault"
)

// reading is what the first pass found out: which column feeds which field, and how each column is written.
type reading struct {
	plan    *plan
	o       Options
	at      map[string]int // the place of each field among the feeds
	numbers []*value.Numbers
	times   value.Times
	twice   *repeats
	last    *lastWords // nil for kinds whose records keep what they have
	now     *cells
	out     map[int]bool // the lines of the rows that are left out
	rows    int          // that the first pass saw, broken ones included
}

func (o *Options) sheet() sheet.Options {
	return sheet.Options{Sheet: o.Sheet, Delimiter: o.Delimiter, Charset: o.Charset}
}

// survey reads the file for the first time.
func survey(ctx context.Context, kind Kind, file string, o Options) (*reading, error) {
	in, err := sheet.Open(file, o.sheet())
	if err != nil {
		return nil, err
	}
	defer in.Close()
	p, err := newPlan(kind, file, in.Columns(), o)
	if err != nil {
		return nil, err
	}
	if err := p.check(); err != nil {
		return nil, err
	}
	r, err := newReading(p, o)
	if err != nil {
		return nil, err
	}
	s := &surveying{reading: r, dates: make([]dates, len(p.feeds)), ambiguous: make([]int, len(p.feeds))}
	if err := s.rows(ctx, in); err != nil {
		return nil, err
	}
	return r, s.decide()
}

func newReading(p *plan, o Options) (*reading, error) {
	if o.Zone == nil {
		o.Zone = time.UTC
	}
	r := &reading{plan: p, o: o, at: map[string]int{}, out: map[int]bool{}, numbers: make([]*value.Numbers, len(p.feeds)), twice: newRepeats()}
	if p.kind == Deals || p.kind == Payments || p.kind == Costs {
		r.last = newLastWords()
	}
	for _, line := range o.Out {
		r.out[line] = true
	}
	var err error
	if r.times, err = value.NewTimes(o.Zone, o.DateFormat); err != nil {
		return nil, err
	}
	mark, err := decimalMark(o.Decimal)
	if err != nil {
		return nil, err
	}
	for i, name := range p.names {
		r.at[name] = i
		if p.feeds[i].sort == number {
			r.numbers[i] = &value.Numbers{Mark: mark}
		}
	}
	return r, nil
}

func decimalMark(s string) (value.Mark, error) {
	switch s {
	case "":
		return value.Unknown, nil
	case "point", ".":
		return value.Point, nil
	case "comma", ",":
		return value.Comma, nil
	}
	return value.Unknown, fault.Usagef("%q is no decimal mark", s).WithMend("say --decimal point or --decimal comma")
}

// right is a cell as it was put right by hand, else as the file has it.
func (r *reading) right(row sheet.Row, column int) string {
	if fixed, ok := r.o.Right[row.Line]; ok {
		if cell, ok := fixed[r.plan.called[column]]; ok {
			return cell
		}
	}
	return row.Cells[column]
}

// surveying is the first pass under way.
type surveying struct {
	*reading
	dates     []dates // by feed
	ambiguous []int   // the line of a number column's first ambiguous cell
}

// dates is whether a column of times can be read at all.
type dates struct {
	readable bool
	line     int // of the first cell that may mean several days
	cell     string
}

func (s *surveying) rows(ctx context.Context, in *sheet.Reader) error {
	c := s.cells()
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		row, err := in.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if _, skip := errors.AsType[*sheet.RowError](err); err != nil && !skip {
			return err
		}
		s.reading.rows++
		if err != nil || s.out[row.Line] {
			continue
		}
		c.next(row, nil)
		s.look(c)
		s.twice.meet(c.hash())
		if s.last != nil && c.text("external_id") != "" {
			s.last.meet(hashed(c.text("external_id")), c.hash(), c.line)
		}
	}
}

func (s *surveying) look(c *cells) {
	for i, f := range s.plan.feeds {
		cell := c.values[i]
		switch {
		case f.column < 0 || cell == "":
		case f.sort == number:
			s.numbers[i].Observe(cell)
			if s.ambiguous[i] == 0 && s.numbers[i].Ambiguous != "" {
				s.ambiguous[i] = c.line
			}
		case f.sort == moment && !s.dates[i].readable:
			s.dates[i].look(&s.times, cell, c.line)
		}
	}
}

func (d *dates) look(t *value.Times, cell string, line int) {
	if t.Ambiguous(cell) {
		if d.line == 0 {
			d.line, d.cell = line, cell
		}
		return
	}
	_, _, err := t.Parse(cell)
	d.readable = err == nil
}

// decide refuses a file in which a whole column has two meanings.
func (s *surveying) decide() error {
	for i, f := range s.plan.feeds {
		place := fault.Place{File: s.plan.file, Column: s.plan.columnOf(s.plan.names[i])}
		if f.sort == number && !s.numbers[i].Decided() {
			place.Line = s.ambiguous[i]
			return fault.Invalidf("%q can be read with a decimal point and with a comma, and no other row shows which", s.numbers[i].Ambiguous).
				At(place).WithMend("say --decimal point or --decimal comma")
		}
		if d := s.dates[i]; f.sort == moment && !d.readable && d.line > 0 {
			place.Line = d.line
			return fault.Invalidf("%q can be read as several days", d.cell).At(place).
				WithMend("say how the file writes dates, such as --date-format DD/MM/YYYY")
		}
	}
	return nil
}
