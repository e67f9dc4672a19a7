package people

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/id"
	"tandem/internal/insight/report"
	"tandem/internal/journey"
	"tandem/internal/money"
	"tandem/internal/people/contact"
	"tandem/internal/people/field"
	"tandem/internal/people/segment"
	"tandem/internal/sales/activity"
	"tandem/internal/sales/payment"
	"tandem/internal/team"
	"tandem/internal/web/ui"
)

func personRoutes(p pages) []ui.Route {
	return []ui.Route{
		{Pattern: "GET /people/{id}", Right: team.Read, Do: p.person},
		{Pattern: "GET /people/{id}/journey", Right: team.Read, Do: p.older},
		{Pattern: "GET /people/{id}/cost", Right: team.Read, Do: p.cost},
		{Pattern: "GET /people/{id}/edit", Right: team.WritePeople, Do: p.editForm},
		{Pattern: "POST /people/{id}/edit", Right: team.WritePeople, Do: p.edit},
		{Pattern: "POST /people/{id}/withdraw", Right: team.WritePeople, Do: p.withdraw},
		{Pattern: "POST /people/{id}/undo", Right: team.WritePeople, Do: p.undoEdit},
		{Pattern: "POST /people/{id}/touches", Right: team.WritePeople, Do: p.write},
		{Pattern: "POST /people/{id}/consent", Right: team.WritePeople, Do: p.say},
		{Pattern: "POST /activities/{id}/{what}", Right: team.WritePeople, Do: p.act},
	}
}

// Person is a person's page.
type Person struct {
	ui.Frame
	Beside    *Beside // nil where they were not opened from a list
	Stand     stand   // on it
	Segments  []Tab
	Contact   contact.Contact
	Name      string
	Company   string
	Emails    []contact.Address
	Phones    []contact.Address
	Tags      []contact.Address
	Own       []Fact
	Consent   Consent
	Credit    report.ContactCredit
	HasMoney  bool
	Wing      string
	Marketing int
	Sales     int
	Days      int
	Journey   ui.Journey
	Ribbon    *ui.Ribbon
	Open      []Todo
	Deals     []Deal
	Payments  []payment.Payment
	Relations []Relation
	Waits     ui.Clock
	Kinds     []ComposerKind
	Kind      string
	Problem   string
	Draft     string
	MayWrite  bool
	MaySell   bool
	Once      id.ID // what is written is kept once, however often it is sent
	OnceMore  id.ID // and so is the reminder of it
	Tomorrow  string
	InAWeek   string
	Plans     bool // what was ticked in a form that could not be saved
	Reminds   bool
	Missed    bool
}

// Fact is a field of the workspace's own.
type Fact struct{ Name, Value string }

// Todo is something still to be done for the person.
type Todo struct {
	activity.Activity
	Title string
	Clock ui.Clock
	When  string
}

// Relation is somebody the person stands to in some way.
type Relation struct {
	Text, Name, URL string
}

// ComposerKind is one of the tabs of what can be written down.
type ComposerKind struct {
	ID, Text, Icon, Key, URL string
	Save, Plan               string // what the button says
	Chosen                   bool
}

var (
	personPage  = ui.MustPage[Person](files, "person.html")
	journeyPart = ui.MustPart[ui.Journey](files, "journey", "person.html")
	costPart    = ui.MustPart[Cost](files, "cost", "person.html")
)

const (
	touchesShown  = 40
	marksShown    = 400
	segmentsAsked = 50
)

func (p pages) person(w http.ResponseWriter, r *ui.Request) error {
	return p.showPerson(w, r, http.StatusOK, func(*Person) {})
}

// showPerson renders the page, after change has put into it what a form had.
func (p pages) showPerson(w http.ResponseWriter, r *ui.Request, status int, change func(*Person)) error {
	of, err := r.ID("id")
	if err != nil {
		return err
	}
	users, err := p.users(r)
	if err != nil {
		return err
	}
	var page Person
	if err := r.Read(func(tx *db.Tx) error {
		page = Person{MayWrite: r.By.May(team.WritePeople), MaySell: r.By.May(team.WriteSales)}
		return p.readPerson(r, tx, of, users, &page)
	}); err != nil {
		return err
	}
	page.Credit, err = p.Reports.OfContact(r.Context(), business(r), of, "")
	if err != nil {
		return err
	}
	page.HasMoney = page.Credit.Orders > 0
	if page.Beside, err = p.beside(r, of); err != nil {
		return err
	}
	page.Stand = standOf(r)
	page.compose(r)
	change(&page)
	list := ui.Crumb{Text: r.T("People"), URL: "/people"}
	if page.Beside != nil {
		list.URL = page.Beside.List
	}
	page.Frame = ui.Frame{Title: page.Name, Nav: "people", Flush: true, Crumbs: []ui.Crumb{list}}
	return personPage.Status(w, r, status, page)
}

// Cost is what winning somebody cost, nil where that cannot be said. The whole business is asked for it, so it comes after the page.
type Cost struct {
	ui.Voice
	Cost *report.Sum
}

func (p pages) cost(w http.ResponseWriter, r *ui.Request) error {
	of, err := r.ID("id")
	if err != nil {
		return err
	}
	if err := r.Read(func(tx *db.Tx) error { _, err := p.Contacts.Contact(r.Context(), tx, of); return err }); err != nil {
		return err
	}
	if !r.Partial() {
		return r.Go(w, "/people/"+of.String())
	}
	cost, err := p.Reports.CostToWin(r.Context(), business(r), of)
	if err != nil {
		return err
	}
	return costPart.Render(w, r, Cost{Cost: cost})
}

func business(r *ui.Request) report.Place {
	return report.Place{Workspace: r.Workspace.ID, Currency: r.Workspace.Currency, Zone: r.Zone}
}

// users are the colleagues, by name.
func (p pages) users(r *ui.Request) (map[id.ID]string, error) {
	members, err := p.Team.Members(r.Context(), r.Workspace.ID)
	names := map[id.ID]string{}
	for _, m := range members {
		names[m.ID] = m.Name
	}
	return names, err
}

func (p pages) readPerson(r *ui.Request, tx *db.Tx, of id.ID, users map[id.ID]string, page *Person) error {
	ctx := r.Context()
	c, err := p.Contacts.Contact(ctx, tx, of)
	if err != nil {
		return err
	}
	page.Contact = c
	for _, read := range []func() error{
		func() error { return p.readDetails(r, tx, page) },
		func() error { return p.readJourney(r, tx, users, page) },
		func() error { return p.readTodo(r, tx, page) },
		func() error { return p.readTrade(r, tx, page) },
		func() error { return p.readRelations(r, tx, page) },
		func() error { return p.readConsent(r, tx, page) },
		func() error { return p.readSegments(r, tx, page) },
	} {
		if err := read(); err != nil {
			return err
		}
	}
	return nil
}

func (p pages) readDetails(r *ui.Request, tx *db.Tx, page *Person) error {
	ctx, of := r.Context(), page.Contact.ID
	addresses, err := p.Contacts.AddressesOf(ctx, tx, []id.ID{of})
	if err != nil {
		return err
	}
	page.Emails, page.Phones, page.Tags = addresses.Emails[of], addresses.Phones[of], addresses.Tags[of]
	page.Name = page.Contact.Name
	for _, all := range [][]contact.Address{page.Emails, page.Phones, addresses.Externals[of]} {
		if page.Name == "" && len(all) > 0 {
			page.Name = all[0].Shown
		}
	}
	if page.Name == "" {
		page.Name = r.T("without a name")
	}
	if page.Contact.CompanyID != 0 {
		companies, err := p.Contacts.Companies(ctx, tx, []id.ID{page.Contact.CompanyID})
		if err != nil {
			return err
		}
		page.Company = companies[page.Contact.CompanyID].Name
	}
	fields, err := p.Fields.All(ctx, tx, field.Contact)
	if err != nil {
		return err
	}
	values, err := p.Fields.Of(ctx, tx, []id.ID{of})
	for _, f := range fields {
		for _, v := range values[of] {
			if v.FieldID == f.ID {
				page.Own = append(page.Own, Fact{f.Name, r.OwnValue(f, v)})
			}
		}
	}
	return err
}

// readSegments finds the saved segments that the person is in.
func (p pages) readSegments(r *ui.Request, tx *db.Tx, page *Person) error {
	scope, err := p.scope(r, tx)
	if err != nil {
		return err
	}
	all, err := p.Segments.All(r.Context(), tx)
	if err != nil {
		return err
	}
	in, err := segment.Holding(r.Context(), tx, scope, all[:min(len(all), segmentsAsked)], page.Contact.ID)
	for _, s := range in {
		page.Segments = append(page.Segments, Tab{Text: s.Name, URL: "/people?segment=" + s.ID.String()})
	}
	return err
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

func (p pages) readJourney(r *ui.Request, tx *db.Tx, users map[id.ID]string, page *Person) error {
	of := page.Contact.ID
	page.Wing = ui.Wing(sideOf(r))
	touches, err := p.Journey.OfPerson(r.Context(), tx, of, "", journey.Place{}, marksShown)
	if err != nil {
		return err
	}
	page.Marketing, page.Sales, err = p.Journey.Wings(r.Context(), tx, []id.ID{of})
	if err != nil {
		return err
	}
	page.Ribbon = ui.NewRibbon(r.Voice, touches)
	if n := len(touches); n > 0 {
		page.Days = int((touches[0].At - touches[n-1].At) / (24 * 3600 * 1e6))
	}
	page.Journey, err = p.timeline(r, tx, of, users, journey.Place{})
	return err
}

// timeline is a part of the journey, older than a place.
func (p pages) timeline(r *ui.Request, tx *db.Tx, of id.ID, users map[id.ID]string, before journey.Place) (ui.Journey, error) {
	touches, err := p.Journey.OfPerson(r.Context(), tx, of, sideOf(r), before, touchesShown+1)
	if err != nil {
		return ui.Journey{}, err
	}
	more := ""
	if len(touches) > touchesShown {
		touches = touches[:touchesShown]
		last := touches[touchesShown-1]
		more = fmt.Sprintf("/people/%s/journey?wing=%s&at=%d&before=%s", of, ui.Wing(sideOf(r)), last.At, last.ID)
	}
	deals, err := r.DealsOf(tx, touches)
	if err != nil {
		return ui.Journey{}, err
	}
	around := ui.Around{Users: users, Remove: map[id.ID]string{}, Deals: deals}
	written, err := p.Activities.ByTouches(r.Context(), tx, of)
	if err != nil {
		return ui.Journey{}, err
	}
	for touch, a := range written {
		if r.By.May(team.WriteSales) || a.Kind == activity.Note && r.By.May(team.WritePeople) {
			around.Remove[touch] = "/activities/" + a.ID.String() + "/remove"
		}
	}
	j := ui.NewJourney(r.Voice, touches, around)
	j.More = more
	return j, nil
}

// older is the next part of the journey.
func (p pages) older(w http.ResponseWriter, r *ui.Request) error {
	of, err := r.ID("id")
	if err != nil {
		return err
	}
	at, err := strconv.ParseInt(r.FormValue("at"), 10, 64)
	if err != nil {
		return fault.NotFoundf("there is no such place on the journey")
	}
	before, err := id.Parse(r.FormValue("before"))
	if err != nil {
		return fault.NotFoundf("there is no such place on the journey")
	}
	users, err := p.users(r)
	if err != nil {
		return err
	}
	var j ui.Journey
	if err := r.Read(func(tx *db.Tx) (err error) {
		if _, err = p.Contacts.Contact(r.Context(), tx, of); err != nil {
			return err
		}
		j, err = p.timeline(r, tx, of, users, journey.Place{At: clock.Micros(at), ID: before})
		return err
	}); err != nil {
		return err
	}
	if r.Partial() {
		return journeyPart.Render(w, r, j)
	}
	return p.showPerson(w, r, http.StatusOK, func(page *Person) { page.Journey = j })
}

func (p pages) readTodo(r *ui.Request, tx *db.Tx, page *Person) error {
	open, err := p.Activities.Open(r.Context(), tx, page.Contact.ID)
	for _, a := range open {
		page.Open = append(page.Open, Todo{Activity: a, Title: ui.ActivityTitle(r.Voice, a), Clock: ui.Due(r.Voice, r.Now, a.DueAt), When: ui.DueText(r.Voice, a.DueAt)})
	}
	return err
}

func (p pages) readTrade(r *ui.Request, tx *db.Tx, page *Person) error {
	ctx, of := r.Context(), page.Contact.ID
	var err error
	if page.Deals, err = p.dealsOf(r, tx, of); err != nil {
		return err
	}
	page.Payments, err = p.Payments.OfContact(ctx, tx, of, 0, 50)
	return err
}

func (p pages) readRelations(r *ui.Request, tx *db.Tx, page *Person) error {
	relations, err := p.Contacts.Relations(r.Context(), tx, page.Contact.ID)
	if err != nil {
		return err
	}
	var ids []id.ID
	for _, rel := range relations {
		ids = append(ids, rel.ContactID, rel.OtherID)
	}
	people, err := p.Contacts.Contacts(r.Context(), tx, ids)
	for _, rel := range relations {
		other, text := rel.OtherID, relationText(r.Voice, rel.Kind, false)
		if rel.OtherID == page.Contact.ID {
			other, text = rel.ContactID, relationText(r.Voice, rel.Kind, true)
		}
		page.Relations = append(page.Relations, Relation{text, people[other].Name, "/people/" + other.String()})
	}
	return err
}

// relationText is how the other one stands to the person.
func relationText(v ui.Voice, kind contact.RelationKind, outward bool) string {
	switch {
	case kind == contact.ToldBy && outward:
		return v.T("was told by them")
	case kind == contact.ToldBy:
		return v.T("told them")
	case kind == contact.IntroducedBy && outward:
		return v.T("was introduced by them")
	case kind == contact.IntroducedBy:
		return v.T("introduced them")
	}
	return v.T("works with them")
}

// Amount is a deal's or a payment's amount, as money.
func (Person) Amount(minor int64, c money.Currency) money.Amount {
	return money.Amount{Minor: minor, Currency: c}
}

// Of is the person's page with the touches of one wing, "" for both.
func (p Person) Of(wing string) string {
	if wing == "" {
		return p.Stand.add("/people/" + p.Contact.ID.String())
	}
	return p.Stand.add("/people/" + p.Contact.ID.String() + "?wing=" + wing)
}

// Few are the first of what a person may have very many of; Rest are the others, which fold.
func (Person) Few(all []contact.Address, n int) []contact.Address { return all[:min(n, len(all))] }

// Rest are those that Few leaves.
func (Person) Rest(all []contact.Address, n int) []contact.Address { return all[min(n, len(all)):] }

// At makes an address within the person's page carry their place on the list.
func (p Person) At(path string) string { return p.Stand.add(path) }

// WriteTo is where what somebody writes down is sent.
func (p Person) WriteTo() string {
	return p.Stand.add("/people/" + p.Contact.ID.String() + "/touches")
}

// Address is where the person is, in one line.
func (p Person) Address() string {
	var parts []string
	for _, s := range []string{p.Contact.Street, strings.TrimSpace(p.Contact.PostalCode + " " + p.Contact.City), p.Contact.Region, p.Abroad(p.Contact.Country)} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	return strings.Join(parts, ", ")
}

// Touches is how many touches the journey has.
func (p Person) Touches() int { return p.Marketing + p.Sales }
