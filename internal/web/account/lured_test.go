package account_test

import (
	"testing"

	"tandem/internal/db"
	"tandem/internal/team"
	"tandem/internal/test/dbtest"
	"tandem/internal/web/ui"
	"tandem/internal/web/webtest"
)

func TestAnotherSiteSignsNobodyInOrOutAndChangesNoPassword(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := webtest.New(t, d, func(h ui.House) []ui.Route { h.PublicURL = "https://tandem.example.com"; return routes(h) })
		owner := s.As(t, team.Owner)
		owner.From = "cross-site"
		link, err := s.Team.MakeReset(t.Context(), s.Workspace.ID, s.Owner.ID, team.Console())
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range [][]string{
			{"/signin", "email", s.Owner.Email, "password", webtest.Password},
			{"/signin/code", "code", "123456"},
			{"/signin/passkey/begin"},
			{"/signin/passkey"},
			{"/signout"},
			{"/reset/" + link, "password", "another good password"},
			{"/account/password", "old", webtest.Password, "new", "another good password"},
			{"/account/passkeys/begin"},
			{"/account/passkeys"},
			{"/account/passkeys/AAAA", "called", "Mine"},
			{"/account/passkeys/AAAA/remove"},
			{"/account/second-step/off", "password", webtest.Password},
			{"/account/sessions/others"},
		} {
			owner.Post(c[0], c[1:]...).Is(403)
		}
		owner.From = ""
		owner.Open("/account").Is(200).Says("Where you are signed in 1")
		owner.Post("/account/password", "old", webtest.Password, "new", "a third good password").Is(200)
	})
}

func TestASessionThatWasPlantedIsNotTheOneThatIsSignedIn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := webtest.New(t, d, routes)
		s.Hire(t, s.Workspace.ID, team.Sales)
		for _, planted := range []string{"made up", s.Enter(t, "sales@aldercycles.example")} {
			victim, attacker := s.Keeping(t, planted), s.Keeping(t, planted)
			victim.Post("/signin", "email", s.Owner.Email, "password", webtest.Password, "next", "/account").Is(200).Says(s.Owner.Email)
			attacker.Open("/account").Hides(s.Owner.Email)
		}
	})
}
