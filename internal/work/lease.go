package work

import (
	"context"
	"fmt"
	"strings"
	"time"

	"tandem/internal/clock"
	"tandem/internal/db"
)

// longestLease is the longest that can be configured. A lease that claims to last longer was written before the database's clock was set
// back, and is over.
const longestLease = time.Hour

// take takes leases on up to limit rows that are due, after giving back those that ran out.
func (r *Runner) take(ctx context.Context, limit int) ([]Lease, error) {
	var leases []Lease
	err := r.db.ReadCommitted(ctx, 0, func(tx *db.Tx) error {
		leases = nil
		now, err := r.storeTime(ctx, tx)
		if err != nil {
			return err
		}
		if err := r.voidExpired(ctx, tx, now); err != nil {
			return err
		}
		leases, err = r.claim(ctx, tx, now, limit)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("look for work: %w", err)
	}
	return leases, nil
}

func (r *Runner) claim(ctx context.Context, tx *db.Tx, now clock.Micros, limit int) ([]Lease, error) {
	kinds, args := db.List(5, r.kinds())
	args = append([]any{r.o.Node, now + clock.Micros(r.o.Lease.Microseconds()), clock.Of(r.clock.Now()), limit}, args...)
	return db.Claim[Lease](ctx, tx, db.Claiming{
		Table:     "ready",
		Key:       "(workspace_id, kind)",
		Set:       "token = token + 1, node = $1, leased_until = $2, started_at = $3, due_at = NULL",
		Due:       "leased_until = 0 AND due_at <= $3 AND not_before <= $3 AND kind IN (" + kinds + ")",
		Order:     "due_at, workspace_id, kind",
		Limit:     "$4",
		Returning: "workspace_id, kind, token, failures",
	}, args...)
}

// voided is how many leases one transaction gives back.
const voided = 500

// voidExpired gives back the leases that ran out. It passes by a row that a transaction holds by its fence: who holds it, has the work.
func (r *Runner) voidExpired(ctx context.Context, tx *db.Tx, now clock.Micros) error {
	_, err := r.void(ctx, tx, "(leased_until <= $2 OR leased_until > $3)", now, now+clock.Micros(longestLease.Microseconds()))
	return err
}

// voidOwn gives back the leases that an earlier process of this node left behind; with a single writer, those of every process.
func (r *Runner) voidOwn(ctx context.Context) error {
	whose, args := "node = $2", []any{r.o.Node}
	if r.db.SingleWriter() {
		whose, args = "leased_until > 0", nil
	}
	for {
		n := 0
		err := r.db.ReadCommitted(ctx, 0, func(tx *db.Tx) error {
			var err error
			n, err = r.void(ctx, tx, whose, args...)
			return err
		})
		if err != nil || n < voided {
			return err
		}
	}
}

// void ends leases: a greater token shuts out whoever holds them, and their work is due at once.
func (r *Runner) void(ctx context.Context, tx *db.Tx, which string, args ...any) (int, error) {
	gone, err := db.Claim[Lease](ctx, tx, db.Claiming{
		Table:     "ready",
		Key:       "(workspace_id, kind)",
		Set:       "token = token + 1, leased_until = 0, due_at = " + earlier("$1"),
		Due:       "leased_until > 0 AND " + which,
		Order:     "leased_until, workspace_id, kind",
		Limit:     fmt.Sprint(voided),
		Returning: "workspace_id, kind, token, failures",
	}, append([]any{clock.Of(r.clock.Now())}, args...)...)
	if err != nil {
		return 0, fmt.Errorf("give back leases: %w", err)
	}
	return len(gone), nil
}

// earlier is the earlier of what was hinted meanwhile and an argument, which may be NULL.
func earlier(arg string) string {
	return strings.ReplaceAll("CASE WHEN due_at IS NULL OR due_at > CAST($ AS BIGINT) THEN CAST($ AS BIGINT) ELSE due_at END", "$", arg)
}

// extend makes the lease last for its full length from now on.
func (r *Runner) extend(ctx context.Context, l Lease) error {
	return r.db.ReadCommitted(ctx, 0, func(tx *db.Tx) error {
		now, err := r.storeTime(ctx, tx)
		if err != nil {
			return err
		}
		return r.update(ctx, tx, l, "leased_until = $4", now+clock.Micros(r.o.Lease.Microseconds()))
	})
}

// finish puts the row back after a success.
func (r *Runner) finish(ctx context.Context, l Lease, next time.Time) error {
	var due any
	if !next.IsZero() {
		due = clock.Of(next)
	}
	return r.giveBack(ctx, l, "not_before = 0, failures = 0, finished_at = $4, due_at = "+earlier("$5"), clock.Of(r.clock.Now()), due)
}

// fail puts the row back after an error, to be tried again when the backoff is over, no matter what is hinted before.
func (r *Runner) fail(ctx context.Context, l Lease, cause error) error {
	now := r.clock.Now()
	return r.giveBack(ctx, l, "failures = failures + 1, failed_at = $4, finished_at = $4, last_error = $5, not_before = $6, due_at = "+earlier("$4"),
		clock.Of(now), inShort(cause), clock.Of(now.Add(r.backoff(l.Failures))))
}

// release puts the row back unfinished, because this runner stops.
func (r *Runner) release(ctx context.Context, l Lease) error {
	return r.giveBack(ctx, l, "due_at = "+earlier("$4"), clock.Of(r.clock.Now()))
}

func (r *Runner) giveBack(ctx context.Context, l Lease, set string, args ...any) error {
	return r.db.ReadCommitted(ctx, 0, func(tx *db.Tx) error {
		return r.update(ctx, tx, l, "leased_until = 0, "+set, args...)
	})
}

// update changes the row as long as the lease is still ours; the caller's arguments begin at $4.
func (r *Runner) update(ctx context.Context, tx *db.Tx, l Lease, set string, args ...any) error {
	n, err := db.Exec(ctx, tx, "UPDATE ready SET "+set+" WHERE workspace_id = $1 AND kind = $2 AND token = $3",
		append([]any{l.Workspace, l.Kind, l.Token}, args...)...)
	if err != nil {
		return fmt.Errorf("write the state of %s: %w", l.Kind, err)
	}
	if n == 0 {
		return ErrFenced
	}
	return nil
}

// storeTime is the time by which leases live. A store with one writer is a file of this machine, whose clock is the node's own.
func (r *Runner) storeTime(ctx context.Context, tx *db.Tx) (clock.Micros, error) {
	if r.db.SingleWriter() {
		return clock.Of(r.clock.Now()), nil
	}
	var now clock.Micros
	err := db.EachCells(ctx, tx, func(c db.Cells) error {
		at, ok := c[0].(time.Time)
		if !ok {
			return fmt.Errorf("the database tells the time as a %T", c[0])
		}
		now = clock.Of(at)
		return nil
	}, "SELECT CURRENT_TIMESTAMP")
	if err != nil {
		return 0, fmt.Errorf("read the database's clock: %w", err)
	}
	return now, nil
}

// inShort is an error as the report shows it.
func inShort(err error) string {
	text := strings.ToValidUTF8(strings.ReplaceAll(err.Error(), "\x00", ""), "")
	if r := []rune(text); len(r) > 1000 {
		return string(r[:1000]) + "…"
	}
	return text
}
