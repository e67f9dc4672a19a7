package db

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"unicode/utf8"
)

// On SQLite a search index is an FTS5 table of trigrams that keeps each key with whose it is and what is found by it, so that a hit is looked at
// without the far larger row that it leads to. Its rowids are those of the table. It takes rows in in the order of their rowids, which is the order
// of their commits, so that it holds all rows up to its last and none after; those are read one by one until fill takes them in. A row that it
// holds and that changes, or goes, is put right by a trigger. Tables with an index keep their rowids when the file is vacuumed.

// makeSearch makes the indexes, empty, for the tables there are. One that another version of the program made in another shape is made anew.
func (e *sqliteEngine) makeSearch(ctx context.Context, pool *sql.DB) error {
	there, err := e.tables(ctx, pool)
	if err != nil {
		return err
	}
	for _, s := range searchIndexes() {
		if !there[s.table] {
			continue
		}
		var as string
		err := pool.QueryRowContext(ctx, "SELECT COALESCE(max(sql), '') FROM sqlite_master WHERE name = $1", s.name()).Scan(&as)
		if err == nil && as != s.sqliteTable() {
			err = inOne(ctx, pool, s.sqliteTexts()...)
		}
		if err != nil {
			return fmt.Errorf("make the search index %s: %w", s.index, err)
		}
	}
	return nil
}

// searchShape is raised, by a million, when the shape of the indexes changes: then they are made anew in files of the same schema, too.
const searchShape = 1_000_000

// sqliteTable makes the table, in the words in which SQLite keeps it.
func (s searched) sqliteTable() string {
	return s.sqlite(`CREATE VIRTUAL TABLE {name} USING fts5({key}, workspace UNINDEXED, found UNINDEXED, detail = none, columnsize = 0, ` +
		`tokenize = 'trigram case_sensitive 1')`)
}

func (s searched) sqliteTexts() []string {
	return []string{
		s.sqlite(`DROP TRIGGER IF EXISTS {name}_changed`),
		s.sqlite(`DROP TRIGGER IF EXISTS {name}_gone`),
		s.sqlite(`DROP TABLE IF EXISTS {name}`),
		s.sqliteTable(),
		s.sqlite(`CREATE TRIGGER {name}_changed AFTER UPDATE OF {key}, {id} ON {table}
			WHEN old.rowid <= (SELECT max(id) FROM {name}_content) BEGIN
				UPDATE {name} SET {key} = new.{key}, found = new.{id} WHERE rowid = old.rowid;
			END`),
		s.sqlite(`CREATE TRIGGER {name}_gone AFTER DELETE ON {table}
			WHEN old.rowid <= (SELECT max(id) FROM {name}_content) BEGIN
				DELETE FROM {name} WHERE rowid = old.rowid;
			END`),
	}
}

// sqlite fills in the names of an index. FTS5 keeps the columns of its rows, in their order, as c0, c1 and c2 of {name}_content.
func (s searched) sqlite(text string) string {
	return strings.NewReplacer("{name}", s.name(), "{table}", s.table, "{key}", s.key, "{id}", s.id).Replace(text)
}

func (e *sqliteEngine) beginning(ctx context.Context, t *Tx, s searched, with string, limit int) ([]hit, error) {
	return All[hit](ctx, t, s.sqlite(`SELECT {id} AS id, {key} AS key FROM {table} WHERE workspace_id = $1 AND {key} >= $2 AND {key} < $3
		ORDER BY {key}, {id} LIMIT $4`), t.workspace, with, with+string(utf8.MaxRune), limit)
}

// unread is how many rows an index may be behind: to read so many takes a few milliseconds.
const unread = 20_000

func (e *sqliteEngine) holding(ctx context.Context, t *Tx, s searched, part string) (hits []hit, behind bool, err error) {
	if utf8.RuneCountInString(part) < 3 {
		hits, err = e.reading(ctx, t, s, part, -1)
		return hits, false, err
	}
	last, err := One[int64](ctx, t, s.sqlite("SELECT COALESCE(max(id), -1) FROM {name}_content"))
	if err != nil {
		return nil, false, err
	}
	if last >= 0 {
		if hits, err = e.matching(ctx, t, s, part); err != nil {
			return nil, false, err
		}
	}
	late, err := e.reading(ctx, t, s, part, last)
	if err != nil {
		return nil, false, err
	}
	rows, err := e.lastRow(ctx, t, s)
	return append(hits, late...), rows-last > unread, err
}

// lastRow looks at the numbers of all workspaces' rows, and at nothing else of them.
func (e *sqliteEngine) lastRow(ctx context.Context, t *Tx, s searched) (int64, error) {
	across := t.across
	t.across = true
	defer func() { t.across = across }()
	return One[int64](ctx, t, "SELECT COALESCE(max(rowid), -1) FROM "+s.table)
}

// matching asks the index.
func (e *sqliteEngine) matching(ctx context.Context, t *Tx, s searched, part string) ([]hit, error) {
	return All[hit](ctx, t, s.sqlite(`SELECT r.c2 AS id, r.c0 AS key FROM {name}($1) AS s CROSS JOIN {name}_content AS r ON r.id = s.rowid
		WHERE r.c1 = $2 AND instr(r.c0, $3) > 0 LIMIT $4`), trigrams(part), t.workspace, part, candidates)
}

// reading looks at every row after a rowid.
func (e *sqliteEngine) reading(ctx context.Context, t *Tx, s searched, part string, after int64) ([]hit, error) {
	return All[hit](ctx, t, s.sqlite(`SELECT {id} AS id, {key} AS key FROM {table} NOT INDEXED
		WHERE rowid > $1 AND workspace_id = $2 AND instr({key}, $3) > 0 LIMIT $4`), after, t.workspace, part, candidates)
}

// trigrams is the question to an index: all of them, in any order and place. The rows are looked at again.
func trigrams(part string) string {
	letters := []rune(part)
	var all []string
	for i := 0; i+3 <= len(letters) && i < 30; i++ {
		all = append(all, `"`+strings.ReplaceAll(string(letters[i:i+3]), `"`, `""`)+`"`)
	}
	return strings.Join(all, " AND ")
}

// fillStep is how many rows one transaction takes in.
const fillStep = 2000

func (e *sqliteEngine) fill(ctx context.Context, d *DB, s searched) error {
	text := s.sqlite(`INSERT INTO {name} (rowid, {key}, workspace, found) SELECT rowid, {key}, workspace_id, {id} FROM {table} NOT INDEXED
		WHERE rowid > (SELECT COALESCE(max(id), -1) FROM {name}_content) ORDER BY rowid LIMIT $1`)
	for {
		var added int64
		err := d.Write(AcrossWorkspaces(ctx), 0, func(t *Tx) (err error) {
			added, err = Exec(ctx, t, text, fillStep)
			return err
		})
		if err != nil || added < fillStep {
			return err
		}
	}
}
