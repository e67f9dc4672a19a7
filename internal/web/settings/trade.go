package settings

import (
	"net/http"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/people/field"
	"tandem/internal/sales/deal"
	"tandem/internal/team"
	"tandem/internal/web/ui"
)

// trade are the pages of what records look like: pipelines and fields.
func (p pages) trade() []ui.Route {
	return []ui.Route{
		{Pattern: "GET /settings/pipelines", Right: team.Read, Do: p.pipelines},
		{Pattern: "POST /settings/pipelines", Right: team.ManageSettings, Do: p.addPipeline},
		{Pattern: "POST /settings/pipelines/{id}/stages", Right: team.ManageSettings, Do: p.addStage},
		{Pattern: "POST /settings/pipelines/{id}", Right: team.ManageSettings, Do: p.renamePipeline},
		{Pattern: "POST /settings/stages/{id}", Right: team.ManageSettings, Do: p.renameStage},
		{Pattern: "POST /settings/stages/{id}/move", Right: team.ManageSettings, Do: p.moveStage},
		{Pattern: "POST /settings/stages/{id}/remove", Right: team.ManageSettings, Do: p.removeStage},
		{Pattern: "GET /settings/fields", Right: team.Read, Do: p.fields},
		{Pattern: "POST /settings/fields", Right: team.ManageSettings, Do: p.addField},
		{Pattern: "POST /settings/fields/{id}", Right: team.ManageSettings, Do: p.renameField},
	}
}

// Pipelines is the page of the pipelines.
type Pipelines struct {
	Tabs
	Pipelines []deal.Pipeline
	Problem   string
}

// Fields is the page of the workspace's own fields.
type Fields struct {
	Tabs
	Entities []FieldGroup
	Problem  string
	Name     string
}

// FieldGroup are the fields of one sort of record.
type FieldGroup struct {
	Text   string
	Fields []field.Field
}

var (
	pipelinesPage = ui.MustPage[Pipelines](files, "pipelines.html", "tabs.html")
	fieldsPage    = ui.MustPage[Fields](files, "fields.html", "tabs.html")
)

func (p pages) pipelines(w http.ResponseWriter, r *ui.Request) error {
	return p.showPipelines(w, r, nil)
}

// showPipelines shows the page, and what was wrong with what was sent to it.
func (p pages) showPipelines(w http.ResponseWriter, r *ui.Request, cause error) error {
	page := Pipelines{Tabs: frame(r, "/settings/pipelines", team.ManageSettings)}
	err := r.Read(func(tx *db.Tx) (err error) {
		page.Pipelines, err = p.Deals.Pipelines(r.Context(), tx)
		return err
	})
	if err != nil {
		return err
	}
	if cause == nil {
		return pipelinesPage.Render(w, r, page)
	}
	page.Problem, _ = r.Fault(cause)
	return pipelinesPage.Status(w, r, fault.Status(cause), page)
}

// change makes a change of the pipelines and shows them again.
func (p pages) change(w http.ResponseWriter, r *ui.Request, do func(*db.Tx) error) error {
	err := r.Write(do)
	if fault.Is(err, fault.Invalid) || fault.Is(err, fault.Conflict) {
		return p.showPipelines(w, r, err)
	}
	if err != nil {
		return err
	}
	r.Done(w, r.T("Saved"), "")
	return r.Go(w, "/settings/pipelines")
}

func (p pages) addPipeline(w http.ResponseWriter, r *ui.Request) error {
	return p.change(w, r, func(tx *db.Tx) error {
		_, err := p.Deals.AddPipeline(r.Context(), tx, r.By, clock.Of(r.Now), r.FormValue("name"))
		return err
	})
}

func (p pages) renamePipeline(w http.ResponseWriter, r *ui.Request) error {
	of, err := r.ID("id")
	if err != nil {
		return err
	}
	return p.change(w, r, func(tx *db.Tx) error {
		return p.Deals.RenamePipeline(r.Context(), tx, r.By, clock.Of(r.Now), of, r.FormValue("name"))
	})
}

func (p pages) addStage(w http.ResponseWriter, r *ui.Request) error {
	of, err := r.ID("id")
	if err != nil {
		return err
	}
	return p.change(w, r, func(tx *db.Tx) error {
		_, err := p.Deals.AddStage(r.Context(), tx, r.By, clock.Of(r.Now), of, r.FormValue("name"), deal.Status(r.FormValue("status")))
		return err
	})
}

func (p pages) renameStage(w http.ResponseWriter, r *ui.Request) error {
	of, err := r.ID("id")
	if err != nil {
		return err
	}
	return p.change(w, r, func(tx *db.Tx) error {
		return p.Deals.RenameStage(r.Context(), tx, r.By, clock.Of(r.Now), of, r.FormValue("name"))
	})
}

func (p pages) moveStage(w http.ResponseWriter, r *ui.Request) error {
	of, err := r.ID("id")
	if err != nil {
		return err
	}
	return p.change(w, r, func(tx *db.Tx) error {
		return p.Deals.MoveStage(r.Context(), tx, r.By, clock.Of(r.Now), of, r.FormValue("to") == "down")
	})
}

func (p pages) removeStage(w http.ResponseWriter, r *ui.Request) error {
	of, err := r.ID("id")
	if err != nil {
		return err
	}
	return p.change(w, r, func(tx *db.Tx) error { return p.Deals.RemoveStage(r.Context(), tx, r.By, clock.Of(r.Now), of) })
}

func (p pages) fields(w http.ResponseWriter, r *ui.Request) error {
	return p.showFields(w, r, nil)
}

func (p pages) showFields(w http.ResponseWriter, r *ui.Request, cause error) error {
	page := Fields{Tabs: frame(r, "/settings/fields", team.ManageSettings)}
	err := r.Read(func(tx *db.Tx) error {
		page.Entities = nil
		for _, of := range []struct {
			entity field.Entity
			text   string
		}{{field.Contact, r.T("Of people")}, {field.Company, r.T("Of companies")}, {field.Deal, r.T("Of deals")}} {
			all, err := p.Fields.All(r.Context(), tx, of.entity)
			if err != nil {
				return err
			}
			page.Entities = append(page.Entities, FieldGroup{of.text, all})
		}
		return nil
	})
	if err != nil {
		return err
	}
	if cause == nil {
		return fieldsPage.Render(w, r, page)
	}
	page.Problem, _ = r.Fault(cause)
	if r.PathValue("id") == "" {
		page.Name = r.FormValue("name")
	}
	return fieldsPage.Status(w, r, fault.Status(cause), page)
}

func (p pages) addField(w http.ResponseWriter, r *ui.Request) error {
	return p.changeFields(w, r, r.T("Field added"), func(tx *db.Tx) error {
		_, err := p.Fields.Add(r.Context(), tx, r.By, field.Entity(r.FormValue("entity")), r.FormValue("name"), field.Type(r.FormValue("type")))
		return err
	})
}

func (p pages) renameField(w http.ResponseWriter, r *ui.Request) error {
	of, err := r.ID("id")
	if err != nil {
		return err
	}
	return p.changeFields(w, r, r.T("Saved"), func(tx *db.Tx) error { return p.Fields.Rename(r.Context(), tx, r.By, of, r.FormValue("name")) })
}

// changeFields makes a change of the fields and shows them again.
func (p pages) changeFields(w http.ResponseWriter, r *ui.Request, said string, do func(*db.Tx) error) error {
	err := r.Write(do)
	if fault.Is(err, fault.Invalid) || fault.Is(err, fault.Conflict) {
		return p.showFields(w, r, err)
	}
	if err != nil {
		return err
	}
	r.Done(w, said, "")
	return r.Go(w, "/settings/fields")
}
