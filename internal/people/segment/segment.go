package segment

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/id"
	"tandem/internal/team"
	"tandem/internal/text"
)

// Segment is a rule under a name: who matches it belongs to it, now and later.
type Segment struct {
	ID       id.ID  `db:"id"`
	Name     string `db:"name"`
	NameKey  string `db:"name_key"`
	Stored   string `db:"rule"`
	Position int64  `db:"position"` // its place among the views
	Look
	CreatedAt clock.Micros `db:"created_at"`
	UpdatedAt clock.Micros `db:"updated_at"`
}

// Look is how a segment is shown as a view of the list.
type Look struct {
	Columns string `db:"columns"` // their names with points between, "" for the usual ones
	Sort    Sort   `db:"sort"`    // "" is by last touch
	Up      bool   `db:"up"`
}

// Rule is the segment's rule.
func (s Segment) Rule() (Rule, error) { return Parse([]byte(s.Stored)) }

const columns = "id, name, name_key, rule, position, columns, sort, up, created_at, updated_at"

// mostSegments is how many a workspace has at most.
const mostSegments = 500

// Service keeps segments.
type Service struct{ clock clock.Clock }

// New is a service that tells the time by c.
func New(c clock.Clock) *Service { return &Service{c} }

// All are the workspace's segments, in the order of their places.
func (s *Service) All(ctx context.Context, tx *db.Tx) ([]Segment, error) {
	return db.All[Segment](ctx, tx, `SELECT `+columns+` FROM segment WHERE workspace_id = $1 AND removed_at IS NULL ORDER BY position, id LIMIT $2`,
		tx.Workspace(), mostSegments)
}

// Segment is one segment; a fault.NotFound if there is none.
func (s *Service) Segment(ctx context.Context, tx *db.Tx, segment id.ID) (Segment, error) {
	found, ok, err := db.Maybe[Segment](ctx, tx, `SELECT `+columns+` FROM segment WHERE workspace_id = $1 AND id = $2 AND removed_at IS NULL`,
		tx.Workspace(), segment)
	if err == nil && !ok {
		err = fault.NotFoundf("there is no such segment")
	}
	return found, err
}

// Save keeps a rule under a name, as a new segment.
func (s *Service) Save(ctx context.Context, tx *db.Tx, by team.Actor, scope Scope, name string, rule Rule) (Segment, error) {
	now := clock.Of(s.clock.Now())
	seg := Segment{ID: id.New(), Name: strings.TrimSpace(name), NameKey: text.Key(name), Stored: rule.String(), Position: int64(now), CreatedAt: now, UpdatedAt: now}
	if err := s.check(ctx, tx, by, scope, seg, rule); err != nil {
		return seg, err
	}
	if err := db.Insert(ctx, tx, "segment", seg); err != nil {
		return seg, err
	}
	return seg, team.Note(ctx, tx, by, now, team.Deed{Action: "save", Entity: "segment", Record: seg.ID, Detail: map[string]any{"name": seg.Name, "rule": rule}})
}

// Change gives a segment another name and rule. Whoever changed it since the caller read it is not overwritten: that is a fault.Conflict.
func (s *Service) Change(ctx context.Context, tx *db.Tx, by team.Actor, scope Scope, segment id.ID, seen clock.Micros, name string, rule Rule) (Segment, error) {
	seg, err := s.Segment(ctx, tx, segment)
	if err != nil {
		return seg, err
	}
	if seg.UpdatedAt != seen {
		return seg, fault.Conflictf("somebody changed this segment meanwhile").WithMend("look at it again, or save yours as a new one")
	}
	now := max(clock.Of(s.clock.Now()), seg.UpdatedAt+1)
	seg.Name, seg.NameKey, seg.Stored, seg.UpdatedAt = strings.TrimSpace(name), text.Key(name), rule.String(), now
	if err := s.check(ctx, tx, by, scope, seg, rule); err != nil {
		return seg, err
	}
	_, err = db.Exec(ctx, tx, `UPDATE segment SET name = $3, name_key = $4, rule = $5, updated_at = $6 WHERE workspace_id = $1 AND id = $2`,
		tx.Workspace(), segment, seg.Name, seg.NameKey, seg.Stored, seg.UpdatedAt)
	if err != nil {
		return seg, err
	}
	return seg, team.Note(ctx, tx, by, now, team.Deed{Action: "edit", Entity: "segment", Record: seg.ID, Detail: map[string]any{"name": seg.Name, "rule": rule}})
}

func (s *Service) check(ctx context.Context, tx *db.Tx, by team.Actor, scope Scope, seg Segment, rule Rule) error {
	if err := by.Check(team.WritePeople); err != nil {
		return err
	}
	if n := utf8.RuneCountInString(seg.Name); n == 0 || n > 100 || seg.NameKey == "" {
		return fault.Invalidf("a segment's name has 1 to %d characters", 100)
	}
	if _, _, err := compile(rule, scope, true); err != nil {
		return err
	}
	all, err := s.All(ctx, tx)
	if err != nil {
		return err
	}
	for _, other := range all {
		if other.NameKey == seg.NameKey && other.ID != seg.ID {
			return fault.Conflictf("there is a segment %q already", other.Name).WithMend("choose another name")
		}
	}
	if len(all) >= mostSegments {
		return fault.Conflictf("a workspace has at most %d segments", mostSegments)
	}
	return nil
}

// Show keeps how a segment is shown as a view: its columns and its order. It is no change of whom the segment means.
func (s *Service) Show(ctx context.Context, tx *db.Tx, by team.Actor, segment id.ID, as Look) error {
	if err := by.Check(team.WritePeople); err != nil {
		return err
	}
	if as.Sort != "" && !as.Sort.Known() || len(as.Columns) > longest {
		return fault.Invalidf("a list cannot be shown like this")
	}
	n, err := db.Exec(ctx, tx, `UPDATE segment SET columns = $3, sort = $4, up = $5 WHERE workspace_id = $1 AND id = $2 AND removed_at IS NULL`,
		tx.Workspace(), segment, as.Columns, as.Sort, as.Up)
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.NotFoundf("there is no such segment")
	}
	return team.Note(ctx, tx, by, clock.Of(s.clock.Now()), team.Deed{Action: "show", Entity: "segment", Record: segment, Detail: as})
}

// MoveUp gives a segment the place of the one before it among the views.
func (s *Service) MoveUp(ctx context.Context, tx *db.Tx, by team.Actor, segment id.ID) error {
	if err := by.Check(team.WritePeople); err != nil {
		return err
	}
	all, err := s.All(ctx, tx)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(all, func(one Segment) bool { return one.ID == segment })
	if at < 0 {
		return fault.NotFoundf("there is no such segment")
	}
	if at == 0 {
		return nil
	}
	for _, move := range []struct {
		segment id.ID
		to      int64
	}{{all[at].ID, all[at-1].Position}, {all[at-1].ID, max(all[at].Position, all[at-1].Position+1)}} {
		_, err := db.Exec(ctx, tx, `UPDATE segment SET position = $3 WHERE workspace_id = $1 AND id = $2`, tx.Workspace(), move.segment, move.to)
		if err != nil {
			return err
		}
	}
	return team.Note(ctx, tx, by, clock.Of(s.clock.Now()), team.Deed{Action: "move", Entity: "segment", Record: segment})
}

// Remove takes a segment away; Restore brings it back.
func (s *Service) Remove(ctx context.Context, tx *db.Tx, by team.Actor, segment id.ID) error {
	if _, err := s.Segment(ctx, tx, segment); err != nil {
		return err
	}
	return s.mark(ctx, tx, by, segment, "remove", clock.Of(s.clock.Now()))
}

// Restore brings a segment back that was removed.
func (s *Service) Restore(ctx context.Context, tx *db.Tx, by team.Actor, segment id.ID) error {
	return s.mark(ctx, tx, by, segment, "restore", nil)
}

func (s *Service) mark(ctx context.Context, tx *db.Tx, by team.Actor, segment id.ID, action string, removed any) error {
	if err := by.Check(team.WritePeople); err != nil {
		return err
	}
	n, err := db.Exec(ctx, tx, `UPDATE segment SET removed_at = $3 WHERE workspace_id = $1 AND id = $2`, tx.Workspace(), segment, removed)
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.NotFoundf("there is no such segment")
	}
	return team.Note(ctx, tx, by, clock.Of(s.clock.Now()), team.Deed{Action: action, Entity: "segment", Record: segment})
}
