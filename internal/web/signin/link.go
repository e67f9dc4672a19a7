package signin

import (
	"net/http"

	"tandem/internal/fault"
	"tandem/internal/id"
	"tandem/internal/team"
	"tandem/internal/web/ui"
)

// Invitation is the form by which somebody who was invited comes in.
type Invitation struct {
	ui.Frame
	Business, RoleText, MadeBy string
	Name, Email                string
	Action                     string
	Problem                    string
}

// Reset is the form of a new password.
type Reset struct {
	ui.Frame
	Action  string
	Problem string
}

var (
	invitationPage = ui.MustPage[Invitation](files, "invitation.html")
	resetPage      = ui.MustPage[Reset](files, "reset.html")
)

func (p pages) invitation(w http.ResponseWriter, r *ui.Request) error {
	page, err := p.invited(r)
	if err != nil {
		return err
	}
	return invitationPage.Render(w, r, page)
}

// invited is the form for the link in the address. A link that is over is a fault.
func (p pages) invited(r *ui.Request) (Invitation, error) {
	l, err := p.Team.FindLink(r.Context(), team.Invitation, r.PathValue("secret"))
	if err != nil {
		return Invitation{}, err
	}
	page := Invitation{Frame: ui.Frame{Title: r.T("Invitation"), Narrow: true}, Email: l.Email, MadeBy: l.MadeBy, RoleText: r.Role(l.Role), Action: r.URL.Path}
	page.Business, err = p.businessOf(r, l.Workspace)
	return page, err
}

func (p pages) businessOf(r *ui.Request, ws id.Workspace) (string, error) {
	all, err := p.Team.All(r.Context())
	for _, w := range all {
		if w.ID == ws {
			return w.Name, err
		}
	}
	return "", err
}

func (p pages) accept(w http.ResponseWriter, r *ui.Request) error {
	page, err := p.invited(r)
	if err != nil {
		return err
	}
	n := team.NewUser{Name: r.FormValue("name"), Email: r.FormValue("email"), Password: r.FormValue("password")}
	err = p.Team.Accept(r.Context(), r.PathValue("secret"), n, r.Client())
	if fault.Is(err, fault.Invalid) || fault.Is(err, fault.Conflict) || fault.Is(err, fault.TooMany) {
		page.Name, page.Email = n.Name, n.Email
		page.Problem, _ = r.Fault(err)
		return invitationPage.Status(w, r, fault.Status(err), page)
	}
	if err != nil {
		return err
	}
	return p.signIn(w, r)
}

func (p pages) resetForm(w http.ResponseWriter, r *ui.Request) error {
	if _, err := p.Team.FindLink(r.Context(), team.Reset, r.PathValue("secret")); err != nil {
		return err
	}
	return resetPage.Render(w, r, newReset(r))
}

func newReset(r *ui.Request) Reset {
	return Reset{Frame: ui.Frame{Title: r.T("New password"), Narrow: true}, Action: r.URL.Path}
}

func (p pages) reset(w http.ResponseWriter, r *ui.Request) error {
	err := p.Team.ResetPassword(r.Context(), r.PathValue("secret"), r.FormValue("password"))
	if fault.Is(err, fault.Invalid) {
		page := newReset(r)
		page.Problem, _ = r.Fault(err)
		return resetPage.Status(w, r, http.StatusUnprocessableEntity, page)
	}
	if err != nil {
		return err
	}
	r.End(w)
	r.Done(w, r.T("Password changed: sign in with it"), "")
	return r.Go(w, "/signin")
}
