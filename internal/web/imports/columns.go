package imports

import (
	"slices"
	"strings"

	"tandem/internal/exchange"
	"tandem/internal/people/field"
	"tandem/internal/web/ui"
)

// Column is one column of the file with what it is taken for.
type Column struct {
	exchange.ColumnSeen
	At      int
	Choices []Choice
	W       Words
	Tried   bool
	Wrong   string // a cell of it that the trial could not take, "" if there is none
	Bad     bool   // the trial could not take a cell
}

// Choice is one thing that a column can be.
type Choice struct {
	ID, Text string
	Chosen   bool
}

// Shown are the samples beside the wrong one.
func (c Column) Shown() []string {
	return slices.DeleteFunc(slices.Clone(c.Samples), func(s string) bool { return s == c.Wrong })
}

// look reads the beginning of the file, as long as something can be chosen.
func (p pages) look(r *ui.Request, page *One, own []field.Field) error {
	if !page.Undecided() || page.U.Content == "" {
		return nil
	}
	seen, err := p.Exchange.LookAs(r.Context(), r.Workspace.ID, page.U, page.As)
	if err != nil {
		page.Refused, _ = r.Fault(err)
		return nil
	}
	page.Seen, page.Readable = seen, true
	for i, c := range seen.Columns {
		column := Column{ColumnSeen: c, At: i, Choices: page.choices(own, c), W: page.W, Tried: page.Trial != nil}
		column.doubt(page.Trial)
		page.Columns = append(page.Columns, column)
	}
	return nil
}

// doubt notes what the trial found wrong with the column.
func (c *Column) doubt(t *exchange.Trial) {
	if t == nil || c.Field == "" {
		return
	}
	for _, p := range t.Problems {
		if p.Column == c.Name {
			c.Wrong, c.Bad = p.Value, true
			return
		}
	}
}

// choices are what a column can be: nothing, a field of the kind, a field of the workspace's own, or a new one of its name.
func (o One) choices(own []field.Field, c exchange.ColumnSeen) []Choice {
	all := []Choice{{ID: "", Text: o.W.T("Leave out"), Chosen: c.Field == ""}}
	for _, name := range exchange.FieldNames(o.U.Kind) {
		all = append(all, Choice{name, o.W.Field(o.U.Kind, name), c.Field == name || c.Field == "" && o.As.Map[name] == c.Name && c.Name != ""})
	}
	if !exchange.TakesOwn(o.U.Kind) {
		return all
	}
	known := false
	for _, f := range own {
		name := exchange.OwnField(f.Name)
		all = append(all, Choice{name, f.Name, strings.EqualFold(c.Field, name)})
		known = known || strings.EqualFold(f.Name, c.Header)
	}
	if name := exchange.OwnField(c.Header); !known && c.Header != "" {
		all = append(all, Choice{name, o.W.T("New field: %s", c.Header), c.Field == name})
	}
	return all
}

// Fills reports whether what is known keeps what it has unless somebody wants otherwise.
func (o One) Fills() bool { return o.U.Kind == exchange.Contacts || o.U.Kind == exchange.Companies }

func entityOf(k exchange.Kind) field.Entity {
	switch k {
	case exchange.Companies:
		return field.Company
	case exchange.Deals:
		return field.Deal
	}
	return field.Contact
}

// Full are the columns that hold something or that somebody wants, all of a file that holds nothing; Empty are the others.
func (o One) Full() []Column {
	if full := o.columnsThat(func(c Column) bool { return !c.empty() }); len(full) > 0 {
		return full
	}
	return o.Columns
}

// Empty are the columns that nobody needs to see.
func (o One) Empty() []Column {
	if empty := o.columnsThat(Column.empty); len(empty) < len(o.Columns) {
		return empty
	}
	return nil
}

func (c Column) empty() bool { return c.Filled == 0 && c.Field == "" }

// Used is how many columns are taken.
func (o One) Used() int {
	return len(o.columnsThat(func(c Column) bool { return c.Field != "" }))
}

// Guessed is how many columns are taken for what their name says.
func (o One) Guessed() int {
	return len(o.columnsThat(func(c Column) bool { return c.Field != "" && c.Field == c.Guess }))
}

func (o One) columnsThat(are func(Column) bool) []Column {
	return slices.DeleteFunc(slices.Clone(o.Columns), func(c Column) bool { return !are(c) })
}

// Dates are the ways in which the file may write its dates.
func (o One) Dates() []Choice {
	formats := o.Seen.Formats
	if len(formats) == 0 && o.U.State == exchange.Failed {
		formats = exchange.DateFormats()
	}
	if o.As.DateFormat != "" && !slices.Contains(formats, o.As.DateFormat) {
		formats = append([]string{o.As.DateFormat}, formats...)
	}
	var all []Choice
	for _, f := range formats {
		all = append(all, Choice{f, f, f == o.As.DateFormat})
	}
	return all
}

// Charsets are the ways in which the file may write its letters.
func (o One) Charsets() []Choice {
	found := o.W.T("what the file shows")
	if o.As.Charset == "" {
		found = o.W.T("what the file shows: %s", o.Seen.Written.Charset)
	}
	all := []Choice{{"", found, o.As.Charset == ""}}
	for _, name := range []string{"utf-8", "windows-1252", "windows-1250", "windows-1251", "iso-8859-15", "macintosh", "shift_jis", "gb18030", "euc-kr"} {
		all = append(all, Choice{name, name, o.As.Charset == name})
	}
	return all
}
