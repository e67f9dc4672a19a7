package exchange

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/id"
	"tandem/internal/work"
)

// Work is the kind of work that trials, imports and undoes of uploads are.
const Work work.Kind = "import"

// keptFor is how long a file stays after its upload was last touched.
const keptFor = 30 * 24 * time.Hour

// errMoved says that an upload is no longer in the state in which it was taken up: somebody stopped it.
var errMoved = errors.New("the upload has moved on")

// Register has a runner do the work of uploads.
func (s *Service) Register(r *work.Runner) {
	r.Handle(Work, s.carryOn)
	r.Find(Work, func(ctx context.Context, tx *db.Tx) ([]work.Due, error) {
		return db.All[work.Due](ctx, tx, `SELECT workspace_id, min(changed_at) AS due_at FROM upload
			WHERE state IN ('checking', 'importing', 'stopping', 'undoing') GROUP BY workspace_id`)
	})
}

// carryOn does the next thing that is to be done with an upload of the workspace. An import runs to its end: what was done of it before a crash is not
// done again. The lease is renewed meanwhile, and every batch fenced by it.
func (s *Service) carryOn(ctx context.Context, lease work.Lease) (time.Time, error) {
	u, found, err := s.nextUpload(ctx, lease.Workspace)
	if err != nil {
		return time.Time{}, err
	}
	if !found {
		return s.tidy(ctx, lease.Workspace)
	}
	j := &carry{s: s, lease: lease, upload: u}
	if err := j.do(ctx); err != nil && !errors.Is(err, errMoved) {
		return time.Time{}, j.settle(ctx, err)
	}
	return s.Clock.Now(), nil
}

func (s *Service) nextUpload(ctx context.Context, ws id.Workspace) (u Upload, found bool, err error) {
	err = s.DB.Read(ctx, ws, func(tx *db.Tx) error {
		u, found, err = s.AtWork(ctx, tx)
		return err
	})
	return u, found, err
}

// carry is one upload in the hands of the background.
type carry struct {
	s      *Service
	lease  work.Lease
	upload Upload
}

func (j *carry) do(ctx context.Context) error {
	switch j.upload.State {
	case Checking:
		return j.try(ctx)
	case Importing:
		return j.bringIn(ctx)
	case Stopping:
		return j.move(ctx, func(u *Upload) { u.State = Stopped })
	}
	return j.takeBack(ctx)
}

func (j *carry) try(ctx context.Context) error {
	by, err := j.upload.By()
	if err != nil {
		return err
	}
	o, err := j.upload.options()
	if err != nil {
		return err
	}
	t, err := j.s.Try(ctx, j.lease.Workspace, by, j.upload.Kind, j.path(), o)
	if err != nil {
		return err
	}
	t.Marks, t.Verdicts = marks(t.Verdicts), nil
	t.Problems = t.Problems[:min(len(t.Problems), problemsKept)]
	return j.move(ctx, func(u *Upload) {
		u.State, u.Trial, u.Total = Checked, asJSON(keptTrial{t, keepProblems(t.Problems)}), t.All
	})
}

// problemsKept is how many problems of a trial are kept for its page.
const problemsKept = 200

func (j *carry) path() string { return j.s.Files.Path(j.lease.Workspace, j.upload.Content) }

func (j *carry) bringIn(ctx context.Context) error {
	by, err := j.upload.By()
	if err != nil {
		return err
	}
	o, err := j.upload.options()
	if err != nil {
		return err
	}
	if err := mayImport(by, j.upload.Kind); err != nil {
		return err
	}
	im := &importing{s: j.s, ctx: ctx, ws: j.lease.Workspace, by: by, o: o, file: j.path(), job: j}
	_, err = im.whole(j.upload.Kind)
	return err
}

func (j *carry) takeBack(ctx context.Context) error {
	by, err := j.upload.By()
	if err != nil {
		return err
	}
	_, err = j.s.undo(ctx, j.lease.Workspace, by, j.upload.ImportID, j)
	return err
}

// move changes the upload, unless somebody else did meanwhile.
func (j *carry) move(ctx context.Context, change func(*Upload)) error {
	return j.s.DB.Write(ctx, j.lease.Workspace, func(tx *db.Tx) error {
		if err := j.lease.Fence(ctx, tx); err != nil {
			return err
		}
		u := j.upload
		change(&u)
		u.ChangedAt = clock.Of(j.s.Clock.Now())
		return u.save(ctx, tx, j.upload.State)
	})
}

// settle keeps what is wrong with the file for whoever brought it. What may pass, or is no fault of the file, is tried again.
func (j *carry) settle(ctx context.Context, err error) error {
	switch fault.KindOf(err) {
	case fault.Invalid, fault.Usage, fault.NotFound, fault.Forbidden:
		f, _ := errors.AsType[*fault.Error](j.upload.named(err, j.path()))
		text := asJSON(keep(f))
		err = j.move(ctx, func(u *Upload) { u.State, u.Problem = Failed, text })
		if errors.Is(err, errMoved) {
			return nil
		}
		return err
	}
	return err
}

// named says what is wrong with the file under the name that its owner knows, and not as one says it at the command line.
func (u *Upload) named(err error, path string) error {
	f, ok := errors.AsType[*fault.Error](err)
	if !ok {
		return err
	}
	plain := *ForPages(f)
	plain.Args = append([]any(nil), f.Args...)
	for i, a := range plain.Args {
		if text, ok := a.(string); ok {
			plain.Args[i] = strings.ReplaceAll(text, path, u.File)
		}
	}
	plain.Where.File = strings.ReplaceAll(plain.Where.File, path, u.File)
	return &plain
}

// goOn is asked in the transaction of every batch: it fails if another node has the work by now, or somebody wants the import to stop.
func (j *carry) goOn(ctx context.Context, tx *db.Tx, im *importing) error {
	if j == nil {
		return nil
	}
	if err := j.lease.Fence(ctx, tx); err != nil {
		return err
	}
	n, err := db.Exec(ctx, tx, `UPDATE upload SET import_id = $3, total = $4 WHERE workspace_id = $1 AND id = $2 AND state = $5`,
		tx.Workspace(), j.upload.ID, im.run.ID, im.read.rows, Importing)
	if err != nil {
		return fmt.Errorf("save how far the upload is: %w", err)
	}
	if n == 0 {
		return errMoved
	}
	return nil
}

// finished is part of the import's last transaction. One at the command line leaves an upload as well, so that pages show it.
func (j *carry) finished(ctx context.Context, tx *db.Tx, im *importing, r *run) error {
	if im.most > 0 {
		return nil
	}
	if j == nil {
		u := Upload{
			ID: id.New(), Kind: r.Kind, File: shownName(r.File), State: Done, Reading: "{}", Total: int(r.RowsDone), ImportID: r.ID,
			MadeBy: asJSON(im.by), CreatedAt: r.StartedAt, ChangedAt: r.FinishedAt,
		}
		return db.Insert(ctx, tx, "upload", u)
	}
	if err := j.goOn(ctx, tx, im); err != nil {
		return err
	}
	_, err := db.Exec(ctx, tx, `UPDATE upload SET state = $3, changed_at = $4 WHERE workspace_id = $1 AND id = $2`,
		tx.Workspace(), j.upload.ID, Done, r.FinishedAt)
	return err
}

// tidy removes the files that nobody has needed for a while, and says when to look again.
func (s *Service) tidy(ctx context.Context, ws id.Workspace) (time.Time, error) {
	now := s.Clock.Now()
	var old []Upload
	err := s.DB.Write(ctx, ws, func(tx *db.Tx) (err error) {
		old, err = db.All[Upload](ctx, tx, `SELECT `+uploadColumns+` FROM upload
			WHERE workspace_id = $1 AND content <> '' ORDER BY changed_at LIMIT 500`, ws)
		for i := 0; err == nil && i < len(old) && due(old[i], now); i++ {
			_, err = db.Exec(ctx, tx, "UPDATE upload SET content = '' WHERE workspace_id = $1 AND id = $2", ws, old[i].ID)
		}
		return err
	})
	if err != nil {
		return time.Time{}, err
	}
	for _, u := range old {
		if !due(u, now) {
			return u.ChangedAt.Time().Add(keptFor), nil
		}
		if err := s.forget(ctx, ws, u.Content); err != nil {
			return time.Time{}, err
		}
	}
	return time.Time{}, nil
}

func due(u Upload, now time.Time) bool { return now.Sub(u.ChangedAt.Time()) >= keptFor }
