// Package palette finds people and companies, and goes to places, from anywhere: Ctrl K, or a page of its own where there is no script.
package palette

import (
	"embed"
	"net/http"
	"strings"

	"tandem/internal/db"
	"tandem/internal/id"
	"tandem/internal/team"
	"tandem/internal/text"
	"tandem/internal/web/ui"
)

//go:embed *.html
var files embed.FS

type pages struct{ ui.House }

// Routes are the section's.
func Routes(h ui.House) []ui.Route {
	return []ui.Route{{Pattern: "GET /palette", Right: team.Read, Do: pages{h}.find}}
}

// Found is what was found, in groups.
type Found struct {
	ui.Voice
	Words  string
	Groups []Group
	Number int
}

// Group is results of one sort.
type Group struct {
	Name    string
	Results []Result
}

// Result is a person, a company or a place to go to.
type Result struct {
	N       int // counted through all groups, for the listbox
	URL     string
	Icon    string // "" for somebody with an avatar
	Text    string
	Detail  string
	Key     string // the keys that lead there
	Company bool
}

// Page is the palette as a page of its own.
type Page struct {
	ui.Frame
	Found Found
}

var (
	page = ui.MustPage[Page](files, "palette.html")
	part = ui.MustPart[Found](files, "found", "palette.html")
)

// each is how many people and companies are shown at most.
const each = 8

func (p pages) find(w http.ResponseWriter, r *ui.Request) error {
	words := strings.TrimSpace(r.FormValue("q"))
	found := Found{Voice: r.Voice, Words: words}
	if words != "" {
		if err := r.Read(func(tx *db.Tx) error { return p.search(r, tx, &found) }); err != nil {
			return err
		}
	}
	if places := p.places(r, words); len(places) > 0 {
		found.Groups = append(found.Groups, Group{Name: r.T("Go to"), Results: places})
	}
	found.number()
	if r.Partial() {
		return part.Render(w, r, found)
	}
	return page.Render(w, r, Page{Frame: ui.Frame{Title: r.T("Search")}, Found: found})
}

// number counts the results through.
func (f *Found) number() {
	for g := range f.Groups {
		for i := range f.Groups[g].Results {
			f.Number++
			f.Groups[g].Results[i].N = f.Number
		}
	}
}

// search runs again if its transaction does, so it begins with nothing found.
func (p pages) search(r *ui.Request, tx *db.Tx, found *Found) error {
	found.Groups = nil
	people, err := p.people(r, tx, found.Words)
	if err != nil {
		return err
	}
	companies, err := p.companies(r, tx, found.Words)
	if err != nil {
		return err
	}
	for _, g := range []Group{{r.T("People"), people}, {r.T("Companies"), companies}} {
		if len(g.Results) > 0 {
			found.Groups = append(found.Groups, g)
		}
	}
	return nil
}

func (p pages) people(r *ui.Request, tx *db.Tx, words string) ([]Result, error) {
	ids, err := db.Search(r.Context(), tx, db.ContactNames, words, each)
	if err != nil {
		return nil, err
	}
	byEmail, err := db.Search(r.Context(), tx, db.ContactEmails, words, each)
	if err != nil {
		return nil, err
	}
	ids = firsts(append(ids, byEmail...), each)
	contacts, err := p.Contacts.Contacts(r.Context(), tx, ids)
	if err != nil {
		return nil, err
	}
	addresses, err := p.Contacts.AddressesOf(r.Context(), tx, ids)
	if err != nil {
		return nil, err
	}
	var results []Result
	for _, i := range ids {
		c, ok := contacts[i]
		if !ok {
			continue
		}
		email := ""
		if all := addresses.Emails[i]; len(all) > 0 {
			email = all[0].Shown
		}
		results = append(results, Result{URL: "/people/" + i.String(), Text: or(c.Name, email, r.T("without a name")), Detail: join(c.Title, email, c.City)})
	}
	return results, nil
}

func (p pages) companies(r *ui.Request, tx *db.Tx, words string) ([]Result, error) {
	ids, err := db.Search(r.Context(), tx, db.CompanyNames, words, each)
	if err != nil {
		return nil, err
	}
	companies, err := p.Contacts.Companies(r.Context(), tx, ids)
	if err != nil {
		return nil, err
	}
	var results []Result
	for _, i := range ids {
		if c, ok := companies[i]; ok {
			results = append(results, Result{
				URL: "/companies/" + i.String(), Text: or(c.Name, c.Domain, r.T("without a name")), Detail: join(c.Domain, c.City), Company: true,
			})
		}
	}
	return results, nil
}

// places are the pages of the site, and what may be done on them, whose names hold the words.
func (p pages) places(r *ui.Request, words string) []Result {
	all := []Result{
		{URL: "/", Icon: "sun", Text: r.T("Today"), Key: "G T"},
		{URL: "/people", Icon: "users", Text: r.T("People"), Key: "G P"},
		{URL: "/companies", Icon: "building-2", Text: r.T("Companies")},
		{URL: "/loop", Icon: "repeat", Text: r.T("The loop"), Key: "G L"},
		{URL: "/imports", Icon: "upload", Text: r.T("Import"), Key: "G I"},
		{URL: "/settings", Icon: "settings", Text: r.T("Settings")},
		{URL: "/account", Icon: "key-round", Text: r.T("Your account")},
	}
	if r.By.May(team.WritePeople) {
		all = append(all, Result{URL: "/people/new", Icon: "plus", Text: r.T("Add person"), Key: "A"})
	}
	var some []Result
	for _, place := range all {
		if strings.Contains(text.Key(place.Text), text.Key(words)) {
			some = append(some, place)
		}
	}
	return some
}

// firsts are the first ids of a list, each once.
func firsts(ids []id.ID, limit int) []id.ID {
	seen := map[id.ID]bool{}
	var some []id.ID
	for _, i := range ids {
		if !seen[i] && len(some) < limit {
			some = append(some, i)
		}
		seen[i] = true
	}
	return some
}

func or(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}

// join puts what is there side by side.
func join(texts ...string) string {
	var some []string
	for _, t := range texts {
		if t != "" {
			some = append(some, t)
		}
	}
	return strings.Join(some, ", ")
}
