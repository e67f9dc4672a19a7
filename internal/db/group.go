package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"

	"tandem/internal/id"
)

// groups holds, for each workspace, the writes that wait to share a commit.
type groups struct {
	db      *DB
	mu      sync.Mutex
	waiting map[id.Workspace][]*appending
	leading map[id.Workspace]bool
	done    sync.WaitGroup
}

type appending struct {
	ctx  context.Context
	do   func(*Tx) error
	err  error
	over chan struct{}
}

// together is how many writes share one commit at most.
const together = 256

func newGroups(d *DB) *groups {
	return &groups{db: d, waiting: map[id.Workspace][]*appending{}, leading: map[id.Workspace]bool{}}
}

// Append runs do like Write, in a transaction that it may share with other calls, each under its savepoint, and returns when the commit is on
// disk. It is for writes that decide nothing from what they read: touches, recipients' states, raw posts. While one group commits the next
// gathers, so a busy store pays for one commit where Write would pay for many.
func (d *DB) Append(ctx context.Context, ws id.Workspace, do func(*Tx) error) error {
	job := &appending{ctx: ctx, do: do, over: make(chan struct{})}
	d.appends.add(ws, job)
	<-job.over
	return job.err
}

func (g *groups) add(ws id.Workspace, job *appending) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.waiting[ws] = append(g.waiting[ws], job)
	if g.leading[ws] {
		return
	}
	g.leading[ws] = true
	g.done.Go(func() { g.lead(ws) })
}

// lead commits group after group until none waits.
func (g *groups) lead(ws id.Workspace) {
	for {
		jobs := g.take(ws)
		if len(jobs) == 0 {
			return
		}
		g.commit(ws, jobs)
	}
}

func (g *groups) take(ws id.Workspace) []*appending {
	g.mu.Lock()
	defer g.mu.Unlock()
	jobs := g.waiting[ws]
	if len(jobs) == 0 {
		delete(g.waiting, ws)
		delete(g.leading, ws)
		return nil
	}
	n := min(len(jobs), together)
	g.waiting[ws] = jobs[n:]
	return jobs[:n]
}

func (g *groups) commit(ws id.Workspace, jobs []*appending) {
	ctx := context.Background() // one caller that goes away does not take the others with it
	err := g.db.retry(ctx, func() error {
		return g.db.transact(ctx, g.db.writer, &sql.TxOptions{Isolation: g.db.engine.levels().append}, ws, func(t *Tx) error {
			for _, job := range jobs {
				if err := job.run(t); err != nil {
					return err
				}
			}
			return nil
		})
	})
	for _, job := range jobs {
		if err != nil {
			job.err = err
		}
		close(job.over)
	}
}

// run does one write under its savepoint; the error it returns is one that ends the whole group.
func (a *appending) run(t *Tx) error {
	if a.err = a.ctx.Err(); a.err != nil {
		return nil
	}
	ctx := context.Background()
	if _, err := t.exec(ctx, "SAVEPOINT one", nil); err != nil {
		return err
	}
	if a.err = a.do(t); a.err == nil && t.failed == nil {
		_, err := t.exec(ctx, "RELEASE SAVEPOINT one", nil)
		return err
	}
	if a.err == nil {
		a.err = t.failed
	}
	if t.db.engine.retryable(a.err) {
		return a.err
	}
	a.err = t.db.engine.translate(a.err)
	t.failed = nil
	_, back := t.exec(ctx, "ROLLBACK TO SAVEPOINT one", nil)
	_, away := t.exec(ctx, "RELEASE SAVEPOINT one", nil)
	if err := errors.Join(back, away); err != nil {
		return fmt.Errorf("take back one write of a group: %w", err)
	}
	return nil
}

func (g *groups) close() { g.done.Wait() }
