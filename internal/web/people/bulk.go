package people

import (
	"net/http"

	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/id"
	"tandem/internal/people/contact"
	"tandem/internal/people/glance"
	"tandem/internal/people/segment"
	"tandem/internal/web/ui"
)

// mostAtOnce is how many people one act may change.
const mostAtOnce = 10_000

// bulk does one thing to the people chosen, or to all whom the list shows.
func (p pages) bulk(w http.ResponseWriter, r *ui.Request) error {
	if err := r.ParseForm(); err != nil {
		return err
	}
	people, err := p.chosen(r)
	if err != nil {
		return err
	}
	if len(people) == 0 {
		return fault.Invalidf("choose some people first")
	}
	action, value := contact.Action(r.FormValue("action")), r.FormValue("value")
	switch action {
	case contact.SetLifecycle:
		value = r.FormValue("stage")
	case contact.SetOwner:
		value = r.FormValue("owner")
	}
	var b contact.Bulk
	err = r.Write(func(tx *db.Tx) (err error) {
		b, err = p.Contacts.StartBulk(r.Context(), tx, r.By, action, value)
		return err
	})
	if err != nil {
		return err
	}
	changed := 0
	for len(people) > 0 {
		some := people[:min(200, len(people))]
		people = people[len(some):]
		err := r.Write(func(tx *db.Tx) error {
			n, err := p.Contacts.BulkOn(r.Context(), tx, r.By, b, some)
			changed += n
			return err
		})
		if err != nil {
			return err
		}
	}
	r.Done(w, r.T("%d people changed", r.Many(changed)), "/people/bulk/"+b.ID.String()+"/undo?back="+queryEscape(backTo(r)))
	return r.Go(w, backTo(r))
}

// chosen are the people whose boxes are ticked, or, if somebody chose all of the list, everybody on it.
func (p pages) chosen(r *ui.Request) ([]id.ID, error) {
	if r.FormValue("everybody") == "" {
		var people []id.ID
		for _, s := range r.Form["person"] {
			one, err := id.Parse(s)
			if err != nil {
				return nil, fault.Invalidf("the form is not whole")
			}
			people = append(people, one)
		}
		return people, nil
	}
	return p.everybody(r, mostAtOnce)
}

// everybody is everybody on the list, as its address in the form has it.
func (p pages) everybody(r *ui.Request, most int) ([]id.ID, error) {
	if err := glance.CatchUp(r.Context(), p.DB, r.Workspace.ID); err != nil {
		return nil, err
	}
	var people []id.ID
	err := r.Read(func(tx *db.Tx) error {
		v, err := p.read(r, tx)
		if err != nil {
			return err
		}
		v.query.Limit = 500
		people = nil
		for after := id.ID(0); ; {
			some, err := segment.IDs(r.Context(), tx, v.scope, v.query, after)
			if err != nil {
				return err
			}
			if people = append(people, some...); len(people) > most {
				return fault.Invalidf("these are more than %d people at once", most).WithMend("narrow the list down with a filter")
			}
			if len(some) < 500 {
				return nil
			}
			after = some[len(some)-1]
		}
	})
	return people, err
}

func (p pages) undoBulk(w http.ResponseWriter, r *ui.Request) error {
	of, err := r.ID("id")
	if err != nil {
		return err
	}
	back := 0
	for after := id.ID(0); ; {
		var last id.ID
		n := 0
		err := r.Write(func(tx *db.Tx) (err error) {
			last, n, err = p.Contacts.UndoBulk(r.Context(), tx, r.By, of, after)
			return err
		})
		if err != nil {
			return err
		}
		back += n
		if last == 0 {
			break
		}
		after = last
	}
	r.Done(w, r.T("Taken back for %d people", r.Many(back)), "")
	return r.Go(w, backTo(r))
}
