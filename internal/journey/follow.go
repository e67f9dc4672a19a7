package journey

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"tandem/internal/db"
	"tandem/internal/id"
)

// number gives touches their seq where the transaction may: on an engine with one writer, whose transactions commit in the order in which they
// write. Elsewhere they stay without until Number.
func number(ctx context.Context, tx *db.Tx, touches []Touch) error {
	if !tx.SingleWriter() {
		return nil
	}
	head, err := advance(ctx, tx, int64(len(touches)))
	if err != nil {
		return err
	}
	first := head - int64(len(touches)) + 1
	for i := range touches {
		touches[i].Seq = first + int64(i)
	}
	return nil
}

// advance moves the workspace's counter by n, holds it until the transaction ends, and returns where it then stands.
func advance(ctx context.Context, tx *db.Tx, n int64) (int64, error) {
	head, err := db.One[int64](ctx, tx, `INSERT INTO journey_head (workspace_id, seq) VALUES ($1, $2)
		ON CONFLICT (workspace_id) DO UPDATE SET seq = journey_head.seq + excluded.seq RETURNING seq`, tx.Workspace(), n)
	if err != nil {
		return 0, fmt.Errorf("number touches: %w", err)
	}
	return head, nil
}

// numberedAtOnce is how many touches Number takes in one transaction.
const numberedAtOnce = 5000

// Number gives a seq to the touches that were committed without one and returns how many there were. The workspace's counter is held
// while a batch is numbered, so that two who number at once take turns, and a touch committed later always gets a higher seq. Where
// touches are numbered as they are recorded there is nothing to do.
func Number(ctx context.Context, d *db.DB, ws id.Workspace) (int64, error) {
	if d.SingleWriter() {
		return 0, nil
	}
	var all int64
	for {
		n, err := numberBatch(ctx, d, ws)
		all += n
		if err != nil || n < numberedAtOnce {
			return all, err
		}
	}
}

func numberBatch(ctx context.Context, d *db.DB, ws id.Workspace) (int64, error) {
	var numbered int64
	err := d.ReadCommitted(ctx, ws, func(tx *db.Tx) error {
		head, err := advance(ctx, tx, 0)
		if err != nil {
			return err
		}
		waiting, err := db.All[id.ID](ctx, tx, `SELECT id FROM touch WHERE workspace_id = $1 AND seq IS NULL ORDER BY id LIMIT $2`, ws, numberedAtOnce)
		if err != nil {
			return fmt.Errorf("look for touches without a number: %w", err)
		}
		numbered = int64(len(waiting))
		for some := range slices.Chunk(waiting, 250) {
			if err := assign(ctx, tx, head, some); err != nil {
				return err
			}
			head += int64(len(some))
		}
		_, err = advance(ctx, tx, numbered)
		return err
	})
	return numbered, err
}

// assign gives touches the numbers after head, in their order. They are named one by one: joined to a sub-select, a table without statistics is
// read once for each row.
func assign(ctx context.Context, tx *db.Tx, head int64, touches []id.ID) error {
	list, args := db.List(3, touches)
	var place strings.Builder
	for i := range touches {
		n := strconv.Itoa(i + 1)
		place.WriteString(" WHEN $" + strconv.Itoa(i+3) + " THEN " + n)
	}
	_, err := db.Exec(ctx, tx, `UPDATE touch SET seq = CAST($2 AS BIGINT) + CASE id`+place.String()+` END
		WHERE workspace_id = $1 AND seq IS NULL AND id IN (`+list+`)`, append([]any{tx.Workspace(), head}, args...)...)
	if err != nil {
		return fmt.Errorf("number %d touches: %w", len(touches), err)
	}
	return nil
}

// Head is the seq of the last numbered touch, 0 if there is none.
func Head(ctx context.Context, tx *db.Tx) (int64, error) {
	head, _, err := db.Maybe[int64](ctx, tx, `SELECT seq FROM journey_head WHERE workspace_id = $1`, tx.Workspace())
	return head, err
}

// Since returns up to limit touches with a seq above after, in the order of seq, retracted ones and corrections included.
func Since(ctx context.Context, tx *db.Tx, after int64, limit int) ([]Touch, error) {
	return db.All[Touch](ctx, tx, `SELECT `+columns+` FROM touch WHERE workspace_id = $1 AND seq > $2 ORDER BY seq LIMIT $3`,
		tx.Workspace(), after, limit)
}

// Position is how far a follower has read; 0 is the beginning.
func Position(ctx context.Context, tx *db.Tx, follower string) (int64, error) {
	seq, _, err := db.Maybe[int64](ctx, tx, `SELECT seq FROM follower WHERE workspace_id = $1 AND name = $2`, tx.Workspace(), follower)
	return seq, err
}

// Advance writes down how far a follower has read, in the transaction that holds what it did.
func Advance(ctx context.Context, tx *db.Tx, follower string, seq int64) error {
	return db.Upsert(ctx, tx, "follower", []string{"name"}, position{follower, seq})
}

type position struct {
	Name string `db:"name"`
	Seq  int64  `db:"seq"`
}
