// Package today is the first page of the day: what needs an answer, what is to be done, and the loop of this month at a glance.
package today

import (
	"embed"
	"html/template"
	"net/http"
	"net/url"
	"time"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/exchange"
	"tandem/internal/id"
	"tandem/internal/insight/report"
	"tandem/internal/people/contact"
	"tandem/internal/people/glance"
	"tandem/internal/sales/activity"
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
		{Pattern: "GET /{$}", Right: team.Read, Do: p.today},
		{Pattern: "POST /tasks", Right: team.WritePeople, Do: p.addTask},
	}
}

// Today is the page.
type Today struct {
	ui.Frame
	Now       string
	Mine      bool // one's own alone, not the whole team's
	Period    string
	Loop      []Step
	Missing   string        // the currencies of what is not counted
	Return    template.HTML // money received for each unit spent, "" where it cannot be said
	Brought   string        // the page that says what brought it
	Empty     bool          // nobody is here yet
	NoCosts   bool          // nothing was ever spent
	Begin     []Beginning
	Turns     bool // the loop has something to say
	MayInvite bool
	Waiting   []Waiting
	Waits     int
	AllWait   string // the page with all who wait, "" if it is this one
	Todo      []Todo
	Meetings  []Todo
	MayWrite  bool
	Here      string // the page, to come back to
	Task      Task
}

// Step is one step of the loop.
type Step struct {
	Class, Name, Value, Note, Rate, RateSays, URL string
	Add                                           string // where what is missing is brought, "" if nothing is
}

// Waiting is somebody who waits for an answer.
type Waiting struct {
	Name, Company, URL, What, From, Owner string
	Wing                                  string
	Clock                                 ui.Clock
}

// Todo is something to be done today, or overdue.
type Todo struct {
	ID                     id.ID
	Title, Who, URL, Owner string
	Icon, At               string
	Clock                  ui.Clock
	May                    bool
}

var page = ui.MustPage[Today](files, "today.html")

const (
	waitingShown = 12
	mostWaiting  = 200
	todoShown    = 50
)

func (p pages) today(w http.ResponseWriter, r *ui.Request) error {
	if err := glance.CatchUp(r.Context(), p.DB, r.Workspace.ID); err != nil {
		return err
	}
	return p.show(w, r, http.StatusOK, newTask(r))
}

func (p pages) show(w http.ResponseWriter, r *ui.Request, status int, task Task) error {
	t := Today{
		Frame: ui.Frame{Title: r.T("Today"), Nav: "today"}, Now: r.FullDay(clock.Of(r.Now)) + ", " + r.Clock(clock.Of(r.Now)),
		Mine: r.FormValue("who") == "me", MayWrite: r.By.May(team.WritePeople), Task: task,
	}
	t.Here = here(t.Mine)
	if err := p.loop(r, &t); err != nil {
		return err
	}
	if err := r.Read(func(tx *db.Tx) error {
		t.Waiting, t.Todo, t.Meetings = nil, nil, nil
		if err := p.begin(r, tx, &t); err != nil {
			return err
		}
		if err := p.waiting(r, tx, &t); err != nil {
			return err
		}
		return p.todo(r, tx, &t)
	}); err != nil {
		return err
	}
	return page.Status(w, r, status, t)
}

// here is the page of one's own work, or of the team's.
func here(mine bool) string {
	if mine {
		return "/?who=me"
	}
	return "/"
}

// owner is whose work is shown, "" for everybody's.
func owner(r *ui.Request, t *Today) string {
	if t.Mine {
		return r.By.Name
	}
	return ""
}

// loop is this month so far; in its first days, which say little, the month before.
func (p pages) loop(r *ui.Request, t *Today) error {
	today := r.Now.In(r.Zone)
	from, to := time.Date(today.Year(), today.Month(), 1, 0, 0, 0, 0, r.Zone), today
	if today.Day() < 4 {
		to = from.AddDate(0, 0, -1)
		from = time.Date(to.Year(), to.Month(), 1, 0, 0, 0, 0, r.Zone)
	}
	period := report.Period{From: from.Format(time.DateOnly), To: to.Format(time.DateOnly)}
	t.Period = r.Days(period.From, period.To)
	s, err := p.Reports.Strip(r.Context(), report.Place{Workspace: r.Workspace.ID, Currency: r.Workspace.Currency, Zone: r.Zone}, period)
	if err != nil {
		return err
	}
	t.Loop, t.Missing = steps(r.Voice, s, to.Day()), ui.Uncounted(s.Unconverted)
	opened(t.Loop, period)
	t.Brought = "/loop?" + url.Values{"from": {period.From}, "to": {period.To}}.Encode()
	if s.Return != nil {
		back := "<b>" + template.HTMLEscapeString(r.Money(unit(r, *s.Return))) + "</b>"
		t.Return = template.HTML(r.T("%[1]s received for each %[2]s spent", back, template.HTMLEscapeString(r.Short(unit(r, 1)))))
	}
	t.Turns = s.Came+s.Leads > 0
	if t.NoCosts = s.CostsUntil == ""; t.NoCosts {
		t.Loop[0].Add = importing(r, exchange.Costs)
	}
	return nil
}

func steps(v ui.Voice, s report.Strip, days int) []Step {
	came := map[report.Arrivals]string{report.Visits: v.T("Visits"), report.PageViews: v.T("Page views"), report.Touches: v.T("Touches")}[s.CameAs]
	all := []Step{
		{Class: "m", Name: v.T("Spend"), Value: v.Reported(s.Spend), Rate: sum(v, s.Each), RateSays: v.T("Spend for each of them")},
		{Class: "m", Name: came, Value: v.Number(s.Came), Rate: percent(v, s.LeadRate), RateSays: v.T("Leads for each of them")},
		{Class: "m", Name: v.T("Leads"), Value: v.Number(s.Leads), Rate: percent(v, s.DealRate), RateSays: v.T("Deals for each lead")},
		{Class: "s", Name: v.T("Deals"), Value: v.Number(s.Deals), Note: v.T("%s still open", v.Number(s.Open)), Rate: percent(v, s.WonRate), RateSays: v.T("Orders for each deal")},
		{Class: "s", Name: v.T("Won"), Value: v.Reported(s.Won), Note: v.T("%d orders", v.Many(s.Orders)), Rate: percent(v, s.PaidRate), RateSays: v.T("Orders paid in full")},
		{Class: "s", Name: v.T("Paid"), Value: v.Reported(s.Paid)},
	}
	if daily := s.Came / max(days, 1); daily > 0 {
		all[1].Note = v.T("%s a day", v.Number(daily))
	}
	all[0].Note = v.T("no costs yet")
	if s.CostsUntil != "" {
		all[0].Note = v.T("known until %s", v.Day(v.Noon(s.CostsUntil)))
	}
	if s.PerLead != nil {
		all[2].Note = v.T("%s each", v.Reported(*s.PerLead))
	}
	if s.ToCome.Minor > 0 {
		all[5].Note = v.T("%s to come", v.Reported(s.ToCome))
	}
	return all
}

// opened leads from each figure to the records behind it.
func opened(steps []Step, period report.Period) {
	steps[0].URL = "/loop/people?" + url.Values{"kind": {string(report.OfSpend)}, "from": {period.From}, "to": {period.To}}.Encode()
	for i, step := range []report.Step{report.AllPeople, report.Leads, report.WithDeal, report.Customers, report.Payers} {
		steps[i+1].URL = "/loop/people?" + url.Values{"kind": {string(report.OfStrip)}, "step": {string(step)}, "from": {period.From}, "to": {period.To}}.Encode()
	}
}

func sum(v ui.Voice, s *report.Sum) string {
	if s == nil {
		return ""
	}
	return v.Reported(*s)
}

func percent(v ui.Voice, share *float64) string {
	if share == nil {
		return ""
	}
	return v.Percent(*share)
}

func (p pages) waiting(r *ui.Request, tx *db.Tx, t *Today) error {
	since := clock.Of(r.Now.Add(-ui.WaitingMatters))
	shown := waitingShown
	if r.FormValue("waiting") == "all" {
		shown = mostWaiting
	}
	glances, n, err := glance.Waiting(r.Context(), tx, owner(r, t), since, shown)
	if err != nil {
		return err
	}
	if t.Waits, t.AllWait = n, ""; shown == waitingShown && n > shown {
		t.AllWait = allWait(t.Mine)
	}
	var ids []id.ID
	for _, g := range glances {
		ids = append(ids, g.Contact)
	}
	people, err := p.names(r, tx, ids)
	if err != nil {
		return err
	}
	for _, g := range glances {
		who := people[g.Contact]
		t.Waiting = append(t.Waiting, Waiting{
			Name: who.Name, Company: who.Company, Owner: who.Owner, URL: "/people/" + g.Contact.String(), What: what(r.Voice, g),
			From: from(r.Voice, g), Wing: ui.Wing(g.FirstSide), Clock: ui.Waiting(r.Voice, r.Now, g.WaitingAt),
		})
	}
	return nil
}

// allWait is the page with everybody who waits.
func allWait(mine bool) string {
	if mine {
		return "/?who=me&waiting=all"
	}
	return "/?waiting=all"
}

func what(v ui.Voice, g glance.Glance) string {
	text := v.Kind(g.WaitingKind)
	if g.LastKind == g.WaitingKind && g.LastNote != "" {
		text = v.T("%[1]s: %[2]s", text, g.LastNote)
	}
	return text
}

func from(v ui.Voice, g glance.Glance) string {
	if g.FirstChannel == "" {
		return ""
	}
	return v.Channel(g.FirstChannel)
}

// who is a person as the page names them.
type who struct{ Name, Company, Owner string }

func (p pages) names(r *ui.Request, tx *db.Tx, ids []id.ID) (map[id.ID]who, error) {
	contacts, err := p.Contacts.Contacts(r.Context(), tx, ids)
	if err != nil {
		return nil, err
	}
	addresses, err := p.Contacts.AddressesOf(r.Context(), tx, ids)
	if err != nil {
		return nil, err
	}
	companies, err := p.Contacts.Companies(r.Context(), tx, companiesOf(contacts))
	all := map[id.ID]who{}
	for i, c := range contacts {
		w := who{Name: c.Name, Company: companies[c.CompanyID].Name, Owner: c.Owner}
		if mails := addresses.Emails[i]; w.Name == "" && len(mails) > 0 {
			w.Name = mails[0].Shown
		}
		if w.Name == "" {
			w.Name = r.T("without a name")
		}
		all[i] = w
	}
	return all, err
}

func companiesOf(contacts map[id.ID]contact.Contact) []id.ID {
	var ids []id.ID
	for _, c := range contacts {
		if c.CompanyID != 0 {
			ids = append(ids, c.CompanyID)
		}
	}
	return ids
}

// todo is what is due until the end of the day.
func (p pages) todo(r *ui.Request, tx *db.Tx, t *Today) error {
	today := r.Now.In(r.Zone)
	end := time.Date(today.Year(), today.Month(), today.Day()+1, 0, 0, 0, 0, r.Zone)
	due, err := p.Activities.Due(r.Context(), tx, owner(r, t), clock.Of(end)-1, todoShown)
	if err != nil {
		return err
	}
	var ids []id.ID
	for _, a := range due {
		if a.Contact != 0 {
			ids = append(ids, a.Contact)
		}
	}
	people, err := p.names(r, tx, ids)
	if err != nil {
		return err
	}
	for _, a := range due {
		one := Todo{
			ID: a.ID, Title: ui.ActivityTitle(r.Voice, a), Owner: a.Owner, Who: people[a.Contact].Name, Icon: ui.KindIcon(string(a.Kind)), At: r.Clock(a.DueAt),
			Clock: ui.Due(r.Voice, r.Now, a.DueAt), May: r.By.May(team.WriteSales) || a.Kind == activity.Task && t.MayWrite,
		}
		if a.Contact != 0 {
			one.URL = "/people/" + a.Contact.String()
		}
		if a.Kind == activity.Meeting || a.Kind == activity.Visit {
			t.Meetings = append(t.Meetings, one)
		} else {
			t.Todo = append(t.Todo, one)
		}
	}
	return nil
}
