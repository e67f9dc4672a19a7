package people

import (
	"net/http"
	"net/url"
	"strings"

	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/id"
	"tandem/internal/people/glance"
	"tandem/internal/people/segment"
	"tandem/internal/team"
	"tandem/internal/web/ui"
)

// List is the list of people.
type List struct {
	ui.Frame
	Rows     Rows
	Tabs     []Tab
	Chips    []Chip
	Nobody   bool // there are no people at all
	Panel    *Builder
	PanelURL string // opens the panel, or closes it
	Columns  []ColumnChoice
	Back     string // the list as it is, to come back to
	MayWrite bool
	Segment  string // the id of the segment shown, "" for none
	Rule     string // the rule in force, as the URL has it
	Sort, Up string // the order, as the URL has it
}

// Rows are the part of the list that a search or a sort swaps.
type Rows struct {
	ui.Voice
	Rows     []Row
	Heads    []Head
	Shown    map[string]bool
	Count    int
	First    int // the places of the first and the last row on the list
	Last     int
	Words    string
	Next     string // URLs of the pages beside this one
	Prev     string
	MayWrite bool
	Bulk     string // where the acts on the list go, with all that is on it
	Export   string
	Back     string   // the list as it is, to come back to
	Owners   []string // who may become the owner of those chosen
}

// Row is one person.
type Row struct {
	segment.Row
	URL          string
	Email, Phone string
	Waits        string // how long they wait for an answer, "" if they do not
	Late         string // soon or late: how pressing that is
}

// Head is the head of a column.
type Head struct {
	ID, Text string
	URL      string // sorts by it, "" if it cannot be sorted by
	Sorted   string // ascending or descending, "" if it is not
	Hide     bool   // on a phone
}

// Tab is a saved view.
type Tab struct {
	ID, Text, URL string
	Current       bool
}

// Chip is one filter in force: what it is about, what must be so, and the list without it.
type Chip struct{ Text, Value, Without string }

// ColumnChoice is a column that may be shown or hidden.
type ColumnChoice struct {
	ID, Text string
	Shown    bool
}

var (
	listPage = ui.MustPage[List](files, "list.html", "rows.html", "builder.html")
	rowsPart = ui.MustPart[Rows](files, "rows", "rows.html")
)

const perPage = 50

// view is what the address asks of the list.
type view struct {
	query   segment.Query
	segment *segment.Segment
	values  url.Values
	scope   segment.Scope
}

// read finds out what the address asks.
func (p pages) read(r *ui.Request, tx *db.Tx) (view, error) {
	if err := r.ParseForm(); err != nil {
		return view{}, err
	}
	return p.viewOf(r, tx, r.Form)
}

// viewOf is what the values of an address ask.
func (p pages) viewOf(r *ui.Request, tx *db.Tx, asked url.Values) (view, error) {
	v := view{values: url.Values{}}
	var err error
	if v.scope, err = p.scope(r, tx); err != nil {
		return v, err
	}
	for _, name := range []string{"segment", "rule", "q", "sort", "up", "after", "panel"} {
		if s := asked.Get(name); s != "" {
			v.values.Set(name, s)
		}
	}
	if s := asked.Get("segment"); s != "" {
		of, err := id.Parse(s)
		if err != nil {
			return v, fault.NotFoundf("there is no such segment")
		}
		found, err := p.Segments.Segment(r.Context(), tx, of)
		if err != nil {
			return v, err
		}
		v.segment = &found
	}
	rule, err := v.rule(asked.Get("rule"))
	v.query = segment.Query{
		Rule: rule, Words: strings.TrimSpace(asked.Get("q")), Sort: segment.Sort(asked.Get("sort")), Up: asked.Get("up") != "",
		Cursor: asked.Get("after"), Limit: perPage,
	}
	if v.query.Sort == "" && v.segment != nil {
		v.query.Sort, v.query.Up = v.segment.Sort, v.segment.Up
	}
	return v, err
}

// rule is the rule of the address, else the segment's.
func (v view) rule(said string) (segment.Rule, error) {
	if said != "" || v.segment == nil {
		return segment.Parse([]byte(said))
	}
	return v.segment.Rule()
}

// with is the list's address with some values changed; "" takes one away. Another view begins at its first page.
func (v view) with(changes ...string) string {
	values := url.Values{}
	for name, all := range v.values {
		values[name] = all
	}
	values.Del("after")
	for i := 0; i+1 < len(changes); i += 2 {
		if changes[i+1] == "" {
			values.Del(changes[i])
		} else {
			values.Set(changes[i], changes[i+1])
		}
	}
	if len(values) == 0 {
		return "/people"
	}
	return "/people?" + values.Encode()
}

// act is the address of an act on the list, with all that says what is on it.
func (v view) act(name string) string {
	return "/people/" + name + strings.TrimPrefix(v.with("panel", ""), "/people")
}

func (p pages) list(w http.ResponseWriter, r *ui.Request) error {
	if err := glance.CatchUp(r.Context(), p.DB, r.Workspace.ID); err != nil {
		return err
	}
	var page List
	err := r.Read(func(tx *db.Tx) error {
		v, err := p.read(r, tx)
		if err != nil {
			return err
		}
		rows, err := p.rows(r, tx, v)
		if err != nil {
			return err
		}
		page = List{Rows: rows, MayWrite: r.By.May(team.WritePeople)}
		if r.Partial() {
			return nil
		}
		return p.around(r, tx, v, &page)
	})
	if err != nil {
		return err
	}
	if r.Partial() {
		return rowsPart.Render(w, r, page.Rows)
	}
	page.Frame = ui.Frame{Title: r.T("People"), Nav: "people", Flush: true}
	return listPage.Render(w, r, page)
}

// rows is a page of the list.
func (p pages) rows(r *ui.Request, tx *db.Tx, v view) (Rows, error) {
	found, err := segment.List(r.Context(), tx, v.scope, v.query)
	if err != nil {
		return Rows{}, err
	}
	n := found.Found
	if n == 0 {
		if n, err = segment.Count(r.Context(), tx, v.scope, v.query); err != nil {
			return Rows{}, err
		}
	}
	ids := make([]id.ID, len(found.Rows))
	for i := range found.Rows {
		ids[i] = found.Rows[i].ID
	}
	addresses, err := p.Contacts.AddressesOf(r.Context(), tx, ids)
	if err != nil {
		return Rows{}, err
	}
	rows := Rows{
		Voice: r.Voice, Count: max(n, len(found.Rows)), First: found.First, Last: found.First + len(found.Rows) - 1, Words: v.query.Words,
		Shown: shownColumns(r, v), MayWrite: r.By.May(team.WritePeople), Back: v.with("panel", ""),
	}
	list := strings.TrimPrefix(strings.TrimPrefix(v.with("panel", ""), "/people"), "?")
	for i, f := range found.Rows {
		row := Row{Row: f, URL: stand{list, rows.First + i, rows.Count}.url(f.ID)}
		row.Waits, row.Late = waits(r, f)
		if all := addresses.Emails[f.ID]; len(all) > 0 {
			row.Email = all[0].Shown
		}
		if all := addresses.Phones[f.ID]; len(all) > 0 {
			row.Phone = all[0].Shown
		}
		rows.Rows = append(rows.Rows, row)
	}
	if found.Next != "" {
		rows.Next = v.with("after", found.Next)
	}
	if found.Prev != "" {
		rows.Prev = v.with("after", found.Prev)
	}
	rows.Bulk, rows.Export = v.act("bulk"), v.act("export")
	rows.Heads = heads(r, v)
	rows.Owners, err = r.Colleagues()
	return rows, err
}

// waits is how long somebody waits for an answer, for two weeks; after that it is history.
func waits(r *ui.Request, row segment.Row) (text, late string) {
	clock := ui.Waiting(r.Voice, r.Now, row.WaitingAt)
	if clock.Text == "" {
		return "", ""
	}
	return r.T("Waiting %s", r.Since(row.WaitingAt)), clock.State
}

// Title is how the list calls a person.
func (r Row) Title() string {
	for _, s := range []string{r.Name, r.Email, r.Phone} {
		if s != "" {
			return s
		}
	}
	return "?"
}

// around is what stands around the rows.
func (p pages) around(r *ui.Request, tx *db.Tx, v view, page *List) error {
	all, err := p.Segments.All(r.Context(), tx)
	if err != nil {
		return err
	}
	page.Tabs = append(page.Tabs, Tab{Text: r.T("All people"), URL: "/people", Current: v.segment == nil})
	for _, s := range all {
		page.Tabs = append(page.Tabs, Tab{
			ID: s.ID.String(), Text: s.Name, URL: "/people?segment=" + s.ID.String(), Current: v.segment != nil && v.segment.ID == s.ID,
		})
	}
	if v.segment != nil {
		page.Segment = v.segment.ID.String()
	}
	page.Rule, page.Back = v.values.Get("rule"), v.with()
	page.Sort, page.Up = v.values.Get("sort"), v.values.Get("up")
	page.Chips = chips(r, v)
	page.PanelURL = v.with("panel", "1")
	if r.FormValue("panel") != "" {
		b := newBuilder(r, v)
		if !b.TooDeep {
			if err := b.count(r, tx, v.scope); err != nil {
				return err
			}
		}
		page.Panel, page.PanelURL = &b, v.with("panel", "")
	}
	for _, c := range columns(r.Voice) {
		page.Columns = append(page.Columns, ColumnChoice{c.ID, c.Text, page.Rows.Shown[c.ID]})
	}
	page.Nobody = page.Rows.Count == 0 && v.query.Rule.Everybody() && v.query.Words == ""
	return nil
}

// counts are the numbers of the saved views, asked for once the page stands.
func (p pages) counts(w http.ResponseWriter, r *ui.Request) error {
	counts := Counts{Voice: r.Voice}
	err := r.Read(func(tx *db.Tx) error {
		v, err := p.read(r, tx)
		if err != nil {
			return err
		}
		all, err := p.Segments.All(r.Context(), tx)
		if err != nil {
			return err
		}
		counts.Numbers = nil
		everybody := segment.Segment{}
		for i, s := range append([]segment.Segment{everybody}, all...) {
			if i > 20 { // more tabs than anybody reads
				break
			}
			rule, err := s.Rule()
			if err != nil {
				return err
			}
			n, err := segment.Count(r.Context(), tx, v.scope, segment.Query{Rule: rule})
			if err != nil {
				continue // a rule about a field that is gone
			}
			counts.Numbers = append(counts.Numbers, Number{tabID(s.ID), n})
		}
		return nil
	})
	if err != nil {
		return err
	}
	return countsPart.Render(w, r, counts)
}

// Counts are the numbers of the tabs, each put into its place.
type Counts struct {
	ui.Voice
	Numbers []Number
}

// Number is a count in its place.
type Number struct {
	ID string
	N  int
}

var countsPart = ui.MustPart[Counts](files, "counts", "rows.html")

func tabID(of id.ID) string {
	if of == 0 {
		return "n-all"
	}
	return "n-" + of.String()
}

// NumberID is where the tab's number stands.
func (t Tab) NumberID() string {
	if t.ID == "" {
		return "n-all"
	}
	return "n-" + t.ID
}
