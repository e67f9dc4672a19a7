// Package loop is the page The loop: what the business spent, who came, what became of them, which channel brought the money, how fast leads buy,
// and what is missing from the picture. Every number on it opens to the people behind it.
//
// The page asks internal/insight/report and decides nothing itself. Where the model, the grouping or the measure changes, htmx swaps the table
// with its note and the opening sentence; likely ranges that take a while come in a second request. Without script each of these is a
// link to the whole page.
package loop

import (
	"embed"
	"net/http"
	"net/url"

	"tandem/internal/insight/report"
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
		{Pattern: "GET /loop", Right: team.Read, Do: p.show},
		{Pattern: "GET /loop/people", Right: team.Read, Do: p.behind},
		{Pattern: "GET /loop/export", Right: team.Read, Do: p.export},
	}
}

// Page is the whole page.
type Page struct {
	ui.Frame
	Empty   bool
	Brought Brought
	Flow    Sankey
	Cohorts Heat
	Quality Quality
}

// Choice is one of several ways to look at the same.
type Choice struct {
	ID      string
	Text    string
	Full    string // what it means, for a title
	URL     string
	Current bool
}

var (
	loopPage    = ui.MustPage[Page](files, "loop.html", "brought.html")
	broughtPart = ui.MustPart[Brought](files, "swapped", "brought.html")
)

func (p pages) show(w http.ResponseWriter, r *ui.Request) error {
	q, err := ask(r)
	if err != nil {
		return err
	}
	brought, err := p.brought(r, q)
	if err != nil {
		return err
	}
	if r.Partial() {
		return broughtPart.Render(w, r, brought)
	}
	page := Page{
		Frame: ui.Frame{Title: r.T("The loop"), Nav: "loop"}, Brought: brought, Empty: !brought.Known,
	}
	if !page.Empty {
		err = p.rest(r, q, &page)
	}
	if err != nil {
		return err
	}
	return loopPage.Render(w, r, page)
}

// rest fills in what stays when the model changes.
func (p pages) rest(r *ui.Request, q asked, page *Page) error {
	flow, err := p.Reports.Flow(r.Context(), place(r), report.FlowQuery{Period: q.Period})
	if err != nil {
		return err
	}
	page.Flow = sankey(r.Voice, q, flow)
	if page.Cohorts, err = p.heat(r, q); err != nil {
		return err
	}
	page.Quality, err = p.quality(r)
	return err
}

// place is what reports are of.
func place(r *ui.Request) report.Place {
	return report.Place{Workspace: r.Workspace.ID, Currency: r.Workspace.Currency, Zone: r.Zone}
}

// link is a path with its query.
func link(path string, v url.Values) string { return path + "?" + v.Encode() }
