package segment

import (
	"cmp"
	"context"
	"fmt"

	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/id"
)

// Beside are the people before and after somebody on the list that a query asks for, 0 where there is nobody; glance.CatchUp first. Whoever is not
// on the list any more still has the neighbours of the place where they would stand.
func Beside(ctx context.Context, tx *db.Tx, s Scope, q Query, of id.ID) (before, after id.ID, err error) {
	order, ok := orders()[cmp.Or(q.Sort, ByLast)]
	if !ok {
		return 0, 0, fault.Invalidf("a list cannot be sorted by %q", string(q.Sort))
	}
	rows, err := rowsOf(ctx, tx, []id.ID{of})
	if err != nil {
		return 0, 0, fmt.Errorf("find the place of %s on a list: %w", of, err)
	}
	if rows[0].ID == 0 {
		return 0, 0, fault.NotFoundf("there is no contact %s", of)
	}
	next := func(back bool) (id.ID, error) {
		q.Cursor, q.Limit = order.cursor(&rows[0], 1, back), 1
		page, err := List(ctx, tx, s, q)
		if err != nil || len(page.Rows) == 0 {
			return 0, err
		}
		return page.Rows[0].ID, nil
	}
	if before, err = next(true); err == nil {
		after, err = next(false)
	}
	return before, after, err
}

// Holding are those of some segments that somebody is in now; glance.CatchUp first. One about a field that is gone holds nobody.
func Holding(ctx context.Context, tx *db.Tx, s Scope, some []Segment, of id.ID) ([]Segment, error) {
	var in []Segment
	for _, one := range some {
		rule, err := one.Rule()
		if err != nil {
			return nil, err
		}
		a, err := Query{Rule: rule}.asks(ctx, tx, s)
		if fault.Is(err, fault.Invalid) {
			continue
		}
		if err != nil {
			return nil, err
		}
		found, err := a.matching(ctx, tx, []id.ID{of})
		if err != nil {
			return nil, fmt.Errorf("ask whether %s is in segment %s: %w", of, one.ID, err)
		}
		if len(found) > 0 {
			in = append(in, one)
		}
	}
	return in, nil
}
