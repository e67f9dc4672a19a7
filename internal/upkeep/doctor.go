package upkeep

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/fault"
)

// State is how bad a finding is.
type State string

// The states. Warn: it works, but will not for long or not safely.
const (
	OK   State = "ok"
	Warn State = "warn"
	Bad  State = "bad"
)

// Finding is what one check found, in formats of the message catalogue.
type Finding struct {
	Name  string // of the check, a word: database, schema, disk
	State State
	Says  fault.Message
	Mend  *fault.Message // what to do; nil if nothing
}

// MarshalJSON writes the finding in English: {"name","state","says","mend"}, mend "" if there is nothing to do.
func (f Finding) MarshalJSON() ([]byte, error) {
	mend := ""
	if f.Mend != nil {
		mend = f.Mend.String()
	}
	return json.Marshal(struct {
		Name  string `json:"name"`
		State State  `json:"state"`
		Says  string `json:"says"`
		Mend  string `json:"mend"`
	}{f.Name, f.State, f.Says.String(), mend})
}

func ok(name, format string, args ...any) Finding { return found(name, OK, format, args...) }

func found(name string, state State, format string, args ...any) Finding {
	return Finding{Name: name, State: state, Says: fault.Message{Format: format, Args: args}}
}

func (f Finding) mend(format string, args ...any) Finding {
	f.Mend = &fault.Message{Format: format, Args: args}
	return f
}

// failed is a check that could not be made. A fault brings its own mend.
func failed(name string, err error) Finding {
	if e, is := errors.AsType[*fault.Error](err); is {
		return Finding{Name: name, State: Bad, Says: fault.Message{Format: strings.ReplaceAll(e.Format, "%w", "%v"), Args: e.Args}, Mend: e.Mend}
	}
	return found(name, Bad, "it cannot be examined: %v", err)
}

// Sealed is how many secrets a store keeps sealed, and an error if its key does not open them all.
type Sealed func(context.Context, *db.DB) (int, error)

// Examine looks at the store at url, and at the disk, the clock and the key it depends on, and says what is wrong and the mend. It changes nothing,
// makes no database that is not there, and may run while others work; the integrity of a large file takes minutes.
func Examine(ctx context.Context, url string, c clock.Clock, sealed Sealed) []Finding {
	file, isFile := fileOf(url)
	if _, err := os.Stat(file); isFile && errors.Is(err, os.ErrNotExist) {
		return []Finding{found("database", Bad, "there is no database %s", file).mend("name another with --db; the first import makes it")}
	}
	var all []Finding
	d, err := db.Open(ctx, url)
	if err != nil {
		all = append(all, failed("database", err))
	} else {
		all = append(all, examineOpen(db.AcrossWorkspaces(ctx), d, c, sealed)...)
		if err := d.Close(); err != nil {
			all = append(all, failed("database", err))
		}
	}
	if isFile {
		all = append(all, examineFile(file, c.Now())...)
	}
	return all
}

// fileOf is the file of a store that is one.
func fileOf(url string) (string, bool) {
	file, is := strings.CutPrefix(url, "sqlite:")
	return strings.TrimPrefix(file, "//"), is
}

func examineOpen(ctx context.Context, d *db.DB, c clock.Clock, sealed Sealed) []Finding {
	schema, usable := examineSchema(ctx, d)
	all := []Finding{ok("database", "%s opens", d.Engine()), schema}
	if !usable {
		return all
	}
	if err := Unfinished(ctx, d); err != nil {
		all = append(all, failed("restore", err))
	}
	if _, isFile := fileOf(d.URL()); isFile {
		all = append(all, examineContent(ctx, d)...)
	} else {
		all = append(all, examineServer(ctx, d, c.Now())...)
	}
	if schema.State == OK {
		all = append(all, examineSecrets(ctx, d, sealed))
	}
	return append(all, examineWriting(ctx, d), examineNewest(ctx, d, c.Now()), examineBackup(ctx, d, c.Now()))
}

// examineSchema also reports whether there are tables to examine.
func examineSchema(ctx context.Context, d *db.DB) (Finding, bool) {
	v, err := d.Version(ctx)
	switch {
	case err != nil:
		return failed("schema", err), false
	case v.Current == 0:
		return found("schema", Warn, "the database is empty").mend("the first import fills it; or run: tandem restore FILE"), false
	case v.Pending():
		return found("schema", Warn, "the schema is number %d, this program's is %d", v.Current, v.Target).mend("run: tandem migrate up"), true
	}
	return ok("schema", "the schema is number %d, the newest", v.Current), true
}

func examineSecrets(ctx context.Context, d *db.DB, sealed Sealed) Finding {
	n, err := sealed(ctx, d)
	if err != nil {
		return failed("secrets", err)
	}
	if n == 0 {
		return ok("secrets", "no secret is sealed yet")
	}
	return ok("secrets", "of %d sealed secrets all open with the key", n)
}

// examineWriting begins to write and changes nothing.
func examineWriting(ctx context.Context, d *db.DB) Finding {
	err := d.Write(ctx, 0, func(tx *db.Tx) error { return db.RemoveNote(ctx, tx, "") })
	if err != nil {
		return failed("writing", err)
	}
	return ok("writing", "the database can be written to")
}

// ahead is how far in the future a time may lie before the clock is to blame.
const ahead = time.Minute

// examineNewest looks for times that have not come yet.
func examineNewest(ctx context.Context, d *db.DB, now time.Time) Finding {
	var newest clock.Micros
	err := d.Read(ctx, 0, func(tx *db.Tx) (err error) {
		newest, err = db.One[clock.Micros](ctx, tx, `SELECT max(at) FROM (SELECT max(written_at) AS at FROM store_note
			UNION ALL SELECT max(created_at) FROM workspace UNION ALL SELECT max(finished_at) FROM ready) AS newest`)
		return err
	})
	if err != nil {
		return failed("clock", err)
	}
	return notAhead(newest.Time(), now, "the last write")
}

func notAhead(at, now time.Time, what string) Finding {
	if at.After(now.Add(ahead)) {
		return found("clock", Warn, "%s was at %s, but it is only %s", what, at.UTC().Format(timeFormat), now.UTC().Format(timeFormat)).
			mend("set this machine's clock, best by NTP")
	}
	return ok("clock", "%s does not lie in the future", what)
}

// stale is the age from which a backup is too old.
const stale = 7 * 24 * time.Hour

func examineBackup(ctx context.Context, d *db.DB, now time.Time) Finding {
	last, there, err := lookUp(ctx, d, noteBackup)
	if err != nil {
		return failed("backup", err)
	}
	if !there {
		return found("backup", Warn, "there is no backup yet").mend("run: tandem backup FILE")
	}
	at := last.WrittenAt.Time()
	if now.Sub(at) > stale {
		return found("backup", Warn, "the last backup, %s, is from %s", last.Value, at.Format(time.DateOnly)).mend("run: tandem backup FILE")
	}
	return ok("backup", "the last backup, %s, is from %s", last.Value, at.Format(timeFormat))
}

func megabytes(n uint64) string { return fmt.Sprintf("%d MB", n>>20) }
