package ledger

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

// costItem is a cost as it was found and as it will be written.
type costItem struct {
	was   Cost // without an id where there was none
	now   Cost
	known bool // there is a row of it in the store
}

// PutCosts makes costs what the rows say, in their order, and answers for each what became of it. A key that is new, or whose cost was
// removed, is Created and After holds all its fields; otherwise the row's fields replace the cost's, and Before and After hold those that
// differ. Where day, amount or currency changed the old entry is reversed and a new one posted. It refuses everything where a row fails
// Check. Up to 500 rows at once cost few statements.
func (s *Service) PutCosts(ctx context.Context, tx *db.Tx, now clock.Micros, rows []CostRow) ([]change.Put, error) {
	keys := make([]string, len(rows))
	for i := range rows {
		if err := rows[i].Check(); err != nil {
			return nil, fmt.Errorf("cost %q: %w", rows[i].Key, err)
		}
		keys[i] = rows[i].Key
	}
	items, err := costsWhere(ctx, tx, "key", keys)
	if err != nil {
		return nil, err
	}
	byKey := make(map[string]*costItem, len(rows))
	for _, it := range items {
		byKey[it.was.Key] = it
	}
	puts := make([]change.Put, len(rows))
	for i := range rows {
		it := byKey[rows[i].Key]
		if it == nil {
			it = &costItem{now: Cost{ID: id.New(), Key: rows[i].Key, RemovedAt: now}}
			byKey[rows[i].Key] = it
			items = append(items, it)
		}
		if puts[i], err = it.put(rows[i].facts(), now); err != nil {
			return nil, err
		}
	}
	return puts, s.settle(ctx, tx, now, items)
}

func (it *costItem) put(f CostFacts, now clock.Micros) (put change.Put, err error) {
	if it.now.stands() {
		put, err = change.Compare(it.now.CostFacts, f)
	} else {
		put, err = change.Compare(CostFacts{}, f)
		put.Outcome, put.Before = change.Created, nil
		it.now.RecordedAt, it.now.RemovedAt = now, 0
	}
	put.ID, it.now.CostFacts = it.now.ID, f
	return put, err
}

// UndoCosts takes changes back, in their order, which is newest first. A created cost is marked as removed and its entry reversed; a changed one gets its fields
// back. A cost that has been changed since, so that it is no longer as in After, is left as it is and returned as kept; one that has been
// removed since, or is not there, has nothing to take back. Without an After a created cost is removed in any case.
func (s *Service) UndoCosts(ctx context.Context, tx *db.Tx, now clock.Micros, undo []change.Undo) ([]id.ID, error) {
	ids := make([]id.ID, len(undo))
	for i, u := range undo {
		ids[i] = u.ID
	}
	items, err := costsWhere(ctx, tx, "id", ids)
	if err != nil {
		return nil, err
	}
	byID := make(map[id.ID]*costItem, len(items))
	for _, it := range items {
		byID[it.was.ID] = it
	}
	var kept []id.ID
	for _, u := range undo {
		it := byID[u.ID]
		if it == nil || !it.now.stands() {
			continue
		}
		done, err := it.undo(u, now)
		if err != nil {
			return nil, fmt.Errorf("undo cost %s: %w", u.ID, err)
		}
		if !done {
			kept = append(kept, u.ID)
		}
	}
	return kept, s.settle(ctx, tx, now, items)
}

func (it *costItem) undo(u change.Undo, now clock.Micros) (bool, error) {
	if u.Created {
		u.Before = nil
	}
	done, err := change.TakeBack(&it.now.CostFacts, u)
	if done && u.Created {
		it.now.RemovedAt = now
	}
	return done, err
}

// settle makes the ledger say what the costs now are, and writes those that changed.
func (s *Service) settle(ctx context.Context, tx *db.Tx, now clock.Micros, items []*costItem) error {
	items = slices.DeleteFunc(items, func(it *costItem) bool { return it.was == it.now })
	if err := s.rebook(ctx, tx, now, items); err != nil {
		return err
	}
	var created, changed []Cost
	for _, it := range items {
		if it.known {
			changed = append(changed, it.now)
			continue
		}
		created = append(created, it.now)
	}
	if err := db.Insert(ctx, tx, "cost", created...); err != nil {
		if tx.IsConflict(err) {
			return fault.Conflictf("a cost of the same key has been written meanwhile: %w", err)
		}
		return fmt.Errorf("write %d costs: %w", len(created), err)
	}
	if err := db.Upsert(ctx, tx, "cost", []string{"id"}, changed...); err != nil {
		return fmt.Errorf("change %d costs: %w", len(changed), err)
	}
	return nil
}

func (s *Service) rebook(ctx context.Context, tx *db.Tx, now clock.Micros, items []*costItem) error {
	var wrong []id.ID
	var right []Entry
	var booked []*costItem
	for _, it := range items {
		b := it.now.booking()
		if b == it.was.booking() {
			continue
		}
		if it.was.Entry != 0 {
			wrong = append(wrong, it.was.Entry)
		}
		it.now.Entry = 0
		if b != (booking{}) {
			right = append(right, it.now.entry())
			booked = append(booked, it)
		}
	}
	if _, err := s.reverse(ctx, tx, now, wrong, now, "corrected"); err != nil {
		return err
	}
	ids, err := s.post(ctx, tx, now, right)
	if err != nil {
		return err
	}
	for i, it := range booked {
		it.now.Entry = ids[i]
	}
	return nil
}

// costsWhere reads the costs whose id or key is among values, removed ones included.
func costsWhere[T any](ctx context.Context, tx *db.Tx, column string, values []T) ([]*costItem, error) {
	var items []*costItem
	for chunk := range slices.Chunk(values, 500) {
		list, args := db.List(2, chunk)
		err := db.Each(ctx, tx, func(c *Cost) error {
			items = append(items, &costItem{was: *c, now: *c, known: true})
			return nil
		}, `SELECT `+costColumns+` FROM cost WHERE workspace_id = $1 AND `+column+` IN (`+list+`)`, append([]any{tx.Workspace()}, args...)...)
		if err != nil {
			return nil, fmt.Errorf("look up costs: %w", err)
		}
	}
	return items, nil
}
