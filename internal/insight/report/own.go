package report

import (
	"context"
	"fmt"

	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/id"
	"tandem/internal/text"
)

// owners fills in who looks after contacts and deals.
func (b *book) owners(ctx context.Context, tx *db.Tx, k *keys) error {
	k.own = map[id.ID]string{}
	err := db.EachCells(ctx, tx, func(c db.Cells) error { k.own[id.ID(c.Int(0))] = c.Text(1); return nil },
		`SELECT id, owner FROM contact WHERE workspace_id = $1 AND owner <> ''`, tx.Workspace())
	if err != nil {
		return fmt.Errorf("read the owners: %w", err)
	}
	for i := range b.deals {
		if b.deals[i].Owner != "" {
			k.own[b.deals[i].ID] = b.deals[i].Owner
		}
	}
	b.lend(k)
	return nil
}

// fieldValues fills in the values of the workspace's own field of a name, of contacts and of deals.
func (b *book) fieldValues(ctx context.Context, tx *db.Tx, k *keys, name string) error {
	type column struct {
		ID     id.ID  `db:"id"`
		Entity string `db:"entity"`
	}
	fields, err := db.All[column](ctx, tx, `SELECT id, entity FROM field WHERE workspace_id = $1 AND name_key = $2 AND entity <> 'company'`,
		tx.Workspace(), text.Key(name))
	if err != nil {
		return fmt.Errorf("read the fields: %w", err)
	}
	if len(fields) == 0 {
		return fault.NotFoundf("there is no field %s", name)
	}
	k.own = map[id.ID]string{}
	for _, f := range fields {
		err := db.EachCells(ctx, tx, func(c db.Cells) error {
			record := id.ID(c.Int(0))
			if _, stands := b.dealAt[record]; stands || f.Entity != "deal" {
				k.own[record] = c.Text(1)
			}
			return nil
		}, `SELECT record_id, text FROM field_value WHERE workspace_id = $1 AND field_id = $2`, tx.Workspace(), f.ID)
		if err != nil {
			return fmt.Errorf("read the values of %s: %w", name, err)
		}
	}
	b.lend(k)
	return nil
}

// lend gives contacts without a value of their own that of their first deal that has one.
func (b *book) lend(k *keys) {
	for i := range b.deals {
		d := &b.deals[i]
		if value := k.own[d.ID]; value != "" && d.Contact != 0 && k.own[d.Contact] == "" {
			k.own[d.Contact] = value
		}
	}
}
