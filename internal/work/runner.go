package work

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"math/rand/v2"
	"os"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"tandem/internal/clock"
	"tandem/internal/db"
)

// Options set a runner up. The zero value works: each field says what it then means.
type Options struct {
	Node         string        // this node's name, the same after a restart; the host's name
	Lease        time.Duration // how long a node that falls silent keeps its work; a minute, at most an hour
	AtOnce       int           // how many handlers run at the same time; 4
	Busy         time.Duration // how long to wait before looking again after there was work; 50 ms
	Idle         time.Duration // how long at most when there was none; 1 s
	SweepEvery   time.Duration // how often lost hints are looked for; a minute
	FirstRetry   time.Duration // how long to wait after a first failure, doubled after each; 1 s
	LongestRetry time.Duration // how long to wait at most; an hour
	Log          *slog.Logger  // where failures are told; the default logger
}

func (o Options) filled() Options {
	if o.Node == "" {
		o.Node, _ = os.Hostname() // a nameless host is node ""
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if o.AtOnce <= 0 {
		o.AtOnce = 4
	}
	for _, d := range []struct {
		of     *time.Duration
		unless time.Duration
	}{
		{&o.Lease, time.Minute},
		{&o.Busy, 50 * time.Millisecond},
		{&o.Idle, time.Second},
		{&o.SweepEvery, time.Minute},
		{&o.FirstRetry, time.Second},
		{&o.LongestRetry, time.Hour},
	} {
		if *d.of <= 0 {
			*d.of = d.unless
		}
	}
	o.Lease = min(o.Lease, longestLease)
	return o
}

// Runner looks for work that is due and has it done. Register the kinds with Handle and Find before Run.
type Runner struct {
	db       *db.DB
	clock    clock.Clock
	o        Options
	handlers map[Kind]Handler
	finders  map[Kind]Finder
}

// New makes a runner on a store. It does nothing until Run.
func New(d *db.DB, c clock.Clock, o Options) *Runner {
	r := &Runner{
		db: d, clock: c, o: o.filled(),
		handlers: map[Kind]Handler{}, finders: map[Kind]Finder{},
	}
	r.Handle(sweeping, r.sweepAsWork)
	return r
}

// Handle registers who does the work of a kind.
func (r *Runner) Handle(kind Kind, do Handler) { r.handlers[kind] = do }

func (r *Runner) kinds() []Kind { return slices.Sorted(maps.Keys(r.handlers)) }

// Run does what is due until ctx ends, then waits for the handlers that run. At its start it gives back what an earlier process of this
// node had in hand. It returns an error only if it cannot start.
func (r *Runner) Run(ctx context.Context) error {
	if err := r.begin(ctx); err != nil {
		if ctx.Err() != nil {
			return nil
		}
		return fmt.Errorf("start the work: %w", err)
	}
	var running sync.WaitGroup
	defer running.Wait()
	over := make(chan struct{}, r.o.AtOnce)
	free := r.o.AtOnce
	for pause := r.o.Busy; ctx.Err() == nil; {
		if started := r.start(ctx, free, &running, over); started > 0 {
			free -= started
			pause = r.o.Busy
		}
		free += r.wait(ctx, pause, over)
		pause = min(2*pause, r.o.Idle)
	}
	return nil
}

func (r *Runner) begin(ctx context.Context) error {
	if err := r.voidOwn(ctx); err != nil {
		return err
	}
	return r.db.Write(ctx, 0, func(tx *db.Tx) error { return Hint(ctx, tx, sweeping, r.clock.Now()) })
}

// start takes work for the free hands and sets them to it.
func (r *Runner) start(ctx context.Context, free int, running *sync.WaitGroup, over chan<- struct{}) int {
	if free <= 0 {
		return 0
	}
	leases, err := r.take(ctx, free)
	if err != nil {
		if ctx.Err() == nil {
			r.o.Log.Error("looking for work failed", "error", err)
		}
		return 0
	}
	for _, lease := range leases {
		running.Go(func() {
			r.do(ctx, lease)
			select {
			case over <- struct{}{}:
			case <-ctx.Done():
			}
		})
	}
	return len(leases)
}

// wait lets the pause pass and returns how many handlers came to their end meanwhile; after the first of them what waits
// for a free hand is looked for soon.
func (r *Runner) wait(ctx context.Context, pause time.Duration, over <-chan struct{}) int {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	for ended := 0; ; {
		select {
		case <-ctx.Done():
			return ended
		case <-timer.C:
			return ended
		case <-over:
			if ended++; ended == 1 {
				timer.Reset(min(pause, r.o.Busy))
			}
		}
	}
}

// Once does what is due now, and what that makes due, and returns how many leases it took. Its handlers' failures are kept in ready, not
// returned.
func (r *Runner) Once(ctx context.Context) (int, error) {
	for done := 0; ; {
		leases, err := r.take(ctx, r.o.AtOnce)
		if err != nil || len(leases) == 0 {
			return done, err
		}
		var running sync.WaitGroup
		for _, lease := range leases {
			running.Go(func() { r.do(ctx, lease) })
		}
		running.Wait()
		done += len(leases)
	}
}

// do has one piece of work done and puts its row back.
func (r *Runner) do(ctx context.Context, lease Lease) {
	working, stop := context.WithCancelCause(ctx)
	var keeping sync.WaitGroup
	keeping.Go(func() { r.keep(working, lease, stop) })
	next, err := r.call(working, lease)
	if fenced := context.Cause(working); err != nil && errors.Is(fenced, ErrFenced) {
		err = fenced
	}
	stop(nil)
	keeping.Wait()
	r.settle(ctx, lease, next, err)
}

func (r *Runner) call(ctx context.Context, lease Lease) (next time.Time, err error) {
	defer func() {
		if p := recover(); p != nil {
			r.o.Log.Error("work panicked", "kind", lease.Kind, "workspace", lease.Workspace, "panic", p, "stack", string(debug.Stack()))
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	return r.handlers[lease.Kind](ctx, lease)
}

// keep extends the lease while its handler runs, and ends the handler's context if it is lost.
func (r *Runner) keep(ctx context.Context, lease Lease, lost context.CancelCauseFunc) {
	tick := time.NewTicker(r.o.Lease / 3)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		// an extension under way is not broken off with the handler: that would cost the connection
		patient, cancel := context.WithTimeout(context.WithoutCancel(ctx), r.o.Lease)
		err := r.extend(patient, lease)
		cancel()
		if errors.Is(err, ErrFenced) {
			lost(err)
			return
		}
		if err != nil {
			r.o.Log.Warn("extending a lease failed", "kind", lease.Kind, "workspace", lease.Workspace, "error", err)
		}
	}
}

// settle writes down how the work ended, also when the runner is being stopped.
func (r *Runner) settle(ctx context.Context, lease Lease, next time.Time, err error) {
	patient, cancel := context.WithTimeout(context.WithoutCancel(ctx), r.o.Lease)
	defer cancel()
	var written error
	switch {
	case err == nil:
		written = r.finish(patient, lease, next)
	case errors.Is(err, ErrFenced):
		written = ErrFenced
	case ctx.Err() != nil:
		written = r.release(patient, lease)
	default:
		r.o.Log.Warn("work failed", "kind", lease.Kind, "workspace", lease.Workspace, "failures", lease.Failures+1, "error", err)
		written = r.fail(patient, lease, err)
	}
	switch {
	case errors.Is(written, ErrFenced):
		r.o.Log.Info("another node has taken work over", "kind", lease.Kind, "workspace", lease.Workspace)
	case written != nil:
		r.o.Log.Error("putting work back failed", "kind", lease.Kind, "workspace", lease.Workspace, "error", written)
	}
}

// backoff is how long to wait after one more failure: twice as long each time, between half of that and all of it, so that many that
// failed together do not come back together.
func (r *Runner) backoff(failures int) time.Duration {
	wait := r.o.LongestRetry
	if failures < 30 {
		wait = min(wait, r.o.FirstRetry<<failures)
	}
	return wait/2 + rand.N(wait/2+1)
}
