package app_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"

	"tandem/internal/db"
	"tandem/internal/team"
	"tandem/internal/test/dbtest"
	"tandem/internal/web/webtest"
)

// step is something that somebody may do on the site, and who may. An owner who takes the steps of a list in its order succeeds with each.
type step struct {
	route string // as the site has it
	at    string // where; "" is the route's own path
	form  string // what is sent, as name=value&name=value
	who   group
	file  string // of a form with a file: the file
}

// group are those who may take a step.
type group int

const (
	anybody group = iota // signed in or not
	members              // of the workspace, whatever they are there for
	writers              // who write about people
	sellers              // who write about sales
	leaders              // who run the workspace
)

func (g group) has(role team.Role) bool {
	switch g {
	case writers:
		return role != team.Viewer
	case sellers:
		return role != team.Viewer && role != team.Marketing
	case leaders:
		return role == team.Owner || role == team.Manager
	}
	return true
}

// visitor is somebody at the site's door.
type visitor struct {
	name    string
	secret  string // of their session
	from    string // which site sends what they do, "" for ours
	may     func(step) bool
	refused []int
}

// steps are one for each route at least. A new route gets its own here.
func steps() []step {
	return slices.Concat(stepsIn(), stepsOfPeople(), stepsOfCompanies(), stepsOfTheLoop(), stepsOfImports(), stepsOfSettings(), stepsOfAccount())
}

func stepsIn() []step {
	return []step{
		{"GET /signin", "", "", anybody, ""},
		{"POST /signin", "", "email=mara@aldercycles.example&password=seven+green+lamps", anybody, ""},
		{"GET /invitation/{secret}", "/invitation/{invitation}", "", anybody, ""},
		{"GET /reset/{secret}", "/reset/{reset}", "", anybody, ""},
		{"GET /{$}", "/", "", members, ""},
		{"GET /palette", "/palette?q=ann", "", members, ""},
		{"GET /api/docs", "", "", members, ""},
	}
}

func stepsOfPeople() []step {
	rule := "f=city&o=is&v=Brugge&d=&g=all"
	return []step{
		{"GET /people", "", "", members, ""},
		{"GET /people", "/people?q=ann", "", members, ""},
		{"GET /people", "/people?panel=1&segment={segment}", "", members, ""},
		{"GET /people/counts", "", "", members, ""},
		{"POST /people/columns", "", "column=city", members, ""},
		{"POST /people/columns", "", "column=city&segment={segment}", members, ""},
		{"POST /people/builder", "", rule, members, ""},
		{"POST /people/bulk", "", "person={bo}&action=tag&value=seen", writers, ""},
		{"GET /people/export", "", "", members, ""},
		{"POST /people/export", "", "person={person}", members, ""},
		{"GET /people/new", "", "", writers, ""},
		{"POST /people/new", "", "first_name=Nia&emails=nia@x.example", writers, ""},
		{"POST /segments", "", rule + "&name=Bruges", writers, ""},
		{"POST /segments/{id}/remove", "/segments/{segment}/remove", "", writers, ""},
		{"POST /segments/{id}/restore", "/segments/{segment}/restore", "", writers, ""},
		{"POST /segments/{id}/earlier", "/segments/{segment}/earlier", "", writers, ""},
		{"GET /people/{id}", "/people/{person}", "", members, ""},
		{"GET /people/{id}/journey", "/people/{person}/journey?at=1779000000000000&before={person}", "", members, ""},
		{"GET /people/{id}/cost", "/people/{person}/cost", "", members, ""},
		{"GET /people/{id}/edit", "/people/{person}/edit", "", writers, ""},
		{"POST /people/{id}/edit", "/people/{person}/edit", "seen={seen}&first_name=Anna&emails=ann@verbeke.example", writers, ""},
		{"POST /people/{id}/undo", "/people/{person}/undo", "", writers, ""},
		{"POST /people/{id}/touches", "/people/{person}/touches", "kind=note&text=likes+green", writers, ""},
		{"POST /people/{id}/touches", "/people/{person}/touches", "kind=call&text=called", sellers, ""},
		{"POST /people/{id}/consent", "/people/{person}/consent", "state=granted&proof=at+the+fair", writers, ""},
		{"GET /people/{id}/deals/new", "/people/{person}/deals/new", "", sellers, ""},
		{"POST /people/{id}/deals", "/people/{person}/deals", "name=Two+bikes&amount=4,100.50&currency=EUR", sellers, ""},
		{"GET /deals/{id}/edit", "/deals/{deal}/edit", "", sellers, ""},
		{"POST /deals/{id}/remove", "/deals/{deal}/remove", "", sellers, ""},
		{"POST /deals/{id}/restore", "/deals/{deal}/restore", "", sellers, ""},
		{"POST /tasks", "", "text=order+brake+pads&due=2026-05-20T17:00", writers, ""},
		{"POST /activities/{id}/{what}", "/activities/{task}/done", "", writers, ""},
	}
}

func stepsOfCompanies() []step {
	return []step{
		{"GET /companies", "", "", members, ""},
		{"GET /companies/{id}", "/companies/{company}", "", members, ""},
		{"GET /companies/{id}/journey", "/companies/{company}/journey?at=1779000000000000&before={company}", "", members, ""},
		{"GET /companies/new", "", "", writers, ""},
		{"POST /companies/new", "", "name=Van+Damme", writers, ""},
		{"GET /companies/{id}/edit", "/companies/{company}/edit", "", writers, ""},
		{"POST /companies/{id}/edit", "/companies/{company}/edit", "seen={company seen}&name=Verbeke+NV", writers, ""},
		{"POST /companies/{id}/undo", "/companies/{company}/undo", "", writers, ""},
	}
}

func stepsOfTheLoop() []step {
	return []step{
		{"GET /loop", "", "", members, ""},
		{"GET /loop", "/loop?model=markov&by=source&period=all", "", members, ""},
		{"GET /loop/people", "/loop/people?kind=flow&step=people", "", members, ""},
		{"GET /loop/export", "", "", members, ""},
	}
}

func stepsOfImports() []step {
	return []step{
		{"GET /imports", "", "", members, ""},
		{"GET /imports/new", "", "", writers, ""},
		{"POST /imports", "", "kind=contacts", writers, "name,email\nNia,nia2@x.example\n"},
		{"GET /imports/{id}", "/imports/{import}", "", members, ""},
		{"GET /imports/{id}/progress", "/imports/{import}/progress", "", members, ""},
		{"GET /imports/{id}/problems", "/imports/{import}/problems", "", members, ""},
		{"POST /imports/{id}/columns", "/imports/{import}/columns", "c0=name&f0=name&c1=email&f1=email", writers, ""},
		{"POST /imports/{id}/stop", "/imports/{import}/stop", "", writers, ""},
	}
}

func stepsOfAccount() []step {
	return []step{
		{"GET /account", "", "", members, ""},
		{"POST /account/name", "", "name=Mara+Claes", members, ""},
		{"POST /account/keys", "", "keys=off", members, ""},
		{"GET /account/second-step", "", "", members, ""},
		{"POST /account/workspace/{id}", "/account/workspace/{workspace}", "", members, ""},
	}
}

func stepsOfSettings() []step {
	return []step{
		{"GET /settings", "", "", members, ""},
		{"POST /settings", "", "name=Alder&currency=EUR&timezone=Europe/Brussels&language=en&country=BE", leaders, ""},
		{"GET /settings/pipelines", "", "", members, ""},
		{"POST /settings/pipelines", "", "name=Families", leaders, ""},
		{"POST /settings/pipelines/{id}", "/settings/pipelines/{pipeline}", "name=Business", leaders, ""},
		{"POST /settings/pipelines/{id}/stages", "/settings/pipelines/{pipeline}/stages", "name=Test+ride&status=open", leaders, ""},
		{"POST /settings/stages/{id}", "/settings/stages/{stage}", "name=First+ride", leaders, ""},
		{"POST /settings/stages/{id}/move", "/settings/stages/{stage}/move", "to=up", leaders, ""},
		{"GET /settings/fields", "", "", members, ""},
		{"POST /settings/fields", "", "name=Helmet&entity=contact&type=text", leaders, ""},
		{"POST /settings/fields/{id}", "/settings/fields/{field}", "name=Bikes", leaders, ""},
		{"GET /settings/users", "", "", members, ""},
		{"POST /settings/users", "", "email=other@aldercycles.example&role=sales", leaders, ""},
		{"POST /settings/users/{id}/reset", "/settings/users/{colleague}/reset", "", leaders, ""},
		{"POST /settings/users/{id}/second-step", "/settings/users/{colleague}/second-step", "", leaders, ""},
		{"POST /settings/users/{id}/role", "/settings/users/{colleague}/role", "role=sales", leaders, ""},
		{"POST /settings/users/{id}/remove", "/settings/users/{colleague}/remove", "", leaders, ""},
		{"POST /settings/links/{id}/revoke", "/settings/links/{link}/revoke", "", leaders, ""},
		{"GET /settings/tokens", "", "", members, ""},
		{"POST /settings/tokens", "", "name=Mine&scope=read&days=90", members, ""},
		{"GET /settings/work", "", "", members, ""},
		{"GET /settings/audit", "", "", leaders, ""},
	}
}

// stepsThatSpoil are taken after all others: nothing works after them, or not for the others.
func stepsThatSpoil() []step {
	return []step{
		{"POST /settings/tokens/{id}/revoke", "/settings/tokens/{token}/revoke", "", leaders, ""},
		{"POST /settings/stages/{id}/remove", "/settings/stages/{spare}/remove", "", leaders, ""},
		{"POST /account/sessions/{id}/end", "/account/sessions/{session}/end", "", members, ""},
		{"POST /account/password", "", "old=seven+green+lamps&new=eight+brown+lamps", members, ""},
		{"POST /account/sessions/others", "", "", members, ""},
		{"POST /signout", "", "", anybody, ""},
	}
}

// elsewhere are the routes that have a test of their own: they work once, or need what only another step gives.
func elsewhere() map[string]string {
	return map[string]string{
		"POST /imports/{id}/start":            "imports.TestAnImportIsForWhoWritesItsKindInItsWorkspace",
		"POST /imports/{id}/again":            "imports.TestRowsLeftWithProblemsArePutRightOnTheirOwn",
		"POST /imports/{id}/discard":          "imports.TestAFileIsDiscardedAsLongAsNothingOfItWasImported",
		"POST /imports/{id}/undo":             "imports.TestAnImportIsForWhoWritesItsKindInItsWorkspace",
		"GET /signin/code":                    "account.TestASecondStepIsSetUpAskedForAndSwitchedOff",
		"POST /signin/code":                   "account.TestASecondStepIsSetUpAskedForAndSwitchedOff",
		"POST /account/second-step":           "account.TestASecondStepIsSetUpAskedForAndSwitchedOff",
		"POST /account/second-step/off":       "account.TestASecondStepIsSetUpAskedForAndSwitchedOff",
		"POST /signin/passkey":                "TestAPasskeySignsInUntilItIsRemoved",
		"POST /signin/passkey/begin":          "TestAPasskeySignsInUntilItIsRemoved",
		"POST /account/passkeys":              "TestAPasskeySignsInUntilItIsRemoved",
		"POST /account/passkeys/begin":        "TestAPasskeySignsInUntilItIsRemoved",
		"POST /account/passkeys/{key}":        "TestAPasskeySignsInUntilItIsRemoved",
		"POST /account/passkeys/{key}/remove": "TestAPasskeySignsInUntilItIsRemoved",
		"POST /account/recovery":              "account.TestASecondStepIsSetUpAskedForAndSwitchedOff",
		"POST /invitation/{secret}":           "account.TestAnInvitationAndAResetAreUsedOnceThroughTheirLinks",
		"POST /reset/{secret}":                "account.TestAnInvitationAndAResetAreUsedOnceThroughTheirLinks",
		"GET /setup":                          "TestTheFirstStrangerOfAPublicServerDoesNotBecomeItsOwner",
		"POST /setup":                         "TestTheFirstStrangerOfAPublicServerDoesNotBecomeItsOwner",
		"POST /segments/{id}":                 "people.TestASegmentIsBuiltKeptAndRemoved",
		"POST /deals/{id}/edit":               "people.TestADealIsAddedMovedPutRightAndTakenAway",
		"POST /deals/{id}/stage":              "people.TestADealIsAddedMovedPutRightAndTakenAway",
		"POST /people/{id}/withdraw":          "people.TestAPersonIsAddedOnceHoweverOftenTheFormIsSent",
		"POST /people/bulk/{id}/undo":         "people.TestWhatIsDoneToManyIsTakenBackForAll",
	}
}

func TestEveryRouteHasItsStep(t *testing.T) {
	s := newSite(t, dbtest.SQLite(t))
	known := elsewhere()
	for _, step := range slices.Concat(steps(), stepsThatSpoil()) {
		known[step.route] = "here"
	}
	for _, route := range s.routes() {
		if known[route.Pattern] == "" {
			t.Errorf("nobody has tried to take %s without the right: give it a step", route.Pattern)
		}
		delete(known, route.Pattern)
	}
	for route := range known {
		t.Errorf("%s is no route any more", route)
	}
}

func TestAStrangerGetsInNowhereElse(t *testing.T) {
	s := newSite(t, dbtest.SQLite(t)).trade()
	public := []string{"/setup", "/signin", "/signin/code", "/signin/passkey", "/signin/passkey/begin", "/signout", "/invitation/{secret}", "/reset/{secret}"}
	before := s.rows(true)
	for _, route := range s.routes() {
		_, path, _ := strings.Cut(route.Pattern, " ")
		if slices.Contains(public, path) {
			continue
		}
		at := placeholder.ReplaceAllString(strings.TrimSuffix(path, "{$}"), s.names["person"])
		if status := s.take(visitor{}, step{route: route.Pattern, at: at}); status != http.StatusUnauthorized && status != http.StatusSeeOther {
			t.Errorf("a stranger, %s: status %d", route.Pattern, status)
		}
	}
	if wrong := differences(before, s.rows(true)); wrong != "" {
		t.Errorf("strangers have changed the database: %s", wrong)
	}
}

var placeholder = regexp.MustCompile(`\{\w+\}`)

func TestNobodyTakesAStepThatIsNotTheirs(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newSite(t, d).trade()
		visitors := s.visitors()
		all := slices.Concat(steps(), stepsThatSpoil())
		for _, v := range visitors {
			before := s.rows(true)
			for _, step := range all {
				before = s.refuses(v, step, before)
			}
		}
		for _, v := range slices.Backward(visitors) {
			for _, step := range steps() {
				s.lets(v, step)
			}
		}
		for _, step := range stepsThatSpoil() {
			s.lets(visitors[len(visitors)-1], step)
		}
	})
}

// visitors are a stranger, the owner of another workspace, the owner lured by another site, and a member of each role, the owner last.
func (s *site) visitors() []visitor {
	s.t.Helper()
	other, err := s.Team.Create(s.t.Context(), team.Opening{Slug: "other", Name: "The others"})
	s.must(err)
	_, err = s.Team.AddMember(s.t.Context(), other.ID, team.NewUser{Name: "Otto", Email: "otto@other.example", Password: webtest.Password}, team.Owner, s.By())
	s.must(err)
	all := []visitor{
		{"a stranger", "", "", func(st step) bool { return st.who == anybody }, []int{http.StatusUnauthorized, http.StatusSeeOther}},
		{"another workspace's owner", s.Enter(s.t, "otto@other.example"), "", func(st step) bool { return st.who != anybody && !st.names() }, []int{http.StatusNotFound, http.StatusForbidden}},
		{"an owner lured by another site", s.Enter(s.t, s.Owner.Email), "cross-site", func(st step) bool { return st.reads() }, []int{http.StatusForbidden}},
	}
	roles := team.Roles()
	slices.Reverse(roles)
	for _, role := range roles {
		email := s.Owner.Email
		if role != team.Owner {
			u := s.Hire(s.t, s.Workspace.ID, role)
			s.names[string(role)], email = u.ID.String(), u.Email
		}
		all = append(all, visitor{string(role), s.Enter(s.t, email), "", func(st step) bool { return st.who.has(role) }, []int{http.StatusForbidden, http.StatusNotFound}})
	}
	return all
}

// refuses checks that somebody who may not take a step is told so, and that nothing came of it. Of what another workspace's owner may do at home
// nothing may show here. It is given the rows as they were before, and returns those after.
func (s *site) refuses(v visitor, st step, before map[string][]string) map[string][]string {
	s.t.Helper()
	may := v.may(st)
	if st.who == anybody || may && v.name != "another workspace's owner" {
		return before
	}
	status := s.take(v, st)
	if !may && !slices.Contains(v.refused, status) {
		s.t.Errorf("%s, %s %s: status %d, want one of %v", v.name, st.route, st.at, status, v.refused)
	}
	after := s.rows(true)
	if may { // what is everybody's may have changed
		for _, table := range db.GlobalTables() {
			before[table] = after[table]
		}
	}
	if wrong := differences(before, after); wrong != "" {
		s.t.Errorf("%s, %s %s: status %d, and the database has changed: %s", v.name, st.route, st.at, status, wrong)
	}
	return after
}

// lets checks that somebody who may take a step is not refused; the owner succeeds.
func (s *site) lets(v visitor, st step) {
	s.t.Helper()
	if !v.may(st) {
		return
	}
	status := s.take(v, st)
	if status == http.StatusUnauthorized || status == http.StatusForbidden || status >= http.StatusInternalServerError || v.name == "owner" && status >= http.StatusBadRequest {
		s.t.Errorf("%s, %s %s: status %d", v.name, st.route, st.at, status)
	}
}

// take is the status of the answer to a step.
func (s *site) take(v visitor, st step) int {
	s.t.Helper()
	method, path, _ := strings.Cut(st.route, " ")
	if st.at != "" {
		path = st.at
	}
	body, kind := s.body(st)
	r := httptest.NewRequestWithContext(s.t.Context(), method, s.at(path), body)
	r.Header.Set("Accept", "text/html")
	if method == http.MethodPost {
		r.Header.Set("Content-Type", kind)
	}
	b := s.Keeping(s.t, v.secret) // a fresh one each time: it may sign in as somebody else
	b.From = v.from
	return b.Do(r).Status
}

// body is what a step sends, and of which kind it is.
func (s *site) body(st step) (io.Reader, string) {
	s.t.Helper()
	if st.file == "" {
		return strings.NewReader(s.at(st.form)), "application/x-www-form-urlencoded"
	}
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	for name, all := range values(st.form) {
		s.must(form.WriteField(name, all[0]))
	}
	part, err := form.CreateFormFile("file", "people.csv")
	s.must(err)
	_, err = io.WriteString(part, st.file)
	s.must(errors.Join(err, form.Close()))
	return &b, form.FormDataContentType()
}

// reads reports whether a step changes nothing.
func (st step) reads() bool { return strings.HasPrefix(st.route, http.MethodGet) }

// names reports whether a step's address names a record of the workspace.
func (st step) names() bool {
	path, _, _ := strings.Cut(st.at, "?")
	return strings.Contains(path, "{")
}

// rows are the rows of each table that belong to the workspace, and those of all if everything is asked for.
func (s *site) rows(everything bool) map[string][]string {
	s.t.Helper()
	all := map[string][]string{}
	err := s.DB.Read(s.t.Context(), s.Workspace.ID, func(tx *db.Tx) error {
		for _, table := range db.WorkspaceTables() {
			rows, err := rowsOf(s.t.Context(), tx, "SELECT * FROM "+table+" WHERE workspace_id = $1", tx.Workspace())
			if all[table] = rows; err != nil {
				return err
			}
		}
		return nil
	})
	s.must(err)
	if !everything {
		return all
	}
	s.must(s.DB.Read(s.t.Context(), 0, func(tx *db.Tx) error {
		for _, table := range db.GlobalTables() {
			rows, err := rowsOf(s.t.Context(), tx, "SELECT * FROM "+table)
			if all[table] = rows; err != nil {
				return err
			}
		}
		return nil
	}))
	return all
}

func rowsOf(ctx context.Context, tx *db.Tx, query string, args ...any) ([]string, error) {
	var rows []string
	err := db.EachCells(ctx, tx, func(c db.Cells) error {
		rows = append(rows, fmt.Sprint(c))
		return nil
	}, query, args...)
	slices.Sort(rows)
	return rows, err
}

// differences names the tables that differ.
func differences(before, after map[string][]string) string {
	var wrong []string
	for table := range after {
		if !slices.Equal(before[table], after[table]) {
			wrong = append(wrong, fmt.Sprintf("%s had %d rows, has %d", table, len(before[table]), len(after[table])))
		}
	}
	return strings.Join(wrong, "; ")
}
