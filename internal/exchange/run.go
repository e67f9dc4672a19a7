package exchange

import (
	"context"
	"fmt"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/id"
)

// state is how far an import has come.
type state string

const (
	running  state = "running"
	finished state = "finished"
	undoing  state = "undoing"
	undone   state = "undone"
)

// run is one import as it is stored: which file, how it is read, and how many of its rows are done.
type run struct {
	ID              id.ID        `db:"id"`
	Kind            Kind         `db:"kind"`
	File            string       `db:"file"`
	Hash            string       `db:"hash"`
	Options         string       `db:"options"`
	State           state        `db:"state"`
	RowsDone        int64        `db:"rows_done"`
	Created         int64        `db:"created"`
	Updated         int64        `db:"updated"`
	Unchanged       int64        `db:"unchanged"`
	Skipped         int64        `db:"skipped"`
	LeftOut         int64        `db:"left_out"`
	ContactsCreated int64        `db:"contacts_created"`
	ProblemCount    int64        `db:"problem_count"`
	StartedAt       clock.Micros `db:"started_at"`
	FinishedAt      clock.Micros `db:"finished_at,null"`
	UndoneAt        clock.Micros `db:"undone_at,null"`
}

const runColumns = `id, kind, file, hash, options, state, rows_done, created, updated, unchanged, skipped, left_out, contacts_created,
	problem_count, started_at, finished_at, undone_at`

// verdict is what became of a row.
type verdict struct {
	Import   id.ID  `db:"import_id"`
	Row      int64  `db:"row"`
	Line     int64  `db:"line"`
	Verdict  string `db:"verdict"`
	RecordID id.ID  `db:"record_id,null"`
	Problems string `db:"problems"` // JSON, "" for none
	problems int    // how many they are
}

// The verdicts on rows that were not put: one had a problem, the other somebody did not want. The others are change.Outcomes.
const (
	skipped = "skipped"
	leftOut = "left_out"
)

// changed is what a row did beside making its own record: a record changed, or another one made for it.
type changed struct {
	Import   id.ID  `db:"import_id"`
	N        int64  `db:"n"` // row × changesPerRow + place within the row
	Entity   string `db:"entity"`
	RecordID id.ID  `db:"record_id"`
	Before   string `db:"before"` // "" with After "": the record was made
	After    string `db:"after"`
}

const changesPerRow = 1000

// begin finds the import of the same file, read the same way, that was interrupted, or starts a new one; anew does not look.
func (s *Service) begin(ctx context.Context, ws id.Workspace, want run, anew bool) (run, error) {
	r := want
	err := s.DB.Write(ctx, ws, func(tx *db.Tx) error {
		old, found, err := db.Maybe[run](ctx, tx, `SELECT `+runColumns+` FROM import_run
			WHERE workspace_id = $1 AND hash = $2 AND kind = $3 AND options = $4 AND state = $5 ORDER BY id DESC LIMIT 1`,
			ws, want.Hash, want.Kind, want.Options, running)
		if err != nil {
			return fmt.Errorf("look for an interrupted import: %w", err)
		}
		if found && !anew {
			r = old
			return nil
		}
		r = want
		r.ID, r.State, r.StartedAt = id.New(), running, clock.Of(s.Clock.Now())
		return db.Insert(ctx, tx, "import_run", r)
	})
	return r, err
}

// save writes how far a run has come, from where it stood before: two processes that import the same file at once do not both go on.
func (r *run) save(ctx context.Context, tx *db.Tx, from int64) error {
	n, err := db.Exec(ctx, tx, `UPDATE import_run SET state = $3, rows_done = $4, created = $5, updated = $6, unchanged = $7, skipped = $8,
			contacts_created = $9, problem_count = $10, finished_at = $11, undone_at = $12, left_out = $13
		WHERE workspace_id = $1 AND id = $2 AND rows_done = $14`,
		tx.Workspace(), r.ID, r.State, r.RowsDone, r.Created, r.Updated, r.Unchanged, r.Skipped, r.ContactsCreated, r.ProblemCount,
		orNull(r.FinishedAt), orNull(r.UndoneAt), r.LeftOut, from)
	if err != nil {
		return fmt.Errorf("save how far the import is: %w", err)
	}
	if n == 0 {
		return fault.Conflictf("another process is importing %s at this moment", r.File).WithMend("wait until it has finished")
	}
	return nil
}

func orNull(at clock.Micros) any {
	if at == 0 {
		return nil
	}
	return at
}

// result is the run as its user sees it, with the first problems.
func (s *Service) result(ctx context.Context, ws id.Workspace, r run) (Result, error) {
	var result Result
	err := s.DB.Read(ctx, ws, func(tx *db.Tx) (err error) {
		result, err = readResult(ctx, tx, r)
		return err
	})
	return result, err
}

func readResult(ctx context.Context, tx *db.Tx, r run) (Result, error) {
	result := Result{
		ImportID: r.ID, Kind: r.Kind, File: r.File, Rows: int(r.RowsDone), Created: int(r.Created), Updated: int(r.Updated),
		Unchanged: int(r.Unchanged), Skipped: int(r.Skipped), LeftOut: int(r.LeftOut), ContactsCreated: int(r.ContactsCreated), ProblemCount: int(r.ProblemCount),
		Problems: []Problem{},
	}
	texts, err := db.All[string](ctx, tx, `SELECT problems FROM import_row
		WHERE workspace_id = $1 AND import_id = $2 AND verdict = $3 ORDER BY row LIMIT $4`, tx.Workspace(), r.ID, skipped, ProblemsShown)
	if err != nil {
		return result, fmt.Errorf("read the problems: %w", err)
	}
	for _, text := range texts {
		some, err := problemsIn(text)
		if err != nil {
			return result, err
		}
		result.Problems = append(result.Problems, some...)
	}
	result.Problems = result.Problems[:min(len(result.Problems), ProblemsShown)]
	return result, nil
}
