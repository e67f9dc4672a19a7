package report

import (
	"context"
	"encoding/binary"
	"fmt"
	"hash/fnv"

	"tandem/internal/db"
	"tandem/internal/insight/feed"
	"tandem/internal/journey"
)

// state is everything that a book is read from, in a few numbers that are quick to ask for. While they stay the same, so does the book.
//
// Every change of a touch, a contact, a payment, and of what counts of a deal, appends to the journey in the same transaction, and an undone
// import counts its rows back. Costs and rates do not show there; they are few, and are read through. What reports want that shows in none
// of these (a deal's owner, own fields) is read from the store each time.
type state struct {
	head     int64 // the journey's last seq
	position int64 // how far the feed has read
	imports  int64
	rows     int64 // that all imports have taken in
	costs    uint64
	rates    uint64
}

func readState(ctx context.Context, tx *db.Tx) (state, error) {
	var s state
	var err error
	if s.head, err = journey.Head(ctx, tx); err != nil {
		return s, err
	}
	if s.position, err = feed.Position(ctx, tx); err != nil {
		return s, err
	}
	err = db.EachCells(ctx, tx, func(c db.Cells) error { s.imports, s.rows = c.Int(0), c.Int(1); return nil },
		`SELECT count(*), CAST(COALESCE(SUM(rows_done), 0) AS BIGINT) FROM import_run WHERE workspace_id = $1`, tx.Workspace())
	if err != nil {
		return s, fmt.Errorf("look whether imports ran: %w", err)
	}
	if s.costs, err = digest(ctx, tx, `SELECT id, from_day, to_day, channel, source, campaign, amount, currency FROM cost
		WHERE workspace_id = $1 AND removed_at IS NULL ORDER BY id`); err != nil {
		return s, fmt.Errorf("look whether costs changed: %w", err)
	}
	if s.rates, err = digest(ctx, tx, `SELECT base, currency, day, rate FROM exchange_rate
		WHERE workspace_id = $1 ORDER BY base, currency, day`); err != nil {
		return s, fmt.Errorf("look whether rates changed: %w", err)
	}
	return s, nil
}

// digest is a number that changes with any cell of the rows.
func digest(ctx context.Context, tx *db.Tx, query string) (uint64, error) {
	sum := fnv.New64a()
	var line []byte
	err := db.EachCells(ctx, tx, func(c db.Cells) error {
		line = line[:0]
		for i := range c {
			line = binary.AppendVarint(line, c.Int(i))
			text := c.Text(i)
			line = binary.AppendUvarint(line, uint64(len(text)))
			line = append(line, text...)
		}
		_, err := sum.Write(line)
		return err
	}, query, tx.Workspace())
	return sum.Sum64(), err
}
