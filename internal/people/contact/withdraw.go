package contact

import (
	"context"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/id"
	"tandem/internal/team"
)

// Withdraw takes back that somebody was added by hand. Somebody who has a history by now, or whom anybody changed since, stays: that is a
// fault.Conflict. What others keep about the person is theirs to look at first.
func (s *Service) Withdraw(ctx context.Context, tx *db.Tx, by team.Actor, contact id.ID) error {
	if err := by.Check(team.WritePeople); err != nil {
		return err
	}
	c, err := s.Contact(ctx, tx, contact)
	if err != nil {
		return err
	}
	if c.UpdatedAt != c.CreatedAt {
		return ErrHistory()
	}
	stay, err := s.remove(ctx, tx, []id.ID{contact})
	if err != nil {
		return err
	}
	if len(stay) > 0 {
		return ErrHistory()
	}
	return team.Note(ctx, tx, by, clock.Of(s.clock.Now()), team.Deed{Action: "withdraw", Entity: "contact", Record: contact, Detail: map[string]any{"name": c.Name}})
}

// ErrHistory says that somebody stays because there is more about them by now.
func ErrHistory() error {
	return fault.Conflictf("this person stays: there is more about them by now")
}
