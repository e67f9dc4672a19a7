package ledger

import (
	"context"

	"tandem/internal/change"
	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/team"
)

// Book is PutCosts for somebody who may write marketing's costs.
func (s *Service) Book(ctx context.Context, tx *db.Tx, by team.Actor, now clock.Micros, rows []CostRow) ([]change.Put, error) {
	if err := by.Check(team.WriteMarketing); err != nil {
		return nil, err
	}
	puts, err := s.PutCosts(ctx, tx, now, rows)
	if err != nil {
		return nil, err
	}
	return puts, team.Note(ctx, tx, by, now, team.Deed{Action: "record", Entity: "costs", Detail: map[string]any{"rows": len(rows)}})
}
