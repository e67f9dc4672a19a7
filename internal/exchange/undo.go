package exchange

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"tandem/internal/change"
	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/id"
	"tandem/internal/team"
)

// Undone is what taking an import back did.
type Undone struct {
	ImportID id.ID `json:"import_id"`
	Kind     Kind  `json:"kind"`
	Rows     int   `json:"rows"` // taken back
	Kept     int   `json:"kept"` // records that stay as they are, because they have a history or were changed since
}

// Undo takes an import back: what it made goes away, what it changed gets its earlier values back. It goes from the last row to the first, a batch
// a transaction, and goes on where it stopped if it was interrupted.
func (s *Service) Undo(ctx context.Context, ws id.Workspace, by team.Actor, importID id.ID) (Undone, error) {
	return s.undo(ctx, ws, by, importID, nil)
}

func (s *Service) undo(ctx context.Context, ws id.Workspace, by team.Actor, importID id.ID, job *carry) (Undone, error) {
	u := &undoingRun{s: s, ctx: ctx, ws: ws, by: by, job: job}
	if err := u.begin(importID); err != nil {
		return Undone{}, err
	}
	result := Undone{ImportID: u.run.ID, Kind: u.run.Kind, Rows: int(u.run.RowsDone)}
	for u.run.RowsDone > 0 {
		if err := ctx.Err(); err != nil {
			return result, err
		}
		if err := s.DB.Write(ctx, u.ws, u.batch); err != nil {
			return result, fmt.Errorf("undo the rows up to %d: %w", u.run.RowsDone, err)
		}
		u.run, u.kept = u.after, u.kept+u.keptNow
	}
	result.Kept = u.kept
	return result, s.DB.Write(ctx, u.ws, func(tx *db.Tx) error {
		done := u.run
		done.State, done.UndoneAt = undone, clock.Of(s.Clock.Now())
		if err := done.save(ctx, tx, 0); err != nil {
			return err
		}
		kept := u.kept
		if job != nil {
			kept = 0 // counted with each batch
		}
		if err := u.mark(tx, TakenBack, kept); err != nil {
			return err
		}
		return team.Note(ctx, tx, by, done.UndoneAt, done.deed("undo import"))
	})
}

// undoingRun is one undo under way.
type undoingRun struct {
	s       *Service
	ctx     context.Context
	ws      id.Workspace
	by      team.Actor
	job     *carry // nil for one that somebody waits for
	run     run
	after   run // what the batch at hand makes of it
	kept    int
	keptNow int
}

func (u *undoingRun) begin(importID id.ID) error {
	return u.s.DB.Write(u.ctx, u.ws, func(tx *db.Tx) error {
		r, found, err := db.Maybe[run](u.ctx, tx, `SELECT `+runColumns+` FROM import_run WHERE workspace_id = $1 AND id = $2`, u.ws, importID)
		switch {
		case err != nil:
			return fmt.Errorf("read the import: %w", err)
		case !found:
			return fault.NotFoundf("there is no import %s", importID)
		case r.State == undone:
			return fault.Conflictf("the import %s is undone already", importID)
		}
		if err := mayImport(u.by, r.Kind); err != nil {
			return err
		}
		r.State = undoing
		u.run = r
		return r.save(u.ctx, tx, r.RowsDone)
	})
}

// batch takes the last rows back that are still there.
func (u *undoingRun) batch(tx *db.Tx) error {
	if u.job != nil {
		if err := u.job.lease.Fence(u.ctx, tx); err != nil {
			return err
		}
	}
	from := max(0, u.run.RowsDone-batchRows)
	rows, err := db.All[verdict](u.ctx, tx, `SELECT import_id, row, line, verdict, record_id, problems FROM import_row
		WHERE workspace_id = $1 AND import_id = $2 AND row > $3 AND row <= $4 ORDER BY row DESC`, u.ws, u.run.ID, from, u.run.RowsDone)
	if err != nil {
		return fmt.Errorf("read the rows: %w", err)
	}
	changes, err := db.All[changed](u.ctx, tx, `SELECT import_id, n, entity, record_id, before, after FROM import_change
		WHERE workspace_id = $1 AND import_id = $2 AND n >= $3 AND n < $4 ORDER BY n DESC`,
		u.ws, u.run.ID, (from+1)*changesPerRow, (u.run.RowsDone+1)*changesPerRow)
	if err != nil {
		return fmt.Errorf("read the changes: %w", err)
	}
	kept, err := u.s.takeBack(u.ctx, tx, undosOf(u.run.Kind, rows, changes))
	if err != nil {
		return err
	}
	u.keptNow, u.after = len(kept), u.run
	u.after.RowsDone = from
	if err := u.after.save(u.ctx, tx, u.run.RowsDone); err != nil {
		return err
	}
	if u.job == nil {
		return nil
	}
	return u.mark(tx, Undoing, u.keptNow)
}

// mark tells the uploads of the import how far the undo is.
func (u *undoingRun) mark(tx *db.Tx, state UploadState, kept int) error {
	_, err := db.Exec(u.ctx, tx, `UPDATE upload SET state = $3, kept = kept + $4, changed_at = $5 WHERE workspace_id = $1 AND import_id = $2`,
		u.ws, u.run.ID, state, kept, clock.Of(u.s.Clock.Now()))
	if err != nil {
		return fmt.Errorf("save how far the undo is: %w", err)
	}
	return nil
}

// undosOf sorts what has to be taken back by what it is of, the last change first.
func undosOf(kind Kind, rows []verdict, changes []changed) map[string][]change.Undo {
	undos := map[string][]change.Undo{}
	type own struct {
		row    int64
		record id.ID
	}
	edited := map[own]bool{} // rows whose own record stands among the changes
	for _, c := range changes {
		u := change.Undo{ID: c.RecordID, Created: c.Before == "", Before: []byte(c.Before), After: []byte(c.After)}
		undos[c.Entity] = append(undos[c.Entity], u)
		edited[own{c.N / changesPerRow, c.RecordID}] = edited[own{c.N / changesPerRow, c.RecordID}] || c.Entity == string(kind)
	}
	for _, v := range rows {
		if v.Verdict == string(change.Created) && !edited[own{v.Row, v.RecordID}] {
			undos[string(kind)] = append(undos[string(kind)], change.Undo{ID: v.RecordID, Created: true})
		}
	}
	for _, list := range undos {
		// edits before removals, each newest first
		slices.SortStableFunc(list, func(a, b change.Undo) int { return order(a.Created) - order(b.Created) })
	}
	return undos
}

func order(created bool) int {
	if created {
		return 1
	}
	return 0
}

// takeBack hands each domain its changes, what refers to others first. It returns the records that stay.
func (s *Service) takeBack(ctx context.Context, tx *db.Tx, undos map[string][]change.Undo) ([]id.ID, error) {
	now := clock.Of(s.Clock.Now())
	var kept []id.ID
	steps := []struct {
		entity string
		undo   func([]change.Undo) ([]id.ID, error)
	}{
		{string(Rates), func(u []change.Undo) ([]id.ID, error) { return nil, s.Ledger.UndoRates(ctx, tx, u) }},
		{string(Costs), func(u []change.Undo) ([]id.ID, error) { return s.Ledger.UndoCosts(ctx, tx, now, u) }},
		{string(Payments), func(u []change.Undo) ([]id.ID, error) { return s.Payments.UndoAll(ctx, tx, now, u) }},
		{fieldEntity, func(u []change.Undo) ([]id.ID, error) { return s.Fields.UndoAll(ctx, tx, u) }},
		{string(Deals), func(u []change.Undo) ([]id.ID, error) { return s.Deals.UndoAll(ctx, tx, now, u) }},
		{string(Touches), func(u []change.Undo) ([]id.ID, error) { return nil, s.Journey.Retract(ctx, tx, idsOf(u)) }},
		{consentEntity, func(u []change.Undo) ([]id.ID, error) { return nil, s.Consents.Undo(ctx, tx, idsOf(u)) }},
		{string(Contacts), func(u []change.Undo) ([]id.ID, error) { return s.Contacts.UndoAll(ctx, tx, u) }},
		{string(Companies), func(u []change.Undo) ([]id.ID, error) { return s.undoCompanies(ctx, tx, u) }},
	}
	for _, step := range steps {
		if len(undos[step.entity]) == 0 {
			continue
		}
		stay, err := step.undo(undos[step.entity])
		if err != nil {
			return nil, fmt.Errorf("undo %s: %w", step.entity, err)
		}
		kept = append(kept, stay...)
	}
	return kept, nil
}

// undoCompanies leaves the companies that deals are about and those that somebody has changed by hand.
func (s *Service) undoCompanies(ctx context.Context, tx *db.Tx, undos []change.Undo) ([]id.ID, error) {
	busy, err := s.Deals.CompaniesWithDeals(ctx, tx, idsOf(undos))
	if err != nil {
		return nil, err
	}
	changed, err := team.Handled(ctx, tx, "company", idsOf(undos))
	if err != nil {
		return nil, err
	}
	maps.Copy(busy, changed)
	return s.Contacts.UndoCompanies(ctx, tx, undos, busy)
}

func idsOf(undos []change.Undo) []id.ID {
	ids := make([]id.ID, len(undos))
	for i, u := range undos {
		ids[i] = u.ID
	}
	return ids
}
