package contact

import (
	"context"
	"fmt"
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

// Form is everything that people write about a person by hand.
type Form struct {
	FirstName  string    `json:"first_name"`
	LastName   string    `json:"last_name"`
	Name       string    `json:"name"` // as shown; "" is first and last name
	Title      string    `json:"title"`
	Company    string    `json:"company"` // by name; one that is new is made
	Emails     []string  `json:"emails"`
	Phones     []string  `json:"phones"`
	Tags       []string  `json:"tags"`
	Street     string    `json:"street"`
	PostalCode string    `json:"postal_code"`
	City       string    `json:"city"`
	Region     string    `json:"region"`
	Country    string    `json:"country"`
	Language   string    `json:"language"`
	Lifecycle  Lifecycle `json:"lifecycle"`
	Owner      string    `json:"owner"`
}

// The longest that is kept of what people write, in characters, and the most addresses of one sort and the most tags.
const (
	longestText   = 500
	mostAddresses = 100
	mostTags      = 1000
)

// Row is the form as a row; a fault.Invalid names the field that is wrong. region is where phone numbers without a country code are.
func (f *Form) Row(region string) (Row, error) {
	r := Row{
		FirstName: trim(f.FirstName), LastName: trim(f.LastName), Name: trim(f.Name), Title: trim(f.Title), Company: trim(f.Company),
		Place:    Place{Street: trim(f.Street), PostalCode: trim(f.PostalCode), City: trim(f.City), Region: trim(f.Region), Country: strings.ToUpper(trim(f.Country))},
		Language: trim(f.Language), Lifecycle: f.Lifecycle, Owner: trim(f.Owner),
	}
	for name, s := range map[string]string{
		"first_name": r.FirstName, "last_name": r.LastName, "name": r.Name, "title": r.Title, "company": r.Company, "street": r.Place.Street,
		"postal_code": r.Place.PostalCode, "city": r.Place.City, "region": r.Place.Region, "language": r.Language, "owner": r.Owner,
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
	if r.Lifecycle != "" && ParseLifecycle(string(r.Lifecycle)) == "" {
		return r, invalid("lifecycle", "%q is no stage", string(r.Lifecycle))
	}
	return r, f.addresses(&r, region)
}

func (f *Form) addresses(r *Row, region string) error {
	switch {
	case len(f.Emails) > mostAddresses:
		return invalid("emails", "a person has at most %d addresses", mostAddresses)
	case len(f.Phones) > mostAddresses:
		return invalid("phones", "a person has at most %d telephone numbers", mostAddresses)
	case len(f.Tags) > mostTags:
		return invalid("tags", "a person has at most %d tags", mostTags)
	}
	for _, s := range f.Emails {
		if s = trim(s); s == "" {
			continue
		}
		key, ok := text.EmailKey(s)
		if !ok {
			return invalid("emails", "%q is not an email address", s)
		}
		r.Emails = append(r.Emails, Email{key, s})
	}
	for _, s := range f.Phones {
		if s = trim(s); s == "" {
			continue
		}
		key, _ := text.PhoneKey(s, region)
		if key == "" {
			return invalid("phones", "%q is not a telephone number", s)
		}
		r.Phones = append(r.Phones, Phone{key, s})
	}
	for _, s := range f.Tags {
		if s = trim(s); s == "" {
			continue
		}
		if utf8.RuneCountInString(s) > longestText {
			return invalid("tags", "a tag has at most %d characters", longestText)
		}
		r.Tags = append(r.Tags, Tag{text.Key(s), s})
	}
	return nil
}

func trim(s string) string { return strings.TrimSpace(strings.ToValidUTF8(s, "")) }

func invalid(field, format string, args ...any) *fault.Error {
	return fault.Invalidf(format, args...).In(field)
}

// Form is a person as the form has them.
func (s *Service) Form(ctx context.Context, tx *db.Tx, contact id.ID) (Form, Contact, error) {
	c, err := s.Contact(ctx, tx, contact)
	if err != nil {
		return Form{}, c, err
	}
	addresses, err := s.AddressesOf(ctx, tx, []id.ID{contact})
	if err != nil {
		return Form{}, c, err
	}
	f := Form{
		FirstName: c.FirstName, LastName: c.LastName, Name: c.Name, Title: c.Title, Street: c.Street, PostalCode: c.PostalCode, City: c.City,
		Region: c.Region, Country: c.Country, Language: c.Language, Lifecycle: c.Lifecycle, Owner: c.Owner,
		Emails: shown(addresses.Emails[contact]), Phones: shown(addresses.Phones[contact]), Tags: shown(addresses.Tags[contact]),
	}
	if f.Name == strings.TrimSpace(f.FirstName+" "+f.LastName) {
		f.Name = "" // it follows from the others
	}
	if c.CompanyID != 0 {
		companies, err := s.Companies(ctx, tx, []id.ID{c.CompanyID})
		if err != nil {
			return f, c, err
		}
		f.Company = companies[c.CompanyID].Name
	}
	return f, c, nil
}

func shown(addresses []Address) []string {
	all := make([]string, len(addresses))
	for i, a := range addresses {
		all[i] = a.Shown
	}
	return all
}

// Create adds a person by hand. Somebody with one of the emails is a fault.Conflict, unless anyway; Known then says who.
func (s *Service) Create(ctx context.Context, tx *db.Tx, by team.Actor, f Form, region string, anyway bool) (id.ID, error) {
	return s.CreateAs(ctx, tx, by, id.New(), f, region, anyway)
}

// CreateAs is Create under an id that the caller chose. Who was added under it already is that person, whatever the form says.
func (s *Service) CreateAs(ctx context.Context, tx *db.Tx, by team.Actor, as id.ID, f Form, region string, anyway bool) (id.ID, error) {
	if err := by.Check(team.WritePeople); err != nil {
		return 0, err
	}
	if _, err := s.Contact(ctx, tx, as); !fault.Is(err, fault.NotFound) {
		return as, err
	}
	r, err := f.Row(region)
	if err != nil {
		return 0, err
	}
	if r.shown() == "" && !r.Identified() {
		return 0, invalid("name", "write a name, an email or a telephone number")
	}
	known, err := s.Known(ctx, tx, f)
	if err != nil {
		return 0, err
	}
	if len(known) > 0 && !anyway {
		return 0, fault.Conflictf("somebody with this email is here already")
	}
	now := clock.Of(s.clock.Now())
	c := Contact{ID: as, CreatedAt: now, UpdatedAt: now}
	if err := s.fill(ctx, tx, &c, &r, now); err != nil {
		return 0, err
	}
	if err := db.Insert(ctx, tx, "contact", c); err != nil {
		return 0, err
	}
	if err := s.setAddresses(ctx, tx, c.ID, &r); err != nil {
		return 0, err
	}
	touch := journey.Touch{ContactID: c.ID, At: now, Kind: journey.Created, User: by.User}
	if err := s.journey.Record(ctx, tx, []journey.Touch{touch}); err != nil {
		return 0, err
	}
	return c.ID, team.Note(ctx, tx, by, now, team.Deed{Action: "create", Entity: "contact", Record: c.ID, Detail: f})
}

// Known are the people who have one of the form's emails already.
func (s *Service) Known(ctx context.Context, tx *db.Tx, f Form) ([]id.ID, error) {
	var keys []string
	for _, e := range f.Emails {
		if key, ok := text.EmailKey(e); ok {
			keys = append(keys, key)
		}
	}
	var known []id.ID
	err := contactEmails.by(ctx, tx, keys, func(a *Address) { known = append(known, a.Owner) })
	return known, err
}

// fill makes a contact what a row says, in every field.
func (s *Service) fill(ctx context.Context, tx *db.Tx, c *Contact, r *Row, now clock.Micros) error {
	cs, err := lookCompanies(ctx, tx, []Row{*r}, now)
	if err != nil {
		return err
	}
	c.CompanyID = cs.of(r)
	if err := cs.write(ctx, tx); err != nil {
		return err
	}
	for _, f := range texts(c, r) {
		*f.at = f.value
	}
	c.Name = r.shown()
	c.NameKey = text.Key(c.Name)
	c.Lifecycle = r.Lifecycle
	if c.LeadAt == 0 && c.Lifecycle.AtLeastLead() {
		c.LeadAt = now
	}
	return nil
}

// setAddresses makes a person's emails, phones and tags what the row says, in its order.
func (s *Service) setAddresses(ctx context.Context, tx *db.Tx, contact id.ID, r *Row) error {
	for _, t := range []table{contactEmails, contactPhones, contactTags} {
		if err := t.clear(ctx, tx, []id.ID{contact}); err != nil {
			return fmt.Errorf("clear the addresses of %s: %w", contact, err)
		}
	}
	var emails []emailRow
	var phones []phoneRow
	var tags []tagRow
	for i, e := range r.Emails {
		emails = append(emails, emailRow{contact, e.Key, e.Shown, int64(i)})
	}
	for i, p := range r.Phones {
		phones = append(phones, phoneRow{contact, p.Key, p.Shown, int64(i)})
	}
	for _, t := range r.Tags {
		tags = append(tags, tagRow{contact, t.Key, t.Shown})
	}
	if _, err := db.InsertNew(ctx, tx, "contact_email", emails...); err != nil {
		return err
	}
	if _, err := db.InsertNew(ctx, tx, "contact_phone", phones...); err != nil {
		return err
	}
	_, err := db.InsertNew(ctx, tx, "contact_tag", tags...)
	return err
}

// Edited is what an edit by hand changed, as the audit trail keeps it: enough to take it back.
type Edited struct {
	Before Form `json:"before"`
	After  Form `json:"after"`
}

// Change makes a person what the form says. seen is the UpdatedAt of what the caller had before them: if somebody changed the person since, it is
// a fault.Conflict and nothing changes.
func (s *Service) Change(ctx context.Context, tx *db.Tx, by team.Actor, contact id.ID, seen clock.Micros, f Form, region string) (Contact, error) {
	if err := by.Check(team.WritePeople); err != nil {
		return Contact{}, err
	}
	before, c, err := s.Form(ctx, tx, contact)
	if err != nil {
		return c, err
	}
	if c.UpdatedAt != seen {
		return c, s.changedMeanwhile(ctx, tx, contact)
	}
	r, err := f.Row(region)
	if err != nil {
		return c, err
	}
	now := max(clock.Of(s.clock.Now()), c.UpdatedAt+1)
	if err := s.fill(ctx, tx, &c, &r, now); err != nil {
		return c, err
	}
	c.UpdatedAt = now
	if err := updateContact(ctx, tx, &c); err != nil {
		return c, err
	}
	if err := s.setAddresses(ctx, tx, contact, &r); err != nil {
		return c, err
	}
	after, c, err := s.Form(ctx, tx, contact)
	if err != nil {
		return c, err
	}
	touch := journey.Touch{ContactID: contact, At: now, Kind: journey.Edited, User: by.User}
	if err := s.journey.Record(ctx, tx, []journey.Touch{touch}); err != nil {
		return c, err
	}
	return c, team.Note(ctx, tx, by, now, team.Deed{Action: "edit", Entity: "contact", Record: contact, Detail: Edited{before, after}})
}

// changedMeanwhile says who changed a person since somebody looked.
func (s *Service) changedMeanwhile(ctx context.Context, tx *db.Tx, contact id.ID) error {
	trail, err := team.TrailOf(ctx, tx, "contact", contact, 1)
	if err != nil {
		return err
	}
	if len(trail) == 0 {
		return fault.Conflictf("this person was changed meanwhile")
	}
	return fault.Conflictf("%s changed this person meanwhile", trail[0].Actor)
}
