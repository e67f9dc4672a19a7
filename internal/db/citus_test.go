package db_test

import (
	"slices"
	"strings"
	"testing"

	"tandem/internal/db"
	"tandem/internal/test/dbtest"
)

const keysOfSchema = `SELECT conrelid::regclass::text || ' ' || pg_get_constraintdef(oid) FROM pg_constraint WHERE contype = 'f'`

func TestForeignKeysCanBeAddedAfterTheTables(t *testing.T) {
	ordinary := dbtest.Postgres(t)
	want := all[string](t, ordinary, keysOfSchema)

	late := opened(t, dbtest.URL(t, dbtest.PostgresEngine))
	defer late.Close()
	db.AsCitus(late, func() {
		if err := db.MigrateTables(t.Context(), late); err != nil {
			t.Fatal(err)
		}
	})
	if keys := all[string](t, late, keysOfSchema); len(keys) > 0 {
		t.Errorf("the tables were made with %q", keys)
	}
	for range 2 { // the second time there is nothing to do
		if err := db.AddForeignKeys(t.Context(), late); err != nil {
			t.Fatal(err)
		}
		got := all[string](t, late, keysOfSchema)
		slices.Sort(want)
		slices.Sort(got)
		if len(want) == 0 || !slices.Equal(got, want) {
			t.Errorf("the keys are %q, want %q", got, want)
		}
	}

	if err := db.DropForeignKeys(t.Context(), late); err != nil {
		t.Fatal(err)
	}
	if keys := all[string](t, late, keysOfSchema); len(keys) > 0 {
		t.Errorf("%q were not taken off", keys)
	}
}

func TestAForeignKeyThatIsNotOursIsNotTakenOff(t *testing.T) {
	d := dbtest.Postgres(t)
	write(t, d, func(tx *db.Tx) error {
		return exec(t, tx, "ALTER TABLE deal ADD FOREIGN KEY (workspace_id, contact_id) REFERENCES contact (workspace_id, id)")
	})
	if err := db.DropForeignKeys(t.Context(), d); err == nil || !strings.Contains(err.Error(), "deal") {
		t.Errorf("it was taken off: %v", err)
	}
}

func TestTablesAreDistributedParentsFirstAndAlike(t *testing.T) {
	tables := db.WorkspaceTables()
	statements := db.Distributing(tables, nil)
	if len(statements) != len(tables) {
		t.Fatalf("%d tables take %q", len(tables), statements)
	}
	if want := "SELECT create_distributed_table('" + tables[0] + "', 'workspace_id', colocate_with => 'none')"; statements[0] != want {
		t.Errorf("the first is %s, want %s", statements[0], want)
	}
	for _, k := range db.ForeignKeys() {
		if slices.Contains(tables, k.Table) && slices.Index(tables, k.Target) > slices.Index(tables, k.Table) {
			t.Errorf("%s is distributed before %s, to which it refers", k.Table, k.Target)
		}
	}
	later := db.Distributing(tables[5:6], nil)
	want := []string{"SELECT create_distributed_table('" + tables[5] + "', 'workspace_id', colocate_with => '" + tables[0] + "')"}
	if !slices.Equal(later, want) {
		t.Errorf("a later table takes %q, want %q", later, want)
	}
}

// a key that leads from a copied table to one that is not, or the other way round, would need the servers to ask each other at each write
func TestGlobalTablesThatReferToOneAnotherAreCopiedToEveryServer(t *testing.T) {
	copied, tables := db.ReferenceTables(), db.WorkspaceTables()
	for _, k := range db.ForeignKeys() {
		if within := slices.Contains(tables, k.Table) && slices.Contains(tables, k.Target); within {
			continue
		}
		if !slices.Contains(copied, k.Target) || !slices.Contains(copied, k.Table) && !slices.Contains(tables, k.Table) {
			t.Errorf("%s refers to %s, where it cannot", k.Table, k.Target)
		}
	}
	for _, want := range []string{"workspace", "app_user", "membership", "session"} {
		if !slices.Contains(copied, want) {
			t.Errorf("%s is not copied", want)
		}
	}
	for _, alone := range []string{"ready", "store_note", "goose_db_version"} {
		if slices.Contains(copied, alone) {
			t.Errorf("%s is copied, but nothing refers to it", alone)
		}
	}
	want := []string{"SELECT create_reference_table('workspace')", "SELECT create_reference_table('app_user')"}
	if got := db.Distributing(nil, []string{"workspace", "app_user"}); !slices.Equal(got, want) {
		t.Errorf("copying takes %q, want %q", got, want)
	}
}

func TestOnCitusTheWorkspaceIsPassedOn(t *testing.T) {
	d := dbtest.Postgres(t)
	db.AsCitus(d, func() {
		text := db.BeginText(d, 7)
		pass, set := strings.Index(text, "citus.propagate_set_commands = 'local'"), strings.Index(text, "SET LOCAL app.workspace = '7'")
		if pass < 0 || set < pass {
			t.Errorf("a transaction begins with %s", text)
		}
	})
}

func TestAnExtensionThatComesLaterIsNoticed(t *testing.T) {
	d := dbtest.Postgres(t)
	if done, err := db.Finished(t.Context(), d); !done || err != nil {
		t.Errorf("migrated, but finished is %v, %v", done, err)
	}
	db.AsCitus(d, func() {
		if done, err := db.Finished(t.Context(), d); done || err != nil {
			t.Errorf("with the extension finished is %v, %v", done, err)
		}
	})
}
