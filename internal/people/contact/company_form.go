package contact

import (
	"context"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/language"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/id"
	"tandem/internal/journey"
	"tandem/internal/team"
	"tandem/internal/text"
)

// CompanyForm is everything that people write about a company by hand.
type CompanyForm struct {
	Name       string   `json:"name"`
	Domain     string   `json:"domain"`
	Emails     []string `json:"emails"`
	Phones     []string `json:"phones"`
	Tags       []string `json:"tags"`
	Street     string   `json:"street"`
	PostalCode string   `json:"postal_code"`
	City       string   `json:"city"`
	Region     string   `json:"region"`
	Country    string   `json:"country"`
	Owner      string   `json:"owner"`
}

// Row is the form as a row; a fault.Invalid names the field that is wrong. region is where phone numbers without a country code are.
func (f *CompanyForm) Row(region string) (CompanyRow, error) {
	r := CompanyRow{
		Name: trim(f.Name), Domain: trim(f.Domain), Owner: trim(f.Owner),
		Place: Place{Street: trim(f.Street), PostalCode: trim(f.PostalCode), City: trim(f.City), Region: trim(f.Region), Country: strings.ToUpper(trim(f.Country))},
	}
	if r.Name == "" {
		return r, invalid("name", "a company needs a name")
	}
	for name, s := range map[string]string{
		"name": r.Name, "domain": r.Domain, "street": r.Place.Street, "postal_code": r.Place.PostalCode, "city": r.Place.City, "region": r.Place.Region,
		"owner": r.Owner,
	} {
		if utf8.RuneCountInString(s) > longestText {
			return r, invalid(name, "this has at most %d characters", longestText)
		}
	}
	if c := r.Place.Country; c != "" {
		if known, err := language.ParseRegion(c); err != nil || !known.IsCountry() {
			return r, invalid("country", "%q is not a country; write a code such as BE or US", c)
		}
	}
	if r.Domain != "" && text.DomainKey(r.Domain) == "" {
		return r, invalid("domain", "%q is not the address of a site", r.Domain)
	}
	return r, f.addresses(&r, region)
}

// addresses reads those of the form as a person's are read.
func (f *CompanyForm) addresses(r *CompanyRow, region string) error {
	var as Row
	err := (&Form{Emails: f.Emails, Phones: f.Phones, Tags: f.Tags}).addresses(&as, region)
	r.Emails, r.Phones, r.Tags = as.Emails, as.Phones, as.Tags
	return err
}

// Company reads one company; a fault.NotFound if this workspace has none by that id.
func (s *Service) Company(ctx context.Context, tx *db.Tx, company id.ID) (Company, error) {
	c, found, err := db.Maybe[Company](ctx, tx, `SELECT `+companyColumns+` FROM company WHERE workspace_id = $1 AND id = $2`, tx.Workspace(), company)
	if err == nil && !found {
		err = fault.NotFoundf("there is no company %s", company)
	}
	return c, err
}

// CompanyForm is a company as the form has it.
func (s *Service) CompanyForm(ctx context.Context, tx *db.Tx, company id.ID) (CompanyForm, Company, error) {
	c, err := s.Company(ctx, tx, company)
	if err != nil {
		return CompanyForm{}, c, err
	}
	a, err := s.AddressesOfCompanies(ctx, tx, []id.ID{company})
	return CompanyForm{
		Name: c.Name, Domain: c.Domain, Street: c.Street, PostalCode: c.PostalCode, City: c.City, Region: c.Region, Country: c.Country, Owner: c.Owner,
		Emails: shown(a.Emails[company]), Phones: shown(a.Phones[company]), Tags: shown(a.Tags[company]),
	}, c, err
}

// CreateCompany adds a company by hand. One of the same name or site is a fault.Conflict.
func (s *Service) CreateCompany(ctx context.Context, tx *db.Tx, by team.Actor, f CompanyForm, region string) (Company, error) {
	c := Company{ID: id.New(), CreatedAt: clock.Of(s.clock.Now())}
	if err := by.Check(team.WritePeople); err != nil {
		return c, err
	}
	r, err := f.Row(region)
	if err != nil {
		return c, err
	}
	known := &companies{byDomain: map[string]id.ID{}, byName: map[string]id.ID{}}
	if err := known.look(ctx, tx, []string{text.Key(r.Name)}, compact([]string{text.DomainKey(r.Domain)})); err != nil {
		return c, err
	}
	if known.byName[text.Key(r.Name)] != 0 || r.Domain != "" && known.byDomain[text.DomainKey(r.Domain)] != 0 {
		return c, fault.Conflictf("a company of this name or site is here already")
	}
	c.become(&r, c.CreatedAt)
	if err := db.Insert(ctx, tx, "company", c); err != nil {
		return c, err
	}
	if err := s.setCompanyAddresses(ctx, tx, c.ID, &r); err != nil {
		return c, err
	}
	return c, s.leaveEdit(ctx, tx, by, &c, journey.Created, team.Deed{Action: "create", Entity: "company", Record: c.ID, Detail: f})
}

// become makes a company what a row says, in every field.
func (c *Company) become(r *CompanyRow, now clock.Micros) {
	for _, f := range companyTexts(c, r) {
		*f.at = f.value
	}
	c.NameKey, c.Domain, c.UpdatedAt = text.Key(c.Name), text.DomainKey(r.Domain), now
}

// leaveEdit writes a change of a company by hand into the journey and the audit trail.
func (s *Service) leaveEdit(ctx context.Context, tx *db.Tx, by team.Actor, c *Company, kind string, deed team.Deed) error {
	touch := journey.Touch{CompanyID: c.ID, At: c.UpdatedAt, Kind: kind, User: by.User}
	if err := s.journey.Record(ctx, tx, []journey.Touch{touch}); err != nil {
		return err
	}
	return team.Note(ctx, tx, by, c.UpdatedAt, deed)
}
