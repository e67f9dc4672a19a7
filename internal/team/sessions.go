package team

import (
	"context"
	"strings"
	"unicode/utf8"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/id"
)

const mostSessions = 200

// Sessions are the browsers in which somebody is signed in, the one used last first.
func (s *Service) Sessions(ctx context.Context, user id.ID) ([]Session, error) {
	var all []Session
	err := s.db.Read(ctx, 0, func(tx *db.Tx) (err error) {
		all, err = db.All[Session](ctx, tx, `SELECT `+sessionColumns+` FROM session
			WHERE user_id = $1 AND expires_at > $2 AND NOT waits ORDER BY seen_at DESC, id DESC LIMIT $3`, user, clock.Of(s.clock.Now()), mostSessions)
		return err
	})
	return all, err
}

// EndSession signs one of somebody's own browsers out.
func (s *Service) EndSession(ctx context.Context, who Signed, session id.ID) error {
	return s.db.Write(ctx, who.Workspace.ID, func(tx *db.Tx) error {
		n, err := db.Exec(ctx, tx, `DELETE FROM session WHERE id = $1 AND user_id = $2`, session, who.User.ID)
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.NotFoundf("this session is over already")
		}
		return s.note(ctx, tx, who.Actor, "end session", "user", who.User.ID, nil)
	})
}

// EndOthers signs somebody out everywhere but here.
func (s *Service) EndOthers(ctx context.Context, who Signed) error {
	return s.db.Write(ctx, who.Workspace.ID, func(tx *db.Tx) error {
		if _, err := db.Exec(ctx, tx, `DELETE FROM session WHERE user_id = $1 AND id <> $2`, who.User.ID, who.Session); err != nil {
			return err
		}
		return s.note(ctx, tx, who.Actor, "end other sessions", "user", who.User.ID, nil)
	})
}

// Place is a workspace that somebody belongs to, and what they are there.
type Place struct {
	ID   id.Workspace `db:"id"`
	Name string       `db:"name"`
	Role Role         `db:"role"`
}

// Places are the workspaces that somebody belongs to, by name.
func (s *Service) Places(ctx context.Context, user id.ID) ([]Place, error) {
	var all []Place
	err := s.db.Read(ctx, 0, func(tx *db.Tx) (err error) {
		all, err = db.All[Place](ctx, tx, `SELECT w.id, w.name, m.role FROM membership m JOIN workspace w ON w.id = m.workspace_id
			WHERE m.user_id = $1 ORDER BY w.name, w.id LIMIT $2`, user, mostMembers)
		return err
	})
	return all, err
}

// Switch takes a session to another workspace that its user belongs to; any other is a fault.NotFound.
func (s *Service) Switch(ctx context.Context, who Signed, to id.Workspace) error {
	return s.db.Write(ctx, 0, func(tx *db.Tx) error {
		_, belongs, err := membershipOf(ctx, tx, who.User.ID, to)
		if err != nil {
			return err
		}
		if !belongs {
			return fault.NotFoundf("there is no such workspace")
		}
		_, err = db.Exec(ctx, tx, `UPDATE session SET workspace_id = $2 WHERE id = $1`, who.Session, to)
		return err
	})
}

// Rename changes somebody's own name.
func (s *Service) Rename(ctx context.Context, who Signed, name string) error {
	name = strings.TrimSpace(name)
	if name == "" || utf8.RuneCountInString(name) > longestName {
		return wrong("name", "a name has 1 to %d characters", longestName)
	}
	return s.db.Write(ctx, who.Workspace.ID, func(tx *db.Tx) error {
		if _, err := db.Exec(ctx, tx, `UPDATE app_user SET name = $2 WHERE id = $1`, who.User.ID, name); err != nil {
			return err
		}
		return s.note(ctx, tx, who.Actor, "rename", "user", who.User.ID, map[string]any{"from": who.User.Name, "to": name})
	})
}
