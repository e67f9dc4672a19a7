package payment

import (
	"context"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/team"
)

// Take writes a payment or a refund down for somebody who may: the row's key again puts it right, and books it once. A refund, and what was one
// under the same key, takes the right to refund.
func (s *Service) Take(ctx context.Context, tx *db.Tx, by team.Actor, now clock.Micros, row Row) (Payment, error) {
	if err := s.mayTake(ctx, tx, by, row); err != nil {
		return Payment{}, err
	}
	if !row.At.Past(now) {
		return Payment{}, fault.Invalidf("what was paid lies in the past; this is no time of it").In("at")
	}
	puts, err := s.PutAll(ctx, tx, now, []Row{row})
	if err != nil {
		return Payment{}, err
	}
	p, err := s.Payment(ctx, tx, puts[0].ID)
	if err != nil {
		return p, err
	}
	return p, team.Note(ctx, tx, by, now, team.Deed{
		Action: "record", Entity: "payment", Record: p.ID, Detail: map[string]any{"amount": p.Amount, "currency": p.Currency, "kind": p.Kind},
	})
}

func (s *Service) mayTake(ctx context.Context, tx *db.Tx, by team.Actor, row Row) error {
	if err := by.Check(team.WriteSales); err != nil {
		return err
	}
	if row.Kind == Refunded || row.Amount < 0 {
		return by.Check(team.Refund)
	}
	known, err := s.ByKeys(ctx, tx, []string{row.Key})
	if err != nil || known[row.Key] == 0 {
		return err
	}
	was, err := s.Payment(ctx, tx, known[row.Key])
	if err == nil && was.Kind == Refunded {
		err = by.Check(team.Refund)
	}
	return err
}
