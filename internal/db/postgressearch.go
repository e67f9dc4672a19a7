package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
)

// On PostgreSQL a search index is a GIN index of trigrams (pg_trgm). Row-level security stands in its way: the server does not let an operator
// see rows that the policy has not passed, LIKE among them, and so scans. It is made for roles that row-level security does not bind, at the
// first search of a table that is large enough to want one. Elsewhere a search reads the workspace's keys, 200,000 in about 50 ms.

func (e *postgresEngine) beginning(ctx context.Context, t *Tx, s searched, with string, limit int) ([]hit, error) {
	return All[hit](ctx, t, fmt.Sprintf(`SELECT %[1]s AS id, %[2]s AS key FROM %[3]s WHERE workspace_id = $1 AND %[2]s LIKE $2
		ORDER BY %[2]s COLLATE "C", %[1]s LIMIT $3`, s.id, s.key, s.table), t.workspace, likeText(with)+"%", limit)
}

func (e *postgresEngine) holding(ctx context.Context, t *Tx, s searched, part string) (hits []hit, behind bool, err error) {
	hits, err = All[hit](ctx, t, fmt.Sprintf(`SELECT %[1]s AS id, %[2]s AS key FROM %[3]s WHERE workspace_id = $1 AND %[2]s LIKE $2 LIMIT $3`,
		s.id, s.key, s.table), t.workspace, "%"+likeText(part)+"%", candidates)
	_, asked := e.asked.LoadOrStore(s.index, true)
	return hits, !asked, err
}

func likeText(s string) string {
	return strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(s)
}

// makeSearch makes the extension, where the role may and the server has it.
func (e *postgresEngine) makeSearch(ctx context.Context, pool *sql.DB) {
	// without it searches scan
	_, _ = pool.ExecContext(ctx, "CREATE EXTENSION IF NOT EXISTS pg_trgm")
}

// largeTable is from when on an index is made, in bytes: about 100,000 contacts. Below, a scan takes a few milliseconds.
const largeTable = 16 << 20

// fill makes the index, if it is worth it and can be used. It does not hold up writers, and of several nodes one does it.
func (e *postgresEngine) fill(ctx context.Context, _ *DB, s searched) error {
	conn, err := pgx.ConnectConfig(ctx, e.config.Copy())
	if err != nil {
		return err
	}
	return errors.Join(e.makeIndex(ctx, conn, s), conn.Close(context.WithoutCancel(ctx)))
}

func (e *postgresEngine) makeIndex(ctx context.Context, conn *pgx.Conn, s searched) error {
	var wanted, broken bool
	err := conn.QueryRow(ctx, `SELECT pg_table_size($1::regclass) > $2
			AND (SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user)
			AND EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm')
			AND pg_try_advisory_lock($3),
		EXISTS (SELECT 1 FROM pg_index WHERE indexrelid = to_regclass($4) AND NOT indisvalid)`,
		s.table, largeTable, migrationLock+1, s.name()).Scan(&wanted, &broken)
	if err != nil || !wanted {
		return err
	}
	if broken { // the node that made it was stopped
		if _, err := conn.Exec(ctx, "DROP INDEX CONCURRENTLY "+s.name()); err != nil {
			return err
		}
	}
	_, err = conn.Exec(ctx, fmt.Sprintf("CREATE INDEX CONCURRENTLY IF NOT EXISTS %s ON %s USING gin (%s gin_trgm_ops)", s.name(), s.table, s.key))
	return err
}
