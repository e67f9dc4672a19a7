package ledger

import (
	"context"
	"fmt"
	"iter"
	"time"

	"tandem/internal/db"
	"tandem/internal/id"
	"tandem/internal/money"
)

// Spent is what of a cost falls in a period.
//
// A cost is spread evenly over its days; the minor units that are left over go to its first days, one each. A day's part never depends
// on the period, so the parts of periods that follow each other sum to the whole.
type Spent struct {
	Cost
	First string // the first and the last day in the period, both included
	Last  string
}

// Spend calls do for what of each standing cost falls in a period, in the order of their ids. from and to are whole days as YYYY-MM-DD, both
// included; "" is no limit. What do is given is valid until it returns, and do must not run statements in the transaction.
func (s *Service) Spend(ctx context.Context, tx *db.Tx, from, to string, do func(*Spent) error) error {
	for _, day := range []string{from, to} {
		if day == "" {
			continue
		}
		if err := checkDay(day); err != nil {
			return err
		}
	}
	err := db.Each(ctx, tx, func(c *Cost) error {
		// days written as YYYY-MM-DD sort as texts do
		part := Spent{Cost: *c, First: max(c.FromDay, from), Last: c.ToDay}
		if to != "" {
			part.Last = min(c.ToDay, to)
		}
		if part.First > part.Last {
			return nil
		}
		return do(&part)
	}, `SELECT `+costColumns+` FROM cost WHERE workspace_id = $1 AND removed_at IS NULL ORDER BY id`, tx.Workspace())
	if err != nil {
		return fmt.Errorf("read the costs: %w", err)
	}
	return nil
}

// Amount is the part in the cost's own currency.
func (s *Spent) Amount() money.Amount {
	skipped := daysBetween(s.FromDay, s.First)
	minor := s.until(skipped+daysBetween(s.First, s.Last)+1) - s.until(skipped)
	return money.Amount{Minor: minor, Currency: s.Currency}
}

// until is what the cost's first n days take.
func (s *Spent) until(n int64) int64 {
	all := daysBetween(s.FromDay, s.ToDay) + 1
	each, left := s.Minor/all, s.Minor%all
	if left < 0 {
		return each*n - min(n, -left)
	}
	return each*n + min(n, left)
}

// Days are the part's days with what each takes, in minor units of the cost's currency.
func (s *Spent) Days() iter.Seq2[string, int64] {
	return func(yield func(string, int64) bool) {
		day, last := date(s.First), date(s.Last)
		for n := daysBetween(s.FromDay, s.First); !day.After(last); n++ {
			if !yield(day.Format(time.DateOnly), s.until(n+1)-s.until(n)) {
				return
			}
			day = day.AddDate(0, 0, 1)
		}
	}
}

// In is the part in minor units of a converter's currency, each day by its own rate; left is what remains, in the cost's currency, of days
// that have no rate, and days how many these are.
func (s *Spent) In(c *Converter) (minor int64, left money.Amount, days int) {
	left.Currency = s.Currency
	if s.Currency == c.To() {
		return s.Amount().Minor, left, 0
	}
	for day, n := range s.Days() {
		converted, ok := c.Convert(money.Amount{Minor: n, Currency: s.Currency}, day)
		if !ok {
			left.Minor += n
			days++
			continue
		}
		minor += converted
	}
	return minor, left, days
}

// SpentUntil is the last day of all standing costs, "" if there are none: how far the figures of spend reach.
func (s *Service) SpentUntil(ctx context.Context, tx *db.Tx) (string, error) {
	day, err := db.One[string](ctx, tx, `SELECT MAX(to_day) FROM cost WHERE workspace_id = $1 AND removed_at IS NULL`, tx.Workspace())
	if err != nil {
		return "", fmt.Errorf("look for the last cost: %w", err)
	}
	return day, nil
}

// Campaigns are up to limit campaigns that money was spent on, by name.
func (s *Service) Campaigns(ctx context.Context, tx *db.Tx, limit int) ([]string, error) {
	return db.All[string](ctx, tx, `SELECT DISTINCT campaign FROM cost
		WHERE workspace_id = $1 AND removed_at IS NULL AND campaign <> '' ORDER BY campaign LIMIT $2`, tx.Workspace(), limit)
}

// Costs returns up to limit standing costs whose id is above after, in the order of their ids; for an export.
func (s *Service) Costs(ctx context.Context, tx *db.Tx, after id.ID, limit int) ([]Cost, error) {
	return db.All[Cost](ctx, tx, `SELECT `+costColumns+` FROM cost
		WHERE workspace_id = $1 AND id > $2 AND removed_at IS NULL ORDER BY id LIMIT $3`, tx.Workspace(), after, limit)
}

// CostQuery is what of the costs is asked for; what is left empty narrows nothing.
type CostQuery struct {
	Channel, Source, Campaign, Key string
	From, To                       string // days: costs that lie in between, if only in part
	After                          id.ID
	Limit                          int
}

// FindCosts returns the standing costs that are asked for, in the order of their ids.
func (s *Service) FindCosts(ctx context.Context, tx *db.Tx, q CostQuery) ([]Cost, error) {
	w := db.Within(tx)
	db.And(w, "channel = ", q.Channel)
	db.And(w, "source = ", q.Source)
	db.And(w, "campaign = ", q.Campaign)
	db.And(w, "key = ", q.Key)
	db.And(w, "to_day >= ", q.From)
	db.And(w, "from_day <= ", q.To)
	db.And(w, "id > ", q.After)
	return db.All[Cost](ctx, tx, `SELECT `+costColumns+` FROM cost WHERE `+w.Text+` AND removed_at IS NULL ORDER BY id LIMIT `+w.Arg(q.Limit), w.Args...)
}
