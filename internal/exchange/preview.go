package exchange

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"

	"tandem/internal/exchange/sheet"
	"tandem/internal/exchange/value"
	"tandem/internal/fault"
)

// Preview is what a file shows before anything is imported: its columns with samples, the fields that they are taken for, and what it leaves open.
type Preview struct {
	Written   sheet.Written
	Columns   []ColumnSeen
	Rows      int        // looked at: all of a short file, the first PreviewRows of a long one
	About     int        // rows in the whole file; an estimate where it is longer than what was looked at
	More      bool       // the file is longer
	Needs     [][]string // of each of these sets of fields one is needed, and no column feeds any
	Numbers   bool       // a column feeds a field of numbers
	Currency  bool       // amounts have no currency: it has to be said
	Formats   []string   // that the dates can be read by, the likeliest first; none if they need no format
	Unsure    bool       // the first two formats read the dates equally well: it has to be said which
	Ambiguous string     // a number that reads differently with a point and with a comma, and no other shows which; "" if there is none
}

// ColumnSeen is one column of a file.
type ColumnSeen struct {
	Name    string // by which Options.Map names it
	Header  string // as the file has it
	Samples []string
	Filled  int    // cells with something in them
	Field   string // that it feeds, "" for none
	Guess   string // the field that its name says, "" for none
}

// PreviewRows is how many rows a preview looks at.
const PreviewRows = 20_000

// FieldNames are the fields of a kind that a column can feed, beside the workspace's own, in the order of an export.
func FieldNames(k Kind) []string {
	var names []string
	for _, f := range fieldsOf(k) {
		names = append(names, f.name)
	}
	return names
}

// OwnField is the name by which an import knows a field that the workspace has added.
func OwnField(name string) string { return custom + name }

// TakesOwn reports whether records of the kind have fields of the workspace's own.
func TakesOwn(k Kind) bool { return takesCustom(k) }

// Look reads the beginning of a file as an import with the same options would. It refuses only a file that is no table.
func Look(ctx context.Context, kind Kind, file string, o Options) (Preview, error) {
	in, err := sheet.Open(file, o.sheet())
	if err != nil {
		return Preview{}, err
	}
	defer in.Close()
	plan, err := newPlan(kind, file, in.Columns(), o)
	if err != nil {
		return Preview{}, err
	}
	guess, err := newPlan(kind, file, in.Columns(), Options{})
	if err != nil {
		return Preview{}, err
	}
	read, err := newReading(plan, o)
	if err != nil {
		return Preview{}, err
	}
	l := &looking{
		surveying: &surveying{reading: read, dates: make([]dates, len(plan.feeds)), ambiguous: make([]int, len(plan.feeds))},
		Preview:   Preview{Written: in.Written(), Columns: columnsOf(plan, guess)},
	}
	if err := l.rows(ctx, in); err != nil {
		return Preview{}, err
	}
	l.sumUp()
	return l.Preview, nil
}

// columnsOf are the plan's columns under names that find them again, the fields they feed and those that their names alone say beside them.
func columnsOf(p, guess *plan) []ColumnSeen {
	columns := make([]ColumnSeen, len(p.columns))
	for i, c := range p.columns {
		columns[i] = ColumnSeen{Name: p.called[i], Header: c.Name}
	}
	for i, f := range p.feeds {
		if f.column >= 0 && columns[f.column].Field == "" {
			columns[f.column].Field = p.names[i]
		}
	}
	for i, f := range guess.feeds {
		if f.column >= 0 && columns[f.column].Guess == "" {
			columns[f.column].Guess = guess.names[i]
		}
	}
	return columns
}

// looking is a preview under way.
type looking struct {
	*surveying
	Preview
	formats fits
}

func (l *looking) rows(ctx context.Context, in *sheet.Reader) error {
	c := l.cells()
	for l.Preview.Rows < PreviewRows {
		if err := ctx.Err(); err != nil {
			return err
		}
		row, err := in.Next()
		if errors.Is(err, io.EOF) {
			l.About = l.Preview.Rows
			return nil
		}
		if _, skip := errors.AsType[*sheet.RowError](err); err != nil && !skip {
			return err
		}
		l.Preview.Rows++
		if err != nil {
			continue
		}
		c.next(row, nil)
		l.see(c, row)
	}
	l.More, l.About = true, l.Preview.Rows
	if read, size := in.Progress(); read > 0 {
		l.About = int(float64(l.Preview.Rows) * float64(size) / float64(read))
	}
	return nil
}

func (l *looking) see(c *cells, row sheet.Row) {
	l.look(c)
	for i := range l.Columns {
		l.Columns[i].see(value.Unguard(strings.TrimSpace(row.Cells[i])))
	}
	for i, f := range l.plan.feeds {
		if f.sort == moment && f.column >= 0 && needsFormat(c.values[i]) {
			l.formats.look(c.values[i])
		}
	}
}

// samples is how many different cells of a column are shown, sampleLength how much of one.
const (
	samples      = 3
	sampleLength = 40
)

func (c *ColumnSeen) see(cell string) {
	if cell == "" {
		return
	}
	c.Filled++
	if len(c.Samples) == samples {
		return
	}
	if r := []rune(cell); len(r) > sampleLength {
		cell = string(r[:sampleLength]) + "…"
	}
	if !slices.Contains(c.Samples, cell) {
		c.Samples = append(c.Samples, cell)
	}
}

// sumUp says what the file leaves open.
func (l *looking) sumUp() {
	l.Needs = l.plan.missing()
	l.Currency = l.plan.lacksCurrency()
	for i, f := range l.plan.feeds {
		l.Numbers = l.Numbers || f.sort == number && f.column >= 0
		if f.sort == number && f.column >= 0 && !l.numbers[i].Decided() {
			l.Ambiguous = l.numbers[i].Ambiguous
		}
	}
	l.Formats, l.Unsure = l.formats.best()
}

// Check refuses what Import would refuse for what the preview shows of a file that is read that way, in words for a page.
func (p *Preview) Check(as Reading, say func(field string) string) error {
	switch {
	case len(p.Needs) > 0:
		var names []string
		for _, name := range p.Needs[0] {
			names = append(names, say(name))
		}
		return fault.Invalidf("no column feeds %s", strings.Join(names, ", ")).WithMend("choose the column that holds it")
	case p.Unsure && as.DateFormat == "":
		return fault.Invalidf("the dates can be read in two ways").WithMend("say how they are written")
	case p.Ambiguous != "":
		return fault.Invalidf("%s can be read in two ways", p.Ambiguous).WithMend("say how numbers are written")
	}
	return nil
}
