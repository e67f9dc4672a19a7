package team

import (
	"context"
	"net/netip"
	"time"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/i18n"
	"tandem/internal/id"
)

// How many failures are free, and how long one waits after more of them: twice as long each time, up to a quarter of an hour. They are counted
// for an address from one place, so that a stranger cannot lock its owner out, and for a place, so that it cannot try many addresses.
const (
	freeFailures      = 5
	freeFailuresPlace = 50
	longestWait       = 15 * time.Minute
	forgottenAfter    = 24 * time.Hour
)

// subject is what attempts are counted for.
type subject struct {
	name string
	free int
}

func subjects(key, address string) []subject {
	from := place(address)
	return []subject{{"email " + hashOf(key+" from "+from), freeFailures}, {"place " + from, freeFailuresPlace}}
}

// codes counts the second steps of somebody whose password is known already, wherever they come from: there are few codes to try.
func codes(user id.ID) []subject { return []subject{{"code " + user.String(), freeFailures}} }

// place is where an address belongs: one line of IPv6 has a whole /64.
func place(address string) string {
	ip, err := netip.ParseAddr(address)
	if err != nil || !ip.Unmap().Is6() {
		return short(address)
	}
	network, err := ip.WithZone("").Prefix(64)
	if err != nil {
		return short(address)
	}
	return network.String()
}

type attempt struct {
	Failures int          `db:"failures"`
	LastAt   clock.Micros `db:"last_at"`
}

func (a attempt) waits(free int) time.Duration {
	over := a.Failures - free
	if over < 0 {
		return 0
	}
	return min(time.Second<<min(over, 20), longestWait)
}

// try counts an attempt before it is made, so that many at once are many; who succeeds is forgiven. It is a fault.TooMany while one of the
// subjects has to wait.
func (s *Service) try(ctx context.Context, subjects []subject) error {
	now := s.clock.Now()
	return s.db.Write(ctx, 0, func(tx *db.Tx) error {
		for _, sub := range subjects {
			if err := mustWait(ctx, tx, sub, now); err != nil {
				return err
			}
		}
		for _, sub := range subjects {
			if err := count(ctx, tx, sub, clock.Of(now)); err != nil {
				return err
			}
		}
		return nil
	})
}

func mustWait(ctx context.Context, tx *db.Tx, sub subject, now time.Time) error {
	a, found, err := db.Maybe[attempt](ctx, tx, `SELECT failures, last_at FROM attempt WHERE subject = $1`, sub.name)
	if err != nil {
		return err
	}
	until := a.LastAt.Time().Add(a.waits(sub.free))
	if found && now.Before(until) {
		return fault.New(fault.TooMany, "too many attempts; try again in %d seconds", i18n.Count(until.Sub(now).Seconds()+1))
	}
	return nil
}

func count(ctx context.Context, tx *db.Tx, sub subject, now clock.Micros) error {
	_, err := db.Exec(ctx, tx, `INSERT INTO attempt (subject, failures, last_at) VALUES ($1, 1, $2) ON CONFLICT (subject) DO UPDATE
		SET failures = CASE WHEN attempt.last_at < $3 THEN 1 ELSE attempt.failures + 1 END, last_at = $2`,
		sub.name, now, now-clock.Micros(forgottenAfter.Microseconds()))
	return err
}

// forgive takes back what a successful attempt was counted for: all for an address from a place, and the one for the place.
func forgive(ctx context.Context, tx *db.Tx, subjects []subject) error {
	if _, err := db.Exec(ctx, tx, `DELETE FROM attempt WHERE subject = $1`, subjects[0].name); err != nil {
		return err
	}
	return forgiveOne(ctx, tx, subjects[1:])
}

// forgiveOne takes back one attempt, the one that went well.
func forgiveOne(ctx context.Context, tx *db.Tx, subjects []subject) error {
	for _, sub := range subjects {
		if _, err := db.Exec(ctx, tx, `UPDATE attempt SET failures = failures - 1 WHERE subject = $1 AND failures > 0`, sub.name); err != nil {
			return err
		}
	}
	return nil
}
