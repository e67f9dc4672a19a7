// Package db is the store: one SQL text on SQLite, PostgreSQL and Citus.
//
// It opens a store by URL, runs transactions with retry, reads rows into structs and translates what the engines complain about. It is
// the only package that knows which engine it is on. Its callers write plain SQL with $1 placeholders from the subset that the
// conformance suite (conformance_test.go) fixes, and name workspace_id for every table of a workspace; in tests every query is checked
// for that (Strict).
//
// A transaction belongs to one workspace. Write runs it SERIALIZABLE and again after a conflict, so its function must have no other effect
// than the transaction's; Read sees one snapshot. Append shares its commit with others and suits writes that decide nothing from what they
// read. On SQLite there is one writer and a pool of readers, WAL, synchronous=FULL: what was committed is on disk.
package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"strings"
	"sync"

	"github.com/pressly/goose/v3"

	"tandem/internal/fault"
)

// DB is an open store. It is safe for concurrent use.
type DB struct {
	engine engine
	url    string
	writer *sql.DB
	reader *sql.DB
	// statements that stay prepared, by driver connection; on SQLite only, where preparing costs more than running
	prepared sync.Map
	check    func(query string) error
	appends  *groups
}

// engine is what differs between the engines. Nothing outside this package sees it.
type engine interface {
	name() string
	// translate turns an engine's complaint into a fault, or leaves it.
	translate(err error) error
	retryable(err error) bool
	conflict(err error) bool
	// enter is the statement that begins each transaction, such as the setting that row-level security reads; "" for none.
	enter(t *Tx) string
	levels() levels
	claim(c Claiming) string
	// where is the store in words that are safe to show: no password.
	where() string
	tables(ctx context.Context, pool *sql.DB) (map[string]bool, error)
	dialect() goose.Dialect
	// lockMigrations keeps other processes from migrating until unlock.
	lockMigrations(ctx context.Context) (unlock func() error, err error)
	copyAside(ctx context.Context, pool *sql.DB, version int64) error
	// afterMigrate makes what migrations do not: search indexes, row-level security. It may be run again.
	afterMigrate(ctx context.Context, pool *sql.DB) error
	keepsStatements() bool
	manyRows() bool
	singleWriter() bool
}

// levels are the isolation levels of the three sorts of transaction.
type levels struct{ write, read, append sql.IsolationLevel }

// Open opens the store at url: "sqlite:FILE" or "postgres://…". A SQLite file that does not exist is made; its tables come by Migrate.
// A file that is no database, or a server that does not answer, is a fault.
func Open(ctx context.Context, url string) (*DB, error) {
	scheme, rest, _ := strings.Cut(url, ":")
	switch scheme {
	case "sqlite":
		return openSQLite(ctx, url, rest)
	case "postgres", "postgresql":
		return openPostgres(ctx, url)
	}
	return nil, fault.Usagef("%q is no database that can be opened", url).
		WithMend("write sqlite:FILE or postgres://USER@HOST/NAME")
}

// Close waits for running transactions and closes the store.
func (d *DB) Close() error {
	d.appends.close()
	err := d.closeStatements()
	if d.reader != d.writer {
		if e := d.reader.Close(); err == nil {
			err = e
		}
	}
	if e := d.writer.Close(); err == nil {
		err = e
	}
	return err
}

// URL is what the store was opened by.
func (d *DB) URL() string { return d.url }

// Engine is the engine's name, for people: "SQLite" or "PostgreSQL". Code must not branch on it.
func (d *DB) Engine() string { return d.engine.name() }

// SingleWriter reports whether transactions write one after another, so that a number given inside one follows commit order.
func (d *DB) SingleWriter() bool { return d.engine.singleWriter() }

// Strict makes every query that names a workspace table without its workspace_id fail; for tests.
func (d *DB) Strict() { d.check = checkWorkspace }

func (d *DB) closeStatements() error {
	var first error
	d.prepared.Range(func(_, v any) bool {
		if err := v.(*statements).close(); err != nil && first == nil {
			first = err
		}
		return true
	})
	return first
}

// statements are the prepared statements of one connection, which one goroutine uses at a time.
type statements struct {
	byText map[string]driver.Stmt
}

const statementsKept = 300

func (s *statements) prepare(ctx context.Context, c driver.Conn, query string) (driver.Stmt, error) {
	if st, ok := s.byText[query]; ok {
		return st, nil
	}
	st, err := c.(driver.ConnPrepareContext).PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	if len(s.byText) >= statementsKept {
		if err := s.dropOne(); err != nil {
			return nil, err
		}
	}
	s.byText[query] = st
	return st, nil
}

func (s *statements) dropOne() error {
	for text, st := range s.byText {
		delete(s.byText, text)
		return st.Close()
	}
	return nil
}

func (s *statements) close() error {
	for len(s.byText) > 0 {
		if err := s.dropOne(); err != nil {
			return fmt.Errorf("close a prepared statement: %w", err)
		}
	}
	return nil
}
