package exchange

import (
	"context"

	"tandem/internal/change"
	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/ledger"
	"tandem/internal/money"
)

// costLoader puts costs. The file wins.
type costLoader struct {
	s    *Service
	rows []ledger.CostRow
}

func (l *costLoader) prepare(context.Context, *db.Tx) error { return nil }

func (l *costLoader) clear() { l.rows = l.rows[:0] }

func (l *costLoader) add(c *cells) {
	r := ledger.CostRow{
		Key: c.key(), FromDay: day(c, "from"), ToDay: day(c, "to"), Channel: c.text("channel"), Source: c.text("source"),
		Campaign: c.text("campaign"), Note: c.text("note"),
	}
	if at := day(c, "at"); at != "" {
		r.FromDay, r.ToDay = at, at
	}
	amount, ok := c.money("amount")
	r.Amount = amount
	if !ok && len(c.problems) == 0 {
		c.fail("amount", fault.Invalidf("a cost needs an amount"))
	}
	if len(c.problems) == 0 {
		if err := r.Check(); err != nil {
			c.fail("from", err)
		}
	}
	if len(c.problems) == 0 {
		l.rows = append(l.rows, r)
	}
}

// day is the field's calendar day in the zone that times are read in.
func day(c *cells, name string) string {
	if at := c.time(name); at != 0 {
		return at.Day(c.read.times.Zone)
	}
	return ""
}

func (l *costLoader) put(ctx context.Context, tx *db.Tx, _ *batch) ([]change.Put, error) {
	return l.s.Ledger.PutCosts(ctx, tx, clock.Of(l.s.Clock.Now()), l.rows)
}

// rateLoader sets exchange rates: how much of a currency one unit of the workspace's buys on a day, as central banks quote it.
type rateLoader struct {
	s    *Service
	rows []ledger.Rate
}

func (l *rateLoader) prepare(context.Context, *db.Tx) error { return nil }

func (l *rateLoader) clear() { l.rows = l.rows[:0] }

func (l *rateLoader) add(c *cells) {
	currency, err := money.ParseCurrency(c.text("currency"))
	if err != nil {
		c.fail("currency", fault.Invalidf("%v", err))
	}
	number, _ := c.decimal("rate")
	r := ledger.Rate{Base: c.read.o.Base, Currency: currency, Day: day(c, "at"), Rate: number}
	if len(c.problems) == 0 {
		if err := r.Check(); err != nil {
			c.fail("rate", err)
		}
	}
	if len(c.problems) == 0 {
		l.rows = append(l.rows, r)
	}
}

func (l *rateLoader) put(ctx context.Context, tx *db.Tx, _ *batch) ([]change.Put, error) {
	return l.s.Ledger.PutRates(ctx, tx, l.rows)
}
