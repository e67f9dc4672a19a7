package report

import (
	"cmp"
	"context"
	"slices"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/id"
	"tandem/internal/insight/attribution"
	"tandem/internal/insight/feed"
	"tandem/internal/ledger"
	"tandem/internal/money"
)

// Figure names one number of the reports, so that it can be opened. What a kind does not ask for is left out.
type Figure struct {
	Kind       Kind
	Period     Period
	By         string   // channel, source or campaign
	Key        string   // the row's
	Keyed      bool     // one row's number, not the total's
	But        []string // of the flow: these rows' people are left out
	Step       Step     // of the flow
	Model      string
	Conversion string
	Month      string // of a cohort; "" is the total
	Within     int    // months after the first touch; below 0 is all leads
	Today      string
	Cost       LooseCost // what costs were for, as the quality report names it
}

// Kind is what sort of number a figure is.
type Kind string

// The kinds. Flow numbers are people at a step, of one key or of all; a credit's are the sales from which a key's value comes, by a model, and whose
// they are; Spend is what costs took of the period. The others are lines of the quality report: Campaign and Source are the people with touches of the
// key, WithoutRate are sales in the currency Key, Loose are costs of the key Cost. The strip's are the people who came or became leads, and the deals
// opened, the orders, and those of them that were paid for.
const (
	OfFlow      Kind = "flow"
	OfCredit    Kind = "credit"
	OfCohort    Kind = "cohort"
	NoTouch     Kind = "no-touch"
	NoContact   Kind = "no-contact"
	OfCampaign  Kind = "campaign"
	OfSource    Kind = "source"
	WithoutRate Kind = "no-rate"
	OfStrip     Kind = "strip"
	OfSpend     Kind = "spend"
	OfLooseCost Kind = "loose-cost"
)

// Records are what stands behind a figure.
type Records struct {
	People []id.ID // by id; of a figure that counts sales there are none
	Sales  []Sale  // the latest first
	Costs  []CostPart
	Worth  *Sum  // what they come to, in the report's currency; nil where the figure is no money
	Loose  int64 // the part of it that belongs to no sale: refunds of people who never paid
	Came   Came
}

// Sale is a deal, or a purchase without one, behind a figure.
type Sale struct {
	Contact id.ID // 0 is nobody known
	Deal    id.ID // 0 is none
	Payment id.ID // the first for it, 0 for a deal that was won
	At      clock.Micros
	Value   Sum
	Part    *Sum // what the figure counts of it, nil if that is all of it or cannot be said
}

// Key is the deal's or the payment's id.
func (s *Sale) Key() id.ID { return cmp.Or(s.Deal, s.Payment) }

// CostPart is what a cost takes of a period.
type CostPart struct {
	ledger.Spent
	Amount Sum // in its own currency
	Worth  Sum // in the report's, as far as its days have a rate
}

// Came is how often somebody came, where the figure counts that, in the unit it is counted in.
type Came struct {
	N  int
	As Arrivals
}

// Count is how many people stand behind the figure, with the sales to nobody known; of deals and orders, how many there are.
func (r *Records) Count() int {
	n := len(r.People) + len(r.Costs)
	for i := range r.Sales {
		if r.People == nil || r.Sales[i].Contact == 0 {
			n++
		}
	}
	return n
}

// Behind lists the records that a figure counts. A figure that does not exist is a usage fault.
func (s *Service) Behind(ctx context.Context, p Place, f Figure) (Records, error) {
	within, err := f.Period.span(p.Zone)
	if err != nil {
		return Records{}, err
	}
	var found Records
	err = s.open(ctx, p, func(tx *db.Tx, b *book) error {
		switch f.Kind {
		case OfSpend, OfLooseCost:
			found, err = b.behindSpend(ctx, tx, s.ledger, f)
		default:
			found, err = b.behind(f, within)
		}
		return err
	})
	return found, err
}

// behindSpend lists what costs took of the period: of one key, or all of them.
func (b *book) behindSpend(ctx context.Context, tx *db.Tx, l *ledger.Service, f Figure) (Records, error) {
	worth := b.sum(0)
	found := Records{Worth: &worth}
	if _, err := b.column(cmp.Or(f.By, "channel")); err != nil {
		return found, err
	}
	err := l.Spend(ctx, tx, f.Period.From, f.Period.To, func(s *ledger.Spent) error {
		if !f.pays(s) {
			return nil
		}
		minor, _, _ := s.In(b.converter)
		found.Costs = append(found.Costs, CostPart{*s, Sum(s.Amount()), b.sum(minor)})
		worth.Minor += minor
		return nil
	})
	slices.SortStableFunc(found.Costs, func(x, y CostPart) int { return cmp.Compare(y.First, x.First) })
	return found, err
}

// pays says whether a cost is of the figure.
func (f *Figure) pays(s *ledger.Spent) bool {
	if f.Kind == OfLooseCost {
		return s.Channel == f.Cost.Channel && s.Source == f.Cost.Source && s.Campaign == f.Cost.Campaign
	}
	return !f.Keyed || costKey(s, cmp.Or(f.By, "channel")) == f.Key
}

func (b *book) behind(f Figure, within span) (Records, error) {
	switch f.Kind {
	case OfFlow:
		return b.behindFlow(f, within)
	case OfCredit:
		return b.behindCredit(f, within)
	case OfCohort:
		q := CohortQuery{Period: f.Period, Conversion: f.Conversion, Today: f.Today, Months: mostMonths}
		c, err := q.check(b.place)
		if err != nil {
			return Records{}, err
		}
		return Records{People: b.cohort(c, f.Month, f.Within)}, nil
	case NoTouch:
		return b.untouched(), nil
	case NoContact:
		return b.ofNobody(), nil
	case OfCampaign:
		return Records{People: b.touchedBy(b.feed.Campaign, f.Key)}, nil
	case OfSource:
		return Records{People: b.touchedBy(b.feed.Source, f.Key)}, nil
	case OfStrip:
		return b.behindStrip(f.Step, within)
	case WithoutRate:
		return b.unrated(money.Currency(f.Key)), nil
	}
	return Records{}, fault.Usagef("there is no figure %q", string(f.Kind))
}

func (b *book) behindFlow(f Figure, within span) (Records, error) {
	if !slices.Contains(Steps(), f.Step) {
		return Records{}, fault.Usagef("there is no step %q", string(f.Step))
	}
	column, err := b.column(cmp.Or(f.By, "channel"))
	if err != nil {
		return Records{}, err
	}
	return Records{People: b.stepped(within, f.Step, column, f.holds())}, nil
}

// holds says whether the figure counts the row of a key.
func (f *Figure) holds() func(key string) bool {
	if f.Keyed {
		return func(key string) bool { return key == f.Key }
	}
	but := map[string]bool{}
	for _, key := range f.But {
		but[key] = true
	}
	return func(key string) bool { return !but[key] }
}

// behindStrip lists what is behind a step of the strip.
func (b *book) behindStrip(step Step, within span) (Records, error) {
	switch step {
	case AllPeople:
		found := Records{People: b.cameWithin(within)}
		found.Came.N, found.Came.As = b.arrivals(within)
		return found, nil
	case Leads:
		var found Records
		for i := range b.people {
			if p := &b.people[i]; p.lead != 0 && within.holds(p.lead) {
				found.People = append(found.People, p.id)
			}
		}
		return found, nil
	case WithDeal:
		return b.opened(within), nil
	case Customers, Payers:
		return b.ordersOf(step, within), nil
	}
	return Records{}, fault.Usagef("there is no step %q", string(step))
}

// opened are the deals opened in a period, and the purchases without one.
func (b *book) opened(within span) (found Records) {
	for i := range b.deals {
		if d := &b.deals[i]; within.holds(d.Created) {
			found.Sales = append(found.Sales, Sale{Contact: d.Contact, Deal: d.ID, At: d.Created, Value: Sum{d.Amount, d.Currency}})
		}
	}
	for _, o := range b.sold {
		if within.holds(o.at) && o.deal == 0 {
			found.Sales = append(found.Sales, b.sale(&o.commitment))
		}
	}
	found.sort()
	return found
}

// ordersOf are the orders of a period, or what was paid for them.
func (b *book) ordersOf(step Step, within span) Records {
	worth := b.sum(0)
	found := Records{Worth: &worth}
	for _, o := range b.sold {
		if !within.holds(o.at) || step == Payers && o.paid == 0 {
			continue
		}
		s := b.sale(&o.commitment)
		if step == Payers {
			part := b.sum(o.paid)
			s.Part = &part
			worth.Minor += o.paid
		} else {
			worth.Minor += o.value
		}
		found.Sales = append(found.Sales, s)
	}
	found.sort()
	return found
}

func (b *book) sale(c *commitment) Sale {
	s := Sale{Contact: c.contact, Deal: c.deal, Payment: c.payment, At: c.at, Value: b.sum(c.value)}
	if s.Deal != 0 {
		s.Payment = 0
	}
	return s
}

// cameWithin are the people whose touches the strip counts as those who came.
func (b *book) cameWithin(within span) []id.ID {
	_, as := b.arrivals(within)
	var people []id.ID
	for i, flags := range b.feed.Flags {
		counts := flags&feed.Counts != 0 && (as == Touches || flags&feed.View != 0)
		if contact := b.feed.Contact[i]; counts && contact != 0 && within.holds(b.feed.At[i]) {
			people = append(people, contact)
		}
	}
	slices.Sort(people)
	return slices.Compact(people)
}

func (b *book) behindCredit(f Figure, within span) (Records, error) {
	model, err := attribution.ParseModel(cmp.Or(f.Model, string(attribution.Linear)))
	if err != nil {
		return Records{}, err
	}
	conversion, err := parseConversion(f.Conversion)
	if err != nil {
		return Records{}, err
	}
	q := creditOf{by: cmp.Or(f.By, "channel"), conversion: conversion, within: within, model: model}
	shared, err := b.brought(q, model)
	if err != nil {
		return Records{}, err
	}
	c, err := b.crediting(q)
	if err != nil {
		return Records{}, err
	}
	c.walk.leads = model == attribution.WShaped
	journeys, loose := c.journeyed()
	found := c.sold(f, model, journeys)
	if !f.Keyed || f.Key == "" {
		found.Loose = loose
	}
	worth := b.sum(shared[0].worth(f))
	found.Worth = &worth
	return found, nil
}

// sold are the sales of which a key earned a part, or all of them.
func (c *crediting) sold(f Figure, m attribution.Model, journeys []attribution.Journey) (found Records) {
	seen := map[id.ID]bool{}
	c.earners(m, journeys, func(name string, of *commitment, minor int64) {
		s := c.sale(of)
		if f.Keyed && name != f.Key || !f.Keyed && seen[s.Key()] {
			return
		}
		if part := c.sum(minor); f.Keyed && m != attribution.Markov {
			s.Part = &part
		}
		seen[s.Key()] = true
		found.Sales = append(found.Sales, s)
		if of.contact != 0 {
			found.People = append(found.People, of.contact)
		}
	})
	found.sort()
	return found
}

// worth is what a figure of the credit says.
func (b *brought) worth(f Figure) (minor int64) {
	for i, name := range b.names {
		if !f.Keyed || name == f.Key {
			minor += b.earned[i].Value
		}
	}
	if !f.Keyed || f.Key == "" {
		minor += b.unmatched.Value
	}
	return minor
}

// sort puts people in the order of ids, each once, and sales in that of time, the latest first.
func (r *Records) sort() {
	slices.Sort(r.People)
	r.People = slices.Compact(r.People)
	slices.SortFunc(r.Sales, func(x, y Sale) int { return cmp.Or(cmp.Compare(y.At, x.At), cmp.Compare(y.Key(), x.Key())) })
}

// untouched are the deals won without a touch before.
func (b *book) untouched() Records {
	worth := b.sum(0)
	found := Records{Worth: &worth}
	for i := range b.deals {
		if d := &b.deals[i]; d.Status == won && b.cold(d) {
			found.Sales = append(found.Sales, Sale{Contact: d.Contact, Deal: d.ID, At: d.Closed, Value: Sum{d.Amount, d.Currency}, Part: b.counted(d.won, d.Currency)})
			worth.Minor += d.won
		}
	}
	found.sort()
	return found
}

// counted is what an amount of another currency comes to, nil for one of the report's.
func (b *book) counted(minor int64, of money.Currency) *Sum {
	if of == b.place.Currency {
		return nil
	}
	sum := b.sum(minor)
	return &sum
}

// cold reports whether a deal closed before anything came from its person.
func (b *book) cold(d *dealFacts) bool {
	at, touched := b.firsts[d.Contact]
	return !touched || b.feed.At[at] > d.Closed
}

// ofNobody are the payments that belong to no contact.
func (b *book) ofNobody() Records {
	worth := b.sum(0)
	found := Records{Worth: &worth}
	for i := range b.payments {
		if p := &b.payments[i]; p.Contact == 0 {
			s := p.sale()
			s.Part = b.counted(p.paid, p.Currency)
			found.Sales = append(found.Sales, s)
			worth.Minor += p.paid
		}
	}
	found.sort()
	return found
}

// sale is the payment by itself.
func (p *paymentFacts) sale() Sale {
	return Sale{Contact: p.Contact, Payment: p.ID, At: p.At, Value: Sum{p.signed(), p.Currency}}
}

// touchedBy are the people who had a touch with a word in a column.
func (b *book) touchedBy(column []int32, word string) []id.ID {
	number := int32(slices.Index(b.feed.Words, word))
	var some []id.ID
	b.feed.Journeys(func(contact id.ID, from, to int) {
		for i := from; i < to; i++ {
			if column[i] == number && b.feed.Flags[i]&feed.Counts != 0 {
				some = append(some, contact)
				return
			}
		}
	})
	return some
}

// unrated are the sales in a currency for whose days there is no rate.
func (b *book) unrated(c money.Currency) (found Records) {
	for i := range b.deals {
		if d := &b.deals[i]; d.unrated && d.Currency == c {
			found.Sales = append(found.Sales, Sale{Contact: d.Contact, Deal: d.ID, At: d.Closed, Value: Sum{d.Amount, c}})
		}
	}
	for i := range b.payments {
		if p := &b.payments[i]; p.unrated && p.Currency == c {
			found.Sales = append(found.Sales, p.sale())
		}
	}
	found.sort()
	return found
}
