package dbtest_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"tandem/internal/db"
	"tandem/internal/id"
	"tandem/internal/test/dbtest"
)

func TestEveryDatabaseIsMigratedAndItsOwn(t *testing.T) {
	for range 2 {
		dbtest.Each(t, func(t *testing.T, d *db.DB) {
			v, err := d.Version(t.Context())
			if err != nil || v.Pending() {
				t.Fatalf("schema %d of %d, %v", v.Current, v.Target, err)
			}
			// the second database of an engine would refuse the name if it were the first
			err = d.Write(t.Context(), 0, func(tx *db.Tx) error {
				_, err := db.Exec(t.Context(), tx, "INSERT INTO store_note (name, value, written_at) VALUES ('mine', '', 0)")
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		})
	}
}

func TestAURLNamesAnEmptyDatabaseThatCanBeMigrated(t *testing.T) {
	for _, engine := range []string{dbtest.SQLiteEngine, dbtest.PostgresEngine} {
		t.Run(engine, func(t *testing.T) {
			d, err := db.Open(t.Context(), dbtest.URL(t, engine))
			if err != nil {
				t.Fatal(err)
			}
			defer d.Close()
			if v, err := d.Version(t.Context()); v.Current != 0 || err != nil {
				t.Fatalf("schema %d, %v; want none", v.Current, err)
			}
			if err := d.Migrate(t.Context()); err != nil {
				t.Fatal(err)
			}
		})
	}
}

func TestPostgresKeepsTheRowsOfAnotherWorkspaceOutOfSight(t *testing.T) {
	d := dbtest.Postgres(t)
	err := d.Write(t.Context(), 1, func(tx *db.Tx) error {
		_, err := db.Exec(t.Context(), tx, "INSERT INTO journey_head (workspace_id, seq) VALUES (1, 7)")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if n := heads(t, d, 1); n != 1 {
		t.Errorf("workspace 1 sees %d rows of its own, want 1", n)
	}
	if n := heads(t, d, 2); n != 0 {
		t.Errorf("workspace 2 sees %d rows of workspace 1", n)
	}
}

// heads counts the rows of workspace 1 that a transaction of workspace ws sees.
func heads(t *testing.T, d *db.DB, ws id.Workspace) (n int64) {
	t.Helper()
	err := d.Read(t.Context(), ws, func(tx *db.Tx) (err error) {
		n, err = db.One[int64](t.Context(), tx, "SELECT count(*) FROM journey_head WHERE workspace_id = 1")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestWithoutAServerATestFailsAndSaysHowToRunIt(t *testing.T) {
	t.Setenv("TANDEM_TEST_POSTGRES", "")
	failing := &failingTest{TB: t}
	done := make(chan struct{})
	go func() {
		defer close(done)
		dbtest.URL(failing, dbtest.PostgresEngine)
	}()
	<-done
	for _, words := range []string{"make test", "scripts/with-postgres go test"} {
		if !strings.Contains(failing.said, words) {
			t.Errorf("the test said %q, which does not name %q", failing.said, words)
		}
	}
}

// failingTest keeps what it failed with, and ends its goroutine there as a test does.
type failingTest struct {
	testing.TB
	said string
}

func (f *failingTest) Fatal(args ...any) {
	f.said = fmt.Sprint(args...)
	runtime.Goexit()
}
