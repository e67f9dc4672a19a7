package docs

import (
	"os"
	"slices"
	"testing"

	"tandem/internal/team"
	"tandem/internal/test/dbtest"
	"tandem/internal/web/ui"
	"tandem/internal/web/webtest"
)

func TestTemplates(t *testing.T) { webtest.Templates(t, docsPage) }

func TestEveryOperationIsExplained(t *testing.T) {
	text, err := os.ReadFile("../../../api/openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	s := webtest.New(t, dbtest.SQLite(t), func(h ui.House) []ui.Route { h.Spec = text; return Routes(h) })
	page := s.As(t, team.Viewer).Open("/api/docs").Is(200).Says("/api/v1/contacts/{id}", "Idempotency-Key", "The body is the file itself", "conversion",
		"/api/v1/contacts/upsert -X POST", "list of string", "1,200 requests a minute")
	groups, err := read(text)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, g := range groups {
		n += len(g.Operations)
		for _, o := range g.Operations {
			if len(o.Answer) == 0 {
				t.Errorf("what %s answers is not explained", o.ID)
			}
		}
	}
	if shown := len(page.All(".api-op")); shown != n || n < 35 {
		t.Errorf("%d of %d operations are explained", shown, n)
	}
	if !slices.ContainsFunc(groups, func(g Group) bool { return g.Name == "reports" }) {
		t.Error("reports are not explained")
	}
}
