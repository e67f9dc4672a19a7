package report

import (
	"cmp"
	"context"
	"slices"

	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/id"
	"tandem/internal/insight/attribution"
	"tandem/internal/insight/feed"
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
}

// Kind is what sort of number a figure is.
type Kind string

// The kinds. Flow numbers are people at a step, of one key or of all; a credit's are those from whom a key's value comes, by a model. The others
// are lines of the quality report: Campaign and Source are the people with touches of the key, Unrated are sales in the currency Key. The strip's are
// those who came, became leads, had a deal opened, bought or paid within the period.
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
)

// Records are what stands behind a figure, each list by id: people, and, where there is nobody to name, deals and payments.
type Records struct {
	People   []id.ID
	Deals    []id.ID
	Payments []id.ID
}

// Count is the figure.
func (r *Records) Count() int { return len(r.People) + len(r.Deals) + len(r.Payments) }

// Behind lists the records that a figure counts. A figure that does not exist is a usage fault.
func (s *Service) Behind(ctx context.Context, p Place, f Figure) (Records, error) {
	within, err := f.Period.span(p.Zone)
	if err != nil {
		return Records{}, err
	}
	var found Records
	err = s.open(ctx, p, func(_ *db.Tx, b *book) error {
		found, err = b.behind(f, within)
		return err
	})
	return found, err
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
		return Records{Deals: b.untouched()}, nil
	case NoContact:
		return Records{Payments: b.ofNobody()}, nil
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

// behindStrip lists who is behind a step of the strip.
func (b *book) behindStrip(step Step, within span) (Records, error) {
	var found Records
	switch step {
	case AllPeople:
		found.People = b.cameWithin(within)
	case Leads:
		for i := range b.people {
			if p := &b.people[i]; p.lead != 0 && within.holds(p.lead) {
				found.People = append(found.People, p.id)
			}
		}
	case WithDeal:
		for i := range b.deals {
			if d := &b.deals[i]; within.holds(d.Created) {
				found.add(&commitment{contact: d.Contact, deal: d.ID})
			}
		}
		for _, o := range b.sales() {
			if within.holds(o.at) && o.deal == 0 {
				found.add(&o.commitment)
			}
		}
	case Customers, Payers:
		for _, o := range b.sales() {
			if within.holds(o.at) && (step == Customers || o.paid > 0) {
				found.add(&o.commitment)
			}
		}
	default:
		return found, fault.Usagef("there is no step %q", string(step))
	}
	found.sort()
	return found, nil
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
	return people
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
	c, err := b.crediting(creditOf{by: cmp.Or(f.By, "channel"), conversion: conversion, within: within})
	if err != nil {
		return Records{}, err
	}
	c.walk.leads = model == attribution.WShaped
	var found Records
	journeys, _ := c.journeyed()
	c.earners(model, journeys, func(name string, of *commitment) {
		if !f.Keyed || name == f.Key {
			found.add(of)
		}
	})
	found.sort()
	return found, nil
}

func (r *Records) add(c *commitment) {
	switch {
	case c.contact != 0:
		r.People = append(r.People, c.contact)
	case c.deal != 0:
		r.Deals = append(r.Deals, c.deal)
	case c.payment != 0:
		r.Payments = append(r.Payments, c.payment)
	}
}

// sort puts every list in the order of ids, each id once.
func (r *Records) sort() {
	for _, list := range []*[]id.ID{&r.People, &r.Deals, &r.Payments} {
		slices.Sort(*list)
		*list = slices.Compact(*list)
	}
}

// untouched are the deals won without a touch before.
func (b *book) untouched() []id.ID {
	var some []id.ID
	for i := range b.deals {
		if d := &b.deals[i]; d.Status == won && b.cold(d) {
			some = append(some, d.ID)
		}
	}
	slices.Sort(some)
	return some
}

// cold reports whether a deal closed before anything came from its person.
func (b *book) cold(d *dealFacts) bool {
	at, touched := b.firsts[d.Contact]
	return !touched || b.feed.At[at] > d.Closed
}

// ofNobody are the payments that belong to no contact.
func (b *book) ofNobody() []id.ID {
	var some []id.ID
	for i := range b.payments {
		if p := &b.payments[i]; p.Contact == 0 {
			some = append(some, p.ID)
		}
	}
	slices.Sort(some)
	return some
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
func (b *book) unrated(c money.Currency) Records {
	var found Records
	for i := range b.deals {
		if d := &b.deals[i]; d.unrated && d.Currency == c {
			found.Deals = append(found.Deals, d.ID)
		}
	}
	for i := range b.payments {
		if p := &b.payments[i]; p.unrated && p.Currency == c {
			found.Payments = append(found.Payments, p.ID)
		}
	}
	found.sort()
	return found
}
