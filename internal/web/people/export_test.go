package people

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tandem/internal/db"
	"tandem/internal/exchange"
	"tandem/internal/team"
	"tandem/internal/test/dbtest"
)

func TestAListThatWasExportedImportsAgainUnchanged(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, ids := crowd(t, d, 3)
		b := s.As(t, team.Sales)
		b.Post("/people/new", "first_name", "<b>Ann</b>", "last_name", "=1+1", "emails", "ann@x.example\nann@y.example", "phones", "+32 470 00 00 12",
			"tags", "Gent, Oost", "company", "Škoda & Zoon").Is(200)
		page := b.Open("/people/export?q=ann").Is(200)
		if got := page.Header.Get("Content-Type"); got != "text/csv; charset=utf-8" || !strings.HasPrefix(page.Body, "\ufeffexternal_id,email,") {
			t.Errorf("%s begins %.30q: Excel takes it for other letters", got, page.Body)
		}
		for _, want := range []string{"ann@x.example", "ann@y.example", "'+32 470 00 00 12", "=1+1", "\"Gent, Oost;\"", "Škoda & Zoon"} {
			if !strings.Contains(page.Body, want) {
				t.Errorf("%s is missing in %s", want, page.Body)
			}
		}
		if n := strings.Count(page.Body, "\n"); n != 2 {
			t.Errorf("%d lines", n)
		}
		chosen := b.Post("/people/export", "person", ids[2].String(), "person", ids[0].String()).Is(200).Body
		for _, body := range []string{page.Body, chosen, b.Open("/people/export").Is(200).Body} {
			file := filepath.Join(t.TempDir(), "people.csv")
			if err := os.WriteFile(file, []byte(body), 0o600); err != nil {
				t.Fatal(err)
			}
			r, err := s.Exchange.Import(t.Context(), s.Workspace.ID, s.By(), exchange.Contacts, file, exchange.Options{})
			if err != nil || r.Rows == 0 || r.Unchanged != r.Rows {
				t.Errorf("imported again: %+v, %v", r, err)
			}
		}
	})
}
