package api

import (
	"context"
	"net/http"
	"time"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/id"
	"tandem/internal/people/contact"
	"tandem/internal/people/field"
	"tandem/internal/team"
)

// Company is a business.
type Company struct {
	ID        string     `json:"id"`
	Name      string     `json:"name"`
	Domain    string     `json:"domain"`
	Emails    []string   `json:"emails"`
	Phones    []string   `json:"phones"`
	Tags      []string   `json:"tags"`
	Street    string     `json:"street"`
	Postal    string     `json:"postal_code"`
	City      string     `json:"city"`
	Region    string     `json:"region"`
	Country   string     `json:"country"`
	Owner     string     `json:"owner"`
	Externals []External `json:"external_ids" doc:"Its numbers in other programs"`
	Fields    Own        `json:"fields,omitempty" doc:"The workspace's own fields by their names"`
	CreatedAt time.Time  `json:"created_at"`
	UpdatedAt time.Time  `json:"updated_at"`
}

func (d *door) companies() {
	asking(d, operation(http.MethodGet, "/companies", "list-companies", "List companies", "companies"), d.listCompanies)
	asking(d, operation(http.MethodGet, "/companies/{id}", "get-company", "Read a company", "companies"), d.oneCompany)
	asking(d, operation(http.MethodGet, "/companies/{id}/contacts", "list-contacts-of-company", "List the people of a company", "companies"), d.peopleOfCompany)
	deed(d, making("/companies", "create-company", "Add a company", "companies"), d.createCompany)
	deed(d, operation(http.MethodPost, "/companies/upsert", "upsert-companies", "Write down companies as your program knows them: up to 500 at once. Each is found by your number, else by its site, else by its name, and made if none is found", "companies"), d.upsertCompanies)
	deed(d, operation(http.MethodPut, "/companies/{id}", "replace-company", "Change a company wholly: what is left out is emptied", "companies"), d.replaceCompany)
	deed(d, operation(http.MethodPatch, "/companies/{id}", "change-company", "Change what is named of a company; null empties it", "companies"), d.changeCompany)
}

// firms asks for companies.
type firms struct {
	Paging
	Since time.Time `query:"updated_since" doc:"Changed then or later"`
}

func (d *door) listCompanies(ctx context.Context, tx *db.Tx, in *firms) (List[Company], error) {
	after, err := in.after()
	if err != nil {
		return List[Company]{}, err
	}
	found, err := d.Contacts.CompanyPage(ctx, tx, after, since(in.Since), in.Limit)
	if err != nil {
		return List[Company]{}, err
	}
	all, err := d.readCompanies(ctx, tx, found)
	return page(all, in.Limit, func(c Company) string { return c.ID }), err
}

func (d *door) readCompanies(ctx context.Context, tx *db.Tx, found []contact.Company) ([]Company, error) {
	ids := make([]id.ID, len(found))
	for i, c := range found {
		ids[i] = c.ID
	}
	addresses, err := d.Contacts.AddressesOfCompanies(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	own, err := d.own(ctx, tx, field.Company, ids)
	if err != nil {
		return nil, err
	}
	all := make([]Company, len(found))
	for i, c := range found {
		all[i] = Company{
			ID: c.ID.String(), Name: c.Name, Domain: c.Domain, Emails: texts(addresses.Emails[c.ID]), Phones: texts(addresses.Phones[c.ID]), Tags: texts(addresses.Tags[c.ID]),
			Street: c.Street, Postal: c.PostalCode, City: c.City, Region: c.Region, Country: c.Country, Owner: c.Owner,
			Externals: externals(addresses.Externals[c.ID]), Fields: own[c.ID], CreatedAt: c.CreatedAt.Time(), UpdatedAt: c.UpdatedAt.Time(),
		}
	}
	return all, nil
}

func (d *door) oneCompany(ctx context.Context, tx *db.Tx, in *One) (Company, error) {
	of, err := in.id()
	if err != nil {
		return Company{}, err
	}
	return d.company(ctx, tx, of)
}

func (d *door) company(ctx context.Context, tx *db.Tx, of id.ID) (Company, error) {
	c, err := d.Contacts.Company(ctx, tx, of)
	if err != nil {
		return Company{}, err
	}
	all, err := d.readCompanies(ctx, tx, []contact.Company{c})
	if err != nil {
		return Company{}, err
	}
	return all[0], nil
}

func (d *door) peopleOfCompany(ctx context.Context, tx *db.Tx, in *One) (List[Contact], error) {
	of, err := in.id()
	if err != nil {
		return List[Contact]{}, err
	}
	if _, err := d.Contacts.Company(ctx, tx, of); err != nil {
		return List[Contact]{}, err
	}
	people, err := d.Contacts.PeopleOf(ctx, tx, of, 500)
	if err != nil {
		return List[Contact]{}, err
	}
	ids := make([]id.ID, len(people))
	for i, c := range people {
		ids[i] = c.ID
	}
	all, err := d.readContacts(ctx, tx, ids)
	return page(all, -1, func(c Contact) string { return c.ID }), err
}

// CompanyForm is what is written of a company.
type CompanyForm struct {
	Name    string   `json:"name" minLength:"1" maxLength:"500"`
	Domain  string   `json:"domain,omitempty" maxLength:"500"`
	Emails  []string `json:"emails,omitempty" maxItems:"100"`
	Phones  []string `json:"phones,omitempty" maxItems:"100"`
	Tags    []string `json:"tags,omitempty" maxItems:"100"`
	Street  string   `json:"street,omitempty" maxLength:"500"`
	Postal  string   `json:"postal_code,omitempty" maxLength:"500"`
	City    string   `json:"city,omitempty" maxLength:"500"`
	Region  string   `json:"region,omitempty" maxLength:"500"`
	Country string   `json:"country,omitempty" maxLength:"2" doc:"ISO 3166, such as BE"`
	Owner   string   `json:"owner,omitempty" maxLength:"500"`
	Fields  Own      `json:"fields,omitempty" doc:"The workspace's own fields by their names; null takes a value away, what is not named stays"`
}

func (f *CompanyForm) form() contact.CompanyForm {
	return contact.CompanyForm{
		Name: f.Name, Domain: f.Domain, Emails: f.Emails, Phones: f.Phones, Tags: f.Tags, Street: f.Street, PostalCode: f.Postal, City: f.City,
		Region: f.Region, Country: f.Country, Owner: f.Owner,
	}
}

func companyForm(f contact.CompanyForm) CompanyForm {
	return CompanyForm{
		Name: f.Name, Domain: f.Domain, Emails: f.Emails, Phones: f.Phones, Tags: f.Tags, Street: f.Street, Postal: f.PostalCode, City: f.City,
		Region: f.Region, Country: f.Country, Owner: f.Owner,
	}
}

type newCompany struct {
	Once
	Body CompanyForm
}

func (d *door) createCompany(ctx context.Context, tx *db.Tx, by team.Actor, in *newCompany) (Company, error) {
	made, err := d.Contacts.CreateCompany(ctx, tx, by, in.Body.form(), who(ctx).Workspace.Country)
	if err != nil {
		return Company{}, err
	}
	if err := d.setOwn(ctx, tx, by, field.Company, made.ID, in.Body.Fields); err != nil {
		return Company{}, err
	}
	return d.company(ctx, tx, made.ID)
}

type replacedCompany struct {
	Once
	One
	Seen
	Body struct {
		CompanyForm
		UpdatedAt time.Time `json:"updated_at,omitempty" doc:"As it was read: if somebody has changed it since, the answer is 409. If-Match may stand in its place"`
	}
}

func (d *door) replaceCompany(ctx context.Context, tx *db.Tx, by team.Actor, in *replacedCompany) (Company, error) {
	of, err := in.id()
	if err != nil {
		return Company{}, err
	}
	seen, err := in.at(in.Body.UpdatedAt)
	if err != nil {
		return Company{}, err
	}
	out, err := d.writeCompany(ctx, tx, by, of, seen, &in.Body.CompanyForm)
	return out, d.late(in.Seen, err)
}

type changedCompany struct {
	Once
	One
	Matching
	Body changes[CompanyForm]
}

func (d *door) changeCompany(ctx context.Context, tx *db.Tx, by team.Actor, in *changedCompany) (Company, error) {
	of, err := in.id()
	if err != nil {
		return Company{}, err
	}
	was, c, err := d.Contacts.CompanyForm(ctx, tx, of)
	if err != nil {
		return Company{}, err
	}
	if err := in.on(Company{UpdatedAt: c.UpdatedAt.Time()}); err != nil {
		return Company{}, err
	}
	form, err := in.Body.on(companyForm(was))
	if err != nil {
		return Company{}, err
	}
	return d.writeCompany(ctx, tx, by, of, c.UpdatedAt, &form)
}

// writeCompany makes a company what a form says, if it is as it was seen.
func (d *door) writeCompany(ctx context.Context, tx *db.Tx, by team.Actor, of id.ID, seen clock.Micros, f *CompanyForm) (Company, error) {
	if _, err := d.Contacts.ChangeCompany(ctx, tx, by, of, seen, f.form(), who(ctx).Workspace.Country); err != nil {
		return Company{}, err
	}
	if err := d.setOwn(ctx, tx, by, field.Company, of, f.Fields); err != nil {
		return Company{}, err
	}
	return d.company(ctx, tx, of)
}
