package upkeep

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/test/dbtest"
)

// opens is a store whose secrets all open.
func opens(context.Context, *db.DB) (int, error) { return 1, nil }

// findings are by their check; of two of one name the worse counts.
func findings(t *testing.T, url string, c clock.Clock) map[string]Finding {
	t.Helper()
	worst := map[string]Finding{}
	for _, f := range Examine(t.Context(), url, c, opens) {
		if before, there := worst[f.Name]; !there || before.State == OK {
			worst[f.Name] = f
		}
	}
	return worst
}

func expect(t *testing.T, all map[string]Finding, name string, state State, words string) {
	t.Helper()
	f, there := all[name]
	if !there || f.State != state || !strings.Contains(f.Says.String(), words) {
		t.Errorf("%s is %s %q; want %s %q", name, f.State, f.Says, state, words)
	}
	if state != OK && f.Mend == nil {
		t.Errorf("%s is %s without a mend", name, state)
	}
}

func TestAHealthyStoreHasNothingWrong(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := clock.System{}
		if _, err := Backup(t.Context(), d, c, filepath.Join(t.TempDir(), "b")); err != nil {
			t.Fatal(err)
		}
		for _, f := range Examine(t.Context(), d.URL(), c, opens) {
			if f.State != OK && f.Name != "durability" { // a test's server may be careless
				t.Errorf("%s: %s %s", f.Name, f.State, f.Says)
			}
		}
	})
}

func TestTheDoctorTellsWhatIsWrongAndTheMend(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		fill(t, d, 2)
		everywhere(t, d, func(ctx context.Context, tx *db.Tx) error {
			for _, q := range []string{
				"UPDATE workspace SET created_at = 0", "UPDATE ready SET finished_at = 0", "DELETE FROM store_note",
			} {
				if _, err := db.Exec(ctx, tx, q); err != nil {
					return err
				}
			}
			return nil
		})
		expect(t, findings(t, d.URL(), clock.System{}), "backup", Warn, "no backup yet")

		everywhere(t, d, func(ctx context.Context, tx *db.Tx) error {
			return writeNote(ctx, tx, noteBackup, "old.tandem", time.Now().Add(-8*24*time.Hour))
		})
		expect(t, findings(t, d.URL(), clock.System{}), "backup", Warn, "old.tandem")

		everywhere(t, d, func(ctx context.Context, tx *db.Tx) error { return writeNote(ctx, tx, noteRestoring, "x", time.Now()) })
		expect(t, findings(t, d.URL(), clock.System{}), "restore", Bad, "did not end")

		slow := clock.NewFake(time.Now().Add(-time.Hour))
		all := findings(t, d.URL(), slow)
		if f := all["clock"]; f.State == OK {
			t.Errorf("a clock that is an hour slow is %s: %s", f.State, f.Says)
		}
	})
}

func TestTheDoctorLooksAtTheFile(t *testing.T) {
	d := dbtest.SQLite(t)
	file, _ := fileOf(d.URL())
	expect(t, findings(t, d.URL(), clock.System{}), "rights", OK, "")
	if err := os.Chmod(file, 0o644); err != nil {
		t.Fatal(err)
	}
	expect(t, findings(t, d.URL(), clock.System{}), "rights", Warn, "0644")

	missing := filepath.Join(t.TempDir(), "none.db")
	expect(t, findings(t, "sqlite:"+missing, clock.System{}), "database", Bad, "no database")
	if _, err := os.Stat(missing); err == nil {
		t.Error("the doctor made a database")
	}
}

func TestTheDoctorFindsDamage(t *testing.T) {
	d := dbtest.SQLite(t)
	fill(t, d, 200)
	file, _ := fileOf(d.URL())
	if err := d.Close(); err != nil { // into the file
		t.Fatal(err)
	}
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	damaged := filepath.Join(t.TempDir(), "damaged.db")
	for at := len(b) / 2; at < len(b)/2+40_000; at++ {
		b[at] = 0xa5
	}
	if err := os.WriteFile(damaged, b, 0o600); err != nil {
		t.Fatal(err)
	}
	if f := findings(t, "sqlite:"+damaged, clock.System{})["integrity"]; f.State != Bad || f.Mend == nil {
		t.Errorf("a damaged file is %s: %s", f.State, f.Says)
	}
	text := filepath.Join(t.TempDir(), "text.db")
	if err := os.WriteFile(text, []byte(strings.Repeat("no database at all\n", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	if f := findings(t, "sqlite:"+text, clock.System{})["database"]; f.State != Bad || f.Mend == nil {
		t.Errorf("a text file is %s: %s", f.State, f.Says)
	}
}

func TestFindingsAreJSON(t *testing.T) {
	b, err := json.Marshal(found("disk", Warn, "%d MB left", 7).mend("make room"))
	if want := `{"name":"disk","state":"warn","says":"7 MB left","mend":"make room"}`; err != nil || string(b) != want {
		t.Errorf("%s, %v; want %s", b, err, want)
	}
}

func TestTheDoctorTellsThatAKeyIsLost(t *testing.T) {
	lost := func(context.Context, *db.DB) (int, error) {
		return 1, fault.Unavailablef("the key file %s is not there", "x.key").WithMend("put it back")
	}
	for _, f := range Examine(t.Context(), dbtest.SQLite(t).URL(), clock.System{}, lost) {
		if f.Name == "secrets" && f.State == Bad && f.Mend != nil && strings.Contains(f.Says.String(), "x.key") {
			return
		}
	}
	t.Error("nothing is said of it")
}
