package imports

import (
	"net/http"
	"net/url"
	"slices"
	"time"

	"tandem/internal/db"
	"tandem/internal/exchange"
	"tandem/internal/id"
	"tandem/internal/people/field"
	"tandem/internal/people/segment"
	"tandem/internal/web/ui"
)

// One is the page of one import.
type One struct {
	ui.Frame
	W        Words
	U        exchange.Upload
	Seen     exchange.Preview
	Readable bool // the file is still there, and can be read another way
	Columns  []Column
	As       exchange.Reading
	Trial    *exchange.Trial
	Run      *exchange.Progress
	Faults   []Fault
	More     int // problems that are not shown
	May      bool
	Problem  string
	Refused  string // why the file cannot be taken as it is
	Percent  int
	Left     string // about how long the import still takes, "" while nobody can know
	Made     string
	Other    *One // another file that something is being done with
	Rows     Rows
	Given    []Given
}

var (
	onePage      = ui.MustPage[One](files, "one.html", "columns.html", "all.html", "rows.html", "progress.html")
	progressPart = ui.MustPart[One](files, "progress", "progress.html")
)

// shownProblems is how many problems stand on the page; the file to download has more.
const shownProblems = 30

func (p pages) one(w http.ResponseWriter, r *ui.Request) error {
	of, err := r.ID("id")
	if err != nil {
		return err
	}
	return p.show(w, r, of, nil, http.StatusOK, nil)
}

// show renders the page, with what was asked for and what was wrong with it.
func (p pages) show(w http.ResponseWriter, r *ui.Request, of id.ID, cause error, status int, asked *exchange.Reading) error {
	page, err := p.read(r, of, asked)
	if err != nil {
		return err
	}
	if err := p.given(r, &page); err != nil {
		return err
	}
	if err := p.rows(r, &page); err != nil {
		return err
	}
	if cause != nil {
		page.Problem, _ = r.Fault(cause)
	}
	return onePage.Status(w, r, status, page)
}

// read is everything that the page shows, of the file as it is read or as somebody asked for.
func (p pages) read(r *ui.Request, of id.ID, asked *exchange.Reading) (One, error) {
	var page One
	var own []field.Field
	err := r.Read(func(tx *db.Tx) (err error) {
		page = One{W: Words{r.Voice}}
		if page.U, err = p.Exchange.UploadOf(r.Context(), tx, of); err != nil {
			return err
		}
		run, found, err := p.Exchange.RunOf(r.Context(), tx, page.U)
		if found {
			page.Run = &run
		}
		if err == nil {
			page.Other, err = p.other(r, tx, page.U)
		}
		if err == nil && exchange.TakesOwn(page.U.Kind) {
			own, err = p.Fields.All(r.Context(), tx, entityOf(page.U.Kind))
		}
		return err
	})
	if err != nil {
		return page, err
	}
	page.Frame = ui.Frame{Title: page.U.File, Nav: "import", Waits: page.U.Busy(), Crumbs: []ui.Crumb{{Text: r.T("Import"), URL: "/imports"}}}
	page.May, page.Made = exchange.MayImport(r.By, page.U.Kind), madeBy(page.U)
	if err := page.U.Refused(); err != nil {
		page.Refused, _ = r.Fault(err)
	}
	if page.As, err = page.U.As(); err != nil {
		return page, err
	}
	if asked != nil {
		page.As = *asked
	}
	if page.Trial, err = page.U.Tried(); err != nil {
		return page, err
	}
	page.Percent, page.Left = page.percent(), page.left(r)
	if err := p.look(r, &page, own); err != nil {
		return page, err
	}
	page.problems()
	return page, nil
}

// other is the file that something is being done with, if it is not this one.
func (p pages) other(r *ui.Request, tx *db.Tx, u exchange.Upload) (*One, error) {
	at, found, err := p.Exchange.AtWork(r.Context(), tx)
	if err != nil || !found || at.ID == u.ID {
		return nil, err
	}
	other := One{W: Words{r.Voice}, U: at}
	run, begun, err := p.Exchange.RunOf(r.Context(), tx, at)
	if begun {
		other.Run = &run
	}
	other.Percent, other.Left = other.percent(), other.left(r)
	return &other, err
}

// Undecided reports whether nothing of the file was imported yet, so that its columns can still be chosen.
func (o One) Undecided() bool {
	return slices.Contains([]exchange.UploadState{exchange.Brought, exchange.Checking, exchange.Checked}, o.U.State) || o.U.State == exchange.Failed && o.U.ImportID == 0
}

// Ready is how many rows an import would write.
func (o One) Ready() int {
	if o.Trial == nil {
		return 0
	}
	return o.Trial.Created + o.Trial.Updated
}

// Idle reports whether an import would change nothing. Of a file that was tried in part nobody knows.
func (o One) Idle() bool { return o.Ready() == 0 && o.Trial != nil && o.Trial.Rows == o.Trial.All }

// Discardable reports whether the file can be let go: nothing of it was imported.
func (o One) Discardable() bool {
	return o.May && o.Undecided() && o.U.State != exchange.Checking && o.U.ImportID == 0
}

// Unsaid are the fields that the file has to say and does not, in words: one of those in each line.
func (o One) Unsaid() []string {
	var all []string
	for _, any := range o.Seen.Needs {
		var names []string
		for _, name := range any {
			names = append(names, o.W.Field(o.U.Kind, name))
		}
		all = append(all, o.W.Any(names))
	}
	return all
}

// Sayable reports whether what is missing can be said for all rows instead.
func (o One) Sayable() bool {
	return slices.ContainsFunc(slices.Concat(o.Seen.Needs...), func(name string) bool { return slices.Contains(exchange.ForAll(o.U.Kind), name) })
}

// Step is how far the file has come, of four.
func (o One) Step() int {
	switch {
	case !o.Undecided():
		return 4
	case o.Trial != nil || o.U.State == exchange.Checking:
		return 3
	}
	return 2
}

// percent is how much of the file is imported.
func (o One) percent() int {
	if o.Run == nil || o.U.Total == 0 {
		return 0
	}
	return min(100, o.Run.Rows*100/o.U.Total)
}

// problems shows the first. What is wrong with a value given to all rows is said once, beside it.
func (o *One) problems() {
	r := o.result()
	count := r.ProblemCount
	for _, one := range r.Problems {
		switch {
		case o.As.Set[one.Column] != "", one.Column != "" && slices.ContainsFunc(o.Faults, func(f Fault) bool { return f.Line == one.Line && f.Column == one.Column }):
			count--
		case len(o.Faults) < shownProblems:
			o.Faults = append(o.Faults, Fault{one, o.mendable(one)})
		}
	}
	o.More = count - len(o.Faults)
}

// progress is the part that shows how far the work is; when it is over the page is loaded again.
func (p pages) progress(w http.ResponseWriter, r *ui.Request) error {
	of, err := r.ID("id")
	if err != nil {
		return err
	}
	page, err := p.read(r, of, nil)
	if err != nil {
		return err
	}
	if !r.Partial() {
		return r.Go(w, "/imports/"+of.String())
	}
	if !page.U.Busy() {
		w.Header().Set("HX-Refresh", "true")
	}
	return progressPart.Render(w, r, page)
}

// Again reports whether rows that were left with problems can be brought once more.
func (o One) Again() bool {
	return o.U.Content != "" && o.Run != nil && o.Run.Skipped > 0 && (o.U.State == exchange.Done || o.U.State == exchange.Stopped)
}

// left is about how long the import still takes, by how long it took so far. One that was stopped meanwhile does not show.
func (o One) left(r *ui.Request) string {
	if o.U.State != exchange.Importing || o.Run == nil || o.Run.Rows == 0 || o.Run.StartedAt < o.U.ChangedAt {
		return ""
	}
	rest := r.Now.Sub(o.Run.StartedAt.Time()) * time.Duration(max(0, o.U.Total-o.Run.Rows)) / time.Duration(o.Run.Rows)
	if rest < time.Minute {
		return r.T("about %d s left", int(rest.Seconds())+1)
	}
	return r.T("about %s left", r.Long(rest))
}

// Undoable reports whether there is something to take back.
func (o One) Undoable() bool {
	return o.U.ImportID != 0 && slices.Contains([]exchange.UploadState{exchange.Done, exchange.Stopped, exchange.Failed}, o.U.State)
}

// Opens is the place where what came in is found.
func (o One) Opens() string {
	switch o.U.Kind {
	case exchange.Companies:
		return "/companies"
	case exchange.Contacts:
		return o.people("")
	case exchange.Touches:
		return "/people?sort=added"
	}
	return "/loop"
}

// Of opens the rows of a verdict: people as they are in the list, else the rows as they are here.
func (o One) Of(verdict string) string {
	if o.U.Kind == exchange.Contacts && verdict != "skipped" && verdict != "left_out" {
		return o.people(":" + verdict)
	}
	return o.rowsAt(verdict, 0)
}

// people is the list of those who came with the import.
func (o One) people(verdict string) string {
	rule := segment.Rule{If: &segment.Condition{Field: segment.Imported, Op: segment.Is, Value: o.U.ImportID.String() + verdict}}
	return "/people?" + url.Values{"rule": {rule.String()}}.Encode()
}

// Busy reports whether something is being done with the file now.
func (o One) Busy() bool { return o.U.Busy() }
