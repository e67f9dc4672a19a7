package segment_test

import (
	"testing"

	"tandem/internal/db"
	"tandem/internal/id"
	"tandem/internal/people/glance"
	"tandem/internal/people/segment"
	"tandem/internal/test/dbtest"
)

// TestNeighboursAreThoseOfTheList asks for the neighbours of everybody, on lists in every order, whole and narrowed down.
func TestNeighboursAreThoseOfTheList(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := people(t, d)
		if err := glance.CatchUp(t.Context(), d, ws); err != nil {
			t.Fatal(err)
		}
		for _, sort := range []segment.Sort{segment.ByName, segment.ByCompany, segment.ByOwner, segment.ByStage, segment.ByAdded, segment.ByLast} {
			for _, q := range []segment.Query{{}, {Up: true}, {Words: "x.example"}, {Rule: segment.Rule{None: []segment.Rule{if_("name", segment.Is, "cor")}}}} {
				q.Sort, q.Limit = sort, 100
				read(t, d, func(tx *db.Tx) error { return neighbours(t, tx, s, q) })
			}
		}
	})
}

func neighbours(t *testing.T, tx *db.Tx, s segment.Scope, q segment.Query) error {
	page, err := segment.List(t.Context(), tx, s, q)
	if err != nil || len(page.Rows) < 2 {
		t.Fatalf("%d people on the list %+v: %v", len(page.Rows), q, err)
	}
	for i, row := range page.Rows {
		before, after, err := segment.Beside(t.Context(), tx, s, q, row.ID)
		if err != nil {
			return err
		}
		var is, follows id.ID
		if i > 0 {
			is = page.Rows[i-1].ID
		}
		if i+1 < len(page.Rows) {
			follows = page.Rows[i+1].ID
		}
		if before != is || after != follows {
			t.Errorf("%+v: beside %s stand %s and %s, want %s and %s", q, row.Name, before, after, is, follows)
		}
	}
	return nil
}

func TestWhoLeftAListStillHasNeighboursAndWhoIsUnknownHasNone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := people(t, d)
		read(t, d, func(tx *db.Tx) error {
			all, err := segment.List(t.Context(), tx, s, segment.Query{Sort: segment.ByName, Limit: 10})
			if err != nil {
				return err
			}
			without := segment.Query{Sort: segment.ByName, Rule: segment.Rule{None: []segment.Rule{if_("name", segment.Is, all.Rows[1].Name)}}}
			before, after, err := segment.Beside(t.Context(), tx, s, without, all.Rows[1].ID)
			if before != all.Rows[0].ID || after != all.Rows[2].ID {
				t.Errorf("%s and %s", before, after)
			}
			if _, _, unknown := segment.Beside(t.Context(), tx, s, without, 1); unknown == nil {
				t.Error("somebody who is not here has neighbours")
			}
			return err
		})
	})
}

func TestSomebodyIsHeldByTheSegmentsThatListThem(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := people(t, d)
		stored := func(r segment.Rule) segment.Segment { return segment.Segment{ID: id.New(), Stored: r.String()} }
		all := []segment.Segment{
			stored(if_("lifecycle", segment.Is, "customer")), stored(if_("tag", segment.Is, "VIP")), stored(if_("colour", segment.Is, "red")),
			stored(within(segment.Did, "call", 30)), stored(segment.Rule{}),
		}
		read(t, d, func(tx *db.Tx) error {
			page, err := segment.List(t.Context(), tx, s, segment.Query{Sort: segment.ByName, Limit: 10})
			if err != nil {
				return err
			}
			for _, row := range page.Rows {
				in, err := segment.Holding(t.Context(), tx, s, all, row.ID)
				if err != nil {
					return err
				}
				held := map[id.ID]bool{}
				for _, one := range in {
					held[one.ID] = true
				}
				for i, one := range all {
					rule, err := one.Rule()
					if err != nil || i == 2 { // a field that is gone
						continue
					}
					listed, err := segment.IDs(t.Context(), tx, s, segment.Query{Rule: rule, Limit: 10}, row.ID-1)
					if err != nil {
						return err
					}
					if is := len(listed) > 0 && listed[0] == row.ID; is != held[one.ID] {
						t.Errorf("%s is in %s: %v, on its list: %v", row.Name, one.Stored, held[one.ID], is)
					}
				}
				if held[all[2].ID] {
					t.Error("a field that is gone holds somebody")
				}
			}
			return nil
		})
	})
}
