package segment_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/id"
	"tandem/internal/journey"
	"tandem/internal/people/contact"
	"tandem/internal/people/glance"
	"tandem/internal/people/segment"
	"tandem/internal/test/dbtest"
)

// TestWordsThatManyHaveAreListedAsWholeAsRareOnes pages through people of one name, of whom there are more than one statement names, in every order,
// with a rule and without.
func TestWordsThatManyHaveAreListedAsWholeAsRareOnes(t *testing.T) {
	const many = 1300
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := clock.NewFake(now)
		contacts := contact.New(journey.New(c), c)
		for from := 0; from < many; from += 500 {
			var rows []contact.Row
			for i := from; i < min(from+500, many); i++ {
				stage := contact.Lead
				if i%3 == 0 {
					stage = contact.Customer
				}
				rows = append(rows, contact.Row{Name: fmt.Sprintf("Hanne %04d", (i*7)%many), Emails: email(fmt.Sprintf("%d@x.example", i)), Lifecycle: stage, Owner: fmt.Sprint("O", i%5), CreatedAt: ago(i % 90)})
			}
			rows = append(rows, contact.Row{Name: "Somebody else", Emails: email(fmt.Sprintf("else%d@x.example", from))})
			if err := d.Write(t.Context(), ws, func(tx *db.Tx) error { _, err := contacts.PutAll(t.Context(), tx, rows, contact.Options{}); return err }); err != nil {
				t.Fatal(err)
			}
		}
		if err := glance.CatchUp(t.Context(), d, ws); err != nil {
			t.Fatal(err)
		}
		customers := segment.Rule{All: []segment.Rule{{If: &segment.Condition{Field: "lifecycle", Op: segment.Is, Value: "customer"}}}}
		for rule, want := range map[*segment.Rule]int{{}: many, &customers: (many + 2) / 3} {
			for _, sort := range []segment.Sort{segment.ByName, segment.ByLast, segment.ByAdded, segment.ByOwner, segment.ByStage, segment.ByCompany} {
				lists(t, d, segment.Query{Rule: *rule, Words: "hanne", Sort: sort, Limit: 400}, want)
			}
		}
	})
}

// lists reads all pages of a query and compares what they, the count and the ids say.
func lists(t *testing.T, d *db.DB, q segment.Query, want int) {
	t.Helper()
	s := segment.Scope{Workspace: ws, Zone: time.UTC, Now: now}
	err := d.Read(t.Context(), ws, func(tx *db.Tx) error {
		seen := map[id.ID]bool{}
		for {
			page, err := segment.List(t.Context(), tx, s, q)
			if err != nil {
				return err
			}
			for _, r := range page.Rows {
				seen[r.ID] = true
			}
			if q.Cursor = page.Next; q.Cursor == "" {
				break
			}
		}
		n, err := segment.Count(t.Context(), tx, s, q)
		if err != nil {
			return err
		}
		var ids []id.ID
		for after := id.ID(0); ; {
			some, err := segment.IDs(t.Context(), tx, s, q, after)
			if err != nil {
				return err
			}
			if ids = append(ids, some...); len(some) < 400 {
				break
			}
			after = ids[len(ids)-1]
		}
		if len(seen) != want || n != want || len(ids) != want || !slices.IsSorted(ids) {
			t.Errorf("by %s: %d on the pages, %d counted, %d ids; want %d", q.Sort, len(seen), n, len(ids), want)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
