package db

import (
	"context"
	"errors"
	"fmt"

	"github.com/pressly/goose/v3"

	"tandem/internal/fault"
	"tandem/migrations"
)

// Version says which schema a store has and which this program knows; they are the numbers of migration files.
type Version struct {
	Current int64 `json:"current"`
	Target  int64 `json:"target"`
}

// Pending reports whether Migrate has something to do.
func (v Version) Pending() bool { return v.Current < v.Target }

// Version reads the schema's version without changing anything; 0 is an empty store.
func (d *DB) Version(ctx context.Context) (Version, error) {
	v := Version{Target: migrations.Newest()}
	tables, err := d.engine.tables(ctx, d.reader)
	if err != nil {
		return v, d.engine.translate(err)
	}
	if len(tables) == 0 {
		return v, nil
	}
	delete(tables, "sqlite_sequence")
	if !tables["goose_db_version"] || len(tables) > 1 && !tables["store_note"] {
		return v, fault.Invalidf("%s is a database, but not one of Tandem", d.engine.where()).WithMend("name another one with --db")
	}
	// the table of versions is there before its first row, if only for a moment
	err = d.reader.QueryRowContext(ctx, "SELECT COALESCE(max(version_id), 0) FROM goose_db_version WHERE is_applied").Scan(&v.Current)
	if err != nil {
		return v, d.engine.translate(fmt.Errorf("read the schema's version: %w", err))
	}
	if v.Current > v.Target {
		return v, fault.Invalidf("%s was made by a newer Tandem (schema %d, this program knows %d)", d.engine.where(), v.Current, v.Target).
			WithMend("install the newer Tandem")
	}
	return v, nil
}

// Migrate brings the schema to this program's version, one migration after the other, and then makes what migrations do not: search indexes and
// row-level security. Interrupted, it goes on where it stopped at the next call. Of several processes that start at once one migrates and
// the others wait. On SQLite a database that holds data is copied beside itself first (FILE.before-N). A newer or damaged database is a fault
// and is left alone.
func (d *DB) Migrate(ctx context.Context) error { return d.MigrateTo(ctx, migrations.Newest()) }

// MigrateTo is Migrate up to a version, for restoring an older backup.
func (d *DB) MigrateTo(ctx context.Context, version int64) error {
	if done, err := d.migrated(ctx, version); done || err != nil {
		return err
	}
	unlock, err := d.engine.lockMigrations(ctx)
	if err != nil {
		return d.engine.translate(err)
	}
	return errors.Join(d.migrateLocked(ctx, version), unlock())
}

func (d *DB) migrateLocked(ctx context.Context, version int64) error {
	v, err := d.Version(ctx)
	if err != nil {
		return err
	}
	if v.Current > 0 && v.Current < version {
		if err := d.engine.copyAside(ctx, d.writer, v.Current); err != nil {
			return d.engine.translate(fmt.Errorf("back up before migrating: %w", err))
		}
	}
	if err := d.runMigrations(ctx, version); err != nil {
		return err
	}
	if err := d.engine.afterMigrate(ctx, d.writer); err != nil {
		return d.engine.translate(fmt.Errorf("finish the migration: %w", err))
	}
	return d.engine.translate(d.engine.markFinished(ctx, d.writer, version))
}

func (d *DB) runMigrations(ctx context.Context, version int64) error {
	p, err := goose.NewProvider(d.engine.dialect(), d.writer, d.engine.schema(),
		goose.WithDisableGlobalRegistry(true), goose.WithLogger(goose.NopLogger()))
	if err != nil {
		return fmt.Errorf("read the migrations: %w", err)
	}
	if _, err := p.UpTo(ctx, version); err != nil {
		return d.engine.translate(fmt.Errorf("migrate to %d: %w", version, err))
	}
	return nil
}

// migrated reports whether both the migrations and what follows them are done.
func (d *DB) migrated(ctx context.Context, version int64) (bool, error) {
	v, err := d.Version(ctx)
	if err != nil || v.Current < version {
		return false, err
	}
	finished, err := d.engine.finished(ctx, d.reader, v.Current)
	return finished, d.engine.translate(err)
}
