package segment_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/journey"
	"tandem/internal/people/contact"
	"tandem/internal/people/glance"
	"tandem/internal/people/segment"
	"tandem/internal/test/dbtest"
)

// TestARuleListsAllWhoMatchHoweverFarTheyStand has a tag that every second person has, and one that a few have who stand behind more people than are
// looked at one by one.
func TestARuleListsAllWhoMatchHoweverFarTheyStand(t *testing.T) {
	const people, few = 2600, 70
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := clock.NewFake(now)
		contacts := contact.New(journey.New(c), c)
		for from := 0; from < people; from += 500 {
			var rows []contact.Row
			for i := from; i < min(from+500, people); i++ {
				row := contact.Row{Name: fmt.Sprintf("Person %04d", i), Emails: email(fmt.Sprintf("%d@x.example", i)), CreatedAt: ago(i)}
				if i%2 == 0 {
					row.Tags = append(row.Tags, contact.Tag{Key: "many", Shown: "many"})
				}
				if i >= people-few {
					row.Tags = append(row.Tags, contact.Tag{Key: "few", Shown: "few"})
				}
				rows = append(rows, row)
			}
			if err := d.Write(t.Context(), ws, func(tx *db.Tx) error { _, err := contacts.PutAll(t.Context(), tx, rows, contact.Options{}); return err }); err != nil {
				t.Fatal(err)
			}
		}
		if err := d.Optimize(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := glance.CatchUp(t.Context(), d, ws); err != nil {
			t.Fatal(err)
		}
		for _, q := range []segment.Query{{Sort: segment.ByName}, {Sort: segment.ByName, Up: true}, {Sort: segment.ByAdded}, {Sort: segment.ByLast, Up: true}, {Sort: segment.ByStage}} {
			for _, words := range []string{"", "person"} {
				q.Words, q.Limit = words, 400
				q.Rule = if_("tag", segment.Is, "many")
				lists(t, d, q, people/2)
				q.Rule = if_("tag", segment.Is, "few")
				lists(t, d, q, few)
				q.Rule = segment.Rule{None: []segment.Rule{if_("tag", segment.Is, "few"), if_("tag", segment.Is, "many")}}
				lists(t, d, q, (people-few)/2)
			}
		}
		inOrder(t, d, if_("tag", segment.Is, "few"), people-few)
		inOrder(t, d, if_("tag", segment.Is, "many"), 0)
	})
}

// inOrder reads the first page by name, and wants it to begin with a person and to be in order.
func inOrder(t *testing.T, d *db.DB, rule segment.Rule, begins int) {
	t.Helper()
	err := d.Read(t.Context(), ws, func(tx *db.Tx) error {
		page, err := segment.List(t.Context(), tx, segment.Scope{Workspace: ws, Zone: time.UTC, Now: now}, segment.Query{Rule: rule, Sort: segment.ByName, Limit: 50})
		if err != nil {
			return err
		}
		var names []string
		for _, r := range page.Rows {
			names = append(names, r.Name)
		}
		if len(names) != 50 || names[0] != fmt.Sprintf("Person %04d", begins) || !slices.IsSorted(names) {
			t.Errorf("%d people from %v", len(names), names)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
