package team

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"time"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/id"
)

// SessionLasts is how long a session lasts after it was last used.
const SessionLasts = 30 * 24 * time.Hour

// seenEvery is how often a session's last use is written down at most.
const seenEvery = 5 * time.Minute

// Signed is who somebody turned out to be, and where they are.
type Signed struct {
	Session     id.ID
	User        User
	Actor       Actor
	Workspace   Workspace
	Memberships int // how many workspaces they belong to
}

// Session is one browser in which a user is signed in.
type Session struct {
	ID        id.ID        `db:"id"`
	User      id.ID        `db:"user_id"`
	Workspace id.Workspace `db:"workspace_id"`
	Agent     string       `db:"agent"`   // what the browser calls itself
	Address   string       `db:"address"` // where it was when it signed in
	Waits     bool         `db:"waits"`   // for the second factor
	CreatedAt clock.Micros `db:"created_at"`
	SeenAt    clock.Micros `db:"seen_at"`
	ExpiresAt clock.Micros `db:"expires_at"`
}

const sessionColumns = "id, user_id, workspace_id, agent, address, waits, created_at, seen_at, expires_at"

// newSecret is 256 random bits as text, and what of them is kept: whoever reads the database can sign in as nobody.
func newSecret() (secret, hash string) {
	b := make([]byte, 32)
	_, _ = rand.Read(b) // it never fails: it ends the program instead
	secret = base64.RawURLEncoding.EncodeToString(b)
	return secret, hashOf(secret)
}

func hashOf(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// over is the answer to every session or token that is unknown, ended or someone else's.
func over() error {
	return fault.Forbiddenf("you are not signed in any more").WithMend("sign in again")
}

// Resume finds out who has a session. One that is unknown, over, or still waits for its second factor is a fault.Forbidden.
func (s *Service) Resume(ctx context.Context, secret string) (Signed, error) {
	var signed Signed
	var found Session
	now := clock.Of(s.clock.Now())
	err := s.db.Read(ctx, 0, func(tx *db.Tx) error {
		session, ok, err := db.Maybe[Session](ctx, tx, `SELECT `+sessionColumns+` FROM session WHERE secret_hash = $1`, hashOf(secret))
		if err != nil {
			return err
		}
		if !ok || session.ExpiresAt <= now || session.Waits {
			return over()
		}
		found = session
		signed, err = s.signed(ctx, tx, session.User, session.Workspace)
		signed.Session, signed.Actor.Via = session.ID, Web
		return err
	})
	if err == nil && now-found.SeenAt > clock.Micros(seenEvery.Microseconds()) {
		err = s.seen(ctx, found.ID, now)
	}
	return signed, err
}

// signed reads who a user is in a workspace.
func (s *Service) signed(ctx context.Context, tx *db.Tx, user id.ID, ws id.Workspace) (Signed, error) {
	u, found, err := userBy(ctx, tx, "id", user)
	if err != nil {
		return Signed{}, err
	}
	member, belongs, err := membershipOf(ctx, tx, user, ws)
	if err != nil {
		return Signed{}, err
	}
	if !found || !belongs {
		return Signed{}, over()
	}
	w, err := db.One[Workspace](ctx, tx, `SELECT `+columns+` FROM workspace WHERE id = $1`, ws)
	if err != nil {
		return Signed{}, err
	}
	n, err := db.One[int](ctx, tx, `SELECT COUNT(*) FROM membership WHERE user_id = $1`, user)
	return Signed{User: u, Actor: Actor{User: u.ID, Name: u.Name, Role: member.Role}, Workspace: w, Memberships: n}, err
}

// seen writes down that a session was used, and lets it last on.
func (s *Service) seen(ctx context.Context, session id.ID, now clock.Micros) error {
	return s.db.Write(ctx, 0, func(tx *db.Tx) error {
		_, err := db.Exec(ctx, tx, `UPDATE session SET seen_at = $2, expires_at = $3 WHERE id = $1`,
			session, now, now+clock.Micros(SessionLasts.Microseconds()))
		return err
	})
}

// Membership says what a user is in a workspace.
type Membership struct {
	User      id.ID        `db:"user_id"`
	Workspace id.Workspace `db:"workspace_id"`
	Role      Role         `db:"role"`
	CreatedAt clock.Micros `db:"created_at"`
}

func membershipOf(ctx context.Context, tx *db.Tx, user id.ID, ws id.Workspace) (Membership, bool, error) {
	return db.Maybe[Membership](ctx, tx, `SELECT user_id, workspace_id, role, created_at FROM membership WHERE user_id = $1 AND workspace_id = $2`,
		user, ws)
}
