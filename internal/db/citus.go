package db

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"tandem/migrations"
)

// Citus spreads the tables of workspaces over servers by workspace_id, so that one workspace's rows lie together. It is PostgreSQL with an
// extension that the user installs. Three things differ there; foreignkeys.go has the first:
//
// A table is local when it is made, and a local table cannot refer to a distributed one. So the migrations run without their foreign keys;
// then the new tables are distributed, parents first and all alike, and the keys are added. A server that was migrated before the extension
// came has its keys taken off first. Every step looks at the catalog for what is done already, and is a transaction of its own.
//
// Global tables that refer to one another (workspaces, users and what belongs to them) are copied to every server: they are few, small, read with every
// request and seldom written, and so they may keep their keys. Those that stand alone (ready, notes, attempts) stay where the migrations ran, which
// must always be the same place.
//
// The setting that row-level security reads must be passed on to the other servers.
//
// What was run: reading the keys, migrating without them and adding them, on PostgreSQL alone, with the same schema as the outcome. What was
// not run, for want of a server with the extension: the statements that distribute (Citus 13.2 took ones of the same form, in this order).

// distribute brings the tables into the shape that Citus needs.
func distribute(ctx context.Context, pool *sql.DB) error {
	there, err := names(ctx, pool, "SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p')")
	if err != nil {
		return err
	}
	done, err := names(ctx, pool, "SELECT logicalrelid::regclass::text FROM pg_dist_partition")
	if err != nil {
		return err
	}
	over := func(t string) bool { return !there[t] || done[t] }
	waiting, copied := slices.DeleteFunc(slices.Clone(WorkspaceTables()), over), slices.DeleteFunc(referenceTables(), over)
	if err := dropForeignKeys(ctx, pool, slices.Concat(waiting, copied)); err != nil {
		return err
	}
	for _, statement := range distributing(waiting, copied) {
		if _, err := pool.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("%s: %w", statement, err)
		}
	}
	return addForeignKeys(ctx, pool, there)
}

// referenceTables are the global tables that refer to one another.
func referenceTables() []string {
	keys := foreignKeys(migrations.Texts())
	return slices.DeleteFunc(GlobalTables(), func(t string) bool {
		return !slices.ContainsFunc(keys, func(k foreignKey) bool { return k.table == t || k.target == t })
	})
}

// distributing is the statements that distribute tables, in their order, and copy others. All tables lie as the first one lies.
func distributing(waiting, copied []string) []string {
	var statements []string
	first := WorkspaceTables()[0]
	for _, table := range waiting {
		with := "colocate_with => '" + first + "'"
		if table == first {
			with = "colocate_with => 'none'"
		}
		statements = append(statements, fmt.Sprintf("SELECT create_distributed_table('%s', 'workspace_id', %s)", table, with))
	}
	for _, table := range copied {
		statements = append(statements, fmt.Sprintf("SELECT create_reference_table('%s')", table))
	}
	return statements
}

// dropForeignKeys takes off the keys between tables that were made before the extension came, if the schema knows them.
func dropForeignKeys(ctx context.Context, pool *sql.DB, tables []string) error {
	found, err := foreignKeysThere(ctx, pool)
	if err != nil {
		return err
	}
	known := map[string]bool{}
	for _, k := range foreignKeys(migrations.Texts()) {
		known[k.table+" "+k.definition()] = true
	}
	for _, k := range found {
		if !slices.Contains(tables, k.table) && !slices.Contains(tables, k.target) {
			continue
		}
		if !known[k.table+" "+k.definition] {
			return fmt.Errorf("%s has a foreign key that is not Tandem's: %s", k.table, k.definition)
		}
		if _, err := pool.ExecContext(ctx, fmt.Sprintf("ALTER TABLE %s DROP CONSTRAINT %s", k.table, k.name)); err != nil {
			return fmt.Errorf("drop the foreign key %s: %w", k.name, err)
		}
	}
	return nil
}

// addForeignKeys adds the keys of the schema that are missing.
func addForeignKeys(ctx context.Context, pool *sql.DB, there map[string]bool) error {
	found, err := foreignKeysThere(ctx, pool)
	if err != nil {
		return err
	}
	done := map[string]bool{}
	for _, k := range found {
		done[k.table+" "+k.definition] = true
	}
	for _, k := range foreignKeys(migrations.Texts()) {
		if !there[k.table] || done[k.table+" "+k.definition()] {
			continue
		}
		if _, err := pool.ExecContext(ctx, "ALTER TABLE "+k.table+" ADD "+k.definition()); err != nil {
			return fmt.Errorf("add to %s a %s: %w", k.table, k.definition(), err)
		}
	}
	return nil
}

// keyThere is a foreign key of the catalog.
type keyThere struct{ table, target, name, definition string }

func foreignKeysThere(ctx context.Context, pool *sql.DB) ([]keyThere, error) {
	rows, err := pool.QueryContext(ctx, `SELECT c.relname, t.relname, k.conname, pg_get_constraintdef(k.oid)
		FROM pg_constraint AS k JOIN pg_class AS c ON c.oid = k.conrelid JOIN pg_class AS t ON t.oid = k.confrelid
		WHERE k.contype = 'f' AND c.relnamespace = current_schema()::regnamespace ORDER BY 1, 4`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var keys []keyThere
	for rows.Next() {
		var k keyThere
		if err := rows.Scan(&k.table, &k.target, &k.name, &k.definition); err != nil {
			return nil, err
		}
		keys = append(keys, k)
	}
	return keys, rows.Err()
}
