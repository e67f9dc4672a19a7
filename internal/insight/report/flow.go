package report

import (
	"cmp"
	"context"
	"slices"

	"tandem/internal/db"
	"tandem/internal/id"
	"tandem/internal/journey"
)

// Step is how far people have come, or where they left.
type Step string

// The steps of the flow, each a part of the one before, and those who have not taken the next one.
const (
	AllPeople Step = "people"
	Leads     Step = "leads"
	WithDeal  Step = "deal"
	Customers Step = "won"
	Payers    Step = "paid"
	NoLead    Step = "no-lead"
	NoDeal    Step = "no-deal"
	NotWon    Step = "not-won"
	NotPaid   Step = "not-paid"
)

// Flow is what became of the people whose first touch lies in a period, by where that touch came from. It counts people, once each, however many
// deals they have; the funnel counts their deals.
type Flow struct {
	By    string    `json:"by"`
	Rows  []FlowRow `json:"rows"`
	Total FlowRow   `json:"total"`
}

// FlowRow are the people of one key. A purchase without a deal counts as a deal that was won at once; paid are those from whom money came in,
// refunds taken off.
type FlowRow struct {
	Key    string       `json:"key"`
	Side   journey.Side `json:"side"` // of the channel; the flow by source or campaign has none
	People int          `json:"people"`
	Leads  int          `json:"leads"`
	Deal   int          `json:"with_deal"`
	Won    int          `json:"won"`
	Paid   int          `json:"paid"`
}

// FlowQuery asks for the flow. The period selects the first touch; By is channel, source or campaign, "" is channel.
type FlowQuery struct {
	Period
	By string
}

// Flow makes the report. Without a period people who have no first touch are in it too, under "".
func (s *Service) Flow(ctx context.Context, p Place, q FlowQuery) (Flow, error) {
	within, err := q.span(p.Zone)
	if err != nil {
		return Flow{}, err
	}
	var flow Flow
	err = s.open(ctx, p, func(_ *db.Tx, b *book) error {
		flow, err = b.flow(q, within)
		return err
	})
	return flow, err
}

func (b *book) flow(q FlowQuery, within span) (Flow, error) {
	return answer(b, q, func() (Flow, error) {
		flow := Flow{By: cmp.Or(q.By, "channel"), Rows: []FlowRow{}}
		column, err := b.column(flow.By)
		if err != nil {
			return flow, err
		}
		byKey := make([]FlowRow, len(b.feed.Words))
		for i := range b.people {
			if p := &b.people[i]; b.met(p, within) {
				byKey[b.key(p, column)].add(p)
				flow.Total.add(p)
			}
		}
		for word, row := range byKey {
			if row.People == 0 {
				continue
			}
			row.Key = b.feed.Words[word]
			if flow.By == "channel" {
				row.Side = SideOf(row.Key)
			}
			flow.Rows = append(flow.Rows, row)
		}
		slices.SortFunc(flow.Rows, func(x, y FlowRow) int { return cmp.Or(cmp.Compare(y.People, x.People), cmp.Compare(x.Key, y.Key)) })
		return flow, nil
	})
}

// key is the word of somebody's first touch in a column, 0 for none.
func (b *book) key(p *person, column []int32) int32 {
	if p.first < 0 {
		return 0
	}
	return column[p.first]
}

func (r *FlowRow) add(p *person) {
	r.People++
	r.Leads += one(p.is(Leads))
	r.Deal += one(p.is(WithDeal))
	r.Won += one(p.is(Customers))
	r.Paid += one(p.is(Payers))
}

func one(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// is reports whether somebody has come to a step, or left before it.
func (p *person) is(step Step) bool {
	switch step {
	case AllPeople:
		return true
	case Leads:
		return p.lead != 0
	case WithDeal:
		return p.deal
	case Customers:
		return p.bought != 0
	case Payers:
		return p.paid != 0
	case NoLead:
		return p.lead == 0
	case NoDeal:
		return p.lead != 0 && !p.deal
	case NotWon:
		return p.deal && p.bought == 0
	case NotPaid:
		return p.bought != 0 && p.paid == 0
	}
	return false
}

// Steps are all steps.
func Steps() []Step {
	return []Step{AllPeople, Leads, WithDeal, Customers, Payers, NoLead, NoDeal, NotWon, NotPaid}
}

// Count is how many people of the row stand at a step.
func (r *FlowRow) Count(s Step) int {
	switch s {
	case AllPeople:
		return r.People
	case Leads:
		return r.Leads
	case WithDeal:
		return r.Deal
	case Customers:
		return r.Won
	case Payers:
		return r.Paid
	case NoLead:
		return r.People - r.Leads
	case NoDeal:
		return r.Leads - r.Deal
	case NotWon:
		return r.Deal - r.Won
	case NotPaid:
		return r.Won - r.Paid
	}
	return 0
}

// stepped are the people of a period who stand at a step, of the keys that the figure holds.
func (b *book) stepped(within span, step Step, column []int32, holds func(key string) bool) []id.ID {
	var some []id.ID
	for i := range b.people {
		p := &b.people[i]
		if b.met(p, within) && p.is(step) && holds(b.feed.Words[b.key(p, column)]) {
			some = append(some, p.id)
		}
	}
	return some
}
