package contact

import (
	"context"
	"fmt"
	"slices"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/id"
	"tandem/internal/journey"
)

// Service keeps contacts and companies.
type Service struct {
	journey *journey.Service
	clock   clock.Clock
}

// New is a service that writes its touches to j and tells the time by c.
func New(j *journey.Service, c clock.Clock) *Service { return &Service{journey: j, clock: c} }

// Contact reads one contact; a fault.NotFound if this workspace has none by that id.
func (s *Service) Contact(ctx context.Context, tx *db.Tx, contact id.ID) (Contact, error) {
	c, found, err := db.Maybe[Contact](ctx, tx, `SELECT `+contactColumns+` FROM contact WHERE workspace_id = $1 AND id = $2`,
		tx.Workspace(), contact)
	if err == nil && !found {
		err = fault.NotFoundf("there is no contact %s", contact)
	}
	return c, err
}

// Page returns up to limit contacts whose id is above after, in the order of their ids.
func (s *Service) Page(ctx context.Context, tx *db.Tx, after id.ID, limit int) ([]Contact, error) {
	return db.All[Contact](ctx, tx, `SELECT `+contactColumns+` FROM contact WHERE workspace_id = $1 AND id > $2 ORDER BY id LIMIT $3`,
		tx.Workspace(), after, limit)
}

// CompanyPage is Page for companies, of those that were changed at an instant or later.
func (s *Service) CompanyPage(ctx context.Context, tx *db.Tx, after id.ID, since clock.Micros, limit int) ([]Company, error) {
	return db.All[Company](ctx, tx, `SELECT `+companyColumns+` FROM company WHERE workspace_id = $1 AND id > $2 AND updated_at >= $3 ORDER BY id LIMIT $4`,
		tx.Workspace(), after, since, limit)
}

// Companies reads companies by id; unknown ids are left out.
func (s *Service) Companies(ctx context.Context, tx *db.Tx, ids []id.ID) (map[id.ID]Company, error) {
	all := map[id.ID]Company{}
	err := eachIn(ctx, tx, `SELECT `+companyColumns+` FROM company WHERE workspace_id = $1 AND id IN `, ids,
		func(c *Company) { all[c.ID] = *c })
	return all, err
}

// Contacts reads contacts by id; unknown ids are left out.
func (s *Service) Contacts(ctx context.Context, tx *db.Tx, ids []id.ID) (map[id.ID]Contact, error) {
	all := map[id.ID]Contact{}
	err := eachIn(ctx, tx, `SELECT `+contactColumns+` FROM contact WHERE workspace_id = $1 AND id IN `, ids,
		func(c *Contact) { all[c.ID] = *c })
	return all, err
}

// Address is one of the ways to reach or to name a record: an email, a phone, an external id or a tag.
type Address struct {
	Owner  id.ID  `db:"owner_id"` // the contact or the company
	Key    string `db:"key"`
	Shown  string `db:"shown"`
	System string `db:"system"` // of an external id
}

// The tables of addresses have one shape for contacts and companies. Each query is written out once for both.
// order is how the addresses of one record follow each other.
type table struct{ name, owner, key, shown, order string }

var (
	contactEmails    = table{"contact_email", "contact_id", "email_key", "email", "position, email_key"}
	contactPhones    = table{"contact_phone", "contact_id", "phone_key", "phone", "position, phone_key"}
	contactTags      = table{"contact_tag", "contact_id", "tag_key", "tag", "tag_key"}
	contactExternals = table{"contact_external", "contact_id", "external_id", "external_id", "system, external_id"}
	companyEmails    = table{"company_email", "company_id", "email_key", "email", "position, email_key"}
	companyPhones    = table{"company_phone", "company_id", "phone_key", "phone", "position, phone_key"}
	companyTags      = table{"company_tag", "company_id", "tag_key", "tag", "tag_key"}
	companyExternals = table{"company_external", "company_id", "external_id", "external_id", "system, external_id"}
)

func (t table) columns() string {
	system := `''`
	if t.key == t.shown {
		system = "system"
	}
	return t.owner + " AS owner_id, " + t.key + " AS key, " + t.shown + " AS shown, " + system + " AS system"
}

// of reads the addresses of records: emails and phones in the order in which they were added, so that the first stays the first.
func (t table) of(ctx context.Context, tx *db.Tx, owners []id.ID) (map[id.ID][]Address, error) {
	all := map[id.ID][]Address{}
	for chunk := range slices.Chunk(owners, 500) {
		in, args := db.List(2, chunk)
		err := db.Each(ctx, tx, func(a *Address) error { all[a.Owner] = append(all[a.Owner], *a); return nil },
			`SELECT `+t.columns()+` FROM `+t.name+` WHERE workspace_id = $1 AND `+t.owner+` IN (`+in+`) ORDER BY `+t.owner+`, `+t.order,
			append([]any{tx.Workspace()}, args...)...)
		if err != nil {
			return nil, err
		}
	}
	return all, nil
}

// by reads the addresses that have one of the keys.
func (t table) by(ctx context.Context, tx *db.Tx, keys []string, each func(*Address)) error {
	return eachIn(ctx, tx, `SELECT `+t.columns()+` FROM `+t.name+` WHERE workspace_id = $1 AND `+t.key+` IN `, keys, each)
}

// remove takes one address away from a record.
func (t table) remove(ctx context.Context, tx *db.Tx, owner id.ID, keys []string) error {
	for chunk := range slices.Chunk(keys, 500) {
		list, args := db.List(3, chunk)
		_, err := db.Exec(ctx, tx, `DELETE FROM `+t.name+` WHERE workspace_id = $1 AND `+t.owner+` = $2 AND `+t.key+` IN (`+list+`)`,
			append([]any{tx.Workspace(), owner}, args...)...)
		if err != nil {
			return fmt.Errorf("take away from %s: %w", t.name, err)
		}
	}
	return nil
}

// clear takes every address away from records.
func (t table) clear(ctx context.Context, tx *db.Tx, owners []id.ID) error {
	return execIn(ctx, tx, `DELETE FROM `+t.name+` WHERE workspace_id = $1 AND `+t.owner+` IN `, owners)
}

// Addresses are everything a record is reached and named by.
type Addresses struct{ Emails, Phones, Tags, Externals map[id.ID][]Address }

// AddressesOf reads the addresses of contacts.
func (s *Service) AddressesOf(ctx context.Context, tx *db.Tx, contacts []id.ID) (Addresses, error) {
	return addresses(ctx, tx, contacts, contactEmails, contactPhones, contactTags, contactExternals)
}

// AddressesOfCompanies reads the addresses of companies.
func (s *Service) AddressesOfCompanies(ctx context.Context, tx *db.Tx, companies []id.ID) (Addresses, error) {
	return addresses(ctx, tx, companies, companyEmails, companyPhones, companyTags, companyExternals)
}

func addresses(ctx context.Context, tx *db.Tx, owners []id.ID, emails, phones, tags, externals table) (Addresses, error) {
	var a Addresses
	for _, one := range []struct {
		from table
		to   *map[id.ID][]Address
	}{{emails, &a.Emails}, {phones, &a.Phones}, {tags, &a.Tags}, {externals, &a.Externals}} {
		var err error
		if *one.to, err = one.from.of(ctx, tx, owners); err != nil {
			return a, fmt.Errorf("read %s: %w", one.from.name, err)
		}
	}
	return a, nil
}

// eachIn runs a query that ends in "IN " for every list of at most 500 values; $1 is the workspace.
func eachIn[K comparable, T any](ctx context.Context, tx *db.Tx, query string, list []K, each func(*T)) error {
	for chunk := range slices.Chunk(list, 500) {
		in, args := db.List(2, chunk)
		err := db.Each(ctx, tx, func(v *T) error { each(v); return nil }, query+"("+in+")", append([]any{tx.Workspace()}, args...)...)
		if err != nil {
			return err
		}
	}
	return nil
}

func execIn[K comparable](ctx context.Context, tx *db.Tx, query string, list []K) error {
	for chunk := range slices.Chunk(list, 500) {
		in, args := db.List(2, chunk)
		if _, err := db.Exec(ctx, tx, query+"("+in+")", append([]any{tx.Workspace()}, args...)...); err != nil {
			return err
		}
	}
	return nil
}
