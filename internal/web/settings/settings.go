// Package settings is where a workspace is set up: the business itself, who works in it, its pipelines and fields, the programs that may come in,
// and what runs in the background.
package settings

import (
	"embed"
	"net/http"
	"slices"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"tandem/internal/clock"
	"tandem/internal/fault"
	"tandem/internal/money"
	"tandem/internal/team"
	"tandem/internal/web/ui"
)

//go:embed *.html
var files embed.FS

type pages struct{ ui.House }

// Routes are the section's.
func Routes(h ui.House) []ui.Route {
	p := pages{h}
	return slices.Concat([]ui.Route{
		{Pattern: "GET /settings", Right: team.Read, Do: p.workspaceForm},
		{Pattern: "POST /settings", Right: team.ManageSettings, Do: p.settle},
	}, p.trade(), p.users(), p.runs())
}

// Tabs is the row of places on every page of the settings.
type Tabs struct {
	ui.Frame
	Places []Place
	May    bool // change what is on this page
}

// Place is one of the pages.
type Place struct {
	Text, URL string
	Current   bool
}

// frame is a page of the settings.
func frame(r *ui.Request, at string, right team.Right) Tabs {
	t := Tabs{Frame: ui.Frame{Title: r.T("Settings"), Nav: "settings"}, May: r.By.May(right)}
	places := []Place{
		{Text: r.T("Business"), URL: "/settings"},
		{Text: r.T("People who work here"), URL: "/settings/users"},
		{Text: r.T("Pipelines"), URL: "/settings/pipelines"},
		{Text: r.T("Fields"), URL: "/settings/fields"},
		{Text: r.T("Tokens"), URL: "/settings/tokens"},
		{Text: r.T("Work"), URL: "/settings/work"},
	}
	if r.By.May(team.ManageUsers) {
		places = append(places, Place{Text: r.T("Who changed what"), URL: "/settings/audit"})
	}
	for _, p := range places {
		p.Current = p.URL == at
		t.Places = append(t.Places, p)
	}
	return t
}

// Business is the form of the workspace.
type Business struct {
	Tabs
	Name, Currency, Timezone, Speaks string
	Now                              string // by the clocks of the time zone that is in force
	Imprint                          team.Imprint
	Problem                          string
	Languages                        []string // BCP 47
}

// Tongues are the languages that Tandem speaks, each under its own name.
func (b Business) Tongues() []Choice {
	var all []Choice
	for _, l := range b.Languages {
		tag, _ := language.Parse(l)
		all = append(all, Choice{ID: l, Text: display.Self.Name(tag), Chosen: l == b.Speaks})
	}
	return all
}

var businessPage = ui.MustPage[Business](files, "business.html", "tabs.html")

func (p pages) workspaceForm(w http.ResponseWriter, r *ui.Request) error {
	b := p.business(r)
	b.Name, b.Currency, b.Timezone, b.Speaks = r.Workspace.Name, string(r.Workspace.Currency), r.Workspace.Timezone, r.Workspace.Language
	b.Imprint = r.Workspace.Imprint
	return businessPage.Render(w, r, b)
}

func (p pages) business(r *ui.Request) Business {
	return Business{Tabs: frame(r, "/settings", team.ManageSettings), Languages: p.Catalogue.Languages(), Now: r.Clock(clock.Of(r.Now))}
}

func (p pages) settle(w http.ResponseWriter, r *ui.Request) error {
	b := p.business(r)
	b.Name, b.Currency, b.Timezone, b.Speaks = r.FormValue("name"), r.FormValue("currency"), r.FormValue("timezone"), r.FormValue("language")
	b.Imprint = team.Imprint{
		Street: r.FormValue("street"), PostalCode: r.FormValue("postal_code"), City: r.FormValue("city"), Country: r.FormValue("country"),
		VATID: r.FormValue("vat_id"), Registration: r.FormValue("registration"),
	}
	to := team.Settings{Change: team.Change{Name: b.Name, Currency: money.Currency(b.Currency), Timezone: b.Timezone, Language: b.Speaks}, Imprint: b.Imprint}
	_, err := p.Team.Settle(r.Context(), r.Workspace, to, r.By)
	if fault.Is(err, fault.Invalid) || fault.Is(err, fault.Conflict) {
		b.Problem, _ = r.Fault(err)
		return businessPage.Status(w, r, fault.Status(err), b)
	}
	if err != nil {
		return err
	}
	r.Done(w, r.T("Settings saved"), "")
	return r.Go(w, "/settings")
}
