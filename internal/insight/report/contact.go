package report

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"tandem/internal/db"
	"tandem/internal/id"
	"tandem/internal/insight/attribution"
	"tandem/internal/insight/feed"
	"tandem/internal/journey"
	"tandem/internal/journey/channel"
)

// ContactCredit is what brought one person's money: all their orders together, each weighing what it is worth.
type ContactCredit struct {
	Model  attribution.Model
	Orders int            // deals won, and purchases without a deal
	Value  Sum            // what the orders are worth
	Paid   Sum            // what came in for them, less refunds
	Rows   []ContactShare // the largest share first; none without an order
}

// ContactShare is one channel's part, of 1 in all. Channel "" is what no touch led to.
type ContactShare struct {
	Channel string
	Side    journey.Side
	Share   float64
}

// SideOf is the wing that a channel belongs to; None for the absent one.
func SideOf(name string) journey.Side {
	switch {
	case name == "":
		return journey.None
	case channel.IsSales(name):
		return journey.Sales
	}
	return journey.Marketing
}

// OfContact is what brought one person's money, by a model; "" is linear. Markov knows no shares of a single person, so a sale is then shared
// equally among its channels. It reads that person alone and is quick whatever the size of the business.
func (s *Service) OfContact(ctx context.Context, p Place, contact id.ID, model string) (ContactCredit, error) {
	m, err := attribution.ParseModel(cmp.Or(model, string(attribution.Linear)))
	if err != nil {
		return ContactCredit{}, err
	}
	var credit ContactCredit
	err = s.db.Read(ctx, p.Workspace, func(tx *db.Tx) error {
		b, err := s.readOne(ctx, tx, p, contact)
		if err != nil {
			return err
		}
		credit = b.ofContact(m)
		return nil
	})
	return credit, err
}

// CostToWin is what winning a person cost, as far as that can be said: for each of the channels that brought their money, what was spent on it in
// all, divided by the customers it brought in all, in the channel's share. It is nil where no channel of theirs has costs. The whole
// business is asked, by linear credit.
func (s *Service) CostToWin(ctx context.Context, p Place, contact id.ID) (*Sum, error) {
	own, err := s.OfContact(ctx, p, contact, "")
	if err != nil || own.Orders == 0 {
		return nil, err
	}
	all, err := s.Attribution(ctx, p, AttributionQuery{})
	if err != nil {
		return nil, err
	}
	cost, known := 0.0, false
	for _, r := range all.Rows {
		for _, o := range own.Rows {
			if r.Key == o.Channel && r.Spend.Minor > 0 && r.Conversions > 0 {
				cost += o.Share * float64(r.Spend.Minor) / r.Conversions
				known = true
			}
		}
	}
	if !known {
		return nil, nil
	}
	return &Sum{int64(cost + 0.5), p.Currency}, nil
}

// readOne is a book in which there is one person.
func (s *Service) readOne(ctx context.Context, tx *db.Tx, p Place, contact id.ID) (*book, error) {
	b := s.blank(p)
	var err error
	if b.feed, err = feed.OfContact(ctx, tx, contact); err != nil {
		return nil, err
	}
	if b.converter, err = s.ledger.Converter(ctx, tx, p.Currency); err != nil {
		return nil, err
	}
	if err := b.readSales(ctx, tx, contact); err != nil {
		return nil, fmt.Errorf("read the sales to %s: %w", contact, err)
	}
	b.convert()
	return b, b.readPeople(ctx, tx, contact)
}

// readSales reads a person's deals and what was paid for them, whoever paid, and what the person paid for no deal or for one of nobody.
func (b *book) readSales(ctx context.Context, tx *db.Tx, contact id.ID) error {
	ws := tx.Workspace()
	var err error
	b.deals, err = db.All[dealFacts](ctx, tx, `SELECT `+dealColumns+` FROM deal
		WHERE workspace_id = $1 AND contact_id = $2 AND removed_at IS NULL ORDER BY created_at, id`, ws, contact)
	if err != nil {
		return err
	}
	own, err := db.All[paymentFacts](ctx, tx, `SELECT `+paymentColumns+` FROM payment
		WHERE workspace_id = $1 AND contact_id = $2 AND removed_at IS NULL`, ws, contact)
	if err != nil {
		return err
	}
	mine := map[id.ID]bool{}
	for _, d := range b.deals {
		mine[d.ID] = true
		paid, err := db.All[paymentFacts](ctx, tx, `SELECT `+paymentColumns+` FROM payment
			WHERE workspace_id = $1 AND deal_id = $2 AND removed_at IS NULL`, ws, d.ID)
		if err != nil {
			return err
		}
		b.payments = append(b.payments, paid...)
	}
	for _, p := range own {
		ofNobody, elsewhere, err := whose(ctx, tx, p.Deal)
		if err != nil {
			return err
		}
		if ofNobody != nil && !mine[p.Deal] {
			mine[p.Deal] = true
			b.deals = append(b.deals, *ofNobody)
		}
		if !elsewhere {
			b.payments = append(b.payments, p)
		}
	}
	slices.SortFunc(b.payments, func(x, y paymentFacts) int {
		return cmp.Or(cmp.Compare(x.At, y.At), cmp.Compare(one(x.Refund), one(y.Refund)), cmp.Compare(x.ID, y.ID))
	})
	return nil
}

// whose reads the deal of a payment if it is nobody's; elsewhere says that it is somebody's, and so counts with that person's deals.
func whose(ctx context.Context, tx *db.Tx, deal id.ID) (ofNobody *dealFacts, elsewhere bool, err error) {
	if deal == 0 {
		return nil, false, nil
	}
	d, found, err := db.Maybe[dealFacts](ctx, tx, `SELECT `+dealColumns+` FROM deal WHERE workspace_id = $1 AND id = $2 AND removed_at IS NULL`,
		tx.Workspace(), deal)
	if err != nil || !found {
		return nil, false, err
	}
	if d.Contact != 0 {
		return nil, true, nil
	}
	return &d, false, nil
}

func (b *book) ofContact(m attribution.Model) ContactCredit {
	c := &crediting{book: b, options: attribution.Options{Model: m}}
	c.keysBy(b.feed.Channel)
	c.walk.within, _ = Period{}.span(b.place.Zone)
	c.walk.leads = m == attribution.WShaped
	credit := ContactCredit{Model: m, Value: b.sum(0), Paid: b.sum(0)}
	var orders []commitment
	for _, o := range b.sold {
		credit.Orders++
		credit.Value.Minor += o.value
		credit.Paid.Minor += o.paid
		orders = append(orders, o.commitment)
	}
	slices.SortStableFunc(orders, func(x, y commitment) int { return cmp.Or(cmp.Compare(x.contact, y.contact), cmp.Compare(x.at, y.at)) })
	credit.Rows = c.shares(c.journeys(orders, &c.walk))
	return credit
}

// shares are those of all sales together, by what they are worth; where they are worth nothing, each counts alike.
func (c *crediting) shares(journeys []attribution.Journey) []ContactShare {
	byChannel, all := map[string]float64{}, 0.0
	of := attribution.NewShares(c.options.Model, len(c.names))
	worth := slices.ContainsFunc(journeys, func(j attribution.Journey) bool { return j.Value > 0 })
	for i := range journeys {
		j := &journeys[i]
		weight := 1.0
		if worth {
			weight = float64(max(j.Value, 0))
		}
		if !j.Converted || weight == 0 {
			continue
		}
		all += weight
		keys, parts := of.Of(j)
		if len(keys) == 0 {
			byChannel[""] += weight
		}
		for k, key := range keys {
			byChannel[c.names[key]] += weight * parts[k]
		}
	}
	rows := make([]ContactShare, 0, len(byChannel))
	for name, weight := range byChannel {
		if weight > 0 {
			rows = append(rows, ContactShare{name, SideOf(name), weight / all})
		}
	}
	slices.SortFunc(rows, func(x, y ContactShare) int {
		return cmp.Or(cmp.Compare(y.Share, x.Share), cmp.Compare(x.Channel, y.Channel))
	})
	return rows
}
