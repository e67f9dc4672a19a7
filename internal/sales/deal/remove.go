package deal

import (
	"context"
	"fmt"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/id"
	"tandem/internal/team"
)

// Remove takes a deal away, with what the journey says of its opening and closing; Restore brings both back. What has been paid for a deal keeps
// pointing at it.
func (s *Service) Remove(ctx context.Context, tx *db.Tx, by team.Actor, now clock.Micros, deal id.ID) (Deal, error) {
	return s.stand(ctx, tx, by, now, "remove", deal, now)
}

// Restore brings a deal back that was removed.
func (s *Service) Restore(ctx context.Context, tx *db.Tx, by team.Actor, now clock.Micros, deal id.ID) (Deal, error) {
	return s.stand(ctx, tx, by, now, "restore", deal, 0)
}

// stand makes a deal removed at an instant, or not at all.
func (s *Service) stand(ctx context.Context, tx *db.Tx, by team.Actor, now clock.Micros, action string, deal id.ID, removed clock.Micros) (Deal, error) {
	if err := by.Check(team.WriteSales); err != nil {
		return Deal{}, err
	}
	d, found, err := s.kept(ctx, tx, deal)
	if err == nil && !found {
		err = fault.NotFoundf("there is no deal %s", deal)
	}
	if err != nil || d.stands() == (removed == 0) {
		return d, err
	}
	var st story
	was := d
	d.RemovedAt, d.UpdatedAt = removed, max(now, d.UpdatedAt+1)
	st.correct(&was, &d, 0)
	if err := save(ctx, tx, nil, []Deal{d}); err != nil {
		return d, fmt.Errorf("%s deal %s: %w", action, deal, err)
	}
	if err := s.write(ctx, tx, &st); err != nil {
		return d, err
	}
	return d, d.note(ctx, tx, by, now, action)
}

// kept is a deal, removed or not.
func (s *Service) kept(ctx context.Context, tx *db.Tx, deal id.ID) (Deal, bool, error) {
	return db.Maybe[Deal](ctx, tx, `SELECT `+columns+` FROM deal WHERE workspace_id = $1 AND id = $2`, tx.Workspace(), deal)
}
