// Package dbtest gives each test databases of its own, on every engine.
//
// A test of anything that stores runs through Each, so that what it promises holds on SQLite and on PostgreSQL. Every database is fresh,
// migrated and gone when the test ends; it is a copy of one that was migrated once in the test's process, so it costs milliseconds. Queries
// are checked for their workspace (db.Strict), and on PostgreSQL the role is no superuser, so that row-level security holds.
//
// SQLite needs nothing. PostgreSQL is the server that TANDEM_TEST_POSTGRES names, as scripts/with-postgres and make test set it; without
// one a test fails, it does not skip. The server's role must be allowed to create databases.
package dbtest

import (
	"testing"

	"tandem/internal/db"
)

// The engines, as Each names its subtests and URL takes them.
const (
	SQLiteEngine   = "sqlite"
	PostgresEngine = "postgres"
)

// Each runs a test once for each engine, as a subtest of that name, on a fresh, migrated database.
func Each(t *testing.T, run func(t *testing.T, d *db.DB)) {
	t.Helper()
	t.Run(SQLiteEngine, func(t *testing.T) { run(t, SQLite(t)) })
	t.Run(PostgresEngine, func(t *testing.T) { run(t, Postgres(t)) })
}

// SQLite opens a fresh, migrated SQLite database, closed and removed when the test ends.
func SQLite(t testing.TB) *db.DB {
	t.Helper()
	return open(t, migratedFile(t))
}

// Postgres opens a fresh, migrated PostgreSQL database, closed and dropped when the test ends.
func Postgres(t testing.TB) *db.DB {
	t.Helper()
	return open(t, migratedDatabase(t))
}

// URL names a fresh, empty database that is not migrated, for tests that open it themselves or start processes on it. It is removed when the
// test ends. engine is SQLiteEngine or PostgresEngine.
func URL(t testing.TB, engine string) string {
	t.Helper()
	switch engine {
	case SQLiteEngine:
		return emptyFile(t)
	case PostgresEngine:
		return emptyDatabase(t)
	}
	t.Fatalf("%q is no engine", engine)
	return ""
}

func open(t testing.TB, url string) *db.DB {
	t.Helper()
	d, err := db.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Errorf("close %s: %v", url, err)
		}
	})
	d.Strict()
	return d
}
