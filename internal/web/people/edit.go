package people

import (
	"encoding/json"
	"fmt"
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

// Edit is the form of a person's details.
type Edit struct {
	ui.Frame
	Action  string // where the form goes
	Cancel  string
	Seen    clock.Micros
	Form    contact.Form
	Stages  []Option
	Problem string
	Wrong   string // the field that is wrong, "" if it is none or several
	Own     []ui.OwnField
	Owners  []string     // who may be the owner
	Theirs  []Difference // what somebody else made of it meanwhile
}

// Difference is a field that somebody else changed meanwhile.
type Difference struct{ Field, Value string }

var editPage = ui.MustPage[Edit](files, "edit.html", "fields.html")

// Lines are the entries of a field that takes several, one a line.
func (Edit) Lines(all []string) string { return strings.Join(all, "\n") }

func one(of id.ID) []id.ID { return []id.ID{of} }

func newEdit(r *ui.Request, c contact.Contact, f contact.Form) Edit {
	return Edit{
		Frame:  ui.Frame{Title: r.T("Edit details"), Nav: "people", Crumbs: crumbs(r, c)},
		Action: standOf(r).add("/people/" + c.ID.String() + "/edit"), Cancel: standOf(r).url(c.ID), Seen: c.UpdatedAt, Form: f, Stages: stages(r.Voice, f.Lifecycle),
	}
}

// show shows the form, with who may be the owner.
func (e Edit) show(w http.ResponseWriter, r *ui.Request, status int) (err error) {
	if e.Owners, err = r.Colleagues(); err != nil {
		return err
	}
	return editPage.Status(w, r, status, e)
}

func (p pages) editForm(w http.ResponseWriter, r *ui.Request) error {
	of, err := r.ID("id")
	if err != nil {
		return err
	}
	var page Edit
	if err := r.Read(func(tx *db.Tx) error {
		f, c, err := p.Contacts.Form(r.Context(), tx, of)
		if err != nil {
			return err
		}
		page = newEdit(r, c, f)
		page.Own, err = r.OwnForm(tx, field.Contact, of)
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
	var now contact.Contact
	err = r.Write(func(tx *db.Tx) (err error) {
		if now, err = p.Contacts.Change(r.Context(), tx, r.By, of, clock.Micros(seen), f, r.Workspace.Country); err != nil {
			return err
		}
		return p.Fields.EditAll(r.Context(), tx, p.Journey, r.By, field.Contact, of, own)
	})
	if fault.Is(err, fault.Invalid) || fault.Is(err, fault.Conflict) {
		return p.editAgain(w, r, of, f, clock.Micros(seen), err)
	}
	if err != nil {
		return err
	}
	r.Done(w, r.T("Details saved"), standOf(r).add(undoPath(of, now.UpdatedAt != clock.Micros(seen), len(own) > 0)))
	return r.Go(w, standOf(r).url(of))
}

// undoPath is what takes an edit back: of the details, of own fields, or of both.
func undoPath(of id.ID, details, own bool) string {
	path := "/people/" + of.String() + "/undo"
	switch {
	case details && own:
		return path + "?of=both"
	case own:
		return path + "?of=own"
	}
	return path
}

// editAgain shows the form with what was typed. Where somebody else was quicker it says what they made of the person; saving again then
// overwrites them knowingly.
func (p pages) editAgain(w http.ResponseWriter, r *ui.Request, of id.ID, f contact.Form, seen clock.Micros, cause error) error {
	var page Edit
	if err := r.Read(func(tx *db.Tx) error {
		now, c, err := p.Contacts.Form(r.Context(), tx, of)
		if err != nil {
			return err
		}
		page = newEdit(r, c, f)
		if page.Own, err = r.OwnForm(tx, field.Contact, of); err != nil {
			return err
		}
		if fault.Is(cause, fault.Conflict) {
			page.Theirs = differences(r.Voice, now, f)
		} else {
			page.Seen = seen
		}
		return err
	}); err != nil {
		return err
	}
	page.Problem, _ = r.Fault(cause)
	page.Wrong = ui.WrongField(cause)
	return page.show(w, r, fault.Status(cause))
}

// differences are the fields that differ, as they are now.
func differences(v ui.Voice, now, typed contact.Form) []Difference {
	a, b := fieldsOf(v, now), fieldsOf(v, typed)
	var all []Difference
	for i := range a {
		if a[i].Value != b[i].Value {
			all = append(all, a[i])
		}
	}
	return all
}

func fieldsOf(v ui.Voice, f contact.Form) []Difference {
	return []Difference{
		{"First name", f.FirstName},
		{"Last name", f.LastName},
		{"Shown as", f.Name},
		{"Job", f.Title},
		{"Company", f.Company},
		{"Email", strings.Join(f.Emails, ", ")},
		{"Phone", strings.Join(f.Phones, ", ")},
		{"Tags", strings.Join(f.Tags, ", ")},
		{"Street", f.Street},
		{"Postal code", f.PostalCode},
		{"Town", f.City},
		{"Region", f.Region},
		{"Country", v.Country(f.Country)},
		{"Language", v.Tongue(f.Language)},
		{"Stage", v.Stage(f.Lifecycle)},
		{"Owner", f.Owner},
	}
}

// undoEdit takes the last edit back, unless somebody has changed the person since.
func (p pages) undoEdit(w http.ResponseWriter, r *ui.Request) error {
	of, err := r.ID("id")
	if err != nil {
		return err
	}
	err = r.Write(func(tx *db.Tx) error {
		if r.FormValue("of") != "" {
			if err := p.Fields.TakeBack(r.Context(), tx, p.Journey, r.By, field.Contact, of); err != nil || r.FormValue("of") == "own" {
				return err
			}
		}
		c, err := p.Contacts.Contact(r.Context(), tx, of)
		if err != nil {
			return err
		}
		trail, err := team.TrailOf(r.Context(), tx, "contact", of, 1)
		if err != nil {
			return err
		}
		if len(trail) == 0 || trail[0].Action != "edit" || trail[0].At != c.UpdatedAt {
			return fault.Conflictf("this cannot be taken back: somebody changed the person since")
		}
		var edited contact.Edited
		if err := json.Unmarshal([]byte(trail[0].Details), &edited); err != nil {
			return fmt.Errorf("read what was changed: %w", err)
		}
		_, err = p.Contacts.Change(r.Context(), tx, r.By, of, c.UpdatedAt, edited.Before, r.Workspace.Country)
		return err
	})
	if err != nil {
		return err
	}
	r.Done(w, r.T("Taken back"), "")
	return r.Go(w, standOf(r).url(of))
}
