package team

import (
	"context"

	"tandem/internal/db"
	"tandem/internal/id"
	"tandem/internal/text"
)

// Accept uses an invitation. Who is new becomes a user; who has an account proves it by its password. The address is the person's to choose:
// whoever has the link was invited. What no new user could say is refused before it is looked up, so that whether an address is known can only be
// found out by using the link up.
func (s *Service) Accept(ctx context.Context, secret string, n NewUser, address string) error {
	l, err := s.FindLink(ctx, Invitation, secret)
	if err != nil {
		return err
	}
	if _, err := n.user(0); err != nil {
		return err
	}
	key, _ := text.EmailKey(n.Email)
	known, err := s.byEmail(ctx, key)
	if err != nil {
		return err
	}
	if known.ID != 0 {
		return s.acceptAs(ctx, secret, known, n.Password, address)
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

func (s *Service) acceptAs(ctx context.Context, secret string, u User, password, address string) error {
	if err := s.try(ctx, subjects(u.EmailKey, address)); err != nil {
		return err
	}
	if !s.samePassword(u.Password, password) {
		return wrong("password", "there is an account with this address already, and this is not its password")
	}
	l, err := s.FindLink(ctx, Invitation, secret)
	if err != nil {
		return err
	}
	return s.db.Write(ctx, l.Workspace, func(tx *db.Tx) error {
		if err := forgive(ctx, tx, subjects(u.EmailKey, address)); err != nil {
			return err
		}
		if err := s.use(ctx, tx, l); err != nil {
			return err
		}
		return s.admit(ctx, tx, u, l.Workspace, l.Role, Actor{User: u.ID, Name: u.Name, Role: l.Role, Via: Web})
	})
}

// ResetPassword uses a reset: the password changes, every session of its owner ends, and their other resets work no more.
func (s *Service) ResetPassword(ctx context.Context, secret, password string) error {
	l, err := s.FindLink(ctx, Reset, secret)
	if err != nil {
		return err
	}
	use := func(tx *db.Tx) error { return s.use(ctx, tx, l) }
	return s.setPassword(ctx, l.Workspace, l.User, password, Actor{User: l.User, Name: "reset link", Via: Web}, use, "")
}

// ChangePassword changes one's own password, which must be known, and ends every other session. After some wrong ones it is a fault.TooMany for
// a while: who sits down at an open browser cannot try passwords either.
func (s *Service) ChangePassword(ctx context.Context, who Signed, old, password, keep string) error {
	if err := s.prove(ctx, who, old); err != nil {
		return err
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
	hash, err := s.hashPassword(password)
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
		if err := dropResets(ctx, tx, user); err != nil {
			return err
		}
		return s.note(ctx, tx, by, "change password", "user", user, nil)
	})
}
