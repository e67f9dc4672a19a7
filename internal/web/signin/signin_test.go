package signin_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"tandem/internal/clock"
	"tandem/internal/house"
	"tandem/internal/i18n"
	"tandem/internal/team"
	"tandem/internal/test/dbtest"
	"tandem/internal/web/account"
	"tandem/internal/web/signin"
	"tandem/internal/web/ui"
	"tandem/internal/web/webtest"
)

func TestTheSignInSaysWhereItLeadsAndGoesThere(t *testing.T) {
	s := webtest.New(t, dbtest.SQLite(t), func(h ui.House) []ui.Route {
		h.PublicURL = "https://tandem.example.com"
		return append(signin.Routes(h), account.Routes(h)...)
	})
	s.Stranger(t).Open("/signin").Is(200).Says("Sign in to Alder Cycles", "On your own server, tandem.example.com")
	s.As(t, team.Owner).Open("/signin?next=/account").Is(200).Says("Your account")
	s.As(t, team.Owner).Open("/signin?next=//evil.example/account").Is(404)
	if _, err := s.Team.Create(t.Context(), team.Opening{Slug: "other", Name: "Others"}); err != nil {
		t.Fatal(err)
	}
	s.Stranger(t).Open("/signin").Is(200).Hides("Alder", "Others")
}

func TestAnyCurrencyAndZoneIsOfferedAtTheSetUp(t *testing.T) {
	d := dbtest.SQLite(t)
	catalogue, err := i18n.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	h := ui.House{Services: house.Build(d, clock.System{}), Catalogue: catalogue}
	if err := h.Team.Begin(t.Context()); err != nil {
		t.Fatal(err)
	}
	site, err := ui.Handler(h, signin.Routes(h))
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	site.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/setup", nil))
	for _, wanted := range []string{`<option value="HUF">`, `<option value="EUR" selected>`, `list="zones"`} {
		if !strings.Contains(w.Body.String(), wanted) {
			t.Errorf("%d, without %s", w.Code, wanted)
		}
	}
}
