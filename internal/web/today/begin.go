package today

import (
	"tandem/internal/db"
	"tandem/internal/exchange"
	"tandem/internal/team"
	"tandem/internal/web/ui"
)

// Beginning is one of the things that a new business does, until The loop has something to say.
type Beginning struct {
	Title, Text string
	Act, URL    string // what leads there, "" for whoever may not
	Done        bool
	Next        bool // the first that is not done
}

// begin says what is to be done yet: nothing any more once there are people, and money of theirs or spent on them.
func (p pages) begin(r *ui.Request, tx *db.Tx, t *Today) error {
	people, err := p.Contacts.Page(r.Context(), tx, 0, 1)
	if err != nil {
		return err
	}
	deals, err := p.Deals.Page(r.Context(), tx, 0, 1)
	if err != nil {
		return err
	}
	payments, err := p.Payments.Page(r.Context(), tx, 0, 1)
	if err != nil {
		return err
	}
	sold := len(deals)+len(payments) > 0
	t.Empty, t.MayInvite = len(people) == 0, r.By.May(team.ManageUsers)
	if !t.Empty && (sold || !t.NoCosts) {
		t.Begin, t.Turns = nil, true
		return nil
	}
	t.Begin = beginnings(r, !t.Empty, sold, !t.NoCosts)
	return nil
}

// Place is a step's number, from 1.
func (t Today) Place(i int) string { return t.Number(i + 1) }

func beginnings(r *ui.Request, people, sold, spent bool) []Beginning {
	all := []Beginning{
		{
			Title: r.T("Bring your people"), Text: r.T("A list from your old program, a spreadsheet or your address book. You see what will happen before anything is saved."),
			Act: r.T("Import people"), URL: importing(r, exchange.Contacts), Done: people,
		},
		{
			Title: r.T("Add what they bought"), Text: r.T("Files of deals and payments; and of what people did before: clicks, forms, calls, visits."),
			Act: r.T("Import deals"), URL: importing(r, exchange.Deals), Done: sold,
		},
		{
			Title: r.T("Add what it cost"), Text: r.T("Files of ads, fairs and other spend. Then The loop says what brought the money, and every figure opens to the people behind it."),
			Act: r.T("Import costs"), URL: importing(r, exchange.Costs), Done: spent,
		},
	}
	if people {
		all[0].Text, all[0].Act = r.T("They are here. More of them can come at any time."), r.T("Import more")
	}
	for i := range all {
		if !all[i].Done {
			all[i].Next = true
			break
		}
	}
	return all
}

// importing is where a kind of file is brought, "" for whoever may not.
func importing(r *ui.Request, k exchange.Kind) string {
	if !exchange.MayImport(r.By, k) {
		return ""
	}
	return "/imports/new?kind=" + string(k)
}
