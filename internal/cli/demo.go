package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"tandem/internal/db"
	"tandem/internal/demo"
	"tandem/internal/fault"
)

type demoCommand struct {
	Addr string `name:"addr" default:"127.0.0.1:8080" placeholder:"HOST:PORT" help:"Where to listen. Default: 127.0.0.1:8080."`
	Size string `name:"size" default:"small" enum:"small,large" placeholder:"SIZE" help:"small, or large: 100,000 people and 1,000,000 touches. Default: small."`
	asJSON
}

// demoServed is where a demo is found, and how one gets in.
type demoServed struct {
	Address  string `json:"address"`
	Email    string `json:"email"`
	Password string `json:"password"`
}

// Run makes the business and serves it. Without --db its database goes away when the server ends.
func (c *demoCommand) Run(ctx context.Context, d *Desk) error {
	if d.flags.DB != "" {
		return c.run(ctx, d)
	}
	folder, err := os.MkdirTemp("", "tandem-demo-")
	if err != nil {
		return fmt.Errorf("make a folder for the demo: %w", err)
	}
	d.flags.DB = "sqlite:" + filepath.Join(folder, "demo.db")
	return errors.Join(c.run(ctx, d), os.RemoveAll(folder))
}

func (c *demoCommand) run(ctx context.Context, d *Desk) error {
	var made demo.Made
	err := d.withStore(ctx, func(store *db.DB) (err error) {
		made, err = c.fill(ctx, d, store)
		return err
	})
	if err != nil {
		return err
	}
	return d.withStore(ctx, func(store *db.DB) error { return c.serve(ctx, d, store, made) })
}

// serve serves from a store that is opened anew: connections go on choosing their ways by what the tables held when they were opened.
func (c *demoCommand) serve(ctx context.Context, d *Desk, store *db.DB, made demo.Made) error {
	services, err := d.prepare(ctx, store)
	if err != nil {
		return err
	}
	return d.serve(ctx, services, ServeOptions{Addr: c.Addr}, func(address, _ string) error {
		return d.result(c.asJSON, demoServed{address, made.Email, made.Password}, func() {
			d.print(d.say.Text("The demo runs at %s", address))
			d.print(d.say.Text("Sign in as %s with the password: %s", made.Email, made.Password))
		})
	})
}

// unused keeps the demo from bringing somebody's older database to this version, before it finds that it may not fill it.
func unused(ctx context.Context, store *db.DB) error {
	v, err := store.Version(ctx)
	if err == nil && v.Current > 0 && v.Pending() {
		return fault.Conflictf("this database holds a business already").WithMend("name one that does not exist yet, with --db")
	}
	return err
}

func (c *demoCommand) fill(ctx context.Context, d *Desk, store *db.DB) (demo.Made, error) {
	if err := unused(ctx, store); err != nil {
		return demo.Made{}, err
	}
	services, err := d.prepare(ctx, store)
	if err != nil {
		return demo.Made{}, err
	}
	people := demo.Small
	if c.Size == "large" {
		people = demo.Large
	}
	bar := d.progress()
	defer bar.end()
	return demo.Fill(ctx, services, demo.Options{People: people, Progress: func(made, all int) { bar.show(int64(made), int64(all), made) }})
}
