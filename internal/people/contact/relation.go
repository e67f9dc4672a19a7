package contact

import (
	"context"
	"fmt"
	"slices"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/id"
)

// RelationKind is how one person stands to another.
type RelationKind string

// The kinds of relations, read from the first person to the other: Anna was introduced by Ben, works with Ben, was told by Ben. Working together
// holds both ways.
const (
	IntroducedBy RelationKind = "introduced_by"
	WorksWith    RelationKind = "works_with"
	ToldBy       RelationKind = "told_by"
)

// Relation is how a contact stands to another one.
type Relation struct {
	ID        id.ID        `db:"id"`
	ContactID id.ID        `db:"contact_id"`
	OtherID   id.ID        `db:"other_id"`
	Kind      RelationKind `db:"kind"`
	CreatedAt clock.Micros `db:"created_at"`
}

// Relate writes down how a contact stands to another one; what is known already stays as it is. A person stands in no relation to themselves.
func (s *Service) Relate(ctx context.Context, tx *db.Tx, contact id.ID, kind RelationKind, other id.ID) error {
	if !slices.Contains([]RelationKind{IntroducedBy, WorksWith, ToldBy}, kind) {
		return fault.Invalidf("%q is no relation between people", string(kind)).WithMend("write introduced_by, works_with or told_by")
	}
	if contact == other {
		return fault.Invalidf("nobody stands in a relation to themselves")
	}
	known, err := s.Contacts(ctx, tx, []id.ID{contact, other})
	if err != nil {
		return err
	}
	for _, c := range []id.ID{contact, other} {
		if _, ok := known[c]; !ok {
			return fault.NotFoundf("there is no contact %s", c)
		}
	}
	if kind == WorksWith && other < contact {
		contact, other = other, contact // one row for both ways
	}
	_, err = db.InsertNew(ctx, tx, "relation", Relation{id.New(), contact, other, kind, clock.Of(s.clock.Now())})
	if err != nil {
		return fmt.Errorf("relate contacts %s and %s: %w", contact, other, err)
	}
	return nil
}

// Part takes a relation away, if there is one.
func (s *Service) Part(ctx context.Context, tx *db.Tx, contact id.ID, kind RelationKind, other id.ID) error {
	if kind == WorksWith && other < contact {
		contact, other = other, contact
	}
	_, err := db.Exec(ctx, tx, `DELETE FROM relation WHERE workspace_id = $1 AND contact_id = $2 AND kind = $3 AND other_id = $4`,
		tx.Workspace(), contact, kind, other)
	if err != nil {
		return fmt.Errorf("part contacts %s and %s: %w", contact, other, err)
	}
	return nil
}

// Relations are those that a contact stands in, on either side, the oldest first.
func (s *Service) Relations(ctx context.Context, tx *db.Tx, contact id.ID) ([]Relation, error) {
	return db.All[Relation](ctx, tx, `SELECT id, contact_id, other_id, kind, created_at FROM relation
		WHERE workspace_id = $1 AND (contact_id = $2 OR other_id = $2) ORDER BY id LIMIT 1000`, tx.Workspace(), contact)
}
