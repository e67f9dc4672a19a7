// Package companies is the businesses we deal with, each with the journey of all its people on one line.
package companies

import (
	"embed"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/id"
	"tandem/internal/journey"
	"tandem/internal/money"
	"tandem/internal/people/contact"
	"tandem/internal/people/glance"
	"tandem/internal/sales/deal"
	"tandem/internal/team"
	"tandem/internal/web/ui"
)

//go:embed *.html
var files embed.FS

type pages struct{ ui.House }

// Routes are the section's.
func Routes(h ui.House) []ui.Route {
	p := pages{h}
	return append(editRoutes(p), []ui.Route{
		{Pattern: "GET /companies", Right: team.Read, Do: p.list},
		{Pattern: "GET /companies/{id}", Right: team.Read, Do: p.company},
		{Pattern: "GET /companies/{id}/journey", Right: team.Read, Do: p.older},
	}...)
}

// List is the list of companies.
type List struct {
	ui.Frame
	Rows       []Row
	Words      string
	Next, Prev string // the pages beside this one
	MayWrite   bool
}

// Row is a company of the list, with what happened last to any of its people, and what was won from it.
type Row struct {
	contact.Listed
	Last glance.Glance
	Won  int64
}

// Worth is what was won, in the currency of the workspace.
func (l List) Worth(minor int64) string {
	return l.Sum(money.Amount{Minor: minor, Currency: l.Workspace.Currency})
}

// Company is a company's page.
type Company struct {
	ui.Frame
	Company   contact.Company
	Emails    []contact.Address
	Phones    []contact.Address
	Tags      []contact.Address
	People    []Person
	More      bool // there are more people than are shown
	Deals     []deal.Deal
	Wing      string
	Marketing int
	Sales     int
	Journey   ui.Journey
	Ribbon    *ui.Ribbon
	MayWrite  bool
}

// Person is somebody who works there.
type Person struct {
	contact.Contact
	Label string
	Last  glance.Glance
}

var (
	listPage    = ui.MustPage[List](files, "list.html")
	companyPage = ui.MustPage[Company](files, "company.html")
	journeyPart = ui.MustPart[ui.Journey](files, "journey", "company.html")
)

const (
	perPage      = 50
	peopleShown  = 200
	touchesShown = 40
	marksShown   = 400
	dealsShown   = 100
)

func (p pages) list(w http.ResponseWriter, r *ui.Request) error {
	if err := glance.CatchUp(r.Context(), p.DB, r.Workspace.ID); err != nil {
		return err
	}
	page := List{
		Frame: ui.Frame{Title: r.T("Companies"), Nav: "companies", Flush: true}, Words: strings.TrimSpace(r.FormValue("q")), MayWrite: r.By.May(team.WritePeople),
	}
	if err := r.Read(func(tx *db.Tx) error { return p.readList(r, tx, &page) }); err != nil {
		return err
	}
	return listPage.Render(w, r, page)
}

func (p pages) readList(r *ui.Request, tx *db.Tx, page *List) error {
	found, err := p.Contacts.ListCompanies(r.Context(), tx, page.Words, r.FormValue("after"), perPage)
	if err != nil || len(found.Rows) == 0 {
		return err
	}
	var ids []id.ID
	for _, c := range found.Rows {
		ids = append(ids, c.ID)
	}
	last, err := glance.LatestOf(r.Context(), tx, ids)
	if err != nil {
		return err
	}
	won, err := p.Deals.WonOf(r.Context(), tx, ids, r.Workspace.Currency)
	page.Rows = nil
	for _, c := range found.Rows {
		page.Rows = append(page.Rows, Row{c, last[c.ID], won[c.ID]})
	}
	page.Next, page.Prev = pageAt(found.Next), pageAt(found.Prev)
	return err
}

// pageAt is the address of a page of the list.
func pageAt(cursor string) string {
	if cursor == "" {
		return ""
	}
	return "/companies?after=" + cursor
}

func (p pages) company(w http.ResponseWriter, r *ui.Request) error {
	of, err := r.ID("id")
	if err != nil {
		return err
	}
	return p.show(w, r, of, journey.Place{})
}

func (p pages) show(w http.ResponseWriter, r *ui.Request, of id.ID, before journey.Place) error {
	if err := glance.CatchUp(r.Context(), p.DB, r.Workspace.ID); err != nil {
		return err
	}
	users, err := p.users(r)
	if err != nil {
		return err
	}
	var page Company
	if err := r.Read(func(tx *db.Tx) error {
		page = Company{Wing: ui.Wing(sideOf(r)), MayWrite: r.By.May(team.WritePeople)}
		if err := p.read(r, tx, of, &page); err != nil {
			return err
		}
		return p.readJourney(r, tx, users, before, &page)
	}); err != nil {
		return err
	}
	page.Frame = ui.Frame{Title: name(r.Voice, page.Company), Nav: "companies", Flush: true, Crumbs: []ui.Crumb{{Text: r.T("Companies"), URL: "/companies"}}}
	return companyPage.Render(w, r, page)
}

func name(v ui.Voice, c contact.Company) string {
	for _, s := range []string{c.Name, c.Domain} {
		if s != "" {
			return s
		}
	}
	return v.T("without a name")
}

func (p pages) users(r *ui.Request) (map[id.ID]string, error) {
	members, err := p.Team.Members(r.Context(), r.Workspace.ID)
	names := map[id.ID]string{}
	for _, m := range members {
		names[m.ID] = m.Name
	}
	return names, err
}

func (p pages) read(r *ui.Request, tx *db.Tx, of id.ID, page *Company) error {
	ctx := r.Context()
	companies, err := p.Contacts.Companies(ctx, tx, []id.ID{of})
	if err != nil {
		return err
	}
	c, ok := companies[of]
	if !ok {
		return fault.NotFoundf("there is no such company")
	}
	page.Company = c
	addresses, err := p.Contacts.AddressesOfCompanies(ctx, tx, []id.ID{of})
	if err != nil {
		return err
	}
	page.Emails, page.Phones, page.Tags = addresses.Emails[of], addresses.Phones[of], addresses.Tags[of]
	people, err := p.Contacts.PeopleOf(ctx, tx, of, peopleShown+1)
	if err != nil {
		return err
	}
	if page.More = len(people) > peopleShown; page.More {
		people = people[:peopleShown]
	}
	ids := idsOf(people)
	emails, err := p.Contacts.AddressesOf(ctx, tx, ids)
	if err != nil {
		return err
	}
	glances, err := glance.Of(ctx, tx, ids)
	for _, one := range people {
		label := one.Name
		if all := emails.Emails[one.ID]; label == "" && len(all) > 0 {
			label = all[0].Shown
		}
		if label == "" {
			label = r.T("without a name")
		}
		page.People = append(page.People, Person{one, label, glances[one.ID]})
	}
	return err
}

func idsOf(people []contact.Contact) []id.ID {
	ids := make([]id.ID, len(people))
	for i, c := range people {
		ids[i] = c.ID
	}
	return ids
}

func (c *Company) ids() []id.ID {
	ids := make([]id.ID, len(c.People))
	for i, p := range c.People {
		ids[i] = p.ID
	}
	return ids
}

// sideOf is the wing that the address asks for.
func sideOf(r *ui.Request) journey.Side {
	switch r.FormValue("wing") {
	case "m":
		return journey.Marketing
	case "s":
		return journey.Sales
	}
	return ""
}

func (p pages) readJourney(r *ui.Request, tx *db.Tx, users map[id.ID]string, before journey.Place, page *Company) error {
	ctx, people := r.Context(), page.ids()
	marks, err := p.Journey.OfPeople(ctx, tx, people, "", journey.Place{}, marksShown)
	if err != nil {
		return err
	}
	page.Ribbon = ui.NewRibbon(r.Voice, marks)
	if page.Marketing, page.Sales, err = p.Journey.Wings(ctx, tx, people); err != nil {
		return err
	}
	if page.Deals, err = p.Deals.OfCompany(ctx, tx, page.Company.ID, people, dealsShown); err != nil {
		return err
	}
	page.Journey, err = p.timeline(r, tx, users, before, page)
	return err
}

// timeline is a part of the journey of all the company's people, older than a place.
func (p pages) timeline(r *ui.Request, tx *db.Tx, users map[id.ID]string, before journey.Place, page *Company) (ui.Journey, error) {
	touches, err := p.Journey.OfPeople(r.Context(), tx, page.ids(), sideOf(r), before, touchesShown+1)
	if err != nil {
		return ui.Journey{}, err
	}
	more := ""
	if len(touches) > touchesShown {
		touches = touches[:touchesShown]
		last := touches[touchesShown-1]
		more = fmt.Sprintf("/companies/%s/journey?wing=%s&at=%d&before=%s", page.Company.ID, ui.Wing(sideOf(r)), last.At, last.ID)
	}
	names := map[id.ID]string{}
	for _, one := range page.People {
		names[one.ID] = one.Label
	}
	deals, err := r.DealsOf(tx, touches)
	if err != nil {
		return ui.Journey{}, err
	}
	j := ui.NewJourney(r.Voice, touches, ui.Around{Users: users, People: names, Deals: deals})
	j.More = more
	return j, nil
}

// older is the next part of the journey.
func (p pages) older(w http.ResponseWriter, r *ui.Request) error {
	of, err := r.ID("id")
	if err != nil {
		return err
	}
	at, wrong := strconv.ParseInt(r.FormValue("at"), 10, 64)
	before, wrongID := id.Parse(r.FormValue("before"))
	if wrong != nil || wrongID != nil {
		return fault.NotFoundf("there is no such place on the journey")
	}
	place := journey.Place{At: clock.Micros(at), ID: before}
	if !r.Partial() {
		return p.show(w, r, of, place)
	}
	users, err := p.users(r)
	if err != nil {
		return err
	}
	var page Company
	if err := r.Read(func(tx *db.Tx) (err error) {
		page = Company{}
		if err = p.read(r, tx, of, &page); err != nil {
			return err
		}
		page.Journey, err = p.timeline(r, tx, users, place, &page)
		return err
	}); err != nil {
		return err
	}
	return journeyPart.Render(w, r, page.Journey)
}

// Amount is a deal's amount, as money.
func (Company) Amount(minor int64, c money.Currency) money.Amount {
	return money.Amount{Minor: minor, Currency: c}
}

// Address is where the company is, in one line.
func (c Company) Address() string {
	var parts []string
	for _, s := range []string{c.Company.Street, strings.TrimSpace(c.Company.PostalCode + " " + c.Company.City), c.Company.Region, c.Abroad(c.Company.Country)} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	return strings.Join(parts, ", ")
}

// Touches is how many touches the journey has.
func (c Company) Touches() int { return c.Marketing + c.Sales }
