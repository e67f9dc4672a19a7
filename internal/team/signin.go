package team

import (
	"context"
	"strings"
	"time"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/i18n"
	"tandem/internal/id"
	"tandem/internal/text"
)

// Credentials are what somebody signs in with, and where from.
type Credentials struct {
	Email, Password string
	Agent, Address  string
}

// Opened is a session that has begun.
type Opened struct {
	Secret string // what the browser keeps; it is nowhere else
	Waits  bool   // for the second factor: until then it is good for nothing else
}

// SignIn opens a session for whoever knows the email and the password. To everybody else it says the same, after the same work, whether the
// address is known or not. After some failures from one place, or for one address from that place, it is a fault.TooMany for a while.
func (s *Service) SignIn(ctx context.Context, c Credentials) (Opened, error) {
	key, ok := text.EmailKey(c.Email)
	if !ok {
		key = "?" // no address: it goes the same way, and matches nobody
	}
	if err := s.slowDown(ctx, s.subjects(key, c.Address)); err != nil {
		return Opened{}, err
	}
	u, err := s.byEmail(ctx, key)
	if err != nil {
		return Opened{}, err
	}
	if !samePassword(u.Password, c.Password) {
		if err := s.failed(ctx, s.subjects(key, c.Address)); err != nil {
			return Opened{}, err
		}
		return Opened{}, wrongPassword()
	}
	return s.open(ctx, u, c, u.TOTPAt != 0)
}

func (s *Service) byEmail(ctx context.Context, key string) (User, error) {
	var u User
	err := s.db.Read(ctx, 0, func(tx *db.Tx) (err error) {
		u, _, err = userBy(ctx, tx, "email_key", key)
		return err
	})
	return u, err
}

// open begins a session in the workspace that the user was in last.
func (s *Service) open(ctx context.Context, u User, c Credentials, waits bool) (Opened, error) {
	secret, hash := newSecret()
	now := clock.Of(s.clock.Now())
	lasts := SessionLasts
	if waits {
		lasts = 10 * time.Minute
	}
	err := s.db.Write(ctx, 0, func(tx *db.Tx) error {
		ws, found, err := db.Maybe[id.Workspace](ctx, tx, `SELECT m.workspace_id FROM membership m
			LEFT JOIN session s ON s.user_id = m.user_id AND s.workspace_id = m.workspace_id
			WHERE m.user_id = $1 ORDER BY s.seen_at IS NULL, s.seen_at DESC, m.created_at LIMIT 1`, u.ID)
		if err != nil {
			return err
		}
		if !found {
			return fault.Forbiddenf("you belong to no workspace any more").WithMend("ask for an invitation")
		}
		if err := forgive(ctx, tx, s.subjects(u.EmailKey, c.Address)); err != nil {
			return err
		}
		_, err = db.Exec(ctx, tx, `INSERT INTO session (id, secret_hash, user_id, workspace_id, agent, address, waits, created_at, seen_at, expires_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8, $9)`,
			id.New(), hash, u.ID, ws, short(c.Agent), short(c.Address), waits, now, now+clock.Micros(lasts.Microseconds()))
		return err
	})
	return Opened{secret, waits}, err
}

// short keeps what a browser says of itself within bounds.
func short(s string) string {
	const longest = 300
	s = strings.ToValidUTF8(s, "")
	if len(s) > longest {
		s = strings.ToValidUTF8(s[:longest], "")
	}
	return s
}

// SignOut ends a session. One that is over already is fine.
func (s *Service) SignOut(ctx context.Context, secret string) error {
	return s.db.Write(ctx, 0, func(tx *db.Tx) error {
		_, err := db.Exec(ctx, tx, `DELETE FROM session WHERE secret_hash = $1`, hashOf(secret))
		return err
	})
}

// How many failures are free, and how long one waits after more of them: twice as long each time, up to a quarter of an hour. They are counted
// for an address from one place, so that a stranger cannot lock its owner out, and for a place, so that it cannot try many addresses.
const (
	freeFailures      = 5
	freeFailuresPlace = 50
	longestWait       = 15 * time.Minute
	forgottenAfter    = 24 * time.Hour
)

type subject struct {
	name string
	free int
}

func (s *Service) subjects(key, address string) []subject {
	return []subject{{"email " + hashOf(key+" from "+address), freeFailures}, {"place " + address, freeFailuresPlace}}
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

// slowDown is a fault.TooMany while one of the subjects has to wait.
func (s *Service) slowDown(ctx context.Context, subjects []subject) error {
	now := s.clock.Now()
	return s.db.Read(ctx, 0, func(tx *db.Tx) error {
		for _, sub := range subjects {
			a, found, err := db.Maybe[attempt](ctx, tx, `SELECT failures, last_at FROM attempt WHERE subject = $1`, sub.name)
			if err != nil {
				return err
			}
			until := a.LastAt.Time().Add(a.waits(sub.free))
			if found && now.Before(until) {
				return fault.New(fault.TooMany, "too many wrong passwords; try again in %d seconds", i18n.Count(until.Sub(now).Seconds()+1))
			}
		}
		return nil
	})
}

// forgive forgets the failures for an address from a place, once somebody has shown from there that it is theirs.
func forgive(ctx context.Context, tx *db.Tx, subjects []subject) error {
	_, err := db.Exec(ctx, tx, `DELETE FROM attempt WHERE subject = $1`, subjects[0].name)
	return err
}

// failed counts a failure, in a transaction that decides nothing from what it read.
func (s *Service) failed(ctx context.Context, subjects []subject) error {
	now := clock.Of(s.clock.Now())
	return s.db.Write(ctx, 0, func(tx *db.Tx) error {
		for _, sub := range subjects {
			_, err := db.Exec(ctx, tx, `INSERT INTO attempt (subject, failures, last_at) VALUES ($1, 1, $2) ON CONFLICT (subject) DO UPDATE
				SET failures = CASE WHEN attempt.last_at < $3 THEN 1 ELSE attempt.failures + 1 END, last_at = $2`,
				sub.name, now, now-clock.Micros(forgottenAfter.Microseconds()))
			if err != nil {
				return err
			}
		}
		return nil
	})
}
