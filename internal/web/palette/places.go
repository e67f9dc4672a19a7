package palette

import (
	"strings"

	"tandem/internal/team"
	"tandem/internal/text"
	"tandem/internal/web/ui"
)

// places are the pages of the site. What they are about finds them, too, because a newcomer does not know their names.
func places(r *ui.Request) []Result {
	all := []Result{
		{URL: "/", Icon: "sun", Text: r.T("Today"), Keys: []string{"G", "T"}, also: r.T("home, tasks, meetings, waiting")},
		{URL: "/people", Icon: "users", Text: r.T("People"), Keys: []string{"G", "P"}, also: r.T("contacts, leads, customers, list")},
		{URL: "/companies", Icon: "building-2", Text: r.T("Companies"), also: r.T("accounts, businesses, organisations")},
		{URL: "/loop", Icon: "repeat", Text: r.T("The loop"), Keys: []string{"G", "L"}, also: r.T("reports, money, marketing, attribution, revenue, costs, cohorts, funnel, channels, campaigns, dashboard")},
		{URL: "/imports", Icon: "upload", Text: r.T("Import"), Keys: []string{"G", "I"}, also: r.T("files, csv, excel, spreadsheet, upload")},
		{URL: "/settings", Icon: "settings", Text: r.T("Settings"), also: r.T("business, currency, time zone, language, address, VAT")},
		{URL: "/settings/users", Icon: "users", deep: true, Text: r.T("People who work here"), also: r.T("users, team, roles, members, invitations")},
		{URL: "/settings/pipelines", Icon: "square-kanban", deep: true, Text: r.T("Pipelines"), also: r.T("deals, stages")},
		{URL: "/settings/fields", Icon: "text-cursor-input", deep: true, Text: r.T("Fields"), also: r.T("own fields, custom, properties")},
		{URL: "/settings/tokens", Icon: "key-round", deep: true, Text: r.T("Tokens"), also: r.T("API, programs, keys")},
		{URL: "/settings/work", Icon: "activity", deep: true, Text: r.T("Work in the background"), also: r.T("jobs, late, failed")},
		{URL: "/account", Icon: "shield", Text: r.T("Your account"), also: r.T("password, passkey, second step, sessions, sign out, profile")},
		{URL: "/api/docs", Icon: "file-text", deep: true, Text: r.T("The API, described"), also: r.T("documentation, REST, OpenAPI, developers")},
	}
	if r.By.May(team.ManageUsers) {
		all = append(all, Result{URL: "/settings/audit", Icon: "history", deep: true, Text: r.T("Who changed what"), also: r.T("audit, trail, log, history")})
	}
	return all
}

// acts are what may be done from anywhere.
func acts(r *ui.Request) []Result {
	var all []Result
	if r.By.May(team.WritePeople) {
		all = append(all,
			Result{URL: "/people/new", Icon: "user-plus", Text: r.T("Add person"), Keys: []string{"A"}, also: r.T("new contact, lead, create")},
			Result{URL: "/companies/new", Icon: "plus", Text: r.T("Add company"), also: r.T("new, create")},
			Result{URL: "/people?panel=1", Icon: "list-filter", Text: r.T("New segment"), also: r.T("add, filter, list, create")},
			Result{URL: "/imports/new", Icon: "upload", Text: r.T("Import a file"), also: r.T("people, companies, deals, payments, costs, touches, csv, excel")})
	}
	if r.By.May(team.ManageUsers) {
		all = append(all, Result{URL: "/settings/users", Icon: "user-plus", Text: r.T("Invite a colleague"), also: r.T("add user, member, team")})
	}
	return all
}

// about are what may be written down of whoever was found first.
func about(r *ui.Request, people []Result) []Result {
	if len(people) == 0 {
		return nil
	}
	who := people[0]
	var all []Result
	if r.By.May(team.WriteSales) {
		all = append(all, Result{URL: who.URL + "?kind=call", Icon: "phone", Text: r.T("Log a call with %s", who.Text), Keys: []string{"C"}})
	}
	if r.By.May(team.WritePeople) {
		all = append(all, Result{URL: who.URL + "?kind=note", Icon: "pen-line", Text: r.T("Add a note about %s", who.Text), Keys: []string{"N"}})
	}
	return all
}

// matching are the results whose name, or what else they are found by, holds every word.
func matching(all []Result, words string) []Result {
	var some []Result
	for _, one := range all {
		if words == "" && !one.deep || words != "" && holds(text.Key(one.Text+" "+one.also), words) {
			some = append(some, one)
		}
	}
	return some
}

// holds reports whether a text has words that begin with each of some others.
func holds(of, words string) bool {
	for _, w := range strings.Fields(text.Key(words)) {
		if !strings.HasPrefix(of, w) && !strings.Contains(of, " "+w) {
			return false
		}
	}
	return true
}
