package report

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/id"
	"tandem/internal/insight/feed"
	"tandem/internal/people/contact"
)

// person is how far somebody has come with the business. Whoever has a later step has the earlier ones: a deal makes a lead, and so does a
// purchase, which counts as a deal that was won at once.
type person struct {
	id       id.ID
	first    int32        // the place of the first touch in the feed; -1 without one
	recorded clock.Micros // became a lead, as their record says; 0 is unknown
	lead     clock.Micros // became a lead: as recorded, else the first form, else the first deal or purchase, else first seen; 0 for no lead
	deal     bool
	bought   clock.Micros // the first commitment: a deal won, or something paid for; 0 for none
	won      clock.Micros // the first deal won
	paid     clock.Micros // the first commitment that money came in for, refunds taken off
}

// dayOne is the least instant that stands for "known": the beginning of the epoch itself is taken for unknown everywhere.
const dayOne clock.Micros = 1

// readPeople reads the contacts, all or one, and what the book says of each.
func (b *book) readPeople(ctx context.Context, tx *db.Tx, only id.ID) error {
	query, args := `SELECT id, lead_at, lifecycle, created_at FROM contact WHERE workspace_id = $1 ORDER BY id`, []any{tx.Workspace()}
	if only != 0 {
		query, args = `SELECT id, lead_at, lifecycle, created_at FROM contact WHERE workspace_id = $1 AND id = $2 ORDER BY id`, append(args, only)
	}
	err := db.EachCells(ctx, tx, func(c db.Cells) error {
		p := person{id: id.ID(c.Int(0)), first: -1, recorded: clock.Micros(c.Int(1))}
		if p.lead = p.recorded; p.lead == 0 && contact.Lifecycle(c.Text(2)).AtLeastLead() {
			p.lead = max(dayOne, clock.Micros(c.Int(3)))
		}
		b.people = append(b.people, p)
		return nil
	}, query, args...)
	if err != nil {
		return fmt.Errorf("read the contacts: %w", err)
	}
	b.contacts = len(b.people)
	b.meet()
	b.progress()
	return nil
}

// meet finds everybody's first touch, and their first form.
func (b *book) meet() {
	b.firsts = make(map[id.ID]int, b.contacts)
	next := 0
	b.feed.Journeys(func(contact id.ID, from, to int) {
		for next < len(b.people) && b.people[next].id < contact {
			next++
		}
		first := b.firstOf(from, to)
		if first >= 0 {
			b.firsts[contact] = first
		}
		if next == len(b.people) || b.people[next].id != contact {
			return
		}
		p := &b.people[next]
		p.first = int32(first)
		if form := b.firstForm(from, to); form != 0 && p.recorded == 0 {
			p.lead = form
		}
	})
}

// firstOf is the first of some touches that counts, -1 if none does.
func (b *book) firstOf(from, to int) int {
	for i := from; i < to; i++ {
		if b.feed.Flags[i]&feed.Counts != 0 {
			return i
		}
	}
	return -1
}

// firstForm is when the first of some touches that is a form was filled in, 0 if none was.
func (b *book) firstForm(from, to int) clock.Micros {
	for i := from; i < to; i++ {
		if b.feed.Flags[i]&feed.Form != 0 {
			return b.feed.At[i]
		}
	}
	return 0
}

// progress follows people from lead to paid.
func (b *book) progress() {
	for i := range b.deals {
		if p := b.person(b.deals[i].Contact); p != nil {
			p.deal = true
			p.lead = earliest(p.lead, b.deals[i].Created)
		}
	}
	sales, _ := b.commitments(Won, span{})
	for _, c := range sales {
		if p := b.person(c.contact); p != nil {
			p.won = earliest(p.won, c.at)
			p.bought = earliest(p.bought, c.at)
		}
	}
	sales, _ = b.commitments(Paid, span{})
	for _, c := range sales {
		if p := b.person(c.contact); p != nil && c.value > 0 {
			p.paid = earliest(p.paid, c.at)
			p.bought = earliest(p.bought, c.at)
		}
	}
	for i := range b.people {
		if p := &b.people[i]; p.bought != 0 {
			p.deal = true
			p.lead = earliest(p.lead, p.bought)
		}
	}
}

// earliest is the earlier of two instants, of which the first may be unknown.
func earliest(known, at clock.Micros) clock.Micros {
	at = max(at, dayOne)
	if known == 0 {
		return at
	}
	return min(known, at)
}

// person is somebody's place among all, nil if there is none of the id.
func (b *book) person(contact id.ID) *person {
	at, found := slices.BinarySearchFunc(b.people, contact, func(p person, c id.ID) int { return cmp.Compare(p.id, c) })
	if !found {
		return nil
	}
	return &b.people[at]
}

// met reports whether somebody's first touch lies in a period. Without a period everybody belongs to it.
func (b *book) met(p *person, within span) bool {
	return !within.limited || p.first >= 0 && within.holds(b.feed.At[p.first])
}
