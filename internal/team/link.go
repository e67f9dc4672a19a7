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

// Link is a way in that was given to somebody: an invitation, or a way to a new password. Its secret is shown once.
type Link struct {
	ID        id.ID        `db:"id"`
	Kind      LinkKind     `db:"kind"`
	Workspace id.Workspace `db:"workspace_id"`
	User      id.ID        `db:"user_id,null"`
	Email     string       `db:"email"`
	Role      Role         `db:"role"`
	MadeBy    string       `db:"made_by"`
	CreatedAt clock.Micros `db:"created_at"`
	ExpiresAt clock.Micros `db:"expires_at"`
	UsedAt    clock.Micros `db:"used_at,null"`
}

// LinkKind is what a link is for.
type LinkKind string

// The kinds.
const (
	Invitation LinkKind = "invitation"
	Reset      LinkKind = "reset"
)

const (
	invitationLasts = 7 * 24 * time.Hour
	resetLasts      = time.Hour
	linkColumns     = "id, kind, workspace_id, user_id, email, role, made_by, created_at, expires_at, used_at"
)

// Invite makes a link by which whoever has it joins the workspace in a role, and returns its secret. It lasts a week and works once.
func (s *Service) Invite(ctx context.Context, ws id.Workspace, email string, role Role, by Actor) (secret string, err error) {
	if err := mayGive(by, role); err != nil {
		return "", err
	}
	email = strings.TrimSpace(email)
	if _, ok := text.EmailKey(email); !ok {
		return "", wrong("email", "%q is not an email address", email)
	}
	return s.makeLink(ctx, Link{Kind: Invitation, Workspace: ws, Email: email, Role: role}, invitationLasts, by)
}

// MakeReset makes a link by which a member sets a new password, and returns its secret. It lasts an hour and works once. Somebody who belongs to
// other workspaces as well gets one at the machine's own command line alone: the password opens those too.
func (s *Service) MakeReset(ctx context.Context, ws id.Workspace, user id.ID, by Actor) (secret string, err error) {
	if err := by.Check(ManageUsers); err != nil {
		return "", err
	}
	err = s.db.Read(ctx, ws, func(tx *db.Tx) error {
		if _, err := s.mayTouch(ctx, tx, ws, user, by); err != nil {
			return err
		}
		return onlyHere(ctx, tx, user, by)
	})
	if err != nil {
		return "", err
	}
	return s.makeLink(ctx, Link{Kind: Reset, Workspace: ws, User: user}, resetLasts, by)
}

// onlyHere refuses to touch what opens other workspaces too, unless it is asked for at the command line.
func onlyHere(ctx context.Context, tx *db.Tx, user id.ID, by Actor) error {
	n, err := db.One[int](ctx, tx, `SELECT COUNT(*) FROM membership WHERE user_id = $1`, user)
	if err == nil && n > 1 && by.Via != Command {
		err = fault.Forbiddenf("this person belongs to other workspaces too").WithMend("ask whoever runs the server for: tandem user reset EMAIL --public-url URL")
	}
	return err
}

func (s *Service) makeLink(ctx context.Context, l Link, lasts time.Duration, by Actor) (string, error) {
	secret, hash := newSecret()
	now := clock.Of(s.clock.Now())
	l.ID = id.New()
	return secret, s.db.Write(ctx, l.Workspace, func(tx *db.Tx) error {
		_, err := db.Exec(ctx, tx, `INSERT INTO access_link (id, secret_hash, kind, workspace_id, user_id, email, role, made_by, made_by_user, created_at, expires_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
			l.ID, hash, l.Kind, l.Workspace, orNone(l.User), l.Email, l.Role, by.Name, orNone(by.User), now, now+clock.Micros(lasts.Microseconds()))
		if err != nil {
			return err
		}
		return s.note(ctx, tx, by, "make "+string(l.Kind), "user", l.User, map[string]any{"email": l.Email, "role": l.Role})
	})
}

// dropResets makes every reset of a user worthless that was not used yet.
func dropResets(ctx context.Context, tx *db.Tx, user id.ID) error {
	_, err := db.Exec(ctx, tx, `DELETE FROM access_link WHERE user_id = $1 AND kind = $2 AND used_at IS NULL`, user, Reset)
	return err
}

// dropMade makes every link worthless that a member made in a workspace and nobody used yet: they know its secret.
func dropMade(ctx context.Context, tx *db.Tx, user id.ID, ws id.Workspace) error {
	_, err := db.Exec(ctx, tx, `DELETE FROM access_link WHERE made_by_user = $1 AND workspace_id = $2 AND used_at IS NULL`, user, ws)
	return err
}

// Links are the invitations and resets of a workspace that still work, the newest first.
func (s *Service) Links(ctx context.Context, ws id.Workspace, by Actor) ([]Link, error) {
	if err := by.Check(ManageUsers); err != nil {
		return nil, err
	}
	var links []Link
	err := s.db.Read(ctx, 0, func(tx *db.Tx) (err error) {
		links, err = db.All[Link](ctx, tx, `SELECT `+linkColumns+` FROM access_link
			WHERE workspace_id = $1 AND used_at IS NULL AND expires_at > $2 ORDER BY id DESC LIMIT $3`, ws, clock.Of(s.clock.Now()), mostMembers)
		return err
	})
	return links, err
}

// Revoke makes a link worthless.
func (s *Service) Revoke(ctx context.Context, ws id.Workspace, link id.ID, by Actor) error {
	if err := by.Check(ManageUsers); err != nil {
		return err
	}
	return s.db.Write(ctx, ws, func(tx *db.Tx) error {
		l, found, err := db.Maybe[Link](ctx, tx, `SELECT `+linkColumns+` FROM access_link WHERE id = $1 AND workspace_id = $2 AND used_at IS NULL`, link, ws)
		if err != nil {
			return err
		}
		if !found {
			return fault.NotFoundf("there is no such link any more")
		}
		if _, err := db.Exec(ctx, tx, `DELETE FROM access_link WHERE id = $1 AND workspace_id = $2`, link, ws); err != nil {
			return err
		}
		return s.note(ctx, tx, by, "revoke "+string(l.Kind), "user", l.User, map[string]any{"email": l.Email, "role": l.Role})
	})
}

// FindLink is a link that still works, by its secret; else a fault.NotFound.
func (s *Service) FindLink(ctx context.Context, kind LinkKind, secret string) (Link, error) {
	var l Link
	err := s.db.Read(ctx, 0, func(tx *db.Tx) (err error) {
		l, err = s.link(ctx, tx, kind, secret)
		return err
	})
	return l, err
}

func (s *Service) link(ctx context.Context, tx *db.Tx, kind LinkKind, secret string) (Link, error) {
	l, found, err := db.Maybe[Link](ctx, tx, `SELECT `+linkColumns+` FROM access_link WHERE secret_hash = $1 AND kind = $2 AND used_at IS NULL AND expires_at > $3`,
		hashOf(secret), kind, clock.Of(s.clock.Now()))
	if err == nil && !found {
		err = fault.NotFoundf("this link does not work any more").WithMend("ask for a new one")
	}
	return l, err
}

// use marks a link as used; of two who use it at once, one does.
func (s *Service) use(ctx context.Context, tx *db.Tx, l Link) error {
	n, err := db.Exec(ctx, tx, `UPDATE access_link SET used_at = $2 WHERE id = $1 AND used_at IS NULL`, l.ID, clock.Of(s.clock.Now()))
	if err == nil && n == 0 {
		err = fault.NotFoundf("this link does not work any more").WithMend("ask for a new one")
	}
	return err
}
