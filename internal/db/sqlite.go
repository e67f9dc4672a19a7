package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/pressly/goose/v3"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"tandem/internal/fault"
	"tandem/internal/id"
	"tandem/migrations"
)

// sqliteEngine is one file with one writer and a pool of readers.
type sqliteEngine struct{ file string }

const sqliteReaders = 4

func openSQLite(ctx context.Context, u, file string) (*DB, error) {
	file = strings.TrimPrefix(file, "//")
	if file == "" || strings.HasPrefix(file, ":memory:") {
		return nil, fault.Usagef("%q names no file", u).WithMend("write sqlite:FILE")
	}
	if dir := filepath.Dir(file); !isDir(dir) {
		return nil, fault.NotFoundf("the folder %s for the database does not exist", dir)
	}
	if isDir(file) {
		return nil, fault.Invalidf("%s is a folder, not a database file", file)
	}
	e := &sqliteEngine{file: file}
	if err := e.makeFile(); err != nil {
		return nil, err
	}
	writer, err := e.pool(1, "rwc", "immediate", "cache_size(-32000)", "journal_mode(WAL)", "synchronous(FULL)", "journal_size_limit(67108864)")
	if err != nil {
		return nil, err
	}
	reader, err := e.pool(sqliteReaders, "ro", "deferred", "cache_size(-8000)", "query_only(1)")
	if err != nil {
		return nil, errors.Join(err, writer.Close())
	}
	d := newDB(e, u, writer, reader)
	// the first statement opens the file and makes it one, and tells whether it is a database at all
	if _, err := d.writer.ExecContext(ctx, "PRAGMA user_version"); err != nil {
		return nil, errors.Join(e.translate(err), d.Close())
	}
	return d, nil
}

// makeFile makes the database's file, if there is none, for its owner alone: it holds what a business knows of people. The files beside it get
// the same rights from SQLite.
func (e *sqliteEngine) makeFile() error {
	f, err := os.OpenFile(e.file, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if errors.Is(err, os.ErrExist) {
		return nil
	}
	if err != nil {
		return fault.Forbiddenf("the database %s cannot be made: %w", e.file, err).WithMend("check the rights of its folder")
	}
	return f.Close()
}

// pool holds up to n connections for ever: an open one has the schema read and its statements prepared.
func (e *sqliteEngine) pool(n int, mode, lock string, pragmas ...string) (*sql.DB, error) {
	connector, err := sqlite.NewConnector(e.dsn(mode, lock, pragmas...))
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", e.file, err)
	}
	pool := sql.OpenDB(keepingConnector{connector})
	pool.SetMaxOpenConns(n)
	pool.SetMaxIdleConns(n)
	return pool, nil
}

func (e *sqliteEngine) dsn(mode, lock string, pragmas ...string) string {
	q := url.Values{"mode": {mode}, "_txlock": {lock}}
	for _, p := range append([]string{"busy_timeout(10000)", "foreign_keys(1)", "temp_store(MEMORY)"}, pragmas...) {
		q.Add("_pragma", p)
	}
	return "file:" + (&url.URL{Path: e.file}).EscapedPath() + "?" + q.Encode()
}

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

func (e *sqliteEngine) name() string { return "SQLite" }

func (e *sqliteEngine) where() string { return e.file }

func (e *sqliteEngine) singleWriter() bool { return true }

// begin leaves isolation to the engine: an immediate transaction is alone while it writes, any other sees one snapshot.
func (e *sqliteEngine) begin(m mode, _ id.Workspace, _ bool) string {
	if m == reading {
		return "BEGIN"
	}
	return "BEGIN IMMEDIATE"
}

func (e *sqliteEngine) prepared(ctx context.Context, c driver.Conn, query string) (driver.Stmt, error) {
	return c.(*keepingConn).kept(ctx, query)
}

// outside knows that a full disk or a statement that was broken off takes the transaction back by itself.
func (e *sqliteEngine) outside(err error) bool {
	return err == nil || strings.Contains(err.Error(), "no transaction is active")
}

func (e *sqliteEngine) lost(driver.Conn) bool { return false }

func (e *sqliteEngine) manyRows() bool { return false }

func (e *sqliteEngine) retryable(err error) bool {
	switch code(err) & 0xff {
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return true
	}
	return false
}

func (e *sqliteEngine) conflict(err error) bool {
	switch code(err) {
	case sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY, sqlite3.SQLITE_CONSTRAINT_UNIQUE:
		return true
	}
	return false
}

func code(err error) int {
	if e, ok := errors.AsType[*sqlite.Error](err); ok {
		return e.Code()
	}
	return 0
}

func (e *sqliteEngine) translate(err error) error {
	switch code(err) & 0xff {
	case sqlite3.SQLITE_FULL:
		return fault.Unavailablef("the disk that holds %s is full: %w", e.file, err).
			WithMend("make room and run it again; what was not finished was not written")
	case sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT:
		return fault.Invalidf("%s is damaged or no Tandem database: %w", e.file, err).
			WithMend("restore a backup with: tandem restore FILE")
	case sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM:
		return fault.Forbiddenf("the database %s cannot be written: %w", e.file, err).
			WithMend("check the rights of the file and of its folder")
	case sqlite3.SQLITE_BUSY:
		return fault.Unavailablef("another program has kept %s locked for too long: %w", e.file, err).
			WithMend("run it again")
	case sqlite3.SQLITE_IOERR:
		return fault.Unavailablef("%s cannot be read or written: %w", e.file, err).WithMend("check the disk")
	}
	return err
}

// claim has no lock to skip: the transaction is the only one that writes.
func (e *sqliteEngine) claim(c Claiming) string { return c.text("") }

func (e *sqliteEngine) schema() fs.FS { return migrations.FS }

func (e *sqliteEngine) dialect() goose.Dialect { return goose.DialectSQLite3 }

func (e *sqliteEngine) tables(ctx context.Context, pool *sql.DB) (map[string]bool, error) {
	return names(ctx, pool, "SELECT name FROM sqlite_master WHERE type = 'table'")
}

// copyAside keeps the database as it was before it is migrated.
func (e *sqliteEngine) copyAside(ctx context.Context, pool *sql.DB, version int64) error {
	to := fmt.Sprintf("%s.before-%d", e.file, version+1)
	if err := os.Remove(to); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	_, err := pool.ExecContext(ctx, "VACUUM INTO $1", to)
	return err
}

func (e *sqliteEngine) afterMigrate(ctx context.Context, pool *sql.DB) error {
	if err := e.makeSearch(ctx, pool); err != nil {
		return err
	}
	return e.optimize(ctx, pool)
}

// optimize counts whole indexes: without figures, and with those of a sample, the planner takes the index that begins with workspace_id for
// every scan of a whole workspace, ten times slower than the table. 0x10000 looks at all tables, 0x2 analyses those that need it.
func (e *sqliteEngine) optimize(ctx context.Context, pool *sql.DB) error {
	_, err := pool.ExecContext(ctx, "PRAGMA optimize = 0x10002")
	return err
}

// finished reads the number that SQLite keeps in the file's header for the program.
func (e *sqliteEngine) finished(ctx context.Context, pool *sql.DB, version int64) (bool, error) {
	var finished int64
	err := pool.QueryRowContext(ctx, "PRAGMA user_version").Scan(&finished)
	return finished == searchShape+version, err
}

func (e *sqliteEngine) markFinished(ctx context.Context, pool *sql.DB, version int64) error {
	_, err := pool.ExecContext(ctx, fmt.Sprintf("PRAGMA user_version = %d", searchShape+version))
	return err
}

// beforeClose leaves good figures to the next process, unless another one writes just now.
func (e *sqliteEngine) beforeClose(pool *sql.DB) {
	ctx := context.Background()
	if _, err := pool.ExecContext(ctx, "PRAGMA busy_timeout = 50"); err == nil {
		_ = e.optimize(ctx, pool) // the next one to close does it
	}
}
