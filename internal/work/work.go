// Package work runs what the business does in the background: sending, series, webhooks, numbering. It knows none of them.
//
// The work itself is rows with a state and a due time in the table that owns them. This package keeps one small table, ready: which
// workspace has which kind of work due. Whoever makes work leaves a Hint in the same transaction; a Runner takes a lease on a row of
// ready, calls the kind's handler for that workspace, and puts the row back with the time of the next call.
//
// The lease is a hint that may be shared: a process that is paused for longer than its lease does not know that another has taken over.
// So each lease carries a token that only ever grows, and a handler calls Lease.Fence in its transactions: the store then refuses whatever
// an older token wants to write. A lost hint costs the time until the next Sweep, never a message.
//
// Two clocks: a due time is compared with the node's own clock, the one its handlers read, so that a node whose clock is wrong is early or
// late but never spins; leases are compared between nodes and therefore live by the database's clock, which no node's error can shorten.
package work

import (
	"context"
	"errors"
	"fmt"
	"time"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/id"
)

// Kind names a sort of work, such as "webhook". A kind is handled by the package that owns the rows.
type Kind string

// ErrFenced says that another node has taken the work over; what the caller did in this transaction is not written.
var ErrFenced = errors.New("another node has taken over this work")

// Handler does the work of one kind that is due in one workspace, and says when it wants to be called again; the zero time means when
// somebody hints. It does a bounded part, some seconds, and answers "now" if there is more. Its context ends when the lease is lost or
// the runner stops. An error, or a panic, is tried again later and later.
type Handler func(ctx context.Context, lease Lease) (next time.Time, err error)

// Lease is the right to do one kind of work in one workspace for a while.
type Lease struct {
	Workspace id.Workspace `db:"workspace_id"`
	Kind      Kind         `db:"kind"`
	Token     int64        `db:"token"` // grows with each lease of the row
	Failures  int          `db:"failures"`
}

// Fence makes the transaction part of the lease: it fails with ErrFenced if another node has taken the work over, and until the transaction
// ends nobody can. A handler calls it first in every transaction whose effect must not happen twice.
func (l Lease) Fence(ctx context.Context, tx *db.Tx) error {
	// an update is the one lock that every engine has
	n, err := db.Exec(ctx, tx, "UPDATE ready SET token = token WHERE workspace_id = $1 AND kind = $2 AND token = $3",
		l.Workspace, l.Kind, l.Token)
	if err != nil {
		return fmt.Errorf("check the lease on %s: %w", l.Kind, err)
	}
	if n == 0 {
		return ErrFenced
	}
	return nil
}

// Hint says that the transaction's workspace has work of a kind due at a time; of several hints the earliest counts. It is committed
// with the work itself. Work that is already known to be due costs one look-up and no lock.
func Hint(ctx context.Context, tx *db.Tx, kind Kind, due time.Time) error {
	return hint(ctx, tx, tx.Workspace(), kind, clock.Of(due))
}

func hint(ctx context.Context, tx *db.Tx, ws id.Workspace, kind Kind, due clock.Micros) error {
	_, err := db.Exec(ctx, tx, `INSERT INTO ready (workspace_id, kind, due_at)
		SELECT CAST($1 AS BIGINT), CAST($2 AS TEXT), CAST($3 AS BIGINT)
		WHERE NOT EXISTS (SELECT 1 FROM ready
			WHERE workspace_id = CAST($1 AS BIGINT) AND kind = CAST($2 AS TEXT) AND due_at <= CAST($3 AS BIGINT))
		ON CONFLICT (workspace_id, kind) DO UPDATE
		SET due_at = CASE WHEN ready.due_at <= excluded.due_at THEN ready.due_at ELSE excluded.due_at END`, ws, kind, due)
	if err != nil {
		return fmt.Errorf("hint at %s: %w", kind, err)
	}
	return nil
}
