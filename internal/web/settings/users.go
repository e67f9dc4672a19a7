package settings

import (
	"net/http"
	"strconv"

	"tandem/internal/fault"
	"tandem/internal/id"
	"tandem/internal/team"
	"tandem/internal/web/ui"
)

// users are the pages of who may come in: people, and programs.
func (p pages) users() []ui.Route {
	return []ui.Route{
		{Pattern: "GET /settings/users", Right: team.Read, Do: p.members},
		{Pattern: "POST /settings/users", Right: team.ManageUsers, Do: p.invite},
		{Pattern: "POST /settings/users/{id}/role", Right: team.ManageUsers, Do: p.changeRole},
		{Pattern: "POST /settings/users/{id}/remove", Right: team.ManageUsers, Do: p.removeMember},
		{Pattern: "POST /settings/users/{id}/reset", Right: team.ManageUsers, Do: p.reset},
		{Pattern: "POST /settings/users/{id}/second-step", Right: team.ManageUsers, Do: p.clearSecondStep},
		{Pattern: "POST /settings/links/{id}/revoke", Right: team.ManageUsers, Do: p.revokeLink},
		{Pattern: "GET /settings/tokens", Right: team.Read, Do: p.tokens},
		{Pattern: "POST /settings/tokens", Right: team.Read, Do: p.makeToken},
		{Pattern: "POST /settings/tokens/{id}/revoke", Right: team.Read, Do: p.revokeToken},
	}
}

// runs are the pages of what happened and what happens.
func (p pages) runs() []ui.Route {
	return []ui.Route{
		{Pattern: "GET /settings/work", Right: team.Read, Do: p.work},
		{Pattern: "GET /settings/audit", Right: team.ManageUsers, Do: p.audit},
	}
}

// Users is the page of who works here.
type Users struct {
	Tabs
	Members []Member
	Links   []team.Link
	Roles   []Choice
	Made    string // a link that was just made: it is shown once
	Whole   bool   // such links begin with the site's address
	Problem string
	Email   string
}

// Member is a colleague.
type Member struct {
	team.Member
	May   bool // whoever looks may change them
	Roles []Choice
}

// Choice is one of several that a list offers.
type Choice struct {
	ID, Text string
	Chosen   bool
}

// Tokens is the page of the programs that may come in.
type Tokens struct {
	Tabs
	Tokens  []team.Token
	Scopes  []team.Right
	Made    string // a token that was just made: it is shown once
	Problem string
	Name    string
}

var (
	usersPage  = ui.MustPage[Users](files, "users.html", "tabs.html")
	tokensPage = ui.MustPage[Tokens](files, "tokens.html", "tabs.html")
)

// roles are those that whoever looks may give.
func roles(r *ui.Request, now team.Role) []Choice {
	var all []Choice
	for _, role := range team.Roles() {
		if role != team.Owner || r.By.Role == team.Owner {
			all = append(all, Choice{string(role), r.Voice.Role(role), role == now})
		}
	}
	return all
}

func (p pages) members(w http.ResponseWriter, r *ui.Request) error {
	return p.showUsers(w, r, nil, func(*Users) {})
}

func (p pages) showUsers(w http.ResponseWriter, r *ui.Request, cause error, change func(*Users)) error {
	page := Users{Tabs: frame(r, "/settings/users", team.ManageUsers), Roles: roles(r, team.Both), Whole: p.PublicURL != ""}
	members, err := p.Team.Members(r.Context(), r.Workspace.ID)
	if err != nil {
		return err
	}
	for _, m := range members {
		may := page.May && (m.Role != team.Owner || r.By.Role == team.Owner)
		page.Members = append(page.Members, Member{m, may, roles(r, m.Role)})
	}
	if page.May {
		if page.Links, err = p.Team.Links(r.Context(), r.Workspace.ID, r.By); err != nil {
			return err
		}
	}
	change(&page)
	if cause == nil {
		return usersPage.Render(w, r, page)
	}
	page.Problem, _ = r.Fault(cause)
	return usersPage.Status(w, r, fault.Status(cause), page)
}

// link is the whole address of a path that is sent to somebody. It is made of the public address alone, never of what a request says.
func (p pages) link(path string) string { return p.PublicURL + path }

func (p pages) invite(w http.ResponseWriter, r *ui.Request) error {
	secret, err := p.Team.Invite(r.Context(), r.Workspace.ID, r.FormValue("email"), team.Role(r.FormValue("role")), r.By)
	if shown(err) {
		return p.showUsers(w, r, err, func(u *Users) { u.Email = r.FormValue("email") })
	}
	if err != nil {
		return err
	}
	return p.showUsers(w, r, nil, func(u *Users) { u.Made = p.link("/invitation/" + secret) })
}

func (p pages) reset(w http.ResponseWriter, r *ui.Request) error {
	of, err := r.ID("id")
	if err != nil {
		return err
	}
	secret, err := p.Team.MakeReset(r.Context(), r.Workspace.ID, of, r.By)
	if shown(err) {
		return p.showUsers(w, r, err, func(*Users) {})
	}
	if err != nil {
		return err
	}
	return p.showUsers(w, r, nil, func(u *Users) { u.Made = p.link("/reset/" + secret) })
}

// shown reports whether what stands against a change is said on the page itself.
func shown(err error) bool {
	return fault.Is(err, fault.Invalid) || fault.Is(err, fault.Conflict) || fault.Is(err, fault.Forbidden)
}

// onUser does something to a member and shows them all again.
func (p pages) onUser(w http.ResponseWriter, r *ui.Request, said string, do func(id.ID) error) error {
	of, err := r.ID("id")
	if err != nil {
		return err
	}
	err = do(of)
	if shown(err) {
		return p.showUsers(w, r, err, func(*Users) {})
	}
	if err != nil {
		return err
	}
	r.Done(w, said, "")
	return r.Go(w, "/settings/users")
}

func (p pages) changeRole(w http.ResponseWriter, r *ui.Request) error {
	return p.onUser(w, r, r.T("Role changed"), func(of id.ID) error {
		return p.Team.ChangeRole(r.Context(), r.Workspace.ID, of, team.Role(r.FormValue("role")), r.By)
	})
}

func (p pages) clearSecondStep(w http.ResponseWriter, r *ui.Request) error {
	return p.onUser(w, r, r.T("Their second step is off"), func(of id.ID) error { return p.Team.ClearSecondStep(r.Context(), r.Workspace.ID, of, r.By) })
}

func (p pages) removeMember(w http.ResponseWriter, r *ui.Request) error {
	return p.onUser(w, r, r.T("Removed; invite them again to undo"), func(of id.ID) error {
		return p.Team.RemoveMember(r.Context(), r.Workspace.ID, of, r.By)
	})
}

func (p pages) revokeLink(w http.ResponseWriter, r *ui.Request) error {
	return p.onUser(w, r, r.T("The link works no more"), func(of id.ID) error { return p.Team.Revoke(r.Context(), r.Workspace.ID, of, r.By) })
}

func (p pages) tokens(w http.ResponseWriter, r *ui.Request) error {
	return p.showTokens(w, r, nil, "")
}

func (p pages) showTokens(w http.ResponseWriter, r *ui.Request, cause error, made string) error {
	page := Tokens{Tabs: frame(r, "/settings/tokens", team.Read), Made: made}
	for _, right := range team.Rights() {
		if r.By.May(right) {
			page.Scopes = append(page.Scopes, right)
		}
	}
	var err error
	if page.Tokens, err = p.Team.Tokens(r.Context(), r.Workspace.ID, r.By); err != nil {
		return err
	}
	if cause == nil {
		return tokensPage.Render(w, r, page)
	}
	page.Problem, _ = r.Fault(cause)
	page.Name = r.FormValue("name")
	return tokensPage.Status(w, r, fault.Status(cause), page)
}

func (p pages) makeToken(w http.ResponseWriter, r *ui.Request) error {
	if err := r.ParseForm(); err != nil {
		return err
	}
	var scopes []team.Right
	for _, s := range r.Form["scope"] {
		scopes = append(scopes, team.Right(s))
	}
	days, err := strconv.Atoi(r.FormValue("days"))
	if err != nil && r.FormValue("days") != "" {
		days = -1 // what is no number is refused, and not for ever
	}
	if len(scopes) == 0 {
		return p.showTokens(w, r, fault.Invalidf("choose at least one thing that it may do"), "")
	}
	text, _, err := p.Team.MakeToken(r.Context(), r.Workspace.ID, r.FormValue("name"), scopes, days, r.By)
	if fault.Is(err, fault.Invalid) {
		return p.showTokens(w, r, err, "")
	}
	if err != nil {
		return err
	}
	return p.showTokens(w, r, nil, text)
}

func (p pages) revokeToken(w http.ResponseWriter, r *ui.Request) error {
	of, err := r.ID("id")
	if err != nil {
		return err
	}
	if err := p.Team.RevokeToken(r.Context(), r.Workspace.ID, of, r.By); err != nil {
		return err
	}
	r.Done(w, r.T("The token works no more"), "")
	return r.Go(w, "/settings/tokens")
}

// Right is what a token may do, in words.
func (t Tokens) Right(r team.Right) string { return right(t.Voice, r) }

func right(t ui.Voice, r team.Right) string {
	switch r {
	case team.Read:
		return t.T("read everything")
	case team.WritePeople:
		return t.T("write people")
	case team.WriteMarketing:
		return t.T("write marketing's touches and costs")
	case team.WriteSales:
		return t.T("write deals, calls and payments")
	case team.Refund:
		return t.T("give money back")
	case team.ManageUsers:
		return t.T("manage users")
	case team.ManageSettings:
		return t.T("change settings")
	case team.Erase:
		return t.T("erase people")
	case team.ExportAll:
		return t.T("export everything")
	}
	return string(r)
}
