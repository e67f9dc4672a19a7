package db_test

import (
	"testing"

	"tandem/internal/db"
	"tandem/internal/id"
	"tandem/internal/test/dbtest"
)

// lax opens the store again without the check of queries, so that nothing but the server stands between two workspaces.
func lax(t *testing.T, d *db.DB) *db.DB {
	t.Helper()
	again := opened(t, d.URL())
	t.Cleanup(func() { _ = again.Close() })
	return again
}

func TestPostgresHidesOtherWorkspacesFromAQueryThatForgetsItsOwn(t *testing.T) {
	d := lax(t, dbtest.Postgres(t))
	for _, of := range []id.Workspace{1, 2} {
		err := d.Write(t.Context(), of, func(tx *db.Tx) error {
			return exec(t, tx, "INSERT INTO journey_head (workspace_id, seq) VALUES ($1, $1)", of)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for of, want := range map[id.Workspace]int64{1: 1, 2: 1, 3: 0, 0: 0} {
		if n := headsOf(t, d, of); n != want {
			t.Errorf("workspace %d sees %d rows, want %d", of, n, want)
		}
	}
	err := d.Write(t.Context(), 1, func(tx *db.Tx) error {
		for _, forgetful := range []string{"UPDATE journey_head SET seq = 99", "DELETE FROM journey_head"} {
			if n, err := db.Exec(t.Context(), tx, forgetful); n != 1 || err != nil {
				t.Errorf("%s changed %d rows, %v; want 1", forgetful, n, err)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if n := headsOf(t, d, 2); n != 1 {
		t.Errorf("workspace 2 has %d rows left, want 1", n)
	}
}

func headsOf(t *testing.T, d *db.DB, of id.Workspace) (n int64) {
	t.Helper()
	err := d.Read(t.Context(), of, func(tx *db.Tx) (err error) {
		n, err = db.One[int64](t.Context(), tx, "SELECT count(*) FROM journey_head")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestPostgresRefusesARowOfAnotherWorkspace(t *testing.T) {
	d := lax(t, dbtest.Postgres(t))
	for _, of := range []id.Workspace{1, 0} {
		err := d.Write(t.Context(), of, func(tx *db.Tx) error {
			return exec(t, tx, "INSERT INTO journey_head (workspace_id, seq) VALUES (2, 2)")
		})
		if err == nil {
			t.Errorf("workspace %d wrote a row of workspace 2", of)
		}
	}
	err := d.Write(t.Context(), 1, func(tx *db.Tx) error {
		return exec(t, tx, "INSERT INTO journey_head (workspace_id, seq) VALUES (1, 1)")
	})
	if err != nil {
		t.Fatal(err)
	}
	err = d.Write(t.Context(), 1, func(tx *db.Tx) error { return exec(t, tx, "UPDATE journey_head SET workspace_id = 2") })
	if err == nil {
		t.Error("a row was moved to another workspace")
	}
}

func TestAcrossWorkspacesSeesAll(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		for _, of := range []id.Workspace{1, 2} {
			err := d.Write(t.Context(), of, func(tx *db.Tx) error {
				return exec(t, tx, "INSERT INTO journey_head (workspace_id, seq) VALUES ($1, 1)", of)
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		var n int64
		err := d.Read(db.AcrossWorkspaces(t.Context()), 0, func(tx *db.Tx) (err error) {
			n, err = db.One[int64](t.Context(), tx, "SELECT count(*) FROM journey_head")
			return err
		})
		if n != 2 || err != nil {
			t.Errorf("%d rows, %v; want 2", n, err)
		}
	})
}

func TestEveryWorkspaceTableIsSecured(t *testing.T) {
	d := dbtest.Postgres(t)
	secured := map[string]bool{}
	for _, table := range all[string](t, d, `SELECT relname FROM pg_class JOIN pg_policy ON polrelid = pg_class.oid
		WHERE relrowsecurity AND relforcerowsecurity AND polname = 'of_workspace'`) {
		secured[table] = true
	}
	for _, table := range db.WorkspaceTables() {
		if !secured[table] {
			t.Errorf("%s is not secured", table)
		}
		delete(secured, table)
	}
	for table := range secured {
		t.Errorf("%s is secured, but no workspace's", table)
	}
}
