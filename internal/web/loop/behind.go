package loop

import (
	"net/http"
	"slices"
	"strconv"

	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/id"
	"tandem/internal/insight/report"
	"tandem/internal/money"
	"tandem/internal/web/ui"
)

// Behind is the page of the records that a figure counts, a hundred at a time: people, and where there is nobody, deals and payments.
type Behind struct {
	ui.Frame
	About  string // what the figure is, in words
	Count  int
	People []Someone
	Sales  []Sales
	Next   string
}

// Sales are the deals, or the payments, behind a figure; the first hundred are named.
type Sales struct {
	Title, Count string
	Rows         []Sale
}

// Someone is a person in the list.
type Someone struct {
	ID                       id.ID
	Name, Email, City, Owner string
}

// Sale is a deal or a payment in the list.
type Sale struct {
	Name, Amount, Day, URL string
}

var behindPage = ui.MustPage[Behind](files, "behind.html")

// mostShown is how many records stand on one page.
const mostShown = 100

func (p pages) behind(w http.ResponseWriter, r *ui.Request) error {
	f, q, err := figure(r)
	if err != nil {
		return err
	}
	found, err := p.Reports.Behind(r.Context(), place(r), f)
	if err != nil {
		return err
	}
	after, err := cursor(r)
	if err != nil {
		return err
	}
	page := Behind{
		Frame: ui.Frame{Title: r.T("Behind this figure"), Nav: "loop", Crumbs: []ui.Crumb{{Text: r.T("The loop"), URL: link("/loop", q.values())}}},
		Count: found.Count(), About: about(r, f, q),
	}
	some := from(found.People, after)
	if len(some) == mostShown && some[mostShown-1] != found.People[len(found.People)-1] {
		v := r.URL.Query()
		v.Set("after", some[mostShown-1].String())
		page.Next = link("/loop/people", v)
	}
	err = r.Read(func(tx *db.Tx) error {
		if page.People, err = p.people(r, tx, some); err != nil || after != 0 {
			return err
		}
		page.Sales, err = p.sales(r, tx, found)
		return err
	})
	if err != nil {
		return err
	}
	return behindPage.Render(w, r, page)
}

// figure reads which number was opened.
func figure(r *ui.Request) (report.Figure, asked, error) {
	q, err := ask(r)
	f := report.Figure{
		Kind: report.Kind(r.FormValue("kind")), Period: q.Period, By: q.By, Key: r.FormValue("key"), Keyed: r.FormValue("keyed") != "",
		But: r.Form["but"], Step: report.Step(r.FormValue("step")), Model: q.Model, Conversion: q.Conversion, Month: r.FormValue("month"), Within: -1,
		Today: q.today.Format("2006-01-02"),
	}
	if text := r.FormValue("within"); text != "" && err == nil {
		if f.Within, err = strconv.Atoi(text); err != nil {
			err = fault.NotFoundf("there is nothing at this address")
		}
	}
	return f, q, err
}

func cursor(r *ui.Request) (id.ID, error) {
	text := r.FormValue("after")
	if text == "" {
		return 0, nil
	}
	after, err := id.Parse(text)
	if err != nil {
		return 0, fault.NotFoundf("there is nothing at this address")
	}
	return after, nil
}

// from are the next of sorted ids above one.
func from(ids []id.ID, after id.ID) []id.ID {
	at, found := slices.BinarySearch(ids, after)
	if found {
		at++
	}
	return ids[at:min(len(ids), at+mostShown)]
}

func (p pages) people(r *ui.Request, tx *db.Tx, ids []id.ID) ([]Someone, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	contacts, err := p.Contacts.Contacts(r.Context(), tx, ids)
	if err != nil {
		return nil, err
	}
	addresses, err := p.Contacts.AddressesOf(r.Context(), tx, ids)
	if err != nil {
		return nil, err
	}
	var people []Someone
	for _, i := range ids {
		c := contacts[i]
		s := Someone{ID: i, City: c.City, Owner: c.Owner}
		if emails := addresses.Emails[i]; len(emails) > 0 {
			s.Email = emails[0].Shown
		}
		s.Name = or(c.Name, s.Email, r.T("without a name"))
		people = append(people, s)
	}
	return people, nil
}

func (p pages) sales(r *ui.Request, tx *db.Tx, found report.Records) ([]Sales, error) {
	var all []Sales
	for _, list := range []struct {
		title string
		ids   []id.ID
		read  func(*ui.Request, *db.Tx, []id.ID) ([]Sale, error)
	}{{r.T("Deals"), found.Deals, p.deals}, {r.T("Payments"), found.Payments, p.payments}} {
		if len(list.ids) == 0 {
			continue
		}
		rows, err := list.read(r, tx, from(list.ids, 0))
		if err != nil {
			return nil, err
		}
		all = append(all, Sales{list.title, r.Number(len(list.ids)), rows})
	}
	return all, nil
}

func (p pages) deals(r *ui.Request, tx *db.Tx, ids []id.ID) ([]Sale, error) {
	var sales []Sale
	for _, i := range ids {
		d, err := p.Deals.Deal(r.Context(), tx, i)
		if fault.KindOf(err) == fault.NotFound {
			continue // removed since
		}
		if err != nil {
			return nil, err
		}
		s := Sale{Name: or(d.Name, i.String()), Amount: r.Money(money.Amount{Minor: d.Amount, Currency: d.Currency}), Day: r.Day(d.ClosedAt)}
		if d.Contact != 0 {
			s.URL = "/people/" + d.Contact.String()
		}
		sales = append(sales, s)
	}
	return sales, nil
}

func (p pages) payments(r *ui.Request, tx *db.Tx, ids []id.ID) ([]Sale, error) {
	var sales []Sale
	for _, i := range ids {
		one, err := p.Payments.Payment(r.Context(), tx, i)
		if fault.KindOf(err) == fault.NotFound {
			continue
		}
		if err != nil {
			return nil, err
		}
		s := Sale{Name: or(one.Product, i.String()), Amount: r.Money(money.Amount{Minor: one.Amount, Currency: one.Currency}), Day: r.Day(one.At)}
		if one.Contact != 0 {
			s.URL = "/people/" + one.Contact.String()
		}
		sales = append(sales, s)
	}
	return sales, nil
}

// about says what a figure is.
func about(r *ui.Request, f report.Figure, q asked) string {
	name, days := named(r.Voice, q.By, f.Key), q.Days(r.Voice)
	switch f.Kind {
	case report.OfFlow:
		text := r.T("First touch %[1]s: %[2]s", days, stepName(r.Voice, f.Step))
		switch {
		case f.Keyed:
			text = r.T("First touch %[1]s by %[2]s: %[3]s", days, name, stepName(r.Voice, f.Step))
		case len(f.But) > 0:
			text = r.T("First touch %[1]s by the smaller channels: %[2]s", days, stepName(r.Voice, f.Step))
		}
		return text
	case report.OfCredit:
		if !f.Keyed {
			return r.T("Everybody who bought, %s", days)
		}
		return r.T("Who bought with %[1]s on the way, %[2]s", name, days)
	case report.OfCohort:
		if f.Within < 0 {
			return r.T("Leads whose first touch was in %s", or(f.Month, days))
		}
		return r.T("Leads whose first touch was in %[1]s and who bought within %[2]d months", or(f.Month, days), f.Within)
	case report.OfStrip:
		return r.T("%[1]s: %[2]s", days, stripName(r.Voice, f.Step))
	case report.NoTouch:
		return r.T("Deals won without a touch before")
	case report.NoContact:
		return r.T("Payments that belong to nobody")
	case report.OfCampaign:
		return r.T("People with a touch of campaign %s", f.Key)
	case report.OfSource:
		return r.T("People with a touch of source %s", f.Key)
	}
	return r.T("Sales in %s without an exchange rate", f.Key)
}

// stripName says whom a step of the strip counts.
func stripName(v ui.Voice, s report.Step) string {
	switch s {
	case report.Leads:
		return v.T("people who became a lead")
	case report.WithDeal:
		return v.T("people whose deal was opened")
	case report.Customers:
		return v.T("people who bought")
	case report.Payers:
		return v.T("people who bought and paid")
	}
	return v.T("people who came")
}

func stepName(v ui.Voice, s report.Step) string {
	switch s {
	case report.Leads:
		return v.T("leads")
	case report.WithDeal:
		return v.T("people with a deal")
	case report.Customers:
		return v.T("people who bought")
	case report.Payers:
		return v.T("people who paid")
	case report.NoLead:
		return v.T("people who are no lead yet")
	case report.NoDeal:
		return v.T("leads without a deal")
	case report.NotWon:
		return v.T("people whose deal is lost or open")
	case report.NotPaid:
		return v.T("people who still have to pay")
	}
	return v.T("everybody")
}
