package db_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tandem/internal/db"
	"tandem/internal/id"
	"tandem/internal/test/dbtest"
)

func TestWhatARehearsalWritesItSeesAndNobodyElse(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		put := func(d *db.DB, key string) error {
			return d.Write(t.Context(), 7, func(tx *db.Tx) error {
				_, err := db.Exec(t.Context(), tx, "INSERT INTO ready (workspace_id, kind, due_at) VALUES ($1, $2, 1)", id.Workspace(7), key)
				return err
			})
		}
		count := func(d *db.DB) (n int) {
			err := d.Read(t.Context(), 7, func(tx *db.Tx) (err error) {
				n, err = db.One[int](t.Context(), tx, "SELECT count(*) FROM ready WHERE workspace_id = $1", id.Workspace(7))
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		if err := put(d, "there"); err != nil {
			t.Fatal(err)
		}
		var seen, after int
		err := d.Rehearse(t.Context(), 7, func(trial *db.DB) error {
			if err := put(trial, "tried"); err != nil {
				return err
			}
			if err := put(trial, "there"); err == nil {
				t.Error("the same key was written twice")
			}
			seen = count(trial)
			if d.SingleWriter() { // a server's rehearsal would be waited for
				return put(d, "meanwhile")
			}
			return trial.Optimize(t.Context())
		})
		if err != nil {
			t.Fatal(err)
		}
		if after = count(d); d.SingleWriter() {
			after--
		}
		if seen != 2 || after != 1 {
			t.Errorf("the rehearsal saw %d rows, want 2; %d are left, want 1", seen, after)
		}

		broken := errors.New("broken")
		if err := d.Rehearse(t.Context(), 7, func(*db.DB) error { return broken }); !errors.Is(err, broken) {
			t.Errorf("the rehearsal's error is %v", err)
		}
		if file, ok := strings.CutPrefix(d.URL(), "sqlite:"); ok {
			if left, err := filepath.Glob(file + ".trial-*"); err != nil || len(left) > 0 {
				t.Errorf("left over: %v %v", left, err)
			}
			if _, err := os.Stat(file); err != nil {
				t.Error(err)
			}
		}
	})
}
