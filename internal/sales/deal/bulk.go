package deal

import (
	"context"
	"fmt"

	"tandem/internal/change"
	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/id"
	"tandem/internal/text"
)

// PutAll makes deals what the rows say, in their order, and answers for each what became of it. A key that is new, or whose deal was removed,
// is Created; otherwise the row's fields replace the deal's, and Before and After hold those that differ. It refuses everything where a
// row fails Check. Up to 500 rows at once cost few statements.
func (s *Service) PutAll(ctx context.Context, tx *db.Tx, now clock.Micros, rows []Row) ([]change.Put, error) {
	batch, err := load(ctx, tx, rows)
	if err != nil {
		return nil, err
	}
	puts := make([]change.Put, len(rows))
	for i := range rows {
		if puts[i], err = batch.put(&rows[i], now); err != nil {
			return nil, err
		}
	}
	if err := batch.book.save(ctx, tx); err != nil {
		return nil, err
	}
	return puts, s.settle(ctx, tx, now, batch.items)
}

// batch is the deals that some rows are about.
type batch struct {
	book  *book
	items []*item
	byKey map[string]*item
}

// item is a deal as it was found and as it will be written.
type item struct {
	was   Deal // without an id where there was none
	now   Deal
	run   id.ID
	known bool // there is a row of it in the store
}

func load(ctx context.Context, tx *db.Tx, rows []Row) (*batch, error) {
	b := &batch{byKey: make(map[string]*item, len(rows))}
	keys := make([]string, 0, len(rows))
	for i := range rows {
		if err := rows[i].Check(); err != nil {
			return nil, fmt.Errorf("deal %q: %w", rows[i].Key, err)
		}
		keys = append(keys, rows[i].Key)
	}
	found, err := byKeys(ctx, tx, keys)
	if err != nil {
		return nil, err
	}
	for _, d := range found {
		b.add(d.Key, &item{was: d, now: d, known: true})
	}
	if b.book, err = openBook(ctx, tx); err != nil {
		return nil, err
	}
	for i := range rows {
		if r := &rows[i]; r.has(HasStage) && r.has(HasStatus) && r.Status == Open {
			b.book.openNames[text.Key(r.Stage)] = true
		}
	}
	return b, nil
}

func (b *batch) add(key string, it *item) *item {
	b.byKey[key] = it
	b.items = append(b.items, it)
	return it
}

func (b *batch) put(r *Row, now clock.Micros) (change.Put, error) {
	it := b.byKey[r.Key]
	if it == nil {
		it = b.add(r.Key, &item{now: Deal{ID: id.New(), Key: r.Key, RecordedAt: now, RemovedAt: now}})
	}
	it.run = r.Import
	d := &it.now
	fresh := !d.stands()
	if fresh {
		d.Facts, d.RemovedAt = Facts{}, 0
	}
	was := d.Facts
	r.apply(d, b.book, fresh, now)
	if fresh {
		return change.Put{ID: d.ID, Outcome: change.Created}, nil
	}
	put, err := change.Compare(was, d.Facts)
	put.ID = d.ID
	return put, err
}

// settle writes the items that changed and corrects the journey.
func (s *Service) settle(ctx context.Context, tx *db.Tx, now clock.Micros, items []*item) error {
	var created, changed []Deal
	var st story
	for _, it := range items {
		if it.known && it.was == it.now {
			continue
		}
		st.correct(&it.was, &it.now, it.run)
		it.now.UpdatedAt = now
		if it.known {
			changed = append(changed, it.now)
			continue
		}
		created = append(created, it.now)
	}
	if err := save(ctx, tx, created, changed); err != nil {
		return err
	}
	return s.write(ctx, tx, &st)
}

// UndoAll takes changes back, in their order. A created deal goes away: it is marked as removed, its touches are retracted. A changed one gets
// its fields back, unless somebody has changed one of them since: those deals are left as they are and returned as kept. Pipelines and
// stages that came with the deals stay.
func (s *Service) UndoAll(ctx context.Context, tx *db.Tx, now clock.Micros, undo []change.Undo) ([]id.ID, error) {
	items, err := itemsOf(ctx, tx, undo)
	if err != nil {
		return nil, err
	}
	var kept []id.ID
	var all []*item
	for _, u := range undo {
		it := items[u.ID]
		if it == nil {
			continue
		}
		all = append(all, it)
		ok, err := it.now.undo(u, now)
		if err != nil {
			return nil, fmt.Errorf("undo deal %s: %w", u.ID, err)
		}
		if !ok {
			kept = append(kept, u.ID)
		}
	}
	return kept, s.settle(ctx, tx, now, distinct(all))
}

func itemsOf(ctx context.Context, tx *db.Tx, undo []change.Undo) (map[id.ID]*item, error) {
	ids := make([]id.ID, len(undo))
	for i, u := range undo {
		ids[i] = u.ID
	}
	found, err := byIDs(ctx, tx, ids)
	items := make(map[id.ID]*item, len(found))
	for _, d := range found {
		items[d.ID] = &item{was: d, now: d, known: true}
	}
	return items, err
}

func distinct(items []*item) []*item {
	seen := make(map[*item]bool, len(items))
	var once []*item
	for _, it := range items {
		if !seen[it] {
			seen[it] = true
			once = append(once, it)
		}
	}
	return once
}

// undo takes one change back and reports whether it could: not where the deal has changed since. A removed deal has nothing to take back.
func (d *Deal) undo(u change.Undo, now clock.Micros) (bool, error) {
	if !d.stands() {
		return true, nil
	}
	if u.Created {
		d.RemovedAt = now
		return true, nil
	}
	return change.TakeBack(&d.Facts, u)
}
