// Package signin is the way into the site, and out of it: the first run, in which the first user makes the workspace their own, and the sign-in.
// Everything here is for strangers. Whether an address is known, nobody learns here.
package signin

import (
	"embed"
	"net/http"
	"net/url"
	"strings"

	"tandem/internal/fault"
	"tandem/internal/team"
	"tandem/internal/web/ui"
)

//go:embed *.html
var files embed.FS

type pages struct{ ui.House }

// Routes are the section's.
func Routes(h ui.House) []ui.Route {
	p := pages{h}
	return []ui.Route{
		{Pattern: "GET /setup", Right: ui.Stranger, Do: p.setupForm},
		{Pattern: "POST /setup", Right: ui.Stranger, Do: p.setUp},
		{Pattern: "GET /signin", Right: ui.Stranger, Do: p.form},
		{Pattern: "POST /signin", Right: ui.Stranger, Do: p.signIn},
		{Pattern: "POST /signin/passkey/begin", Right: ui.Stranger, Do: p.beginPasskey},
		{Pattern: "POST /signin/passkey", Right: ui.Stranger, Do: p.passkey},
		{Pattern: "GET /signin/code", Right: ui.Stranger, Do: p.codeForm},
		{Pattern: "POST /signin/code", Right: ui.Stranger, Do: p.code},
		{Pattern: "GET /invitation/{secret}", Right: ui.Stranger, Do: p.invitation},
		{Pattern: "POST /invitation/{secret}", Right: ui.Stranger, Do: p.accept},
		{Pattern: "GET /reset/{secret}", Right: ui.Stranger, Do: p.resetForm},
		{Pattern: "POST /reset/{secret}", Right: ui.Stranger, Do: p.reset},
		{Pattern: "POST /signout", Right: ui.Stranger, Do: p.signOut},
	}
}

// SignIn is the form that somebody signs in by.
type SignIn struct {
	ui.Frame
	Business string // if there is one alone
	Host     string // where people reach the site, if that was said
	Email    string
	Next     string // where to go on to
	Problem  string
	Passkeys bool // browsers make passkeys for this site
}

var signInPage = ui.MustPage[SignIn](files, "signin.html")

func (p pages) form(w http.ResponseWriter, r *ui.Request) error {
	empty, err := p.Team.Empty(r.Context())
	if err != nil {
		return err
	}
	if empty {
		return r.Go(w, "/setup")
	}
	next := ui.LocalPath(r.FormValue("next"))
	if r.SignedIn() {
		return r.Go(w, or(next, "/"))
	}
	page, err := p.newSignIn(r, next)
	if err != nil {
		return err
	}
	return signInPage.Render(w, r, page)
}

func (p pages) newSignIn(r *ui.Request, next string) (SignIn, error) {
	_, has := p.Team.PasskeysAt(p.PublicURL)
	_, host, _ := strings.Cut(p.PublicURL, "://")
	page := SignIn{Frame: ui.Frame{Title: r.T("Sign in"), Narrow: true}, Host: host, Next: next, Passkeys: has}
	all, err := p.Team.All(r.Context())
	if len(all) == 1 {
		page.Business = all[0].Name
	}
	return page, err
}

func (p pages) signIn(w http.ResponseWriter, r *ui.Request) error {
	next := ui.LocalPath(r.FormValue("next"))
	opened, err := p.Team.SignIn(r.Context(), team.Credentials{
		Email: r.FormValue("email"), Password: r.FormValue("password"), Agent: r.UserAgent(), Address: r.Client(),
	})
	if fault.Is(err, fault.Forbidden) || fault.Is(err, fault.TooMany) {
		again, wrong := p.newSignIn(r, next)
		if wrong != nil {
			return wrong
		}
		again.Email = r.FormValue("email")
		again.Problem, _ = r.Fault(err)
		return signInPage.Status(w, r, fault.Status(err), again)
	}
	if err != nil {
		return err
	}
	if opened.Waits {
		r.Begin(w, opened.Secret, team.SessionLasts, false)
		return r.Go(w, "/signin/code?"+url.Values{"next": {next}, "stay": {r.FormValue("stay")}}.Encode())
	}
	return p.in(w, r, opened, next)
}

// in takes somebody who has signed in to where they wanted to go.
func (p pages) in(w http.ResponseWriter, r *ui.Request, opened team.Opened, next string) error {
	r.Begin(w, opened.Secret, team.SessionLasts, r.FormValue("stay") != "")
	return r.Go(w, or(next, "/"))
}

func (p pages) signOut(w http.ResponseWriter, r *ui.Request) error {
	if err := p.Team.SignOut(r.Context(), r.Secret()); err != nil {
		return err
	}
	r.End(w)
	return r.Go(w, "/signin")
}
