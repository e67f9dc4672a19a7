package db

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"unicode/utf8"
)

// On SQLite a search index is an FTS5 table of trigrams without content, whose rowids are those of the table. It takes rows in in the order of
// their rowids, which is the order of their commits, so that it holds all rows up to its last and none after; those are read one by one until
// fill takes them in. A row that it holds and that changes, or goes, is put right by a trigger. Tables with an index keep their rowids when the
// file is vacuumed.

// makeSearch makes the indexes, empty, for the tables there are.
func (e *sqliteEngine) makeSearch(ctx context.Context, pool *sql.DB) error {
	there, err := e.tables(ctx, pool)
	if err != nil {
		return err
	}
	for _, s := range searchIndexes() {
		if !there[s.table] {
			continue
		}
		if err := inOne(ctx, pool, s.sqliteTexts()...); err != nil {
			return fmt.Errorf("make the search index %s: %w", s.index, err)
		}
	}
	return nil
}

func (s searched) sqliteTexts() []string {
	fill := strings.NewReplacer("{name}", s.name(), "{table}", s.table, "{key}", s.key)
	return []string{
		fill.Replace(`CREATE VIRTUAL TABLE IF NOT EXISTS {name} USING fts5({key}, content = '', contentless_delete = 1, detail = none,
			tokenize = 'trigram case_sensitive 1')`),
		fill.Replace(`CREATE TRIGGER IF NOT EXISTS {name}_changed AFTER UPDATE OF {key} ON {table}
			WHEN old.rowid <= (SELECT max(id) FROM {name}_docsize) BEGIN
				DELETE FROM {name} WHERE rowid = old.rowid;
				INSERT INTO {name} (rowid, {key}) VALUES (new.rowid, new.{key});
			END`),
		fill.Replace(`CREATE TRIGGER IF NOT EXISTS {name}_gone AFTER DELETE ON {table}
			WHEN old.rowid <= (SELECT max(id) FROM {name}_docsize) BEGIN
				DELETE FROM {name} WHERE rowid = old.rowid;
			END`),
	}
}

func (e *sqliteEngine) beginning(ctx context.Context, t *Tx, s searched, with string, limit int) ([]hit, error) {
	return All[hit](ctx, t, fmt.Sprintf(`SELECT %[1]s AS id, %[2]s AS key FROM %[3]s WHERE workspace_id = $1 AND %[2]s >= $2 AND %[2]s < $3
		ORDER BY %[2]s, %[1]s LIMIT $4`, s.id, s.key, s.table), t.workspace, with, with+string(utf8.MaxRune), limit)
}

// unread is how many rows an index may be behind: to read so many takes a few milliseconds.
const unread = 20_000

func (e *sqliteEngine) holding(ctx context.Context, t *Tx, s searched, part string) (hits []hit, behind bool, err error) {
	if utf8.RuneCountInString(part) < 3 {
		hits, err = e.reading(ctx, t, s, part, -1)
		return hits, false, err
	}
	last, err := One[int64](ctx, t, fmt.Sprintf("SELECT COALESCE(max(id), -1) FROM %s_docsize", s.name()))
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
	return All[hit](ctx, t, fmt.Sprintf(`SELECT r.%[1]s AS id, r.%[2]s AS key FROM %[4]s($1) AS s CROSS JOIN %[3]s AS r ON r.rowid = s.rowid
		WHERE r.workspace_id = $2 AND instr(r.%[2]s, $3) > 0 LIMIT $4`, s.id, s.key, s.table, s.name()), trigrams(part), t.workspace, part, candidates)
}

// reading looks at every row after a rowid.
func (e *sqliteEngine) reading(ctx context.Context, t *Tx, s searched, part string, after int64) ([]hit, error) {
	return All[hit](ctx, t, fmt.Sprintf(`SELECT %[1]s AS id, %[2]s AS key FROM %[3]s NOT INDEXED
		WHERE rowid > $1 AND workspace_id = $2 AND instr(%[2]s, $3) > 0 LIMIT $4`, s.id, s.key, s.table), after, t.workspace, part, candidates)
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
	text := fmt.Sprintf(`INSERT INTO %[1]s (rowid, %[2]s) SELECT rowid, %[2]s FROM %[3]s NOT INDEXED
		WHERE rowid > (SELECT COALESCE(max(id), -1) FROM %[1]s_docsize) ORDER BY rowid LIMIT $1`, s.name(), s.key, s.table)
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
