package report

import (
	"context"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/id"
	"tandem/internal/insight/feed"
	"tandem/internal/money"
)

// Strip is the loop at a glance: what went in, who came, what became of it, all of one period. Each step counts what happened in the period by
// itself, so a rate compares this period's deals with this period's leads, whoever they are.
type Strip struct {
	Currency   money.Currency `json:"currency"`
	Spend      Sum            `json:"spend"`
	CostsUntil string         `json:"costs_until"` // the last day of all costs; "" where there are none, and so no spend to speak of
	Came       int            `json:"came"`
	CameAs     Arrivals       `json:"came_as"`
	Leads      int            `json:"leads"` // people who became one
	Deals      int            `json:"deals"` // opened, and the purchases without a deal
	Open       int            `json:"open"`  // of these, not decided yet
	Orders     int            `json:"orders"`
	Won        Sum            `json:"won"`         // what the orders are worth
	PaidOrders int            `json:"paid_orders"` // of these orders, paid in full by now
	Paid       Sum            `json:"paid"`        // what came in for these orders by now, less refunds
	ToCome     Sum            `json:"to_come"`     // what is still to be paid for them

	Each     *Sum     `json:"spend_per_arrival"` // spend ÷ came
	PerLead  *Sum     `json:"spend_per_lead"`
	LeadRate *float64 `json:"lead_rate"` // leads ÷ came
	DealRate *float64 `json:"deal_rate"` // deals ÷ leads
	WonRate  *float64 `json:"won_rate"`  // orders ÷ deals
	PaidRate *float64 `json:"paid_rate"` // paid orders ÷ orders
	Return   *float64 `json:"return"`    // paid ÷ spend

	Unconverted []Elsewhere `json:"unconverted,omitempty"` // what of the period has no rate
}

// Arrivals says what is counted of those who came.
type Arrivals string

// What is counted: visits to the site, which are page views of one person less than half an hour apart; page views, where some are of nobody
// known, so that visits cannot be told apart; touches, where no page view was recorded.
const (
	Visits    Arrivals = "visits"
	PageViews Arrivals = "page views"
	Touches   Arrivals = "touches"
)

// visitEnds is how long somebody must have been away for the next page view to be a new visit, as web analytics count it.
const visitEnds = clock.Micros(30 * 60 * 1e6)

// Strip makes the loop strip of a period.
func (s *Service) Strip(ctx context.Context, p Place, period Period) (Strip, error) {
	within, err := period.span(p.Zone)
	if err != nil {
		return Strip{}, err
	}
	var strip Strip
	err = s.open(ctx, p, func(tx *db.Tx, b *book) error {
		strip, err = answer(b, stripOf(period), func() (Strip, error) { return s.strip(ctx, tx, b, period, within) })
		return err
	})
	return strip, err
}

type stripOf Period

func (s *Service) strip(ctx context.Context, tx *db.Tx, b *book, period Period, within span) (Strip, error) {
	strip := Strip{Currency: b.place.Currency}
	spent, err := b.spend(ctx, tx, s.ledger, period, "channel")
	if err != nil {
		return strip, err
	}
	if strip.CostsUntil, err = s.ledger.SpentUntil(ctx, tx); err != nil {
		return strip, err
	}
	strip.Spend = b.sum(0)
	for _, minor := range spent {
		strip.Spend.Minor += minor
	}
	strip.Came, strip.CameAs = b.arrivals(within)
	for i := range b.people {
		if p := &b.people[i]; p.lead != 0 && within.holds(p.lead) {
			strip.Leads++
		}
	}
	b.countDeals(&strip, within)
	b.countOrders(&strip, within)
	strip.rates()
	strip.Unconverted = b.unconvertedIn(within)
	return strip, nil
}

// unconvertedIn is what of a period has no rate. What was spent is of the period already.
func (b *book) unconvertedIn(within span) []Elsewhere {
	var some []Elsewhere
	for _, e := range b.unconverted() {
		e.Deals, e.Won.Minor, e.Payments, e.Paid.Minor = 0, 0, 0, 0
		for i := range b.deals {
			if d := &b.deals[i]; d.unrated && d.Currency == e.Currency && within.holds(d.Closed) {
				e.Deals++
				e.Won.Minor += d.Amount
			}
		}
		for i := range b.payments {
			if p := &b.payments[i]; p.unrated && p.Currency == e.Currency && within.holds(p.At) {
				e.Payments++
				e.Paid.Minor += p.signed()
			}
		}
		if e.Deals+e.Payments > 0 || e.Spend.Minor != 0 {
			some = append(some, e)
		}
	}
	return some
}

// arrivals counts those who came in a period, in the best unit that there is.
func (b *book) arrivals(within span) (int, Arrivals) {
	visits, views, strangers, touches := 0, 0, 0, 0
	var contact id.ID
	var last clock.Micros
	for i, flags := range b.feed.Flags {
		at := b.feed.At[i]
		if flags&feed.Counts == 0 || !within.holds(at) {
			continue
		}
		touches++
		if flags&feed.View == 0 {
			continue
		}
		views++
		if b.feed.Contact[i] == 0 {
			strangers++
			continue
		}
		if b.feed.Contact[i] != contact || at-last > visitEnds {
			visits++
		}
		contact, last = b.feed.Contact[i], at
	}
	switch {
	case views == 0:
		return touches, Touches
	case strangers > 0:
		return views, PageViews
	}
	return visits, Visits
}

func (b *book) countDeals(strip *Strip, within span) {
	for i := range b.deals {
		d := &b.deals[i]
		if !within.holds(d.Created) {
			continue
		}
		strip.Deals++
		if d.Status != won && d.Status != lost {
			strip.Open++
		}
	}
}

// order is one sale, as the strip counts it: a deal that was won, or a purchase without a deal.
type order struct {
	commitment
	paid int64
}

// sales are all orders. What was paid for a deal that is not won is none yet.
func (b *book) sales() []order {
	received, _ := b.commitments(Paid, span{})
	paidFor := map[id.ID]int64{}
	var all []order
	for _, c := range received {
		if c.deal != 0 {
			paidFor[c.deal] += c.value
		} else {
			all = append(all, order{c, c.value})
		}
	}
	wins, _ := b.commitments(Won, span{})
	for _, c := range wins {
		all = append(all, order{c, paidFor[c.deal]})
	}
	return all
}

func (b *book) countOrders(strip *Strip, within span) {
	strip.Won, strip.Paid, strip.ToCome = b.sum(0), b.sum(0), b.sum(0)
	for _, o := range b.sold {
		if !within.holds(o.at) {
			continue
		}
		strip.Orders++
		strip.Won.Minor += o.value
		strip.Paid.Minor += o.paid
		if o.deal == 0 {
			strip.Deals++
		}
		if o.paid >= o.value {
			strip.PaidOrders++
		} else {
			strip.ToCome.Minor += o.value - o.paid
		}
	}
}

func (s *Strip) rates() {
	s.Each, s.PerLead = s.Spend.over(s.Came), s.Spend.over(s.Leads)
	s.LeadRate, s.DealRate = share(s.Leads, s.Came), share(s.Deals, s.Leads)
	s.WonRate, s.PaidRate = share(s.Orders, s.Deals), share(s.PaidOrders, s.Orders)
	s.Return = quotient(s.Paid.Minor, s.Spend.Minor)
}

// over is what each of n costs, nil where nothing was spent or there is none.
func (s Sum) over(n int) *Sum {
	if n == 0 || s.Minor <= 0 {
		return nil
	}
	half := int64(n) / 2
	return &Sum{(s.Minor + half) / int64(n), s.Currency}
}

// share is one count ÷ another, nil where that is 0.
func share(some, all int) *float64 {
	if all == 0 {
		return nil
	}
	f := float64(some) / float64(all)
	return &f
}
