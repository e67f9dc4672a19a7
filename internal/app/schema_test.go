package app_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"tandem/internal/db"
	"tandem/internal/test/dbtest"
)

// key is a primary, unique or foreign key as the engine's own catalog tells of it. Unique indexes are unique keys.
type key struct {
	Table  string `db:"in_table"`
	Kind   string `db:"kind"`
	Lead   string `db:"lead"`   // the first column
	Target string `db:"target"` // of a foreign key: the column that the first one refers to
}

const workspaceColumn = "workspace_id"

func TestEveryKeyLeadsWithTheWorkspaceOnSQLite(t *testing.T) {
	checkKeys(t, dbtest.SQLite(t), `
		SELECT m.name AS in_table, 'primary' AS kind, c.name AS lead, '' AS target
		FROM pragma_table_list m JOIN pragma_table_info(m.name) c ON c.pk = 1
		WHERE m.type = 'table' AND m.schema = 'main' AND m.name NOT LIKE 'sqlite_%'
		UNION ALL
		SELECT m.name, 'unique', coalesce(c.name, '(expression)'), ''
		FROM pragma_table_list m JOIN pragma_index_list(m.name) i ON i."unique" = 1 JOIN pragma_index_info(i.name) c ON c.seqno = 0
		WHERE m.type = 'table' AND m.schema = 'main' AND m.name NOT LIKE 'sqlite_%'
		UNION ALL
		SELECT m.name, 'foreign', f."from", coalesce(f."to", f."from")
		FROM pragma_table_list m JOIN pragma_foreign_key_list(m.name) f ON f.seq = 0
		WHERE m.type = 'table' AND m.schema = 'main'`)
}

func TestEveryKeyLeadsWithTheWorkspaceOnPostgres(t *testing.T) {
	checkKeys(t, dbtest.Postgres(t), `
		SELECT c.relname AS in_table, CASE WHEN x.indisprimary THEN 'primary' ELSE 'unique' END AS kind,
			coalesce(a.attname, '(expression)') AS lead, '' AS target
		FROM pg_index x JOIN pg_class c ON c.oid = x.indrelid LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = x.indkey[0]
		WHERE x.indisunique AND c.relnamespace = current_schema()::regnamespace
		UNION ALL
		SELECT c.relname, 'foreign', a.attname, b.attname
		FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
		JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
		JOIN pg_attribute b ON b.attrelid = k.confrelid AND b.attnum = k.confkey[1]
		WHERE k.contype = 'f' AND c.relnamespace = current_schema()::regnamespace`)
}

func TestAKeyWithoutTheWorkspaceIsFound(t *testing.T) {
	keys := []key{
		{"deal", "primary", workspaceColumn, ""},
		{"deal", "unique", "key", ""},
		{"deal", "foreign", "stage_id", "id"},
		{"deal", "foreign", workspaceColumn, "id"},
		{"deal", "foreign", workspaceColumn, workspaceColumn},
		{"workspace", "primary", "id", ""},
	}
	found := wrongKeys(keys, []string{"workspace"}, []string{"deal", "stage"})
	want := []string{"the unique key of deal", "the foreign key of deal", "the foreign key of deal", "stage has no primary key"}
	if len(found) != len(want) {
		t.Fatalf("found %q, want %q", found, want)
	}
	for i := range want {
		if !strings.Contains(found[i], want[i]) {
			t.Errorf("found %q, want %q", found[i], want[i])
		}
	}
}

func checkKeys(t *testing.T, d *db.DB, catalog string) {
	t.Helper()
	err := d.Read(t.Context(), 0, func(tx *db.Tx) error {
		keys, err := db.All[key](t.Context(), tx, catalog)
		for _, wrong := range wrongKeys(keys, db.GlobalTables(), db.WorkspaceTables()) {
			t.Error(wrong)
		}
		for _, kind := range []string{"primary", "unique", "foreign"} {
			if !slices.ContainsFunc(keys, func(k key) bool { return k.Kind == kind }) {
				t.Errorf("the catalog tells of no %s key", kind)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// wrongKeys says which keys do not lead with the workspace, and which tables of a workspace have no primary key.
func wrongKeys(keys []key, global, workspace []string) []string {
	var wrong []string
	hasPrimary := map[string]bool{}
	for _, k := range keys {
		if slices.Contains(global, k.Table) {
			continue
		}
		hasPrimary[k.Table] = hasPrimary[k.Table] || k.Kind == "primary"
		if k.Lead != workspaceColumn || k.Kind == "foreign" && k.Target != workspaceColumn {
			wrong = append(wrong, fmt.Sprintf("the %s key of %s leads with %s %s", k.Kind, k.Table, k.Lead, k.Target))
		}
	}
	for _, table := range workspace {
		if !hasPrimary[table] {
			wrong = append(wrong, table+" has no primary key")
		}
	}
	return wrong
}
