package people

import (
	"net/http"

	"tandem/internal/fault"
	"tandem/internal/id"
	"tandem/internal/team"
	"tandem/internal/web/ui"
)

// fewRows is how many people anybody who may read may take along; more of them need the right to export.
const fewRows = 1000

// export is the list as a file for a spreadsheet; posted, the people chosen on it.
func (p pages) export(w http.ResponseWriter, r *ui.Request) error {
	people, err := p.exported(r)
	if err != nil {
		return err
	}
	return p.Exchange.ExportPeople(r.Context(), r.Workspace.ID, r.By, people, ui.Sheet(w, "people.csv"))
}

// exported are the people to write down.
func (p pages) exported(r *ui.Request) ([]id.ID, error) {
	if err := r.ParseForm(); err != nil {
		return nil, err
	}
	if r.Method == http.MethodPost && r.FormValue("everybody") == "" {
		return p.chosen(r)
	}
	if r.By.May(team.ExportAll) {
		return p.everybody(r, 1_000_000)
	}
	people, err := p.everybody(r, fewRows)
	if fault.Is(err, fault.Invalid) && len(people) > fewRows {
		return nil, fault.Forbiddenf("you may take up to %d people out at once", fewRows).WithMend("narrow the list down, or ask an owner or a manager of the workspace")
	}
	return people, err
}
