package signin_test

import (
	"testing"

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
