package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"modernc.org/sqlite"

	"tandem/internal/fault"
	"tandem/internal/id"
)

// Rehearse hands do a store that looks as this one does now, and in which whatever it writes comes to nothing. Transactions in it work as ever
// and see what earlier ones wrote; do may run more than once. Nobody waits for it on SQLite, where it is a copy of the file, made beside it and thrown
// away: that takes about a second a gigabyte, and as much room. A server rehearses in one transaction of the workspace that is rolled back; who
// writes the same key at that time waits for its end, so do must be short.
func (d *DB) Rehearse(ctx context.Context, ws id.Workspace, do func(*DB) error) error {
	if e, ok := d.engine.(*sqliteEngine); ok {
		return d.engine.translate(d.inCopy(ctx, e, do))
	}
	return d.retry(ctx, func() error {
		err := d.transact(ctx, writing, ws, func(tx *Tx) error {
			if err := do(d.within(tx)); err != nil {
				return err
			}
			return errRehearsed
		})
		if errors.Is(err, errRehearsed) {
			return nil
		}
		return err
	})
}

// errRehearsed rolls the rehearsal back.
var errRehearsed = errors.New("db: the rehearsal is over")

// stage is the one transaction in which a rehearsal's own transactions are savepoints.
type stage struct {
	mu    sync.Mutex
	outer *Tx
}

func (d *DB) within(tx *Tx) *DB {
	r := newDB(d.engine, d.url, d.writer, d.reader)
	r.check, r.stage = d.check, &stage{outer: tx}
	return r
}

// once runs do under a savepoint. A statement that the engine could not serialize fails the whole rehearsal, which then runs again.
func (s *stage) once(d *DB, ctx context.Context, ws id.Workspace, do func(*Tx) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.outer.workspace != ws {
		return fmt.Errorf("db: a rehearsal of workspace %d cannot reach workspace %d", s.outer.workspace, ws)
	}
	if err := s.outer.control(ctx, "SAVEPOINT rehearsed"); err != nil {
		return err
	}
	t := &Tx{db: d, conn: s.outer.conn, workspace: ws, across: s.outer.across}
	err := t.outcome(ctx, do)
	if err != nil {
		err = errors.Join(err, s.outer.control(context.WithoutCancel(ctx), "ROLLBACK TO SAVEPOINT rehearsed"))
	}
	return errors.Join(err, s.outer.control(context.WithoutCancel(ctx), "RELEASE SAVEPOINT rehearsed"))
}

// copyEngine is a SQLite file that nobody will miss.
type copyEngine struct{ *sqliteEngine }

func (copyEngine) optimize(context.Context, *sql.DB) error { return nil }

func (copyEngine) beforeClose(*sql.DB) {}

// leftOver is the age at which the copy of a process that was killed is removed.
const leftOver = time.Hour

func (d *DB) inCopy(ctx context.Context, e *sqliteEngine, do func(*DB) error) error {
	folder, err := os.MkdirTemp(filepath.Dir(e.file), filepath.Base(e.file)+".trial-*")
	if err != nil {
		return fault.Unavailablef("there is no place beside the database for a trial: %w", err).WithMend("make room, and check the rights of its folder")
	}
	defer os.RemoveAll(folder)
	removeLeftOver(e.file, folder)
	copied := &sqliteEngine{file: filepath.Join(folder, "trial.db")}
	if err := copied.makeFile(); err != nil {
		return err
	}
	if err := d.copyTo(ctx, copied.file); err != nil {
		return fmt.Errorf("copy the database for a trial: %w", err)
	}
	// nothing in the copy has to survive a crash
	writer, err := copied.pool(1, "rwc", "immediate", "cache_size(-32000)", "journal_mode(WAL)", "synchronous(OFF)")
	if err != nil {
		return err
	}
	reader, err := copied.pool(sqliteReaders, "ro", "deferred", "query_only(1)")
	if err != nil {
		return errors.Join(err, writer.Close())
	}
	r := newDB(copyEngine{copied}, "sqlite:"+copied.file, writer, reader)
	r.check = d.check
	return errors.Join(do(r), r.Close())
}

// removeLeftOver compares with the folder that was just made, so that it needs no clock.
func removeLeftOver(file, newest string) {
	now, err := os.Stat(newest)
	if err != nil {
		return
	}
	old, _ := filepath.Glob(file + ".trial-*") // a bad pattern finds nothing
	for _, path := range old {
		if info, err := os.Stat(path); err == nil && now.ModTime().Sub(info.ModTime()) > leftOver {
			_ = os.RemoveAll(path) // the next rehearsal tries again
		}
	}
}

// copyTo copies the file's pages as they are at this moment.
func (d *DB) copyTo(ctx context.Context, file string) error {
	done, err := d.use()
	if err != nil {
		return err
	}
	defer done()
	conn, err := d.reader.Conn(ctx)
	if err != nil {
		return err
	}
	return errors.Join(conn.Raw(func(c any) error { return copyPages(c.(*keepingConn).fullConn, file) }), conn.Close())
}

func copyPages(c driver.Conn, file string) error {
	from, ok := c.(interface {
		NewBackup(to string) (*sqlite.Backup, error)
	})
	if !ok {
		return errors.New("db: the driver copies no files")
	}
	pages, err := from.NewBackup(file)
	if err != nil {
		return err
	}
	_, err = pages.Step(-1) // all of them at once: between steps a writer would have it begin again
	return errors.Join(err, pages.Finish())
}

// Beside is where the folder of a name lies that belongs to the store: beside a SQLite file, tandem.db having tandem.files; in the working folder
// for a server.
func (d *DB) Beside(name string) string {
	if e, ok := d.engine.(*sqliteEngine); ok {
		return e.file[:len(e.file)-len(filepath.Ext(e.file))] + "." + name
	}
	return "tandem." + name
}
