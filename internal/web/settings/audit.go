package settings

import (
	"net/http"
	"net/url"
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
	members, err := p.Team.Members(r.Context(), r.Workspace.ID)
	if err != nil {
		return err
	}
	page.choose(r.Voice, members, r.FormValue("who"), r.FormValue("what"))
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
		page.Lines, err = p.lines(r, tx, entries, members)
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

func (a *Audit) choose(v ui.Voice, members []team.Member, who, what string) {
	for _, m := range members {
		a.Who = append(a.Who, Choice{m.ID.String(), m.Name, m.ID.String() == who})
	}
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
