// Package account is somebody's own page: their name and password, the second step of their sign-in, the browsers they are signed in with, and the
// businesses they belong to. It changes nobody but whoever asks.
package account

import (
	"embed"
	"net/http"
	"slices"
	"strings"

	"tandem/internal/fault"
	"tandem/internal/id"
	"tandem/internal/team"
	"tandem/internal/web/ui"
)

//go:embed *.html
var files embed.FS

type pages struct{ ui.House }

// Routes are the section's. Everybody has an account, whatever their role.
func Routes(h ui.House) []ui.Route {
	p := pages{h}
	return slices.Concat([]ui.Route{
		{Pattern: "GET /account", Right: team.Read, Do: p.account},
		{Pattern: "POST /account/name", Right: team.Read, Do: p.rename},
		{Pattern: "POST /account/password", Right: team.Read, Do: p.password},
		{Pattern: "POST /account/keys", Right: team.Read, Do: p.keys},
		{Pattern: "POST /account/sessions/others", Right: team.Read, Do: p.endOthers},
		{Pattern: "POST /account/sessions/{id}/end", Right: team.Read, Do: p.end},
		{Pattern: "POST /account/workspace/{id}", Right: team.Read, Do: p.move},
	}, p.secondStep(), p.passkeys())
}

// Account is the page.
type Account struct {
	ui.Frame
	Sessions []Session
	Places   []team.Place
	Left     int // recovery codes that were not used yet
	Passkeys []team.Passkey
	HasKeys  bool // browsers make passkeys for this site
	Problem  string
	About    string // the form that the problem is about
}

// Session is a browser in which they are signed in.
type Session struct {
	team.Session
	Browser string
	Here    bool
}

var accountPage = ui.MustPage[Account](files, "account.html")

func (p pages) account(w http.ResponseWriter, r *ui.Request) error { return p.show(w, r, "", nil) }

// show renders the page, with what was wrong with one of its forms.
func (p pages) show(w http.ResponseWriter, r *ui.Request, about string, cause error) error {
	page := Account{Frame: ui.Frame{Title: r.T("Your account"), Nav: "account"}, About: about}
	sessions, err := p.Team.Sessions(r.Context(), r.User.ID)
	if err != nil {
		return err
	}
	for _, s := range sessions {
		page.Sessions = append(page.Sessions, Session{s, browser(s.Agent), s.ID == r.Session})
	}
	if page.Places, err = p.Team.Places(r.Context(), r.User.ID); err != nil {
		return err
	}
	if page.Left, err = p.Team.RecoveryLeft(r.Context(), r.User.ID); err != nil {
		return err
	}
	if keys, ok := p.Team.PasskeysAt(p.PublicURL); ok {
		page.HasKeys = true
		if page.Passkeys, err = keys.List(r.Context(), r.User.ID); err != nil {
			return err
		}
	}
	if cause == nil {
		return accountPage.Render(w, r, page)
	}
	page.Problem, _ = r.Fault(cause)
	return accountPage.Status(w, r, fault.Status(cause), page)
}

// browser is what a browser calls itself, in two words.
func browser(agent string) string {
	name, system := "", ""
	for _, b := range []string{"Firefox", "Edg", "OPR", "Chrome", "Safari", "curl"} {
		if strings.Contains(agent, b) {
			name = map[string]string{"Edg": "Edge", "OPR": "Opera"}[b]
			if name == "" {
				name = b
			}
			break
		}
	}
	for _, s := range []string{"Android", "iPhone", "iPad", "Windows", "Mac OS", "Linux"} {
		if strings.Contains(agent, s) {
			system = s
			break
		}
	}
	return strings.TrimSpace(name + " " + system)
}

// done shows the page again after a change, or what stands against it.
func (p pages) done(w http.ResponseWriter, r *ui.Request, about, said string, err error) error {
	switch {
	case err == nil:
		r.Done(w, said, "")
		return r.Go(w, "/account")
	case fault.Is(err, fault.Invalid), fault.Is(err, fault.TooMany), fault.Is(err, fault.Conflict):
		return p.show(w, r, about, err)
	}
	return err
}

func (p pages) rename(w http.ResponseWriter, r *ui.Request) error {
	return p.done(w, r, "name", r.T("Saved"), p.Team.Rename(r.Context(), r.Signed(), r.FormValue("name")))
}

func (p pages) password(w http.ResponseWriter, r *ui.Request) error {
	err := p.Team.ChangePassword(r.Context(), r.Signed(), r.FormValue("old"), r.FormValue("new"), r.Secret())
	return p.done(w, r, "password", r.T("Password changed; other browsers are signed out"), err)
}

// keys switches single letters on or off, in this browser.
func (p pages) keys(w http.ResponseWriter, r *ui.Request) error {
	r.SwitchKeys(w, r.FormValue("keys") == "on")
	return p.done(w, r, "keys", r.T("Saved"), nil)
}

func (p pages) endOthers(w http.ResponseWriter, r *ui.Request) error {
	return p.done(w, r, "sessions", r.T("Signed out everywhere else"), p.Team.EndOthers(r.Context(), r.Signed()))
}

func (p pages) end(w http.ResponseWriter, r *ui.Request) error {
	of, err := r.ID("id")
	if err != nil {
		return err
	}
	return p.done(w, r, "sessions", r.T("Signed out there"), p.Team.EndSession(r.Context(), r.Signed(), of))
}

func (p pages) move(w http.ResponseWriter, r *ui.Request) error {
	to, err := id.Parse(r.PathValue("id"))
	if err != nil {
		return fault.NotFoundf("there is no such workspace")
	}
	if err := p.Team.Switch(r.Context(), r.Signed(), id.Workspace(to)); err != nil {
		return err
	}
	return r.Go(w, "/")
}
