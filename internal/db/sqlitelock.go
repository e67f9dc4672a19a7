package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"

	sqlite3 "modernc.org/sqlite/lib"
)

// lockMigrations holds the lock of a small database beside the file: SQLite's own locks work on every system and end with the process. It
// waits as long as the other migration takes. The small file goes with the lock; one that a killed process left is taken over.
func (e *sqliteEngine) lockMigrations(ctx context.Context) (func() error, error) {
	guard := &sqliteEngine{file: e.file + ".migrating"}
	for try := 1; ; try++ {
		before, _ := os.Stat(guard.file)
		release, err := guard.lock(ctx)
		switch {
		case ctx.Err() == nil && (guard.retryable(err) || takenAway(err) && try < 1000):
			continue
		case err != nil:
			return nil, fmt.Errorf("wait for another migration: %w", err)
		}
		// whoever had the lock took the file away: what is locked now must be the file that all others find, not that one
		if after, _ := os.Stat(guard.file); before != nil && after != nil && os.SameFile(before, after) {
			return func() error {
				_ = os.Remove(guard.file) // some systems keep an open file: then it stays, and does no harm
				return release()
			}, nil
		}
		if err := release(); err != nil {
			return nil, err
		}
	}
}

// takenAway reports whether SQLite found the file gone that it had opened a moment ago.
func takenAway(err error) bool {
	switch code(err) {
	case sqlite3.SQLITE_IOERR_FSTAT, sqlite3.SQLITE_READONLY_DBMOVED:
		return true
	}
	return false
}

func (e *sqliteEngine) lock(ctx context.Context) (release func() error, err error) {
	pool, err := sql.Open("sqlite", e.dsn("rwc", "exclusive"))
	if err != nil {
		return nil, err
	}
	tx, err := pool.BeginTx(ctx, nil)
	if err != nil {
		return nil, errors.Join(err, pool.Close())
	}
	return func() error { return errors.Join(tx.Rollback(), pool.Close()) }, nil
}
