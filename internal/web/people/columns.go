package people

import (
	"net/http"
	"slices"
	"strings"

	"tandem/internal/db"
	"tandem/internal/id"
	"tandem/internal/people/segment"
	"tandem/internal/team"
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
		{ID: "company", Text: v.T("Company"), sort: segment.ByCompany, hide: true, usual: true},
		{ID: "stage", Text: v.T("Stage"), sort: segment.ByStage, hide: true, usual: true},
		{ID: "first", Text: v.T("First touch"), hide: true, usual: true},
		{ID: "last", Text: v.T("Last touch"), sort: segment.ByLast, hide: true, usual: true},
		{ID: "happened", Text: v.T("What happened"), usual: true},
		{ID: "email", Text: v.T("Email"), hide: true},
		{ID: "phone", Text: v.T("Phone"), hide: true},
		{ID: "city", Text: v.T("Town"), hide: true},
		{ID: "added", Text: v.T("Added"), sort: segment.ByAdded, hide: true},
		{ID: "owner", Text: v.T("Owner"), sort: segment.ByOwner, hide: true, usual: true},
	}
}

const columnsCookie = "people-columns"

// shownColumns are the columns of a view: those that it was saved with, else those that this browser shows, else the usual ones.
func shownColumns(r *ui.Request, v view) map[string]bool {
	chosen := ""
	if c, err := r.Cookie(columnsCookie); err == nil {
		chosen = c.Value
	}
	if v.segment != nil && v.segment.Columns != "" {
		chosen = v.segment.Columns
	}
	shown := map[string]bool{}
	for _, c := range columns(r.Voice) {
		shown[c.ID] = chosen == "" && c.usual || slices.Contains(strings.Split(chosen, "."), c.ID)
	}
	return shown
}

// chooseColumns keeps the choice: in the saved view that is shown, for everybody, else in this browser.
func (p pages) chooseColumns(w http.ResponseWriter, r *ui.Request) error {
	if err := r.ParseForm(); err != nil {
		return err
	}
	chosen := []string{"name"} // so that no choice at all is a choice too
	for _, c := range columns(r.Voice) {
		if slices.Contains(r.Form["column"], c.ID) {
			chosen = append(chosen, c.ID)
		}
	}
	kept := strings.Join(chosen, ".")
	if of, err := id.Parse(r.FormValue("segment")); err == nil && r.By.May(team.WritePeople) {
		if err := r.Write(func(tx *db.Tx) error { return p.showColumns(r, tx, of, kept) }); err != nil {
			return err
		}
		return r.Go(w, backTo(r))
	}
	http.SetCookie(w, &http.Cookie{
		Name: columnsCookie, Value: kept, Path: "/people", MaxAge: 365 * 24 * 3600, HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: r.Secure(),
	})
	return r.Go(w, backTo(r))
}

func (p pages) showColumns(r *ui.Request, tx *db.Tx, of id.ID, columns string) error {
	now, err := p.Segments.Segment(r.Context(), tx, of)
	if err != nil {
		return err
	}
	now.Columns = columns
	return p.Segments.Show(r.Context(), tx, r.By, of, now.Look)
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
	shown := shownColumns(r, v)
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
		words := by == segment.ByName || by == segment.ByCompany || by == segment.ByOwner // A comes first
		if words != v.query.Up {
			h.Sorted = "ascending"
		}
		if !v.query.Up {
			up = "1"
		}
	}
	h.URL = v.with("sort", string(by), "up", up)
	return h
}
