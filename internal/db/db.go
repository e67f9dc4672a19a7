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
//
// What differs from engine to engine beside the schema, Migrate makes too: search indexes for Search, row-level security, shards.
package db

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"sync"

	"tandem/internal/fault"
)

// DB is an open store. It is safe for concurrent use.
type DB struct {
	engine  engine
	url     string
	writer  *sql.DB
	reader  *sql.DB
	check   func(query string) error
	appends *groups
	fillers fillers
	stage   *stage // of a rehearsal, nil otherwise

	mu      sync.Mutex
	closed  bool
	running sync.WaitGroup
}

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

func newDB(e engine, url string, writer, reader *sql.DB) *DB {
	d := &DB{engine: e, url: url, writer: writer, reader: reader}
	d.appends = newGroups(d)
	return d
}

// Close waits for running transactions and closes the store. What begins afterwards fails.
func (d *DB) Close() error {
	d.mu.Lock()
	d.closed = true
	d.mu.Unlock()
	d.fillers.stop()
	d.running.Wait()
	d.engine.beforeClose(d.writer)
	if d.reader == d.writer {
		return d.writer.Close()
	}
	return errors.Join(d.reader.Close(), d.writer.Close())
}

// Optimize counts what the tables hold, so that the engine chooses its ways through them by what is there. Call it after a bulk import into a
// store that stays open; Close and Migrate do it by themselves where it is needed. It looks only at tables that have grown or shrunk
// severalfold since, and at those for about half a second a million rows, during which SQLite writes nothing else.
func (d *DB) Optimize(ctx context.Context) error {
	done, err := d.use()
	if err != nil {
		return err
	}
	defer done()
	if d.stage != nil {
		return nil
	}
	if err := d.engine.optimize(ctx, d.writer); err != nil {
		return d.engine.translate(err)
	}
	d.renew()
	return nil
}

// renew lets go of the readers that nobody uses: an SQLite connection reads what the tables hold when it is opened, and not again.
func (d *DB) renew() {
	idle := d.reader.Stats().MaxOpenConnections
	d.reader.SetMaxIdleConns(0)
	d.reader.SetMaxIdleConns(idle)
}

var errClosed = errors.New("the store is closed")

// use keeps the store open until done is called.
func (d *DB) use() (done func(), err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed {
		return nil, errClosed
	}
	d.running.Add(1)
	return d.running.Done, nil
}

// URL is what the store was opened by.
func (d *DB) URL() string { return d.url }

// Engine is the engine's name, for people: "SQLite" or "PostgreSQL". Code must not branch on it.
func (d *DB) Engine() string { return d.engine.name() }

// SingleWriter reports whether transactions write one after another, so that a number given inside one follows commit order.
func (d *DB) SingleWriter() bool { return d.engine.singleWriter() }

// Strict makes every query that names a workspace table without its workspace_id fail; for tests. Call it before the first transaction.
func (d *DB) Strict() { d.check = newChecker(WorkspaceTables()).check }
