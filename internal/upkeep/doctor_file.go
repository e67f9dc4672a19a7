package upkeep

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"tandem/internal/db"
)

// examineContent asks SQLite to look through its file.
func examineContent(ctx context.Context, d *db.DB) []Finding {
	var problems []string
	var orphans []string
	err := d.Read(ctx, 0, func(tx *db.Tx) (err error) {
		if problems, err = db.All[string](ctx, tx, "PRAGMA quick_check(10)"); err != nil {
			return err
		}
		orphans = nil
		return db.EachCells(ctx, tx, func(c db.Cells) error {
			orphans = append(orphans, c.Text(0))
			return nil
		}, "PRAGMA foreign_key_check")
	})
	if err != nil {
		return []Finding{failed("integrity", err)}
	}
	return []Finding{integrity(problems), whole(orphans)}
}

func integrity(problems []string) Finding {
	if len(problems) == 1 && problems[0] == "ok" {
		return ok("integrity", "the file is whole")
	}
	return found("integrity", Bad, "the file is damaged: %s", problems[0]).
		mend("stop Tandem, keep a copy of the file, and run tandem restore with the last backup into a new one; check the disk")
}

func whole(orphans []string) Finding {
	if len(orphans) == 0 {
		return ok("references", "every row finds the rows it refers to")
	}
	return found("references", Bad, "%d rows refer to rows that are not there, the first in %s", len(orphans), orphans[0]).
		mend("restore the last backup that is without this; something other than Tandem has written to the file")
}

// examineFile looks at the database's file and where it lies.
func examineFile(file string, now time.Time) []Finding {
	info, err := os.Stat(file)
	if err != nil {
		return []Finding{failed("file", err)}
	}
	wal := sizeOf(file + "-wal")
	all := []Finding{examineDisk(file, uint64(info.Size())+wal), examineWAL(wal), notAhead(info.ModTime(), now, "the last change of the file")}
	if runtime.GOOS != "windows" { // whose rights are no bits
		all = append(all, examineRights(file, info))
	}
	return all
}

func sizeOf(file string) uint64 {
	info, err := os.Stat(file)
	if err != nil {
		return 0 // it comes and goes
	}
	return uint64(info.Size())
}

// little is when a disk is as good as full, in bytes.
const little = 100 << 20

// examineDisk wants room for a second copy, which a migration makes.
func examineDisk(file string, size uint64) Finding {
	free, err := freeSpace(filepath.Dir(file))
	switch {
	case errors.Is(err, errors.ErrUnsupported):
		return ok("disk", "this system does not tell how much room is left")
	case err != nil:
		return failed("disk", err)
	case free < little:
		return found("disk", Bad, "%s are left on the disk", megabytes(free)).mend("make room")
	case free < size:
		return found("disk", Warn, "%s are left on the disk, the database has %s", megabytes(free), megabytes(size)).
			mend("make room for a second copy: an upgrade makes one")
	}
	return ok("disk", "%s are left on the disk, the database has %s", megabytes(free), megabytes(size))
}

// longWAL is how long the write-ahead log may be, in bytes; it is cut back to 64 MB as soon as nobody reads what came before.
const longWAL = 512 << 20

func examineWAL(size uint64) Finding {
	if size > longWAL {
		return found("log", Warn, "the write-ahead log has %s: something reads for a very long time", megabytes(size)).
			mend("end old reports and backups, or start Tandem again")
	}
	return ok("log", "the write-ahead log has %s", megabytes(size))
}

func examineRights(file string, info os.FileInfo) Finding {
	if rights := info.Mode().Perm(); rights&0o077 != 0 {
		return found("rights", Warn, "others may read or write %s (%04o)", file, rights).mend("run: chmod 600 %s", file)
	}
	dir := filepath.Dir(file)
	folder, err := os.Stat(dir)
	if err != nil {
		return failed("rights", err)
	}
	if folder.Mode().Perm()&0o002 != 0 && folder.Mode()&os.ModeSticky == 0 {
		return found("rights", Warn, "everybody may replace what is in the folder %s", dir).mend("run: chmod o-w %s", dir)
	}
	return ok("rights", "the owner alone may read the file")
}
