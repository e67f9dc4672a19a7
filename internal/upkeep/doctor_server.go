package upkeep

import (
	"context"
	"fmt"
	"time"

	"tandem/internal/db"
)

// server is what PostgreSQL tells of itself.
type server struct {
	Fsync     string `db:"fsync"`
	FullPages string `db:"full_page_writes"`
	Commit    string `db:"synchronous_commit"`
	Checksums int64  `db:"checksum_failures"`
	Indexes   int64  `db:"broken_indexes"`
	Unchecked int64  `db:"unchecked_constraints"`
	now       time.Time
}

const serverText = `SELECT current_setting('fsync') AS fsync, current_setting('full_page_writes') AS full_page_writes,
	current_setting('synchronous_commit') AS synchronous_commit,
	(SELECT coalesce(max(checksum_failures), 0) FROM pg_stat_database WHERE datname = current_database()) AS checksum_failures,
	(SELECT count(*) FROM pg_index WHERE NOT indisvalid) AS broken_indexes,
	(SELECT count(*) FROM pg_constraint WHERE NOT convalidated) AS unchecked_constraints`

func examineServer(ctx context.Context, d *db.DB, now time.Time) []Finding {
	var s server
	err := d.Read(ctx, 0, func(tx *db.Tx) (err error) {
		if s, err = db.One[server](ctx, tx, serverText); err != nil {
			return err
		}
		return db.EachCells(ctx, tx, func(c db.Cells) error {
			at, is := c[0].(time.Time)
			if !is {
				return fmt.Errorf("the server tells the time as a %T", c[0])
			}
			s.now = at
			return nil
		}, "SELECT clock_timestamp()")
	})
	if err != nil {
		return []Finding{failed("integrity", err)}
	}
	return []Finding{s.durability(), s.integrity(), s.references(), s.clock(now)}
}

// durability: what was answered for must be on the disk.
func (s server) durability() Finding {
	for name, value := range map[string]string{"fsync": s.Fsync, "full_page_writes": s.FullPages, "synchronous_commit": s.Commit} {
		if value == "off" {
			return found("durability", Bad, "the server runs with %s = off: a power cut loses what was saved", name).
				mend("set %s = on in postgresql.conf and reload the server", name)
		}
	}
	return ok("durability", "what is committed is on the server's disk")
}

func (s server) integrity() Finding {
	if s.Checksums > 0 {
		return found("integrity", Bad, "the server has found %d damaged pages", s.Checksums).mend("restore a backup; check the server's disk")
	}
	if s.Indexes > 0 {
		return found("integrity", Bad, "%d indexes are not complete", s.Indexes).mend("run in the database: REINDEX DATABASE")
	}
	return ok("integrity", "the server knows of no damage")
}

func (s server) references() Finding {
	if s.Unchecked > 0 {
		return found("references", Warn, "%d constraints have never been checked", s.Unchecked).mend("run ALTER TABLE … VALIDATE CONSTRAINT for each")
	}
	return ok("references", "the server checks every reference")
}

// apart is how far the server's clock and ours may differ without a word.
const apart = 5 * time.Second

func (s server) clock(now time.Time) Finding {
	difference := s.now.Sub(now).Round(time.Second)
	switch {
	case difference.Abs() > 5*time.Minute:
		return found("clock", Bad, "the server's clock and this machine's are %s apart", difference.Abs()).mend("set both by NTP")
	case difference.Abs() > apart:
		return found("clock", Warn, "the server's clock and this machine's are %s apart", difference.Abs()).mend("set both by NTP")
	}
	return ok("clock", "the server's clock and this machine's agree")
}
