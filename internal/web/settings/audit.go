package settings

import (
	"cmp"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/id"
	"tandem/internal/team"
	"tandem/internal/web/ui"
)

// Audit is the page of who changed what.
type Audit struct {
	Tabs
	Lines        []Line
	Who, Subject []Choice // what the list is narrowed to
	From, To     string   // days
	Narrowed     bool
	Next         string
}

// Line is one deed.
type Line struct {
	At             clock.Micros
	Who, Door, Did string
	Record, URL    string // what it was done to, and where that is shown
	Details        []string
}

const entriesShown = 100

var auditPage = ui.MustPage[Audit](files, "audit.html", "tabs.html")

func (p pages) audit(w http.ResponseWriter, r *ui.Request) error {
	page := Audit{Tabs: frame(r, "/settings/audit", team.ManageUsers), From: r.FormValue("from"), To: r.FormValue("to")}
	q, err := page.query(r)
	if err != nil {
		return err
	}
	names, err := p.colleagues(r, &page)
	if err != nil {
		return err
	}
	page.choose(r.Voice, r.FormValue("what"))
	if err := r.Read(func(tx *db.Tx) error {
		entries, err := team.Trail(r.Context(), tx, q, entriesShown+1)
		if err != nil {
			return err
		}
		page.Next = ""
		if len(entries) > entriesShown {
			entries = entries[:entriesShown]
			page.Next = after(r.URL.Query(), entries[entriesShown-1].ID)
		}
		page.Lines, err = p.lines(r, tx, entries, names)
		return err
	}); err != nil {
		return err
	}
	return auditPage.Render(w, r, page)
}

// after is the address of the entries before one.
func after(asked url.Values, last id.ID) string {
	asked.Set("before", last.String())
	return "/settings/audit?" + asked.Encode()
}

// query is what of the trail is asked for.
func (a *Audit) query(r *ui.Request) (q team.Entries, err error) {
	for name, at := range map[string]*id.ID{"before": &q.Before, "who": &q.User} {
		if s := r.FormValue(name); s != "" {
			if *at, err = id.Parse(s); err != nil {
				return q, fault.NotFoundf("there is nothing at this address")
			}
		}
	}
	if q.Of = subjects()[r.FormValue("what")]; q.Of == nil && r.FormValue("what") != "" {
		return q, fault.NotFoundf("there is nothing at this address")
	}
	if q.From, err = instant(r, a.From, 0); err == nil {
		q.To, err = instant(r, a.To, 1)
	}
	a.Narrowed = q.User != 0 || q.Of != nil || q.From != 0 || q.To != 0
	return q, err
}

// instant is when a day begins, or some days later; 0 for no day.
func instant(r *ui.Request, day string, later int) (clock.Micros, error) {
	if day == "" {
		return 0, nil
	}
	t, err := time.ParseInLocation(time.DateOnly, day, r.Zone)
	if err != nil {
		return 0, fault.Invalidf("%q is not a day", day).WithMend("write it as 2026-05-20")
	}
	return clock.Of(t.AddDate(0, 0, later)), nil
}

// colleagues are the names of all whose deeds the trail may hold, and the choice among them: who works here, and then who did.
func (p pages) colleagues(r *ui.Request, page *Audit) (map[id.ID]string, error) {
	members, err := p.Team.Members(r.Context(), r.Workspace.ID)
	if err != nil {
		return nil, err
	}
	gone, err := p.Team.Joined(r.Context(), r.Workspace.ID)
	names := maps.Clone(gone)
	choose := func(of id.ID, name string) {
		page.Who = append(page.Who, Choice{of.String(), name, of.String() == r.FormValue("who")})
	}
	for _, m := range members {
		names[m.ID] = m.Name
		delete(gone, m.ID)
		choose(m.ID, m.Name)
	}
	for _, of := range slices.SortedFunc(maps.Keys(gone), func(a, b id.ID) int { return cmp.Or(strings.Compare(gone[a], gone[b]), cmp.Compare(a, b)) }) {
		choose(of, r.T("%s, who is gone", gone[of]))
	}
	return names, err
}

func (a *Audit) choose(v ui.Voice, what string) {
	for _, s := range []Choice{
		{ID: "people", Text: v.T("People, companies and segments")},
		{ID: "sales", Text: v.T("Deals, calls and payments")},
		{ID: "files", Text: v.T("Files, touches and costs")},
		{ID: "team", Text: v.T("Users, sign-in and tokens")},
		{ID: "settings", Text: v.T("Settings")},
	} {
		s.Chosen = s.ID == what
		a.Subject = append(a.Subject, s)
	}
}
