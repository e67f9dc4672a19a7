package ui

import (
	"net/http"

	"tandem/internal/team"
)

// Frame is what stands around a page: the rail, the top bar, what was just done. A page's handler sets the exported fields at the top; the rest
// is filled in when the page is rendered.
type Frame struct {
	Voice
	Title  string // of the page; its only h1
	Crumbs []Crumb
	Nav    string // which place of the rail is current: today, people, companies, loop, import, settings
	Flush  bool   // edge to edge, without the page's padding
	Narrow bool   // a page on its own, without the rail: sign-in, set-up, an error
	Waits  bool   // reload the page every second: something runs, and the browser has no script
	Retry  bool   // reload the page after a while: an error that may pass

	Static    string // the path under which our own files are
	Theme     string // light, dark, or "" for what the system says
	Keys      string // off for who does not want single letters to do something
	Workspace team.Workspace
	User      team.User
	By        team.Actor
	Signed    bool
	Rail      []navGroup
	Toast     *Toast
	Path      string
}

// Crumb is one step of the way to a page.
type Crumb struct{ Text, URL string }

func (f *Frame) frame() *Frame { return f }

func (f *Frame) fill(w http.ResponseWriter, r *Request) error {
	f.Voice, f.Static, f.Path = r.Voice, r.site.files.path, r.URL.Path
	f.Theme, f.Keys = theme(r.Request), keys(r.Request)
	f.Workspace, f.User, f.By, f.Signed = r.Workspace, r.User, r.By, r.signed
	f.Toast = takeToast(w, r)
	f.Narrow = f.Narrow || !r.signed
	f.Rail = navigation(f.Voice, f.Nav)
	return nil
}

// MayAdd reports whether whoever looks may add a person.
func (f Frame) MayAdd() bool { return f.By.May(team.WritePeople) }

func (f *Frame) layout() string {
	if f.Narrow {
		return "solo"
	}
	return "app"
}

// theme is what the person chose, kept in a cookie so that the first paint has it.
func theme(r *http.Request) string {
	c, err := r.Cookie("theme")
	if err != nil || c.Value != "light" && c.Value != "dark" {
		return ""
	}
	return c.Value
}

// navGroup is one group of the rail.
type navGroup struct {
	Name, Wing string
	Items      []navItem
	Foot       bool
}

type navItem struct {
	ID, Text, URL, Icon string
	Current             bool
}

// navigation is the rail: what is built, and nothing else.
func navigation(v Voice, current string) []navGroup {
	groups := []navGroup{
		{Name: v.T("Start"), Items: []navItem{{ID: "today", Text: v.T("Today"), URL: "/", Icon: "sun"}}},
		{Name: v.T("Journey"), Wing: "j", Items: []navItem{
			{ID: "people", Text: v.T("People"), URL: "/people", Icon: "users"},
			{ID: "companies", Text: v.T("Companies"), URL: "/companies", Icon: "building-2"},
			{ID: "loop", Text: v.T("The loop"), URL: "/loop", Icon: "repeat"},
		}},
		{Name: v.T("Set-up"), Foot: true, Items: []navItem{
			{ID: "import", Text: v.T("Import"), URL: "/imports", Icon: "upload"},
			{ID: "settings", Text: v.T("Settings"), URL: "/settings", Icon: "settings"},
		}},
	}
	for g := range groups {
		for i := range groups[g].Items {
			groups[g].Items[i].Current = groups[g].Items[i].ID == current
		}
	}
	return groups
}

// keysCookie keeps that somebody does not want single letters to do something, in this browser.
const keysCookie = "keys"

func keys(r *http.Request) string {
	if c, err := r.Cookie(keysCookie); err == nil && c.Value == "off" {
		return "off"
	}
	return ""
}

// SwitchKeys says whether single letters do something in this browser.
func (r *Request) SwitchKeys(w http.ResponseWriter, on bool) {
	c := &http.Cookie{Name: keysCookie, Value: "off", Path: "/", MaxAge: 10 * 365 * 24 * 3600, HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: r.Secure()}
	if on {
		c.MaxAge = -1
	}
	http.SetCookie(w, c)
}
