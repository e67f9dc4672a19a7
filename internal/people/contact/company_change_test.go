package contact_test

import (
	"context"
	"strings"
	"testing"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/id"
	"tandem/internal/journey"
	"tandem/internal/people/contact"
	"tandem/internal/team"
	"tandem/internal/test/dbtest"
)

var (
	mara = team.Actor{User: 4, Name: "Mara", Role: team.Marketing}
	tom  = team.Actor{User: 5, Name: "Tom", Role: team.Sales}
)

// bakery is a company made by hand.
func (k *desk) bakery(f contact.CompanyForm) (c contact.Company) {
	k.t.Helper()
	k.write(func(ctx context.Context, tx *db.Tx) (err error) {
		c, err = k.s.CreateCompany(ctx, tx, mara, f, "BE")
		return err
	})
	return c
}

// change tries to change a company and returns what came of it.
func (k *desk) change(by team.Actor, of id.ID, seen clock.Micros, f contact.CompanyForm) (c contact.Company, err error) {
	err = k.d.Write(context.Background(), ws, func(tx *db.Tx) (err error) {
		c, err = k.s.ChangeCompany(context.Background(), tx, by, of, seen, f, "BE")
		return err
	})
	return c, err
}

func (k *desk) form(of id.ID) (f contact.CompanyForm) {
	k.t.Helper()
	k.write(func(ctx context.Context, tx *db.Tx) (err error) {
		f, _, err = k.s.CompanyForm(ctx, tx, of)
		return err
	})
	return f
}

func TestTheLaterOfTwoWhoChangeACompanyIsToldWho(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := newDesk(t, d)
		c := k.bakery(contact.CompanyForm{Name: "Broodhuis", Domain: "https://www.broodhuis.example/shop", Phones: []string{"09 223 45 67"}, Tags: []string{"Bakery"}})
		f := k.form(c.ID)
		f.Name, f.Emails = "Broodhuis NV", []string{"info@broodhuis.example"}
		if _, err := k.change(mara, c.ID, c.UpdatedAt, f); err != nil {
			t.Fatal(err)
		}
		_, err := k.change(tom, c.ID, c.UpdatedAt, contact.CompanyForm{Name: "Other"})
		if !fault.Is(err, fault.Conflict) || !strings.Contains(err.Error(), "Mara") {
			t.Errorf("the later one is told %v", err)
		}
		if got := k.form(c.ID); got.Name != "Broodhuis NV" || len(got.Emails) != 1 || len(got.Phones) != 1 || got.Tags[0] != "Bakery" {
			t.Errorf("it is now %+v", got)
		}
	})
}

func TestTheLastChangeOfACompanyIsTakenBackWhole(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := newDesk(t, d)
		c := k.bakery(contact.CompanyForm{Name: "Broodhuis", Emails: []string{"a@b.example", "c@b.example"}, Tags: []string{"Bakery"}, City: "Gent"})
		undo := func() error {
			return k.d.Write(t.Context(), ws, func(tx *db.Tx) error { _, err := k.s.UndoCompany(t.Context(), tx, tom, c.ID, "BE"); return err })
		}
		if err := undo(); !fault.Is(err, fault.Conflict) {
			t.Errorf("taking back what was never changed: %v", err)
		}
		was := k.form(c.ID)
		if _, err := k.change(tom, c.ID, c.UpdatedAt, contact.CompanyForm{Name: "Nothing else"}); err != nil {
			t.Fatal(err)
		}
		if err := undo(); err != nil {
			t.Fatal(err)
		}
		if got := k.form(c.ID); got.Name != was.Name || strings.Join(got.Emails, " ") != "a@b.example c@b.example" || got.City != "Gent" || len(got.Tags) != 1 {
			t.Errorf("taken back to %+v", got)
		}
		k.write(func(ctx context.Context, tx *db.Tx) error {
			trail, err := team.TrailOf(ctx, tx, "company", c.ID, 10)
			edits, more := db.All[id.ID](ctx, tx, `SELECT id FROM touch WHERE workspace_id = $1 AND company_id = $2 AND kind = $3 AND side = $4`, ws, c.ID, journey.Edited, journey.None)
			if len(trail) != 3 || len(edits) != 2 || more != nil {
				t.Errorf("%d lines of the trail, %d edits on the journey, %v", len(trail), len(edits), more)
			}
			return err
		})
	})
}

func TestWhatNoCompanyCanBeIsRefused(t *testing.T) {
	k := newDesk(t, dbtest.SQLite(t))
	c := k.bakery(contact.CompanyForm{Name: "Broodhuis", Domain: "broodhuis.example"})
	for field, f := range map[string]contact.CompanyForm{
		"name":    {Name: " "},
		"street":  {Name: "B", Street: strings.Repeat("x", 501)},
		"country": {Name: "B", Country: "Belgium"},
		"emails":  {Name: "B", Emails: []string{"no address"}},
		"phones":  {Name: "B", Phones: []string{"call me"}},
	} {
		_, err := k.change(mara, c.ID, c.UpdatedAt, f)
		if !fault.Is(err, fault.Invalid) {
			t.Errorf("a wrong %s: %v", field, err)
		}
	}
	if _, err := k.change(team.Actor{Role: team.Viewer}, c.ID, c.UpdatedAt, contact.CompanyForm{Name: "B"}); !fault.Is(err, fault.Forbidden) {
		t.Errorf("a viewer: %v", err)
	}
	if _, err := k.change(mara, 1, 0, contact.CompanyForm{Name: "B"}); !fault.Is(err, fault.NotFound) {
		t.Errorf("an unknown one: %v", err)
	}
	for _, again := range []contact.CompanyForm{{Name: "BROODHUIS"}, {Name: "New", Domain: "www.broodhuis.example"}} {
		err := k.d.Write(t.Context(), ws, func(tx *db.Tx) error { _, err := k.s.CreateCompany(t.Context(), tx, mara, again, "BE"); return err })
		if !fault.Is(err, fault.Conflict) {
			t.Errorf("%+v again: %v", again, err)
		}
	}
	if got := k.form(c.ID); got.Name != "Broodhuis" {
		t.Errorf("it is now %+v", got)
	}
}
