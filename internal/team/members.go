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

// ChangeRole gives a member another role. The last owner stays one.
func (s *Service) ChangeRole(ctx context.Context, ws id.Workspace, user id.ID, role Role, by Actor) error {
	if err := mayGive(by, role); err != nil {
		return err
	}
	return s.db.Write(ctx, ws, func(tx *db.Tx) error {
		m, err := s.mayTouch(ctx, tx, ws, user, by)
		if err != nil {
			return err
		}
		if m.Role == Owner && role != Owner {
			if err := anotherOwner(ctx, tx, ws, user); err != nil {
				return err
			}
		}
		if _, err := db.Exec(ctx, tx, `UPDATE membership SET role = $3 WHERE user_id = $1 AND workspace_id = $2`, user, ws, role); err != nil {
			return err
		}
		return s.note(ctx, tx, by, "change role", "user", user, map[string]any{"from": m.Role, "to": role})
	})
}

// RemoveMember takes a person out of the workspace: their sessions and tokens in it end at once. What they did stays, under their name. The
// last owner stays.
func (s *Service) RemoveMember(ctx context.Context, ws id.Workspace, user id.ID, by Actor) error {
	if err := by.Check(ManageUsers); err != nil {
		return err
	}
	return s.db.Write(ctx, ws, func(tx *db.Tx) error {
		m, err := s.mayTouch(ctx, tx, ws, user, by)
		if err != nil {
			return err
		}
		if m.Role == Owner {
			if err := anotherOwner(ctx, tx, ws, user); err != nil {
				return err
			}
		}
		for _, statement := range []string{
			`DELETE FROM session WHERE user_id = $1 AND workspace_id = $2`,
			`DELETE FROM api_token WHERE user_id = $1 AND workspace_id = $2`,
			`DELETE FROM membership WHERE user_id = $1 AND workspace_id = $2`,
		} {
			if _, err := db.Exec(ctx, tx, statement, user, ws); err != nil {
				return err
			}
		}
		return s.note(ctx, tx, by, "remove", "user", user, nil)
	})
}

// mayTouch is the membership of somebody whom the actor may change: an owner is changed by owners alone.
func (s *Service) mayTouch(ctx context.Context, tx *db.Tx, ws id.Workspace, user id.ID, by Actor) (Membership, error) {
	m, found, err := membershipOf(ctx, tx, user, ws)
	switch {
	case err != nil:
		return m, err
	case !found:
		return m, fault.NotFoundf("there is no such person in this workspace")
	case m.Role == Owner && by.Role != Owner:
		return m, fault.Forbiddenf("only an owner may change an owner")
	}
	return m, nil
}

func anotherOwner(ctx context.Context, tx *db.Tx, ws id.Workspace, besides id.ID) error {
	_, found, err := db.Maybe[id.ID](ctx, tx, `SELECT user_id FROM membership WHERE workspace_id = $1 AND role = $2 AND user_id <> $3 LIMIT 1`,
		ws, Owner, besides)
	if err == nil && !found {
		err = fault.Conflictf("a workspace has at least one owner").WithMend("make somebody else an owner first")
	}
	return err
}

func (s *Service) note(ctx context.Context, tx *db.Tx, by Actor, action, entity string, record id.ID, detail any) error {
	return Note(ctx, tx, by, clock.Of(s.clock.Now()), Deed{Action: action, Entity: entity, Record: record, Detail: detail})
}

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

// MakeReset makes a link by which a member sets a new password, and returns its secret. It lasts an hour and works once.
func (s *Service) MakeReset(ctx context.Context, ws id.Workspace, user id.ID, by Actor) (secret string, err error) {
	if err := by.Check(ManageUsers); err != nil {
		return "", err
	}
	err = s.db.Read(ctx, ws, func(tx *db.Tx) error {
		_, err := s.mayTouch(ctx, tx, ws, user, by)
		return err
	})
	if err != nil {
		return "", err
	}
	return s.makeLink(ctx, Link{Kind: Reset, Workspace: ws, User: user}, resetLasts, by)
}

func (s *Service) makeLink(ctx context.Context, l Link, lasts time.Duration, by Actor) (string, error) {
	secret, hash := newSecret()
	now := clock.Of(s.clock.Now())
	l.ID = id.New()
	var user any
	if l.User != 0 {
		user = l.User
	}
	return secret, s.db.Write(ctx, l.Workspace, func(tx *db.Tx) error {
		_, err := db.Exec(ctx, tx, `INSERT INTO access_link (id, secret_hash, kind, workspace_id, user_id, email, role, made_by, created_at, expires_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
			l.ID, hash, l.Kind, l.Workspace, user, l.Email, l.Role, by.Name, now, now+clock.Micros(lasts.Microseconds()))
		if err != nil {
			return err
		}
		return s.note(ctx, tx, by, "make "+string(l.Kind), "user", l.User, map[string]any{"email": l.Email, "role": l.Role})
	})
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
		n, err := db.Exec(ctx, tx, `DELETE FROM access_link WHERE id = $1 AND workspace_id = $2 AND used_at IS NULL`, link, ws)
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.NotFoundf("there is no such link any more")
		}
		return s.note(ctx, tx, by, "revoke", "link", link, nil)
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

// Accept uses an invitation. Who is new becomes a user; who has an account proves it by its password. The address is the person's to choose:
// whoever has the link was invited.
func (s *Service) Accept(ctx context.Context, secret string, n NewUser) error {
	l, err := s.FindLink(ctx, Invitation, secret)
	if err != nil {
		return err
	}
	key, _ := text.EmailKey(n.Email)
	known, err := s.byEmail(ctx, key)
	if err != nil {
		return err
	}
	if known.ID != 0 {
		return s.acceptAs(ctx, secret, known, n.Password)
	}
	u, err := s.newUser(n)
	if err != nil {
		return err
	}
	return s.db.Write(ctx, l.Workspace, func(tx *db.Tx) error {
		l, err := s.link(ctx, tx, Invitation, secret)
		if err != nil {
			return err
		}
		if err := s.use(ctx, tx, l); err != nil {
			return err
		}
		return s.join(ctx, tx, u, l.Workspace, l.Role, Actor{User: u.ID, Name: u.Name, Role: l.Role, Via: Web})
	})
}

func (s *Service) acceptAs(ctx context.Context, secret string, u User, password string) error {
	if !samePassword(u.Password, password) {
		return wrong("password", "there is an account with this address already, and this is not its password")
	}
	l, err := s.FindLink(ctx, Invitation, secret)
	if err != nil {
		return err
	}
	return s.db.Write(ctx, l.Workspace, func(tx *db.Tx) error {
		if err := s.use(ctx, tx, l); err != nil {
			return err
		}
		return s.admit(ctx, tx, u, l.Workspace, l.Role, Actor{User: u.ID, Name: u.Name, Role: l.Role, Via: Web})
	})
}

// ResetPassword uses a reset: the password changes, and every session of its owner ends.
func (s *Service) ResetPassword(ctx context.Context, secret, password string) error {
	l, err := s.FindLink(ctx, Reset, secret)
	if err != nil {
		return err
	}
	return s.setPassword(ctx, l.Workspace, l.User, password, Actor{User: l.User, Name: "reset link", Via: Web}, func(tx *db.Tx) error { return s.use(ctx, tx, l) }, "")
}

// ChangePassword changes one's own password, which must be known, and ends every other session.
func (s *Service) ChangePassword(ctx context.Context, who Signed, old, password, keep string) error {
	if !samePassword(who.User.Password, old) {
		return wrong("old", "this is not your password")
	}
	return s.setPassword(ctx, who.Workspace.ID, who.User.ID, password, who.Actor, func(*db.Tx) error { return nil }, keep)
}

// setPassword changes a password after first has agreed, and ends all sessions but the one whose secret is to be kept.
func (s *Service) setPassword(ctx context.Context, ws id.Workspace, user id.ID, password string, by Actor, first func(*db.Tx) error, keep string) error {
	var u User
	err := s.db.Read(ctx, 0, func(tx *db.Tx) (err error) {
		u, _, err = userBy(ctx, tx, "id", user)
		return err
	})
	if err != nil {
		return err
	}
	if err := checkPassword(password, u); err != nil {
		return err
	}
	hash, err := hashPassword(password)
	if err != nil {
		return err
	}
	return s.db.Write(ctx, ws, func(tx *db.Tx) error {
		if err := first(tx); err != nil {
			return err
		}
		if _, err := db.Exec(ctx, tx, `UPDATE app_user SET password = $2 WHERE id = $1`, user, hash); err != nil {
			return err
		}
		if _, err := db.Exec(ctx, tx, `DELETE FROM session WHERE user_id = $1 AND secret_hash <> $2`, user, hashOf(keep)); err != nil {
			return err
		}
		return s.note(ctx, tx, by, "change password", "user", user, nil)
	})
}
