package db_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"tandem/internal/db"
	"tandem/internal/id"
)

const recount = "SELECT count(*) FROM thing WHERE workspace_id = $1"

func TestTwoWritesNeverLoseAnUpdate(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		insert(t, d, thing{ID: 1, Name: "counter"})
		const writers, times = 8, 20
		inParallel(t, writers, func(int) error {
			for range times {
				if err := d.Write(t.Context(), ws, func(tx *db.Tx) error { return addOne(t.Context(), tx) }); err != nil {
					return err
				}
			}
			return nil
		})
		if got := one[float64](t, d, "SELECT ratio FROM thing WHERE workspace_id = $1", ws); got != writers*times {
			t.Errorf("the counter shows %v after %d increments", got, writers*times)
		}
	})
}

// addOne reads first and writes what it made of it.
func addOne(ctx context.Context, tx *db.Tx) error {
	n, err := db.One[float64](ctx, tx, "SELECT ratio FROM thing WHERE workspace_id = $1 AND id = 1", ws)
	if err != nil {
		return err
	}
	_, err = db.Exec(ctx, tx, "UPDATE thing SET ratio = $1 WHERE workspace_id = $2 AND id = 1", n+1, ws)
	return err
}

func TestTwoWritesNeverBothBuildOnWhatTheOtherMadeFalse(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		// each adds a row only where it counts none: of any number one may
		inParallel(t, 8, func(n int) error {
			return d.Write(t.Context(), ws, func(tx *db.Tx) error {
				found, err := db.One[int64](t.Context(), tx, recount, ws)
				if err != nil || found > 0 {
					return err
				}
				return db.Insert(t.Context(), tx, "thing", thing{ID: id.ID(n + 1), Name: name(fmt.Sprint(n))})
			})
		})
		if n := one[int64](t, d, recount, ws); n != 1 {
			t.Errorf("%d rows, want 1", n)
		}
	})
}

func inParallel(t *testing.T, n int, do func(n int) error) {
	t.Helper()
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			if err := do(i); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

func TestAReadSeesOneSnapshot(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		insert(t, d, thing{ID: 1, Name: "a"})
		var before, after int64
		err := d.Read(t.Context(), ws, func(tx *db.Tx) (err error) {
			if before, err = db.One[int64](t.Context(), tx, recount, ws); err != nil {
				return err
			}
			insert(t, d, thing{ID: 2, Name: "b"})
			after, err = db.One[int64](t.Context(), tx, recount, ws)
			return err
		})
		if err != nil || before != 1 || after != 1 {
			t.Errorf("first %d rows, then %d, %v; want 1 and 1", before, after, err)
		}
		if n := one[int64](t, d, recount, ws); n != 2 {
			t.Errorf("the next reader sees %d rows, want 2", n)
		}
	})
}

func TestAReadCannotWrite(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		err := d.Read(t.Context(), ws, func(tx *db.Tx) error { return db.Insert(t.Context(), tx, "thing", thing{ID: 1, Name: "a"}) })
		if err == nil {
			t.Error("a Read wrote a row")
		}
		if n := one[int64](t, d, recount, ws); n != 0 {
			t.Errorf("%d rows, want none", n)
		}
	})
}

func TestAFailedStatementEndsTheTransaction(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		insert(t, d, thing{ID: 1, Name: "a"})
		err := d.Write(t.Context(), ws, func(tx *db.Tx) error {
			if err := db.Insert(t.Context(), tx, "thing", thing{ID: 2, Name: "b"}); err != nil {
				return err
			}
			if err := db.Insert(t.Context(), tx, "thing", thing{ID: 1, Name: "taken"}); !tx.IsConflict(err) {
				t.Errorf("a taken id: %v", err)
			}
			if err := exec(t, tx, "DELETE FROM thing WHERE workspace_id = $1", ws); err == nil {
				t.Error("a statement ran after one had failed")
			}
			return nil // as if nothing had happened
		})
		if !d.IsConflict(err) {
			t.Errorf("the transaction ended with %v, want the conflict", err)
		}
		if n := one[int64](t, d, recount, ws); n != 1 {
			t.Errorf("%d rows, want the first alone", n)
		}
	})
}

func TestAnErrorOrAPanicTakesEverythingBack(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		refused := errors.New("refused")
		add := func(tx *db.Tx) error { return db.Insert(t.Context(), tx, "thing", thing{ID: 1, Name: "a"}) }
		for what, do := range map[string]func(*db.Tx) error{
			"an error": func(tx *db.Tx) error { return errors.Join(add(tx), refused) },
			"a panic": func(tx *db.Tx) error {
				_ = add(tx)
				panic("by a programmer's mistake")
			},
			"a panic while reading": func(tx *db.Tx) error {
				_ = add(tx)
				return db.EachCells(t.Context(), tx, func(db.Cells) error { panic("by another") }, "SELECT id FROM thing WHERE workspace_id = $1", ws)
			},
		} {
			for name, run := range map[string]func(context.Context, id.Workspace, func(*db.Tx) error) error{
				"Write": d.Write, "ReadCommitted": d.ReadCommitted, "Append": d.Append,
			} {
				panicked, err := caught(func() error { return run(t.Context(), ws, do) })
				if panicked == nil && !errors.Is(err, refused) {
					t.Errorf("%s in %s ended with %v", what, name, err)
				}
				if n := one[int64](t, d, recount, ws); n != 0 {
					t.Errorf("%s in %s left %d rows", what, name, n)
				}
			}
		}
		insert(t, d, thing{ID: 1, Name: "a"})
	})
}

func caught(do func() error) (panicked any, err error) {
	defer func() { panicked = recover() }()
	return nil, do()
}

func TestATransactionEndsWithItsFunction(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		var escaped *db.Tx
		write(t, d, func(tx *db.Tx) error { escaped = tx; return nil })
		if err := db.Insert(t.Context(), escaped, "thing", thing{ID: 1, Name: "a"}); err == nil {
			t.Error("a row was written after the transaction's end")
		}
	})
}

func TestStatementsWhileRowsAreReadAreAProgrammersMistake(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		insert(t, d, thing{ID: 1, Name: "a"})
		panicked, err := caught(func() error {
			return d.Read(t.Context(), ws, func(tx *db.Tx) error {
				return db.EachCells(t.Context(), tx, func(db.Cells) error {
					_, err := db.One[int64](t.Context(), tx, recount, ws)
					return err
				}, "SELECT id FROM thing WHERE workspace_id = $1", ws)
			})
		})
		if panicked == nil {
			t.Errorf("it went through with %v", err)
		}
	})
}

func TestWhoGoesAwayChangesNothing(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		for what, cancelAt := range map[string]int{"before": 0, "in the middle of": 1, "at the end of": 2} {
			ctx, cancel := context.WithCancel(t.Context())
			step := func(n int) {
				if n == cancelAt {
					cancel()
				}
			}
			step(0)
			err := d.Write(ctx, ws, func(tx *db.Tx) error {
				// not the caller's own context: what is done with another must not be kept either
				if err := db.Insert(context.WithoutCancel(ctx), tx, "thing", thing{ID: 1, Name: "a"}); err != nil {
					return err
				}
				step(1)
				err := db.Insert(context.WithoutCancel(ctx), tx, "thing", thing{ID: 2, Name: "b"})
				step(2)
				return err
			})
			if !errors.Is(err, context.Canceled) {
				t.Errorf("%s the work: %v", what, err)
			}
			if n := one[int64](t, d, recount, ws); n != 0 {
				t.Errorf("gone %s the work, %d rows are left", what, n)
			}
		}
	})
}

func TestALongStatementIsBrokenOff(t *testing.T) {
	const endless = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000000000) SELECT count(*) FROM n"
	each(t, func(t *testing.T, d *db.DB) {
		for _, run := range []func(context.Context, id.Workspace, func(*db.Tx) error) error{d.Write, d.Read} {
			ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
			err := run(ctx, ws, func(tx *db.Tx) error {
				_, err := db.One[int64](ctx, tx, endless)
				return err
			})
			cancel()
			if !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("it ended with %v", err)
			}
		}
		insert(t, d, thing{ID: 1, Name: "a"})
	})
}

func TestCloseWaitsForWhatRuns(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		own, err := db.Open(t.Context(), d.URL())
		if err != nil {
			t.Fatal(err)
		}
		closed, started := make(chan error, 1), make(chan struct{})
		err = own.Write(t.Context(), ws, func(tx *db.Tx) error {
			go func() {
				close(started)
				closed <- own.Close()
			}()
			<-started
			return db.Insert(t.Context(), tx, "thing", thing{ID: 1, Name: "a"})
		})
		if err := errors.Join(err, <-closed); err != nil {
			t.Error(err)
		}
		if err := own.Read(t.Context(), ws, func(*db.Tx) error { return nil }); err == nil {
			t.Error("a closed store was read")
		}
		if n := one[int64](t, d, recount, ws); n != 1 {
			t.Errorf("%d rows, want 1", n)
		}
	})
}
