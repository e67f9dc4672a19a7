package contact

import (
	"context"
	"encoding/json"

	"tandem/internal/change"
	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/team"
)

// Upsert is PutAll for somebody who may write people: what a row says replaces what was there, what it leaves out stays, and addresses and
// tags are added. Rows are found again by the system's external ids, else by email, else by phone.
func (s *Service) Upsert(ctx context.Context, tx *db.Tx, by team.Actor, rows []Row, system string) ([]change.Put, error) {
	if err := by.Check(team.WritePeople); err != nil {
		return nil, err
	}
	result, err := s.PutAll(ctx, tx, rows, Options{System: system, Overwrite: true})
	if err != nil {
		return nil, err
	}
	return result.Puts, s.notePuts(ctx, tx, by, "contact", result.Puts)
}

// UpsertCompanies is PutCompanies for somebody who may write people, as Upsert is PutAll.
func (s *Service) UpsertCompanies(ctx context.Context, tx *db.Tx, by team.Actor, rows []CompanyRow, system string) ([]change.Put, error) {
	if err := by.Check(team.WritePeople); err != nil {
		return nil, err
	}
	puts, err := s.PutCompanies(ctx, tx, rows, Options{System: system, Overwrite: true})
	if err != nil {
		return nil, err
	}
	return puts, s.notePuts(ctx, tx, by, "company", puts)
}

// notePuts leaves what became of each record in the trail.
func (s *Service) notePuts(ctx context.Context, tx *db.Tx, by team.Actor, entity string, puts []change.Put) error {
	var deeds []team.Deed
	for _, p := range puts {
		switch p.Outcome {
		case change.Created:
			deeds = append(deeds, team.Deed{Action: "create", Entity: entity, Record: p.ID, Detail: map[string]any{}})
		case change.Updated:
			before := map[string]json.RawMessage{"after": p.Before} // as deep as what it became
			deeds = append(deeds, team.Deed{Action: "update", Entity: entity, Record: p.ID, Detail: map[string]any{"before": before, "after": json.RawMessage(p.After)}})
		}
	}
	return team.Note(ctx, tx, by, clock.Of(s.clock.Now()), deeds...)
}
