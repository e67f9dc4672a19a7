package contact_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"tandem/internal/change"
	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/id"
	"tandem/internal/journey"
	"tandem/internal/people/contact"
	"tandem/internal/test/dbtest"
)

const ws = id.Workspace(7)

// desk is contacts on one database.
type desk struct {
	t testing.TB
	d *db.DB
	s *contact.Service
	j *journey.Service
}

func newDesk(t testing.TB, d *db.DB) *desk {
	c := clock.NewFake(time.Date(2026, 5, 20, 9, 0, 0, 0, time.UTC))
	j := journey.New(c)
	return &desk{t, d, contact.New(j, c), j}
}

func (k *desk) write(do func(context.Context, *db.Tx) error) {
	k.t.Helper()
	if err := k.d.Write(context.Background(), ws, func(tx *db.Tx) error { return do(context.Background(), tx) }); err != nil {
		k.t.Fatal(err)
	}
}

func (k *desk) put(o contact.Options, rows ...contact.Row) (puts []change.Put) {
	k.t.Helper()
	k.write(func(ctx context.Context, tx *db.Tx) error {
		result, err := k.s.PutAll(ctx, tx, rows, o)
		puts = result.Puts
		return err
	})
	return puts
}

func (k *desk) read(of id.ID) (c contact.Contact, a contact.Addresses) {
	k.t.Helper()
	k.write(func(ctx context.Context, tx *db.Tx) (err error) {
		if c, err = k.s.Contact(ctx, tx, of); err != nil {
			return err
		}
		a, err = k.s.AddressesOf(ctx, tx, []id.ID{of})
		return err
	})
	return c, a
}

func email(s string) []contact.Email { return []contact.Email{{Key: s, Shown: s}} }
func phone(s string) []contact.Phone { return []contact.Phone{{Key: s, Shown: s}} }

func TestARowFindsItsPerson(t *testing.T) {
	for _, c := range []struct {
		name string
		row  contact.Row
		same bool
	}{
		{"by external id, whatever the email", contact.Row{External: "a", Emails: email("other@x.example")}, true},
		{"by email", contact.Row{Emails: email("anna@x.example")}, true},
		{"by phone, where it has nothing else", contact.Row{Phones: phone("+4930901820")}, true},
		{"a new external id that shares the email is somebody else", contact.Row{External: "b", Emails: email("anna@x.example")}, false},
		{"a new email that shares the phone is somebody else", contact.Row{Emails: email("ben@x.example"), Phones: phone("+4930901820")}, false},
		{"an external id of another system is no hint", contact.Row{External: "z"}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, d *db.DB) {
				k := newDesk(t, d)
				anna := k.put(contact.Options{}, contact.Row{External: "a", Emails: email("anna@x.example"), Phones: phone("+4930901820")})[0].ID
				k.put(contact.Options{System: "shop"}, contact.Row{External: "z", Emails: email("zoe@x.example")})
				if got := k.put(contact.Options{}, c.row)[0].ID == anna; got != c.same {
					t.Errorf("found Anna: %v, want %v", got, c.same)
				}
			})
		})
	}
}

func TestTheFirstEmailAndPhoneStayTheFirst(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := newDesk(t, d)
		anna := k.put(contact.Options{}, contact.Row{
			Emails: slices.Concat(email("z@x.example"), email("m@x.example"), email("a@x.example")), Phones: slices.Concat(phone("+4930901820"), phone("+3212345678")),
		})[0].ID
		_, a := k.read(anna)
		var order []string
		for _, one := range slices.Concat(a.Emails[anna], a.Phones[anna]) {
			order = append(order, one.Key)
		}
		if want := []string{"z@x.example", "m@x.example", "a@x.example", "+4930901820", "+3212345678"}; !slices.Equal(order, want) {
			t.Errorf("the order is %q, want %q", order, want)
		}
	})
}

func TestAContactWithoutAnIdOfTheSystemGetsIt(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := newDesk(t, d)
		anna := k.put(contact.Options{}, contact.Row{Emails: email("anna@x.example")})[0].ID
		got := k.put(contact.Options{System: "shop"}, contact.Row{External: "17", Emails: email("anna@x.example")})[0]
		if got.ID != anna || got.Outcome != change.Updated {
			t.Errorf("got %+v, want Anna updated", got)
		}
		if _, a := k.read(anna); len(a.Externals[anna]) != 1 || a.Externals[anna][0].System != "shop" {
			t.Errorf("external ids: %+v", a.Externals)
		}
	})
}

func TestOnlyWhatIsEmptyIsFilledUnlessOverwritten(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := newDesk(t, d)
		anna := k.put(contact.Options{}, contact.Row{External: "a", FirstName: "Anna", Place: contact.Place{City: "Berlin"}})[0].ID
		later := contact.Row{External: "a", FirstName: "Hanna", LastName: "Koch", Place: contact.Place{City: "Bonn"}, Emails: email("anna@x.example")}

		k.put(contact.Options{}, later)
		if c, a := k.read(anna); c.FirstName != "Anna" || c.LastName != "Koch" || c.City != "Berlin" || len(a.Emails[anna]) != 1 {
			t.Errorf("filled: %+v", c)
		}
		k.put(contact.Options{Overwrite: true}, later)
		if c, _ := k.read(anna); c.FirstName != "Hanna" || c.City != "Bonn" || c.Name != "Hanna Koch" {
			t.Errorf("overwritten: %+v", c)
		}
		if puts := k.put(contact.Options{Overwrite: true}, later); puts[0].Outcome != change.Unchanged {
			t.Errorf("the same again: %+v", puts[0])
		}
	})
}

func TestTwoRowsOfOnePersonInOneFileAreOnePerson(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := newDesk(t, d)
		puts := k.put(contact.Options{}, contact.Row{Emails: email("a@x.example"), FirstName: "A"}, contact.Row{Emails: email("a@x.example"), LastName: "B"})
		if puts[0].ID != puts[1].ID || puts[0].Outcome != change.Created || puts[1].Outcome != change.Updated {
			t.Fatalf("got %+v", puts)
		}
		if c, _ := k.read(puts[0].ID); c.Name != "A B" && c.LastName != "B" {
			t.Errorf("the second row is lost: %+v", c)
		}
	})
}

func TestHowSomebodyCameIsOneTouch(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := newDesk(t, d)
		row := contact.Row{External: "a", Channel: "Fair", CreatedAt: 1000}
		anna := k.put(contact.Options{}, row)[0].ID
		k.put(contact.Options{}, row)
		k.put(contact.Options{}, contact.Row{External: "a", Channel: "Other"})
		k.expectArrival(anna, "Fair")
		k.put(contact.Options{Overwrite: true}, contact.Row{External: "a", Channel: "Other"})
		k.expectArrival(anna, "Other")
	})
}

func (k *desk) expectArrival(of id.ID, channel string) {
	k.t.Helper()
	k.write(func(ctx context.Context, tx *db.Tx) error {
		touches, err := k.j.Of(ctx, tx, of, clock.Of(time.Now().AddDate(1, 0, 0)), 100)
		came := 0
		for _, touch := range touches {
			if touch.Kind == journey.Acquired {
				came++
				if touch.Channel != channel || touch.At != 1000 {
					k.t.Errorf("came by %q at %d, want %q at 1000", touch.Channel, touch.At, channel)
				}
			}
		}
		if came != 1 {
			k.t.Errorf("%d touches say how they came", came)
		}
		return err
	})
}

func TestUndoKeepsWhatSomebodyChangedSinceAndWhoHasAHistory(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := newDesk(t, d)
		made := k.put(contact.Options{}, contact.Row{External: "a", Title: "CEO"}, contact.Row{External: "b"})
		edit := k.put(contact.Options{Overwrite: true}, contact.Row{External: "a", Title: "CTO", Place: contact.Place{City: "Bonn"}})[0]
		k.put(contact.Options{Overwrite: true}, contact.Row{External: "a", Title: "COO"})
		k.write(func(ctx context.Context, tx *db.Tx) error {
			return k.j.Record(ctx, tx, []journey.Touch{{ContactID: made[0].ID, At: 1, Kind: journey.Call}})
		})
		var kept []id.ID
		k.write(func(ctx context.Context, tx *db.Tx) (err error) {
			kept, err = k.s.UndoAll(ctx, tx, []change.Undo{
				{ID: edit.ID, Before: edit.Before, After: edit.After}, {ID: made[1].ID, Created: true}, {ID: made[0].ID, Created: true},
			})
			return err
		})
		if len(kept) != 2 || kept[0] != made[0].ID || kept[1] != made[0].ID {
			t.Errorf("kept %v, want Anna twice: her title was changed since, and she has a call", kept)
		}
		if c, _ := k.read(made[0].ID); c.Title != "COO" || c.City != "" {
			t.Errorf("got title %q and city %q", c.Title, c.City)
		}
		k.write(func(ctx context.Context, tx *db.Tx) error {
			left, err := k.s.Contacts(ctx, tx, []id.ID{made[1].ID})
			if len(left) != 0 {
				t.Errorf("the contact without a history is still there")
			}
			return err
		})
	})
}

func TestReferencesNamePeopleTheWayFilesDo(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := newDesk(t, d)
		anna := k.put(contact.Options{}, contact.Row{External: "a", Emails: email("anna@x.example"), Phones: phone("+4930901820")})[0].ID
		var rows []contact.Row
		for _, s := range []string{"Anna@X.example", "a", "+49 30 901820", "new@x.example", "NEW@x.example", "stranger"} {
			r, err := contact.Reference(s, "")
			if err != nil {
				t.Fatal(err)
			}
			rows = append(rows, r)
		}
		k.write(func(ctx context.Context, tx *db.Tx) error {
			found, made, err := k.s.Resolve(ctx, tx, rows, contact.Options{})
			if err != nil {
				return err
			}
			if found[0] != anna || found[1] != anna || found[2] != anna || found[3] != found[4] || found[5] == found[4] || len(made) != 2 {
				t.Errorf("found %v, made %v", found, made)
			}
			return nil
		})
	})
	for _, s := range []string{"", "a@", "@b", "a@b@c", "+", "+49"} {
		if r, err := contact.Reference(s, ""); err == nil {
			t.Errorf("Reference(%q) = %+v, want an error", s, r)
		}
	}
}
