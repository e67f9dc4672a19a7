// Package palette finds people, companies and segments, does things and goes to places, from anywhere: Ctrl K, or a page of its own where there is no script.
package palette

import (
	"embed"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"tandem/internal/db"
	"tandem/internal/id"
	"tandem/internal/people/segment"
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

// Result is somebody, something to do or a place to go to.
type Result struct {
	N       int // counted through all groups, for the listbox
	URL     string
	Icon    string // "" for somebody with an avatar
	Text    string
	Detail  string
	Keys    []string // that lead there
	Company bool

	also string // what else it is found by
	deep bool   // it is found by words alone
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
const each = 6

func (p pages) find(w http.ResponseWriter, r *ui.Request) error {
	found := Found{Voice: r.Voice, Words: strings.TrimSpace(r.FormValue("q"))}
	if err := r.Read(func(tx *db.Tx) error { return p.search(r, tx, &found) }); err != nil {
		return err
	}
	found.add(r.T("Go to"), matching(places(r), found.Words))
	if found.Words == "" {
		slices.Reverse(found.Groups) // who asks for nothing yet wants to go somewhere
	}
	found.number()
	if r.Partial() {
		return part.Render(w, r, found)
	}
	return page.Render(w, r, Page{Frame: ui.Frame{Title: r.T("Search")}, Found: found})
}

// add is a group more, if there is something in it.
func (f *Found) add(name string, results []Result) {
	if len(results) > 0 {
		f.Groups = append(f.Groups, Group{name, results})
	}
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
	var people []Result
	if found.Words != "" {
		var err error
		if people, err = p.people(r, tx, found.Words); err != nil {
			return err
		}
		companies, err := p.companies(r, tx, found.Words)
		if err != nil {
			return err
		}
		found.add(r.T("People"), people)
		found.add(r.T("Companies"), companies)
	}
	found.add(r.T("Do"), append(about(r, people), matching(acts(r), found.Words)...))
	if found.Words == "" {
		return nil
	}
	segments, err := p.segments(r, tx)
	segments = matching(segments, found.Words)
	found.add(r.T("Segments"), segments[:min(each, len(segments))])
	return err
}

func (p pages) people(r *ui.Request, tx *db.Tx, words string) ([]Result, error) {
	ids, err := segment.Best(r.Context(), tx, r.Workspace.Imprint.Country, words, each)
	if err != nil {
		return nil, err
	}
	contacts, err := p.Contacts.Contacts(r.Context(), tx, ids)
	if err != nil {
		return nil, err
	}
	addresses, err := p.Contacts.AddressesOf(r.Context(), tx, ids)
	if err != nil {
		return nil, err
	}
	var firms []id.ID
	for _, c := range contacts {
		if c.CompanyID != 0 {
			firms = append(firms, c.CompanyID)
		}
	}
	companies, err := p.Contacts.Companies(r.Context(), tx, firms)
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
		results = append(results, Result{
			URL: "/people/" + i.String(), Text: or(c.Name, email, r.T("without a name")), Detail: join(c.Title, companies[c.CompanyID].Name, email, c.City),
		})
	}
	if len(ids) == each {
		results = append(results, Result{URL: "/people?" + url.Values{"q": {words}}.Encode(), Icon: "users", Text: r.T("All people with %s", words)})
	}
	return results, nil
}

func (p pages) companies(r *ui.Request, tx *db.Tx, words string) ([]Result, error) {
	callers, err := p.Contacts.CompaniesByPhones(r.Context(), tx, text.PhoneStarts(words, r.Workspace.Imprint.Country))
	if err != nil {
		return nil, err
	}
	byName, err := db.Search(r.Context(), tx, db.CompanyNames, words, each)
	if err != nil {
		return nil, err
	}
	ids := firsts(slices.Concat(callers, byName), each)
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

func (p pages) segments(r *ui.Request, tx *db.Tx) ([]Result, error) {
	all, err := p.Segments.All(r.Context(), tx)
	var results []Result
	for i := range all {
		results = append(results, Result{URL: "/people?" + url.Values{"segment": {all[i].ID.String()}}.Encode(), Icon: "list-filter", Text: all[i].Name})
	}
	return results, err
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
