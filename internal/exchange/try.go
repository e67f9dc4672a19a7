package exchange

import (
	"context"
	"fmt"

	"tandem/internal/db"
	"tandem/internal/id"
	"tandem/internal/team"
)

// Trial is what an import would do, though nothing was saved.
type Trial struct {
	Result
	All      int       `json:"rows_in_file"`
	Joined   int       `json:"joined"`             // rows about a record that an earlier row of the file is about
	Verdicts []Verdict `json:"verdicts,omitempty"` // of each row that was tried, in their order
	Marks    string    `json:"marks,omitempty"`    // the verdicts as an upload keeps them, a digit each
}

// Verdict is what becomes of one row: created, updated, unchanged or skipped.
type Verdict struct {
	Line    int64  `json:"line" db:"line"`
	Verdict string `json:"verdict" db:"verdict"`
}

// TrialRows is how many rows of a file a trial tries: what is wrong with a file shows at its beginning, and a trial takes seconds, not minutes.
const TrialRows = 5000

// Try does what Import would do with the first TrialRows rows, in a rehearsal of the store: the same passes, the same batches, each row seeing
// those before it. So its verdicts are the import's, unless somebody changes the same records in between. The file's first pass reads all
// of it: what would refuse the whole file is found wherever it stands.
func (s *Service) Try(ctx context.Context, ws id.Workspace, by team.Actor, kind Kind, file string, o Options) (Trial, error) {
	if err := mayImport(by, kind); err != nil {
		return Trial{}, err
	}
	im := &importing{s: s, ctx: ctx, ws: ws, by: by, o: o, file: file}
	if err := im.survey(kind); err != nil {
		return Trial{}, err
	}
	var t Trial
	err := s.DB.Rehearse(ctx, ws, func(d *db.DB) (err error) {
		t, err = im.try(d)
		return err
	})
	return t, err
}

// try carries the import out on the rehearsal's store, and reads what became of it.
func (im *importing) try(d *db.DB) (Trial, error) {
	on, trial := *im.s, *im
	on.DB = d
	trial.s, trial.load, trial.most = &on, on.loaderFor(im.read, im.o, im.by), TrialRows
	if err := trial.carryOut(); err != nil {
		return Trial{}, err
	}
	result, err := on.result(im.ctx, im.ws, trial.run)
	if err != nil {
		return Trial{}, err
	}
	t := Trial{Result: result, All: im.read.rows}
	err = d.Read(im.ctx, im.ws, func(tx *db.Tx) error { return t.verdicts(im.ctx, tx) })
	return t, err
}

func (t *Trial) verdicts(ctx context.Context, tx *db.Tx) error {
	rows, err := db.All[verdict](ctx, tx, `SELECT import_id, row, line, verdict, record_id, problems FROM import_row
		WHERE workspace_id = $1 AND import_id = $2 ORDER BY row`, tx.Workspace(), t.ImportID)
	if err != nil {
		return fmt.Errorf("read the verdicts: %w", err)
	}
	before := map[id.ID]bool{}
	t.Verdicts, t.Joined = make([]Verdict, len(rows)), 0
	for i, v := range rows {
		t.Verdicts[i] = Verdict{v.Line, v.Verdict}
		if before[v.RecordID] {
			t.Joined++
		}
		before[v.RecordID] = v.RecordID != 0
	}
	return nil
}
