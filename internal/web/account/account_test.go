package account_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"tandem/internal/db"
	"tandem/internal/team"
	"tandem/internal/test/dbtest"
	"tandem/internal/web/account"
	"tandem/internal/web/settings"
	"tandem/internal/web/signin"
	"tandem/internal/web/ui"
	"tandem/internal/web/webtest"
)

func routes(h ui.House) []ui.Route {
	return slices.Concat(account.Routes(h), signin.Routes(h), settings.Routes(h), []ui.Route{{Pattern: "GET /{$}", Right: team.Read, Do: account.Routes(h)[0].Do}})
}

func TestASecondStepIsSetUpAskedForAndSwitchedOff(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := webtest.New(t, d, routes)
		mara := s.As(t, team.Owner)
		page := mara.Open("/account/second-step").Is(200)
		secret := webtest.TextOf(page.One("#totp-secret"))
		if !strings.HasPrefix(webtest.Attr(page.One("img.qr"), "src"), "data:image/png;base64,") {
			t.Error("there is no picture to scan")
		}
		mara.Post("/account/second-step", "code", "000000").Is(422).Says("This is not the code of now")
		s.Clock.Add(time.Minute)
		codes := mara.Post("/account/second-step", "code", code(t, s, secret)).Is(200).All(".codes code")
		if len(codes) != 10 {
			t.Fatalf("%d recovery codes", len(codes))
		}
		mara.Open("/account").Is(200).Says("10 recovery codes are left")

		s.Clock.Add(time.Minute)
		other := s.Stranger(t)
		other.Open("/signin/code").Is(200).Says("Password")
		other.Post("/signin", "email", s.Owner.Email, "password", webtest.Password, "next", "/account").Is(200).Says("Second step")
		other.Open("/account").Says("Password").Hides("Where you are signed in")
		other.Post("/signin/code", "code", "123456").Is(422)
		other.Post("/signin/code", "code", code(t, s, secret), "next", "/account").Is(200).Says("Where you are signed in")
		third := s.Stranger(t)
		third.Post("/signin", "email", s.Owner.Email, "password", webtest.Password)
		third.Post("/signin/code", "code", strings.ToLower(webtest.TextOf(codes[3])), "next", "//evil.example").Is(200).Says("9 recovery codes are left")
		third.Post("/account/second-step/off", "password", "wrong password").Is(422).Says("This is not your password")
		third.Post("/account/second-step/off", "password", webtest.Password).Is(200).Says("Set up")
	})
}

func TestSessionsAreListedAndEnded(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := webtest.New(t, d, routes)
		here, there := s.As(t, team.Owner), s.As(t, team.Owner)
		here.Open("/account").Is(200).Says("Where you are signed in 2")
		here.Post("/account/sessions/others").Is(200).Says("Where you are signed in 1")
		there.Open("/account").Says("Password").Hides("Where you are signed in")
		third := s.As(t, team.Owner)
		here.Post("/account/password", "old", "wrong", "new", "a better password").Is(422)
		here.Post("/account/password", "old", webtest.Password, "new", "a better password").Is(200).Says("Where you are signed in 1")
		third.Open("/account").Hides("Where you are signed in")
		here.Post("/account/name", "name", `<b>Mara</b> "x"`).Is(200).Says(`<b>Mara</b> "x"`)
		here.Post("/account/name", "name", " ").Is(422)
		if here.Post("/account/keys", "keys", "off").Is(200).All("html[data-keys=off]") == nil {
			t.Error("single letters are still on")
		}
	})
}

func TestAnInvitationAndAResetAreUsedOnceThroughTheirLinks(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := webtest.New(t, d, routes)
		owner, guest := s.As(t, team.Owner), s.Stranger(t)
		link := path(owner.Post("/settings/users", "email", "new@x.example", "role", "sales").Is(200))
		guest.Open(link).Is(200).Says("Join Alder Cycles", "Mara Claes invited you, as sales")
		guest.Post(link, "name", "New One", "email", "new@x.example", "password", "short").Is(422)
		guest.Post(link, "name", "New One", "email", "new@x.example", "password", webtest.Password).Is(200).Says("Your account")
		s.Stranger(t).Open(link).Is(404)
		s.Stranger(t).Open("/invitation/nonsense").Is(404)
		s.Stranger(t).Open(strings.Replace(link, "invitation", "reset", 1)).Is(404)
		found := owner.Open("/settings/users").All("form[action$='/reset']")
		reset := path(owner.Post(webtest.Attr(found[len(found)-1], "action")).Is(200))
		guest.Open(reset).Is(200).Says("New password")
		guest.Post(reset, "password", "another good password").Is(200).Says("Sign in")
		guest.Open("/account").Hides("Where you are signed in")
		guest.Post("/signin", "email", "new@x.example", "password", "another good password", "next", "/account").Says("New One", "Where you are signed in")
		s.Stranger(t).Post(reset, "password", "yet another password").Is(404)
	})
}

// path is the way to a link that was just made.
func path(p *webtest.Page) string {
	at, err := url.Parse(webtest.TextOf(p.One(".notice .num")))
	if err != nil {
		p.T.Fatal(err)
	}
	return at.Path
}

// code is what an authenticator shows now.
func code(t *testing.T, s *webtest.Site, secret string) string {
	t.Helper()
	code, err := totp.GenerateCode(secret, s.Clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	return code
}
