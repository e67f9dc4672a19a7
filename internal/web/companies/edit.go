package companies

import (
	"net/http"
	"strconv"
	"strings"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/id"
	"tandem/internal/people/contact"
	"tandem/internal/people/field"
	"tandem/internal/team"
	"tandem/internal/web/ui"
)

func editRoutes(p pages) []ui.Route {
	return []ui.Route{
		{Pattern: "GET /companies/new", Right: team.WritePeople, Do: p.newForm},
		{Pattern: "POST /companies/new", Right: team.WritePeople, Do: p.create},
		{Pattern: "GET /companies/{id}/edit", Right: team.WritePeople, Do: p.editForm},
		{Pattern: "POST /companies/{id}/edit", Right: team.WritePeople, Do: p.edit},
		{Pattern: "POST /companies/{id}/undo", Right: team.WritePeople, Do: p.undo},
	}
}

// Edit is the form of a company's details, or of a new one's.
type Edit struct {
	ui.Frame
	Action  string // where the form goes
	Cancel  string
	Save    string // what the button says
	Seen    clock.Micros
	Form    contact.CompanyForm
	Problem string
	Wrong   string // the field that is wrong, "" if it is none or several
	Own     []ui.OwnField
	Owners  []string     // who may be the owner
	Theirs  []Difference // what somebody else made of it meanwhile
}

// Difference is a field that somebody else changed meanwhile.
type Difference struct{ Field, Value string }

var editPage = ui.MustPage[Edit](files, "edit.html")

// Lines are the entries of a field that takes several, one a line.
func (Edit) Lines(all []string) string { return strings.Join(all, "\n") }

func newEdit(r *ui.Request, c contact.Company, f contact.CompanyForm) Edit {
	home := "/companies/" + c.ID.String()
	return Edit{
		Frame: ui.Frame{Title: r.T("Edit details"), Nav: "companies", Crumbs: []ui.Crumb{
			{Text: r.T("Companies"), URL: "/companies"}, {Text: name(r.Voice, c), URL: home},
		}},
		Action: home + "/edit", Cancel: home, Save: r.T("Save details"), Seen: c.UpdatedAt, Form: f,
	}
}

func newAdd(r *ui.Request, f contact.CompanyForm) Edit {
	return Edit{
		Frame:  ui.Frame{Title: r.T("Add company"), Nav: "companies", Crumbs: []ui.Crumb{{Text: r.T("Companies"), URL: "/companies"}}},
		Action: "/companies/new", Cancel: "/companies", Save: r.T("Add company"), Form: f,
	}
}

// form is what the fields say.
func form(r *ui.Request) contact.CompanyForm {
	return contact.CompanyForm{
		Name: r.FormValue("name"), Domain: r.FormValue("domain"), Emails: lines(r.FormValue("emails")), Phones: lines(r.FormValue("phones")),
		Tags: lines(r.FormValue("tags")), Street: r.FormValue("street"), PostalCode: r.FormValue("postal_code"), City: r.FormValue("city"),
		Region: r.FormValue("region"), Country: r.FormValue("country"), Owner: r.FormValue("owner"),
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

func (p pages) newForm(w http.ResponseWriter, r *ui.Request) error {
	return newAdd(r, contact.CompanyForm{Owner: r.By.Name}).show(w, r, http.StatusOK)
}

func (p pages) create(w http.ResponseWriter, r *ui.Request) error {
	f := form(r)
	var made contact.Company
	err := r.Write(func(tx *db.Tx) (err error) {
		made, err = p.Contacts.CreateCompany(r.Context(), tx, r.By, f, r.Workspace.Country)
		return err
	})
	if fault.Is(err, fault.Invalid) || fault.Is(err, fault.Conflict) {
		return newAdd(r, f).again(w, r, err)
	}
	if err != nil {
		return err
	}
	r.Done(w, r.T("Company added"), "")
	return r.Go(w, "/companies/"+made.ID.String())
}

// show shows the form, with who may be the owner.
func (e Edit) show(w http.ResponseWriter, r *ui.Request, status int) (err error) {
	if e.Owners, err = r.Colleagues(); err != nil {
		return err
	}
	return editPage.Status(w, r, status, e)
}

// again shows the form once more, with what is wrong.
func (e Edit) again(w http.ResponseWriter, r *ui.Request, cause error) error {
	e.Problem, _ = r.Fault(cause)
	e.Wrong = ui.WrongField(cause)
	return e.show(w, r, fault.Status(cause))
}

func (p pages) editForm(w http.ResponseWriter, r *ui.Request) error {
	of, err := r.ID("id")
	if err != nil {
		return err
	}
	var page Edit
	if err := r.Read(func(tx *db.Tx) error {
		f, c, err := p.Contacts.CompanyForm(r.Context(), tx, of)
		if err != nil {
			return err
		}
		page = newEdit(r, c, f)
		page.Own, err = r.OwnForm(tx, field.Company, of)
		return err
	}); err != nil {
		return err
	}
	return page.show(w, r, http.StatusOK)
}

func (p pages) edit(w http.ResponseWriter, r *ui.Request) error {
	of, err := r.ID("id")
	if err != nil {
		return err
	}
	seen, err := strconv.ParseInt(r.FormValue("seen"), 10, 64)
	if err != nil {
		return fault.Invalidf("the form is not whole")
	}
	f, own := form(r), r.OwnEdits()
	var now contact.Company
	err = r.Write(func(tx *db.Tx) (err error) {
		if now, err = p.Contacts.ChangeCompany(r.Context(), tx, r.By, of, clock.Micros(seen), f, r.Workspace.Country); err != nil {
			return err
		}
		return p.Fields.EditAll(r.Context(), tx, p.Journey, r.By, field.Company, of, own)
	})
	if fault.Is(err, fault.Invalid) || fault.Is(err, fault.Conflict) {
		return p.editAgain(w, r, of, f, clock.Micros(seen), err)
	}
	if err != nil {
		return err
	}
	r.Done(w, r.T("Details saved"), undoPath(of, now.UpdatedAt != clock.Micros(seen), len(own) > 0))
	return r.Go(w, "/companies/"+of.String())
}

// undoPath is what takes an edit back: of the details, of own fields, or of both.
func undoPath(of id.ID, details, own bool) string {
	path := "/companies/" + of.String() + "/undo"
	switch {
	case details && own:
		return path + "?of=both"
	case own:
		return path + "?of=own"
	}
	return path
}

// editAgain shows the form with what was typed. Where somebody else was quicker it says what they made of the company; saving again then
// overwrites them knowingly.
func (p pages) editAgain(w http.ResponseWriter, r *ui.Request, of id.ID, f contact.CompanyForm, seen clock.Micros, cause error) error {
	var page Edit
	if err := r.Read(func(tx *db.Tx) error {
		now, c, err := p.Contacts.CompanyForm(r.Context(), tx, of)
		if err != nil {
			return err
		}
		page = newEdit(r, c, f)
		if page.Own, err = r.OwnForm(tx, field.Company, of); err != nil {
			return err
		}
		if fault.Is(cause, fault.Conflict) {
			page.Theirs = differences(now, f)
		} else {
			page.Seen = seen
		}
		return err
	}); err != nil {
		return err
	}
	return page.again(w, r, cause)
}

// differences are the fields that differ, as they are now.
func differences(now, typed contact.CompanyForm) []Difference {
	a, b := fieldsOf(now), fieldsOf(typed)
	var all []Difference
	for i := range a {
		if a[i].Value != b[i].Value {
			all = append(all, a[i])
		}
	}
	return all
}

func fieldsOf(f contact.CompanyForm) []Difference {
	return []Difference{
		{"Name", f.Name},
		{"Domain", f.Domain},
		{"Email", strings.Join(f.Emails, ", ")},
		{"Phone", strings.Join(f.Phones, ", ")},
		{"Tags", strings.Join(f.Tags, ", ")},
		{"Street", f.Street},
		{"Postal code", f.PostalCode},
		{"Town", f.City},
		{"Region", f.Region},
		{"Country", f.Country},
		{"Owner", f.Owner},
	}
}

// undo takes the last edit back, unless somebody has changed the company since.
func (p pages) undo(w http.ResponseWriter, r *ui.Request) error {
	of, err := r.ID("id")
	if err != nil {
		return err
	}
	if err := r.Write(func(tx *db.Tx) error {
		if r.FormValue("of") != "" {
			if err := p.Fields.TakeBack(r.Context(), tx, p.Journey, r.By, field.Company, of); err != nil || r.FormValue("of") == "own" {
				return err
			}
		}
		_, err := p.Contacts.UndoCompany(r.Context(), tx, r.By, of, r.Workspace.Country)
		return err
	}); err != nil {
		return err
	}
	r.Done(w, r.T("Taken back"), "")
	return r.Go(w, "/companies/"+of.String())
}
