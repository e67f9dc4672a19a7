// Package webtest lets a test walk through the site as a browser does, without a browser: it keeps cookies, follows links, fills in forms.
//
// Site makes a business with an owner on a fresh database; As signs a member of some role in. What comes back is read with Page, which finds
// elements by CSS selectors.
package webtest

import (
	"cmp"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/demo"
	"tandem/internal/file"
	"tandem/internal/house"
	"tandem/internal/i18n"
	"tandem/internal/team"
	"tandem/internal/web/ui"
)

// Site is a running site with a business in it.
type Site struct {
	ui.House
	Clock     *clock.Fake
	Workspace team.Workspace
	Owner     team.User
	handler   http.Handler
	demo      bool // the owner has the demo's password
}

// Password is every member's.
const Password = "seven green lamps"

// New opens the site of a business whose owner is Mara Claes, on a fresh store. routes are the sections that the test is about.
func New(t testing.TB, d *db.DB, routes func(ui.House) []ui.Route) *Site {
	t.Helper()
	return begun(t, d, routes, func(s *Site) error {
		owner, err := s.Team.SetUp(t.Context(), team.NewUser{Name: "Mara Claes", Email: "mara@aldercycles.example", Password: Password},
			team.Change{Name: "Alder Cycles", Timezone: "Europe/Brussels"})
		s.Owner = owner
		return err
	})
}

// Demo opens the site of the demo's business, with so many people besides those who are written by hand.
func Demo(t testing.TB, d *db.DB, people int, routes func(ui.House) []ui.Route) *Site {
	t.Helper()
	return begun(t, d, routes, func(s *Site) error {
		made, err := demo.Fill(t.Context(), s.Services, demo.Options{People: people})
		if s.demo = err == nil; s.demo {
			s.Owner.ID, s.Owner.Name, s.Owner.Email = made.Colleagues[0].User, made.Colleagues[0].Name, made.Email
		}
		return err
	})
}

// begun is a site on a fresh store, in which a business begins.
func begun(t testing.TB, d *db.DB, routes func(ui.House) []ui.Route, begin func(*Site) error) *Site {
	t.Helper()
	now := clock.NewFake(time.Date(2026, 5, 20, 8, 24, 0, 0, time.UTC))
	services := house.Build(d, now, filepath.Join(t.TempDir(), "key"))
	services.Team.HashLightly()
	services.Exchange.Files = file.In(t.TempDir())
	catalogue, err := i18n.Shipped()
	must(t, err)
	s := &Site{House: ui.House{Services: services, Catalogue: catalogue, Version: "test"}, Clock: now}
	must(t, services.Team.Begin(t.Context()))
	must(t, begin(s))
	s.Workspace, err = services.Team.BySlug(t.Context(), team.Default)
	must(t, err)
	s.handler, err = ui.Handler(s.House, routes(s.House))
	must(t, err)
	return s
}

// Write runs do in a transaction of the business.
func (s *Site) Write(t testing.TB, do func(*db.Tx) error) {
	t.Helper()
	must(t, s.DB.Write(t.Context(), s.Workspace.ID, do))
}

// By is the owner as an actor.
func (s *Site) By() team.Actor {
	return team.Actor{User: s.Owner.ID, Name: s.Owner.Name, Role: team.Owner, Via: team.Web}
}

// Browser is one visitor's browser.
type Browser struct {
	t       testing.TB
	site    *Site
	cookies map[string]string
	Partial bool   // whether it asks as htmx does
	From    string // which site sends its requests, as Sec-Fetch-Site says it; "" is this one
}

// Stranger is a browser in which nobody is signed in.
func (s *Site) Stranger(t testing.TB) *Browser {
	return &Browser{t: t, site: s, cookies: map[string]string{}}
}

// As is a browser in which a member of the role is signed in. The owner is Mara; others are made.
func (s *Site) As(t testing.TB, role team.Role) *Browser {
	t.Helper()
	email := s.Owner.Email
	if role != team.Owner {
		email = s.Hire(t, s.Workspace.ID, role).Email
	}
	return s.Keeping(t, s.Enter(t, email))
}

// Open reads a page.
func (b *Browser) Open(path string) *Page { b.t.Helper(); return b.send(http.MethodGet, path, nil) }

// Post sends a form, given as names and values in turn, and follows where it leads.
func (b *Browser) Post(path string, fields ...string) *Page {
	b.t.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(fields); i += 2 {
		form.Add(fields[i], fields[i+1])
	}
	return b.send(http.MethodPost, path, form)
}

// Do sends any request.
func (b *Browser) Do(r *http.Request) *Page {
	b.t.Helper()
	for name, value := range b.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	if b.Partial {
		r.Header.Set("HX-Request", "true")
	}
	r.Header.Set("Sec-Fetch-Site", cmp.Or(b.From, "same-origin"))
	w := httptest.NewRecorder()
	b.site.handler.ServeHTTP(w, r)
	answer := w.Result()
	for _, c := range answer.Cookies() {
		b.cookies[c.Name] = c.Value
		if c.MaxAge < 0 {
			delete(b.cookies, c.Name)
		}
	}
	body, err := io.ReadAll(answer.Body)
	must(b.t, err)
	return &Page{T: b.t, Status: answer.StatusCode, Header: answer.Header, Body: string(body)}
}

func (b *Browser) send(method, path string, form url.Values) *Page {
	b.t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
	r.Header.Set("Accept", "text/html")
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	page := b.Do(r)
	if to := page.Header.Get("Location"); page.Status == http.StatusSeeOther && !b.Partial {
		next := b.send(http.MethodGet, to, nil)
		next.At = to
		return next
	}
	page.At = path
	return page
}

// Page is an answer of the site.
type Page struct {
	T      testing.TB
	At     string // the path it is at, after redirects
	Status int
	Header http.Header
	Body   string
}

// Is fails the test unless the page has the status.
func (p *Page) Is(status int) *Page {
	p.T.Helper()
	if p.Status != status {
		p.T.Fatalf("%s: status %d, want %d\n%s", p.At, p.Status, status, p.Text())
	}
	return p
}

// Says fails the test unless every text stands on the page.
func (p *Page) Says(texts ...string) *Page {
	p.T.Helper()
	for _, text := range texts {
		if !strings.Contains(p.Text(), text) {
			p.T.Errorf("%s does not say %q:\n%s", p.At, text, p.Text())
		}
	}
	return p
}

// Hides fails the test if one of the texts stands on the page.
func (p *Page) Hides(texts ...string) *Page {
	p.T.Helper()
	for _, text := range texts {
		if strings.Contains(p.Text(), text) {
			p.T.Errorf("%s says %q:\n%s", p.At, text, p.Text())
		}
	}
	return p
}

// Text is what a reader reads: the page's text without tags, its white space folded.
func (p *Page) Text() string {
	root, err := html.Parse(strings.NewReader(p.Body))
	must(p.T, err)
	return TextOf(root)
}

// All are the elements that a CSS selector finds.
func (p *Page) All(selector string) []*html.Node {
	p.T.Helper()
	root, err := html.Parse(strings.NewReader(p.Body))
	must(p.T, err)
	s, err := cascadia.ParseGroup(selector)
	must(p.T, err)
	return cascadia.QueryAll(root, s)
}

// One is the only element that a selector finds.
func (p *Page) One(selector string) *html.Node {
	p.T.Helper()
	found := p.All(selector)
	if len(found) != 1 {
		p.T.Fatalf("%s has %d elements %s\n%s", p.At, len(found), selector, p.Text())
	}
	return found[0]
}

// Attr is an element's attribute, "" if it has none.
func Attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// TextOf is an element's text, its white space folded.
func TextOf(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode && d.Parent.Data != "script" && d.Parent.Data != "style" {
			b.WriteString(d.Data)
			if next := d.NextSibling; next == nil || next.Data != "wbr" { // a word that may break is one word
				b.WriteString(" ")
			}
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
