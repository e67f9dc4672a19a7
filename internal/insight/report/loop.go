package report

import (
	"cmp"
	"context"
	"slices"

	"tandem/internal/db"
	"tandem/internal/insight/attribution"
	"tandem/internal/journey"
	"tandem/internal/ledger"
	"tandem/internal/money"
)

// LoopQuery asks what the whole loop brought. By is channel, source or campaign; Ranges asks for likely ranges even where they take a while.
type LoopQuery struct {
	Period
	By         string
	Model      string
	Conversion string
	Ranges     bool
}

// Loop is what each channel cost and brought: its leads and customers by their first touch, which lies in the period, and its part of what was
// committed in the period, by the model.
type Loop struct {
	Currency    money.Currency
	By          string
	Model       attribution.Model
	Conversion  Conversion
	Rows        []LoopRow // by value; the row "" is what no touch, or none with the key, led to
	Total       LoopRow
	Ranged      bool        // Low and High are filled in
	CostsUntil  string      // the last day of all costs, "" where there are none
	Known       bool        // there are touches, deals or payments at all
	Unconverted []Elsewhere // of the period
	Beside      Beside      // sales of the period that count as paid alone
}

// Beside are purchases without a deal: nothing was won there, so that their money counts where it was paid.
type Beside struct {
	N     int
	Value Sum
}

// LoopRow is one key. What cannot be said is nil.
type LoopRow struct {
	Key         string
	Side        journey.Side
	Spend       Sum
	Leads       int
	Customers   int
	PerLead     *Sum
	PerCustomer *Sum
	Orders      float64 // the key's part of the orders
	From        int     // how many people, and sales to nobody known, its value comes from
	Value       Sum
	Return      *float64 // value ÷ spend
	Low         *float64 // the range in which the return lies in 80 of 100 cases
	High        *float64
	Linear      *float64 // the return when every touch counts, and when only the last does; by channel alone
	Last        *float64
}

// Few is the number of people under which a figure says little: it is shown, but pale.
const Few = 5

// Few reports whether too few people stand behind the row's value to judge by it.
func (r *LoopRow) Few() bool { return r.From < Few }

// quick is up to how many touches the ranges are worked out at once.
const quick = 50_000

// Loop makes the report.
func (s *Service) Loop(ctx context.Context, p Place, q LoopQuery) (Loop, error) {
	within, err := q.span(p.Zone)
	if err != nil {
		return Loop{}, err
	}
	model, err := attribution.ParseModel(cmp.Or(q.Model, string(attribution.Linear)))
	if err != nil {
		return Loop{}, err
	}
	conversion, err := parseConversion(q.Conversion)
	if err != nil {
		return Loop{}, err
	}
	var loop Loop
	err = s.open(ctx, p, func(tx *db.Tx, b *book) error {
		l := looping{book: b, period: q.Period, credit: creditOf{cmp.Or(q.By, "channel"), conversion, within, model, q.Ranges || b.feed.Len() <= quick}}
		loop, err = l.report(ctx, tx, s.ledger)
		return err
	})
	return loop, err
}

// looping is one such report under way.
type looping struct {
	*book
	period Period
	credit creditOf
	rows   map[string]*LoopRow
}

func (l *looping) report(ctx context.Context, tx *db.Tx, costs *ledger.Service) (Loop, error) {
	q := l.credit
	loop := Loop{Currency: l.place.Currency, By: q.by, Model: q.model, Conversion: q.conversion, Ranged: q.ranged, Known: l.feed.Len()+len(l.deals)+len(l.payments) > 0}
	l.rows = map[string]*LoopRow{}
	spent, err := l.spend(ctx, tx, costs, l.period, q.by)
	if err != nil {
		return loop, err
	}
	if loop.CostsUntil, err = costs.SpentUntil(ctx, tx); err != nil {
		return loop, err
	}
	for key, minor := range spent {
		l.row(key).Spend.Minor += minor
	}
	flow, err := l.flow(FlowQuery{l.period, q.by}, q.within)
	if err != nil {
		return loop, err
	}
	for _, f := range flow.Rows {
		if f.Leads > 0 {
			r := l.row(f.Key)
			r.Leads, r.Customers = f.Leads, f.Won
		}
	}
	if err := l.share(&loop.Total); err != nil {
		return loop, err
	}
	loop.Total.Leads, loop.Total.Customers = flow.Total.Leads, flow.Total.Won
	l.finish(&loop)
	return loop, nil
}

func (l *looping) row(key string) *LoopRow {
	r := l.rows[key]
	if r == nil {
		r = &LoopRow{Key: key, Spend: l.sum(0), Value: l.sum(0)}
		if l.credit.by == "channel" {
			r.Side = SideOf(key)
		}
		l.rows[key] = r
	}
	return r
}

// share fills in what the keys earned, by the model and, for channels, by the two models whose difference tells the most.
func (l *looping) share(total *LoopRow) error {
	models := []attribution.Model{l.credit.model}
	if l.credit.by == "channel" {
		models = append(models, attribution.Linear, attribution.Last)
	}
	all, err := l.brought(l.credit, models...)
	if err != nil {
		return err
	}
	main := all[0]
	for i, name := range main.names {
		l.earned(l.row(name), main.earned[i])
	}
	if main.unmatched != (attribution.Credit{}) {
		l.earned(l.row(""), main.unmatched)
	}
	for key, n := range main.from {
		if n > 0 {
			l.row(key).From = n
		}
	}
	if len(all) == 3 {
		l.returns(all[1], func(r *LoopRow, f *float64) { r.Linear = f })
		l.returns(all[2], func(r *LoopRow, f *float64) { r.Last = f })
	}
	total.Orders, total.From = main.conversions, main.fromAll
	return nil
}

func (l *looping) earned(r *LoopRow, c attribution.Credit) {
	r.Orders += c.Conversions
	r.Value.Minor += c.Value
	if l.credit.ranged && r.Spend.Minor > 0 {
		r.Low, r.High = quotient(c.Low, r.Spend.Minor), quotient(c.High, r.Spend.Minor)
	}
}

func (l *looping) returns(by brought, set func(*LoopRow, *float64)) {
	for i, name := range by.names {
		r := l.row(name)
		set(r, quotient(by.earned[i].Value, r.Spend.Minor))
	}
}

func (l *looping) finish(loop *Loop) {
	t := &loop.Total
	t.Spend, t.Value = l.sum(0), l.sum(0)
	for _, r := range l.rows {
		if r.Spend.Minor == 0 && r.Value.Minor == 0 && r.Leads == 0 && r.From == 0 {
			continue
		}
		r.complete()
		loop.Rows = append(loop.Rows, *r)
		t.Spend.Minor += r.Spend.Minor
		t.Value.Minor += r.Value.Minor
	}
	t.complete()
	slices.SortFunc(loop.Rows, func(x, y LoopRow) int {
		return cmp.Or(cmp.Compare(y.Value.Minor, x.Value.Minor), cmp.Compare(y.Leads, x.Leads), cmp.Compare(x.Key, y.Key))
	})
	loop.Unconverted = l.unconvertedIn(l.credit.within)
	if l.credit.conversion == Won {
		loop.Beside = l.dealless(l.credit.within)
	}
}

// dealless are the purchases of a period without a deal.
func (b *book) dealless(within span) Beside {
	beside := Beside{Value: b.sum(0)}
	for _, o := range b.sold {
		if o.deal == 0 && within.holds(o.at) {
			beside.N++
			beside.Value.Minor += o.value
		}
	}
	return beside
}

func (r *LoopRow) complete() {
	r.PerLead, r.PerCustomer = r.Spend.over(r.Leads), r.Spend.over(r.Customers)
	r.Return = quotient(r.Value.Minor, r.Spend.Minor)
}
