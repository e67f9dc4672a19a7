package team

import (
	"context"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/id"
)

// Member is a user in a workspace.
type Member struct {
	ID     id.ID        `db:"id"`
	Name   string       `db:"name"`
	Email  string       `db:"email"`
	Role   Role         `db:"role"`
	TOTPAt clock.Micros `db:"totp_at,null"` // since when they sign in with a second factor, 0 for never
	Since  clock.Micros `db:"created_at"`
	SeenAt clock.Micros `db:"seen_at,null"` // when they last used the site, 0 for never
}

// mostMembers is how many people a workspace has at most; a business of this size needs far fewer.
const mostMembers = 500

// Members are the people of a workspace, by name.
func (s *Service) Members(ctx context.Context, ws id.Workspace) ([]Member, error) {
	var members []Member
	err := s.db.Read(ctx, 0, func(tx *db.Tx) (err error) {
		members, err = db.All[Member](ctx, tx, `SELECT u.id, u.name, u.email, m.role, u.totp_at, m.created_at,
				(SELECT MAX(s.seen_at) FROM session s WHERE s.user_id = u.id AND s.workspace_id = m.workspace_id) AS seen_at
			FROM membership m JOIN app_user u ON u.id = m.user_id WHERE m.workspace_id = $1 ORDER BY u.name, u.id LIMIT $2`, ws, mostMembers)
		return err
	})
	return members, err
}

// Joined are the names of all who ever joined a workspace, by their ids: those too who are gone, and whose deeds stay.
func (s *Service) Joined(ctx context.Context, ws id.Workspace) (map[id.ID]string, error) {
	type person struct {
		ID   id.ID  `db:"id"`
		Name string `db:"name"`
	}
	names := map[id.ID]string{}
	return names, s.db.Read(ctx, ws, func(tx *db.Tx) error {
		clear(names)
		return db.Each(ctx, tx, func(p *person) error { names[p.ID] = p.Name; return nil }, `SELECT DISTINCT u.id, u.name FROM audit a
			JOIN app_user u ON u.id = a.record_id WHERE a.workspace_id = $1 AND a.entity = 'user' AND a.action = 'join' ORDER BY u.id LIMIT $2`, ws, mostMembers)
	})
}

// AddMember makes a new user and a member at once, for the command line and for a business that is filled with examples. People who may choose
// their own password are invited.
func (s *Service) AddMember(ctx context.Context, ws id.Workspace, n NewUser, role Role, by Actor) (User, error) {
	if err := mayGive(by, role); err != nil {
		return User{}, err
	}
	u, err := s.newUser(n)
	if err != nil {
		return u, err
	}
	return u, s.db.Write(ctx, ws, func(tx *db.Tx) error { return s.join(ctx, tx, u, ws, role, by) })
}

// mayGive refuses who may not manage users, and who would make somebody more than they are themselves.
func mayGive(by Actor, role Role) error {
	if err := by.Check(ManageUsers); err != nil {
		return err
	}
	if !role.May(Read) {
		return wrong("role", "%q is not a role", string(role))
	}
	if role == Owner && by.Role != Owner {
		return fault.Forbiddenf("only an owner may make somebody an owner")
	}
	return nil
}
