package report

import (
	"cmp"
	"slices"

	"tandem/internal/clock"
	"tandem/internal/fault"
	"tandem/internal/id"
	"tandem/internal/insight/attribution"
	"tandem/internal/insight/feed"
)

// Conversion says what counts as one, and what it is worth.
type Conversion string

// The conversions: a won deal, worth what was won; or a commitment that was paid for, worth what was paid less what was refunded.
const (
	Won  Conversion = "won"
	Paid Conversion = "paid"
)

func parseConversion(s string) (Conversion, error) {
	switch c := Conversion(s); c {
	case "":
		return Won, nil
	case Won, Paid:
		return c, nil
	}
	return "", fault.Usagef("%q is no conversion", s).WithMend("choose won or paid")
}

// commitment is the moment at which someone decided to buy. Touches before it can earn what it is worth.
type commitment struct {
	contact id.ID
	at      clock.Micros
	value   int64
	opened  clock.Micros // of its deal; 0 without one
	deal    id.ID        // 0 for a purchase without one
	payment id.ID        // the first for it; 0 for a deal that was won
}

// commitments are the conversions, by contact and time, and the money of the period that belongs to none: refunds of people who never paid.
func (b *book) commitments(c Conversion, within span) (all []commitment, loose int64) {
	orders := b.ordered
	if c == Won {
		for i := range b.deals {
			if d := &b.deals[i]; d.Status == won {
				all = append(all, commitment{d.Contact, b.decided(d, orders), d.won, d.Created, d.ID, 0})
			}
		}
	} else {
		all, loose = b.paid(orders, within)
	}
	slices.SortStableFunc(all, func(x, y commitment) int { return cmp.Or(cmp.Compare(x.contact, y.contact), cmp.Compare(x.at, y.at)) })
	return all, loose
}

// orders are the times at which each contact placed an order or accepted a quote.
func (b *book) orders() map[id.ID][]clock.Micros {
	orders := map[id.ID][]clock.Micros{}
	for i, flags := range b.feed.Flags {
		if flags&feed.Commits != 0 {
			orders[b.feed.Contact[i]] = append(orders[b.feed.Contact[i]], b.feed.At[i])
		}
	}
	return orders
}

// decided is when a won deal was committed: when it was won, or earlier, when its quote was accepted or its order placed.
func (b *book) decided(d *dealFacts, orders map[id.ID][]clock.Micros) clock.Micros {
	return ordered(d, d.Closed, orders)
}

// ordered is when, before an instant, the deal's contact accepted its quote or placed its order; the instant itself if they did not.
func ordered(d *dealFacts, before clock.Micros, orders map[id.ID][]clock.Micros) clock.Micros {
	if d.Contact == 0 {
		return before
	}
	for _, at := range orders[d.Contact] {
		if at >= d.Created && at < before {
			return at
		}
	}
	return before
}

// payer is what a payment belongs to: a deal, an order, or itself.
type payer struct {
	deal, contact, payment id.ID
	order                  clock.Micros
}

// paid gathers payments by what they are for. Instalments and renewals of a deal, or of an order, add to the one conversion. A refund takes from
// the deal it names, else from the latest earlier conversion of the same contact.
func (b *book) paid(orders map[id.ID][]clock.Micros, within span) (all []commitment, loose int64) {
	byPayer := map[payer]*commitment{}
	latest := map[id.ID]*commitment{}
	var order []*commitment
	for i := range b.payments {
		p := &b.payments[i]
		if p.paid == 0 {
			continue // no money came in, or it has no rate and stands elsewhere
		}
		who := b.payerOf(p, orders)
		one := byPayer[who]
		if p.Refund && one == nil {
			if one = latest[p.Contact]; one == nil || p.Contact == 0 {
				if within.holds(p.At) {
					loose += p.paid
				}
				continue
			}
		}
		if one == nil {
			begun := b.beginning(p, who, orders)
			one = &begun
			byPayer[who] = one
			order = append(order, one)
		}
		one.value += p.paid
		if !p.Refund {
			latest[p.Contact] = one
		}
	}
	for _, one := range order {
		all = append(all, *one)
	}
	return all, loose
}

func (b *book) payerOf(p *paymentFacts, orders map[id.ID][]clock.Micros) payer {
	if _, ok := b.dealAt[p.Deal]; ok {
		return payer{deal: p.Deal}
	}
	if p.Refund {
		return payer{payment: p.ID}
	}
	if at, ok := before(orders[p.Contact], p.At); ok && p.Contact != 0 {
		return payer{contact: p.Contact, order: at}
	}
	return payer{payment: p.ID}
}

// before is the last of sorted times up to an instant.
func before(times []clock.Micros, at clock.Micros) (clock.Micros, bool) {
	for i := len(times) - 1; i >= 0; i-- {
		if times[i] <= at {
			return times[i], true
		}
	}
	return 0, false
}

// beginning is when what a payment is for was committed: its deal's win, its order, else the first payment itself.
func (b *book) beginning(p *paymentFacts, who payer, orders map[id.ID][]clock.Micros) commitment {
	c := commitment{contact: p.Contact, at: p.At, payment: p.ID}
	if who.order != 0 {
		c.at = who.order
	}
	if at, ok := b.dealAt[who.deal]; ok {
		d := &b.deals[at]
		c.contact, c.opened, c.deal = d.Contact, d.Created, d.ID
		if c.contact == 0 {
			c.contact = p.Contact
		}
		c.at = ordered(d, p.At, orders)
		if d.Status == won {
			c.at = b.decided(d, orders)
		}
	}
	return c
}

// walk are the limits within which journeys are cut out of the feed.
type walk struct {
	within span
	window clock.Micros // 0 is none
	key    func(i int) int32
	direct func(i int) bool
	leads  bool               // the model asks when people became leads
	of     []commitment       // whose journey each is; without a value where it led to none
	steps  []attribution.Step // room for those of every journey, so that none is moved
}

// journeys cuts the feed into one journey for each commitment, and one for each person whose last touches led to none. Commitments of
// nobody, or of people without touches, are journeys without steps.
func (b *book) journeys(all []commitment, w *walk) []attribution.Journey {
	w.steps, w.of = make([]attribution.Step, 0, b.feed.Len()), nil
	var journeys []attribution.Journey
	next := 0
	b.feed.Journeys(func(contact id.ID, from, to int) {
		for next < len(all) && all[next].contact < contact {
			journeys = b.alone(journeys, all[next], w)
			next++
		}
		first := next
		for next < len(all) && all[next].contact == contact {
			next++
		}
		journeys = b.cut(journeys, contact, from, to, all[first:next], w)
	})
	for ; next < len(all); next++ {
		journeys = b.alone(journeys, all[next], w)
	}
	return journeys
}

// alone is a commitment that no touch led to.
func (b *book) alone(journeys []attribution.Journey, c commitment, w *walk) []attribution.Journey {
	if !w.within.holds(c.at) {
		return journeys
	}
	w.of = append(w.of, c)
	return append(journeys, attribution.Journey{Converted: true, Value: c.value})
}

// cut makes the journeys of one contact, whose touches are those from up to to and whose commitments are sorted.
func (b *book) cut(journeys []attribution.Journey, contact id.ID, from, to int, commitments []commitment, w *walk) []attribution.Journey {
	lead := clock.Micros(0)
	if w.leads {
		lead = b.becameLead(contact, from, to)
	}
	steps := w.steps
	defer func() { w.steps = steps }()
	var previous []attribution.Step
	i := from
	for _, c := range commitments {
		begun := len(steps)
		for ; i < to && b.feed.At[i] <= c.at; i++ {
			if b.feed.Flags[i]&feed.Earns != 0 {
				steps = append(steps, attribution.Step{Key: w.key(i), Direct: w.direct(i), At: b.feed.At[i]})
			}
		}
		if begun < len(steps) {
			previous = steps[begun:len(steps):len(steps)]
		}
		if w.within.holds(c.at) {
			w.of = append(w.of, c)
			journeys = append(journeys, attribution.Journey{
				Steps: inWindow(previous, c.at, w.window), Converted: true, Value: c.value, Lead: lead, Opened: c.opened,
			})
		}
	}
	begun := len(steps)
	for ; i < to; i++ {
		if b.feed.Flags[i]&feed.Earns != 0 {
			steps = append(steps, attribution.Step{Key: w.key(i), Direct: w.direct(i), At: b.feed.At[i]})
		}
	}
	if begun < len(steps) && w.within.holds(steps[len(steps)-1].At) {
		w.of = append(w.of, commitment{contact: contact})
		journeys = append(journeys, attribution.Journey{Steps: steps[begun:], Lead: lead})
	}
	return journeys
}

func inWindow(steps []attribution.Step, at, window clock.Micros) []attribution.Step {
	if window == 0 {
		return steps
	}
	for len(steps) > 0 && steps[0].At < at-window {
		steps = steps[1:]
	}
	return steps
}

// becameLead is when a person became a lead: as their record says, else with their first form; 0 is unknown.
func (b *book) becameLead(contact id.ID, from, to int) clock.Micros {
	if p := b.person(contact); p != nil && p.recorded != 0 {
		return p.recorded
	}
	return b.firstForm(from, to)
}
