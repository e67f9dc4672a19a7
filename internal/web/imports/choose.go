package imports

import (
	"context"
	"net/http"
	"strconv"

	"tandem/internal/db"
	"tandem/internal/exchange"
	"tandem/internal/fault"
	"tandem/internal/id"
	"tandem/internal/team"
	"tandem/internal/web/ui"
)

// mostColumns is how many columns a form says something about.
const mostColumns = 2000

// choose says what the columns are, and has the file tried that way. Whoever wants it imported instead gets what was tried: what was changed since
// is tried first.
func (p pages) choose(w http.ResponseWriter, r *ui.Request) error {
	of, err := r.ID("id")
	if err != nil {
		return err
	}
	u, err := p.upload(r, of)
	if err != nil {
		return err
	}
	before, err := u.As()
	if err != nil {
		return err
	}
	if otherwise := written(r, before); !otherwise.Same(before) {
		return p.answered(w, r, of, p.begin(r, u, otherwise), before)
	}
	as, err := chosen(r, u, before)
	if err == nil && r.PostFormValue("import") != "" && as.Same(before) {
		return p.start(w, r)
	}
	if err == nil {
		as, err = p.readable(r, u, as)
	}
	if err == nil {
		err = r.Write(func(tx *db.Tx) error { return p.Exchange.Choose(r.Context(), tx, r.By, of, as) })
	}
	if err == nil && r.PostFormValue("import") != "" {
		r.Done(w, r.T("What you changed is checked first"), "")
	}
	return p.answered(w, r, of, err, as)
}

// written is the reading where a form asks for another sheet or other letters: what was said of the columns was said of others.
func written(r *ui.Request, before exchange.Reading) exchange.Reading {
	as := before
	if sheet := r.PostFormValue("sheet"); sheet != "" {
		as.Sheet = sheet
	}
	if _, said := r.PostForm["charset"]; said {
		as.Charset = r.PostFormValue("charset")
	}
	if as.Sheet != before.Sheet || as.Charset != before.Charset {
		as.Like, as.Columns, as.Map, as.DateFormat, as.Decimal, as.Right, as.Out = "", nil, nil, "", "", nil, nil
	}
	return as
}

func (p pages) upload(r *ui.Request, of id.ID) (u exchange.Upload, err error) {
	err = r.Read(func(tx *db.Tx) error {
		u, err = p.Exchange.UploadOf(r.Context(), tx, of)
		return err
	})
	return u, err
}

// answered shows the page again after a decision, or what stands against it beside what was asked for.
func (p pages) answered(w http.ResponseWriter, r *ui.Request, of id.ID, err error, asked ...exchange.Reading) error {
	switch {
	case err == nil:
		return r.Go(w, "/imports/"+of.String())
	case fault.Is(err, fault.Invalid), fault.Is(err, fault.Usage), fault.Is(err, fault.Conflict):
		var as *exchange.Reading
		if len(asked) > 0 {
			as = &asked[0]
		}
		return p.show(w, r, of, err, fault.Status(err), as)
	}
	return err
}

// chosen is the reading that a form asks for.
func chosen(r *ui.Request, u exchange.Upload, as exchange.Reading) (exchange.Reading, error) {
	if err := r.ParseForm(); err != nil {
		return as, fault.Invalidf("the form is not whole")
	}
	trial, err := u.Tried()
	if err != nil {
		return as, err
	}
	as.Like = ""
	as.Map, as.Columns, err = columns(r, u.Kind)
	as.Set = forAll(r, u.Kind)
	as.DateFormat, as.Decimal = r.PostFormValue("dates"), r.PostFormValue("decimal")
	as.Overwrite = r.PostFormValue("overwrite") != ""
	as.Right, as.Out = mended(r, as, trial)
	return as, err
}

// columns are what a form takes the file's columns for, by field, and the columns it is about.
func columns(r *ui.Request, k exchange.Kind) (taken map[string]string, all []string, err error) {
	taken = map[string]string{}
	for i := range mostColumns {
		column, there := r.PostForm["c"+strconv.Itoa(i)]
		if !there {
			break
		}
		all = append(all, column[0])
		name := r.PostFormValue("f" + strconv.Itoa(i))
		other, twice := taken[name]
		switch {
		case name == "":
		case twice:
			err = fault.Invalidf("two columns cannot be the same: %s and %s", other, column[0])
		default:
			taken[name] = column[0]
		}
	}
	for _, name := range exchange.FieldNames(k) {
		if _, fed := taken[name]; !fed {
			taken[name] = "" // not even by its name
		}
	}
	return taken, all, err
}

// readable refuses a reading that a trial would refuse, in words for the page. Dates that can be read in one way only are read in that.
func (p pages) readable(r *ui.Request, u exchange.Upload, as exchange.Reading) (exchange.Reading, error) {
	seen, err := p.Exchange.LookAs(r.Context(), r.Workspace.ID, u, as)
	if err != nil {
		return as, err
	}
	if as.DateFormat == "" && len(seen.Formats) > 0 && !seen.Unsure {
		as.DateFormat = seen.Formats[0]
	}
	words := Words{r.Voice}
	return as, seen.Check(as, func(name string) string { return words.Field(u.Kind, name) })
}

func (p pages) start(w http.ResponseWriter, r *ui.Request) error {
	return p.decide(w, r, p.Exchange.Start)
}

func (p pages) stop(w http.ResponseWriter, r *ui.Request) error {
	return p.decide(w, r, p.Exchange.Cancel)
}

func (p pages) undo(w http.ResponseWriter, r *ui.Request) error {
	return p.decide(w, r, p.Exchange.TakeBack)
}

// discard lets the file go and leads back to the list.
func (p pages) discard(w http.ResponseWriter, r *ui.Request) error {
	of, err := r.ID("id")
	if err != nil {
		return err
	}
	if err := p.Exchange.Discard(r.Context(), r.Workspace.ID, r.By, of); err != nil {
		return p.answered(w, r, of, err)
	}
	r.Done(w, r.T("The file is gone, nothing of it was imported"), "")
	return r.Go(w, "/imports")
}

// decide is one decision about an import.
func (p pages) decide(w http.ResponseWriter, r *ui.Request, do func(context.Context, *db.Tx, team.Actor, id.ID) error) error {
	of, err := r.ID("id")
	if err != nil {
		return err
	}
	return p.answered(w, r, of, r.Write(func(tx *db.Tx) error { return do(r.Context(), tx, r.By, of) }))
}
