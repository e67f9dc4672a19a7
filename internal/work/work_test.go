package work_test

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/id"
	"tandem/internal/test/dbtest"
	"tandem/internal/work"
)

const chore work.Kind = "chore"

var start = time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)

func quick() work.Options {
	return work.Options{Node: "a", Busy: time.Millisecond, Idle: 5 * time.Millisecond, Log: slog.New(slog.DiscardHandler)}
}

func hint(t *testing.T, d *db.DB, ws id.Workspace, due time.Time) {
	t.Helper()
	if err := d.Write(t.Context(), ws, func(tx *db.Tx) error { return work.Hint(t.Context(), tx, chore, due) }); err != nil {
		t.Fatal(err)
	}
}

func once(t *testing.T, r *work.Runner) int {
	t.Helper()
	n, err := r.Once(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func report(t *testing.T, d *db.DB, c clock.Clock) work.Status {
	t.Helper()
	s, err := work.Report(t.Context(), d, c)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func nothing(context.Context, work.Lease) (time.Time, error) { return time.Time{}, nil }

func TestWorkRunsWhenItIsDueAndNotBefore(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := clock.NewFake(start)
		r := work.New(d, c, quick())
		r.Handle(chore, func(_ context.Context, l work.Lease) (time.Time, error) {
			if l.Workspace != 7 || l.Kind != chore {
				t.Errorf("called for %d %s", l.Workspace, l.Kind)
			}
			return time.Time{}, nil
		})
		hint(t, d, 7, start.Add(time.Hour))
		hint(t, d, 7, start.Add(2*time.Hour)) // later: changes nothing
		if n := once(t, r); n != 0 {
			t.Fatalf("ran %d times before it was due", n)
		}
		hint(t, d, 7, start.Add(time.Minute)) // earlier: counts
		c.Add(time.Minute)
		if n := once(t, r); n != 1 {
			t.Fatalf("ran %d times when due, want 1", n)
		}
		c.Add(24 * time.Hour)
		if n := once(t, r); n != 0 {
			t.Fatalf("ran %d times with nothing due", n)
		}
	})
}

func TestAHandlerIsCalledAgainWhenItSaid(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := clock.NewFake(start)
		r := work.New(d, c, quick())
		r.Handle(chore, func(context.Context, work.Lease) (time.Time, error) { return c.Now().Add(time.Hour), nil })
		hint(t, d, 7, start)
		once(t, r)
		c.Add(time.Hour - time.Microsecond)
		if n := once(t, r); n != 0 {
			t.Fatal("called too early")
		}
		c.Add(time.Microsecond)
		if n := once(t, r); n != 1 {
			t.Fatal("not called when it wanted to be")
		}
	})
}

func TestAHintLeftWhileTheWorkRunsIsNotLost(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := clock.NewFake(start)
		r := work.New(d, c, quick())
		calls := 0
		r.Handle(chore, func(context.Context, work.Lease) (time.Time, error) {
			if calls++; calls == 1 {
				hint(t, d, 7, start)
			}
			return time.Time{}, nil
		})
		hint(t, d, 7, start)
		once(t, r)
		if calls != 2 {
			t.Fatalf("called %d times, want 2", calls)
		}
	})
}

func TestFailedWorkIsTriedAgainLaterAndLater(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := clock.NewFake(start)
		o := quick()
		o.FirstRetry, o.LongestRetry = 10*time.Second, 30*time.Second
		r := work.New(d, c, o)
		var fail error = errors.New("the server said no\x00")
		r.Handle(chore, func(context.Context, work.Lease) (time.Time, error) { return time.Time{}, fail })
		hint(t, d, 7, start)
		once(t, r)

		for failed, wait := range []time.Duration{10 * time.Second, 20 * time.Second, 30 * time.Second, 30 * time.Second} {
			hint(t, d, 7, c.Now()) // nobody can hurry it
			c.Add(wait/2 - time.Millisecond)
			if n := once(t, r); n != 0 {
				t.Fatalf("after failure %d it came back before half of %v", failed+1, wait)
			}
			c.Add(wait/2 + time.Millisecond)
			if n := once(t, r); n != 1 {
				t.Fatalf("after failure %d it did not come back within %v", failed+1, wait)
			}
		}
		row := report(t, d, c).Urgent[0]
		if row.Failures != 5 || row.LastError != "the server said no" || row.FailedAt == nil || !row.FailedAt.Equal(c.Now()) {
			t.Fatalf("the report says %+v", row)
		}

		fail = nil
		c.Add(time.Minute)
		once(t, r)
		if s := report(t, d, c); s.Kinds[0].Failing != 0 || len(s.Urgent) != 0 {
			t.Fatalf("after a success the report says %+v", s)
		}
	})
}

func TestAPanicIsAFailureLikeAnyOther(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := clock.NewFake(start)
		r := work.New(d, c, quick())
		r.Handle(chore, func(context.Context, work.Lease) (time.Time, error) { panic("no such template") })
		hint(t, d, 7, start)
		once(t, r)
		if row := report(t, d, c).Urgent[0]; row.Failures != 1 || !strings.Contains(row.LastError, "no such template") {
			t.Fatalf("the report says %+v", row)
		}
	})
}

func TestOfEightClaimersNoTwoTakeTheSameWork(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		const workspaces = 200
		for ws := range id.Workspace(workspaces) {
			hint(t, d, ws+1, start)
		}
		var calls [workspaces + 1]atomic.Int32
		var all sync.WaitGroup
		for range 8 {
			r := work.New(d, clock.NewFake(start), quick())
			r.Handle(chore, func(_ context.Context, l work.Lease) (time.Time, error) {
				calls[l.Workspace].Add(1)
				return time.Time{}, nil
			})
			all.Go(func() {
				if _, err := r.Once(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		for ws := 1; ws <= workspaces; ws++ {
			if n := calls[ws].Load(); n != 1 {
				t.Errorf("workspace %d was worked on %d times, want once", ws, n)
			}
		}
	})
}

func TestLostHintsAreFoundByTheSweep(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := clock.NewFake(start)
		r := work.New(d, c, quick())
		r.Handle(chore, nothing)
		r.Find(chore, func(context.Context, *db.Tx) ([]work.Due, error) {
			return []work.Due{{7, clock.Of(start)}, {8, clock.Of(start)}, {9, clock.Of(start)}}, nil
		})
		hint(t, d, 7, start)
		hint(t, d, 8, start.Add(time.Hour)) // later than the truth
		lost, err := r.Sweep(t.Context())
		if err != nil || lost != 2 {
			t.Fatalf("%d hints found lost, %v; want 2", lost, err)
		}
		if n := once(t, r); n != 3 {
			t.Fatalf("%d workspaces worked on, want 3", n)
		}
	})
}

func TestARunnerThatStartsSweepsByItself(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		r := work.New(d, clock.NewFake(start), quick())
		r.Find(chore, func(context.Context, *db.Tx) ([]work.Due, error) { return []work.Due{{7, clock.Of(start)}}, nil })
		r.Handle(chore, func(context.Context, work.Lease) (time.Time, error) {
			stop()
			return time.Time{}, nil
		})
		if err := r.Run(ctx); err != nil { // ends because the work was found
			t.Fatal(err)
		}
	})
}

func TestAStoppedRunnerWaitsForItsHandlersAndGivesTheWorkBack(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		c := clock.NewFake(start)
		r := work.New(d, c, quick())
		ended := false
		r.Handle(chore, func(ctx context.Context, _ work.Lease) (time.Time, error) {
			stop()
			<-ctx.Done()
			ended = true
			return time.Time{}, ctx.Err()
		})
		hint(t, d, 7, start)
		if err := r.Run(ctx); err != nil {
			t.Fatal(err)
		}
		if !ended {
			t.Fatal("Run came back before its handler")
		}
		k := report(t, d, c).Kinds[0]
		if k.Kind != chore || k.Waiting != 1 || k.Running != 0 || k.Failing != 0 {
			t.Fatalf("the work was left as %+v; want it waiting, without a failure", k)
		}
	})
}

func TestAStartTakesBackWhatItsNodeHadInHand(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := clock.NewFake(start)
		hint(t, d, 7, start)
		var old work.Lease
		inHand, release := make(chan struct{}), make(chan struct{})
		first := work.New(d, c, quick())
		first.Handle(chore, func(ctx context.Context, l work.Lease) (time.Time, error) {
			old = l
			close(inHand)
			<-release
			return time.Time{}, nil
		})
		var before sync.WaitGroup
		before.Go(func() { once(t, first) })
		<-inHand

		if !d.SingleWriter() {
			o := quick()
			o.Node = "b"
			other := work.New(d, c, o)
			ctx, stop := context.WithCancel(t.Context())
			defer stop()
			other.Handle(chore, func(context.Context, work.Lease) (time.Time, error) {
				t.Error("another node took work that is in hand")
				return time.Time{}, nil
			})
			other.Find("last", func(context.Context, *db.Tx) ([]work.Due, error) { stop(); return nil, nil })
			if err := other.Run(ctx); err != nil {
				t.Fatal(err)
			}
		}

		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		second := work.New(d, c, quick())
		second.Handle(chore, func(_ context.Context, l work.Lease) (time.Time, error) {
			if l.Token <= old.Token {
				t.Errorf("token %d after %d", l.Token, old.Token)
			}
			stop()
			return time.Time{}, nil
		})
		if err := second.Run(ctx); err != nil {
			t.Fatal(err)
		}
		err := d.Write(t.Context(), 7, func(tx *db.Tx) error { return old.Fence(t.Context(), tx) })
		if !errors.Is(err, work.ErrFenced) {
			t.Errorf("the earlier process may still write: %v", err)
		}
		close(release)
		before.Wait()
	})
}

// The first runner has found its work and is held up; the second, started under the same name, takes all of it over and finds the same.
// Then both write.
func TestTwoRunnersDoNothingTwice(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		const workspaces, units = 12, 5
		makeUnits(t, d, workspaces, units)
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		var left, waiting atomic.Int32
		left.Store(workspaces * units)
		var takenOver [workspaces + 1]chan struct{}
		for ws := range takenOver {
			takenOver[ws] = make(chan struct{})
		}
		firstWaits := make(chan struct{})
		unaware := context.WithoutCancel(ctx)
		chores := func(_ context.Context, l work.Lease) (time.Time, error) {
			unit, more, err := find(unaware, d, l)
			if err != nil || !more {
				return time.Time{}, err
			}
			if l.Token == 1 {
				if waiting.Add(1) == workspaces {
					close(firstWaits)
				}
				<-takenOver[l.Workspace]
			} else if unit == 0 {
				close(takenOver[l.Workspace])
			}
			if err := do(unaware, d, l, unit); err != nil {
				return time.Time{}, err
			}
			if left.Add(-1) == 0 {
				stop()
			}
			return start, nil
		}
		var all sync.WaitGroup
		run := func() {
			o := quick()
			o.AtOnce = workspaces
			r := work.New(d, clock.NewFake(start), o)
			r.Handle(chore, chores)
			all.Go(func() {
				if err := r.Run(ctx); err != nil {
					t.Error(err)
				}
			})
		}
		run()
		<-firstWaits
		run()
		all.Wait()
		if n := doubles(t, d); n != 0 || left.Load() != 0 {
			t.Fatalf("%d units were done twice, %d not", n, left.Load())
		}
	})
}

func makeUnits(t *testing.T, d *db.DB, workspaces, units int) {
	t.Helper()
	run := func(ws id.Workspace, query string, args ...any) {
		t.Helper()
		if err := d.Write(t.Context(), ws, func(tx *db.Tx) error {
			_, err := db.Exec(t.Context(), tx, query, args...)
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	run(0, "CREATE TABLE unit (workspace_id BIGINT NOT NULL, id BIGINT NOT NULL, state TEXT NOT NULL, PRIMARY KEY (workspace_id, id))")
	run(0, "CREATE TABLE effect (workspace_id BIGINT NOT NULL, unit_id BIGINT NOT NULL, token BIGINT NOT NULL)")
	for ws := range id.Workspace(workspaces) {
		for unit := range units {
			run(ws+1, "INSERT INTO unit (workspace_id, id, state) VALUES ($1, $2, 'new')", ws+1, unit)
		}
		hint(t, d, ws+1, start)
	}
}

func find(ctx context.Context, d *db.DB, l work.Lease) (unit int64, more bool, err error) {
	err = d.Read(ctx, l.Workspace, func(tx *db.Tx) (err error) {
		unit, more, err = db.Maybe[int64](ctx, tx, "SELECT id FROM unit WHERE workspace_id = $1 AND state = 'new' ORDER BY id LIMIT 1", l.Workspace)
		return err
	})
	return unit, more, err
}

// do does a unit: nothing but the fence keeps its effect from being written twice.
func do(ctx context.Context, d *db.DB, l work.Lease, unit int64) error {
	return d.Write(ctx, l.Workspace, func(tx *db.Tx) error {
		if err := l.Fence(ctx, tx); err != nil {
			return err
		}
		if _, err := db.Exec(ctx, tx, "UPDATE unit SET state = 'done' WHERE workspace_id = $1 AND id = $2", l.Workspace, unit); err != nil {
			return err
		}
		_, err := db.Exec(ctx, tx, "INSERT INTO effect (workspace_id, unit_id, token) VALUES ($1, $2, $3)", l.Workspace, unit, l.Token)
		return err
	})
}

func doubles(t *testing.T, d *db.DB) (n int64) {
	t.Helper()
	ctx := db.AcrossWorkspaces(t.Context())
	err := d.Read(ctx, 0, func(tx *db.Tx) (err error) {
		n, err = db.One[int64](ctx, tx, "SELECT count(*) FROM (SELECT 1 FROM effect GROUP BY workspace_id, unit_id HAVING count(*) > 1) AS d")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestTheReportSaysWhatRanRunsNextAndIsLate(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := clock.NewFake(start)
		r := work.New(d, c, quick())
		r.Handle(chore, func(context.Context, work.Lease) (time.Time, error) { return c.Now().Add(time.Hour), nil })
		hint(t, d, 7, start)
		once(t, r)
		hint(t, d, 8, start.Add(-90*time.Second))

		s := report(t, d, c)
		k := s.Kinds[0]
		if k.Workspaces != 2 || k.Waiting != 1 || k.LateSeconds != 90 || !k.LastRan.Equal(start) || !k.RunsNext.Equal(start.Add(-90*time.Second)) {
			t.Errorf("the kind is told as %+v", k)
		}
		if len(s.Urgent) != 1 || s.Urgent[0].Workspace != 8 || s.Urgent[0].LateSeconds != 90 {
			t.Errorf("urgent is %+v", s.Urgent)
		}
		if _, err := json.Marshal(s); err != nil {
			t.Error(err)
		}
	})
}
