package contact_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/id"
	"tandem/internal/journey"
	"tandem/internal/people/contact"
	"tandem/internal/team"
	"tandem/internal/test/dbtest"
)

// many is ten people and their ids.
func many(k *desk) (people []id.ID) {
	var rows []contact.Row
	for i := range 10 {
		key := fmt.Sprintf("p%d@x.example", i)
		row := contact.Row{Name: fmt.Sprintf("P%d", i), Emails: []contact.Email{{Key: key, Shown: key}}}
		if i < 3 {
			row.Owner, row.Lifecycle, row.Tags = "Tom", contact.Customer, []contact.Tag{{Key: "vip", Shown: "VIP"}}
		}
		rows = append(rows, row)
	}
	for _, p := range k.put(contact.Options{}, rows...) {
		people = append(people, p.ID)
	}
	return people
}

func (k *desk) bulk(action contact.Action, value string, people []id.ID) (b contact.Bulk, changed int) {
	k.t.Helper()
	k.write(func(ctx context.Context, tx *db.Tx) (err error) {
		if b, err = k.s.StartBulk(ctx, tx, team.Console(), action, value); err != nil {
			return err
		}
		changed, err = k.s.BulkOn(ctx, tx, team.Console(), b, people)
		return err
	})
	return b, changed
}

func (k *desk) takeBack(s *contact.Service, bulk id.ID) (back int) {
	k.t.Helper()
	for after := id.ID(0); ; {
		var last id.ID
		k.write(func(ctx context.Context, tx *db.Tx) error {
			l, n, err := s.UndoBulk(ctx, tx, team.Console(), bulk, after)
			last, back = l, back+n
			return err
		})
		if last == 0 {
			return back
		}
		after = last
	}
}

func TestEachActOnManyChangesThoseOfWhomItIsNotSoAndIsTakenBackWhole(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := newDesk(t, d)
		people := many(k)
		state := func() string {
			text := ""
			for _, p := range people {
				c, a := k.read(p)
				text += fmt.Sprint(c.Owner, " ", c.Lifecycle, " ", c.LeadAt, " ")
				for _, tag := range a.Tags[p] {
					text += tag.Shown
				}
				text += "\n"
			}
			return text
		}
		before := state()
		for _, c := range []struct {
			action  contact.Action
			value   string
			changed int
		}{
			{contact.AddTag, "vip", 7},
			{contact.RemoveTag, "Vip", 3},
			{contact.SetOwner, "Tom", 7},
			{contact.SetOwner, "", 3},
			{contact.SetLifecycle, "customer", 7},
			{contact.SetLifecycle, "subscriber", 10},
			{contact.AddTag, "new", 10},
			{contact.RemoveTag, "nobody's", 0},
		} {
			b, changed := k.bulk(c.action, c.value, people)
			if changed != c.changed {
				t.Errorf("%s %q changed %d, want %d", c.action, c.value, changed, c.changed)
			}
			if again, n := k.bulk(c.action, c.value, people); n != 0 {
				t.Errorf("%s %q again changed %d by %s", c.action, c.value, n, again.ID)
			}
			if back := k.takeBack(k.s, b.ID); back != c.changed {
				t.Errorf("%s %q: %d taken back", c.action, c.value, back)
			}
			if back := k.takeBack(k.s, b.ID); back != 0 {
				t.Errorf("%s %q: %d taken back twice", c.action, c.value, back)
			}
			if after := state(); after != before {
				t.Errorf("after %s %q and back:\n%swas\n%s", c.action, c.value, after, before)
			}
		}
	})
}

func TestWhoeverWasChangedSinceStaysWhenAnActIsTakenBack(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := newDesk(t, d)
		people := many(k)
		b, _ := k.bulk(contact.SetOwner, "Mara", people)
		k.bulk(contact.SetOwner, "Inês", people[4:6])
		if back := k.takeBack(k.s, b.ID); back != 8 {
			t.Errorf("%d taken back", back)
		}
		if c, _ := k.read(people[4]); c.Owner != "Inês" {
			t.Errorf("the later owner is gone: %q", c.Owner)
		}
		touches := 0
		k.write(func(ctx context.Context, tx *db.Tx) error {
			of, err := k.j.Of(ctx, tx, people[5], clock.Of(time.Now().AddDate(9, 0, 0)), 10)
			for _, one := range of {
				if one.Kind == journey.Edited {
					touches++
				}
			}
			return err
		})
		if touches != 2 {
			t.Errorf("%d edits on the journey of somebody changed twice", touches)
		}
	})
}

func TestActsOnManyAreRefusedToViewersAndAfterThirtyDays(t *testing.T) {
	d := dbtest.SQLite(t)
	k := newDesk(t, d)
	people := many(k)
	b, _ := k.bulk(contact.AddTag, "x", people)
	later := contact.New(k.j, clock.NewFake(time.Date(2026, 6, 20, 9, 0, 0, 0, time.UTC)))
	viewer := team.Actor{Role: team.Viewer}
	refusals := map[string]struct {
		kind fault.Kind
		do   func(context.Context, *db.Tx) error
	}{
		"a viewer begins": {fault.Forbidden, func(ctx context.Context, tx *db.Tx) error {
			_, err := k.s.StartBulk(ctx, tx, viewer, contact.AddTag, "x")
			return err
		}},
		"a viewer goes on": {fault.Forbidden, func(ctx context.Context, tx *db.Tx) error {
			_, err := k.s.BulkOn(ctx, tx, viewer, b, people)
			return err
		}},
		"a viewer takes back": {fault.Forbidden, func(ctx context.Context, tx *db.Tx) error {
			_, _, err := k.s.UndoBulk(ctx, tx, viewer, b.ID, 0)
			return err
		}},
		"too late": {fault.NotFound, func(ctx context.Context, tx *db.Tx) error {
			_, _, err := later.UndoBulk(ctx, tx, team.Console(), b.ID, 0)
			return err
		}},
		"no tag": {fault.Invalid, func(ctx context.Context, tx *db.Tx) error {
			_, err := k.s.StartBulk(ctx, tx, team.Console(), contact.AddTag, " ")
			return err
		}},
		"no stage": {fault.Invalid, func(ctx context.Context, tx *db.Tx) error {
			_, err := k.s.StartBulk(ctx, tx, team.Console(), contact.SetLifecycle, "king")
			return err
		}},
	}
	for name, r := range refusals {
		err := d.Write(t.Context(), ws, func(tx *db.Tx) error { return r.do(t.Context(), tx) })
		if !fault.Is(err, r.kind) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
