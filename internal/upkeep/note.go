package upkeep

import (
	"context"
	"fmt"
	"time"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/fault"
)

// Notes are what a store knows about itself.
const (
	noteTable     = "store_note"
	noteRestoring = "restoring" // a restore that has not come to its end
	noteRestored  = "restored"  // when the backup was made that this store was restored from
	noteBackup    = "backup"    // the last backup's file
)

func writeNote(ctx context.Context, tx *db.Tx, name, value string, at time.Time) error {
	return db.WriteNote(ctx, tx, name, value, clock.Of(at))
}

// Unfinished is a fault if a restore into the store was interrupted: it holds a part of the rows, and nothing but a restore may open it.
func Unfinished(ctx context.Context, d *db.DB) error {
	v, err := d.Version(ctx)
	if err != nil || v.Current == 0 {
		return err
	}
	began, found, err := lookUp(ctx, d, noteRestoring)
	if err != nil {
		return fmt.Errorf("look for an interrupted restore: %w", err)
	}
	if found {
		return fault.Conflictf("a restore into this database began at %s and did not end", began.WrittenAt.Time().Format(time.RFC3339)).
			WithMend("run it again: tandem restore FILE")
	}
	return nil
}

func lookUp(ctx context.Context, d *db.DB, name string) (n db.Note, found bool, err error) {
	err = d.Read(ctx, 0, func(tx *db.Tx) (err error) {
		n, found, err = db.ReadNote(ctx, tx, name)
		return err
	})
	return n, found, err
}
