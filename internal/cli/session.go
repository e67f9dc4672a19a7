package cli

import (
	"bufio"
	"context"
	"errors"
	"time"

	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/house"
	"tandem/internal/i18n"
	"tandem/internal/team"
	"tandem/internal/upkeep"
)

// Desk is where a command stands before the store is open: it knows the flags and can speak.
type Desk struct {
	Program
	out   *bufio.Writer
	say   *i18n.Printer
	flags grammar
}

// Session is a command at work: the store is open, and the workspace is the one that --workspace names.
type Session struct {
	*Desk
	house.Services
	Workspace team.Workspace
	Zone      *time.Location // of dates: --timezone, else the workspace's
}

// url is where the data is. The environment's is no default of the flag, because help would show its password.
func (d *Desk) url() string {
	for _, url := range []string{d.flags.DB, d.Env("TANDEM_DB")} {
		if url != "" {
			return url
		}
	}
	return "sqlite:tandem.db"
}

// withStore opens the store as it is, without migrating it, and closes it after do.
func (d *Desk) withStore(ctx context.Context, do func(*db.DB) error) error {
	store, err := db.Open(ctx, d.url())
	if err != nil {
		return err
	}
	return errors.Join(do(store), store.Close())
}

// inSession opens the store, makes and migrates what is not there yet, and runs the command in the workspace.
func (d *Desk) inSession(ctx context.Context, c inSession) error {
	if err := d.checkZone(); err != nil {
		return err
	}
	return d.withStore(ctx, func(store *db.DB) error {
		s, err := d.enter(ctx, store)
		if err != nil {
			return err
		}
		return c.Run(ctx, s)
	})
}

func (d *Desk) checkZone() error {
	if d.flags.Timezone == "" {
		return nil
	}
	_, err := team.ParseZone(d.flags.Timezone)
	if f, ok := errors.AsType[*fault.Error](err); ok {
		f.Kind = fault.Usage // it came from the command line
	}
	return err
}

func (d *Desk) enter(ctx context.Context, store *db.DB) (*Session, error) {
	services, err := d.prepare(ctx, store)
	if err != nil {
		return nil, err
	}
	w, err := services.Team.BySlug(ctx, d.flags.Workspace)
	if err != nil {
		return nil, err
	}
	if d.flags.Timezone != "" {
		w.Timezone = d.flags.Timezone
	}
	zone, err := w.Zone()
	if err != nil {
		return nil, err
	}
	return &Session{Desk: d, Services: services, Workspace: w, Zone: zone}, nil
}

// prepare brings a store into the state that every command expects.
func (d *Desk) prepare(ctx context.Context, store *db.DB) (house.Services, error) {
	if err := upkeep.Unfinished(ctx, store); err != nil {
		return house.Services{}, err
	}
	if err := store.Migrate(ctx); err != nil {
		return house.Services{}, err
	}
	services := d.House(store)
	return services, services.Team.Begin(ctx)
}

// read runs do in a transaction that reads the session's workspace.
func (s *Session) read(ctx context.Context, do func(*db.Tx) error) error {
	return s.DB.Read(ctx, s.Workspace.ID, do)
}

// write runs do in a transaction that writes the session's workspace.
func (s *Session) write(ctx context.Context, do func(*db.Tx) error) error {
	return s.DB.Write(ctx, s.Workspace.ID, do)
}
