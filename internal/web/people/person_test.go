package people

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/id"
	"tandem/internal/journey"
	"tandem/internal/people/contact"
	"tandem/internal/team"
	"tandem/internal/test/dbtest"
	"tandem/internal/web/webtest"
)

func TestPersonTemplates(t *testing.T) {
	webtest.Templates(t, personPage, journeyPart, costPart, editPage)
}

func TestACallIsWrittenDownAndTakenAway(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, ids := crowd(t, d, 1)
		path := "/people/" + ids[0].String()
		b := s.As(t, team.Sales)
		page := b.Post(path+"/touches", "kind", "call", "text", "wants <b>four</b> bikes").Is(200).Says("Call saved", "wants <b>four</b> bikes", "A sales", "1 touch")
		b.Post(webtest.Attr(page.One(".toast form"), "action")).Is(200).Says("Taken away", "No touches yet")
		b.Post(path+"/touches", "kind", "task", "text", "send the quote", "due", "2026-05-20T09:00").Is(200).Says("Task planned", "send the quote", "1 h 24 min late")
		b.Post(path+"/touches", "kind", "note", "text", " ").Is(422).Says("Write a few words first")
		b.Post(path+"/touches", "kind", "meeting", "text", "kept", "plan", "1", "due", "some day").Is(422).Says("is not a time", "kept")
		b.Post("/people/0000000000001/touches", "kind", "note", "text", "x").Is(404)

		marketing := s.As(t, team.Marketing)
		marketing.Post(path+"/touches", "kind", "note", "text", "read our brochure").Is(200).Says("read our brochure")
		marketing.Post(path+"/touches", "kind", "call", "text", "x").Is(403)
		marketing.Open(path).Is(200).Hides("Visit")
		s.As(t, team.Viewer).Post(path+"/touches", "kind", "note", "text", "x").Is(403)
	})
}

func TestWhatWasWrittenDownLeavesAReminderOnceAndBothAreTakenAway(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, ids := crowd(t, d, 1)
		path := "/people/" + ids[0].String()
		b := s.As(t, team.Marketing)
		note := []string{"kind", "note", "text", "wants four bikes\nin May", "remind", "1", "reminder", "2026-05-27", "once", id.New().String(), "reminded", id.New().String()}
		b.Post(path+"/touches", note...).Is(200).Says("Note saved", "Get back to this: wants four bikes", "27 May")
		page := b.Post(path+"/touches", note...).Is(200)
		if n := len(page.All("form[action$='/done']")); n != 1 {
			t.Errorf("%d reminders", n)
		}
		b.Post(webtest.Attr(page.One(".toast form"), "action")).Is(200).Says("Nothing is planned", "No touches yet")
		b.Post(path+"/touches", "kind", "note", "text", "kept", "remind", "1", "reminder", "soon").Is(422).Says("is not a time", "kept")
		b.Post(path+"/touches", "kind", "note", "text", "kept", "remind", "1", "reminder", "").Is(422).Says("on which day")
		b.Open(path).Is(200).Says("Nothing is planned", "No touches yet")
	})
}

func TestTheLaterOfTwoEditorsIsToldAndLosesNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, ids := crowd(t, d, 1)
		path := "/people/" + ids[0].String()
		mara, tom := s.As(t, team.Owner), s.As(t, team.Sales)
		seen := webtest.Attr(mara.Open(path+"/edit").Is(200).One("[name=seen]"), "value")
		fields := func(title, seen string) []string {
			return []string{"seen", seen, "first_name", "Ann", "title", title, "emails", "p000@x.example"}
		}
		page := mara.Post(path+"/edit", fields("Director", seen)...).Is(200).Says("Details saved", "Director", "Ann")
		again := tom.Post(path+"/edit", fields("Baker", seen)...).Is(409).Says("Mara Claes changed this person meanwhile", "Director")
		if v := webtest.Attr(again.One("[name=title]"), "value"); v != "Baker" {
			t.Errorf("what Tom typed is %q now", v)
		}
		mara.Post(webtest.Attr(page.One(".toast form"), "action")).Is(200).Says("Taken back", "Person 000").Hides("Director")
		tom.Post(path+"/edit", fields("Baker", webtest.Attr(again.One("[name=seen]"), "value"))...).Is(409)
		fresh := webtest.Attr(tom.Open(path+"/edit").One("[name=seen]"), "value")
		tom.Post(path+"/edit", "seen", fresh, "emails", "no address").Is(422).Says("is not an email address")
		tom.Post(path+"/edit", fields("Baker", fresh)...).Is(200).Says("Baker")
	})
}

func TestALongJourneyIsReadInParts(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, ids := crowd(t, d, 1)
		s.Write(t, func(tx *db.Tx) error {
			var touches []journey.Touch
			for i := range 100 {
				kind := journey.FormSubmitted
				if i%2 == 0 {
					kind = journey.Call
				}
				touches = append(touches, journey.Touch{
					ContactID: ids[0], Kind: kind, At: clock.Of(s.Clock.Now().Add(-time.Duration(i) * time.Hour)), Note: fmt.Sprintf("touch %02d", i),
				})
			}
			return s.Journey.Record(t.Context(), tx, touches)
		})
		b := s.As(t, team.Viewer)
		path := "/people/" + ids[0].String()
		seen := map[string]int{}
		page := b.Open(path + "?wing=s").Is(200).Says("100 touches")
		b.Partial = true
		for range 9 {
			for _, n := range page.All(".touch .more") {
				seen[webtest.TextOf(n)]++
			}
			more := page.All(".older a")
			if len(more) == 0 {
				break
			}
			page = b.Open(webtest.Attr(more[0], "href")).Is(200)
		}
		if len(seen) != 50 || seen["touch 00"] != 1 || seen["touch 98"] != 1 || seen["touch 01"] != 0 {
			t.Errorf("read %d touches of sales: %v", len(seen), seen)
		}
	})
}

func TestWhateverStandsInAFieldIsShownAsText(t *testing.T) {
	s, _ := crowd(t, dbtest.SQLite(t), 1)
	nasty := []string{`<script>canary()</script>`, `"><img src=x onerror=canary()>`, `{{.Secret}}`, "a\r\nSet-Cookie: x=1", "\u202eright to left", "🚲", "javascript:canary()"}
	for _, text := range nasty {
		var of id.ID
		s.Write(t, func(tx *db.Tx) (err error) {
			of, err = s.Contacts.Create(t.Context(), tx, s.By(), contact.Form{FirstName: text, Title: text, Company: text, City: text, Owner: text, Tags: []string{text}, Emails: []string{"a@x.example"}}, "BE", true)
			return err
		})
		b := s.As(t, team.Owner)
		for _, path := range []string{"/people/" + of.String(), "/people/" + of.String() + "/edit", "/people", "/people?q=" + queryEscape(text)} {
			page := b.Open(path).Is(200)
			if strings.Contains(page.Body, "<script>canary") || len(page.All("img, [onerror]")) > 0 || page.Header.Get("Set-Cookie") == "x=1" {
				t.Errorf("%s runs %q", path, text)
			}
		}
		b.Open("/people/" + of.String()).Says(strings.Join(strings.Fields(text), " "))
	}
}

func TestAPersonIsAddedOnceHoweverOftenTheFormIsSent(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, _ := crowd(t, d, 1)
		b := s.As(t, team.Sales)
		form := b.Open("/people/new?company=Bakery").Is(200)
		fields := []string{"first_name", "Nia", "company", webtest.Attr(form.One("[name=company]"), "value"), "country", "FR", "language", "fr", "once", webtest.Attr(form.One("[name=once]"), "value")}
		added := b.Post("/people/new", fields...).Is(200).Says("Person added", "Nia", "Bakery", "France", "French")
		undo := webtest.Attr(added.One(".toast form"), "action")
		s.As(t, team.Viewer).Post(undo).Is(403)
		b.Post(undo).Is(200).Says("Taken back")
		b.Open("/people?q=nia").Is(200).Says("Nobody matches")
		b.Post(undo).Is(404)
		b.Post("/people/new", fields...).Is(200).Says("Nia")
		b.Post("/people/new", fields...).Is(200).Says("Nia")
		b.Open("/people?q=nia").Is(200).Says("1 person")

		b.Post(strings.Replace(undo, "withdraw", "touches", 1), "kind", "task", "text", "send the quote").Is(200)
		b.Post(undo).Is(409).Says("more about them by now")

		many := strings.Repeat("a tag\n", 1001)
		wrong := b.Post("/people/new", "first_name", "Ida", "tags", many).Is(422).Says("A person has at most 1000 tags")
		wrong.One("[name=tags][aria-invalid=true]")
		b.Post("/people/new", "first_name", "Ida", "tags", strings.Repeat("x", 501)).Is(422).Says("A tag has at most 500 characters")
		b.Post("/people/new", "first_name", "Ida", "emails", "no").Is(422).One("[name=emails][aria-invalid=true]")
	})
}

func TestWhatWasDoneLeadsBackToTheListThatItWasDoneFrom(t *testing.T) {
	s, ids := crowd(t, dbtest.SQLite(t), 3)
	b := s.As(t, team.Sales)
	path := "/people/" + ids[0].String()
	at := "?in=sort%3Dname&row=1&rows=3"
	page := b.Post(path+"/touches"+at, "kind", "task", "text", "send the quote", "due", "2026-05-20T09:00").Is(200).Says("1 of 3")
	done := page.One("form[action$='/done']")
	page = b.Post(webtest.Attr(done, "action"), "back", webtest.Attr(page.One("form[action$='/done'] [name=back]"), "value")).Is(200).Says("Done", "1 of 3")
	b.Post(webtest.Attr(page.One(".toast form"), "action")).Is(200).Says("Still to be done", "1 of 3")

	form := b.Open(path + "/edit" + at).Is(200)
	page = b.Post(webtest.Attr(form.One("#edit"), "action"), "seen", webtest.Attr(form.One("[name=seen]"), "value"), "first_name", "Ann").Is(200).Says("Details saved", "1 of 3")
	b.Post(webtest.Attr(page.One(".toast form"), "action")).Is(200).Says("Taken back", "1 of 3")

	page = b.Post("/people/bulk", "person", ids[1].String(), "action", "tag", "value", "fair", "back", "/people?sort=name").Is(200).Says("1 person changed")
	page = b.Post(webtest.Attr(page.One(".toast form"), "action")).Is(200).Says("Taken back for 1 person")
	page.One("[aria-sort] #by-name")
}

func TestWhatIsVeryLongFolds(t *testing.T) {
	s, _ := crowd(t, dbtest.SQLite(t), 1)
	var tags, emails []string
	for i := range 300 {
		tags = append(tags, fmt.Sprintf("tag %d", i))
	}
	for i := range 100 {
		emails = append(emails, fmt.Sprintf("ida%02d@x.example", i))
	}
	b := s.As(t, team.Sales)
	page := b.Post("/people/new", "first_name", "Ida", "tags", strings.Join(tags, "\n"), "emails", strings.Join(emails, "\n")).Is(200).Says("288 more", "95 more", "ida99@x.example")
	note := strings.Repeat("wörds upon wörds ", 5000)
	page = b.Post(webtest.Attr(page.One(".composer"), "action"), "kind", "note", "text", note).Is(200).Says("Note saved", "Read on")
	text := ""
	for _, n := range page.All(".touch .more") {
		text += " " + webtest.TextOf(n)
	}
	if strings.Join(strings.Fields(text), " ") != strings.TrimSpace(note) {
		t.Error("the note is not whole")
	}
}
