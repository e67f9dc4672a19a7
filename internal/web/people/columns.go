package people

import (
	"net/http"
	"slices"
	"strings"

	"tandem/internal/people/segment"
	"tandem/internal/web/ui"
)

// column is one column of the list besides the name.
type column struct {
	ID, Text string
	sort     segment.Sort
	hide     bool // on a phone
	usual    bool // shown unless somebody chose otherwise
}

func columns(v ui.Voice) []column {
	return []column{
		{ID: "company", Text: v.T("Company"), hide: true, usual: true},
		{ID: "stage", Text: v.T("Stage"), hide: true, usual: true},
		{ID: "first", Text: v.T("First touch"), hide: true, usual: true},
		{ID: "last", Text: v.T("Last touch"), sort: segment.ByLast, hide: true, usual: true},
		{ID: "happened", Text: v.T("What happened"), usual: true},
		{ID: "email", Text: v.T("Email"), hide: true},
		{ID: "phone", Text: v.T("Phone"), hide: true},
		{ID: "city", Text: v.T("Town"), hide: true},
		{ID: "added", Text: v.T("Added"), sort: segment.ByAdded, hide: true},
		{ID: "owner", Text: v.T("Owner"), hide: true, usual: true},
	}
}

const columnsCookie = "people-columns"

// shownColumns are the columns that this browser shows.
func shownColumns(r *ui.Request) map[string]bool {
	shown := map[string]bool{}
	chosen, err := r.Cookie(columnsCookie)
	for _, c := range columns(r.Voice) {
		shown[c.ID] = c.usual
		if err == nil {
			shown[c.ID] = slices.Contains(strings.Split(chosen.Value, "."), c.ID)
		}
	}
	return shown
}

// chooseColumns keeps the choice in this browser.
func (p pages) chooseColumns(w http.ResponseWriter, r *ui.Request) error {
	if err := r.ParseForm(); err != nil {
		return err
	}
	var chosen []string
	for _, c := range columns(r.Voice) {
		if slices.Contains(r.Form["column"], c.ID) {
			chosen = append(chosen, c.ID)
		}
	}
	http.SetCookie(w, &http.Cookie{
		Name: columnsCookie, Value: strings.Join(chosen, "."), Path: "/people", MaxAge: 365 * 24 * 3600, HttpOnly: true, SameSite: http.SameSiteLaxMode,
		Secure: r.Secure(),
	})
	return r.Go(w, backTo(r))
}

// backTo is the list that a form came from.
func backTo(r *ui.Request) string {
	if back := ui.LocalPath(r.FormValue("back")); strings.HasPrefix(back, "/people") {
		return back
	}
	return "/people"
}

// heads are the heads of the columns shown.
func heads(r *ui.Request, v view) []Head {
	shown := shownColumns(r)
	all := []Head{head(v, "name", r.T("Name"), segment.ByName, false)}
	for _, c := range columns(r.Voice) {
		if shown[c.ID] {
			all = append(all, head(v, c.ID, c.Text, c.sort, c.hide))
		}
	}
	return all
}

// head sorts by its column; a second time, the other way round.
func head(v view, id, text string, by segment.Sort, hide bool) Head {
	h := Head{ID: id, Text: text, Hide: hide}
	if by == "" {
		return h
	}
	now := v.query.Sort
	if now == "" {
		now = segment.ByLast
	}
	up := ""
	if now == by {
		h.Sorted = "descending"
		if (by == segment.ByName) != v.query.Up {
			h.Sorted = "ascending"
		}
		if !v.query.Up {
			up = "1"
		}
	}
	h.URL = v.with("sort", string(by), "up", up)
	return h
}
