package cli

import (
	"context"

	"tandem/internal/db"
)

type migrateCommand struct {
	Status migrateStatus `cmd:"" name:"status" help:"Say which schema the database has and which this program needs."`
	Up     migrateUp     `cmd:"" name:"up" help:"Bring the database to this program's schema. Every other command does so too."`
}

type migrateStatus struct{ asJSON }

// schema is a store's schema as it is printed.
type schema struct {
	Engine  string `json:"engine"`
	Current int64  `json:"current"`
	Target  int64  `json:"target"`
	Pending bool   `json:"pending"`
}

// Run looks, and migrates nothing.
func (c *migrateStatus) Run(ctx context.Context, d *Desk) error {
	return d.withStore(ctx, func(store *db.DB) error { return d.tellSchema(ctx, store, c.asJSON) })
}

type migrateUp struct{ asJSON }

// Run migrates.
func (c *migrateUp) Run(ctx context.Context, d *Desk) error {
	return d.withStore(ctx, func(store *db.DB) error {
		if _, err := d.prepare(ctx, store); err != nil {
			return err
		}
		return d.tellSchema(ctx, store, c.asJSON)
	})
}

func (d *Desk) tellSchema(ctx context.Context, store *db.DB, as asJSON) error {
	v, err := store.Version(ctx)
	if err != nil {
		return err
	}
	return d.result(as, schema{store.Engine(), v.Current, v.Target, v.Pending()}, func() {
		if v.Pending() {
			d.print(d.say.Text("the %s database has schema %d, this program needs %d; bring it there with: tandem migrate up",
				store.Engine(), v.Current, v.Target))
			return
		}
		d.print(d.say.Text("the %s database has schema %d, as this program needs it", store.Engine(), v.Current))
	})
}
