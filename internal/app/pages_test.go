package app_test

import (
	"cmp"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"tandem/internal/team"
	"tandem/internal/test/browser"
	"tandem/internal/test/dbtest"
	"tandem/internal/test/htmltest"
	"tandem/internal/web/webtest"
)

// pages are the addresses of every page, and of states that a page has beside its usual one: filters, a part opened, nothing found, an error.
func pages() []string {
	all := []string{
		"/people?q=zzz", "/people?q=brugge&sort=name", `/people?rule={"all":[{"if":{"field":"city","op":"is","value":"Brugge"}}]}`, "/people?panel=1",
		"/people/{bo}", "/people/{person}?wing=m", "/people/{person}?kind=task", "/people/{person}?kind=meeting", "/companies?q=zzz",
		"/loop?model=shapley&by=campaign", "/loop?period=month&count=paid", "/loop?from=2026-05-02&to=2026-05-01", "/loop/people?kind=flow&step=leads",
		"/nowhere", "/people/0000000000001",
	}
	for _, st := range steps() {
		if st.reads() && !slices.Contains(parts(), st.route) {
			_, path, _ := strings.Cut(st.route, " ")
			all = append(all, cmp.Or(st.at, path))
		}
	}
	return all
}

// parts are the routes that answer with less than a page, or with a file.
func parts() []string {
	return []string{
		"GET /signin", "GET /imports/{id}/progress", "GET /imports/{id}/problems", "GET /palette", "GET /people/counts", "GET /people/export", "GET /people/{id}/journey", "GET /people/{id}/cost", "GET /companies/{id}/journey", "GET /loop/export",
	}
}

func TestTheHTMLOfEveryPageIsValid(t *testing.T) {
	s := newSite(t, dbtest.SQLite(t))
	owner := s.Enter(t, s.Owner.Email)
	for _, path := range []string{"/", "/people", "/companies", "/loop", "/settings/audit", "/settings/tokens", "/settings/fields"} {
		s.valid(owner, path)
	}
	s.trade()
	for _, path := range pages() {
		s.valid(owner, s.at(path))
	}
	viewer := s.Enter(t, s.Hire(t, s.Workspace.ID, team.Viewer).Email)
	for _, path := range pages() {
		s.valid(viewer, s.at(path))
	}
	s.valid("", "/signin")
	s.valid("", "/nowhere")
	s.valid("", s.at("/invitation/{invitation}"))
	s.valid("", s.at("/reset/{reset}"))
}

// valid checks what is answered at a path, to somebody who keeps a session: the whole page, and the part that a script asks for.
func (s *site) valid(secret, path string) {
	s.t.Helper()
	b := s.Keeping(s.t, secret)
	r := httptest.NewRequestWithContext(s.t.Context(), http.MethodGet, path, nil)
	r.Header.Set("Accept", "text/html")
	page := b.Do(r)
	for _, wrong := range htmltest.Wrong(page.Body) {
		s.t.Errorf("%s: %s", path, wrong)
	}
	b.Partial = true
	part := b.Do(httptest.NewRequestWithContext(s.t.Context(), http.MethodGet, path, nil))
	if strings.HasPrefix(part.Body, "<!doctype") || !strings.HasPrefix(part.Header.Get("Content-Type"), "text/html") {
		return
	}
	for _, wrong := range htmltest.WrongPart(part.Body) {
		s.t.Errorf("%s, as a part: %s", path, wrong)
	}
}

// everyPage opens every page in both sizes and colours: nothing on it keeps anybody out, nothing is cut off or complains.
func everyPage(t *testing.T, b *browser.Browser) {
	s := newSite(t, dbtest.SQLite(t)).trade()
	empty := newSite(t, dbtest.SQLite(t))
	looks := []look{{s, s.Owner.Email, pages(), "full"}, {empty, s.Owner.Email, []string{"/", "/people", "/companies", "/loop", "/imports", "/settings/tokens"}, "empty"}, {s, "", []string{"/signin", "/nowhere", "/invitation/{invitation}", "/reset/{reset}", "/reset/unknown"}, "stranger"}}
	for _, l := range looks {
		base := l.Serve(t)
		for i := range 2 {
			t.Run(fmt.Sprintf("%s %d", l.name, i), func(t *testing.T) {
				t.Parallel()
				l.walk(t, b.Open(t, base), i)
			})
		}
	}
}

// look is what somebody sees of a site.
type look struct {
	*site
	email string
	paths []string
	name  string
}

// walk opens every other page in every size and colour.
func (l look) walk(t *testing.T, tab *browser.Tab, nth int) {
	if l.email != "" {
		tab.Cookie(webtest.Cookie, l.Enter(t, l.email))
	}
	tab.Expect("status of 404", "status of 422")
	for i, path := range l.paths {
		if i%2 == nth {
			l.looksAt(t, tab, l.at(path), path)
		}
	}
}

func (l look) looksAt(t *testing.T, tab *browser.Tab, path, name string) {
	for _, scheme := range []string{"light", "dark"} {
		tab.Scheme(scheme)
		tab.Size(1440, 900)
		tab.Go(path)
		for _, width := range []int64{1440, 390} {
			if width != 1440 {
				tab.Size(width, 900)
			}
			keepShot(t, tab, fmt.Sprintf("%s%s-%d-%s", l.name, name, width, scheme))
			l.isOpenToEveryone(t, tab, fmt.Sprintf("%s, %d wide, %s", path, width, scheme), width, scheme)
		}
	}
	tab.Calm()
}

// isOpenToEveryone checks what a tab shows as it is, and with all opened that is folded. What is opened shows the rest as well, so once is enough
// for seeing it folded.
func (l look) isOpenToEveryone(t *testing.T, tab *browser.Tab, at string, width int64, scheme string) {
	t.Helper()
	first := width == 1440 && scheme == "light"
	if first {
		isForEveryone(t, tab, at, scheme)
	}
	if browser.Eval[bool](tab, opened) || !first {
		isForEveryone(t, tab, at+", all opened", scheme)
	}
	browser.Eval[bool](tab, closed)
}

// opened opens every menu and everything else that is folded, and tells whether there was any.
const (
	opened = `(() => { const all = [...document.querySelectorAll("details:not([open])")].filter(d => d.checkVisibility()); all.forEach(d => d.open = true); return all.length > 0 })()`
	closed = `document.querySelectorAll("details").forEach(d => d.open = false), true`
)

// isForEveryone checks that nothing keeps somebody out of what a tab shows, and that nothing of it is beyond the edge. What is the same in both
// colours is looked for in one.
func isForEveryone(t *testing.T, tab *browser.Tab, at, scheme string) {
	t.Helper()
	only := map[string][]string{"dark": {"color-contrast"}}
	for _, barrier := range tab.Barriers(only[scheme]...) {
		t.Errorf("%s: %s", at, barrier)
	}
	if beyond := tab.Beyond(); beyond != "" {
		t.Errorf("%s: beyond the edge: %s", at, beyond)
	}
}

var notInNames = regexp.MustCompile(`[^A-Za-z0-9-]+`)

// keepShot keeps a picture in the folder that TANDEM_SHOTS names, for people who want to look.
func keepShot(t *testing.T, tab *browser.Tab, name string) {
	t.Helper()
	folder := os.Getenv("TANDEM_SHOTS")
	if folder == "" {
		return
	}
	file := filepath.Join(folder, notInNames.ReplaceAllString(name, "_")+".png")
	if err := os.WriteFile(file, tab.Shot(), 0o644); err != nil {
		t.Fatal(err)
	}
}
