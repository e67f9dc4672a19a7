package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/stdlib"
	"modernc.org/sqlite"

	"tandem/internal/id"
	"tandem/migrations"
)

// AwaitAppends returns once n appends of the workspace wait for their commit.
func AwaitAppends(d *DB, ws id.Workspace, n int) {
	for {
		d.appends.mu.Lock()
		waiting := len(d.appends.waiting[ws])
		d.appends.mu.Unlock()
		if waiting >= n {
			return
		}
		runtime.Gosched()
	}
}

// CheckWorkspace is the check that Strict switches on.
func CheckWorkspace(query string) error { return newChecker(WorkspaceTables()).check(query) }

// KillAt makes the process end itself, as kill -9 does, instead of running the n-th statement of a migration.
func KillAt(d *DB, n int) error {
	left := new(atomic.Int64)
	left.Store(int64(n))
	switch e := d.engine.(type) {
	case *sqliteEngine:
		connector, err := sqlite.NewConnector(e.dsn("rwc", "immediate", "journal_mode(WAL)", "synchronous(FULL)"))
		if err != nil {
			return err
		}
		d.writer = sql.OpenDB(killingConnector{connector, left})
		d.writer.SetMaxOpenConns(1)
	case *postgresEngine:
		d.writer = sql.OpenDB(killingConnector{stdlib.GetConnector(*e.config), left})
	}
	return nil
}

type killingConnector struct {
	driver.Connector
	left *atomic.Int64
}

func (k killingConnector) Connect(ctx context.Context) (driver.Conn, error) {
	c, err := k.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return &killingConn{c.(statementConn), k.left}, nil
}

type statementConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ExecerContext
	driver.QueryerContext
}

type killingConn struct {
	statementConn
	left *atomic.Int64
}

func (k *killingConn) boundary() {
	if k.left.Add(-1) > 0 {
		return
	}
	self, err := os.FindProcess(os.Getpid())
	if err == nil {
		err = self.Kill()
	}
	if err != nil {
		panic(err)
	}
	select {}
}

func (k *killingConn) BeginTx(ctx context.Context, o driver.TxOptions) (driver.Tx, error) {
	k.boundary()
	tx, err := k.statementConn.BeginTx(ctx, o)
	return killingTx{tx, k}, err
}

func (k *killingConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	k.boundary()
	return k.statementConn.ExecContext(ctx, query, args)
}

func (k *killingConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	k.boundary()
	return k.statementConn.QueryContext(ctx, query, args)
}

type killingTx struct {
	driver.Tx
	conn *killingConn
}

func (k killingTx) Commit() error {
	k.conn.boundary()
	return k.Tx.Commit()
}

// LimitPages leaves the file no room beyond so many pages, as a full disk does.
func LimitPages(ctx context.Context, d *DB, pages int) error {
	_, err := d.writer.ExecContext(ctx, fmt.Sprintf("PRAGMA max_page_count = %d", pages))
	return err
}

// KeptStatements is how many statements are prepared on the writer's connection.
func KeptStatements(ctx context.Context, d *DB) (n int, err error) {
	conn, err := d.writer.Conn(ctx)
	if err != nil {
		return 0, err
	}
	defer conn.Close()
	return n, conn.Raw(func(c any) error {
		n = len(c.(*keepingConn).byText)
		return nil
	})
}

// ExpireConnections makes the pools put away their connections, each after its next use.
func ExpireConnections(d *DB) {
	d.writer.SetConnMaxLifetime(time.Nanosecond)
	d.reader.SetConnMaxLifetime(time.Nanosecond)
}

// FillSearch brings the search indexes up to date, as happens in the background.
func FillSearch(ctx context.Context, d *DB) error {
	for _, s := range searchIndexes() {
		if err := d.engine.fill(ctx, d, s); err != nil {
			return err
		}
	}
	return nil
}

// AwaitFill returns once no search index is being filled.
func AwaitFill(d *DB) { d.fillers.running.Wait() }

// Indexed is how many rows a search index of SQLite has taken in.
func Indexed(ctx context.Context, d *DB, index SearchIndex) (n int, err error) {
	return n, d.reader.QueryRowContext(ctx, "SELECT count(*) FROM "+searched{index: index}.name()+"_content").Scan(&n)
}

// AgeSearch gives a file the search index of contacts that the program made before it kept the keys in the indexes.
func AgeSearch(ctx context.Context, d *DB) error {
	s := searchIndexes()[0]
	return inOne(ctx, d.writer,
		s.sqlite("DROP TABLE {name}"), s.sqlite("DROP TRIGGER {name}_changed"), s.sqlite("DROP TRIGGER {name}_gone"),
		s.sqlite("CREATE VIRTUAL TABLE {name} USING fts5({key}, content = '', contentless_delete = 1, detail = none, tokenize = 'trigram case_sensitive 1')"),
		s.sqlite("INSERT INTO {name} (rowid, {key}) SELECT rowid, {key} FROM {table}"),
		s.sqlite(`CREATE TRIGGER {name}_gone AFTER DELETE ON {table} WHEN old.rowid <= (SELECT max(id) FROM {name}_docsize) BEGIN
			DELETE FROM {name} WHERE rowid = old.rowid; END`),
		"PRAGMA user_version = "+strconv.FormatInt(migrations.Newest(), 10))
}

// Vacuum rewrites the file.
func Vacuum(ctx context.Context, d *DB) error {
	_, err := d.writer.ExecContext(ctx, "VACUUM")
	return err
}

// Bloat makes the table of contacts as large as one that wants an index.
func Bloat(ctx context.Context, d *DB) error {
	_, err := d.writer.ExecContext(ctx, `INSERT INTO contact (workspace_id, id, first_name, last_name, name, name_key, title, street, city,
		postal_code, region, country, language, lifecycle, owner, created_at, updated_at)
		SELECT 99, n, 'f', 'l', 'n', 'n' || n, repeat('t', 100), '', '', '', '', '', '', '', '', 0, 0 FROM generate_series(1, 100000) AS n`)
	return err
}

// AsCitus has the store take its server for one with the extension.
func AsCitus(d *DB, do func()) {
	e := d.engine.(*postgresEngine)
	e.citus = true
	defer func() { e.citus = false }()
	do()
}

// MigrateTables runs the migrations and nothing of what follows them.
func MigrateTables(ctx context.Context, d *DB) error {
	return d.runMigrations(ctx, migrations.Newest())
}

// AddForeignKeys adds those of the schema that are missing.
func AddForeignKeys(ctx context.Context, d *DB) error {
	there, err := d.engine.tables(ctx, d.reader)
	if err != nil {
		return err
	}
	return addForeignKeys(ctx, d.writer, there)
}

// DropForeignKeys takes off those of every table that Citus distributes or copies.
func DropForeignKeys(ctx context.Context, d *DB) error {
	return dropForeignKeys(ctx, d.writer, append(referenceTables(), WorkspaceTables()...))
}

// Distributing is the statements that distribute tables.
func Distributing(waiting, copied []string) []string { return distributing(waiting, copied) }

// ReferenceTables are the global tables that refer to one another.
func ReferenceTables() []string { return referenceTables() }

// Reference is a table and one that it refers to.
type Reference struct{ Table, Target string }

// ForeignKeys are the references of the schema's tables.
func ForeignKeys() (all []Reference) {
	for _, k := range foreignKeys(migrations.Texts()) {
		all = append(all, Reference{k.table, k.target})
	}
	return all
}

// BeginText is what begins a transaction of a workspace.
func BeginText(d *DB, ws id.Workspace) string { return d.engine.begin(writing, ws, false) }

// Finished reports whether Migrate has nothing to do.
func Finished(ctx context.Context, d *DB) (bool, error) { return d.migrated(ctx, migrations.Newest()) }
