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
	as, err := chosen(r, u, before)
	if err == nil && r.PostFormValue("import") != "" && as.Same(before) {
		return p.start(w, r)
	}
	if err == nil {
		err = p.readable(r, u, as)
	}
	if err == nil {
		err = r.Write(func(tx *db.Tx) error { return p.Exchange.Choose(r.Context(), tx, r.By, of, as) })
	}
	if err == nil && r.PostFormValue("import") != "" {
		r.Done(w, r.T("What you changed is checked first"), "")
	}
	return p.answered(w, r, of, err)
}

func (p pages) upload(r *ui.Request, of id.ID) (u exchange.Upload, err error) {
	err = r.Read(func(tx *db.Tx) error {
		u, err = p.Exchange.UploadOf(r.Context(), tx, of)
		return err
	})
	return u, err
}

// answered shows the page again after a decision, or what stands against it.
func (p pages) answered(w http.ResponseWriter, r *ui.Request, of id.ID, err error) error {
	switch {
	case err == nil:
		return r.Go(w, "/imports/"+of.String())
	case fault.Is(err, fault.Invalid), fault.Is(err, fault.Usage), fault.Is(err, fault.Conflict):
		return p.show(w, r, of, err, fault.Status(err))
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
	taken := map[string]string{}
	as.Like, as.Columns = "", nil
	for i := range mostColumns {
		column, there := r.PostForm["c"+strconv.Itoa(i)]
		if !there {
			break
		}
		as.Columns = append(as.Columns, column[0])
		name := r.PostFormValue("f" + strconv.Itoa(i))
		if name == "" {
			continue
		}
		if other, twice := taken[name]; twice {
			return as, fault.Invalidf("two columns cannot be the same: %s and %s", other, column[0])
		}
		taken[name] = column[0]
	}
	for _, name := range exchange.FieldNames(u.Kind) {
		if _, fed := taken[name]; !fed {
			taken[name] = "" // not even by its name
		}
	}
	as.Map, as.Set = taken, forAll(r, u.Kind)
	as.DateFormat, as.Decimal, as.Charset, as.Sheet = r.PostFormValue("dates"), r.PostFormValue("decimal"), r.PostFormValue("charset"), r.PostFormValue("sheet")
	as.Overwrite = r.PostFormValue("overwrite") != ""
	as.Right, as.Out = mended(r, as, trial)
	return as, nil
}

// readable refuses a reading that a trial would refuse, in words for the page.
func (p pages) readable(r *ui.Request, u exchange.Upload, as exchange.Reading) error {
	seen, err := p.Exchange.LookAs(r.Context(), r.Workspace.ID, u, as)
	if err != nil {
		return err
	}
	words := Words{r.Voice}
	return seen.Check(func(name string) string { return words.Field(u.Kind, name) })
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

// decide is one decision about an import.
func (p pages) decide(w http.ResponseWriter, r *ui.Request, do func(context.Context, *db.Tx, team.Actor, id.ID) error) error {
	of, err := r.ID("id")
	if err != nil {
		return err
	}
	return p.answered(w, r, of, r.Write(func(tx *db.Tx) error { return do(r.Context(), tx, r.By, of) }))
}
