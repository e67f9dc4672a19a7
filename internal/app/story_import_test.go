package app_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"tandem/internal/test/browser"
	"tandem/internal/test/dbtest"
	"tandem/internal/web/webtest"
)

// ago is a day so many days before today, as files have it.
func ago(days int) string { return time.Now().AddDate(0, 0, -days).Format(time.DateOnly) }

// firstRun goes from a server that nobody has set up to the first report, with files that a business has.
func firstRun(t *testing.T, b *browser.Browser) {
	tab := setUp(t, b)
	tab.Says("Three steps, then the loop turns").Press("Import people").Leads("/imports/new")
	imports(t, tab, "contacts", "name,email,city\nAnn Verbeke,ann@x.example,Gent\nBo Janssens,bo@x.example,Brugge\n", 2)
	imports(t, tab, "touches", fmt.Sprintf("contact,at,kind,channel,source\nann@x.example,%s,ad_click,Paid Search,google\nann@x.example,%s,form_submitted,Paid Search,google\nbo@x.example,%s,ad_click,Email,newsletter\n",
		ago(30), ago(29), ago(20)), 3)
	imports(t, tab, "deals", fmt.Sprintf("external_id,contact,name,status,amount,currency,created_at,closed_at\nD1,ann@x.example,Six bikes,won,12000.00,EUR,%s,%s\n", ago(20), ago(10)), 1)
	imports(t, tab, "payments", fmt.Sprintf("external_id,contact,deal,at,amount,currency\nP1,ann@x.example,D1,%s,12000.00,EUR\n", ago(5)), 1)
	imports(t, tab, "costs", fmt.Sprintf("external_id,from,to,channel,amount,currency\nC1,%s,%s,Paid Search,3000.00,EUR\n", ago(40), ago(4)), 1)
	tab.Go("/loop").Says("Each €1 spent brought back €4.00 of revenue", "Search ads", "€12,000")
	tab.Press("First touch").Has("#model-first[aria-current]").Click("#brought tbody td.r.strong a").Leads("/loop/people").Says("Ann Verbeke").Hides("Bo Janssens")
	tab.Go("/").Says("Waiting for an answer").Hides("Three steps, then the loop turns")
}

// setUp is a tab at a new server, just set up.
func setUp(t *testing.T, b *browser.Browser) *browser.Tab {
	t.Helper()
	tab := b.Open(t, startServer(t, dbtest.URL(t, dbtest.SQLiteEngine)).URL)
	tab.Go("/").Leads("/setup").Says("Set up Tandem")
	isForEveryone(t, tab, "setting up", "light")
	form := setUpForm()
	for _, name := range []string{"business", "currency", "timezone", "name", "email", "password"} {
		tab.Fill(name, form.Get(name))
	}
	return tab.Press("Start").Leads("/")
}

// brings has a file of a kind tried.
func brings(t *testing.T, tab *browser.Tab, kind, text string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), kind+".csv")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	tab.Go("/imports/new?kind="+kind).Upload("file", file).Press("Bring the file").Leads("/imports/0").Says("Trial run")
	tab.Press("Check the file").Says("tried", "Nothing saved yet")
}

// imports brings a file of a kind in, all of its rows.
func imports(t *testing.T, tab *browser.Tab, kind, text string, rows int) {
	t.Helper()
	brings(t, tab, kind, text)
	tab.Press(fmt.Sprintf("Import %d row*", rows)).Says("Open what came in", "Every row was taken")
}

// takesAnImportBack sees a row that has a problem, imports the others, and takes all of it back.
func takesAnImportBack(t *testing.T, b *browser.Browser) {
	tab := setUp(t, b)
	brings(t, tab, "contacts", "Full Name,E-mail,Town\nAnn Verbeke,ann@x.example,Gent\nNo Address,not an address,Gent\nBo Janssens,bo@x.example,Brugge\n")
	tab.Says("Problems", "Row 3", "not an address")
	isForEveryone(t, tab, "the problems of a file", "light")
	tab.Press("Import 2 row*").Says("Open what came in", "With problems").Press("Open what came in").Leads("/people").Says("Ann Verbeke", "Bo Janssens").Hides("No Address")
	tab.Go("/imports").Says("contacts.csv").Press("contacts.csv*").Leads("/imports/0").Says("Open what came in")
	isForEveryone(t, tab, "a file that was imported", "light")
	tab.Press("Take the import back").Says("Taken back", "Everything is as it was before")
	tab.Go("/people").Hides("Ann Verbeke").Says("Nobody is here yet")
}

// putsARowRight corrects a row on the page and imports all.
func putsARowRight(t *testing.T, b *browser.Browser) {
	tab := setUp(t, b)
	brings(t, tab, "contacts", "Full Name,E-mail\nAnn Verbeke,ann@x.example\nBo Janssens,bo at x.example\n")
	tab.Says("Row 3", "bo at x.example").Fill("r.3.E-mail", "bo@x.example").Press("Check again").Hides("What is wrong").Press("Import 2 row*").Says("Open what came in", "Every row was taken")
	tab.Press("Open what came in").Leads("/people").Says("Import: contacts.csv", "Ann Verbeke", "Bo Janssens", "2 people")
	tab.Go("/people?q=bo@x.example").Says("Bo Janssens", "1 person")
}

// signsInWithACode sets a second step up, and needs it from then on.
func signsInWithACode(t *testing.T, b *browser.Browser) {
	s := tradingSite(t)
	tab := signedIn(t, b, s, s.Owner.Email).Go("/account")
	tab.Press("Set up").Leads("/account/second-step").Says("Scan this")
	tab.Expect("status of 422").Fill("code", "000000").Press("Switch on").Says("This is not the code of now")
	secret := browser.Eval[string](tab, "document.querySelector('#totp-secret').innerText")
	tab.Fill("code", s.code(secret)).Press("Switch on").Says("Keep these codes")
	isForEveryone(t, tab, "the recovery codes", "light")
	recovery := browser.Eval[string](tab, "document.querySelector('.codes code').innerText")
	tab.Press("I have kept them").Leads("/account").Says("10 recovery codes are left").Press("Sign out*").Leads("/signin")

	s.Clock.Add(time.Minute)
	for _, code := range []string{s.code(secret), recovery} {
		other := b.Open(t, s.Serve(t))
		passes(other.Go("/people"), s.Owner.Email)
		isForEveryone(t, other, "the second step", "light")
		passes(other.Go("/people"), s.Owner.Email) // the password alone has opened nothing
		other.Fill("code", code).Press("Sign in").Leads("/people").Says("Ann Verbeke")
	}
}

// passes signs in as far as a password goes.
func passes(tab *browser.Tab, email string) {
	tab.Leads("/signin").Fill("email", email).Fill("password", webtest.Password).Press("Sign in").Leads("/signin/code").Says("Second step")
}

// code is what an authenticator shows now.
func (s *site) code(secret string) string {
	s.t.Helper()
	code, err := totp.GenerateCode(strings.ReplaceAll(secret, " ", ""), s.Clock.Now())
	s.must(err)
	return code
}
