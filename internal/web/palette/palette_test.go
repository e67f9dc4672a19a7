package palette

import (
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
		b.Open("/palette?q=anne").Is(200).Says("Hanne De Smet", "hanne@broodhuis.example").Hides("Go to")
		b.Open("/palette?q=broodhuis").Is(200).Says("Hanne De Smet", "Broodhuis Bakeries")
		b.Open("/palette?q=import").Is(200).Says("x@import.example", "Go to", "<script>alert(1)</script>").Hides("Add person")
		b.Open("/palette?q=zzz").Is(200).Says("Nothing found")
		b.Partial = true
		options := b.Open("/palette?q=hanne").Is(200).All("[role=option]")
		if len(options) != 1 || webtest.Attr(options[0], "aria-selected") != "true" {
			t.Errorf("%d options", len(options))
		}
		s.Stranger(t).Open("/palette?q=hanne").Hides("Hanne")
	})
}
