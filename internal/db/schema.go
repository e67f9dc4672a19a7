package db

import (
	"context"
	"database/sql"
	"fmt"
	"regexp"
	"slices"
	"sync"

	"tandem/migrations"
)

// GlobalTables are the tables that belong to no workspace, few and small. Every other table is a workspace's: all its keys lead with
// workspace_id, and so does every query.
func GlobalTables() []string { return []string{"workspace", "ready", "store_note", "goose_db_version"} }

var createTable = regexp.MustCompile(`(?im)^\s*CREATE TABLE (\w+)`)

// WorkspaceTables are the tables that belong to a workspace, as the migrations make them, in that order.
var WorkspaceTables = sync.OnceValue(func() []string {
	global := GlobalTables()
	var tables []string
	for _, text := range migrations.Texts() {
		for _, m := range createTable.FindAllStringSubmatch(text, -1) {
			if !slices.Contains(global, m[1]) {
				tables = append(tables, m[1])
			}
		}
	}
	return tables
})

// secureRows makes PostgreSQL itself refuse the rows of another workspace, to the tables' owner as well.
func secureRows(ctx context.Context, pool *sql.DB) error {
	for _, table := range WorkspaceTables() {
		for _, statement := range []string{
			"ALTER TABLE %[1]s ENABLE ROW LEVEL SECURITY",
			"ALTER TABLE %[1]s FORCE ROW LEVEL SECURITY",
			"DROP POLICY IF EXISTS of_workspace ON %[1]s",
			// a setting that a pooled connection once had reads as '', not NULL
			`CREATE POLICY of_workspace ON %[1]s USING (workspace_id = nullif(current_setting('app.workspace', true), '')::bigint
				OR current_setting('app.across', true) = 'on')`,
		} {
			if _, err := pool.ExecContext(ctx, fmt.Sprintf(statement, table)); err != nil {
				return fmt.Errorf("row-level security of %s: %w", table, err)
			}
		}
	}
	return nil
}

func names(ctx context.Context, pool *sql.DB, query string) (map[string]bool, error) {
	rows, err := pool.QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	found := map[string]bool{}
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		found[name] = true
	}
	return found, rows.Err()
}
