package exchange

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"tandem/internal/exchange/sheet"
	"tandem/internal/fault"
)

// plan says which column or constant feeds each field of a kind.
type plan struct {
	kind    Kind
	file    string
	columns []sheet.Column
	called  []string // the columns by names that find them again
	feeds   []origin // by the kind's fields, then the custom ones
	names   []string
	named   map[int]bool // the columns that feed a field by their name
}

// origin is where one field's value comes from.
type origin struct {
	sort     sort
	column   int // -1: from constant
	constant string
	there    bool   // anything feeds the field at all
	currency string // that stands in the column's header
}

// newPlan matches columns to fields: what is mapped, what is set, else what bears a known name.
func newPlan(kind Kind, file string, columns []sheet.Column, o Options) (*plan, error) {
	p := &plan{kind: kind, file: file, columns: columns, called: namesOf(columns), named: map[int]bool{}}
	for _, f := range fieldsOf(kind) {
		p.add(f, origin{column: -1, sort: f.sort})
	}
	for _, c := range columns {
		if name, ok := strings.CutPrefix(c.Name, custom); ok && takesCustom(kind) && name != "" {
			p.add(spec{name: c.Name}, origin{column: -1})
		}
	}
	if err := p.mapped(o); err != nil {
		return nil, err
	}
	for i := range p.feeds {
		p.byName(i, o)
	}
	return p, nil
}

func takesCustom(k Kind) bool { return k == Contacts || k == Companies || k == Deals }

func (p *plan) add(f spec, from origin) int {
	p.names = append(p.names, f.name)
	p.feeds = append(p.feeds, from)
	return len(p.feeds) - 1
}

// mapped takes over --map and --set.
func (p *plan) mapped(o Options) error {
	for _, name := range slices.Sorted(maps.Keys(o.Map)) {
		i, err := p.fieldNamed(name)
		if err != nil {
			return err
		}
		if o.Map[name] == "" {
			continue
		}
		at := p.columnNamed(o.Map[name])
		if at < 0 {
			return fault.Invalidf("there is no column %q", o.Map[name]).At(fault.Place{File: p.file}).
				WithMend("its columns are: %s", p.headers())
		}
		p.feed(i, at)
	}
	for _, name := range slices.Sorted(maps.Keys(o.Set)) {
		i, err := p.fieldNamed(name)
		if err != nil {
			return err
		}
		p.feeds[i] = origin{sort: p.feeds[i].sort, column: -1, constant: o.Set[name], there: true}
	}
	return nil
}

func (p *plan) fieldNamed(name string) (int, error) {
	if i := slices.Index(p.names, name); i >= 0 {
		return i, nil
	}
	if custom, ok := strings.CutPrefix(name, custom); ok && takesCustom(p.kind) && custom != "" {
		return p.add(spec{name: name}, origin{column: -1}), nil
	}
	return 0, fault.Usagef("%s have no field %q", string(p.kind), name).WithMend("their fields are: %s", strings.Join(p.fieldNames(), ", "))
}

func (p *plan) fieldNames() []string {
	var names []string
	for _, f := range fieldsOf(p.kind) {
		names = append(names, f.name)
	}
	if takesCustom(p.kind) {
		names = append(names, custom+"NAME")
	}
	return names
}

func (p *plan) headers() string {
	var names []string
	for _, c := range p.columns {
		names = append(names, fmt.Sprintf("%q", c.Name))
	}
	if len(names) > 40 {
		names = append(names[:40], "…")
	}
	return strings.Join(names, ", ")
}

// columnNamed finds a column as it is written, else in any case, else as NAME#2, the second of that name.
func (p *plan) columnNamed(name string) int {
	for _, same := range []func(sheet.Column) bool{
		func(c sheet.Column) bool { return c.Name == name },
		func(c sheet.Column) bool { return strings.EqualFold(c.Name, strings.TrimSpace(name)) },
	} {
		if i := slices.IndexFunc(p.columns, same); i >= 0 {
			return i
		}
	}
	base, nth, ok := strings.Cut(name, "#")
	if !ok {
		return -1
	}
	seen := 0
	for i, c := range p.columns {
		if c.Name == base {
			if seen++; fmt.Sprint(seen) == nth {
				return i
			}
		}
	}
	return -1
}

func (p *plan) feed(i, column int) {
	p.feeds[i] = origin{sort: p.feeds[i].sort, column: column, there: true, currency: p.columns[column].Currency}
}

// byName feeds a field that is neither mapped nor set from the first column that bears one of its names and that no field before bears.
func (p *plan) byName(i int, o Options) {
	if _, decided := o.Map[p.names[i]]; decided || p.feeds[i].there {
		return
	}
	f := spec{name: p.names[i]}
	if known := find(fieldsOf(p.kind), f.name); known >= 0 {
		f = fieldsOf(p.kind)[known]
	}
	names := slices.Concat(f.before, []string{f.name}, f.known)
	if f.name == "external_id" && p.columnNamed("SystemModstamp") >= 0 {
		names = append(names, "Id") // Salesforce's, by which its other files know the record; elsewhere it may just count the lines
	}
	for _, name := range names {
		one := spec{name: name}
		at := slices.IndexFunc(p.columns, func(c sheet.Column) bool { return one.matches(c.Name) || c.Currency != "" && one.matches(c.Label) })
		if at >= 0 && !p.named[at] {
			p.feed(i, at)
			p.named[at] = true
			return
		}
	}
}

// check refuses a file that cannot say what its kind is about.
func (p *plan) check() error {
	for _, any := range p.missing() {
		return fault.Invalidf("no column of the file is known as %s", strings.Join(any, " or ")).At(fault.Place{File: p.file}).
			WithMend("say which it is with --map %s=COLUMN; its columns are: %s", any[0], p.headers())
	}
	if p.lacksCurrency() {
		return fault.Invalidf("the amounts have no currency").At(fault.Place{File: p.file, Column: p.columnOf("amount")}).
			WithMend("name its column with --map currency=COLUMN, or say --set currency=EUR")
	}
	return nil
}

// missing are the sets of fields of which one is needed and none is fed.
func (p *plan) missing() [][]string {
	needs := map[Kind][][]string{
		Contacts:  {{"email", "external_id", "phone"}},
		Companies: {{"name", "external_id", "domain"}},
		Touches:   {{"at"}},
		Deals:     {{"external_id", "contact", "company", "name"}},
		Payments:  {{"at"}, {"amount"}},
		Costs:     {{"at", "from"}, {"amount"}},
		Rates:     {{"currency"}, {"at"}, {"rate"}},
	}
	return slices.DeleteFunc(needs[p.kind], func(any []string) bool { return slices.ContainsFunc(any, p.has) })
}

func (p *plan) lacksCurrency() bool {
	i := slices.Index(p.names, "amount")
	return i >= 0 && p.has("amount") && !p.has("currency") && p.feeds[i].currency == ""
}

func (p *plan) has(name string) bool {
	i := slices.Index(p.names, name)
	return i >= 0 && p.feeds[i].there
}

// columnOf is the column that feeds a field, or the field's own name.
func (p *plan) columnOf(name string) string {
	i := slices.Index(p.names, name)
	if i < 0 || p.feeds[i].column < 0 {
		return name
	}
	return p.called[p.feeds[i].column]
}

// namesOf are the columns' names by which columnNamed finds them; the second of a name is NAME#2.
func namesOf(columns []sheet.Column) []string {
	seen := map[string]int{}
	names := make([]string, len(columns))
	for i, c := range columns {
		seen[c.Name]++
		if names[i] = c.Name; seen[c.Name] > 1 || c.Name == "" {
			names[i] = fmt.Sprintf("%s#%d", c.Name, seen[c.Name])
		}
	}
	return names
}

// customFields are the names of the workspace's own fields that the file feeds, with their places.
func (p *plan) customFields() (names []string, places []int) {
	for i, name := range p.names {
		if own, ok := strings.CutPrefix(name, custom); ok && p.feeds[i].there {
			names, places = append(names, own), append(places, i)
		}
	}
	return names, places
}
