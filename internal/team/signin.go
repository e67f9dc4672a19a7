package team

import (
	"context"
	"strings"
	"time"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/fault"
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
	if err := s.try(ctx, subjects(key, c.Address)); err != nil {
		return Opened{}, err
	}
	u, err := s.byEmail(ctx, key)
	if err != nil {
		return Opened{}, err
	}
	if !s.samePassword(u.Password, c.Password) {
		return Opened{}, wrongPassword()
	}
	opened, err := s.open(ctx, u, c, u.TOTPAt != 0)
	if err != nil {
		return Opened{}, err
	}
	return opened, s.db.Write(ctx, 0, func(tx *db.Tx) error { return forgive(ctx, tx, subjects(u.EmailKey, c.Address)) })
}

func (s *Service) byEmail(ctx context.Context, key string) (User, error) {
	var u User
	err := s.db.Read(ctx, 0, func(tx *db.Tx) (err error) {
		u, _, err = userBy(ctx, tx, "email_key", key)
		return err
	})
	return u, err
}

// open begins a session in the workspace that the user was in last, or has joined since.
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
			WHERE m.user_id = $1 ORDER BY COALESCE(s.seen_at, m.created_at) DESC, m.workspace_id LIMIT 1`, u.ID)
		if err != nil {
			return err
		}
		if !found {
			return fault.Forbiddenf("you belong to no workspace any more").WithMend("ask for an invitation")
		}
		if err := sweep(ctx, tx, now); err != nil {
			return err
		}
		_, err = db.Exec(ctx, tx, `INSERT INTO session (id, secret_hash, user_id, workspace_id, agent, address, waits, created_at, seen_at, expires_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8, $9)`,
			id.New(), hash, u.ID, ws, short(c.Agent), short(c.Address), waits, now, now+clock.Micros(lasts.Microseconds()))
		return err
	})
	return Opened{secret, waits}, err
}

// sweep removes what is over: sessions, links a month after their end, and attempts of yesterday.
func sweep(ctx context.Context, tx *db.Tx, now clock.Micros) error {
	for _, old := range []struct {
		statement string
		age       time.Duration
	}{
		{`DELETE FROM session WHERE expires_at < $1`, 0},
		{`DELETE FROM ceremony WHERE expires_at < $1`, 0},
		{`DELETE FROM access_link WHERE expires_at < $1`, 30 * 24 * time.Hour},
		{`DELETE FROM attempt WHERE last_at < $1`, forgottenAfter},
	} {
		if _, err := db.Exec(ctx, tx, old.statement, now-clock.Micros(old.age.Microseconds())); err != nil {
			return err
		}
	}
	return nil
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
