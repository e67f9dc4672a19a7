package activity

import (
	"context"
	"fmt"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/id"
	"tandem/internal/journey"
	"tandem/internal/team"
)

// Service keeps activities. Everything it does happens in the caller's transaction.
type Service struct {
	journey *journey.Service
	clock   clock.Clock
}

// New is a service that writes its touches to j and tells the time by c.
func New(j *journey.Service, c clock.Clock) *Service { return &Service{j, c} }

func (s *Service) now() clock.Micros { return clock.Of(s.clock.Now()) }

// Write writes an activity down, and its touch, if it was done and leaves one.
func (s *Service) Write(ctx context.Context, tx *db.Tx, by team.Actor, d Doing) (Activity, error) {
	now := s.now()
	if err := by.Check(d.Kind.right()); err != nil {
		return Activity{}, err
	}
	if err := d.check(now); err != nil {
		return Activity{}, err
	}
	if was, found, err := written(ctx, tx, d.ID); found || err != nil {
		return was, err
	}
	a := Activity{
		ID: d.ID, Kind: d.Kind, Contact: d.Contact, Deal: d.Deal, Owner: d.Owner, Text: d.Text, Missed: d.Missed, DueAt: d.DueAt,
		MadeBy: by.Name, CreatedAt: now, UpdatedAt: now,
	}
	if a.ID == 0 {
		a.ID = id.New()
	}
	if a.Owner == "" {
		a.Owner = by.Name
	}
	if a.DueAt == 0 && a.Kind != Task {
		a.DoneAt = d.At
		if a.DoneAt == 0 {
			a.DoneAt = now
		}
	}
	if err := s.leave(ctx, tx, by, &a); err != nil {
		return a, err
	}
	if err := db.Insert(ctx, tx, "activity", a); err != nil {
		return a, err
	}
	return a, team.Note(ctx, tx, by, now, team.Deed{Action: "log", Entity: "activity", Record: a.ID, Detail: map[string]any{"kind": a.Kind, "contact": a.Contact}})
}

// written is what was written down under an id before.
func written(ctx context.Context, tx *db.Tx, as id.ID) (Activity, bool, error) {
	if as == 0 {
		return Activity{}, false, nil
	}
	return db.Maybe[Activity](ctx, tx, `SELECT `+columns+` FROM activity WHERE workspace_id = $1 AND id = $2`, tx.Workspace(), as)
}

// leave records the touch of an activity that is done.
func (s *Service) leave(ctx context.Context, tx *db.Tx, by team.Actor, a *Activity) error {
	if a.DoneAt == 0 || a.Kind.touch() == "" || a.Contact == 0 {
		return nil
	}
	t := journey.Touch{
		ID: id.New(), ContactID: a.Contact, DealID: a.Deal, At: a.DoneAt, Kind: a.Kind.touch(), Note: a.Text, User: by.User,
	}
	if a.Missed {
		t.Detail = `{"missed":true}`
	}
	a.Touch = t.ID
	return s.journey.Record(ctx, tx, []journey.Touch{t})
}

// Activity is one activity; a fault.NotFound if there is none.
func (s *Service) Activity(ctx context.Context, tx *db.Tx, activity id.ID) (Activity, error) {
	a, found, err := db.Maybe[Activity](ctx, tx, `SELECT `+columns+` FROM activity WHERE workspace_id = $1 AND id = $2`, tx.Workspace(), activity)
	if err == nil && !found {
		err = fault.NotFoundf("there is no such activity")
	}
	return a, err
}

// Done says that what was planned is done, now.
func (s *Service) Done(ctx context.Context, tx *db.Tx, by team.Actor, activity id.ID) (Activity, error) {
	return s.change(ctx, tx, by, activity, "finish", func(a *Activity) error {
		if a.DoneAt != 0 {
			return nil
		}
		a.DoneAt = s.now()
		return s.leave(ctx, tx, by, a)
	})
}

// Reopen says that it is still to be done: its touch is taken back.
func (s *Service) Reopen(ctx context.Context, tx *db.Tx, by team.Actor, activity id.ID) (Activity, error) {
	return s.change(ctx, tx, by, activity, "reopen", func(a *Activity) error {
		if a.DueAt == 0 && a.Kind != Task {
			return fault.Conflictf("this was never planned, so it cannot be still to be done")
		}
		touch := a.Touch
		a.DoneAt, a.Touch = 0, 0
		return s.retract(ctx, tx, touch)
	})
}

func (s *Service) retract(ctx context.Context, tx *db.Tx, touch id.ID) error {
	if touch == 0 {
		return nil
	}
	return s.journey.Retract(ctx, tx, []id.ID{touch})
}

// Remove takes an activity away, with its touch; Restore brings both back.
func (s *Service) Remove(ctx context.Context, tx *db.Tx, by team.Actor, activity id.ID) (Activity, error) {
	return s.change(ctx, tx, by, activity, "remove", func(a *Activity) error {
		if a.RemovedAt != 0 {
			return nil
		}
		a.RemovedAt = s.now()
		return s.retract(ctx, tx, a.Touch)
	})
}

// Restore brings an activity back that was removed.
func (s *Service) Restore(ctx context.Context, tx *db.Tx, by team.Actor, activity id.ID) (Activity, error) {
	return s.change(ctx, tx, by, activity, "restore", func(a *Activity) error {
		if a.RemovedAt == 0 {
			return nil
		}
		a.RemovedAt = 0
		if a.Touch == 0 {
			return nil
		}
		return s.journey.Restore(ctx, tx, []id.ID{a.Touch})
	})
}

func (s *Service) change(ctx context.Context, tx *db.Tx, by team.Actor, activity id.ID, action string, do func(*Activity) error) (Activity, error) {
	a, err := s.Activity(ctx, tx, activity)
	if err != nil {
		return a, err
	}
	if err := by.Check(a.Kind.right()); err != nil {
		return a, err
	}
	if err := do(&a); err != nil {
		return a, err
	}
	a.UpdatedAt = s.now()
	if err := db.Upsert(ctx, tx, "activity", []string{"id"}, a); err != nil {
		return a, fmt.Errorf("%s activity %s: %w", action, activity, err)
	}
	return a, team.Note(ctx, tx, by, a.UpdatedAt, team.Deed{Action: action, Entity: "activity", Record: a.ID, Detail: map[string]any{"kind": a.Kind, "contact": a.Contact}})
}

// Due is what is to be done until an instant, the longest overdue first; of everybody, or of one owner.
func (s *Service) Due(ctx context.Context, tx *db.Tx, owner string, until clock.Micros, limit int) ([]Activity, error) {
	return db.All[Activity](ctx, tx, `SELECT `+columns+` FROM activity WHERE workspace_id = $1 AND due_at <= $2 AND due_at IS NOT NULL
			AND done_at IS NULL AND removed_at IS NULL AND ($3 = '' OR owner = $4) ORDER BY due_at, id LIMIT $5`,
		tx.Workspace(), until, owner, owner, limit)
}

// Open is what is still to be done for a person, the next first, what has no date last.
func (s *Service) Open(ctx context.Context, tx *db.Tx, contact id.ID) ([]Activity, error) {
	return db.All[Activity](ctx, tx, `SELECT `+columns+` FROM activity WHERE workspace_id = $1 AND contact_id = $2
			AND done_at IS NULL AND removed_at IS NULL ORDER BY CASE WHEN due_at IS NULL THEN 1 ELSE 0 END, due_at, id LIMIT 100`, tx.Workspace(), contact)
}

// ByTouches finds the activities that left touches.
func (s *Service) ByTouches(ctx context.Context, tx *db.Tx, contact id.ID) (map[id.ID]Activity, error) {
	all := map[id.ID]Activity{}
	err := db.Each(ctx, tx, func(a *Activity) error { all[a.Touch] = *a; return nil },
		`SELECT `+columns+` FROM activity WHERE workspace_id = $1 AND contact_id = $2 AND touch_id IS NOT NULL AND removed_at IS NULL
		ORDER BY id DESC LIMIT 1000`, tx.Workspace(), contact)
	return all, err
}
