package people

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/journey/channel"
	"tandem/internal/people/contact"
	"tandem/internal/people/field"
	"tandem/internal/people/glance"
	"tandem/internal/people/segment"
	"tandem/internal/team"
	"tandem/internal/web/ui"
)

// Builder is the form in which people put a rule together: conditions of which all must hold, of which one must, and of which none may.
type Builder struct {
	ui.Voice
	Name     string
	Segment  string // the id of the segment that is changed, "" for a new one
	Seen     clock.Micros
	Lines    []Line
	Count    int
	Agreed   int // how many of them we may email
	Problem  string
	TooDeep  bool // the rule cannot be shown in this form
	Rule     string
	Close    string
	Sort, Up string // how the view is sorted
	MayWrite bool
	Begin    bool // with the rules: that is where the focus goes
}

// Line is one condition.
type Line struct {
	ui.Voice
	N       int
	Group   string // all, any or none
	Field   string
	Op      string
	Value   string
	Days    string
	More    More
	Fields  []Option
	Ops     []Option
	Choices []Option
	Shape   segment.Shape
	HasDays bool
	NoValue bool
	First   bool // of its group
	New     bool // just added: the focus goes there
}

// More is what narrows a condition further down.
type More struct{ From, To, Channel, Campaign, Page, Purpose string }

// Any reports whether anything of it is said.
func (m More) Any() bool { return m != More{} }

func (m More) says(v ui.Voice) string {
	var all []string
	for _, part := range []struct{ format, value string }{
		{"since %s", m.From}, {"until %s", m.To}, {"by %s", m.Channel}, {"in %s", m.Campaign}, {"on %s", m.Page}, {"for %s", m.Purpose},
	} {
		if part.value != "" {
			all = append(all, v.T(part.format, part.value))
		}
	}
	return strings.Join(all, " ")
}

// Option is one choice of a select.
type Option struct {
	Value, Text string
	Chosen      bool
}

var builderPart = ui.MustPart[Builder](files, "builder", "builder.html")

// newBuilder shows the rule of a view.
func newBuilder(r *ui.Request, v view) Builder {
	b := Builder{Voice: r.Voice, Close: v.with("panel", ""), Rule: v.query.Rule.String(), MayWrite: r.By.May(team.WritePeople), Begin: true}
	b.Sort, b.Up = string(v.query.Sort), v.values.Get("up")
	if v.segment != nil {
		b.Name, b.Segment, b.Seen = v.segment.Name, v.segment.ID.String(), v.segment.UpdatedAt
	}
	b.show(v.scope, v.query.Rule)
	return b
}

// show makes lines of a rule, where it has the shape of the form.
func (b *Builder) show(s segment.Scope, rule segment.Rule) {
	add := func(group string, rules []segment.Rule) bool {
		for _, one := range rules {
			if one.If == nil {
				return false
			}
			b.Lines = append(b.Lines, Line{Group: group, Field: one.If.Field, Op: string(one.If.Op), Value: one.If.Value, Days: number(one.If.Days), More: moreOf(one.If)})
		}
		return true
	}
	parts := []segment.Rule{rule}
	if len(rule.All) > 0 {
		parts = rule.All
	}
	fits, either := true, 0
	for _, part := range parts {
		switch {
		case part.If != nil:
			fits = fits && add("all", []segment.Rule{part})
		case len(part.Any) > 0:
			either++ // the form has one group of which one must hold
			fits = fits && either == 1 && add("any", part.Any)
		case len(part.None) > 0:
			fits = fits && add("none", part.None)
		case len(part.All) > 0:
			fits = fits && add("all", part.All)
		}
	}
	b.TooDeep = !fits
	b.dress(s)
}

func moreOf(c *segment.Condition) More {
	return More{From: c.From, To: c.To, Channel: c.Channel, Campaign: c.Campaign, Page: c.Page, Purpose: c.Purpose}
}

func number(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// dress gives every line its choices, in the order of the groups.
func (b *Builder) dress(s segment.Scope) {
	slices.SortStableFunc(b.Lines, func(x, y Line) int { return place(x.Group) - place(y.Group) })
	fields := s.Fields()
	for i := range b.Lines {
		l := &b.Lines[i]
		l.Voice, l.N, l.First = b.Voice, i, i == 0 || b.Lines[i-1].Group != l.Group
		l.dress(b.Voice, fields)
		if l.Field == segment.Imported {
			l.nameImports(s.Imports)
		}
	}
}

// Channels are those that a touch may have come by.
func (Builder) Channels() []string { return channel.All() }

func place(group string) int { return slices.Index([]string{"all", "any", "none"}, group) }

func (l *Line) dress(v ui.Voice, fields []segment.Field) {
	for _, f := range fields {
		l.Fields = append(l.Fields, Option{f.Name, fieldLabel(v, f), f.Name == l.Field})
		if f.Name != l.Field {
			continue
		}
		l.Shape, l.HasDays = f.Shape, f.Shape == segment.Deed
		if !slices.Contains(f.Ops, segment.Op(l.Op)) {
			l.Op, l.Value = string(f.Ops[0]), ""
		}
		for _, op := range f.Ops {
			l.Ops = append(l.Ops, Option{string(op), opLabel(v, op, f.Shape), string(op) == l.Op})
		}
		l.choose(v, f)
	}
	l.NoValue = l.Shape == segment.Fact || l.Op == string(segment.Filled) || l.Op == string(segment.Empty)
}

// choose gives a line the values that its field may have, one of which it then has.
func (l *Line) choose(v ui.Voice, f segment.Field) {
	choices := f.Choices
	if f.Name == "channel" {
		choices = channel.All()
		if l.Value != "" && !slices.Contains(choices, l.Value) {
			choices = append(choices, l.Value) // one that a file named
		}
	}
	if f.Name == segment.Imported && l.Value != "" && !slices.Contains(choices, l.Value) {
		choices = append(choices, l.Value) // an older one, or some of its rows
	}
	if len(choices) > 0 && !slices.Contains(choices, l.Value) {
		l.Value = choices[0]
	}
	for _, c := range choices {
		l.Choices = append(l.Choices, Option{c, choiceLabel(v, f, c), c == l.Value})
	}
}

// Kind is the type of input that a value is typed into.
func (l Line) Kind() string {
	switch {
	case l.Op == string(segment.InLast) || l.Op == string(segment.NotLast) || l.Shape == segment.Amount:
		return "number"
	case l.Shape == segment.Moment:
		return "date"
	}
	return "text"
}

func fieldLabel(v ui.Voice, f segment.Field) string {
	if f.Own {
		return f.Label
	}
	return v.T(f.Label)
}

func opLabel(v ui.Voice, op segment.Op, shape segment.Shape) string {
	switch op {
	case segment.Is:
		if shape == segment.Fact {
			return v.T("yes")
		}
		return v.T("is")
	case segment.IsNot:
		if shape == segment.Fact {
			return v.T("no")
		}
		return v.T("is not")
	case segment.Contains:
		return v.T("contains")
	case segment.Filled:
		return v.T("is known")
	case segment.Empty:
		return v.T("is not known")
	case segment.AtLeast:
		return v.T("at least")
	case segment.AtMost:
		return v.T("at most")
	case segment.Before:
		return v.T("before")
	case segment.After:
		return v.T("since")
	case segment.InLast:
		return v.T("in the last days")
	case segment.NotLast:
		return v.T("not in the last days")
	case segment.Did:
		return v.T("happened")
	case segment.DidNot:
		return v.T("did not happen")
	}
	return string(op)
}

func choiceLabel(v ui.Voice, f segment.Field, choice string) string {
	switch f.Name {
	case "lifecycle":
		return v.Stage(contact.Lifecycle(choice))
	case "touch":
		return v.Kind(choice)
	case "channel":
		return v.Channel(choice)
	case "side":
		if choice == "sales" {
			return v.T("Sales")
		}
		return v.T("Marketing")
	case "consent":
		if choice == "granted" {
			return v.T("yes")
		}
		return v.T("no")
	case "deal":
		return map[string]string{"open": v.T("open"), "won": v.T("won"), "lost": v.T("lost")}[choice]
	}
	if choice == "true" {
		return v.T("yes")
	}
	if choice == "false" {
		return v.T("no")
	}
	return choice
}

// chips are the conditions in force, each with the list without it.
func chips(r *ui.Request, v view) []Chip {
	var b Builder
	b.Voice = r.Voice
	b.show(v.scope, v.query.Rule)
	if b.TooDeep {
		return []Chip{{Text: r.T("Filter"), Without: v.with("rule", "{}")}}
	}
	var all []Chip
	for i, l := range b.Lines {
		without := Builder{Voice: r.Voice, Lines: slices.Delete(slices.Clone(b.Lines), i, i+1)}
		text, value := l.says()
		all = append(all, Chip{Text: text, Value: value, Without: v.with("rule", without.rule().String())})
	}
	return all
}

// says is the condition in words: what it is about, and what must be so.
func (l Line) says() (text, value string) {
	text, op, value := chosen(l.Fields, l.Field), chosen(l.Ops, l.Op), chosen(l.Choices, l.Value)
	switch {
	case l.NoValue:
		value = op
	case l.Shape == segment.Deed && l.Op == string(segment.DidNot):
		text = l.T("Did not happen")
	case l.Op != string(segment.Is) && l.Shape != segment.Deed:
		text += " " + op
	}
	if l.HasDays && l.Days != "" {
		value += " " + l.T("in %s days", l.Days)
	}
	if more := l.More.says(l.Voice); more != "" {
		value += " " + more
	}
	switch l.Group {
	case "none":
		text = l.T("not: %s", text)
	case "any":
		text = l.T("one of: %s", text)
	}
	return text, value
}

func chosen(options []Option, otherwise string) string {
	for _, o := range options {
		if o.Chosen {
			return o.Text
		}
	}
	return otherwise
}

// posted reads the form that somebody put together.
func posted(r *ui.Request, s segment.Scope) (Builder, error) {
	b := Builder{
		Voice: r.Voice, Name: r.FormValue("name"), Segment: r.FormValue("of"), Close: backTo(r), Sort: r.FormValue("sort"), Up: r.FormValue("up"),
		MayWrite: r.By.May(team.WritePeople), Begin: r.FormValue("drop") != "",
	}
	if seen, err := strconv.ParseInt(r.FormValue("seen"), 10, 64); err == nil {
		b.Seen = clock.Micros(seen)
	}
	f := r.Form
	n := len(f["f"])
	if n > 200 || len(f["o"]) != n || len(f["v"]) != n || len(f["d"]) != n || len(f["g"]) != n {
		return b, fault.Invalidf("the form is not whole")
	}
	for i := range n {
		if f.Get("drop") == strconv.Itoa(i) || place(f["g"][i]) < 0 {
			continue
		}
		b.Lines = append(b.Lines, Line{Group: f["g"][i], Field: f["f"][i], Op: f["o"][i], Value: f["v"][i], Days: f["d"][i], More: more(f, i)})
	}
	if group := f.Get("add"); place(group) >= 0 {
		b.Lines = append(b.Lines, Line{Group: group, Field: "lifecycle", Op: "is", Value: string(contact.Lead), New: true})
	}
	b.dress(s)
	b.Rule = b.rule().String()
	return b, nil
}

// more reads what narrows the i-th line; a form may leave it out altogether.
func more(f url.Values, i int) More {
	at := func(name string) string {
		if all := f[name]; i < len(all) {
			return all[i]
		}
		return ""
	}
	return More{From: at("from"), To: at("to"), Channel: at("channel"), Campaign: at("campaign"), Page: at("page"), Purpose: at("purpose")}
}

// rule is what the lines say.
func (b Builder) rule() segment.Rule {
	groups := map[string][]segment.Rule{}
	for _, l := range b.Lines {
		days, _ := strconv.Atoi(l.Days) // no number is no limit
		groups[l.Group] = append(groups[l.Group], segment.Rule{If: l.condition(days)})
	}
	all := groups["all"]
	if any_ := groups["any"]; len(any_) > 0 {
		all = append(all, segment.Rule{Any: any_})
	}
	if none := groups["none"]; len(none) > 0 {
		all = append(all, segment.Rule{None: none})
	}
	return segment.Rule{All: all}
}

// condition is a line as a rule has it, without what its field does not ask.
func (l Line) condition(days int) *segment.Condition {
	c := &segment.Condition{Field: l.Field, Op: segment.Op(l.Op), Value: l.Value}
	switch {
	case l.Shape == segment.Deed:
		c.Days, c.From, c.To, c.Channel, c.Campaign, c.Page = days, l.More.From, l.More.To, l.More.Channel, l.More.Campaign, l.More.Page
	case l.Field == "consent":
		c.Channel, c.Purpose = l.More.Channel, l.More.Purpose
	}
	return c
}

// preview shows the form as it is now, with how many people match. Where there is no script, the list is shown instead.
func (p pages) preview(w http.ResponseWriter, r *ui.Request) error {
	if err := glance.CatchUp(r.Context(), p.DB, r.Workspace.ID); err != nil {
		return err
	}
	var b Builder
	err := r.Read(func(tx *db.Tx) (err error) {
		s, err := p.scope(r, tx)
		if err != nil {
			return err
		}
		if b, err = posted(r, s); err != nil {
			return err
		}
		err = b.count(r, tx, s)
		if fault.Is(err, fault.Invalid) {
			b.Problem, _ = r.Fault(err)
			return nil
		}
		return err
	})
	if err != nil {
		return err
	}
	if r.Partial() {
		return builderPart.Render(w, r, b)
	}
	to := "/people?panel=1&rule=" + queryEscape(b.Rule)
	if b.Segment != "" {
		to += "&segment=" + queryEscape(b.Segment)
	}
	return r.Go(w, to)
}

// count says how many people match, and how many of them agreed to emails.
func (b *Builder) count(r *ui.Request, tx *db.Tx, s segment.Scope) (err error) {
	rule := b.rule()
	if b.Count, err = segment.Count(r.Context(), tx, s, segment.Query{Rule: rule}); err != nil {
		return err
	}
	agreed := segment.Rule{If: &segment.Condition{Field: "consent", Op: segment.Is, Value: "granted"}}
	b.Agreed, err = segment.Count(r.Context(), tx, s, segment.Query{Rule: segment.Rule{All: append(rule.All, agreed)}})
	return err
}

// scope is what rules are read in.
func (p pages) scope(r *ui.Request, tx *db.Tx) (segment.Scope, error) {
	own, err := p.Fields.All(r.Context(), tx, field.Contact)
	if err != nil {
		return segment.Scope{}, err
	}
	imports, err := p.Exchange.ImportsOfPeople(r.Context(), tx, offeredImports)
	return segment.Scope{Workspace: r.Workspace.ID, Zone: r.Zone, Now: r.Now, Currency: r.Workspace.Currency, Country: r.Workspace.Country, Own: own, Imports: imports}, err
}
