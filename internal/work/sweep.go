package work

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/id"
)

// sweeping is the kind under which the sweep itself is leased, by workspace 0, so that of many nodes one does it.
const sweeping Kind = "sweep"

// Due says that a workspace has work due.
type Due struct {
	Workspace id.Workspace `db:"workspace_id"`
	At        clock.Micros `db:"due_at"`
}

// Finder lists the workspaces that have work of its kind, each once with its earliest due time, from the rows that are the truth: a query
// that reads every workspace.
type Finder func(ctx context.Context, tx *db.Tx) ([]Due, error)

// Find registers who finds the work of a kind whose hint was lost.
func (r *Runner) Find(kind Kind, find Finder) { r.finders[kind] = find }

func (r *Runner) sweepAsWork(ctx context.Context, _ Lease) (time.Time, error) {
	next := r.clock.Now().Add(r.o.SweepEvery)
	if _, err := r.Sweep(ctx); err != nil {
		return time.Time{}, err
	}
	return next, nil
}

// Sweep looks for work without a hint and hints at it. It returns how many hints had been lost.
func (r *Runner) Sweep(ctx context.Context) (int, error) {
	found := 0
	for _, kind := range slices.Sorted(maps.Keys(r.finders)) {
		lost, err := r.lost(ctx, kind)
		if err != nil {
			return found, fmt.Errorf("look for lost %s work: %w", kind, err)
		}
		for some := range slices.Chunk(lost, 100) {
			if err := r.db.Write(ctx, 0, func(tx *db.Tx) error { return hintAll(ctx, tx, kind, some) }); err != nil {
				return found, fmt.Errorf("hint at lost %s work: %w", kind, err)
			}
		}
		found += len(lost)
	}
	return found, nil
}

func hintAll(ctx context.Context, tx *db.Tx, kind Kind, dues []Due) error {
	for _, due := range dues {
		if err := hint(ctx, tx, due.Workspace, kind, due.At); err != nil {
			return err
		}
	}
	return nil
}

// lost is the work of a kind that no hint, or too late a one, points at. A workspace that is being worked on answers for itself.
func (r *Runner) lost(ctx context.Context, kind Kind) ([]Due, error) {
	var dues, hinted []Due
	err := r.db.Read(db.AcrossWorkspaces(ctx), 0, func(tx *db.Tx) error {
		var err error
		if hinted, err = db.All[Due](ctx, tx, `SELECT workspace_id, CASE WHEN leased_until > 0 THEN 0 ELSE due_at END AS due_at
			FROM ready WHERE kind = $1 AND (leased_until > 0 OR due_at IS NOT NULL)`, kind); err != nil {
			return err
		}
		dues, err = r.finders[kind](ctx, tx)
		return err
	})
	if err != nil {
		return nil, err
	}
	known := make(map[id.Workspace]clock.Micros, len(hinted))
	for _, h := range hinted {
		known[h.Workspace] = h.At
	}
	return slices.DeleteFunc(dues, func(d Due) bool {
		at, ok := known[d.Workspace]
		return ok && at <= d.At
	}), nil
}
