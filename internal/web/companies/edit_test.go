package companies

import (
	"strings"
	"testing"

	"tandem/internal/db"
	"tandem/internal/id"
	"tandem/internal/people/contact"
	"tandem/internal/team"
	"tandem/internal/test/dbtest"
	"tandem/internal/web/webtest"
)

func TestTheFormOfACompanyAsksForWhatIsThere(t *testing.T) { webtest.Templates(t, editPage) }

// bakery is a site with one company, and the company's path.
func bakery(t *testing.T, d *db.DB) (*webtest.Site, string) {
	t.Helper()
	s := webtest.New(t, d, Routes)
	var c contact.Company
	s.Write(t, func(tx *db.Tx) (err error) {
		c, err = s.Contacts.CreateCompany(t.Context(), tx, s.By(), contact.CompanyForm{Name: "Broodhuis", City: "Gent"}, "BE")
		return err
	})
	return s, "/companies/" + c.ID.String()
}

func TestTheLaterOfTwoEditorsOfACompanyIsToldAndLosesNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, path := bakery(t, d)
		mara, tom := s.As(t, team.Owner), s.As(t, team.Sales)
		mara.Open(path).Is(200).One(`a[href="` + path + `/edit"].icon`)
		seen := webtest.Attr(mara.Open(path+"/edit").Is(200).One("[name=seen]"), "value")
		page := mara.Post(path+"/edit", "seen", seen, "name", "Broodhuis NV", "city", "Gent", "emails", "info@b.example\nshop@b.example").Is(200).
			Says("Details saved", "Broodhuis NV", "shop@b.example")
		again := tom.Post(path+"/edit", "seen", seen, "name", "Broodhuis", "city", "Brugge").Is(409).Says("Mara Claes changed this company meanwhile", "Broodhuis NV")
		if v := webtest.Attr(again.One("[name=city]"), "value"); v != "Brugge" {
			t.Errorf("what Tom typed is %q now", v)
		}
		mara.Post(webtest.Attr(page.One(".toast form"), "action")).Is(200).Says("Taken back", "Broodhuis").Hides("Broodhuis NV", "shop@b.example")
		mara.Post(path + "/undo").Is(200).Says("Broodhuis NV") // what was taken back comes back the same way
		fresh := webtest.Attr(tom.Open(path+"/edit").One("[name=seen]"), "value")
		wrong := tom.Post(path+"/edit", "seen", fresh, "name", "Broodhuis", "country", "Belgium").Is(422).Says("is not a country")
		if webtest.Attr(wrong.One("[name=country]"), "aria-invalid") != "true" {
			t.Error("the wrong field is not marked")
		}
		tom.Post(path+"/edit", "seen", fresh, "name", "Broodhuis", "city", "Brugge").Is(200).Says("Brugge")
		tom.Post(path+"/edit", "name", "x").Is(422)
	})
}

func TestACompanyIsAddedByHandOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, _ := bakery(t, d)
		b := s.As(t, team.Marketing)
		b.Open("/companies").Is(200).One(`a[href="/companies/new"]`)
		b.Post("/companies/new", "name", "broodhuis", "city", "Aalst").Is(409).Says("is here already")
		b.Post("/companies/new", "name", " ").Is(422).Says("A company needs a name")
		b.Post("/companies/new", "name", "Molen", "domain", "molen.example", "tags", "Mill").Is(200).Says("Company added", "Molen", "molen.example", "Mill")
		b.Open("/companies").Says("Broodhuis", "Molen")
	})
}

func TestAViewerChangesNoCompany(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, path := bakery(t, d)
		seen := webtest.Attr(s.As(t, team.Owner).Open(path+"/edit").One("[name=seen]"), "value")
		b := s.As(t, team.Viewer)
		if n := len(b.Open(path).Is(200).All(`a[href$="/edit"]`)); n != 0 {
			t.Errorf("a viewer is offered %d ways to edit", n)
		}
		b.Open(path + "/edit").Is(403)
		b.Post(path+"/edit", "seen", seen, "name", "Mine").Is(403)
		b.Post(path + "/undo").Is(403)
		b.Post("/companies/new", "name", "Mine").Is(403)
		b.Open("/companies").Is(200).Says("Broodhuis").Hides("Mine", "Add company")
	})
}

func TestWhateverACompanysFieldsHoldIsShownAsText(t *testing.T) {
	s, _ := bakery(t, dbtest.SQLite(t))
	b := s.As(t, team.Owner)
	for i, text := range []string{`<script>canary()</script>`, `"><img src=x onerror=canary()>`, `{{.Secret}}`, `=HYPERLINK("http://x")`, "\u202eright to left", "🚲", strings.Repeat("long", 120)} {
		var of id.ID
		s.Write(t, func(tx *db.Tx) error {
			f := contact.CompanyForm{Name: text, Street: text, City: text, Region: text, Owner: text, Tags: []string{text}}
			c, err := s.Contacts.CreateCompany(t.Context(), tx, s.By(), f, "BE")
			of = c.ID
			return err
		})
		for _, path := range []string{"/companies/" + of.String(), "/companies/" + of.String() + "/edit", "/companies"} {
			page := b.Open(path).Is(200)
			if strings.Contains(page.Body, "<script>canary") || len(page.All("img, [onerror]")) > 0 {
				t.Errorf("%s runs text %d", path, i)
			}
		}
		b.Open("/companies/" + of.String()).Says(text)
	}
}
