package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"

	"tandem/internal/id"
)

// Tx is a running transaction of one workspace. It is used by one goroutine and ends when the function that received it returns.
type Tx struct {
	db        *DB
	conn      driver.Conn
	workspace id.Workspace
	across    bool
	failed    error
	reading   bool
}

// Workspace is the workspace the transaction belongs to; 0 for one that touches global tables only.
func (t *Tx) Workspace() id.Workspace { return t.workspace }

// SingleWriter reports whether a number given in this transaction follows commit order; see DB.SingleWriter.
func (t *Tx) SingleWriter() bool { return t.db.SingleWriter() }

// Write runs do in a SERIALIZABLE transaction of the workspace and commits it, once do returns nil. After a conflict with another
// transaction, or a connection that broke before the commit, do runs again from the start. Workspace 0 is for global tables.
func (d *DB) Write(ctx context.Context, ws id.Workspace, do func(*Tx) error) error {
	return d.retry(ctx, func() error { return d.transact(ctx, writing, ws, do) })
}

// Read runs do in a transaction that sees one snapshot of the store and cannot write. It runs again as Write does.
func (d *DB) Read(ctx context.Context, ws id.Workspace, do func(*Tx) error) error {
	return d.retry(ctx, func() error { return d.transact(ctx, reading, ws, do) })
}

// ReadCommitted runs do in a transaction in which each statement sees what was committed before it, for claims and numbering, whose
// statements lock the rows they decide on. On SQLite it is the same as Write.
func (d *DB) ReadCommitted(ctx context.Context, ws id.Workspace, do func(*Tx) error) error {
	return d.retry(ctx, func() error { return d.transact(ctx, appending, ws, do) })
}

type acrossKey struct{}

// AcrossWorkspaces marks a transaction that may touch the rows of every workspace: the sweep of ready, the numbering, a backup. It
// counts where the transaction begins.
func AcrossWorkspaces(ctx context.Context) context.Context {
	return context.WithValue(ctx, acrossKey{}, true)
}

func crosses(ctx context.Context) bool { return ctx.Value(acrossKey{}) != nil }

// transact runs do once, in a transaction on a connection that nobody else uses meanwhile.
func (d *DB) transact(ctx context.Context, m mode, ws id.Workspace, do func(*Tx) error) error {
	done, err := d.use()
	if err != nil {
		return err
	}
	defer done()
	if d.stage != nil {
		return d.stage.once(d, ctx, ws, do)
	}
	conn, err := d.pool(m).Conn(ctx)
	if err != nil {
		return fmt.Errorf("reach the database: %w", err)
	}
	var ended error
	raw := conn.Raw(func(c any) error {
		t := &Tx{db: d, conn: c.(driver.Conn), workspace: ws, across: crosses(ctx)}
		var usable bool
		if usable, ended = t.live(ctx, m, do); !usable {
			return driver.ErrBadConn // has the pool put the connection away
		}
		return nil
	})
	closed := conn.Close()
	if ended == nil && raw == nil && !errors.Is(closed, sql.ErrConnDone) {
		ended = closed
	}
	return ended
}

func (d *DB) pool(m mode) *sql.DB {
	if m == reading {
		return d.reader
	}
	return d.writer
}

// live is the transaction from beginning to end. It reports whether the connection can be used again.
func (t *Tx) live(ctx context.Context, m mode, do func(*Tx) error) (usable bool, err error) {
	if err := t.control(ctx, t.db.engine.begin(m, t.workspace, t.across)); err != nil {
		// it may have begun all the same
		return t.rollback() && !t.db.engine.lost(t.conn), t.lostBefore(ctx, fmt.Errorf("begin: %w", err))
	}
	finished := false
	defer func() {
		if !finished { // do panicked
			t.rollback()
		}
	}()
	err = t.outcome(ctx, do)
	finished = true
	if err != nil {
		return t.rollback(), t.lostBefore(ctx, err)
	}
	return t.commit(ctx, m)
}

// outcome runs do and says whether the transaction may be committed.
func (t *Tx) outcome(ctx context.Context, do func(*Tx) error) error {
	err := do(t)
	failed := t.failed
	t.failed = errEnded
	switch {
	case failed != nil && (err == nil || t.db.retryable(failed)):
		return failed
	case err != nil:
		return err
	}
	return ctx.Err()
}

var errEnded = errors.New("db: the transaction is used after its function returned")

// commit is not broken off by the caller's context: nobody would know whether it had been done. Whether a connection that broke passed the
// COMMIT on is not to be had from its error: pgx calls some safe to repeat that are not.
func (t *Tx) commit(ctx context.Context, m mode) (usable bool, err error) {
	if t.db.engine.lost(t.conn) {
		return false, errAgain
	}
	err = t.control(context.WithoutCancel(ctx), "COMMIT")
	switch {
	case err == nil:
		return true, nil
	case !t.db.engine.lost(t.conn):
		return t.rollback(), fmt.Errorf("commit: %w", err)
	case m == reading:
		return false, errAgain
	}
	return false, errUnknown(err)
}

// rollback reports whether it left the connection without a transaction.
func (t *Tx) rollback() bool { return t.db.engine.outside(t.control(context.Background(), "ROLLBACK")) }

// control runs a statement that begins or ends a transaction or a savepoint.
func (t *Tx) control(ctx context.Context, query string) error {
	st, err := t.db.engine.prepared(ctx, t.conn, query)
	if err != nil {
		return err
	}
	_, err = execOn(ctx, t.conn, st, query, nil)
	return err
}

// run hands the connection's statement for query to use. After a failed statement the transaction is over.
func (t *Tx) run(ctx context.Context, query string, use func(driver.Stmt) error) error {
	if t.failed != nil {
		return fmt.Errorf("the transaction has failed: %w", t.failed)
	}
	if t.reading {
		panic("db: read the rows to the end before the next statement: " + query)
	}
	if t.db.check != nil && !t.across {
		if err := t.db.check(query); err != nil {
			return err
		}
	}
	st, err := t.db.engine.prepared(ctx, t.conn, query)
	if err == nil {
		err = use(st)
	}
	if err != nil {
		t.failed = fmt.Errorf("%w in %s", err, shorten(query))
		return t.failed
	}
	return nil
}
