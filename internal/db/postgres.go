package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"

	"tandem/internal/fault"
	"tandem/internal/id"
	"tandem/migrations"
)

// postgresEngine is a server with several writers, Citus included.
type postgresEngine struct {
	config *pgx.ConnConfig
	citus  bool
	asked  sync.Map // the search indexes that were asked since the start
}

const postgresConnections = 16

func openPostgres(ctx context.Context, u string) (*DB, error) {
	config, err := pgx.ParseConfig(u)
	if err != nil {
		return nil, fault.Usagef("the database's address cannot be read: %w", err).WithMend("write postgres://USER:PASSWORD@HOST:5432/NAME")
	}
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = 10 * time.Second
	}
	e := &postgresEngine{config: config}
	pool := stdlib.OpenDB(*config)
	pool.SetMaxOpenConns(postgresConnections)
	pool.SetMaxIdleConns(postgresConnections)
	pool.SetConnMaxLifetime(time.Hour) // so that a server that took over is found
	pool.SetConnMaxIdleTime(5 * time.Minute)
	d := newDB(e, u, pool, pool)
	if err := pool.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'citus')").Scan(&e.citus); err != nil {
		return nil, errors.Join(e.translate(err), pool.Close())
	}
	return d, nil
}

func (e *postgresEngine) name() string { return "PostgreSQL" }

func (e *postgresEngine) singleWriter() bool { return false }

// begin also tells row-level security which workspace's rows may be seen, in the same round trip.
func (e *postgresEngine) begin(m mode, ws id.Workspace, across bool) string {
	text := "BEGIN ISOLATION LEVEL " + [...]string{
		writing: "SERIALIZABLE", reading: "REPEATABLE READ READ ONLY", appending: "READ COMMITTED",
	}[m]
	if e.citus {
		text += "; SET LOCAL citus.propagate_set_commands = 'local'"
	}
	if across {
		return text + "; SET LOCAL app.across = 'on'"
	}
	return text + "; SET LOCAL app.workspace = '" + strconv.FormatInt(int64(ws), 10) + "'"
}

// prepared is nothing: pgx keeps statements by itself.
func (e *postgresEngine) prepared(context.Context, driver.Conn, string) (driver.Stmt, error) {
	return nil, nil
}

func (e *postgresEngine) outside(err error) bool { return err == nil }

func (e *postgresEngine) lost(c driver.Conn) bool { return c.(*stdlib.Conn).Conn().IsClosed() }

func (e *postgresEngine) manyRows() bool { return true }

func (e *postgresEngine) retryable(err error) bool {
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		switch pg.Code {
		case "40001", "40P01": // serialization failure, deadlock
			return true
		case "57P01", "57P02", "57P03": // the server stops, has crashed, or starts
			return true
		}
		// a migration changed a table under a kept statement, which pgx has dropped by now
		return pg.Routine == "RevalidateCachedQuery"
	}
	// a server that starts again refuses connections for a while
	_, unreached := errors.AsType[*pgconn.ConnectError](err)
	return unreached || pgconn.SafeToRetry(err)
}

func (e *postgresEngine) conflict(err error) bool {
	pg, ok := errors.AsType[*pgconn.PgError](err)
	return ok && pg.Code == "23505"
}

func (e *postgresEngine) translate(err error) error {
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		return e.translateCode(pg, err)
	}
	if _, ok := errors.AsType[*pgconn.ConnectError](err); ok {
		return fault.Unavailablef("the database at %s cannot be reached: %w", e.where(), err).
			WithMend("check that it runs and that the address is right")
	}
	return err
}

func (e *postgresEngine) translateCode(pg *pgconn.PgError, err error) error {
	switch pg.Code {
	case "40001", "40P01":
		return fault.Unavailablef("too much was changed at once in the database at %s: %w", e.where(), err).WithMend("run it again")
	case "57P01", "57P02", "57P03":
		return fault.Unavailablef("the database at %s is stopping or starting: %w", e.where(), err).WithMend("run it again")
	case "53100": // disk full
		return fault.Unavailablef("the disk of the database at %s is full: %w", e.where(), err).
			WithMend("make room and run it again; what was not finished was not written")
	case "3D000": // no such database
		return fault.NotFoundf("there is no database %s at %s", e.config.Database, e.where()).
			WithMend("make it with: createdb --owner=%s %s", e.config.User, e.config.Database)
	case "28P01", "28000": // wrong password, no such role
		return fault.Forbiddenf("the database at %s does not let %s in: %w", e.where(), e.config.User, err)
	case "42501": // not allowed; what row-level security refuses is a mistake of ours
		if pg.Routine == "aclcheck_error" {
			return fault.Forbiddenf("the role %s may not do what it has to in the database %s at %s: %w", e.config.User, e.config.Database, e.where(), err).
				WithMend("make it the owner: ALTER DATABASE %s OWNER TO %s", pgx.Identifier{e.config.Database}.Sanitize(), pgx.Identifier{e.config.User}.Sanitize())
		}
	case "53300": // too many connections
		return fault.Unavailablef("the database at %s has no connection left: %w", e.where(), err).WithMend("run it again later")
	}
	return err
}

func (e *postgresEngine) where() string {
	return net.JoinHostPort(e.config.Host, strconv.Itoa(int(e.config.Port)))
}

// claim passes by the rows that another claimer holds, so that two take different ones at once.
func (e *postgresEngine) claim(c Claiming) string { return c.text(" FOR UPDATE SKIP LOCKED") }

func (e *postgresEngine) schema() fs.FS {
	if e.citus {
		return withoutForeignKeys{migrations.FS}
	}
	return migrations.FS
}

func (e *postgresEngine) dialect() goose.Dialect { return goose.DialectPostgres }

func (e *postgresEngine) tables(ctx context.Context, pool *sql.DB) (map[string]bool, error) {
	return names(ctx, pool, "SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema() AND table_type = 'BASE TABLE'")
}

// migrationLock is the number of the advisory lock: "tandem" in letters of a telephone.
const migrationLock = 826336

// lockMigrations takes an advisory lock on a connection of its own. On Citus such locks are per node: migrate from one place there.
func (e *postgresEngine) lockMigrations(ctx context.Context) (func() error, error) {
	conn, err := pgx.ConnectConfig(ctx, e.config.Copy())
	if err != nil {
		return nil, err
	}
	unlock := func() error { return conn.Close(context.WithoutCancel(ctx)) }
	if _, err := conn.Exec(ctx, "SELECT pg_advisory_lock($1)", migrationLock); err != nil {
		return nil, errors.Join(fmt.Errorf("wait for another migration: %w", err), unlock())
	}
	return unlock, nil
}

// copyAside does nothing: a server is backed up by its own means or by tandem backup, and each migration is one transaction.
func (e *postgresEngine) copyAside(context.Context, *sql.DB, int64) error { return nil }

// finishedText is the comment on the table of versions once all is done. It changes when the extension comes, so that the tables are distributed.
func (e *postgresEngine) finishedText(version int64) string {
	if e.citus {
		return fmt.Sprintf("finished %d on Citus", version)
	}
	return fmt.Sprintf("finished %d", version)
}

func (e *postgresEngine) finished(ctx context.Context, pool *sql.DB, version int64) (bool, error) {
	var comment string
	err := pool.QueryRowContext(ctx, "SELECT COALESCE(obj_description('goose_db_version'::regclass), '')").Scan(&comment)
	return comment == e.finishedText(version), err
}

func (e *postgresEngine) markFinished(ctx context.Context, pool *sql.DB, version int64) error {
	_, err := pool.ExecContext(ctx, "COMMENT ON TABLE goose_db_version IS '"+e.finishedText(version)+"'")
	return err
}

// optimize does at once what the server would do within minutes.
func (e *postgresEngine) optimize(ctx context.Context, pool *sql.DB) error {
	_, err := pool.ExecContext(ctx, "ANALYZE "+strings.Join(WorkspaceTables(), ", "))
	return err
}

func (e *postgresEngine) beforeClose(*sql.DB) {}

func (e *postgresEngine) afterMigrate(ctx context.Context, pool *sql.DB) error {
	if e.citus {
		if err := distribute(ctx, pool); err != nil {
			return fmt.Errorf("distribute the tables: %w", err)
		}
	}
	e.makeSearch(ctx, pool)
	return secureRows(ctx, pool)
}
