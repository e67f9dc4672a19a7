package api

import (
	"context"
	"net/http"
	"time"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/id"
	"tandem/internal/journey"
	"tandem/internal/people/contact"
	"tandem/internal/people/field"
	"tandem/internal/people/segment"
	"tandem/internal/team"
)

// Contact is a person.
type Contact struct {
	ID        string     `json:"id"`
	Name      string     `json:"name"`
	FirstName string     `json:"first_name"`
	LastName  string     `json:"last_name"`
	Title     string     `json:"title"`
	Company   string     `json:"company"`
	CompanyID string     `json:"company_id,omitempty"`
	Emails    []string   `json:"emails"`
	Phones    []string   `json:"phones"`
	Tags      []string   `json:"tags"`
	Street    string     `json:"street"`
	Postal    string     `json:"postal_code"`
	City      string     `json:"city"`
	Region    string     `json:"region"`
	Country   string     `json:"country"`
	Language  string     `json:"language"`
	Lifecycle string     `json:"lifecycle"`
	LeadAt    *time.Time `json:"lead_at,omitempty"`
	Owner     string     `json:"owner"`
	Externals []External `json:"external_ids" doc:"Their numbers in other programs"`
	Fields    Own        `json:"fields,omitempty" doc:"The workspace's own fields by their names"`
	CreatedAt time.Time  `json:"created_at"`
	UpdatedAt time.Time  `json:"updated_at"`
}

// External is what another program calls a record.
type External struct {
	System string `json:"system" doc:"Which program; empty for one that does not name itself"`
	ID     string `json:"id"`
}

func (d *door) contacts() {
	following(d, operation(http.MethodGet, "/contacts", "list-contacts", "List people, narrowed down by words, a segment, or what your program knows of them", "contacts"), d.listContacts)
	asking(d, operation(http.MethodGet, "/contacts/{id}", "get-contact", "Read a person", "contacts"), d.oneContact)
	asking(d, operation(http.MethodGet, "/contacts/{id}/touches", "list-touches-of-contact", "Read a person's journey, the newest first", "contacts"), d.journeyOf)
	deed(d, making("/contacts", "create-contact", "Add a person", "contacts"), d.createContact)
	deed(d, operation(http.MethodPost, "/contacts/upsert", "upsert-contacts", "Write down people as your program knows them: up to 500 at once. Each is found by your number, else by an email, else by a phone, and made if nobody is found", "contacts"), d.upsertContacts)
	deed(d, operation(http.MethodPut, "/contacts/{id}", "replace-contact", "Change a person wholly: what is left out is emptied", "contacts"), d.replaceContact)
	deed(d, operation(http.MethodPatch, "/contacts/{id}", "change-contact", "Change what is named of a person; null empties it", "contacts"), d.changeContact)
}

// people asks for people.
type people struct {
	Paging
	Words    string    `query:"q" maxLength:"200" doc:"Part of a name or an email"`
	Segment  string    `query:"segment" maxLength:"13" doc:"The id of a segment"`
	Email    string    `query:"email" maxLength:"500" doc:"A whole address, in any case"`
	Company  string    `query:"company" maxLength:"13" doc:"The id of their company"`
	External string    `query:"external_id" maxLength:"500" doc:"Their number in another program"`
	System   string    `query:"system" maxLength:"200" doc:"Which program's number external_id is; left out, that of a program that does not name itself"`
	Since    time.Time `query:"updated_since" doc:"Changed then or later"`
}

func (d *door) listContacts(ctx context.Context, tx *db.Tx, in *people) (List[Contact], error) {
	after, err := in.after()
	if err != nil {
		return List[Contact]{}, err
	}
	q := segment.Query{Words: in.Words, Limit: in.Limit}
	if of, err := optional("query.segment", in.Segment); err != nil {
		return List[Contact]{}, err
	} else if of != 0 {
		s, err := d.Segments.Segment(ctx, tx, of)
		if err != nil {
			return List[Contact]{}, err
		}
		if q.Rule, err = s.Rule(); err != nil {
			return List[Contact]{}, err
		}
	}
	if err := in.narrow(&q); err != nil {
		return List[Contact]{}, err
	}
	all, err := d.peopleOf(ctx, tx, q, after)
	return page(all, in.Limit, func(c Contact) string { return c.ID }), err
}

// narrow narrows a question down by what programs know of people.
func (p *people) narrow(q *segment.Query) (err error) {
	if p.Email != "" {
		q.Rule = segment.Rule{All: []segment.Rule{q.Rule, {If: &segment.Condition{Field: "email", Op: segment.Is, Value: p.Email}}}}
	}
	q.External, q.System, q.Since = p.External, p.System, since(p.Since)
	q.Company, err = optional("query.company", p.Company)
	return err
}

// scope is the workspace as segments see it.
func (d *door) scope(ctx context.Context, tx *db.Tx) (segment.Scope, error) {
	w := who(ctx).Workspace
	zone, err := w.Zone()
	if err != nil {
		return segment.Scope{}, err
	}
	own, err := d.Fields.All(ctx, tx, field.Contact)
	return segment.Scope{Workspace: w.ID, Zone: zone, Now: d.Clock.Now(), Currency: w.Currency, Country: w.Country, Own: own}, err
}

func (d *door) peopleOf(ctx context.Context, tx *db.Tx, q segment.Query, after id.ID) ([]Contact, error) {
	scope, err := d.scope(ctx, tx)
	if err != nil {
		return nil, err
	}
	ids, err := segment.IDs(ctx, tx, scope, q, after)
	if err != nil {
		return nil, err
	}
	return d.readContacts(ctx, tx, ids)
}

// readContacts are people in the order of their ids.
func (d *door) readContacts(ctx context.Context, tx *db.Tx, ids []id.ID) ([]Contact, error) {
	found, err := d.Contacts.Contacts(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	addresses, err := d.Contacts.AddressesOf(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	own, err := d.own(ctx, tx, field.Contact, ids)
	if err != nil {
		return nil, err
	}
	companies, err := d.companiesOf(ctx, tx, found)
	if err != nil {
		return nil, err
	}
	var all []Contact
	for _, i := range ids {
		if c, ok := found[i]; ok {
			one := contactOf(&c, texts(addresses.Emails[i]), texts(addresses.Phones[i]), texts(addresses.Tags[i]))
			one.Company, one.Externals, one.Fields = companies[c.CompanyID].Name, externals(addresses.Externals[i]), own[i]
			all = append(all, one)
		}
	}
	return all, nil
}

// companiesOf are the companies of people.
func (d *door) companiesOf(ctx context.Context, tx *db.Tx, people map[id.ID]contact.Contact) (map[id.ID]contact.Company, error) {
	var ids []id.ID
	for _, c := range people {
		if c.CompanyID != 0 {
			ids = append(ids, c.CompanyID)
		}
	}
	return d.Contacts.Companies(ctx, tx, ids)
}

func externals(all []contact.Address) []External {
	out := make([]External, len(all))
	for i, a := range all {
		out[i] = External{a.System, a.Shown}
	}
	return out
}

func texts(all []contact.Address) []string {
	out := make([]string, len(all))
	for i, a := range all {
		out[i] = a.Shown
	}
	return out
}

func contactOf(c *contact.Contact, emails, phones, tags []string) Contact {
	return Contact{
		ID: c.ID.String(), Name: c.Name, FirstName: c.FirstName, LastName: c.LastName, Title: c.Title, CompanyID: shown(c.CompanyID), Emails: emails, Phones: phones, Tags: tags,
		Street: c.Street, Postal: c.PostalCode, City: c.City, Region: c.Region, Country: c.Country, Language: c.Language, Lifecycle: string(c.Lifecycle), LeadAt: at(c.LeadAt),
		Owner: c.Owner, CreatedAt: c.CreatedAt.Time(), UpdatedAt: c.UpdatedAt.Time(),
	}
}

func (d *door) oneContact(ctx context.Context, tx *db.Tx, in *One) (Contact, error) {
	of, err := in.id()
	if err != nil {
		return Contact{}, err
	}
	return d.contact(ctx, tx, of)
}

func (d *door) contact(ctx context.Context, tx *db.Tx, of id.ID) (Contact, error) {
	if _, err := d.Contacts.Contact(ctx, tx, of); err != nil {
		return Contact{}, err
	}
	all, err := d.readContacts(ctx, tx, []id.ID{of})
	if err != nil {
		return Contact{}, err
	}
	return all[0], nil
}

// ContactForm is what is written of a person.
type ContactForm struct {
	FirstName string   `json:"first_name,omitempty" maxLength:"500"`
	LastName  string   `json:"last_name,omitempty" maxLength:"500"`
	Name      string   `json:"name,omitempty" maxLength:"500" doc:"As shown; without it first and last name"`
	Title     string   `json:"title,omitempty" maxLength:"500"`
	Company   string   `json:"company,omitempty" maxLength:"500" doc:"By name; a new one is made"`
	Emails    []string `json:"emails,omitempty" maxItems:"100"`
	Phones    []string `json:"phones,omitempty" maxItems:"100"`
	Tags      []string `json:"tags,omitempty" maxItems:"100"`
	Street    string   `json:"street,omitempty" maxLength:"500"`
	Postal    string   `json:"postal_code,omitempty" maxLength:"500"`
	City      string   `json:"city,omitempty" maxLength:"500"`
	Region    string   `json:"region,omitempty" maxLength:"500"`
	Country   string   `json:"country,omitempty" maxLength:"2" doc:"ISO 3166, such as BE"`
	Language  string   `json:"language,omitempty" maxLength:"50" doc:"BCP 47, such as nl"`
	Lifecycle string   `json:"lifecycle,omitempty" enum:"subscriber,lead,mql,sql,opportunity,customer,evangelist"`
	Owner     string   `json:"owner,omitempty" maxLength:"500"`
	Fields    Own      `json:"fields,omitempty" doc:"The workspace's own fields by their names; null takes a value away, what is not named stays"`
}

func (f *ContactForm) form() contact.Form {
	return contact.Form{
		FirstName: f.FirstName, LastName: f.LastName, Name: f.Name, Title: f.Title, Company: f.Company, Emails: f.Emails, Phones: f.Phones, Tags: f.Tags,
		Street: f.Street, PostalCode: f.Postal, City: f.City, Region: f.Region, Country: f.Country, Language: f.Language,
		Lifecycle: contact.Lifecycle(f.Lifecycle), Owner: f.Owner,
	}
}

func contactForm(f contact.Form) ContactForm {
	return ContactForm{
		FirstName: f.FirstName, LastName: f.LastName, Name: f.Name, Title: f.Title, Company: f.Company, Emails: f.Emails, Phones: f.Phones, Tags: f.Tags,
		Street: f.Street, Postal: f.PostalCode, City: f.City, Region: f.Region, Country: f.Country, Language: f.Language,
		Lifecycle: string(f.Lifecycle), Owner: f.Owner,
	}
}

type newContact struct {
	Once
	Anyway bool `query:"anyway" doc:"Add them even if somebody has one of the addresses"`
	Body   ContactForm
}

func (d *door) createContact(ctx context.Context, tx *db.Tx, by team.Actor, in *newContact) (Contact, error) {
	made, err := d.Contacts.Create(ctx, tx, by, in.Body.form(), who(ctx).Workspace.Country, in.Anyway)
	if err != nil {
		return Contact{}, err
	}
	if err := d.setOwn(ctx, tx, by, field.Contact, made, in.Body.Fields); err != nil {
		return Contact{}, err
	}
	return d.contact(ctx, tx, made)
}

type replacedContact struct {
	Once
	One
	Seen
	Body struct {
		ContactForm
		UpdatedAt time.Time `json:"updated_at,omitempty" doc:"As it was read: if somebody has changed them since, the answer is 409. If-Match may stand in its place"`
	}
}

func (d *door) replaceContact(ctx context.Context, tx *db.Tx, by team.Actor, in *replacedContact) (Contact, error) {
	of, err := in.id()
	if err != nil {
		return Contact{}, err
	}
	seen, err := in.at(in.Body.UpdatedAt)
	if err != nil {
		return Contact{}, err
	}
	out, err := d.writeContact(ctx, tx, by, of, seen, &in.Body.ContactForm)
	return out, d.late(in.Seen, err)
}

type changedContact struct {
	Once
	One
	Matching
	Body changes[ContactForm]
}

func (d *door) changeContact(ctx context.Context, tx *db.Tx, by team.Actor, in *changedContact) (Contact, error) {
	of, err := in.id()
	if err != nil {
		return Contact{}, err
	}
	was, c, err := d.Contacts.Form(ctx, tx, of)
	if err != nil {
		return Contact{}, err
	}
	if err := in.on(Contact{UpdatedAt: c.UpdatedAt.Time()}); err != nil {
		return Contact{}, err
	}
	form, err := in.Body.on(contactForm(was))
	if err != nil {
		return Contact{}, err
	}
	return d.writeContact(ctx, tx, by, of, c.UpdatedAt, &form)
}

// writeContact makes a person what a form says, if they are as they were seen.
func (d *door) writeContact(ctx context.Context, tx *db.Tx, by team.Actor, of id.ID, seen clock.Micros, f *ContactForm) (Contact, error) {
	if _, err := d.Contacts.Change(ctx, tx, by, of, seen, f.form(), who(ctx).Workspace.Country); err != nil {
		return Contact{}, err
	}
	if err := d.setOwn(ctx, tx, by, field.Contact, of, f.Fields); err != nil {
		return Contact{}, err
	}
	return d.contact(ctx, tx, of)
}

type ofContact struct {
	One
	Before string `query:"before" maxLength:"13" doc:"next of the page before"`
	Limit  int    `query:"limit" minimum:"1" maximum:"500" default:"100" required:"false"`
}

func (d *door) journeyOf(ctx context.Context, tx *db.Tx, in *ofContact) (List[Touch], error) {
	of, err := in.id()
	if err != nil {
		return List[Touch]{}, err
	}
	if _, err := d.Contacts.Contact(ctx, tx, of); err != nil {
		return List[Touch]{}, err
	}
	before, err := d.placeOf(ctx, tx, in.Before)
	if err != nil {
		return List[Touch]{}, err
	}
	touches, err := d.Journey.OfPerson(ctx, tx, of, "", before, in.Limit)
	return page(touchesOf(touches), in.Limit, func(t Touch) string { return t.ID }), err
}

// placeOf is where a touch stands on its timeline.
func (d *door) placeOf(ctx context.Context, tx *db.Tx, touch string) (journey.Place, error) {
	of, err := optional("query.before", touch)
	if err != nil || of == 0 {
		return journey.Place{}, err
	}
	all, err := d.Journey.Page(ctx, tx, of-1, 1)
	if err != nil || len(all) == 0 || all[0].ID != of {
		return journey.Place{}, err
	}
	return journey.Place{At: all[0].At, ID: of}, nil
}
