package team

import (
	"context"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/id"
)

// ChangeRole gives a member another role. The last owner stays one. Resets of theirs, and links that they made and may not make any more, end.
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
		if err := dropOutgrown(ctx, tx, user, m, role); err != nil {
			return err
		}
		if _, err := db.Exec(ctx, tx, `UPDATE membership SET role = $3 WHERE user_id = $1 AND workspace_id = $2`, user, ws, role); err != nil {
			return err
		}
		return s.note(ctx, tx, by, "change role", "user", user, map[string]any{"from": m.Role, "to": role})
	})
}

// dropOutgrown ends the links that another role does not go with: a reset by which whoever made it would now come by more than they may give, and
// those that somebody made who may not any more.
func dropOutgrown(ctx context.Context, tx *db.Tx, user id.ID, was Membership, role Role) error {
	if err := dropResets(ctx, tx, user); err != nil {
		return err
	}
	if role.May(ManageUsers) && was.Role != Owner {
		return nil
	}
	return dropMade(ctx, tx, user, was.Workspace)
}

// RemoveMember takes a person out of the workspace: their sessions and tokens in it end at once, and the links that they made. What they did stays, under their name. The
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
		if err := dropMade(ctx, tx, user, ws); err != nil {
			return err
		}
		for _, statement := range []string{
			`DELETE FROM session WHERE user_id = $1 AND workspace_id = $2`,
			`DELETE FROM api_token WHERE user_id = $1 AND workspace_id = $2`,
			`DELETE FROM access_link WHERE user_id = $1 AND workspace_id = $2`,
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
