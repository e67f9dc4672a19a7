package upkeep

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/id"
)

// Restore fills an empty database from a backup made on any engine, and then brings it to this program's schema. The archive is read and
// checked from end to end first. A database that holds anything is a fault and is left alone. A restore that fails half-way, or is killed,
// leaves a database that Unfinished tells of; Restore begins it anew.
func Restore(ctx context.Context, d *db.DB, c clock.Clock, file string) (Manifest, error) {
	a, err := openArchive(file)
	if err != nil {
		return Manifest{}, err
	}
	r := restoring{db: d, clock: c, archive: a, mark: id.New().String()}
	return a.manifest, errors.Join(r.run(db.AcrossWorkspaces(ctx)), a.close())
}

type restoring struct {
	db      *db.DB
	clock   clock.Clock
	archive *archive
	mark    string // tells this restore from another into the same database
}

func (r *restoring) run(ctx context.Context) error {
	for _, step := range []func(context.Context) error{
		r.archive.check, r.refuseUnlessEmpty, r.makeTables, r.begin, r.clear, r.load, r.compare, r.end, r.db.Migrate,
	} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// refuseUnlessEmpty lets pass an empty database and one whose restore was interrupted.
func (r *restoring) refuseUnlessEmpty(ctx context.Context) error {
	v, err := r.db.Version(ctx)
	if err != nil || v.Current == 0 {
		return err
	}
	if v.Current > r.archive.manifest.Schema {
		return fault.Conflictf("this database has schema %d, the backup has the older %d", v.Current, r.archive.manifest.Schema).
			WithMend("restore into a new database, which --db names")
	}
	_, again, err := lookUp(ctx, r.db, noteRestoring)
	if err != nil || again {
		return err
	}
	tables, err := archived(v.Current)
	if err != nil {
		return err
	}
	return r.db.Read(ctx, 0, func(tx *db.Tx) error { return refuseRows(ctx, tx, tables) })
}

func refuseRows(ctx context.Context, tx *db.Tx, tables []*table) error {
	for _, t := range tables {
		_, found, err := db.Maybe[int64](ctx, tx, "SELECT 1 FROM "+t.name+onlyMoving(t, " WHERE ")+" LIMIT 1")
		if err != nil {
			return fmt.Errorf("see whether %s is empty: %w", t.name, err)
		}
		if found {
			return fault.Conflictf("this database is not empty").WithMend("restore into a new database, which --db names")
		}
	}
	return nil
}

func (r *restoring) makeTables(ctx context.Context) error {
	return r.db.MigrateTo(ctx, r.archive.manifest.Schema)
}

// begin marks the database, which from here on is either restored or says that it is not. An earlier restore that should still run is shut out.
func (r *restoring) begin(ctx context.Context) error {
	return r.db.Write(ctx, 0, func(tx *db.Tx) error { return writeNote(ctx, tx, noteRestoring, r.mark, r.clock.Now()) })
}

// hold makes the transaction fail if another restore has begun.
func (r *restoring) hold(ctx context.Context, tx *db.Tx) error {
	held, err := db.HoldNote(ctx, tx, noteRestoring, r.mark)
	if err == nil && !held {
		return fault.Conflictf("another restore into this database has begun").WithMend("wait for its end")
	}
	return err
}

// clear removes what an interrupted restore left, the rows that refer to others first. Nobody else uses the database, so it may take long.
func (r *restoring) clear(ctx context.Context) error {
	for _, t := range slices.Backward(r.archive.tables) {
		err := r.db.ReadCommitted(ctx, 0, func(tx *db.Tx) error {
			if err := r.hold(ctx, tx); err != nil {
				return err
			}
			_, err := db.Exec(ctx, tx, "DELETE FROM "+t.name+onlyMoving(t.table, " WHERE "))
			return err
		})
		if err != nil {
			return fmt.Errorf("clear %s: %w", t.name, err)
		}
	}
	return nil
}

func (r *restoring) load(ctx context.Context) error {
	for _, t := range r.archive.tables {
		l := &loading{restoring: r, table: t}
		if err := l.run(ctx); err != nil {
			return fmt.Errorf("restore %s: %w", t.name, err)
		}
	}
	return nil
}

// compare reads back every row and compares it with the archive's.
func (r *restoring) compare(ctx context.Context) error {
	for _, t := range r.archive.tables {
		var found content
		err := r.db.Read(ctx, 0, func(tx *db.Tx) error {
			found = content{}
			return eachLine(ctx, tx, t.table, func(line []byte) error {
				found.add(line)
				return nil
			})
		})
		if err != nil {
			return fmt.Errorf("read back %s: %w", t.name, err)
		}
		if found.rows != t.says.Rows || found.String() != t.says.Content {
			return fmt.Errorf("restore %s: the database holds %d rows that are not the %d of the backup", t.name, found.rows, t.says.Rows)
		}
	}
	return nil
}

// end takes the mark away. The planner gets its figures first: a store without them is ten times slower.
func (r *restoring) end(ctx context.Context) error {
	return r.db.Write(ctx, 0, func(tx *db.Tx) error {
		if err := r.hold(ctx, tx); err != nil {
			return err
		}
		if _, err := db.Exec(ctx, tx, "ANALYZE"); err != nil {
			return fmt.Errorf("gather the planner's figures: %w", err)
		}
		if err := db.RemoveNote(ctx, tx, noteRestoring); err != nil {
			return err
		}
		return writeNote(ctx, tx, noteRestored, r.archive.manifest.Created.Format(timeFormat), r.clock.Now())
	})
}
