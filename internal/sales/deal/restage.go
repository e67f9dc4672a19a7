package deal

import (
	"context"
	"fmt"
	"slices"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/id"
	"tandem/internal/team"
)

// MoveStage changes a stage's place with its neighbour's among the stages of its status: with the one before it, or the one behind. At the
// edge nothing happens.
func (s *Service) MoveStage(ctx context.Context, tx *db.Tx, by team.Actor, now clock.Micros, stage id.ID, forward bool) error {
	p, at, err := s.arranged(ctx, tx, by, stage)
	if err != nil {
		return err
	}
	to := at - 1
	if forward {
		to = at + 1
	}
	if to < 0 || to >= len(p.Stages) || p.Stages[to].Status != p.Stages[at].Status {
		return nil
	}
	p.Stages[at], p.Stages[to] = p.Stages[to], p.Stages[at]
	for i, st := range p.Stages { // all of them: files may have given two stages one place
		if _, err := db.Exec(ctx, tx, `UPDATE stage SET position = $3 WHERE workspace_id = $1 AND id = $2`, tx.Workspace(), st.ID, i+1); err != nil {
			return fmt.Errorf("move stage %s: %w", stage, err)
		}
	}
	return team.Note(ctx, tx, by, now, team.Deed{Action: "move", Entity: "stage", Record: stage, Detail: map[string]any{"name": p.Stages[to].Name}})
}

// RemoveStage removes a stage that no deal stands in or stood in when it was taken back. The last one of its status stays.
func (s *Service) RemoveStage(ctx context.Context, tx *db.Tx, by team.Actor, now clock.Micros, stage id.ID) error {
	p, at, err := s.arranged(ctx, tx, by, stage)
	if err != nil {
		return err
	}
	alike := func(st Stage) bool { return st.ID != stage && st.Status == p.Stages[at].Status }
	if !slices.ContainsFunc(p.Stages, alike) {
		return fault.Conflictf("a pipeline needs a stage that is %s", p.Stages[at].Status)
	}
	n, err := db.Exec(ctx, tx, `DELETE FROM stage WHERE workspace_id = $1 AND id = $2
		AND NOT EXISTS (SELECT 1 FROM deal d WHERE d.workspace_id = $1 AND d.stage_id = $2)`, tx.Workspace(), stage)
	if err != nil {
		return fmt.Errorf("remove stage %s: %w", stage, err)
	}
	if n == 0 {
		return fault.Conflictf("deals stand in %q", p.Stages[at].Name).WithMend("move them to another stage first")
	}
	return team.Note(ctx, tx, by, now, team.Deed{Action: "remove", Entity: "stage", Record: stage, Detail: map[string]any{"name": p.Stages[at].Name}})
}

// arranged is the pipeline of a stage, and the stage's place in it, for somebody who may change them.
func (s *Service) arranged(ctx context.Context, tx *db.Tx, by team.Actor, stage id.ID) (*Pipeline, int, error) {
	if err := by.Check(team.ManageSettings); err != nil {
		return nil, 0, err
	}
	b, err := openBook(ctx, tx)
	if err != nil {
		return nil, 0, err
	}
	for _, p := range b.pipelines {
		if at := slices.IndexFunc(p.Stages, func(st Stage) bool { return st.ID == stage }); at >= 0 {
			return p, at, nil
		}
	}
	return nil, 0, fault.NotFoundf("there is no such stage")
}
