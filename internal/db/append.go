package db

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"tandem/internal/id"
)

// groups holds, for each workspace, the writes that wait to share a commit.
type groups struct {
	db      *DB
	mu      sync.Mutex
	waiting map[id.Workspace][]*write
	leading map[id.Workspace]bool
}

// write is one call of Append.
type write struct {
	ctx      context.Context
	do       func(*Tx) error
	err      error
	panicked any
	over     chan struct{}
}

// together is how many writes share one commit at most.
const together = 256

func newGroups(d *DB) *groups {
	return &groups{db: d, waiting: map[id.Workspace][]*write{}, leading: map[id.Workspace]bool{}}
}

// Append runs do like Write, in a transaction that it may share with other calls, each under its savepoint, and returns when the commit is on
// disk. It is for writes that decide nothing from what they read: touches, recipients' states, raw posts. do may run more than once, and on
// another goroutine. While one group commits the next gathers, so a busy store pays for one commit where Write would pay for many.
func (d *DB) Append(ctx context.Context, ws id.Workspace, do func(*Tx) error) error {
	done, err := d.use()
	if err != nil {
		return err
	}
	defer done()
	w := &write{ctx: ctx, do: do, over: make(chan struct{})}
	d.appends.add(ws, w)
	<-w.over
	if w.panicked != nil {
		panic(w.panicked)
	}
	return w.err
}

func (g *groups) add(ws id.Workspace, w *write) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.waiting[ws] = append(g.waiting[ws], w)
	if g.leading[ws] {
		return
	}
	g.leading[ws] = true
	go g.lead(ws)
}

// lead commits group after group until none waits.
func (g *groups) lead(ws id.Workspace) {
	for {
		group := g.take(ws)
		if len(group) == 0 {
			return
		}
		g.commit(ws, group)
	}
}

func (g *groups) take(ws id.Workspace) []*write {
	g.mu.Lock()
	defer g.mu.Unlock()
	all := g.waiting[ws]
	if len(all) == 0 {
		delete(g.waiting, ws)
		delete(g.leading, ws)
		return nil
	}
	n := min(len(all), together)
	g.waiting[ws] = all[n:]
	return all[:n]
}

func (g *groups) commit(ws id.Workspace, group []*write) {
	ctx := context.Background() // one caller that goes away does not take the others with it
	err := g.db.retry(ctx, func() error {
		return g.db.transact(ctx, appending, ws, func(t *Tx) error { return runAll(t, group) })
	})
	for _, w := range group {
		if err != nil && w.err == nil {
			w.err = err
		}
		close(w.over)
	}
}

func runAll(t *Tx, group []*write) error {
	for _, w := range group {
		if err := w.run(t); err != nil {
			return err
		}
	}
	return nil
}

// run does one write under its savepoint; the error it returns is one that ends the whole group.
func (w *write) run(t *Tx) error {
	if w.err = w.ctx.Err(); w.err != nil || w.panicked != nil {
		return nil
	}
	ctx := context.Background()
	if err := t.control(ctx, "SAVEPOINT one"); err != nil {
		return fmt.Errorf("begin one write of a group: %w", err)
	}
	failed := w.attempt(t)
	if failed == nil {
		return t.control(ctx, "RELEASE SAVEPOINT one")
	}
	if t.db.retryable(failed) {
		return failed
	}
	w.err = t.db.engine.translate(failed)
	t.failed = nil
	if err := w.takeBack(ctx, t); err != nil {
		return w.ended(failed, err)
	}
	return nil
}

// attempt runs do and keeps its panic for the caller's own goroutine.
func (w *write) attempt(t *Tx) (failed error) {
	defer func() {
		if w.panicked = recover(); w.panicked != nil {
			failed = fmt.Errorf("panic: %v", w.panicked)
		}
	}()
	err := w.do(t)
	if t.failed != nil && (err == nil || t.db.retryable(t.failed)) {
		return t.failed
	}
	return err
}

func (w *write) takeBack(ctx context.Context, t *Tx) error {
	if err := t.control(ctx, "ROLLBACK TO SAVEPOINT one"); err != nil {
		return err
	}
	return t.control(ctx, "RELEASE SAVEPOINT one")
}

// ended is for a failure that took the savepoint and the whole transaction with it: a caller who went away in the middle of a statement costs
// the others one more run; a full disk fails them all.
func (w *write) ended(failed, err error) error {
	if w.ctx.Err() != nil {
		return errAgain
	}
	return errors.Join(failed, fmt.Errorf("take back one write of a group: %w", err))
}
