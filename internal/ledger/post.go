package ledger

import (
	"context"
	"fmt"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/id"
	"tandem/internal/money"
)

// entryRow and postingRow are the tables.
type entryRow struct {
	ID         id.ID        `db:"id"`
	At         clock.Micros `db:"at"`
	Kind       string       `db:"kind"`
	Document   id.ID        `db:"document_id,null"`
	Memo       string       `db:"memo"`
	Reverses   id.ID        `db:"reverses,null"`
	RecordedAt clock.Micros `db:"recorded_at"`
}

type postingRow struct {
	Entry    id.ID          `db:"entry_id"`
	Line     int64          `db:"line"` // from 1
	Account  id.ID          `db:"account_id"`
	Amount   int64          `db:"amount"`
	Currency money.Currency `db:"currency"`
	Contact  id.ID          `db:"contact_id,null"`
	Deal     id.ID          `db:"deal_id,null"`
}

// Post writes one entry; see PostAll.
func (s *Service) Post(ctx context.Context, tx *db.Tx, e Entry) (id.ID, error) {
	ids, err := s.PostAll(ctx, tx, []Entry{e})
	if err != nil {
		return 0, err
	}
	return ids[0], nil
}

// PostAll writes entries and answers their ids, in order. One that fails Check is Invalid and an account that does not exist NotFound; then
// none is written. Any number costs three statements on an engine that takes many rows in one.
func (s *Service) PostAll(ctx context.Context, tx *db.Tx, entries []Entry) ([]id.ID, error) {
	return s.post(ctx, tx, clock.Of(s.clock.Now()), entries)
}

func (s *Service) post(ctx context.Context, tx *db.Tx, now clock.Micros, entries []Entry) ([]id.ID, error) {
	if len(entries) == 0 {
		return nil, nil
	}
	for i := range entries {
		if err := entries[i].Check(); err != nil {
			return nil, err
		}
	}
	b, err := s.book(ctx, tx)
	if err != nil {
		return nil, err
	}
	ids := make([]id.ID, len(entries))
	rows := make([]entryRow, len(entries))
	var postings []postingRow
	for i, e := range entries {
		ids[i] = id.New()
		rows[i] = entryRow{ID: ids[i], At: e.At, Kind: e.Kind, Document: e.Document, Memo: e.Memo, RecordedAt: now}
		if postings, err = b.postings(postings, ids[i], e.Lines); err != nil {
			return nil, err
		}
	}
	return ids, write(ctx, tx, rows, postings)
}

func (b *book) postings(to []postingRow, entry id.ID, lines []Line) ([]postingRow, error) {
	for i, l := range lines {
		a, err := b.account(l.Account)
		if err != nil {
			return nil, err
		}
		to = append(to, postingRow{entry, int64(i + 1), a, l.Amount.Minor, l.Amount.Currency, l.Contact, l.Deal})
	}
	return to, nil
}

func write(ctx context.Context, tx *db.Tx, entries []entryRow, postings []postingRow) error {
	if err := db.Insert(ctx, tx, "entry", entries...); err != nil {
		return fmt.Errorf("post %d entries: %w", len(entries), err)
	}
	if err := db.Insert(ctx, tx, "posting", postings...); err != nil {
		return fmt.Errorf("post %d entries: %w", len(entries), err)
	}
	return nil
}
