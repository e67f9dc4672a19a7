package loop

import (
	"net/http"
	"slices"
	"strconv"

	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/id"
	"tandem/internal/insight/attribution"
	"tandem/internal/insight/report"
	"tandem/internal/money"
	"tandem/internal/web/ui"
)

// Behind is the page of the records that a figure counts, a hundred at a time: people, or the sales or costs that make up a sum.
type Behind struct {
	ui.Frame
	About  string // what the figure is, in words
	Worth  string // what the records come to, "" where the figure is no money
	Shown  string // how many there are, with what they are
	Count  int
	People []Someone
	Sales  *Sales
	Costs  []Cost
	Notes  []string
	Next   string
}

// Someone is a person in the list.
type Someone struct {
	ID                       id.ID
	Name, Email, City, Owner string
}

// Sales are the deals and payments in the list.
type Sales struct {
	Rows  []Sale
	Parts bool   // the figure counts a part of each
	Head  string // of the parts
}

// Sale is a deal or a payment in the list, and whose it is.
type Sale struct {
	Who, URL                string
	Name, Amount, Part, Day string
}

// Cost is what a cost takes of the period.
type Cost struct{ Days, Channel, Source, Campaign, Amount string }

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
		About: about(r, f, q), Count: found.Count(), Shown: shown(r.Voice, f, &found), Notes: notes(r.Voice, f, &found),
	}
	if found.Worth != nil {
		page.Worth = r.Sum(money.Amount(*found.Worth))
	}
	return p.list(w, r, page, &found, after)
}

// list writes down the next hundred records.
func (p pages) list(w http.ResponseWriter, r *ui.Request, page Behind, found *report.Records, after id.ID) error {
	people, nextPerson := next(found.People, func(i id.ID) id.ID { return i }, after)
	sales, nextSale := next(found.Sales, func(s report.Sale) id.ID { return s.Key() }, after)
	costs, nextCost := next(found.Costs, func(c report.CostPart) id.ID { return c.ID }, after)
	if len(found.Sales) > 0 {
		people, nextPerson = nil, 0 // whose sale it is stands beside it
	}
	if to := max(nextPerson, nextSale, nextCost); to != 0 {
		v := r.URL.Query()
		v.Set("after", to.String())
		page.Next = link("/loop/people", v)
	}
	for _, c := range costs {
		page.Costs = append(page.Costs, cost(r.Voice, &c))
	}
	err := r.Read(func(tx *db.Tx) (err error) {
		if page.People, err = p.people(r, tx, people); err != nil || len(sales) == 0 {
			return err
		}
		page.Sales, err = p.sales(r, tx, sales)
		return err
	})
	if err != nil {
		return err
	}
	return behindPage.Render(w, r, page)
}

// next are the records after the one of a key, as many as fit on a page, and the key of the last of them if there are more. If the one is gone by now
// the list begins anew.
func next[T any](all []T, key func(T) id.ID, after id.ID) (some []T, last id.ID) {
	if at := slices.IndexFunc(all, func(one T) bool { return key(one) == after }); after != 0 && at >= 0 {
		all = all[at+1:]
	}
	if len(all) <= mostShown {
		return all, 0
	}
	return all[:mostShown], key(all[mostShown-1])
}

// figure reads which number was opened.
func figure(r *ui.Request) (report.Figure, asked, error) {
	q, err := ask(r)
	f := report.Figure{
		Kind: report.Kind(r.FormValue("kind")), Period: q.Period, By: q.By, Key: r.FormValue("key"), Keyed: r.FormValue("keyed") != "",
		But: r.Form["but"], Step: report.Step(r.FormValue("step")), Model: q.Model, Conversion: q.Conversion, Month: r.FormValue("month"), Within: -1,
		Today: q.today.Format("2006-01-02"), Cost: report.LooseCost{Channel: r.FormValue("channel"), Source: r.FormValue("source"), Campaign: r.FormValue("campaign")},
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

func (p pages) sales(r *ui.Request, tx *db.Tx, of []report.Sale) (*Sales, error) {
	var deals, buyers []id.ID
	for i := range of {
		deals, buyers = add(deals, of[i].Deal), add(buyers, of[i].Contact)
	}
	named, err := p.Deals.ByIDs(r.Context(), tx, deals)
	if err != nil {
		return nil, err
	}
	people, err := p.people(r, tx, buyers)
	if err != nil {
		return nil, err
	}
	who := map[id.ID]Someone{}
	for _, one := range people {
		who[one.ID] = one
	}
	sales := &Sales{Head: r.T("Counted here")}
	for i := range of {
		s := &of[i]
		row := Sale{Who: r.T("Nobody known"), Name: named[s.Deal].Name, Amount: r.Money(money.Amount(s.Value)), Day: r.Day(s.At)}
		if s.Contact != 0 {
			row.Who, row.URL = who[s.Contact].Name, "/people/"+s.Contact.String()
		}
		if row.Part = row.Amount; s.Part != nil {
			sales.Parts, row.Part = true, r.Money(money.Amount(*s.Part))
		}
		if s.Deal == 0 {
			if row.Name, err = p.bought(r, tx, s.Payment); err != nil {
				return nil, err
			}
		}
		sales.Rows = append(sales.Rows, row)
	}
	return sales, nil
}

// bought is what a payment without a deal was for.
func (p pages) bought(r *ui.Request, tx *db.Tx, of id.ID) (string, error) {
	one, err := p.Payments.Payment(r.Context(), tx, of)
	if fault.KindOf(err) == fault.NotFound {
		return "", nil // removed since
	}
	return or(one.Product, r.T("Payment")), err
}

// add is a list of ids with one more, unless it is none or there already.
func add(ids []id.ID, one id.ID) []id.ID {
	if one == 0 || slices.Contains(ids, one) {
		return ids
	}
	return append(ids, one)
}

func cost(v ui.Voice, c *report.CostPart) Cost {
	row := Cost{Days: v.Days(c.First, c.Last), Source: c.Source, Campaign: c.Campaign, Amount: v.Money(money.Amount(c.Amount))}
	if c.Channel != "" {
		row.Channel = v.Channel(c.Channel)
	}
	if c.Amount.Currency != c.Worth.Currency {
		row.Amount = v.T("%[1]s, counted as %[2]s", row.Amount, v.Money(money.Amount(c.Worth)))
	}
	return row
}

// shown says how many records stand behind a figure.
func shown(v ui.Voice, f report.Figure, found *report.Records) string {
	n := v.Many(found.Count())
	switch {
	case found.Came.N > 0:
		return v.T("%[1]s by %[2]s", came(v, found.Came), v.T("%d people", n))
	case f.Kind == report.OfSpend || f.Kind == report.OfLooseCost:
		return v.T("%d costs", n)
	case f.Kind == report.OfStrip && f.Step == report.WithDeal:
		return v.T("%d deals", n)
	case f.Kind == report.OfStrip && len(found.Sales) > 0:
		return v.T("%d orders", n)
	case found.People == nil && len(found.Sales) > 0:
		return v.T("%d sales", n)
	}
	return v.T("%d people", n)
}

func came(v ui.Voice, c report.Came) string {
	n := v.Many(c.N)
	switch c.As {
	case report.Visits:
		return v.T("%d visits", n)
	case report.PageViews:
		return v.T("%d page views", n)
	}
	return v.T("%d touches", n)
}

// notes say what the list cannot show.
func notes(v ui.Voice, f report.Figure, found *report.Records) (notes []string) {
	if found.Came.As == report.PageViews {
		notes = append(notes, v.T("Page views of visitors whom nobody knows are counted, and have no name."))
	}
	if found.Loose != 0 {
		notes = append(notes, v.T("%s was given back to people who had not paid before; it belongs to no sale.", v.Sum(money.Amount{Minor: -found.Loose, Currency: found.Worth.Currency})))
	}
	if f.Kind == report.OfCredit && f.Keyed && f.Model == string(attribution.Markov) && len(found.Sales) > 0 {
		notes = append(notes, v.T("Markov looks at all journeys together, so that a single sale has no share of its own. These are the sales with it on the way."))
	}
	return notes
}

// about says what a figure is.
func about(r *ui.Request, f report.Figure, q asked) string {
	name, days := named(r.Voice, q.By, f.Key), q.Days(r.Voice)
	switch f.Kind {
	case report.OfFlow:
		switch {
		case f.Keyed:
			return r.T("First touch by %[1]s, %[2]s: %[3]s", name, days, stepName(r.Voice, f.Step))
		case len(f.But) > 0:
			return r.T("First touch by the smaller channels, %[1]s: %[2]s", days, stepName(r.Voice, f.Step))
		}
		return r.T("First touch, %[1]s: %[2]s", days, stepName(r.Voice, f.Step))
	case report.OfCredit:
		return r.T("%[1]s, %[2]s", credited(r.Voice, f, name), days)
	case report.OfCohort:
		return cohortName(r.Voice, f, q)
	case report.OfStrip:
		return r.T("%[1]s, %[2]s", stripName(r.Voice, f.Step), days)
	case report.OfSpend:
		if !f.Keyed {
			return r.T("Spent, %s", days)
		}
		return r.T("Spent on %[1]s, %[2]s", name, days)
	case report.OfLooseCost:
		return r.T("Spent where nobody came from")
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

// credited says which sales a credit comes from.
func credited(v ui.Voice, f report.Figure, name string) string {
	switch {
	case !f.Keyed && f.Conversion == string(report.Paid):
		return v.T("What was paid")
	case !f.Keyed:
		return v.T("What was won")
	case f.Key == "":
		return v.T("Sales: %s", name)
	}
	return v.T("Sales that %s had a part in", name)
}

// cohortName says whom a cell of the cohorts counts.
func cohortName(v ui.Voice, f report.Figure, q asked) string {
	when := q.Days(v)
	if month := v.Noon(f.Month + "-01"); month != 0 {
		when = v.Month(month)
	}
	switch {
	case f.Within < 0:
		return v.T("Leads by their first touch, %s", when)
	case f.Within == 0:
		return v.T("Leads by their first touch, %s, who bought in the same month", when)
	}
	return v.T("Leads by their first touch, %[1]s, who bought within %[2]s", when, v.T("%d months", v.Many(f.Within)))
}

// stripName says what a step of the strip counts.
func stripName(v ui.Voice, s report.Step) string {
	switch s {
	case report.Leads:
		return v.T("People who became a lead")
	case report.WithDeal:
		return v.T("Deals opened, and sales without a deal")
	case report.Customers:
		return v.T("Orders")
	case report.Payers:
		return v.T("Paid for these orders")
	}
	return v.T("People who came")
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
