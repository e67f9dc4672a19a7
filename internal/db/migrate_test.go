package db_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/test/dbtest"
	"tandem/migrations"
)

var engines = []string{dbtest.SQLiteEngine, dbtest.PostgresEngine}

func TestAMigrationThatIsKilledIsFinishedAtTheNextStart(t *testing.T) {
	killMigrations(t, 37)
}

// killMigrations kills a migration of an empty store, and of one with an older schema and data, at every step-th statement.
func killMigrations(t *testing.T, step int) {
	for _, engine := range engines {
		for _, from := range []int64{0, 1} {
			t.Run(fmt.Sprintf("%s from %d", engine, from), func(t *testing.T) {
				for n := 1 + int(from)*step/2; ; n += step {
					url := dbtest.URL(t, engine)
					olderStore(t, url, from)
					if finished(t, process(t, "migrate", url, killVariable+"="+fmt.Sprint(n))) {
						if n <= 1+step/2 {
							t.Fatal("no statement was counted")
						}
						return
					}
					mustBeFinished(t, url, from)
				}
			})
		}
	}
}

func olderStore(t *testing.T, url string, version int64) {
	t.Helper()
	if version == 0 {
		return
	}
	d := opened(t, url)
	err := d.MigrateTo(t.Context(), version)
	if err == nil {
		err = d.Write(t.Context(), 0, func(tx *db.Tx) error { return keep(t.Context(), tx, "kept") })
	}
	if err := errors.Join(err, d.Close()); err != nil {
		t.Fatal(err)
	}
}

func keep(ctx context.Context, tx *db.Tx, name string) error {
	_, err := db.Exec(ctx, tx, "INSERT INTO store_note (name, value, written_at) VALUES ($1, '', 0)", name)
	return err
}

// mustBeFinished starts again and expects the newest schema, the old data, and what follows the migrations.
func mustBeFinished(t *testing.T, url string, from int64) {
	t.Helper()
	d := opened(t, url)
	defer d.Close()
	if err := d.Migrate(t.Context()); err != nil {
		t.Fatalf("the next start: %v", err)
	}
	v, err := d.Version(t.Context())
	if err != nil || v.Pending() {
		t.Errorf("schema %d of %d, %v", v.Current, v.Target, err)
	}
	if n := one[int64](t, d, "SELECT count(*) FROM store_note WHERE name = 'kept'"); n != min(from, 1) {
		t.Errorf("%d of the older schema's rows are there", n)
	}
	for _, table := range db.WorkspaceTables() {
		one[int64](t, d, "SELECT count(*) FROM "+table)
	}
}

func opened(t *testing.T, url string) *db.DB {
	t.Helper()
	d, err := db.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestSeveralStartsAtOnceMigrateOnce(t *testing.T) {
	for _, engine := range engines {
		t.Run(engine, func(t *testing.T) {
			url := dbtest.URL(t, engine)
			var wg sync.WaitGroup
			for range 5 {
				wg.Go(func() {
					if !finished(t, process(t, "migrate", url)) {
						t.Error("a start was killed")
					}
				})
				wg.Go(func() { // within this process too
					d, err := db.Open(t.Context(), url)
					if err == nil {
						err = errors.Join(d.Migrate(t.Context()), d.Close())
					}
					if err != nil {
						t.Error(err)
					}
				})
			}
			wg.Wait()
			mustBeFinished(t, url, 0)
			d := opened(t, url)
			defer d.Close()
			if n := one[int64](t, d, "SELECT count(*) FROM goose_db_version WHERE version_id > 0"); n != int64(len(migrations.Texts())) {
				t.Errorf("%d migrations were run, want %d", n, len(migrations.Texts()))
			}
		})
	}
}

func TestMigratingSQLiteKeepsACopyAndNothingElse(t *testing.T) {
	url := dbtest.URL(t, dbtest.SQLiteEngine)
	olderStore(t, url, 1)
	file := strings.TrimPrefix(url, "sqlite:")
	if err := os.WriteFile(file+".before-2", []byte("half a copy, by a process that was killed"), 0o600); err != nil {
		t.Fatal(err)
	}
	mustBeFinished(t, url, 1)

	copied := opened(t, url+".before-2")
	defer copied.Close()
	if v, err := copied.Version(t.Context()); v.Current != 1 || err != nil {
		t.Errorf("the copy has schema %d, %v; want 1", v.Current, err)
	}
	if n := one[int64](t, copied, "SELECT count(*) FROM store_note WHERE name = 'kept'"); n != 1 {
		t.Error("the copy lacks the data")
	}
	entries, err := os.ReadDir(filepath.Dir(file))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), ".migrating") {
			t.Errorf("%s is left behind", e.Name())
		}
	}
}

func TestANewerDatabaseIsLeftAlone(t *testing.T) {
	for _, engine := range engines {
		t.Run(engine, func(t *testing.T) {
			url := dbtest.URL(t, engine)
			mustBeFinished(t, url, 0)
			d := opened(t, url)
			defer d.Close()
			write(t, d, func(tx *db.Tx) error {
				return exec(t, tx, "INSERT INTO goose_db_version (id, version_id, is_applied) VALUES (1000, 999, TRUE)")
			})
			err := d.Migrate(t.Context())
			if !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), "newer Tandem") {
				t.Errorf("migrating it: %v", err)
			}
		})
	}
}

func TestAnotherProgramsDatabaseIsLeftAlone(t *testing.T) {
	for _, engine := range engines {
		for _, table := range []string{"customer", "goose_db_version"} {
			t.Run(engine+" "+table, func(t *testing.T) {
				d := opened(t, dbtest.URL(t, engine))
				defer d.Close()
				write(t, d, func(tx *db.Tx) error {
					return errors.Join(exec(t, tx, "CREATE TABLE product (id BIGINT)"),
						exec(t, tx, "CREATE TABLE "+table+" (id BIGINT, version_id BIGINT, is_applied BOOLEAN)"))
				})
				err := d.Migrate(t.Context())
				if !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), "not one of Tandem") {
					t.Errorf("migrating it: %v", err)
				}
			})
		}
	}
}

func TestAFileThatIsNoDatabaseIsLeftAlone(t *testing.T) {
	healthy := dbtest.SQLite(t)
	if err := healthy.Close(); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(strings.TrimPrefix(healthy.URL(), "sqlite:"))
	if err != nil {
		t.Fatal(err)
	}
	for what, content := range map[string][]byte{
		"a text":             []byte(strings.Repeat("name;email\nAnna;anna@example.com\n", 100)),
		"a short text":       []byte("name;email\n"),
		"half a database":    whole[:len(whole)/2],
		"a damaged database": damaged(whole),
	} {
		t.Run(what, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "tandem.db")
			if err := os.WriteFile(file, content, 0o600); err != nil {
				t.Fatal(err)
			}
			d, err := db.Open(t.Context(), "sqlite:"+file)
			if err == nil {
				err = errors.Join(d.Migrate(t.Context()), d.Close())
			}
			if !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), file) || !strings.Contains(err.Error(), "restore") {
				t.Errorf("opening it: %v", err)
			}
			if after, err := os.ReadFile(file); err != nil || !bytes.Equal(after, content) {
				t.Errorf("the file was changed, %v", err)
			}
		})
	}
}

// damaged has its first pages after the header written over.
func damaged(whole []byte) []byte {
	b := slices.Clone(whole)
	copy(b[100:], bytes.Repeat([]byte{0xa5}, 8000))
	return b
}

func TestWhatCannotBeOpenedSaysWhy(t *testing.T) {
	dir := t.TempDir()
	for url, kind := range map[string]fault.Kind{
		"mysql://localhost/x":                fault.Usage,
		"tandem.db":                          fault.Usage,
		"sqlite:":                            fault.Usage,
		"sqlite::memory:":                    fault.Usage,
		"sqlite:" + dir:                      fault.Invalid,
		"sqlite:" + dir + "/none/tandem.db":  fault.NotFound,
		"postgres://nobody@127.0.0.1:1/none": fault.Unavailable,
		"postgres://:::":                     fault.Usage,
	} {
		d, err := db.Open(t.Context(), url)
		if err == nil {
			t.Error(d.Close())
		}
		if !fault.Is(err, kind) {
			t.Errorf("%s: %v, want a fault of kind %d", url, err, kind)
		}
	}
	missing := strings.Replace(dbtest.URL(t, dbtest.PostgresEngine), "tandem_test", "tandem_none", 1)
	if _, err := db.Open(t.Context(), missing); !fault.Is(err, fault.NotFound) || !strings.Contains(err.Error(), "createdb") {
		t.Errorf("a database that does not exist: %v", err)
	}
}
