package db_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"tandem/internal/db"
	"tandem/internal/id"
)

func TestAppendsShareACommit(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		const waiting = 100
		var transactions sync.Map
		first, goOn := make(chan struct{}), make(chan struct{})
		var wg sync.WaitGroup
		wg.Go(func() {
			err := d.Append(t.Context(), ws, func(tx *db.Tx) error {
				close(first)
				<-goOn
				return db.Insert(t.Context(), tx, "thing", thing{ID: 1, Name: "first"})
			})
			if err != nil {
				t.Error(err)
			}
		})
		<-first
		for n := range waiting {
			wg.Go(func() {
				err := d.Append(t.Context(), ws, func(tx *db.Tx) error {
					transactions.Store(tx, true)
					return db.Insert(t.Context(), tx, "thing", thing{ID: id.ID(n + 2), Name: name(fmt.Sprint(n))})
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		db.AwaitAppends(d, ws, waiting)
		close(goOn)
		wg.Wait()

		commits := 0
		transactions.Range(func(any, any) bool { commits++; return true })
		if commits != 1 {
			t.Errorf("%d appends that waited took %d commits, want 1", waiting, commits)
		}
		if n := one[int64](t, d, recount, ws); n != waiting+1 {
			t.Errorf("%d rows, want %d", n, waiting+1)
		}
	})
}

func TestAFailingAppendTakesNoOtherAlong(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		insert(t, d, thing{ID: 1000, Name: "taken"})
		refused := errors.New("refused")
		inParallel(t, 60, func(n int) error {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			panicked, err := caught(func() error {
				return d.Append(ctx, ws, func(tx *db.Tx) error {
					if err := db.Insert(ctx, tx, "thing", thing{ID: id.ID(n), Name: name(fmt.Sprint(n))}); err != nil {
						return err
					}
					switch n % 6 {
					case 1:
						return refused
					case 2:
						return db.Insert(ctx, tx, "thing", thing{ID: id.ID(n + 100), Name: "taken"})
					case 3:
						_ = db.Insert(ctx, tx, "thing", thing{ID: id.ID(n + 100), Name: "taken"})
						return nil // hides its failure
					case 4:
						panic("by mistake")
					case 5:
						cancel()
						_, err := db.One[int64](ctx, tx, recount, ws)
						return err
					}
					return nil
				})
			})
			right := [...]bool{
				err == nil && panicked == nil, errors.Is(err, refused), d.IsConflict(err), d.IsConflict(err),
				panicked == "by mistake", errors.Is(err, context.Canceled),
			}[n%6]
			if !right {
				return fmt.Errorf("append %d ended with %v, %v", n, err, panicked)
			}
			return nil
		})
		if n := one[int64](t, d, recount, ws); n != 11 {
			t.Errorf("%d rows, want the 10 of those that did not fail, and one", n)
		}
	})
}

// appendJob appends rows and says which are saved, until it is killed.
func appendJob(ctx context.Context, url string) error {
	d, err := db.Open(ctx, url)
	if err != nil {
		return err
	}
	var mu sync.Mutex
	var wg sync.WaitGroup
	for n := range 8 {
		wg.Go(func() {
			for i := id.ID(n); ; i += 8 {
				err := d.Append(ctx, ws, func(tx *db.Tx) error { return db.Insert(ctx, tx, "thing", thing{ID: i, Name: name(i.String())}) })
				mu.Lock()
				fmt.Println(int64(i), err)
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	return nil
}

func TestWhatAppendSaidIsSavedSurvivesAKill(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		c := process(t, "append", d.URL())
		said, err := c.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		saved := map[int64]bool{}
		for lines := bufio.NewScanner(said); lines.Scan(); {
			var n int64
			var failure string
			if _, err := fmt.Sscan(lines.Text(), &n, &failure); err != nil || failure != "<nil>" {
				t.Fatalf("it said %q", lines.Text())
			}
			saved[n] = true
			if len(saved) == 500 {
				_ = c.Process.Kill()
			}
		}
		_ = c.Wait() // it was killed
		for _, n := range all[int64](t, d, "SELECT id FROM thing WHERE workspace_id = $1", ws) {
			delete(saved, n)
		}
		if len(saved) > 0 {
			t.Errorf("%d rows are lost that were said to be saved", len(saved))
		}
	})
}
