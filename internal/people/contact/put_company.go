package contact

import (
	"context"
	"fmt"

	"tandem/internal/change"
	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/id"
	"tandem/internal/text"
)

// CompanyRow is what a file or a form says of a business. An empty value says nothing.
type CompanyRow struct {
	External  string
	Name      string
	Domain    string
	Emails    []Email
	Phones    []Phone
	Place     Place
	Owner     string
	CreatedAt clock.Micros
	Tags      []Tag
}

// Identified reports whether the row says which business it is about.
func (r *CompanyRow) Identified() bool { return r.External != "" || r.Name != "" || r.Domain != "" }

type companyExternalRow struct {
	System     string `db:"system"`
	ExternalID string `db:"external_id"`
	CompanyID  id.ID  `db:"company_id"`
}

type companyEmailRow struct {
	CompanyID id.ID  `db:"company_id"`
	Key       string `db:"email_key"`
	Email     string `db:"email"`
	Position  int64  `db:"position"`
}

type companyPhoneRow struct {
	CompanyID id.ID  `db:"company_id"`
	Key       string `db:"phone_key"`
	Phone     string `db:"phone"`
	Position  int64  `db:"position"`
}

type companyTagRow struct {
	CompanyID id.ID  `db:"company_id"`
	Key       string `db:"tag_key"`
	Tag       string `db:"tag"`
}

// PutCompanies finds or makes the business each row is about, by external id, else domain, else name, and fills in what the row says. At
// most 500 rows; all of them must be Identified.
func (s *Service) PutCompanies(ctx context.Context, tx *db.Tx, rows []CompanyRow, o Options) ([]change.Put, error) {
	p := &puttingCompanies{ctx: ctx, tx: tx, o: o, now: clock.Of(s.clock.Now())}
	if err := p.look(rows); err != nil {
		return nil, fmt.Errorf("look up %d companies: %w", len(rows), err)
	}
	puts := make([]change.Put, len(rows))
	for i := range rows {
		var err error
		if puts[i], err = p.put(&rows[i]); err != nil {
			return nil, err
		}
	}
	if err := p.write(); err != nil {
		return nil, fmt.Errorf("write %d companies: %w", len(rows), err)
	}
	return puts, nil
}

type puttingCompanies struct {
	ctx context.Context
	tx  *db.Tx
	o   Options
	now clock.Micros

	known     *companies
	externals map[string]id.ID
	named     map[id.ID]bool // bears an external id of the system
	byID      map[id.ID]*Company
	emails    holdings
	phones    holdings
	tags      holdings

	made         []*Company
	isMade       map[id.ID]bool
	changed      []*Company
	newExternals []companyExternalRow
	newEmails    []companyEmailRow
	newPhones    []companyPhoneRow
	newTags      []companyTagRow
}

func (p *puttingCompanies) look(rows []CompanyRow) error {
	var externals, names, domains []string
	for i := range rows {
		externals = append(externals, rows[i].External)
		names = append(names, text.Key(rows[i].Name))
		domains = append(domains, text.DomainKey(rows[i].Domain))
	}
	p.externals, p.named, p.isMade = map[string]id.ID{}, map[id.ID]bool{}, map[id.ID]bool{}
	err := companyExternals.eachExternal(p.ctx, p.tx, p.o.System, compact(externals), func(a *Address) { p.externals[a.Key] = a.Owner })
	if err != nil {
		return err
	}
	p.known = &companies{byDomain: map[string]id.ID{}, byName: map[string]id.ID{}, now: p.now}
	if err := p.known.look(p.ctx, p.tx, compact(names), compact(domains)); err != nil {
		return err
	}
	var ids []id.ID
	for _, m := range []map[string]id.ID{p.externals, p.known.byDomain, p.known.byName} {
		for _, c := range m {
			ids = append(ids, c)
		}
	}
	return p.own(ids)
}

func (p *puttingCompanies) own(ids []id.ID) error {
	p.byID, p.emails, p.phones, p.tags = map[id.ID]*Company{}, newHoldings(), newHoldings(), newHoldings()
	err := eachIn(p.ctx, p.tx, `SELECT `+companyColumns+` FROM company WHERE workspace_id = $1 AND id IN `, ids,
		func(c *Company) { one := *c; p.byID[c.ID] = &one })
	if err != nil {
		return err
	}
	held, err := addresses(p.ctx, p.tx, ids, companyEmails, companyPhones, companyTags, companyExternals)
	if err != nil {
		return err
	}
	for c := range p.byID {
		for _, a := range held.Emails[c] {
			p.emails.take(a.Key, c)
		}
		for _, a := range held.Phones[c] {
			p.phones.take(a.Key, c)
		}
		for _, a := range held.Tags[c] {
			p.tags.take(a.Key, c)
		}
		for _, a := range held.Externals[c] {
			p.named[c] = p.named[c] || a.System == p.o.System
		}
	}
	return nil
}

// which is the business a row is about. A name or a domain whose company bears another external id of the system is another business's.
func (p *puttingCompanies) which(r *CompanyRow) *Company {
	if c, ok := p.externals[r.External]; ok && r.External != "" {
		return p.byID[c]
	}
	if c, ok := p.known.byDomain[text.DomainKey(r.Domain)]; ok && r.Domain != "" && (r.External == "" || !p.named[c]) {
		return p.byID[c]
	}
	if c, ok := p.known.byName[text.Key(r.Name)]; ok && r.Name != "" && (r.External == "" || !p.named[c]) {
		return p.byID[c]
	}
	return nil
}

func (p *puttingCompanies) put(r *CompanyRow) (change.Put, error) {
	c := p.which(r)
	if c == nil {
		return change.Put{ID: p.add(r), Outcome: change.Created}, nil
	}
	put := change.Put{ID: c.ID, Outcome: change.Unchanged}
	e := p.change(c, r)
	if e.empty() {
		return put, nil
	}
	put.Outcome = change.Updated
	if len(e.After) > 0 && !p.isMade[c.ID] {
		p.changed = append(p.changed, c)
	}
	var err error
	put.Before, put.After, err = e.halves()
	return put, err
}

func (p *puttingCompanies) add(r *CompanyRow) id.ID {
	c := &Company{ID: id.New(), CreatedAt: r.CreatedAt, UpdatedAt: p.now, Domain: text.DomainKey(r.Domain)}
	if c.CreatedAt == 0 {
		c.CreatedAt = p.now
	}
	for _, f := range companyTexts(c, r) {
		*f.at = f.value
	}
	if c.Name == "" {
		c.Name = c.Domain
	}
	c.NameKey = text.Key(c.Name)
	p.made = append(p.made, c)
	p.isMade[c.ID], p.byID[c.ID] = true, c
	p.known.know(c)
	p.address(c.ID, r, nil)
	return c.ID
}

func (p *puttingCompanies) change(c *Company, r *CompanyRow) *edit {
	e := &edit{}
	for _, f := range companyTexts(c, r) {
		e.text(f.column, f.at, f.value, p.o.Overwrite)
	}
	c.NameKey = text.Key(c.Name)
	e.text("domain", &c.Domain, text.DomainKey(r.Domain), p.o.Overwrite)
	if r.CreatedAt != 0 && r.CreatedAt != c.CreatedAt && (r.CreatedAt < c.CreatedAt || p.o.Overwrite) {
		e.number("created_at", int64(c.CreatedAt), int64(r.CreatedAt))
		c.CreatedAt = r.CreatedAt
	}
	p.address(c.ID, r, e)
	return e
}

func (p *puttingCompanies) address(c id.ID, r *CompanyRow, e *edit) {
	if _, taken := p.externals[r.External]; r.External != "" && !taken {
		p.externals[r.External], p.named[c] = c, true
		p.newExternals = append(p.newExternals, companyExternalRow{p.o.System, r.External, c})
		e.add("external", r.External)
	}
	for _, m := range r.Emails {
		if n, fresh := p.emails.take(m.Key, c); fresh {
			p.newEmails = append(p.newEmails, companyEmailRow{c, m.Key, m.Shown, int64(n)})
			e.add("email", m.Key)
		}
	}
	for _, m := range r.Phones {
		if n, fresh := p.phones.take(m.Key, c); fresh {
			p.newPhones = append(p.newPhones, companyPhoneRow{c, m.Key, m.Shown, int64(n)})
			e.add("phone", m.Key)
		}
	}
	for _, m := range r.Tags {
		if _, fresh := p.tags.take(m.Key, c); fresh {
			p.newTags = append(p.newTags, companyTagRow{c, m.Key, m.Shown})
			e.add("tag", m.Key)
		}
	}
}

func companyTexts(c *Company, r *CompanyRow) [7]textField {
	return [7]textField{
		{"name", &c.Name, r.Name},
		{"street", &c.Street, r.Place.Street},
		{"city", &c.City, r.Place.City},
		{"postal_code", &c.PostalCode, r.Place.PostalCode},
		{"region", &c.Region, r.Place.Region},
		{"country", &c.Country, r.Place.Country},
		{"owner", &c.Owner, r.Owner},
	}
}

func (p *puttingCompanies) write() error {
	made := make([]Company, len(p.made))
	for i, c := range p.made {
		made[i] = *c
	}
	if err := db.Insert(p.ctx, p.tx, "company", made...); err != nil {
		return err
	}
	for _, c := range p.changed {
		c.UpdatedAt = p.now
		if err := updateCompany(p.ctx, p.tx, c); err != nil {
			return err
		}
	}
	if err := db.Insert(p.ctx, p.tx, "company_external", p.newExternals...); err != nil {
		return err
	}
	if err := db.Insert(p.ctx, p.tx, "company_email", p.newEmails...); err != nil {
		return err
	}
	if err := db.Insert(p.ctx, p.tx, "company_phone", p.newPhones...); err != nil {
		return err
	}
	return db.Insert(p.ctx, p.tx, "company_tag", p.newTags...)
}

func updateCompany(ctx context.Context, tx *db.Tx, c *Company) error {
	_, err := db.Exec(ctx, tx, `UPDATE company SET name = $3, name_key = $4, domain = $5, street = $6, city = $7, postal_code = $8,
			region = $9, country = $10, owner = $11, created_at = $12, updated_at = $13
		WHERE workspace_id = $1 AND id = $2`,
		tx.Workspace(), c.ID, c.Name, c.NameKey, c.Domain, c.Street, c.City, c.PostalCode, c.Region, c.Country, c.Owner, c.CreatedAt,
		c.UpdatedAt)
	if err != nil {
		return fmt.Errorf("change company %s: %w", c.ID, err)
	}
	return nil
}
