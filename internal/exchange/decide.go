package exchange

import (
	"context"
	"fmt"
	"slices"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/id"
	"tandem/internal/people/segment"
	"tandem/internal/team"
	"tandem/internal/work"
)

// UploadOf is an upload of the transaction's workspace; a fault.NotFound if there is none of the id.
func (s *Service) UploadOf(ctx context.Context, tx *db.Tx, of id.ID) (Upload, error) {
	u, found, err := db.Maybe[Upload](ctx, tx, `SELECT `+uploadColumns+` FROM upload WHERE workspace_id = $1 AND id = $2`, tx.Workspace(), of)
	if err == nil && !found {
		err = fault.NotFoundf("there is no such import")
	}
	return u, err
}

// Uploads are up to limit uploads below an id, the newest first; 0 begins at the newest.
func (s *Service) Uploads(ctx context.Context, tx *db.Tx, before id.ID, limit int) ([]Upload, error) {
	if before == 0 {
		before = 1<<63 - 1
	}
	return db.All[Upload](ctx, tx, `SELECT `+uploadColumns+` FROM upload WHERE workspace_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3`,
		tx.Workspace(), before, limit)
}

// AtWork is the upload that something is being done with, or will be next; false if there is none. They are done one after the other.
func (s *Service) AtWork(ctx context.Context, tx *db.Tx) (Upload, bool, error) {
	return db.Maybe[Upload](ctx, tx, `SELECT `+uploadColumns+` FROM upload
		WHERE workspace_id = $1 AND state IN ('checking', 'importing', 'stopping', 'undoing') ORDER BY id LIMIT 1`, tx.Workspace())
}

// ImportsOfPeople are the newest imports that brought people and were not taken back.
func (s *Service) ImportsOfPeople(ctx context.Context, tx *db.Tx, limit int) ([]segment.Import, error) {
	return db.All[segment.Import](ctx, tx, `SELECT import_id, file FROM upload
		WHERE workspace_id = $1 AND kind = $2 AND import_id IS NOT NULL AND state <> $3 ORDER BY id DESC LIMIT $4`,
		tx.Workspace(), Contacts, TakenBack, limit)
}

// RunOf is how far the import of an upload has come, with its first problems; false if it has not begun.
func (s *Service) RunOf(ctx context.Context, tx *db.Tx, u Upload) (Progress, bool, error) {
	if u.ImportID == 0 {
		return Progress{}, false, nil
	}
	r, found, err := db.Maybe[run](ctx, tx, `SELECT `+runColumns+` FROM import_run WHERE workspace_id = $1 AND id = $2`, tx.Workspace(), u.ImportID)
	if err != nil || !found {
		return Progress{}, false, err
	}
	result, err := readResult(ctx, tx, r)
	return Progress{Result: result, StartedAt: r.StartedAt, FinishedAt: r.FinishedAt}, true, err
}

// Progress is an import's result so far.
type Progress struct {
	Result
	StartedAt, FinishedAt clock.Micros
}

// Choose says how an upload is read, and has it tried.
func (s *Service) Choose(ctx context.Context, tx *db.Tx, by team.Actor, of id.ID, as Reading) error {
	return s.decide(ctx, tx, by, of, "check", func(u *Upload) error {
		u.State, u.Reading, u.Trial, u.Problem = Checking, asJSON(as), "", ""
		return nil
	}, Brought, Checked, Failed)
}

// Reread says how an upload is read, and leaves it to be looked at.
func (s *Service) Reread(ctx context.Context, tx *db.Tx, by team.Actor, of id.ID, as Reading) error {
	return s.decide(ctx, tx, by, of, "read anew", func(u *Upload) error {
		u.State, u.Reading, u.Trial, u.Problem = Brought, asJSON(as), "", ""
		return nil
	}, Brought, Checked, Failed)
}

// Start has an upload imported that was tried.
func (s *Service) Start(ctx context.Context, tx *db.Tx, by team.Actor, of id.ID) error {
	return s.decide(ctx, tx, by, of, "start import", func(u *Upload) error {
		u.State, u.Problem = Importing, ""
		return nil
	}, Checked, Stopped)
}

// Cancel stops a trial at once, and an import after the batch at hand: what is in stays in, and can be taken back.
func (s *Service) Cancel(ctx context.Context, tx *db.Tx, by team.Actor, of id.ID) error {
	return s.decide(ctx, tx, by, of, "stop import", func(u *Upload) error {
		if u.State = Stopping; u.Trial == "" {
			u.State = Brought
		}
		return nil
	}, Checking, Importing)
}

// TakeBack has the import of an upload undone.
func (s *Service) TakeBack(ctx context.Context, tx *db.Tx, by team.Actor, of id.ID) error {
	return s.decide(ctx, tx, by, of, "take back import", func(u *Upload) error {
		if u.ImportID == 0 {
			return fault.Conflictf("nothing of this file was imported")
		}
		u.State, u.Kept, u.Problem = Undoing, 0, ""
		return nil
	}, Done, Stopped, Failed)
}

// Discard lets go of a file of which nothing was imported.
func (s *Service) Discard(ctx context.Context, ws id.Workspace, by team.Actor, of id.ID) error {
	var gone Upload
	err := s.DB.Write(ctx, ws, func(tx *db.Tx) (err error) {
		gone, err = s.discard(ctx, tx, by, of)
		return err
	})
	if err != nil {
		return err
	}
	return s.forget(ctx, ws, gone.Content)
}

func (s *Service) discard(ctx context.Context, tx *db.Tx, by team.Actor, of id.ID) (Upload, error) {
	u, err := s.UploadOf(ctx, tx, of)
	if err == nil {
		err = mayImport(by, u.Kind)
	}
	if err == nil && (u.ImportID != 0 || !slices.Contains([]UploadState{Brought, Checked, Failed}, u.State)) {
		err = movedOn(u)
	}
	if err != nil {
		return u, err
	}
	if _, err := db.Exec(ctx, tx, "DELETE FROM upload WHERE workspace_id = $1 AND id = $2", tx.Workspace(), u.ID); err != nil {
		return u, fmt.Errorf("discard an upload: %w", err)
	}
	return u, team.Note(ctx, tx, by, clock.Of(s.Clock.Now()), u.deed("discard"))
}

// deed is what somebody did about the file, for the trail.
func (u *Upload) deed(action string) team.Deed {
	return team.Deed{Action: action, Entity: string(u.Kind), Record: u.ID, Detail: map[string]string{"file": u.File}}
}

// movedOn refuses a decision about an upload that is in another state by now.
func movedOn(u Upload) error {
	return fault.Conflictf("somebody else was faster: look again how far %s is", u.File)
}

// decide changes an upload that is in one of some states, for somebody who may import its kind, and hints at the work.
func (s *Service) decide(ctx context.Context, tx *db.Tx, by team.Actor, of id.ID, deed string, change func(*Upload) error, from ...UploadState) error {
	u, err := s.UploadOf(ctx, tx, of)
	if err != nil {
		return err
	}
	if err := mayImport(by, u.Kind); err != nil {
		return err
	}
	if !slices.Contains(from, u.State) {
		return movedOn(u)
	}
	was := u.State
	if err := change(&u); err != nil {
		return err
	}
	u.MadeBy, u.ChangedAt = asJSON(by), clock.Of(s.Clock.Now())
	if err := u.save(ctx, tx, was); err != nil {
		return err
	}
	if u.Busy() {
		if err := work.Hint(ctx, tx, Work, s.Clock.Now()); err != nil {
			return err
		}
	}
	return team.Note(ctx, tx, by, u.ChangedAt, u.deed(deed))
}

// save writes an upload that is still in the state it was read in.
func (u *Upload) save(ctx context.Context, tx *db.Tx, was UploadState) error {
	n, err := db.Exec(ctx, tx, `UPDATE upload SET state = $3, reading = $4, trial = $5, problem = $6, total = $7, kept = $8, made_by = $9, changed_at = $10
		WHERE workspace_id = $1 AND id = $2 AND state = $11`,
		tx.Workspace(), u.ID, u.State, u.Reading, u.Trial, u.Problem, u.Total, u.Kept, u.MadeBy, u.ChangedAt, was)
	if err != nil {
		return fmt.Errorf("save an upload: %w", err)
	}
	if n == 0 {
		return errMoved
	}
	return nil
}
