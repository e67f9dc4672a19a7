package people

import (
	"testing"

	"tandem/internal/db"
	"tandem/internal/id"
	"tandem/internal/team"
	"tandem/internal/test/dbtest"
	"tandem/internal/web/webtest"
)

func TestDealTemplates(t *testing.T) { webtest.Templates(t, dealPage) }

func TestADealIsAddedMovedPutRightAndTakenAway(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, ids := crowd(t, d, 1)
		path := "/people/" + ids[0].String()
		b := s.As(t, team.Sales)
		b.Open(path).Is(200).Says("No deals yet")
		added := []string{"name", "Six bikes", "amount", "1.234,00", "currency", "EUR", "owner", "Mia", "once", id.New().String()}
		b.Post(path+"/deals", added...).Is(200).Says("Deal added", "Six bikes", "€1,234", "Qualified", "Open since")
		page := b.Post(path+"/deals", added...).Is(200)
		if n := len(page.All("#deals article")); n != 1 {
			t.Fatalf("%d deals of one form sent twice", n)
		}

		move := webtest.Attr(page.One(".move"), "action")
		seen := webtest.Attr(page.One(".move [name=seen]"), "value")
		won, lost := webtest.Attr(page.One(".move option:nth-child(4)"), "value"), webtest.Attr(page.One(".move [data-lost]"), "value")
		moved := b.Post(move, "stage", lost, "reason", "bought a van", "seen", seen).Is(200).Says("Deal moved", "bought a van", "Deal lost")
		s.As(t, team.Owner).Post(move, "stage", won, "seen", seen).Is(200).Says("Somebody changed the deal", "bought a van").Hides("Deal won")
		back := b.Post(webtest.Attr(moved.One(".toast form"), "action")).Is(200).Says("Qualified", "Open since")
		won2 := b.Post(move, "stage", won, "seen", webtest.Attr(back.One(".move [name=seen]"), "value")).Is(200).Says("Won on", "Deal won")

		edit := webtest.Attr(won2.One("#deals article a"), "href")
		form := b.Open(edit).Is(200)
		seen = webtest.Attr(form.One("[name=seen]"), "value")
		b.Post(edit, "seen", seen, "name", "Seven bikes", "amount", "1.400", "currency", "EUR").Is(422).Says("can be read in two ways", "1.400")
		b.Post(edit, "seen", seen, "name", "Seven bikes", "amount", "1400", "currency", "EUR").Is(200).Says("Deal saved", "Seven bikes", "€1,400")
		again := b.Post(edit, "seen", seen, "name", "Eight bikes", "amount", "1400", "currency", "EUR").Is(409).Says("Somebody changed the deal")
		if kept := webtest.Attr(again.One("#deal [name=name]"), "value"); kept != "Eight bikes" {
			t.Errorf("what was typed is %q now", kept)
		}

		remove := webtest.Attr(form.One("[formaction]"), "formaction")
		page = b.Post(remove).Is(200).Says("Deal taken away", "No deals yet")
		b.Post(webtest.Attr(page.One(".toast form"), "action")).Is(200).Says("Seven bikes")

		b.Post(path+"/deals", "name", " ", "amount", "12", "currency", "EUR").Is(422).Says("A deal needs a name")
		b.Post(path+"/deals", "name", "kept", "amount", "many", "currency", "EUR").Is(422).Says("is not an amount", "many")
		b.Post("/people/0000000000001/deals", "name", "x").Is(404)
		b.Post(move, "stage", "0000000000001", "seen", webtest.Attr(b.Open(path).One(".move [name=seen]"), "value")).Is(422)
		for _, role := range []team.Role{team.Viewer, team.Marketing} {
			other := s.As(t, role)
			other.Open(path).Is(200).Says("Seven bikes").Hides("Move to")
			other.Post(path+"/deals", "name", "x").Is(403)
			other.Post(move, "stage", won, "seen", seen).Is(403)
			other.Post(edit, "seen", seen, "name", "x").Is(403)
			other.Post(remove).Is(403)
		}
	})
}
