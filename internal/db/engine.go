package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"io/fs"

	"github.com/pressly/goose/v3"

	"tandem/internal/id"
)

// engine is what differs between the engines. Nothing outside this package sees it.
type engine interface {
	name() string
	// where is the store in words that are safe to show: no password.
	where() string
	singleWriter() bool

	// begin is the text that begins a transaction, with the setting that row-level security reads.
	begin(m mode, ws id.Workspace, across bool) string
	// prepared is the connection's statement for query, nil where the driver keeps its own.
	prepared(ctx context.Context, c driver.Conn, query string) (driver.Stmt, error)
	// outside reports whether no transaction is open after a ROLLBACK that ended with err.
	outside(err error) bool
	// lost reports whether the connection broke.
	lost(c driver.Conn) bool
	// manyRows reports whether many rows in one statement are faster than many statements.
	manyRows() bool
	claim(c Claiming) string
	searcher

	// translate turns an engine's complaint into a fault, or leaves it.
	translate(err error) error
	retryable(err error) bool
	conflict(err error) bool

	dialect() goose.Dialect
	// schema is the folder of migrations as the engine takes them.
	schema() fs.FS
	tables(ctx context.Context, pool *sql.DB) (map[string]bool, error)
	// lockMigrations keeps other processes from migrating until unlock.
	lockMigrations(ctx context.Context) (unlock func() error, err error)
	copyAside(ctx context.Context, pool *sql.DB, version int64) error
	// afterMigrate makes what migrations do not: search indexes, row-level security, shards. It may be run again.
	afterMigrate(ctx context.Context, pool *sql.DB) error
	// finished reports whether afterMigrate was run to its end for a version of the schema; markFinished notes it.
	finished(ctx context.Context, pool *sql.DB, version int64) (bool, error)
	markFinished(ctx context.Context, pool *sql.DB, version int64) error
	// optimize gives the planner its figures.
	optimize(ctx context.Context, pool *sql.DB) error
	beforeClose(pool *sql.DB)
}

// mode is one of the three sorts of transaction.
type mode int

const (
	writing   mode = iota // SERIALIZABLE
	reading               // one snapshot
	appending             // READ COMMITTED
)
