package db

import (
	"context"
	"database/sql"
	"fmt"
)

// rowPolicy lets a transaction see and write the rows of its own workspace alone. A setting that a pooled connection once had reads as ”,
// not NULL. Comparing with a constant leaves the planner its indexes.
const rowPolicy = `CREATE POLICY of_workspace ON %s USING (workspace_id = nullif(current_setting('app.workspace', true), '')::bigint
	OR current_setting('app.across', true) = 'on')`

// secureRows makes PostgreSQL itself refuse the rows of another workspace, to the tables' owner as well: the second fence behind the
// workspace in every query. A superuser climbs over it. Each table is one transaction; what is done already is left alone.
func secureRows(ctx context.Context, pool *sql.DB) error {
	there, err := names(ctx, pool, "SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p')")
	if err != nil {
		return err
	}
	secured, err := names(ctx, pool, `SELECT tablename FROM pg_policies JOIN pg_class ON oid = format('%I.%I', schemaname, tablename)::regclass
		WHERE schemaname = current_schema() AND policyname = 'of_workspace' AND relrowsecurity AND relforcerowsecurity`)
	if err != nil {
		return err
	}
	for _, table := range WorkspaceTables() {
		if !there[table] || secured[table] {
			continue
		}
		if err := secureTable(ctx, pool, table); err != nil {
			return fmt.Errorf("row-level security of %s: %w", table, err)
		}
	}
	return nil
}

func secureTable(ctx context.Context, pool *sql.DB, table string) error {
	return inOne(ctx, pool,
		"ALTER TABLE "+table+" ENABLE ROW LEVEL SECURITY",
		"ALTER TABLE "+table+" FORCE ROW LEVEL SECURITY",
		"DROP POLICY IF EXISTS of_workspace ON "+table,
		fmt.Sprintf(rowPolicy, table))
}

// inOne runs statements in one transaction.
func inOne(ctx context.Context, pool *sql.DB, statements ...string) error {
	tx, err := pool.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // after a commit it does nothing
	for _, s := range statements {
		if _, err := tx.ExecContext(ctx, s); err != nil {
			return err
		}
	}
	return tx.Commit()
}
