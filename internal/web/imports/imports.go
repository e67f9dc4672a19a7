// Package imports is where files come in: a file is brought, its columns are matched with what Tandem knows, it is tried without anything being
// saved, and then imported in the background. Every import stands in a list and can be taken back.
//
// The page of one import shows whatever its state asks for: columns and the trial's verdicts before it is imported, how far it is while it runs, what
// came of it afterwards.
package imports

import (
	"embed"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"slices"
	"strings"

	"tandem/internal/db"
	"tandem/internal/exchange"
	"tandem/internal/fault"
	"tandem/internal/id"
	"tandem/internal/team"
	"tandem/internal/web/ui"
)

//go:embed *.html
var files embed.FS

type pages struct{ ui.House }

// Routes are the section's. Which kinds somebody may bring in, the service decides.
func Routes(h ui.House) []ui.Route {
	p := pages{h}
	return []ui.Route{
		{Pattern: "GET /imports", Right: team.Read, Do: p.list},
		{Pattern: "GET /imports/new", Right: team.WritePeople, Do: p.form},
		{Pattern: "POST /imports", Right: team.WritePeople, MaxBody: exchange.MaxUpload + 1<<20, Do: p.bring},
		{Pattern: "GET /imports/{id}", Right: team.Read, Do: p.one},
		{Pattern: "GET /imports/{id}/progress", Right: team.Read, Do: p.progress},
		{Pattern: "GET /imports/{id}/problems", Right: team.Read, Do: p.problems},
		{Pattern: "POST /imports/{id}/columns", Right: team.WritePeople, Do: p.choose},
		{Pattern: "POST /imports/{id}/start", Right: team.WritePeople, Do: p.start},
		{Pattern: "POST /imports/{id}/stop", Right: team.WritePeople, Do: p.stop},
		{Pattern: "POST /imports/{id}/discard", Right: team.WritePeople, Do: p.discard},
		{Pattern: "POST /imports/{id}/undo", Right: team.WritePeople, Do: p.undo},
		{Pattern: "POST /imports/{id}/again", Right: team.WritePeople, Do: p.again},
	}
}

// List is the page of all imports.
type List struct {
	ui.Frame
	W        Words
	Rows     []Row
	MayWrite bool
	Next     string // the page of older ones, "" if there are none
}

// Row is one import in the list.
type Row struct {
	U    exchange.Upload
	Run  exchange.Progress
	Made string
}

// New is the form that a file is brought by.
type New struct {
	ui.Frame
	Kinds   []Kind
	Problem string
	Most    int // megabytes
}

// Kind is a sort of record that a file may hold.
type Kind struct {
	ID           exchange.Kind
	Text, Detail string
	Chosen       bool
}

var (
	listPage = ui.MustPage[List](files, "list.html")
	newPage  = ui.MustPage[New](files, "new.html")
)

const perPage = 50

func (p pages) list(w http.ResponseWriter, r *ui.Request) error {
	before, err := id.Parse(r.FormValue("before"))
	if err != nil && r.FormValue("before") != "" {
		return fault.NotFoundf("there is nothing at this address")
	}
	page := List{W: Words{r.Voice}, Frame: ui.Frame{Title: r.T("Import"), Nav: "import"}, MayWrite: r.By.May(team.WritePeople)}
	err = r.Read(func(tx *db.Tx) error {
		page.Rows = nil
		uploads, err := p.Exchange.Uploads(r.Context(), tx, before, perPage+1)
		if err != nil {
			return err
		}
		if len(uploads) > perPage {
			uploads = uploads[:perPage]
			page.Next = "/imports?before=" + uploads[perPage-1].ID.String()
		}
		for _, u := range uploads {
			run, _, err := p.Exchange.RunOf(r.Context(), tx, u)
			if err != nil {
				return err
			}
			page.Rows = append(page.Rows, Row{U: u, Run: run, Made: madeBy(u)})
		}
		return nil
	})
	if err != nil {
		return err
	}
	return listPage.Render(w, r, page)
}

// madeBy is the name of who brought a file, or last decided about it.
func madeBy(u exchange.Upload) string {
	by, err := u.By()
	if err != nil {
		return ""
	}
	return by.Name
}

func (p pages) form(w http.ResponseWriter, r *ui.Request) error {
	return newPage.Render(w, r, newForm(r, exchange.Kind(r.FormValue("kind"))))
}

// newForm offers the kinds that whoever asks may import.
func newForm(r *ui.Request, chosen exchange.Kind) New {
	words := Words{r.Voice}
	page := New{Frame: ui.Frame{Title: r.T("New import"), Nav: "import", Crumbs: []ui.Crumb{{Text: r.T("Import"), URL: "/imports"}}}, Most: exchange.MaxUpload >> 20}
	for _, k := range []exchange.Kind{exchange.Contacts, exchange.Companies, exchange.Touches, exchange.Deals, exchange.Payments, exchange.Costs, exchange.Rates} {
		if exchange.MayImport(r.By, k) {
			page.Kinds = append(page.Kinds, Kind{ID: k, Text: words.Kind(k), Detail: words.Holds(k)})
		}
	}
	at := max(0, slices.IndexFunc(page.Kinds, func(k Kind) bool { return k.ID == chosen }))
	if len(page.Kinds) > 0 {
		page.Kinds[at].Chosen = true
	}
	return page
}

// bring keeps the file as it comes, and tries it at once if it leaves nothing open.
func (p pages) bring(w http.ResponseWriter, r *ui.Request) error {
	kind := exchange.Contacts
	u, err := p.take(r, &kind)
	if fault.Is(err, fault.Invalid) || fault.Is(err, fault.Usage) {
		page := newForm(r, kind)
		page.Problem, _ = r.Fault(err)
		return newPage.Status(w, r, http.StatusUnprocessableEntity, page)
	}
	if err != nil {
		return err
	}
	if err := p.tryAtOnce(r, u); err != nil && !fault.Is(err, fault.Conflict) { // the form was sent twice, and the other one was faster
		return err
	}
	return r.Go(w, "/imports/"+u.ID.String())
}

// take reads the form's parts as they arrive: the kind comes before the file.
func (p pages) take(r *ui.Request, kind *exchange.Kind) (exchange.Upload, error) {
	parts, err := r.MultipartReader()
	if err != nil {
		return exchange.Upload{}, fault.Invalidf("choose a file first")
	}
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return exchange.Upload{}, fault.Invalidf("choose a file first")
		}
		if err != nil {
			return exchange.Upload{}, cutOff(err)
		}
		switch {
		case part.FormName() == "kind":
			if *kind, err = kindOf(part); err != nil {
				return exchange.Upload{}, err
			}
		case part.FormName() == "file" && part.FileName() != "":
			return p.Exchange.Bring(r.Context(), r.Workspace.ID, r.By, *kind, part.FileName(), whole{part}, reading(r))
		}
	}
}

func kindOf(part *multipart.Part) (exchange.Kind, error) {
	b, err := io.ReadAll(io.LimitReader(part, 100))
	if err != nil {
		return "", cutOff(err)
	}
	return exchange.ParseKind(string(b))
}

// whole is an upload that says so where it breaks off.
type whole struct{ io.Reader }

func (f whole) Read(b []byte) (int, error) {
	n, err := f.Reader.Read(b)
	if err != nil && !errors.Is(err, io.EOF) {
		err = cutOff(err)
	}
	return n, err
}

// cutOff is what an upload that did not arrive whole is called. One that is too large says so itself.
func cutOff(err error) error {
	if _, large := errors.AsType[*http.MaxBytesError](err); large {
		return fault.Invalidf("the file is larger than %d MB", exchange.MaxUpload>>20).WithMend("cut it into several files")
	}
	return fault.Invalidf("the file did not arrive whole").WithMend("send it again")
}

// reading is how files of this workspace are read as long as nobody says otherwise.
func reading(r *ui.Request) exchange.Reading {
	return exchange.Reading{Zone: r.Workspace.Timezone, Base: r.Workspace.Currency, Region: strings.ToUpper(r.Workspace.Imprint.Country)}
}

// tryAtOnce has a file tried that was brought and can be read in one way only.
func (p pages) tryAtOnce(r *ui.Request, u exchange.Upload) error {
	if u.State != exchange.Brought {
		return nil
	}
	as, err := u.As()
	if err != nil {
		return err
	}
	return p.begin(r, u, as)
}

// begin reads a file as its columns are called, and has it tried if that leaves nothing open.
func (p pages) begin(r *ui.Request, u exchange.Upload, as exchange.Reading) error {
	seen, err := p.Exchange.LookAs(r.Context(), r.Workspace.ID, u, as)
	if err != nil {
		return err
	}
	as = asForm(u.Kind, seen, as)
	decide := p.Exchange.Choose
	if len(seen.Needs) > 0 || seen.Currency || seen.Unsure || seen.Ambiguous != "" {
		decide = p.Exchange.Reread
	}
	return r.Write(func(tx *db.Tx) error { return decide(r.Context(), tx, r.By, u.ID, as) })
}

// asForm is the reading that the page's form asks for as long as nobody changes it.
func asForm(k exchange.Kind, seen exchange.Preview, as exchange.Reading) exchange.Reading {
	as.Map, as.Columns = map[string]string{}, nil
	for _, name := range exchange.FieldNames(k) {
		as.Map[name] = ""
	}
	for _, c := range seen.Columns {
		if as.Columns = append(as.Columns, c.Name); c.Field != "" {
			as.Map[c.Field] = c.Name
		}
	}
	if as.DateFormat == "" && len(seen.Formats) > 0 && !seen.Unsure {
		as.DateFormat = seen.Formats[0]
	}
	if len(seen.Written.Sheets) > 1 {
		as.Sheet = seen.Written.Sheet
	}
	return as
}
