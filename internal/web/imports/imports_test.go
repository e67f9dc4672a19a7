package imports

import (
	"bytes"
	"log/slog"
	"mime/multipart"
	"net/http/httptest"
	"strings"
	"testing"

	"tandem/internal/db"
	"tandem/internal/team"
	"tandem/internal/test/dbtest"
	"tandem/internal/web/webtest"
	"tandem/internal/work"
)

func TestTemplates(t *testing.T) {
	webtest.Templates(t, listPage, newPage, onePage, progressPart)
}

// visitor is a browser that can send files, beside the work in the background.
type visitor struct {
	*webtest.Browser
	site *webtest.Site
	t    *testing.T
}

func (v visitor) send(kind, name, content string) *webtest.Page {
	v.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	if err := form.WriteField("kind", kind); err != nil {
		v.t.Fatal(err)
	}
	if name != "" {
		part, err := form.CreateFormFile("file", name)
		if err == nil {
			_, err = part.Write([]byte(content))
		}
		if err != nil {
			v.t.Fatal(err)
		}
	}
	if err := form.Close(); err != nil {
		v.t.Fatal(err)
	}
	return v.post(body.Bytes(), form.FormDataContentType())
}

func (v visitor) post(body []byte, contentType string) *webtest.Page {
	v.t.Helper()
	r := httptest.NewRequest("POST", "/imports", bytes.NewReader(body))
	r.Header.Set("Content-Type", contentType)
	page := v.Do(r)
	if to := page.Header.Get("Location"); to != "" {
		return v.Open(to)
	}
	return page
}

// works does what is due in the background.
func (v visitor) works() {
	v.t.Helper()
	runner := work.New(v.site.DB, v.site.House.Clock, work.Options{Node: "a", Log: slog.New(slog.DiscardHandler)})
	v.site.Exchange.Register(runner)
	if _, err := runner.Once(v.t.Context()); err != nil {
		v.t.Fatal(err)
	}
}

func visit(t *testing.T, d *db.DB, role team.Role) visitor {
	site := webtest.New(t, d, Routes)
	return visitor{site.As(t, role), site, t}
}

const list = "Naam,E-mail,GSM,Bikes\nAnn Peeters,ann@x.example,0470 00 00 12,2\nTine Hoste,tine@@hoste,,1\n=HYPERLINK(1),bob@x.example,,3\n"

func TestAFileIsTriedImportedAndTakenBack(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		v := visit(t, d, team.Marketing)
		v.Open("/imports").Is(200).Says("Nothing was imported yet")
		v.Open("/imports/new?kind=contacts").Is(200).Hides("Payments").One("[name=kind][value=contacts][checked]")
		page := v.send("contacts", `C:\lists\fair.csv`, list).Is(200).Says("fair.csv", "Naam", "Ann Peeters", "The file is being tried")
		at := page.At
		v.Post(at+"/columns", "c0", "Naam", "f0", "name", "c1", "E-mail", "f1", "name").Is(422).Says("Two columns cannot be the same")
		v.works()
		v.Open(at).Is(200).Says("Nothing saved yet")
		columns := []string{"c0", "Naam", "f0", "name", "c1", "E-mail", "f1", "email", "c2", "GSM", "f2", "phone", "c3", "Bikes", "f3", "field.Bikes"}
		v.Post(at+"/columns", columns...).Is(200)
		v.works()
		v.Open(at).Is(200).Says("Import 2 rows", "tine@@hoste", "Nothing saved yet")
		csv := v.Open(at + "/problems").Is(200)
		if !strings.Contains(csv.Body, "tine@@hoste") {
			t.Errorf("the file of problems is %q", csv.Body)
		}
		v.Post(at+"/columns", append(columns, "r.3.E-mail", "tine@hoste.example")...).Is(200)
		v.works()
		v.Open(at).Is(200).Says("Import 3 rows").Hides("Put right")
		v.Post(at + "/start").Is(200)
		v.Post(at + "/start").Is(409)
		v.works()
		v.Open(at).Is(200).Says("3 of 3 rows", "Take the import back", "Open what came in").One("dl a[href*='%3Acreated']")
		v.Open("/imports").Is(200).Says("fair.csv", "imported")
		v.Post(at + "/undo").Is(200)
		v.works()
		v.Open(at).Is(200).Says("Everything is as it was before").Hides("Take the import back")
	})
}

func TestWhatIsNoTableIsSaidAndNotKept(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		v := visit(t, d, team.Owner)
		png := "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00"
		v.send("contacts", "people.csv", png).Is(422)
		v.send("contacts", "people.csv", "").Is(422)
		v.send("contacts", "", "").Is(422).Says("Choose a file first")
		v.send("secrets", "people.csv", list).Is(422)
		var body bytes.Buffer
		form := multipart.NewWriter(&body)
		_ = form.WriteField("kind", "contacts")
		part, _ := form.CreateFormFile("file", "half.csv")
		_, _ = part.Write([]byte(list))
		v.post(body.Bytes(), form.FormDataContentType()).Is(422).Says("The file did not arrive whole")
		v.Post("/imports", "kind", "contacts").Is(422)
		v.Open("/imports").Says("Nothing was imported yet")
		v.send("contacts", "list.csv", "\xff\xfe"+string([]byte{'n', 0, 'a', 0, 'm', 0, 'e', 0, ';', 0, 'e', 0, 'm', 0, 'a', 0, 'i', 0, 'l', 0, '\n', 0, 'A', 0, ';', 0, 'a', 0, '@', 0, 'x', 0, '.', 0, 'b', 0, 'e', 0, '\n', 0})).Is(200).Says("utf-16")
	})
}

func TestAnImportIsForWhoWritesItsKindInItsWorkspace(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		v := visit(t, d, team.Owner)
		at := v.send("costs", "costs.csv", "at,channel,amount,currency\n2026-05-01,Email,12.00,EUR\n").Is(200).At
		sales, viewer := v.site.As(t, team.Sales), v.site.As(t, team.Viewer)
		sales.Open(at).Is(200).Says("costs.csv").Hides("Check again")
		sales.Post(at + "/start").Is(403)
		sales.Open("/imports/new").Is(200).Hides("what advertising and the rest has cost")
		viewer.Open("/imports").Is(200).Hides("Import a file")
		viewer.Open("/imports/new").Is(403)
		viewer.Post(at + "/columns").Is(403)
		viewer.Post(at + "/undo").Is(403)
	})
}
