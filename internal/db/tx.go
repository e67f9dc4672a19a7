package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"tandem/internal/id"
)

// Tx is a running transaction of one workspace. It is used by one goroutine and ends when the function that received it returns.
type Tx struct {
	db        *DB
	workspace id.Workspace
	across    bool
	conn      *sql.Conn
	failed    error
	reading   bool
}

// Workspace is the workspace the transaction belongs to; 0 for one that touches global tables only.
func (t *Tx) Workspace() id.Workspace { return t.workspace }

// SingleWriter reports whether a number given in this transaction follows commit order; see DB.SingleWriter.
func (t *Tx) SingleWriter() bool { return t.db.SingleWriter() }

// tries is how often a transaction is run before a conflict is given up on: with the pauses between them about ten seconds.
const tries = 12

// Write runs do in a SERIALIZABLE transaction of the workspace and commits it, once do returns nil. After a conflict with another
// transaction do runs again from the start. Workspace 0 is for global tables.
func (d *DB) Write(ctx context.Context, ws id.Workspace, do func(*Tx) error) error {
	return d.retry(ctx, func() error {
		return d.transact(ctx, d.writer, &sql.TxOptions{Isolation: d.engine.levels().write}, ws, do)
	})
}

// Read runs do in a transaction that sees one snapshot of the store and cannot write.
func (d *DB) Read(ctx context.Context, ws id.Workspace, do func(*Tx) error) error {
	return d.retry(ctx, func() error {
		return d.transact(ctx, d.reader, &sql.TxOptions{Isolation: d.engine.levels().read, ReadOnly: true}, ws, do)
	})
}

// ReadCommitted runs do in a transaction in which each statement sees what was committed before it, for claims and numbering, whose
// statements lock the rows they decide on. On SQLite it is the same as Write.
func (d *DB) ReadCommitted(ctx context.Context, ws id.Workspace, do func(*Tx) error) error {
	return d.retry(ctx, func() error {
		return d.transact(ctx, d.writer, &sql.TxOptions{Isolation: d.engine.levels().append}, ws, do)
	})
}

func (d *DB) retry(ctx context.Context, once func() error) error {
	pause := 2 * time.Millisecond
	for try := 1; ; try++ {
		err := once()
		if err == nil || try == tries || !d.engine.retryable(err) {
			return d.engine.translate(err)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause/2 + rand.N(pause)):
		}
		pause = min(2*pause, 2*time.Second)
	}
}

func (d *DB) transact(ctx context.Context, pool *sql.DB, o *sql.TxOptions, ws id.Workspace, do func(*Tx) error) (err error) {
	conn, err := pool.Conn(ctx)
	if err != nil {
		return fmt.Errorf("reach the database: %w", err)
	}
	defer func() { err = errors.Join(err, closed(conn.Close())) }()
	started, err := conn.BeginTx(ctx, o)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer func() { _ = started.Rollback() }() // after a commit it does nothing
	t := &Tx{db: d, workspace: ws, across: crosses(ctx), conn: conn}
	if enter := d.engine.enter(t); enter != "" {
		if _, err := t.exec(ctx, enter, nil); err != nil {
			return err
		}
	}
	if err := do(t); err != nil {
		return err
	}
	if t.failed != nil {
		return t.failed
	}
	if err := started.Commit(); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}

// closed forgives a connection that the pool has already put away.
func closed(err error) error {
	if errors.Is(err, sql.ErrConnDone) {
		return nil
	}
	return err
}

type acrossKey struct{}

// AcrossWorkspaces marks a scan that may read the rows of every workspace: the sweep of ready, the numbering, a backup.
func AcrossWorkspaces(ctx context.Context) context.Context {
	return context.WithValue(ctx, acrossKey{}, true)
}

func crosses(ctx context.Context) bool { return ctx.Value(acrossKey{}) != nil }

// run hands the connection's statement for query to use. After a failed statement the transaction is over.
func (t *Tx) run(ctx context.Context, query string, use func(driver.Conn, driver.Stmt) error) error {
	if t.failed != nil {
		return fmt.Errorf("the transaction has failed: %w", t.failed)
	}
	if t.reading {
		panic("db: read the rows to the end before the next statement: " + query)
	}
	if t.db.check != nil && !t.across && !crosses(ctx) {
		if err := t.db.check(query); err != nil {
			return err
		}
	}
	err := t.conn.Raw(func(c any) error {
		dc := c.(driver.Conn)
		if !t.db.engine.keepsStatements() {
			return use(dc, nil)
		}
		kept, _ := t.db.prepared.LoadOrStore(dc, &statements{byText: map[string]driver.Stmt{}})
		st, err := kept.(*statements).prepare(ctx, dc, query)
		if err != nil {
			return err
		}
		return use(dc, st)
	})
	if err != nil {
		t.failed = err
	}
	return err
}
