package journey

import (
	"context"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/id"
)

// Place is where a reader of a timeline is: what is older than this comes next. The zero place is the newest end.
type Place struct {
	At clock.Micros
	ID id.ID
}

func (p Place) orNow() Place {
	if p.At == 0 {
		return Place{1<<63 - 1, 1<<63 - 1}
	}
	return p
}

// OfPerson returns up to limit standing touches of a contact that are older than a place, the newest first: of one side, or, if that is "", of
// both. Edits and corrections are left out.
func (s *Service) OfPerson(ctx context.Context, tx *db.Tx, contact id.ID, side Side, before Place, limit int) ([]Touch, error) {
	before = before.orNow()
	return db.All[Touch](ctx, tx, `SELECT `+columns+` FROM touch
		WHERE workspace_id = $1 AND contact_id = $2 AND retracted_at IS NULL AND side <> $3 AND ($4 = '' OR side = $5)
			AND (at < $6 OR at = $7 AND id < $8) ORDER BY at DESC, id DESC LIMIT $9`,
		tx.Workspace(), contact, None, side, side, before.At, before.At, before.ID, limit)
}

// OfPeople is OfPerson for everybody who belongs to a company, who are at most 500, and for the company itself.
func (s *Service) OfPeople(ctx context.Context, tx *db.Tx, people []id.ID, side Side, before Place, limit int) ([]Touch, error) {
	if len(people) == 0 {
		return nil, nil
	}
	before = before.orNow()
	list, args := db.List(9, people)
	return db.All[Touch](ctx, tx, `SELECT `+columns+` FROM touch
		WHERE workspace_id = $1 AND retracted_at IS NULL AND side <> $2 AND ($3 = '' OR side = $4)
			AND (at < $5 OR at = $6 AND id < $7) AND contact_id IN (`+list+`) ORDER BY at DESC, id DESC LIMIT $8`,
		append([]any{tx.Workspace(), None, side, side, before.At, before.At, before.ID, limit}, args...)...)
}

// Wings counts the standing touches of contacts, at most 500, by side.
func (s *Service) Wings(ctx context.Context, tx *db.Tx, people []id.ID) (marketing, sales int, err error) {
	if len(people) == 0 {
		return 0, 0, nil
	}
	list, args := db.List(2, people)
	type wing struct {
		Side Side `db:"side"`
		N    int  `db:"n"`
	}
	all, err := db.All[wing](ctx, tx, `SELECT side, COUNT(*) AS n FROM touch WHERE workspace_id = $1 AND retracted_at IS NULL AND contact_id IN (`+list+`)
		GROUP BY side`, append([]any{tx.Workspace()}, args...)...)
	for _, w := range all {
		switch w.Side {
		case Marketing:
			marketing = w.N
		case Sales:
			sales = w.N
		}
	}
	return marketing, sales, err
}
