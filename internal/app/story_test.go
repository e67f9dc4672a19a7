package app_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"tandem/internal/team"
	"tandem/internal/test/browser"
	"tandem/internal/test/dbtest"
	"tandem/internal/web/webtest"
)

// TestInABrowser is what we promise to the people who use the site, as they do it. One Chromium serves all.
func TestInABrowser(t *testing.T) {
	b := browser.Start(t)
	for name, story := range map[string]func(*testing.T, *browser.Browser){
		"from the first run to the first report":            firstRun,
		"an import is taken back":                           takesAnImportBack,
		"a row is put right":                                putsARowRight,
		"a code is asked for beside the password":           signsInWithACode,
		"every page is for everyone":                        everyPage,
		"a person is found and a call logged by keys alone": byKeysAlone,
		"a segment is built":                                buildsASegment,
		"another model says it otherwise":                   switchesTheModel,
		"a sales person may not do everything":              withinTheirRights,
		"on a phone":                                        onAPhone,
		"many are changed and changed back":                 changesMany,
		"without scripts":                                   withoutScripts,
		"keys reach everything":                             keysReachEverything,
		"what is written without a network is sent once":    withoutANetwork,
		"a part that cannot be had is asked for again":      asksAgain,
		"the keys are told, and can be switched off":        tellsTheKeys,
		"a task is added and taken back":                    addsATask,
		"what is meant is seen in few colours":              inFewColours,
		"the business is settled by names":                  settlesTheBusiness,
		"pages are fit for paper":                           onPaper,
		"of two editors the later is told":                  editsTogether,
		"what people write never runs":                      whatPeopleWriteNeverRuns,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			story(t, b)
		})
	}
}

// signedIn is a tab in which somebody of a site is signed in.
func signedIn(t *testing.T, b *browser.Browser, s *site, email string) *browser.Tab {
	t.Helper()
	tab := b.Open(t, s.Serve(t))
	tab.Cookie(webtest.Cookie, s.Enter(t, email))
	return tab
}

func tradingSite(t *testing.T) *site {
	t.Helper()
	return newSite(t, dbtest.SQLite(t)).trade()
}

func byKeysAlone(t *testing.T, b *browser.Browser) {
	s := tradingSite(t)
	tab := signedIn(t, b, s, s.Owner.Email).Go("/")
	tab.Chord("k").Has("#palette [role=option]")
	isForEveryone(t, tab, "the palette", "light")
	tab.Keys("emi").Says("Emi Willems").Has("#palette [aria-selected=true][data-url^='/people/']").Keys(kb.Enter)
	tab.Leads("/people/" + s.names["emi"]).Says("Emi Willems").Has("[data-composer]")
	tab.Keys("c").Says("They called, nobody answered").Keys("wants to try the long one").Chord(kb.Enter)
	tab.Says("Call saved", "wants to try the long one")

	tab.Keys("g", "p").Leads("/people").TabTo("#by-name").Keys(kb.Enter).Leads("/people?sort=name").Has("[aria-sort] #by-name:focus")
	tab.Keys("j", "j").Has("a.who:focus").Keys(kb.Enter).Leads("/people/0").Keys("n").Has("textarea:focus").Keys(kb.Escape).Lacks("textarea:focus")
	tab.TabTo("textarea").Keys("a note, by Tab").TabTo("[data-composer] button[type=submit]").Keys(kb.Enter).Says("Note saved", "a note, by Tab")
	tab.TabTo("#toasts button").Keys(kb.Enter).Says("Taken away").Hides("a note, by Tab")
	tab.Chord("k").Keys("l", "o", "o", "p", kb.Enter).Leads("/loop") // before its results are there
}

func buildsASegment(t *testing.T, b *browser.Browser) {
	s := tradingSite(t)
	tab := signedIn(t, b, s, s.Owner.Email).Go("/people")
	tab.Keys("f").Leads("/people?panel=1").Has("#b-all:focus").Says("match now").Keys(kb.Enter).Has("#b-f0:focus").Says("12 people match now")
	tab.Fill("f", "city").Has("input#b-v0").Fill("v", "Gent").Keys(kb.Tab).Says("1 person match")
	tab.Press("Add a rule").Says("0 people match now").Click("button[name=drop][value='1']").Has("#b-all:focus").Says("1 person match")
	tab.Fill("name", "From Ghent").Press("Save segment").Leads("/people?segment=").Says("Segment From Ghent saved", "Ann Verbeke").Hides("Bo Janssens")
	tab.Press("In Brugge*").Says("Bo Janssens").Hides("Ann Verbeke")
}

func switchesTheModel(t *testing.T, b *browser.Browser) {
	s := tradingSite(t)
	tab := signedIn(t, b, s, s.Owner.Email).Go("/loop")
	tab.Says("What each channel brought").Press("First touch").Leads("/loop?").Has("#model-first[aria-current]").Says("All revenue goes to the first touch")
	first := browser.Eval[string](tab, "document.querySelector('#brought tbody').innerText")
	tab.Press("Last touch").Has("#model-last[aria-current]").Says("All revenue goes to the last touch before the order")
	if last := browser.Eval[string](tab, "document.querySelector('#brought tbody').innerText"); last == first {
		t.Errorf("both models say %s", last)
	}
	tab.Click("#brought tbody td.strong a").Leads("/loop/people").Has("tbody a[href^='/people/']").Click("tbody a[href^='/people/']").Leads("/people/0")
}

func withinTheirRights(t *testing.T, b *browser.Browser) {
	s := tradingSite(t)
	tab := signedIn(t, b, s, s.Hire(t, s.Workspace.ID, team.Sales).Email).Go("/settings")
	tab.Says("Owners and managers may change this").Has("fieldset[disabled]").Lacks("a[href='/settings/audit']")
	tab.Go("/settings/users").Says("Mara Claes").Lacks("form[action*='/role'], form[action*='/remove'], [name=email]")
	tab.Expect("status of 403").Go("/settings/audit").Says("may not")
	status := browser.Eval[int](tab, `fetch("/settings", {method: "POST", body: new URLSearchParams({name: "Mine", currency: "EUR", timezone: "UTC", language: "en"})}).then(r => r.status)`)
	if status != http.StatusForbidden {
		t.Errorf("a sales person renames the business: %d", status)
	}
	tab.Go("/settings").Lacks("[value=Mine]")
	tab.Go("/people/" + s.names["bo"]).Press("Call C").Says("Plan it for")
	reader := b.Open(t, s.Serve(t))
	reader.Cookie(webtest.Cookie, s.Enter(t, s.Hire(t, s.Workspace.ID, team.Viewer).Email))
	reader.Go("/people").Says("Bo Janssens").Lacks("a[href='/people/new'], .bulk button")
	reader.Go("/people/" + s.names["bo"]).Lacks("[data-composer], a[href$='/edit']")
}

func onAPhone(t *testing.T, b *browser.Browser) {
	s := tradingSite(t)
	tab := signedIn(t, b, s, s.Owner.Email)
	tab.Size(390, 844)
	tab.Go("/people").Press("Segment").Leads("/people?panel=1").Has("#b-all:focus")
	if y := browser.Eval[float64](tab, "document.querySelector('#builder').getBoundingClientRect().top"); y < 0 || y > 844 {
		t.Errorf("the segment that was opened stands at %v", y)
	}
	tab.Go("/").Says("Waiting for an answer").Has(".tabbar").Press("Answer Bo Janssens").Leads("/people/" + s.names["bo"])
	tab.Fill("text", "called from the road").Press("Save call").Says("Call saved", "called from the road")
	tab.Click(".tabbar .new").Leads("/people/new").Fill("first_name", "Nia").Fill("emails", "nia@x.example").Press("Add person").Says("Person added", "Nia")
	tab.Click(".tabbar [data-palette]").Has("#palette").Keys("loop").Has("#palette [data-url='/loop']").Click("#palette [data-url='/loop']").Leads("/loop")
	isForEveryone(t, tab, "the loop on a phone", "light")
}

func changesMany(t *testing.T, b *browser.Browser) {
	s := tradingSite(t)
	tab := signedIn(t, b, s, s.Owner.Email).Go("/people?q=x.example")
	tab.Lacks("[data-list] .bulk").Click("[data-list] [data-all]").Has("[data-list] .bulk").Fill("action", "tag").Fill("value", "fair")
	tab.Press("Apply").Says("people changed").Click("#toasts button").Says("Taken back for")
}

func withoutScripts(t *testing.T, b *browser.Browser) {
	s := tradingSite(t)
	tab := signedIn(t, b, s, s.Owner.Email).NoScripts().Go("/people")
	tab.Click("tbody a.who").Leads("/people/0")
	tab.Go("/people/"+s.names["gus"]).Fill("text", "no script needed").Press("Save").Leads("/people/"+s.names["gus"]).Says("Note saved", "no script needed")
	tab.Go("/loop").Press("First touch").Leads("/loop?").Says("What each channel brought")
}

func editsTogether(t *testing.T, b *browser.Browser) {
	s := tradingSite(t)
	path := "/people/" + s.names["fien"]
	mara, tom := signedIn(t, b, s, s.Owner.Email), signedIn(t, b, s, "tom@aldercycles.example")
	mara.Go(path + "/edit")
	tom.Go(path+"/edit").Fill("title", "Baker").Press("Save details").Leads(path).Says("Details saved", "Baker")
	mara.Expect("409").Fill("title", "Director").Press("Save details").Says("Tom Peeters changed this person meanwhile", "Baker")
	if typed := browser.Eval[string](mara, "document.querySelector('[name=title]').value"); typed != "Director" {
		t.Errorf("what Mara typed is %q now", typed)
	}
	mara.Press("Save details").Says("Details saved", "Director")
	if strings.Contains(mara.Path(), "edit") {
		t.Error("saving again did not save")
	}
}

func keysReachEverything(t *testing.T, b *browser.Browser) {
	s := tradingSite(t)
	tab := signedIn(t, b, s, s.Owner.Email)
	for _, path := range []string{"/", "/people?panel=1", "/people/{person}", "/companies/{company}", "/loop", "/imports/{import}", "/imports/new", "/settings/pipelines", "/settings/users", "/account"} {
		tab.Go(s.at(path)).Has("main")
		for _, lost := range tab.Unreached() {
			t.Errorf("%s: %s", path, lost)
		}
	}
}

func onPaper(t *testing.T, b *browser.Browser) {
	s := tradingSite(t)
	tab := signedIn(t, b, s, s.Owner.Email).Paper()
	for _, path := range []string{"/", "/people", "/people/{person}", "/loop", "/companies/{company}"} {
		tab.Go(s.at(path)).Has("main").Has("h1").Lacks(".side, .tabbar, .toast, .btn")
		for _, cut := range tab.Cut() {
			t.Errorf("%s on paper: %s", path, cut)
		}
		if beyond := tab.Beyond(); beyond != "" {
			t.Errorf("%s on paper: %s", path, beyond)
		}
	}
}
