package ledger

import (
	"context"
	"fmt"
	"slices"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/id"
)

// Reversal is the kind of an entry that takes another back.
const Reversal = "reversal"

// Reverse takes one entry back; see ReverseAll.
func (s *Service) Reverse(ctx context.Context, tx *db.Tx, entry id.ID, at clock.Micros, memo string) (id.ID, error) {
	ids, err := s.ReverseAll(ctx, tx, []id.ID{entry}, at, memo)
	if err != nil {
		return 0, err
	}
	return ids[0], nil
}

// ReverseAll takes entries back: for each it posts one of kind "reversal" at the time given, with the same document and the same lines the
// other way round, and answers their ids, in order. An entry that is not there is NotFound. One that has been reversed, is named twice, or is
// itself a reversal, is Conflict: what a reversal took back by mistake is posted anew. Then nothing is written.
func (s *Service) ReverseAll(ctx context.Context, tx *db.Tx, entries []id.ID, at clock.Micros, memo string) ([]id.ID, error) {
	return s.reverse(ctx, tx, clock.Of(s.clock.Now()), entries, at, memo)
}

func (s *Service) reverse(ctx context.Context, tx *db.Tx, now clock.Micros, entries []id.ID, at clock.Micros, memo string) ([]id.ID, error) {
	if len(entries) == 0 {
		return nil, nil
	}
	if at == 0 {
		return nil, fault.Invalidf("a reversal needs a time")
	}
	found, err := reversible(ctx, tx, entries)
	if err != nil {
		return nil, err
	}
	postings, err := postingsOf(ctx, tx, entries)
	if err != nil {
		return nil, err
	}
	ids := make([]id.ID, len(entries))
	rows := make([]entryRow, len(entries))
	by := make(map[id.ID]id.ID, len(entries))
	for i, e := range entries {
		ids[i] = id.New()
		by[e] = ids[i]
		rows[i] = entryRow{ID: ids[i], At: at, Kind: Reversal, Document: found[e].Document, Memo: memo, Reverses: e, RecordedAt: now}
	}
	for i := range postings {
		postings[i].Entry, postings[i].Amount = by[postings[i].Entry], -postings[i].Amount
	}
	if err := write(ctx, tx, rows, postings); err != nil {
		if tx.IsConflict(err) {
			return nil, fault.Conflictf("an entry has been reversed meanwhile: %w", err)
		}
		return nil, err
	}
	return ids, nil
}

// reversible reads entries and refuses those that cannot be taken back.
func reversible(ctx context.Context, tx *db.Tx, entries []id.ID) (map[id.ID]entryRow, error) {
	found, err := readEntries(ctx, tx, entries)
	if err != nil {
		return nil, err
	}
	reversed, err := reversedAmong(ctx, tx, entries)
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		row, ok := found[e]
		switch {
		case !ok:
			return nil, fault.NotFoundf("there is no entry %s in the ledger", e)
		case row.Reverses != 0:
			return nil, fault.Conflictf("entry %s is itself a reversal", e).WithMend("post what is right anew")
		case reversed[e]:
			return nil, fault.Conflictf("entry %s has been reversed already", e)
		}
		reversed[e] = true
	}
	return found, nil
}

func readEntries(ctx context.Context, tx *db.Tx, entries []id.ID) (map[id.ID]entryRow, error) {
	found := make(map[id.ID]entryRow, len(entries))
	for chunk := range slices.Chunk(entries, 500) {
		list, args := db.List(2, chunk)
		err := db.Each(ctx, tx, func(e *entryRow) error { found[e.ID] = *e; return nil },
			`SELECT id, at, kind, document_id, memo, reverses, recorded_at FROM entry WHERE workspace_id = $1 AND id IN (`+list+`)`,
			append([]any{tx.Workspace()}, args...)...)
		if err != nil {
			return nil, fmt.Errorf("read entries: %w", err)
		}
	}
	return found, nil
}

func reversedAmong(ctx context.Context, tx *db.Tx, entries []id.ID) (map[id.ID]bool, error) {
	reversed := make(map[id.ID]bool, len(entries))
	for chunk := range slices.Chunk(entries, 500) {
		list, args := db.List(2, chunk)
		err := db.Each(ctx, tx, func(e *id.ID) error { reversed[*e] = true; return nil },
			`SELECT reverses FROM entry WHERE workspace_id = $1 AND reverses IN (`+list+`)`,
			append([]any{tx.Workspace()}, args...)...)
		if err != nil {
			return nil, fmt.Errorf("look for reversals: %w", err)
		}
	}
	return reversed, nil
}

// postingsOf reads the postings of entries, entry by entry, in the order of their lines.
func postingsOf(ctx context.Context, tx *db.Tx, entries []id.ID) ([]postingRow, error) {
	var all []postingRow
	for chunk := range slices.Chunk(entries, 500) {
		list, args := db.List(2, chunk)
		err := db.Each(ctx, tx, func(p *postingRow) error { all = append(all, *p); return nil },
			`SELECT entry_id, line, account_id, amount, currency, contact_id, deal_id FROM posting
				WHERE workspace_id = $1 AND entry_id IN (`+list+`) ORDER BY entry_id, line`,
			append([]any{tx.Workspace()}, args...)...)
		if err != nil {
			return nil, fmt.Errorf("read postings: %w", err)
		}
	}
	return all, nil
}
