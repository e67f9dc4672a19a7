package db

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"io"
	"io/fs"
	"regexp"
	"slices"
	"strings"

	"tandem/migrations"
)

// Citus spreads the tables of workspaces over servers by workspace_id, so that one workspace's rows lie together. It is PostgreSQL with an
// extension that the user installs. Three things differ there, and all of them are in this file:
//
// A table is local when it is made, and a local table cannot refer to a distributed one. So the migrations run without their foreign keys;
// then the new tables are distributed, parents first and all alike, and the keys are added. A server that was migrated before the extension
// came has its keys taken off first. Every step looks at the catalog for what is done already, and is a transaction of its own.
//
// The table workspace is copied to every server; the other global tables stay where the migrations ran, which must always be the same place.
//
// The setting that row-level security reads must be passed on to the other servers.
//
// What was run: reading the keys, migrating without them and adding them, on PostgreSQL alone, with the same schema as the outcome. What was
// not run, for want of a server with the extension: the statements that distribute (Citus 13.2 took ones of the same form, in this order).

// foreignKey is one of the schema's, as its migration writes it.
type foreignKey struct{ table, columns, target, targetColumns string }

var (
	foreignKeyText = regexp.MustCompile(`(?i),\s*FOREIGN KEY\s*\(([^)]*)\)\s*REFERENCES\s+(\w+)\s*\(([^)]*)\)`)
	upMark         = regexp.MustCompile(`(?m)^-- \+goose Up.*$`)
)

// foreignKeys reads them from the texts of migrations: the catalog cannot tell, because there the keys are gone when it is asked.
func foreignKeys(texts []string) []foreignKey {
	var keys []foreignKey
	for _, text := range texts {
		tables := createTable.FindAllStringSubmatchIndex(text, -1)
		for i, at := range tables {
			end := len(text)
			if i+1 < len(tables) {
				end = tables[i+1][0]
			}
			table := text[at[2]:at[3]]
			for _, m := range foreignKeyText.FindAllStringSubmatch(text[at[0]:end], -1) {
				keys = append(keys, foreignKey{table, oneLine(m[1]), m[2], oneLine(m[3])})
			}
		}
	}
	return keys
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// definition is the key as pg_get_constraintdef writes it.
func (k foreignKey) definition() string {
	return fmt.Sprintf("FOREIGN KEY (%s) REFERENCES %s(%s)", k.columns, k.target, k.targetColumns)
}

// withoutForeignKeys is a folder of migrations whose tables refer to none. Their changes of distributed tables go from server to server,
// because Citus refuses several at once.
type withoutForeignKeys struct{ fs.FS }

// Open opens a file, changed.
func (w withoutForeignKeys) Open(name string) (fs.File, error) {
	f, err := w.FS.Open(name)
	if err != nil || !strings.HasSuffix(name, ".sql") {
		return f, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(f)
	if err != nil {
		return nil, err
	}
	return &changedFile{Reader: bytes.NewReader([]byte(cutForeignKeys(string(text)))), info: info}, nil
}

func cutForeignKeys(text string) string {
	text = foreignKeyText.ReplaceAllString(text, "")
	return upMark.ReplaceAllString(text, "$0\nSET LOCAL citus.multi_shard_modify_mode = 'sequential';")
}

type changedFile struct {
	*bytes.Reader
	info fs.FileInfo
}

// Stat is that of the file as it was.
func (c *changedFile) Stat() (fs.FileInfo, error) { return c.info, nil }

// Close does nothing.
func (c *changedFile) Close() error { return nil }

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
	waiting := slices.DeleteFunc(slices.Clone(WorkspaceTables()), func(t string) bool { return !there[t] || done[t] })
	if err := dropForeignKeys(ctx, pool, waiting); err != nil {
		return err
	}
	for _, statement := range distributing(waiting, done) {
		if _, err := pool.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("%s: %w", statement, err)
		}
	}
	return addForeignKeys(ctx, pool, there)
}

// distributing is the statements that distribute tables, in their order, and copy the table workspace. All tables lie as the first one lies.
func distributing(waiting []string, done map[string]bool) []string {
	var statements []string
	first := WorkspaceTables()[0]
	for _, table := range waiting {
		with := "colocate_with => '" + first + "'"
		if table == first {
			with = "colocate_with => 'none'"
		}
		statements = append(statements, fmt.Sprintf("SELECT create_distributed_table('%s', 'workspace_id', %s)", table, with))
	}
	if !done["workspace"] {
		statements = append(statements, "SELECT create_reference_table('workspace')")
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
