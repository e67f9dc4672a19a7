package db

import (
	"context"
	"database/sql"
	"regexp"
	"slices"
	"sync"

	"tandem/migrations"
)

// GlobalTables are the tables that belong to no workspace, few and small. Every other table is a workspace's: all its keys lead with
// workspace_id, and so does every query.
func GlobalTables() []string {
	return []string{
		"workspace", "ready", "store_note", "goose_db_version",
		"app_user", "membership", "session", "access_link", "passkey", "ceremony", "recovery_code", "api_token", "attempt",
	}
}

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
