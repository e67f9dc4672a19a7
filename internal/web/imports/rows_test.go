package imports

import (
	"fmt"
	"io"
	"net/http/httptest"
	"strings"
	"testing"

	"tandem/internal/db"
	"tandem/internal/exchange"
	"tandem/internal/team"
	"tandem/internal/test/dbtest"
	"tandem/internal/web/webtest"
)

// tried brings a file, and has it tried.
func (v visitor) tried(content string) string {
	v.t.Helper()
	at := v.send("contacts", "people.csv", content).Is(200).At
	v.works()
	return at
}

func TestTheRowsOfAFileAreShownByWhatHappensToThem(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		v := visit(t, d, team.Sales)
		var file strings.Builder
		file.WriteString("name,email\n")
		for i := range 60 {
			fmt.Fprintf(&file, "Number %02d,n%02d@x.example\n", i, i)
		}
		file.WriteString("Broken,b@@x\n<b>Bold</b>,bold@x.example\n")
		at := v.tried(file.String())
		v.Open(at).Is(200).Says("Number 00", "What would happen", "All 62", "New 61").Hides("Number 25", "From the first")
		next := v.Open(at).One("#rows .pager a[rel=next]")
		v.Open(strings.TrimSuffix(webtest.Attr(next, "href"), "#rows")).Is(200).Says("Number 25", "From the first").Hides("Number 24", "Number 50")
		v.Open(at + "?show=skipped").Is(200).Says("b@@x").Hides("Number 20")
		v.Open(at + "?show=updated").Is(200).Says("No row is like that")
		for _, nowhere := range []string{"?show=secret", "?after=x"} {
			v.Open(at + nowhere).Is(404)
		}
		v.Post(at + "/start").Is(200)
		v.works()
		page := v.Open(at+"?show=created&after=59").Is(200).Says("What became of it", "Number 59", "<b>Bold</b>").Hides("Broken")
		for _, person := range page.All("#rows tbody tr a") {
			if to := webtest.Attr(person, "href"); !strings.HasPrefix(to, "/people/0") {
				t.Errorf("what came in leads to %q", to)
			}
		}
		v.Post(at + "/undo").Is(200)
		v.works()
		v.Open(at).Is(200).Says("Everything is as it was before").Hides("What became of it")
	})
}

func TestAFormSentTwiceMakesOneImport(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		v := visit(t, d, team.Owner)
		one := v.send("contacts", "people.csv", list).Is(200).At
		if two := v.send("contacts", "people.csv", list).Is(200).At; two != one {
			t.Errorf("the same form made %s and %s", one, two)
		}
		v.works()
		v.Post(one + "/start").Is(200)
		v.Post(one + "/start").Is(409)
		v.works()
		if two := v.send("contacts", "people.csv", list).Is(200).At; two == one {
			t.Error("a file that was imported cannot be brought again")
		}
	})
}

func TestAnotherWorkspacesImportIsNotThere(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		v := visit(t, d, team.Owner)
		other, err := v.site.Team.Create(t.Context(), team.Opening{Slug: "other", Name: "Other"})
		if err != nil {
			t.Fatal(err)
		}
		u, err := v.site.Exchange.Bring(t.Context(), other.ID, team.Console(), exchange.Contacts, "secret.csv", strings.NewReader(list), exchange.Reading{})
		if err != nil {
			t.Fatal(err)
		}
		at := "/imports/" + u.ID.String()
		for _, page := range []string{at, at + "/progress", at + "/problems", at + "?show=created", "/imports/nothing"} {
			v.Open(page).Is(404).Hides("secret.csv")
		}
		for _, deed := range []string{"/columns", "/start", "/stop", "/undo"} {
			v.Post(at+deed, "c0", "Naam", "f0", "name").Is(404)
		}
		v.Open("/imports").Is(200).Hides("secret.csv")
	})
}

// endless repeats a row.
type endless struct{ at int }

func (e *endless) Read(b []byte) (int, error) {
	const row = "Ann,ann@x.example\n"
	for i := range b {
		b[i] = row[e.at]
		e.at = (e.at + 1) % len(row)
	}
	return len(b), nil
}

func TestAFileThatIsTooLargeIsRefusedInWords(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		v := visit(t, d, team.Owner)
		head := "--x\r\nContent-Disposition: form-data; name=\"kind\"\r\n\r\ncontacts\r\n--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"big.csv\"\r\n\r\n"
		r := httptest.NewRequest("POST", "/imports", io.MultiReader(strings.NewReader(head), io.LimitReader(&endless{}, exchange.MaxUpload+2<<20)))
		r.Header.Set("Content-Type", "multipart/form-data; boundary=x")
		v.Do(r).Is(422).Says("larger than", "200")
		v.Open("/imports").Says("Nothing was imported yet")
	})
}

func TestFilesAreTakenAsProgramsWriteThem(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		v := visit(t, d, team.Owner)
		v.Open(v.tried("Naam;E-mail;GSM\r\nAnn;ann@x.example;0470 00 00 12\r\n")).Is(200).Says("Import 1 row", "ann@x.example")
		v.Open(v.tried("Record ID,First Name,Last Name,Email,Lifecycle Stage,Create Date\n101,Bo,Maes,bo@x.example,lead,2026-05-01 10:00\n")).Is(200).
			Says("Import 1 row", "Number in the other program")
		v.send("contacts", "header.csv", "name,email\n").Is(200)
		v.works()
		v.Open("/imports").Says("header.csv")
	})
}

func TestAFileWithTheColumnsOfAnEarlierOneIsReadAsThatWas(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		v := visit(t, d, team.Marketing)
		at := v.send("contacts", "fair.csv", "Wie,Waar\nAnn,ann@x.example\n").Is(200).At
		v.Post(at+"/columns", "c0", "Wie", "f0", "name", "c1", "Waar", "f1", "email").Is(200)
		v.works()
		v.Post(at + "/start").Is(200)
		v.works()
		next := v.send("contacts", "later.csv", "Wie,Waar\nBo,bo@x.example\n").Is(200).Says("chosen as for fair.csv").At
		v.works()
		v.Open(next).Is(200).Says("Import 1 row")
	})
}
