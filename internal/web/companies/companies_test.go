package companies

import (
	"fmt"
	"strings"
	"testing"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/id"
	"tandem/internal/journey"
	"tandem/internal/money"
	"tandem/internal/people/contact"
	"tandem/internal/sales/deal"
	"tandem/internal/team"
	"tandem/internal/test/dbtest"
	"tandem/internal/web/webtest"
)

func TestTemplates(t *testing.T) { webtest.Templates(t, listPage, companyPage, journeyPart) }

func TestACompanyShowsTheJourneyOfAllItsPeople(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := webtest.New(t, d, Routes)
		var company id.ID
		s.Write(t, func(tx *db.Tx) error {
			rows := []contact.Row{{Name: "Hanne", External: "1", Company: "Broodhuis"}, {Name: "Bert", External: "2", Company: "Broodhuis"}, {Name: "Eve", External: "3", Company: "Other"}}
			for i := range 60 {
				rows = append(rows, contact.Row{Name: "x", External: fmt.Sprint("x", i), Company: fmt.Sprintf("Company %02d", i)})
			}
			made, err := s.Contacts.PutAll(t.Context(), tx, rows, contact.Options{})
			if err != nil {
				return err
			}
			known, err := s.Contacts.Contacts(t.Context(), tx, []id.ID{made.Puts[0].ID})
			company = known[made.Puts[0].ID].CompanyID
			if err != nil {
				return err
			}
			var touches []journey.Touch
			for i := range 45 {
				touches = append(touches, journey.Touch{ContactID: made.Puts[i%2].ID, Kind: journey.Visit, At: clock.Of(s.Clock.Now()) - clock.Micros(i)*3600e6, Note: fmt.Sprintf("visit %02d", i)})
			}
			touches = append(touches, journey.Touch{ContactID: made.Puts[2].ID, Kind: journey.Call, At: clock.Of(s.Clock.Now()), Note: "not theirs"})
			return s.Journey.Record(t.Context(), tx, touches)
		})
		b := s.As(t, team.Viewer)
		page := b.Open("/companies/"+company.String()).Is(200).Says("Broodhuis", "Hanne", "Bert", "45 touches", "visit 00", "visit 01").Hides("not theirs", "visit 44")
		more := webtest.Attr(page.One(".older a"), "href")
		b.Open(more).Is(200).Says("visit 44", "Broodhuis")
		b.Partial = true
		b.Open(more).Is(200).Says("visit 44").Hides("Details", "visit 01")
		b.Partial = false
		b.Open("/companies/" + company.String() + "?wing=m").Is(200).Hides("visit 00")
		b.Open("/companies/0000000000001").Is(404)
		b.Open("/companies?q=brood").Is(200).Says("Broodhuis").Hides("Company 01")
		first := b.Open("/companies").Is(200).Says("Broodhuis", "Company 00")
		second := b.Open(webtest.Attr(first.One("a[rel=next]"), "href")).Is(200)
		if n := strings.Count(first.Body+second.Body, `class="who`); n != 62 {
			t.Errorf("the list has %d companies", n)
		}
		back := b.Open(webtest.Attr(second.One("a[rel=prev]"), "href")).Is(200).Says("Broodhuis", "Company 00")
		if strings.Count(back.Body, `class="who`) != 50 || len(back.All("a[rel=prev]")) != 0 {
			t.Error("the way back does not lead to the first page")
		}
		first.Says("Field visit visit 00")
		b.Open("/companies?after=nonsense").Is(422)
	})
}

func TestTheListSaysWhatWasWonFromACompany(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := webtest.New(t, d, Routes)
		s.Write(t, func(tx *db.Tx) error {
			made, err := s.Contacts.PutAll(t.Context(), tx, []contact.Row{{Name: "Hanne", External: "1", Company: "Broodhuis"}, {Name: "Eve", External: "2", Company: "Other"}}, contact.Options{})
			if err != nil {
				return err
			}
			known, err := s.Contacts.Contacts(t.Context(), tx, []id.ID{made.Puts[0].ID, made.Puts[1].ID})
			if err != nil {
				return err
			}
			hanne, eve := known[made.Puts[0].ID], known[made.Puts[1].ID]
			now := clock.Of(s.Clock.Now())
			for _, one := range []struct {
				deal.Opening
				minor int64
				in    money.Currency
				win   bool
			}{
				{deal.Opening{Company: hanne.CompanyID}, 100_00, "EUR", true},
				{deal.Opening{Contact: hanne.ID}, 20_00, "EUR", true},
				{deal.Opening{Company: hanne.CompanyID, Contact: hanne.ID}, 3_00, "EUR", true}, // named twice, counted once
				{deal.Opening{Company: hanne.CompanyID}, 5000_00, "EUR", false},
				{deal.Opening{Company: hanne.CompanyID}, 7000_00, "USD", true},
				{deal.Opening{Contact: eve.ID}, 9_00, "EUR", true},
			} {
				one.Name, one.Amount = "Bikes", money.Amount{Minor: one.minor, Currency: one.in}
				opened, err := s.Deals.Open(t.Context(), tx, s.By(), now, one.Opening)
				if err == nil && one.win {
					_, err = s.Deals.Win(t.Context(), tx, s.By(), now, opened.ID)
				}
				if err != nil {
					return err
				}
			}
			return nil
		})
		s.As(t, team.Viewer).Open("/companies").Is(200).Says("€123", "€9.00").Hides("€5,", "$7")
	})
}
