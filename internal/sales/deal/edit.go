package deal

import (
	"context"
	"fmt"
	"strings"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/id"
	"tandem/internal/money"
	"tandem/internal/team"
)

// Details are what somebody may write about a deal besides where it stands.
type Details struct {
	Name   string
	Amount money.Amount // may be nothing
	Owner  string
}

// Change makes a deal what the details say and records an edit; the win of a won deal then says the new amount. seen is the UpdatedAt of what the
// caller had before them: if somebody changed the deal since, it is a Conflict.
func (s *Service) Change(ctx context.Context, tx *db.Tx, by team.Actor, now clock.Micros, deal id.ID, seen clock.Micros, to Details) (Deal, error) {
	return s.step(ctx, tx, by, now, "edit", deal, func(d *Deal, _ *book, st *story) error {
		if d.UpdatedAt != seen {
			return changedMeanwhile(d)
		}
		if to.Name = strings.TrimSpace(to.Name); to.Name == "" {
			return fault.Invalidf("a deal needs a name")
		}
		if err := checkAmount(to.Amount.Minor, to.Amount.Currency); err != nil {
			return err
		}
		was := *d
		d.Name, d.Amount, d.Currency, d.Owner = to.Name, to.Amount.Minor, to.Amount.Currency, strings.TrimSpace(to.Owner)
		if d.Facts == was.Facts {
			return nil
		}
		st.correct(&was, d, 0)
		st.edit(d, now, "")
		return nil
	})
}

func changedMeanwhile(d *Deal) error {
	return fault.Conflictf("somebody changed the deal %q meanwhile", d.Name).WithMend("look at it as it is now, and do it again")
}

// Seen is a Conflict if the deal is no longer as it was at an instant, its UpdatedAt when the caller looked.
func (d *Deal) Seen(at clock.Micros) error {
	if d.UpdatedAt != at {
		return changedMeanwhile(d)
	}
	return nil
}

// LoseIn is Lose with the stage chosen, which must be a lost one. A deal that is lost already gets the stage and the reason.
func (s *Service) LoseIn(ctx context.Context, tx *db.Tx, by team.Actor, now clock.Micros, deal, stage id.ID, reason string) (Deal, error) {
	return s.step(ctx, tx, by, now, "lose", deal, func(d *Deal, b *book, st *story) error {
		to, ok := b.stage(stage)
		if !ok || to.Status != Lost {
			return fault.NotFoundf("there is no stage %s for lost deals", stage)
		}
		was := *d
		d.LostReason = strings.TrimSpace(reason)
		if d.Status == Lost {
			d.enter(to, now)
			st.correct(&was, d, 0)
			return nil
		}
		d.step(to, now, st)
		return nil
	})
}

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
