package feed

import (
	"context"
	"fmt"

	"tandem/internal/db"
	"tandem/internal/id"
	"tandem/internal/journey"
)

// OfContact is one contact's part of the feed, read from the journey itself: quick, whatever else the journey holds.
func OfContact(ctx context.Context, tx *db.Tx, contact id.ID) (*Feed, error) {
	p := newPacker()
	err := db.EachCells(ctx, tx, func(c db.Cells) error { p.add(c); return nil }, `SELECT COALESCE(seq, 0), contact_id, at, kind, side, channel, source,
			medium, campaign, page, machine, retracted_at, ''
		FROM touch WHERE workspace_id = $1 AND contact_id = $2 AND kind <> $3 ORDER BY seq, id`, tx.Workspace(), contact, journey.Corrected)
	if err != nil {
		return nil, fmt.Errorf("read the touches of %s: %w", contact, err)
	}
	f := newFeed()
	if err := f.unpack(p.bytes()); err != nil {
		return nil, err
	}
	f.sort()
	return f, nil
}
