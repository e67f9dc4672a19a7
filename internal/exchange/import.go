package exchange

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"tandem/internal/change"
	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/exchange/sheet"
	"tandem/internal/fault"
	"tandem/internal/id"
	"tandem/internal/insight/feed"
	"tandem/internal/team"
)

// Import brings a file in. Rows with a problem are skipped and listed, unless o.Strict. An import of the same file that was interrupted goes on.
// Who may not write what the kind holds is refused.
func (s *Service) Import(ctx context.Context, ws id.Workspace, by team.Actor, kind Kind, file string, o Options) (Result, error) {
	if err := mayImport(by, kind); err != nil {
		return Result{}, err
	}
	im := &importing{s: s, ctx: ctx, ws: ws, by: by, o: o, file: file}
	return im.whole(kind)
}

// whole carries an import out from beginning to end.
func (im *importing) whole(kind Kind) (Result, error) {
	if err := im.survey(kind); err != nil {
		return Result{}, err
	}
	if err := im.carryOut(); err != nil {
		return Result{}, err
	}
	// the reports' feed grows with what is new, so that the next report does not wait for it
	if err := feed.CatchUp(im.ctx, im.s.DB, im.ws); err != nil {
		return Result{}, err
	}
	return im.s.result(im.ctx, im.ws, im.run)
}

// carryOut is the second pass, from the first batch that is not done to the last.
func (im *importing) carryOut() error {
	want := run{Kind: im.read.plan.kind, File: im.name(), Hash: im.hash, Options: im.o.fingerprint()}
	var err error
	if im.run, err = im.s.begin(im.ctx, im.ws, want, im.most > 0); err != nil {
		return err
	}
	if err := im.prepare(); err != nil {
		return err
	}
	if err := im.rows(); err != nil {
		return err
	}
	return im.finish()
}

// name is how people know the file.
func (im *importing) name() string {
	if im.o.Name != "" {
		return im.o.Name
	}
	return filepath.Base(im.file)
}

// importing is one import under way.
type importing struct {
	s    *Service
	ctx  context.Context
	ws   id.Workspace
	by   team.Actor
	o    Options
	file string
	hash string
	read *reading
	run  run
	load loader
	most int64  // rows of a trial; 0 is all
	job  *carry // what carries the import out in the background; nil for one that somebody waits for
}

// survey is the first pass: the file's hash, its columns, how they are written, and, where it must be known beforehand, every problem.
func (im *importing) survey(kind Kind) error {
	var err error
	if im.read, err = survey(im.ctx, kind, im.file, im.o); err != nil {
		return err
	}
	if im.hash, err = hashOf(im.file); err != nil {
		return err
	}
	im.load = im.s.loaderFor(im.read, im.o, im.by)
	if !im.o.Strict {
		return nil
	}
	return im.eachRow(func(*cells) error { im.load.clear(); return nil }, func(p []Problem) error {
		if len(p) == 0 {
			return nil
		}
		return fault.Invalidf("%q %s", p[0].Value, p[0].Problem).At(fault.Place{File: im.file, Line: p[0].Line, Column: p[0].Column}).
			WithMend("nothing was imported; mend the row, or leave out --strict to skip it")
	})
}

func hashOf(file string) (string, error) {
	f, err := os.Open(file)
	if err != nil {
		return "", cannotOpen(file, err)
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", fault.Invalidf("%s cannot be read: %w", file, err)
	}
	return hex.EncodeToString(h.Sum(nil)[:16]), nil
}

func cannotOpen(file string, err error) error {
	if errors.Is(err, os.ErrNotExist) {
		return fault.NotFoundf("there is no file %s", file)
	}
	return fault.Invalidf("%s cannot be read: %w", file, err)
}

// fingerprint tells apart imports that read the same file differently.
func (o *Options) fingerprint() string {
	what := []any{o.Map, o.Set, o.System, fmt.Sprint(o.Zone), o.DateFormat, o.Decimal, o.Overwrite, o.Sheet, o.Charset}
	if len(o.Right)+len(o.Out) > 0 {
		what = append(what, o.Right, o.Out)
	}
	b, err := json.Marshal(what)
	if err != nil {
		panic("exchange: options always become JSON: " + err.Error())
	}
	return string(b)
}

func (im *importing) prepare() error {
	return im.s.DB.Write(im.ctx, im.ws, func(tx *db.Tx) error {
		if err := im.job.goOn(im.ctx, tx, im); err != nil {
			return err
		}
		return im.load.prepare(im.ctx, tx)
	})
}

// eachRow reads the file once more and hands on the rows that can be read, and the problems of those that cannot: none of one that is left out.
func (im *importing) eachRow(good func(*cells) error, bad func([]Problem) error) error {
	in, err := sheet.Open(im.file, im.o.sheet())
	if err != nil {
		return err
	}
	defer in.Close()
	c := im.read.cells()
	for im.most == 0 || c.row < im.most {
		if err := im.ctx.Err(); err != nil {
			return err
		}
		row, err := in.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		out := im.read.out[row.Line]
		c.next(row, err)
		if err != nil && len(c.problems) == 0 {
			return err
		}
		if len(c.problems) == 0 && !out {
			im.load.add(c)
		}
		if im.o.Progress != nil {
			read, size := in.Progress()
			im.o.Progress(read, size, int(c.row))
		}
		switch {
		case out:
			err = bad(nil)
		case len(c.problems) > 0:
			err = bad(c.problems)
		default:
			err = good(c)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// rows is the second pass. Rows that an interrupted run has done are read, so that equal rows are counted, and left alone.
func (im *importing) rows() error {
	p := &pass{im: im, optimizeAt: 2 * batchRows}
	im.load.clear()
	err := im.eachRow(
		func(c *cells) error { return p.row(c, "", nil) },
		func(problems []Problem) error {
			if len(problems) == 0 {
				return p.row(im.read.now, leftOut, nil)
			}
			return p.row(im.read.now, skipped, problems)
		},
	)
	if err != nil {
		return err
	}
	return p.flush()
}

// pass gathers rows into batches.
type pass struct {
	im       *importing
	verdicts []verdict
	good     []int // for each row of the loader's batch, its verdict

	done       int // rows put so far
	optimizeAt int
}

// row takes a row with its verdict; "" is one that the batch will tell.
func (p *pass) row(c *cells, decided string, problems []Problem) error {
	if c.row <= p.im.run.RowsDone {
		p.im.load.clear()
		return nil
	}
	v := verdict{Import: p.im.run.ID, Row: c.row, Line: int64(c.line), Verdict: decided}
	if len(problems) > 0 {
		v.Problems, v.problems = asJSON(keepProblems(problems)), len(problems)
	}
	if decided == "" {
		p.good = append(p.good, len(p.verdicts))
	}
	p.verdicts = append(p.verdicts, v)
	if len(p.verdicts) < batchRows {
		return nil
	}
	return p.flush()
}

// flush puts the batch: records, verdicts and how far the import is, in one transaction.
func (p *pass) flush() error {
	if len(p.verdicts) == 0 {
		return nil
	}
	im := p.im
	var after run
	err := im.s.DB.Write(im.ctx, im.ws, func(tx *db.Tx) error {
		if err := im.job.goOn(im.ctx, tx, im); err != nil {
			return err
		}
		after = im.run
		return p.put(tx, &after)
	})
	if err != nil {
		return fmt.Errorf("import lines %d to %d: %w", p.verdicts[0].Line, p.verdicts[len(p.verdicts)-1].Line, err)
	}
	im.run = after
	p.done += len(p.verdicts)
	p.verdicts, p.good = p.verdicts[:0], p.good[:0]
	im.load.clear()
	return p.optimize()
}

// optimize lets the engine count its tables again each time they have grown eightfold: a plan made for an empty table reads a full one once for
// every row.
func (p *pass) optimize() error {
	if p.done < p.optimizeAt {
		return nil
	}
	p.optimizeAt *= 8
	return p.im.s.DB.Optimize(p.im.ctx)
}

func (p *pass) put(tx *db.Tx, r *run) error {
	b := &batch{run: r, perRow: map[int64]int64{}, refused: map[int]refusal{}}
	for _, at := range p.good {
		b.rows = append(b.rows, p.verdicts[at].Row)
	}
	puts, err := p.im.load.put(p.im.ctx, tx, b)
	if err != nil {
		return err
	}
	verdicts, err := p.judge(b, puts)
	if err != nil {
		return err
	}
	from := r.RowsDone
	r.count(verdicts)
	r.ContactsCreated += b.contacts
	if err := r.save(p.im.ctx, tx, from); err != nil {
		return err
	}
	if err := db.Insert(p.im.ctx, tx, "import_row", verdicts...); err != nil {
		return err
	}
	return db.Insert(p.im.ctx, tx, "import_change", b.changes...)
}

// judge writes the outcome of each row down, and what its record was before. The transaction may be run again, so it changes a copy.
func (p *pass) judge(b *batch, puts []change.Put) ([]verdict, error) {
	verdicts := slices.Clone(p.verdicts)
	for i, put := range puts {
		v := &verdicts[p.good[i]]
		if why, ok := b.refused[i]; ok {
			v.refuse(p.im.read.plan, why)
			continue
		}
		v.Verdict, v.RecordID = string(put.Outcome), put.ID
		if put.Outcome != change.Unchanged && len(put.Before)+len(put.After) > 0 {
			b.note(i, string(p.im.run.Kind), put.ID, put.Before, put.After)
		}
		if put.Outcome == change.Created && p.im.run.Kind == Contacts {
			b.contacts++
		}
	}
	return verdicts, nil
}

func (v *verdict) refuse(p *plan, why refusal) {
	problem := newProblem(int(v.Line), p.columnOf(why.field), why.value, why.err)
	v.Verdict, v.Problems, v.problems = skipped, asJSON(keepProblems([]Problem{problem})), 1
}

func (r *run) count(verdicts []verdict) {
	for i := range verdicts {
		switch verdicts[i].Verdict {
		case string(change.Created):
			r.Created++
		case string(change.Updated):
			r.Updated++
		case string(change.Unchanged):
			r.Unchanged++
		case leftOut:
			r.LeftOut++
		default:
			r.Skipped++
			r.ProblemCount += int64(verdicts[i].problems)
		}
	}
	r.RowsDone += int64(len(verdicts))
}

func (im *importing) finish() error {
	return im.s.DB.Write(im.ctx, im.ws, func(tx *db.Tx) error {
		done := im.run
		done.State, done.FinishedAt = finished, clock.Of(im.s.Clock.Now())
		if err := done.save(im.ctx, tx, im.run.RowsDone); err != nil {
			return err
		}
		im.run = done
		if err := im.job.finished(im.ctx, tx, im, &done); err != nil {
			return err
		}
		return team.Note(im.ctx, tx, im.by, done.FinishedAt, done.deed("import"))
	})
}
