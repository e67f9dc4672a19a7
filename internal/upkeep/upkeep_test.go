package upkeep

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/test/dbtest"
	"tandem/migrations"
)

var now = time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)

func fake() *clock.Fake { return clock.NewFake(now) }

// open opens a database that is empty, without tables.
func open(t testing.TB, engine string) *db.DB {
	t.Helper()
	return openURL(t, dbtest.URL(t, engine))
}

func openURL(t testing.TB, url string) *db.DB {
	t.Helper()
	d, err := db.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	return d
}

func backup(t testing.TB, d *db.DB) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "b.tandem")
	if _, err := Backup(t.Context(), d, fake(), file); err != nil {
		t.Fatal(err)
	}
	return file
}

func restore(t testing.TB, d *db.DB, file string) {
	t.Helper()
	if _, err := Restore(t.Context(), d, fake(), file); err != nil {
		t.Fatal(err)
	}
}

// everywhere runs statements that touch every workspace.
func everywhere(t testing.TB, d *db.DB, do func(ctx context.Context, tx *db.Tx) error) {
	t.Helper()
	ctx := db.AcrossWorkspaces(t.Context())
	if err := d.Write(ctx, 0, func(tx *db.Tx) error { return do(ctx, tx) }); err != nil {
		t.Fatal(err)
	}
}

// fill puts rows full of corner cases into every table of the schema, for two workspaces.
func fill(t testing.TB, d *db.DB, rows int) {
	t.Helper()
	tables, err := shapes(migrations.Newest())
	if err != nil {
		t.Fatal(err)
	}
	everywhere(t, d, func(ctx context.Context, tx *db.Tx) error {
		for _, table := range tables {
			for ws := range 2 {
				if err := fillTable(ctx, tx, table, int64(ws+1), rows); err != nil {
					return fmt.Errorf("%s: %w", table.name, err)
				}
			}
		}
		return nil
	})
}

func fillTable(ctx context.Context, tx *db.Tx, table *table, ws int64, rows int) error {
	l := loading{table: archivedTable{table: table}}
	for i := range rows {
		var values []any
		for at, c := range table.columns {
			values = append(values, corner(table, c, ws, i, at))
		}
		if _, err := db.Exec(ctx, tx, l.insertText(1)+" ON CONFLICT DO NOTHING", values...); err != nil {
			return err
		}
	}
	for i := range rows - 1 {
		for _, self := range table.self { // refers to a row that comes later
			if _, err := db.Exec(ctx, tx, "UPDATE "+table.name+" SET "+self+" = $1 WHERE workspace_id = $2 AND id = $3", i+1, ws, i); err != nil {
				return err
			}
		}
	}
	return nil
}

// corner is a value for row i. Ids count, so that every reference finds its row.
func corner(table *table, c column, ws int64, i, at int) any {
	switch {
	case c.name == "workspace_id", table.name == "workspace" && c.name == "id":
		return ws
	case slices.Contains(table.self, c.name), c.null && i%3 == 2:
		return nil
	case c.kind == integer && (c.name == "id" || strings.HasSuffix(c.name, "_id")), slices.Contains(table.key, c.name) && c.kind == integer:
		return i
	}
	switch c.kind {
	case text:
		texts := []string{"", "plain", `"quoted" \ back`, "line\nbreak\r\ttab", "Zoë 🎉 \u2028 \ufffd", "\x01\x1f\x7f", "null", "</script>&", "[1,2]", "ﬃ"}
		s := texts[(i+at)%len(texts)]
		if i >= len(texts) || slices.Contains(table.key, c.name) || strings.HasSuffix(c.name, "key") || table.name == "workspace" || c.name == "code" {
			s += fmt.Sprint(" ", ws, " ", i)
		}
		return s
	case boolean:
		return i%2 == 0
	case double:
		return []float64{0, 0.1, -1.5, math.MaxFloat64, math.SmallestNonzeroFloat64, 3, math.Inf(1), 1 << 53, 1e21}[i%9]
	case raw:
		return [][]byte{{}, {0, 255, 10, 34}, []byte("bytes")}[i%3]
	}
	return []int64{int64(i), math.MinInt64, math.MaxInt64, 1<<53 + 1, -1, 0}[(i+at)%6]
}

// dump is everything in the store in a form of its own, so that two stores can be compared; left out is what a backup leaves out.
func dump(t testing.TB, d *db.DB) map[string][]string {
	t.Helper()
	all := map[string][]string{}
	tables, err := archived(migrations.Newest())
	if err != nil {
		t.Fatal(err)
	}
	ctx := db.AcrossWorkspaces(t.Context())
	if err := d.Read(ctx, 0, func(tx *db.Tx) error {
		for _, table := range tables {
			err := db.EachRow(ctx, tx, func(columns []string, cells db.Cells) error {
				row := map[string]string{}
				for i, c := range columns {
					row[c] = show(cells[i])
				}
				if table.name != "store_note" || !slices.Contains(ownNotes(), cells[0].(string)) {
					all[table.name] = append(all[table.name], fmt.Sprint(row))
				}
				return nil
			}, "SELECT * FROM "+table.name)
			if err != nil {
				return err
			}
			slices.Sort(all[table.name])
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return all
}

func show(cell any) string {
	switch v := cell.(type) {
	case bool:
		if v {
			return "1"
		}
		return "0"
	case float64:
		return fmt.Sprintf("%x", math.Float64bits(v))
	case string:
		return fmt.Sprintf("%q", v)
	case []byte:
		return fmt.Sprintf("bytes %x", v)
	}
	return fmt.Sprint(cell)
}

func same(t testing.TB, want, got map[string][]string) {
	t.Helper()
	for name := range want {
		if !slices.Equal(want[name], got[name]) {
			t.Errorf("%s differs:\n%.2000v\nis now\n%.2000v", name, want[name], got[name])
		}
	}
}

var engines = []string{dbtest.SQLiteEngine, dbtest.PostgresEngine}

func TestABusinessMovesBetweenEnginesWithoutLosingAnything(t *testing.T) {
	for _, from := range engines {
		for _, to := range engines {
			t.Run(from+" to "+to, func(t *testing.T) {
				source := open(t, from)
				if err := source.Migrate(t.Context()); err != nil {
					t.Fatal(err)
				}
				fill(t, source, 20)
				want := dump(t, source)
				for name, rows := range want {
					if len(rows) == 0 {
						t.Errorf("the test has no rows for %s", name)
					}
				}
				target := open(t, to)
				restore(t, target, backup(t, source))
				same(t, want, dump(t, target))
				if err := Unfinished(t.Context(), target); err != nil {
					t.Error(err)
				}
			})
		}
	}
}

func TestABackupKnowsEveryTableOfTheSchema(t *testing.T) {
	all, err := shapes(migrations.Newest())
	if err != nil {
		t.Fatal(err)
	}
	var known []string
	for _, table := range all {
		known = append(known, table.name)
	}
	want := slices.DeleteFunc(append(db.GlobalTables(), db.WorkspaceTables()...), func(n string) bool { return n == "goose_db_version" })
	slices.Sort(known)
	slices.Sort(want)
	if !slices.Equal(known, want) {
		t.Errorf("a backup knows %v, the schema has %v", known, want)
	}
}

func TestAColumnThatNobodyDeclaredStopsTheBackup(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		fill(t, d, 1)
		everywhere(t, d, func(ctx context.Context, tx *db.Tx) error {
			_, err := db.Exec(ctx, tx, "ALTER TABLE contact ADD COLUMN secret TEXT")
			return err
		})
		file := filepath.Join(t.TempDir(), "b")
		if _, err := Backup(t.Context(), d, fake(), file); err == nil || !strings.Contains(err.Error(), "secret") {
			t.Errorf("the backup said %v", err)
		}
		nothingLeft(t, file)
	})
}

func nothingLeft(t *testing.T, file string) {
	t.Helper()
	for _, name := range []string{file, file + ".part"} {
		if _, err := os.Lstat(name); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s was left behind", name)
		}
	}
}

func TestABackupNeverReplacesAFile(t *testing.T) {
	d := dbtest.SQLite(t)
	file := filepath.Join(t.TempDir(), "b")
	if err := os.WriteFile(file, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Backup(t.Context(), d, fake(), file); !fault.Is(err, fault.Conflict) {
		t.Errorf("the backup said %v", err)
	}
	if b, err := os.ReadFile(file); string(b) != "mine" {
		t.Errorf("the file holds %q, %v", b, err)
	}
}

func TestABackupIsReadableByItsOwnerAlone(t *testing.T) {
	info, err := os.Stat(backup(t, dbtest.SQLite(t)))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file has rights %v, %v", info.Mode(), err)
	}
}

func TestABackupIsOneMomentWhileOthersWrite(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		fill(t, d, 50)
		ctx, stop := context.WithCancel(db.AcrossWorkspaces(t.Context()))
		defer stop()
		everywhere(t, d, func(ctx context.Context, tx *db.Tx) error { return bothAre(ctx, tx, 0) })
		ended := make(chan error)
		go func() {
			var err error
			for n := 1; err == nil; n++ {
				err = d.Write(ctx, 0, func(tx *db.Tx) error { return bothAre(ctx, tx, n) })
			}
			ended <- err
		}()
		for range 5 {
			file := backup(t, d)
			a, err := openArchive(file)
			if err != nil {
				t.Fatal(err)
			}
			seen := map[any]bool{}
			for _, table := range a.tables {
				at := map[string]int{"company": table.at("created_at"), "posting": table.at("amount")}[table.name]
				if at == 0 {
					continue
				}
				if err := a.eachRow(t.Context(), table, func(_ []byte, values []any) error { seen[values[at]] = true; return nil }); err != nil {
					t.Fatal(err)
				}
			}
			if len(seen) != 1 {
				t.Errorf("the backup mixes %d moments", len(seen))
			}
			if err := a.close(); err != nil {
				t.Error(err)
			}
		}
		stop()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	})
}

// bothAre writes the same number into two tables.
func bothAre(ctx context.Context, tx *db.Tx, n int) error {
	if _, err := db.Exec(ctx, tx, "UPDATE company SET created_at = $1", n); err != nil {
		return err
	}
	_, err := db.Exec(ctx, tx, "UPDATE posting SET amount = $1", n)
	return err
}

func TestARestoreRefusesADatabaseThatHoldsAnything(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		fill(t, d, 3)
		file, before := backup(t, d), dump(t, d)
		if _, err := Restore(t.Context(), d, fake(), file); !fault.Is(err, fault.Conflict) {
			t.Errorf("the restore said %v", err)
		}
		same(t, before, dump(t, d))
	})
}

func TestAnInterruptedRestoreSaysSoAndCanBeRunAgain(t *testing.T) {
	source := dbtest.SQLite(t)
	fill(t, source, 20)
	file := backup(t, source)
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a, err := openArchive(file)
		if err != nil {
			t.Fatal(err)
		}
		defer a.close()
		ctx := db.AcrossWorkspaces(t.Context())
		r := restoring{d, fake(), a, "first"}
		for _, step := range []func(context.Context) error{r.begin, r.load} { // and no further
			if err := step(ctx); err != nil {
				t.Fatal(err)
			}
		}
		if err := Unfinished(t.Context(), d); !fault.Is(err, fault.Conflict) {
			t.Errorf("the database says %v", err)
		}
		if _, err := Backup(t.Context(), d, fake(), filepath.Join(t.TempDir(), "b")); !fault.Is(err, fault.Conflict) {
			t.Errorf("a backup of the half says %v", err)
		}
		restore(t, d, file)
		same(t, dump(t, source), dump(t, d))
		if err := Unfinished(t.Context(), d); err != nil {
			t.Errorf("after the second restore the database says %v", err)
		}
		// the first was only paused
		if err := r.load(ctx); !fault.Is(err, fault.Conflict) {
			t.Errorf("the first restore went on: %v", err)
		}
		same(t, dump(t, source), dump(t, d))
	})
}

func TestARestoreThatDoesNotHoldWhatTheBackupHoldsFails(t *testing.T) {
	source := dbtest.SQLite(t)
	fill(t, source, 5)
	a, err := openArchive(backup(t, source))
	if err != nil {
		t.Fatal(err)
	}
	defer a.close()
	d := dbtest.SQLite(t)
	r := restoring{d, fake(), a, "first"}
	ctx := db.AcrossWorkspaces(t.Context())
	for _, step := range []func(context.Context) error{r.begin, r.load, r.compare} {
		if err := step(ctx); err != nil {
			t.Fatal(err)
		}
	}
	everywhere(t, d, func(ctx context.Context, tx *db.Tx) error {
		_, err := db.Exec(ctx, tx, "UPDATE deal SET amount = amount + 1 WHERE workspace_id = 1 AND id = 1")
		return err
	})
	if err := r.compare(ctx); err == nil || !strings.Contains(err.Error(), "deal") {
		t.Errorf("a changed amount went unnoticed: %v", err)
	}
}
