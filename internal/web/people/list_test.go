package people

import (
	"fmt"
	"strings"
	"testing"

	"tandem/internal/db"
	"tandem/internal/id"
	"tandem/internal/people/contact"
	"tandem/internal/team"
	"tandem/internal/test/dbtest"
	"tandem/internal/web/webtest"
)

func TestTemplates(t *testing.T) {
	webtest.Templates(t, listPage, rowsPart, countsPart, builderPart, addPage)
}

// crowd is a site with so many people: Person 000 from Gent and so on, every third from elsewhere.
func crowd(t *testing.T, d *db.DB, n int) (*webtest.Site, []id.ID) {
	t.Helper()
	s := webtest.New(t, d, Routes)
	var ids []id.ID
	s.Write(t, func(tx *db.Tx) error {
		var rows []contact.Row
		for i := range n {
			city := "Gent"
			if i%3 == 0 {
				city = "Brugge"
			}
			key := fmt.Sprintf("p%03d@x.example", i)
			rows = append(rows, contact.Row{Name: fmt.Sprintf("Person %03d", i), Emails: []contact.Email{{Key: key, Shown: key}}, Place: contact.Place{City: city}})
		}
		made, err := s.Contacts.PutAll(t.Context(), tx, rows, contact.Options{})
		ids = nil
		for _, p := range made.Puts {
			ids = append(ids, p.ID)
		}
		return err
	})
	return s, ids
}

func TestTheListIsSearchedFilteredAndPaged(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, _ := crowd(t, d, 70)
		b := s.As(t, team.Viewer)
		first := b.Open("/people?sort=name").Is(200).Says("70 people", "Person 000", "Person 049").Hides("Person 050", "Add person")
		next := first.One("a[rel=next]")
		b.Open(webtest.Attr(next, "href")).Is(200).Says("Person 050", "Person 069").Hides("Person 049")
		b.Open("/people?q=person+01").Is(200).Says("10 people").Hides("Person 020")
		b.Open(`/people?rule={"if":{"field":"city","op":"is","value":"Brugge"}}`).Is(200).Says("24 people", "Town: Brugge").Hides("Person 001")
		b.Open("/people?q=zzz").Is(200).Says("Nobody matches")
		b.Open("/people?rule={").Is(422)
		b.Open("/people?after=nonsense").Is(422)
		b.Open("/people?segment=0000000000000").Is(404)
		b.Open("/people?sort=password").Is(422)
	})
}

func TestASegmentIsBuiltKeptAndRemoved(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, ids := crowd(t, d, 9)
		b := s.As(t, team.Marketing)
		b.Post("/people/"+ids[3].String()+"/consent", "state", "granted", "proof", "at the fair").Is(200)
		b.Partial = true
		rules := []string{"f", "city", "o", "is", "v", "Brugge", "d", "", "g", "all"}
		b.Post("/people/builder", rules...).Is(200).Says("3 people match now", "1 of them agreed to emails")
		b.Post("/segments", append(rules, "name", "")...).Is(422).Says("3 people match now")
		b.Post("/people/builder", append(rules, "add", "none")...).Is(200).Says("and none of")
		b.Post("/people/builder", append(rules, "drop", "0")...).Is(200).Says("9 people")
		b.Post("/people/builder", "f", "city", "o", "is").Is(422)
		b.Partial = false
		b.Post("/segments", append(rules, "name", "Bruges")...).Is(200).Says("Bruges", "3 people", "Town: Brugge")
		b.Post("/segments", append(rules, "name", "bruges")...).Is(409)
		tabs := b.Open("/people").All("nav.tabs a")
		of := strings.TrimPrefix(webtest.Attr(tabs[1], "href"), "/people?segment=")
		b.Post("/segments/"+of, append(rules, "name", "Other", "seen", "1")...).Is(409)
		b.Post("/segments/" + of + "/remove").Is(200).Says("Segment removed").Hides("Bruges")
		b.Post("/segments/" + of + "/restore").Is(200).Says("Bruges")
		s.As(t, team.Viewer).Post("/segments", append(rules, "name", "Mine")...).Is(403)
	})
}

func TestManyAreChangedAtOnceAndTakenBack(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, ids := crowd(t, d, 60)
		b := s.As(t, team.Sales)
		page := b.Post("/people/bulk", "person", ids[1].String(), "person", ids[2].String(), "action", "tag", "value", "VIP").Is(200).Says("2 people changed")
		vip := `/people?rule={"if":{"field":"tag","op":"is","value":"vip"}}`
		b.Open(vip).Says("2 people")
		undo := webtest.Attr(page.One(".toast form"), "action")
		b.Post(undo).Is(200).Says("Taken back for 2 people")
		b.Open(vip).Says("Nobody matches")

		b.Post("/people/bulk", "everybody", "1", "action", "owner", "owner", "Tom").Says("60 people changed")
		all := b.Post("/people/bulk", "everybody", "1", "action", "lifecycle", "stage", "lead").Says("60 people changed")
		s.Write(t, func(tx *db.Tx) error {
			f, c, err := s.Contacts.Form(t.Context(), tx, ids[0])
			if err != nil {
				return err
			}
			f.Lifecycle = contact.Customer
			_, err = s.Contacts.Change(t.Context(), tx, s.By(), ids[0], c.UpdatedAt, f, "BE")
			return err
		})
		b.Post(webtest.Attr(all.One(".toast form"), "action")).Says("Taken back for 59 people")
		b.Open(`/people?rule={"if":{"field":"lifecycle","op":"is","value":"customer"}}`).Says("1 person", "Person 000")

		b.Post("/people/bulk", "action", "tag", "value", "x").Is(422)
		b.Post("/people/bulk", "person", ids[0].String(), "action", "password", "value", "x").Is(422)
		s.As(t, team.Viewer).Post("/people/bulk", "person", ids[0].String(), "action", "tag", "value", "x").Is(403)
	})
}

func TestSomebodyIsAddedByHandAndNotTwiceByMistake(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, _ := crowd(t, d, 1)
		b := s.As(t, team.Sales)
		b.Post("/people/new", "first_name", "Ann", "emails", "no address").Is(422).Says("is not an email address")
		b.Post("/people/new").Is(422).Says("Write a name")
		b.Post("/people/new", "first_name", "Double", "emails", "P000@x.example").Is(409).Says("This email is here already", "Person 000")
		b.Open("/people").Says("1 person")
		b.Partial = true
		made := b.Post("/people/new", "first_name", "<b>Ann</b>", "last_name", "=1+1", "emails", "ann@x.example\nann@y.example", "tags", "VIP").Is(204)
		if to := made.Header.Get("HX-Redirect"); !strings.HasPrefix(to, "/people/0") {
			t.Errorf("leads to %q", to)
		}
		b.Partial = false
		b.Open("/people").Is(200).Says("2 people", "<b>Ann</b> =1+1")
	})
}

func TestAPersonKnowsTheirPlaceOnTheListTheyWereOpenedFrom(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, ids := crowd(t, d, 60)
		b := s.As(t, team.Sales)
		list := b.Open(`/people?sort=name&rule={"if":{"field":"city","op":"is","value":"Brugge"}}`).Is(200)
		first := webtest.Attr(list.All("tbody a.who")[0], "href")
		page := b.Open(first).Is(200).Says("Person 000", "1 of 20")
		if n := len(page.All("[rel=prev]")); n != 0 {
			t.Errorf("the first has %d before them", n)
		}
		next := b.Open(webtest.Attr(page.One("[rel=next]"), "href")).Is(200).Says("Person 003", "2 of 20")
		b.Open(webtest.Attr(next.One("[rel=prev]"), "href")).Is(200).Says("Person 000", "1 of 20")
		b.Open(webtest.Attr(next.One(".crumbs a"), "href")).Is(200).Says("20 people")
		b.Post(webtest.Attr(next.One("form.composer"), "action"), "kind", "call", "text", "rang").Is(200).Says("Person 003", "2 of 20", "rang")
		b.Open("/people/" + ids[4].String()).Is(200).Hides(" of 20")
		for _, odd := range []string{"in=rule%3D%7B&row=1", "in=segment%3D0000000000001&row=1", "in=%25%25&row=1", "row=-1", "row=x", "in=sort%3Dname&row=99999999999999999999"} {
			b.Open("/people/" + ids[4].String() + "?" + odd).Is(200).Says("Person 004")
		}
	})
}

func TestAPersonSaysWhichSegmentsTheyAreIn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, ids := crowd(t, d, 2)
		b := s.As(t, team.Marketing)
		b.Post("/segments", "name", "In Brugge", "g", "all", "f", "city", "o", "is", "v", "Brugge", "d", "").Is(200)
		page := b.Open("/people/" + ids[0].String()).Is(200).Says("In Brugge")
		b.Open(webtest.Attr(page.One(".about a.tag"), "href")).Is(200).Says("1 person", "Person 000")
		b.Open("/people/" + ids[1].String()).Is(200).Hides("In Brugge")
	})
}

func TestARuleThatTheFormCannotShowIsSaidSoAndKept(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, _ := crowd(t, d, 6)
		b := s.As(t, team.Marketing)
		brugge, named := `{"if":{"field":"city","op":"is","value":"Brugge"}}`, `{"if":{"field":"name","op":"contains","value":"000"}}`
		two := `{"all":[{"any":[` + brugge + `,` + named + `]},{"any":[` + named + `]}]}`
		b.Open("/people?panel=1&rule="+two).Is(200).Says("1 person", "deeper than this form can show")
		b.Open(`/people?panel=1&rule={"any":[` + brugge + `,` + named + `]}`).Is(200).Says("2 people").Hides("deeper than this form can show")
	})
}
