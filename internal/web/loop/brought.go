package loop

import (
	"html/template"
	"math"
	"strings"

	"tandem/internal/insight/attribution"
	"tandem/internal/insight/report"
	"tandem/internal/journey"
	"tandem/internal/money"
	"tandem/internal/web/ui"
)

// Brought is what each channel cost and brought, with the opening sentence: the part that is swapped when the model changes.
type Brought struct {
	ui.Voice
	Known   bool
	Say     template.HTML
	Stats   []Stat
	Before  *Before
	Title   string
	Heads   []Head
	Models  []Choice
	Groups  []Choice
	Counts  []Choice
	Ticks   []Tick
	Rows    []Row
	Total   Row
	Notes   []string
	Later   string // where the ranges are to be had, "" if they are there
	Swapped bool   // the part alone
	Period  asked
	Periods []Choice
	Export  string
}

// Stat is one key figure, where it leads, and what it was before.
type Stat struct{ Name, Value, URL, Before string }

// Row is one line of the table, every cell as it is read, with where it leads.
type Row struct {
	Name      string
	Side      journey.Side
	Spend     Cell
	Leads     Cell
	PerLead   Cell
	Customers Cell
	Value     Cell
	Share     string // of the largest, for the bar
	Wing      string
	Return    Cell
	Few       bool
	Chart     *Whisker
}

// Cell is a number that opens.
type Cell struct{ Text, URL, Note string }

func (p pages) brought(r *ui.Request, q asked) (Brought, error) {
	loop, err := p.Reports.Loop(r.Context(), place(r), q.LoopQuery)
	if err != nil {
		return Brought{}, err
	}
	b := Brought{
		Voice: r.Voice, Known: loop.Known || loop.CostsUntil != "", Swapped: r.Partial(), Period: q, Periods: q.periods(r), Export: link("/loop/export", q.values()),
	}
	if b.Before, err = p.before(r, q); err != nil {
		return b, err
	}
	t := table{r.Voice, q, &loop, newScale(&loop)}
	b.Say, b.Stats, b.Notes = t.say(), t.stats(), t.notes()
	if b.Before != nil {
		for i, value := range b.Before.Figures {
			b.Stats[i].Before = value
		}
	}
	b.Title, b.Heads = t.title(), t.heads()
	b.Models, b.Groups, b.Counts = models(r.Voice, q), groups(r.Voice, q), counts(r.Voice, q)
	b.Ticks = t.scale.ticks(r.Voice, loop.Currency)
	q.sorted(r.Voice, loop.Rows)
	for i := range loop.Rows {
		b.Rows = append(b.Rows, t.row(&loop.Rows[i]))
	}
	b.Total = t.total()
	if !loop.Ranged && t.scale.any {
		b.Later = q.with("ranges", "1")
	}
	return b, nil
}

// table writes a report down.
type table struct {
	ui.Voice
	asked
	loop  *report.Loop
	scale scale
}

func (t *table) sum(s report.Sum) string {
	return t.Sum(money.Amount{Minor: s.Minor, Currency: s.Currency})
}

func (t *table) row(r *report.LoopRow) Row {
	row := Row{
		Name: t.named(r.Key), Side: r.Side, Spend: t.spent(r.Spend, "keyed", "1", "key", r.Key), Leads: t.people(r, report.Leads, r.Leads),
		Customers: t.people(r, report.Customers, r.Customers), Value: t.value(r), PerLead: none, Return: none, Few: r.Few(), Wing: ui.Wing(r.Side),
	}
	if r.PerLead != nil {
		row.PerLead = Cell{t.sum(*r.PerLead), row.Leads.URL, t.T("%d leads", t.Many(r.Leads))}
	}
	if r.Return != nil {
		row.Return = Cell{t.per(*r.Return), row.Value.URL, row.Value.Note}
		row.Chart = t.scale.whisker(t.Voice, t.loop.Currency, r)
	}
	if r.Value.Minor > 0 {
		row.Share = share(float64(r.Value.Minor) / float64(t.most()))
	}
	return row
}

// most is what the row that brought most brought.
func (t *table) most() (most int64) {
	for i := range t.loop.Rows {
		most = max(most, t.loop.Rows[i].Value.Minor)
	}
	return most
}

// none stands where a figure cannot be said.
var none = Cell{Text: "–"}

func (t *table) spent(s report.Sum, key ...string) Cell {
	if t.loop.CostsUntil == "" || s.Minor == 0 {
		return none
	}
	return Cell{Text: t.sum(s), URL: t.figure(report.OfSpend, key...)}
}

// per is money back per unit spent, as money.
func (t *table) per(ratio float64) string { return per(t.Voice, t.loop.Currency, ratio) }

func per(v ui.Voice, c money.Currency, ratio float64) string {
	unit := 1.0
	for range c.Decimals() {
		unit *= 10
	}
	return v.Sum(money.Amount{Minor: int64(math.Round(ratio * unit)), Currency: c})
}

// round is a round ratio as money without needless digits: €1, €0.5.
func round(v ui.Voice, c money.Currency, ratio float64) string {
	text := per(v, c, ratio)
	if whole, digits, found := cutLast(text, ".,"); found && len(digits) <= c.Decimals() {
		if digits = strings.TrimRight(digits, "0"); digits == "" {
			return whole
		}
		return whole + text[len(whole):len(whole)+1] + digits
	}
	return text
}

// cutLast cuts a text at the last of some signs.
func cutLast(text, signs string) (before, after string, found bool) {
	at := strings.LastIndexAny(text, signs)
	if at < 0 {
		return text, "", false
	}
	return text[:at], text[at+1:], true
}

func (t *table) people(r *report.LoopRow, step report.Step, n int) Cell {
	if n == 0 {
		return Cell{Text: "0"}
	}
	return Cell{Text: t.Number(n), URL: t.figure(report.OfFlow, "step", string(step), "keyed", "1", "key", r.Key)}
}

func (t *table) value(r *report.LoopRow) Cell {
	c := Cell{Text: t.sum(r.Value)}
	if r.From > 0 {
		c.URL = t.figure(report.OfCredit, "keyed", "1", "key", r.Key)
		c.Note = t.T("from %d people", t.Many(r.From))
	}
	return c
}

func (t *table) total() Row {
	all := &t.loop.Total
	row := Row{Name: t.all(), Spend: t.spent(all.Spend), PerLead: none, Return: none, Value: Cell{Text: t.sum(all.Value)}}
	row.Leads = Cell{Text: t.Number(all.Leads), URL: t.figure(report.OfFlow, "step", string(report.Leads))}
	row.Customers = Cell{Text: t.Number(all.Customers), URL: t.figure(report.OfFlow, "step", string(report.Customers))}
	if all.From > 0 {
		row.Value.URL, row.Value.Note = t.figure(report.OfCredit), t.T("from %d people", t.Many(all.From))
	}
	if all.PerLead != nil {
		row.PerLead = Cell{t.sum(*all.PerLead), row.Leads.URL, t.T("%d leads", t.Many(all.Leads))}
	}
	if all.Return != nil {
		row.Return = Cell{t.per(*all.Return), row.Value.URL, row.Value.Note}
	}
	return row
}

func (t *table) stats() []Stat {
	all := &t.loop.Total
	spend := Stat{Name: t.T("Spend"), Value: t.sum(all.Spend), URL: t.spent(all.Spend).URL}
	if t.loop.CostsUntil == "" {
		spend.Value = t.T("No costs yet")
	}
	cost := Stat{Name: t.T("Cost per customer"), Value: none.Text}
	if all.PerCustomer != nil {
		cost.Value, cost.URL = t.sum(*all.PerCustomer), t.figure(report.OfFlow, "step", string(report.Customers))
	}
	value, orders := Stat{Name: t.measure(), Value: t.sum(all.Value)}, Stat{Name: t.T("Orders"), Value: t.Number(int(all.Orders + 0.5))}
	if all.From > 0 {
		value.URL, orders.URL = t.figure(report.OfCredit), t.figure(report.OfCredit)
	}
	return []Stat{spend, value, orders, cost}
}

func (t *table) named(key string) string { return named(t.Voice, t.By, key) }

// named is a key as people read it.
func named(v ui.Voice, by, key string) string {
	switch {
	case key != "" && by == "channel":
		return v.Channel(key)
	case key != "":
		return key
	case by == "source":
		return v.T("No source known")
	case by == "campaign":
		return v.T("No campaign")
	}
	return v.T("No touch known")
}

func models(v ui.Voice, q asked) []Choice {
	var choices []Choice
	for _, m := range attribution.Models() {
		choices = append(choices, Choice{
			ID: "model-" + string(m), Text: modelName(v, m), Full: meaning(v, m), URL: q.with("model", string(m)), Current: string(m) == q.Model,
		})
	}
	return choices
}

func groups(v ui.Voice, q asked) []Choice {
	choices := []Choice{{ID: "channel", Text: v.T("Channel")}, {ID: "source", Text: v.T("Source")}, {ID: "campaign", Text: v.T("Campaign")}}
	for i, c := range choices {
		choices[i].URL, choices[i].Current, choices[i].ID = q.with("by", c.ID), c.ID == q.By, "by-"+c.ID
	}
	return choices
}

func counts(v ui.Voice, q asked) []Choice {
	choices := []Choice{{ID: "won", Text: v.T("Won")}, {ID: "paid", Text: v.T("Paid")}}
	for i, c := range choices {
		choices[i].URL, choices[i].Current, choices[i].ID = q.with("count", c.ID), c.ID == q.Conversion, "count-"+c.ID
	}
	return choices
}
