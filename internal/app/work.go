package app

import (
	"context"
	"fmt"
	"time"

	"tandem/internal/db"
	"tandem/internal/insight/feed"
	"tandem/internal/people/glance"
	"tandem/internal/serve"
	"tandem/internal/work"
)

// The kinds of work that the server does by itself.
const (
	follow   work.Kind = "follow"   // number the journey's news, and bring what is read from it up to date
	optimize work.Kind = "optimize" // count what tables hold, so that the database takes good ways through them
)

const (
	followEvery   = 15 * time.Second
	optimizeEvery = time.Hour
	lateAfter     = 15 * time.Minute // from when on work that waits is a failing of the server
)

// worker is what runs in the background. A new kind of work is registered here.
func (r *running) worker() *work.Runner {
	w := work.New(r.DB, r.Clock, work.Options{Log: r.log})
	w.Handle(follow, r.follow)
	w.Find(follow, everyWorkspace)
	r.Exchange.Register(w)
	w.Handle(optimize, r.optimize)
	w.Find(optimize, func(context.Context, *db.Tx) ([]work.Due, error) { return []work.Due{{}}, nil })
	return w
}

// everyWorkspace has the work due at once.
func everyWorkspace(ctx context.Context, tx *db.Tx) ([]work.Due, error) {
	return db.All[work.Due](ctx, tx, `SELECT id AS workspace_id, 0 AS due_at FROM workspace ORDER BY id`)
}

func (r *running) follow(ctx context.Context, l work.Lease) (time.Time, error) {
	if err := feed.CatchUp(ctx, r.DB, l.Workspace); err != nil {
		return time.Time{}, err
	}
	if err := glance.CatchUp(ctx, r.DB, l.Workspace); err != nil {
		return time.Time{}, err
	}
	return r.Clock.Now().Add(followEvery), nil
}

func (r *running) optimize(ctx context.Context, _ work.Lease) (time.Time, error) {
	return r.Clock.Now().Add(optimizeEvery), r.DB.Optimize(ctx)
}

// checks are what has to be well.
func (r *running) checks() []serve.Check {
	return []serve.Check{
		{Name: "database", Do: func(ctx context.Context) error {
			return r.DB.Read(ctx, 0, func(tx *db.Tx) error {
				_, err := db.One[int64](ctx, tx, "SELECT count(*) FROM workspace")
				return err
			})
		}},
		{Name: "work", Minor: true, Do: r.late},
	}
}

// late is an error if work has been waiting for too long.
func (r *running) late(ctx context.Context) error {
	status, err := work.Report(ctx, r.DB, r.Clock)
	if err != nil {
		return err
	}
	for _, k := range status.Kinds {
		if late := time.Duration(k.LateSeconds) * time.Second; late > lateAfter {
			return fmt.Errorf("%s has been waiting for %s", k.Kind, late)
		}
	}
	return nil
}

// measure adds what the server can tell about the store and the work to its metrics.
func (r *running) measure() {
	pools := func(of func(db.Pool) float64) func() []serve.Figure {
		return func() []serve.Figure {
			var all []serve.Figure
			for _, p := range r.DB.Pools() {
				all = append(all, serve.Figure{Label: p.Name, Value: of(p)})
			}
			return all
		}
	}
	kinds := func(of func(work.KindStatus) float64) func() []serve.Figure {
		return func() []serve.Figure { return r.kinds(of) }
	}
	m := r.metrics
	m.Ask("tandem_db_connections", "Open connections to the database.", "pool", pools(func(p db.Pool) float64 { return float64(p.Open) }))
	m.Ask("tandem_db_connections_in_use", "Connections that somebody uses now.", "pool", pools(func(p db.Pool) float64 { return float64(p.InUse) }))
	m.Ask("tandem_db_waited_seconds", "How long was waited for connections since the start.", "pool", pools(func(p db.Pool) float64 { return p.Waited.Seconds() }))
	m.Ask("tandem_work_late_seconds", "How long the work that is due has been waiting.", "kind", kinds(func(k work.KindStatus) float64 { return float64(k.LateSeconds) }))
	m.Ask("tandem_work_failing", "Workspaces in which work failed at the last try.", "kind", kinds(func(k work.KindStatus) float64 { return float64(k.Failing) }))
}

// kinds reads a figure of every kind of work; none if the store does not answer.
func (r *running) kinds(of func(work.KindStatus) float64) []serve.Figure {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	status, err := work.Report(ctx, r.DB, r.Clock)
	if err != nil {
		r.log.Warn("the state of the work cannot be read", "error", err)
		return nil
	}
	var all []serve.Figure
	for _, k := range status.Kinds {
		all = append(all, serve.Figure{Label: string(k.Kind), Value: of(k)})
	}
	return all
}
