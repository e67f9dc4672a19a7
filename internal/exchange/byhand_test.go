package exchange_test

import (
	"testing"

	"tandem/internal/db"
	"tandem/internal/exchange"
	"tandem/internal/id"
	"tandem/internal/team"
	"tandem/internal/test/dbtest"
)

func TestWhatSomebodyChangedByHandStaysWhenItsImportIsTakenBack(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		people := h.takes(exchange.Contacts, "email,name,city\nann@x.example,Ann,Gent\nbob@x.example,Bob,Gent\n", exchange.Options{})
		firms := h.takes(exchange.Companies, "name,city\nAcme,Gent\nBolt,Gent\n", exchange.Options{})
		h.must(d.Write(t.Context(), h.ws, func(tx *db.Tx) error {
			ann, err := db.One[id.ID](t.Context(), tx, "SELECT id FROM contact WHERE workspace_id = $1 AND name = 'Ann'", h.ws)
			if err != nil {
				return err
			}
			form, c, err := h.Contacts.Form(t.Context(), tx, ann)
			if err != nil {
				return err
			}
			form.City = "Oostende"
			if _, err := h.Contacts.Change(t.Context(), tx, team.Console(), ann, c.UpdatedAt, form, ""); err != nil {
				return err
			}
			acme, err := db.One[id.ID](t.Context(), tx, "SELECT id FROM company WHERE workspace_id = $1 AND name = 'Acme'", h.ws)
			if err != nil {
				return err
			}
			firm, f, err := h.Contacts.CompanyForm(t.Context(), tx, acme)
			if err != nil {
				return err
			}
			firm.City = "Brugge"
			_, err = h.Contacts.ChangeCompany(t.Context(), tx, team.Console(), acme, f.UpdatedAt, firm, "")
			return err
		}))
		h.undoes(people.ImportID, 1)
		h.undoes(firms.ImportID, 1)
		h.expect("people", h.lines("SELECT name || ' ' || city AS line FROM contact WHERE workspace_id = $1"), "Ann Oostende\n")
		h.expect("companies", h.lines("SELECT name || ' ' || city AS line FROM company WHERE workspace_id = $1"), "Acme Brugge\n")
	})
}
