package palette

import (
	"net/url"
	"testing"

	"tandem/internal/db"
	"tandem/internal/people/contact"
	"tandem/internal/team"
	"tandem/internal/test/dbtest"
	"tandem/internal/web/webtest"
)

func TestTemplates(t *testing.T) { webtest.Templates(t, page, part) }

func TestPeopleCompaniesAndPlacesAreFoundByAnyPartOfTheirName(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := webtest.New(t, d, Routes)
		s.Write(t, func(tx *db.Tx) error {
			_, err := s.Contacts.PutAll(t.Context(), tx, []contact.Row{
				{Name: "Hanne De Smet", Emails: []contact.Email{{Key: "hanne@broodhuis.example", Shown: "hanne@broodhuis.example"}}, Company: "Broodhuis Bakeries"},
				{Emails: []contact.Email{{Key: "x@import.example", Shown: "x@import.example"}}, Name: "<script>alert(1)</script>"},
			}, contact.Options{})
			return err
		})
		b := s.As(t, team.Viewer)
		b.Open("/palette?q=anne").Is(200).Says("H anne De Smet", "@broodhuis.example").Hides("Go to")
		b.Open("/palette?q=broodhuis").Is(200).Says("Hanne De Smet", "Broodhuis Bakeries")
		b.Open("/palette?q=import").Is(200).Says("x@ import .example", "Go to", "<script>alert(1)</script>").Hides("Add person")
		b.Open("/palette?q=zzz").Is(200).Says("Nothing found")
		b.Partial = true
		options := b.Open("/palette?q=hanne").Is(200).All("[role=option]")
		if len(options) != 1 || webtest.Attr(options[0], "aria-selected") != "true" {
			t.Errorf("%d options", len(options))
		}
		s.Stranger(t).Open("/palette?q=hanne").Hides("Hanne")
	})
}

func TestPeopleAreFoundByTheirPhoneNumberHoweverItIsTyped(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := webtest.New(t, d, Routes)
		_, err := s.Team.Settle(t.Context(), s.Workspace, team.Settings{Change: team.Change{Name: "Alder Cycles"}, Imprint: team.Imprint{Country: "BE"}}, s.By())
		if err != nil {
			t.Fatal(err)
		}
		s.Write(t, func(tx *db.Tx) error {
			_, err := s.Contacts.PutAll(t.Context(), tx, []contact.Row{
				{Name: "Hanne De Smet", Phones: []contact.Phone{{Key: "+3292334455", Shown: "09 233 44 55"}}}, {Name: "Jelle", Phones: []contact.Phone{{Key: "+3292334456", Shown: "09 233 44 56"}}},
			}, contact.Options{})
			return err
		})
		b := s.As(t, team.Viewer)
		for _, number := range []string{"+32 9 233 44 55", "09/233.44.55", "003292334455", "3292334455"} {
			b.Open("/palette?" + url.Values{"q": {number}}.Encode()).Is(200).Says("Hanne De Smet").Hides("Jelle")
		}
		b.Open("/palette?q=23344").Hides("Hanne")
		b.Open("/palette?q=09233445").Says("Hanne De Smet", "Jelle")
		b.Open("/palette?q=smet+hanne").Says("Hanne De Smet").Hides("Jelle")
	})
}

func TestWhatSomebodyMayDoIsFoundByWhatItIsAbout(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := webtest.New(t, d, Routes)
		s.Write(t, func(tx *db.Tx) error {
			_, err := s.Contacts.PutAll(t.Context(), tx, []contact.Row{{Name: "Hanne De Smet"}}, contact.Options{})
			return err
		})
		owner, marketing, viewer := s.As(t, team.Owner), s.As(t, team.Marketing), s.As(t, team.Viewer)
		owner.Open("/palette?q=hanne").Says("Log a call with Hanne De Smet", "Add a note about Hanne De Smet")
		marketing.Open("/palette?q=hanne").Says("Add a note about").Hides("Log a call")
		viewer.Open("/palette?q=hanne").Says("Hanne De Smet").Hides("Add a note", "Log a call")
		owner.Open("/palette?q=audit").Says("Who changed what")
		viewer.Open("/palette?q=audit").Says("Nothing found")
		owner.Open("/palette?q=csv+imp").Says("Import a file")
		owner.Open("/palette").Says("Go to Today", "Do Add person").Hides("Work in the background")
		owner.Open("/palette?q=jobs").Says("Work in the background")
	})
}

func TestTheWordsStandOutAndNothingElse(t *testing.T) {
	for _, c := range []struct{ words, text, want string }{
		{"han", "Hanne Van Han", "<mark>Han</mark>ne Van <mark>Han</mark>"},
		{"", "Hanne", "Hanne"},
		{"<b>", "a<b>c", "a<mark>&lt;b&gt;</mark>c"},
		{"É", "Café", "Caf<mark>é</mark>"},
		{"zz", "<i>", "&lt;i&gt;"},
		{"aa", "aaa", "<mark>aa</mark>a"},
	} {
		if got := (Found{Words: c.words}).Mark(c.text); string(got) != c.want {
			t.Errorf("%q in %q: %s", c.words, c.text, got)
		}
	}
}
