package people

import (
	"encoding/csv"
	"net/http"
	"strings"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/exchange/value"
	"tandem/internal/fault"
	"tandem/internal/id"
	"tandem/internal/people/contact"
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
	if err := r.Write(func(tx *db.Tx) error {
		return team.Note(r.Context(), tx, r.By, clock.Of(r.Now), team.Deed{Action: "export", Entity: "contact", Detail: map[string]any{"people": len(people)}})
	}); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="people.csv"`)
	out := csv.NewWriter(w)
	_ = out.Write([]string{"name", "email", "phone", "company", "title", "city", "country", "lifecycle", "owner", "tags"})
	for len(people) > 0 {
		some := people[:min(500, len(people))]
		people = people[len(some):]
		var rows [][]string
		err := r.Read(func(tx *db.Tx) error {
			rows = nil
			contacts, err := p.Contacts.Contacts(r.Context(), tx, some)
			if err != nil {
				return err
			}
			addresses, err := p.Contacts.AddressesOf(r.Context(), tx, some)
			if err != nil {
				return err
			}
			companies, err := p.Contacts.Companies(r.Context(), tx, companiesOf(contacts))
			for _, one := range some {
				if c, ok := contacts[one]; ok {
					rows = append(rows, []string{
						c.Name, first(addresses.Emails[one]), first(addresses.Phones[one]), companies[c.CompanyID].Name, c.Title, c.City, c.Country,
						string(c.Lifecycle), c.Owner, every(addresses.Tags[one]),
					})
				}
			}
			return err
		})
		if err != nil {
			return err
		}
		for _, row := range rows {
			for i := range row {
				row[i] = value.Guard(row[i])
			}
			_ = out.Write(row) // an error stays, and Flush has it
		}
	}
	out.Flush()
	return nil
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

func first(all []contact.Address) string {
	if len(all) == 0 {
		return ""
	}
	return all[0].Shown
}

func every(all []contact.Address) string {
	var texts []string
	for _, a := range all {
		texts = append(texts, a.Shown)
	}
	return strings.Join(texts, "; ")
}

func companiesOf(contacts map[id.ID]contact.Contact) []id.ID {
	var all []id.ID
	for _, c := range contacts {
		if c.CompanyID != 0 {
			all = append(all, c.CompanyID)
		}
	}
	return all
}
