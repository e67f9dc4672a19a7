package people

import (
	"net/http"
	"strings"

	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/id"
	"tandem/internal/people/contact"
	"tandem/internal/web/ui"
)

// Add is the form for a new person.
type Add struct {
	ui.Frame
	Form    contact.Form
	Stages  []Option
	Problem string
	Wrong   string // the field that is wrong, "" if it is none or several
	Known   []Known
	Owners  []string // who may be the owner
	Once    id.ID    // somebody is added once, however often the form is sent
}

// Known is somebody who has one of the emails already.
type Known struct{ Name, URL string }

var addPage = ui.MustPage[Add](files, "add.html", "fields.html")

func newAdd(r *ui.Request, f contact.Form) Add {
	return Add{
		Frame: ui.Frame{Title: r.T("Add person"), Nav: "people", Crumbs: []ui.Crumb{{Text: r.T("People"), URL: "/people"}}},
		Form:  f, Stages: stages(r.Voice, f.Lifecycle), Once: id.New(),
	}
}

// show shows the form, with who may be the owner.
func (a Add) show(w http.ResponseWriter, r *ui.Request, status int) (err error) {
	if a.Owners, err = r.Colleagues(); err != nil {
		return err
	}
	return addPage.Status(w, r, status, a)
}

func stages(v ui.Voice, now contact.Lifecycle) []Option {
	all := []Option{{"", v.T("not said"), now == ""}}
	for _, s := range contact.Lifecycles() {
		all = append(all, Option{string(s), v.Stage(s), s == now})
	}
	return all
}

func (p pages) newForm(w http.ResponseWriter, r *ui.Request) error {
	return newAdd(r, contact.Form{Owner: r.By.Name, Company: r.FormValue("company")}).show(w, r, http.StatusOK)
}

// form is what the fields of fields.html say.
func form(r *ui.Request) contact.Form {
	return contact.Form{
		FirstName: r.FormValue("first_name"), LastName: r.FormValue("last_name"), Name: r.FormValue("name"), Title: r.FormValue("title"),
		Company: r.FormValue("company"), Emails: lines(r.FormValue("emails")), Phones: lines(r.FormValue("phones")), Tags: lines(r.FormValue("tags")),
		Street: r.FormValue("street"), PostalCode: r.FormValue("postal_code"), City: r.FormValue("city"), Region: r.FormValue("region"),
		Country: r.FormValue("country"), Language: r.FormValue("language"), Lifecycle: contact.Lifecycle(r.FormValue("lifecycle")), Owner: r.FormValue("owner"),
	}
}

// lines are the entries of a field that takes several, one a line.
func lines(s string) []string {
	var all []string
	for line := range strings.Lines(s) {
		if line = strings.TrimSpace(line); line != "" {
			all = append(all, line)
		}
	}
	return all
}

// Lines is the other way round, for the form.
func (Add) Lines(all []string) string { return strings.Join(all, "\n") }

func (p pages) create(w http.ResponseWriter, r *ui.Request) error {
	f := form(r)
	var made id.ID
	again := newAdd(r, f)
	if once, err := id.Parse(r.FormValue("once")); err == nil {
		again.Once = once
	}
	err := r.Write(func(tx *db.Tx) (err error) {
		made, err = p.Contacts.CreateAs(r.Context(), tx, r.By, again.Once, f, r.Workspace.Country, r.FormValue("anyway") != "")
		if fault.Is(err, fault.Conflict) {
			again.Known, err = p.known(r, tx, f)
		}
		return err
	})
	if fault.Is(err, fault.Invalid) {
		again.Problem, _ = r.Fault(err)
		again.Wrong = ui.WrongField(err)
		return again.show(w, r, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return err
	}
	if len(again.Known) > 0 {
		return again.show(w, r, http.StatusConflict)
	}
	r.Done(w, r.T("Person added"), "/people/"+made.String()+"/withdraw")
	return r.Go(w, "/people/"+made.String())
}

// withdraw takes back that somebody was added, as long as nothing else is known of them.
func (p pages) withdraw(w http.ResponseWriter, r *ui.Request) error {
	of, err := r.ID("id")
	if err != nil {
		return err
	}
	if err := r.Write(func(tx *db.Tx) error {
		open, err := p.Activities.Open(r.Context(), tx, of)
		if err != nil {
			return err
		}
		said, err := p.Consents.Standing(r.Context(), tx, of)
		if err != nil {
			return err
		}
		own, err := p.Fields.Of(r.Context(), tx, one(of))
		if err != nil {
			return err
		}
		if len(open)+len(said)+len(own[of]) > 0 {
			return contact.ErrHistory()
		}
		return p.Contacts.Withdraw(r.Context(), tx, r.By, of)
	}); err != nil {
		return err
	}
	r.Done(w, r.T("Taken back"), "")
	return r.Go(w, "/people")
}

func (p pages) known(r *ui.Request, tx *db.Tx, f contact.Form) ([]Known, error) {
	ids, err := p.Contacts.Known(r.Context(), tx, f)
	if err != nil {
		return nil, err
	}
	contacts, err := p.Contacts.Contacts(r.Context(), tx, ids)
	var all []Known
	for _, c := range contacts {
		name := c.Name
		if name == "" {
			name = strings.Join(f.Emails, ", ")
		}
		all = append(all, Known{name, "/people/" + c.ID.String()})
	}
	return all, err
}
