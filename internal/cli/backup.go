package cli

import (
	"context"
	"time"

	"tandem/internal/db"
	"tandem/internal/i18n"
	"tandem/internal/upkeep"
)

type backupCommand struct {
	File string `arg:"" help:"The file to write; one that exists is not touched."`
	asJSON
}

// Run backs up every workspace, as the database is at one moment.
func (c *backupCommand) Run(ctx context.Context, d *Desk) error {
	return d.withStore(ctx, func(store *db.DB) error {
		m, err := upkeep.Backup(ctx, store, d.Clock, c.File)
		if err != nil {
			return err
		}
		return d.result(c.asJSON, archived(c.File, m), func() {
			d.print(d.say.Text("backed up %d rows to %s", i18n.Count(m.Rows()), c.File))
		})
	})
}

type restoreCommand struct {
	File string `arg:"" help:"A file that tandem backup wrote, from SQLite or PostgreSQL."`
	asJSON
}

// Run fills an empty database.
func (c *restoreCommand) Run(ctx context.Context, d *Desk) error {
	return d.withStore(ctx, func(store *db.DB) error {
		m, err := upkeep.Restore(ctx, store, d.Clock, c.File)
		if err != nil {
			return err
		}
		return d.result(c.asJSON, archived(c.File, m), func() {
			d.print(d.say.Text("restored %d rows from %s, as they were at %s", i18n.Count(m.Rows()), c.File, m.Created.Format(time.RFC3339)))
		})
	})
}

// archivedFile is a backup as scripts read it.
type archivedFile struct {
	File    string    `json:"file"`
	Rows    int64     `json:"rows"`
	Schema  int64     `json:"schema"`
	Created time.Time `json:"created"`
	Engine  string    `json:"engine"` // where it was made
}

func archived(file string, m upkeep.Manifest) archivedFile {
	return archivedFile{file, m.Rows(), m.Schema, m.Created, m.Engine}
}
