package payment

import (
	"context"
	"fmt"
	"slices"

	"tandem/internal/change"
	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/id"
)

// item is a payment as it was found and as it will be written.
type item struct {
	was   Payment // without an id where there was none
	now   Payment
	run   id.ID
	known bool // there is a row of it in the store
}

// PutAll makes payments what the rows say, in their order, and answers for each what became of it. A key that is new, or whose payment was
// removed, is Created; otherwise the row's fields replace the payment's, and Before and After hold those that differ. It refuses everything
// where a row fails Check. Up to 500 rows at once cost few statements.
func (s *Service) PutAll(ctx context.Context, tx *db.Tx, now clock.Micros, rows []Row) ([]change.Put, error) {
	keys := make([]string, len(rows))
	for i := range rows {
		if err := rows[i].Check(); err != nil {
			return nil, fmt.Errorf("payment %q: %w", rows[i].Key, err)
		}
		keys[i] = rows[i].Key
	}
	items, err := where(ctx, tx, "key", keys)
	if err != nil {
		return nil, err
	}
	customers, err := s.customers(ctx, tx, rows, items)
	if err != nil {
		return nil, err
	}
	byKey := make(map[string]*item, len(rows))
	for _, it := range items {
		byKey[it.was.Key] = it
	}
	puts := make([]change.Put, len(rows))
	for i := range rows {
		it := byKey[rows[i].Key]
		if it == nil {
			it = &item{now: Payment{ID: id.New(), Key: rows[i].Key, RecordedAt: now, RemovedAt: now}}
			byKey[rows[i].Key] = it
			items = append(items, it)
		}
		if puts[i], err = it.put(&rows[i], customers); err != nil {
			return nil, err
		}
	}
	return puts, s.settle(ctx, tx, now, items)
}

// customers are the contacts of the deals that rows name, or that payments have which their rows leave without a contact.
func (s *Service) customers(ctx context.Context, tx *db.Tx, rows []Row, items []*item) (map[id.ID]id.ID, error) {
	var deals []id.ID
	for i := range rows {
		if rows[i].Deal != 0 {
			deals = append(deals, rows[i].Deal)
		}
	}
	for _, it := range items {
		if it.was.Deal != 0 {
			deals = append(deals, it.was.Deal)
		}
	}
	found, err := s.deals.ByIDs(ctx, tx, deals)
	customers := make(map[id.ID]id.ID, len(found))
	for _, d := range found {
		customers[d.ID] = d.Contact
	}
	return customers, err
}

func (it *item) put(r *Row, customers map[id.ID]id.ID) (change.Put, error) {
	it.run = r.Import
	p := &it.now
	fresh := !p.stands()
	if fresh {
		p.Facts, p.RemovedAt = Facts{}, 0
	}
	was := p.Facts
	r.apply(&p.Facts)
	if p.Contact == 0 {
		p.Contact = customers[p.Deal]
	}
	if fresh {
		return change.Put{ID: p.ID, Outcome: change.Created}, nil
	}
	put, err := change.Compare(was, p.Facts)
	put.ID = p.ID
	return put, err
}

// settle writes the items that changed and makes the ledger and the journey follow.
func (s *Service) settle(ctx context.Context, tx *db.Tx, now clock.Micros, items []*item) error {
	items = slices.DeleteFunc(items, func(it *item) bool { return it.known && it.was == it.now })
	var e effects
	for _, it := range items {
		e.follow(&it.was, &it.now, it.run)
	}
	if err := s.tell(ctx, tx, now, &e); err != nil {
		return err
	}
	var created, changed []Payment
	for _, it := range items {
		if it.known {
			changed = append(changed, it.now)
			continue
		}
		created = append(created, it.now)
	}
	if err := db.Insert(ctx, tx, "payment", created...); err != nil {
		if tx.IsConflict(err) {
			return fault.Conflictf("a payment of the same key has been written meanwhile: %w", err)
		}
		return fmt.Errorf("write %d new payments: %w", len(created), err)
	}
	if err := db.Upsert(ctx, tx, "payment", []string{"id"}, changed...); err != nil {
		return fmt.Errorf("write %d changed payments: %w", len(changed), err)
	}
	return nil
}

// UndoAll takes changes back, in their order. A created payment goes away: it is marked as removed, its entry reversed, its touch retracted. A
// changed one gets its fields back, unless somebody has changed one of them since: those are left as they are and returned as kept.
func (s *Service) UndoAll(ctx context.Context, tx *db.Tx, now clock.Micros, undo []change.Undo) ([]id.ID, error) {
	ids := make([]id.ID, len(undo))
	for i, u := range undo {
		ids[i] = u.ID
	}
	items, err := where(ctx, tx, "id", ids)
	if err != nil {
		return nil, err
	}
	byID := make(map[id.ID]*item, len(items))
	for _, it := range items {
		byID[it.was.ID] = it
	}
	var kept []id.ID
	for _, u := range undo {
		it := byID[u.ID]
		if it == nil {
			continue
		}
		back, err := it.now.undo(u, now)
		if err != nil {
			return nil, fmt.Errorf("undo payment %s: %w", u.ID, err)
		}
		if !back {
			kept = append(kept, u.ID)
		}
	}
	return kept, s.settle(ctx, tx, now, items)
}

// undo takes one change back and reports whether it could: not where the payment has changed since. A removed one has nothing to take back.
func (p *Payment) undo(u change.Undo, now clock.Micros) (bool, error) {
	if !p.stands() {
		return true, nil
	}
	if u.Created {
		p.RemovedAt = now
		return true, nil
	}
	return change.TakeBack(&p.Facts, u)
}
