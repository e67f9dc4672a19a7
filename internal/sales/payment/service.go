package payment

import (
	"context"
	"fmt"
	"slices"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/id"
	"tandem/internal/journey"
	"tandem/internal/ledger"
	"tandem/internal/sales/deal"
)

// Service keeps payments.
type Service struct {
	journey *journey.Service
	ledger  *ledger.Service
	deals   *deal.Service
}

// New is a service that tells j and l of every payment, and asks d whose deal it is.
func New(j *journey.Service, l *ledger.Service, d *deal.Service) *Service { return &Service{j, l, d} }

// Payment is one payment; a removed or unknown one is NotFound.
func (s *Service) Payment(ctx context.Context, tx *db.Tx, payment id.ID) (Payment, error) {
	p, found, err := db.Maybe[Payment](ctx, tx, `SELECT `+columns+` FROM payment WHERE workspace_id = $1 AND id = $2 AND removed_at IS NULL`,
		tx.Workspace(), payment)
	if err == nil && !found {
		err = fault.NotFoundf("there is no payment %s", payment)
	}
	return p, err
}

// OfContact returns up to limit standing payments of a contact whose id is above after, in the order of their ids.
func (s *Service) OfContact(ctx context.Context, tx *db.Tx, contact, after id.ID, limit int) ([]Payment, error) {
	return db.All[Payment](ctx, tx, `SELECT `+columns+` FROM payment
		WHERE workspace_id = $1 AND contact_id = $2 AND id > $3 AND removed_at IS NULL ORDER BY id LIMIT $4`,
		tx.Workspace(), contact, after, limit)
}

// Page returns up to limit standing payments whose id is above after, in the order of their ids; for an export.
func (s *Service) Page(ctx context.Context, tx *db.Tx, after id.ID, limit int) ([]Payment, error) {
	return db.All[Payment](ctx, tx, `SELECT `+columns+` FROM payment WHERE workspace_id = $1 AND id > $2 AND removed_at IS NULL
		ORDER BY id LIMIT $3`, tx.Workspace(), after, limit)
}

// Query is what of the payments is asked for; what is left empty narrows nothing.
type Query struct {
	Contact, Deal id.ID
	Key           string
	From, To      clock.Micros // paid then or later, and before
	After         id.ID
	Limit         int
}

// Find returns the standing payments that are asked for, in the order of their ids.
func (s *Service) Find(ctx context.Context, tx *db.Tx, q Query) ([]Payment, error) {
	w := db.Within(tx)
	db.And(w, "contact_id = ", q.Contact)
	db.And(w, "deal_id = ", q.Deal)
	db.And(w, "key = ", q.Key)
	db.And(w, "at >= ", q.From)
	db.And(w, "at < ", q.To)
	db.And(w, "id > ", q.After)
	return db.All[Payment](ctx, tx, `SELECT `+columns+` FROM payment WHERE `+w.Text+` AND removed_at IS NULL ORDER BY id LIMIT `+w.Arg(q.Limit), w.Args...)
}

// ByKeys are the ids of the payments that bear the keys; removed ones are left out.
func (s *Service) ByKeys(ctx context.Context, tx *db.Tx, keys []string) (map[string]id.ID, error) {
	items, err := where(ctx, tx, "key", keys)
	ids := make(map[string]id.ID, len(items))
	for _, it := range items {
		if it.was.stands() {
			ids[it.was.Key] = it.was.ID
		}
	}
	return ids, err
}

// Repoint gives a contact's payments, removed ones included, to another: a merge. Their touches are the journey's to move; what the ledger said
// of whose money it was stays as it was posted. It returns the payments it gave, so that Return can take the merge back.
func (s *Service) Repoint(ctx context.Context, tx *db.Tx, from, to id.ID) ([]id.ID, error) {
	moved, err := db.All[id.ID](ctx, tx, `UPDATE payment SET contact_id = $3 WHERE workspace_id = $1 AND contact_id = $2 RETURNING id`,
		tx.Workspace(), from, to)
	if err != nil {
		return nil, fmt.Errorf("give the payments of %s to %s: %w", from, to, err)
	}
	return moved, nil
}

// Return gives payments, those that Repoint gave away, to a contact: the end of a merge.
func (s *Service) Return(ctx context.Context, tx *db.Tx, payments []id.ID, to id.ID) error {
	for chunk := range slices.Chunk(payments, 500) {
		marks, args := db.List(3, chunk)
		_, err := db.Exec(ctx, tx, `UPDATE payment SET contact_id = $2 WHERE workspace_id = $1 AND id IN (`+marks+`)`,
			append([]any{tx.Workspace(), to}, args...)...)
		if err != nil {
			return fmt.Errorf("give payments back to %s: %w", to, err)
		}
	}
	return nil
}

// where reads the payments whose id or key is among values, removed ones included.
func where[T any](ctx context.Context, tx *db.Tx, column string, values []T) ([]*item, error) {
	var items []*item
	for chunk := range slices.Chunk(values, 500) {
		list, args := db.List(2, chunk)
		err := db.Each(ctx, tx, func(p *Payment) error {
			items = append(items, &item{was: *p, now: *p, known: true})
			return nil
		}, `SELECT `+columns+` FROM payment WHERE workspace_id = $1 AND `+column+` IN (`+list+`)`, append([]any{tx.Workspace()}, args...)...)
		if err != nil {
			return nil, fmt.Errorf("look up payments: %w", err)
		}
	}
	return items, nil
}
