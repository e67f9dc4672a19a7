package contact

import (
	"context"
	"fmt"

	"tandem/internal/change"
	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/id"
	"tandem/internal/journey"
	"tandem/internal/text"
)

// Result is what became of rows: a Put for each, in their order, and the companies that had to be made for them.
type Result struct {
	Puts      []change.Put
	Companies []id.ID
}

// PutAll finds or makes the person each row is about and fills in what the row says. At most 500 rows; all of them must be Identified.
func (s *Service) PutAll(ctx context.Context, tx *db.Tx, rows []Row, o Options) (Result, error) {
	p := &putting{s: s, ctx: ctx, tx: tx, o: o, now: clock.Of(s.clock.Now()), found: newFound(o.System)}
	if err := p.look(rows); err != nil {
		return Result{}, fmt.Errorf("look up %d contacts: %w", len(rows), err)
	}
	result := Result{Puts: make([]change.Put, len(rows))}
	for i := range rows {
		var err error
		if result.Puts[i], err = p.put(&rows[i]); err != nil {
			return Result{}, err
		}
	}
	if err := p.write(); err != nil {
		return Result{}, fmt.Errorf("write %d contacts: %w", len(rows), err)
	}
	for _, c := range p.companies.made {
		result.Companies = append(result.Companies, c.ID)
	}
	return result, nil
}

// putting is one PutAll under way: what was found, and what is to be written.
type putting struct {
	s   *Service
	ctx context.Context
	tx  *db.Tx
	o   Options
	now clock.Micros

	found     *found
	companies *companies
	contacts  map[id.ID]*Contact
	arrivals  map[id.ID]journey.Touch // the standing touch by which a known contact came to us

	made      []Contact
	emails    []emailRow
	phones    []phoneRow
	tags      []tagRow
	externals []externalRow
	touches   []journey.Touch
	retracted []id.ID
	changed   []id.ID // known contacts with a new value in a column, once each
	isChanged map[id.ID]bool
}

type emailRow struct {
	ContactID id.ID  `db:"contact_id"`
	Key       string `db:"email_key"`
	Email     string `db:"email"`
	Position  int64  `db:"position"`
}

type phoneRow struct {
	ContactID id.ID  `db:"contact_id"`
	Key       string `db:"phone_key"`
	Phone     string `db:"phone"`
	Position  int64  `db:"position"`
}

type tagRow struct {
	ContactID id.ID  `db:"contact_id"`
	Key       string `db:"tag_key"`
	Tag       string `db:"tag"`
}

type externalRow struct {
	System     string `db:"system"`
	ExternalID string `db:"external_id"`
	ContactID  id.ID  `db:"contact_id"`
}

// look reads in a few statements everything that the rows may be about.
func (p *putting) look(rows []Row) error {
	known, err := p.found.look(p.ctx, p.tx, rows)
	if err != nil {
		return err
	}
	p.contacts = make(map[id.ID]*Contact, len(known)+len(rows))
	p.made = make([]Contact, 0, len(rows)) // never grows: p.contacts points into it
	p.isChanged = map[id.ID]bool{}
	err = eachIn(p.ctx, p.tx, `SELECT `+contactColumns+` FROM contact WHERE workspace_id = $1 AND id IN `, known,
		func(c *Contact) { one := *c; p.contacts[c.ID] = &one })
	if err != nil {
		return err
	}
	if p.companies, err = lookCompanies(p.ctx, p.tx, rows, p.now); err != nil {
		return err
	}
	p.arrivals, err = p.s.journey.Arrivals(p.ctx, p.tx, known)
	return err
}

func (p *putting) put(r *Row) (change.Put, error) {
	contact, ok := p.found.who(r)
	if !ok {
		return change.Put{ID: p.add(r), Outcome: change.Created}, nil
	}
	put := change.Put{ID: contact, Outcome: change.Unchanged}
	e := p.change(p.contacts[contact], r)
	if e.empty() {
		return put, nil
	}
	put.Outcome = change.Updated
	if len(e.After) > 0 && !p.isChanged[contact] {
		p.isChanged[contact] = true
		p.changed = append(p.changed, contact)
	}
	p.touches = append(p.touches, journey.Touch{
		ContactID: contact, At: p.now, Kind: journey.Edited, Detail: e.detail(), ImportID: p.o.ImportID,
	})
	var err error
	put.Before, put.After, err = e.halves()
	return put, err
}

// add makes the contact of a row that nobody is known for.
func (p *putting) add(r *Row) id.ID {
	p.made = append(p.made, Contact{ID: id.New(), CreatedAt: r.CreatedAt, UpdatedAt: p.now, Lifecycle: r.Lifecycle})
	c := &p.made[len(p.made)-1]
	if c.CreatedAt == 0 {
		c.CreatedAt = p.now
	}
	if r.Lifecycle.AtLeastLead() {
		c.LeadAt = c.CreatedAt
	}
	c.CompanyID = p.companies.of(r)
	for _, f := range texts(c, r) {
		*f.at = f.value
	}
	c.Name = r.shown()
	c.NameKey = text.Key(c.Name)
	p.contacts[c.ID] = c
	p.address(c.ID, r, nil)
	p.touches = append(p.touches, p.arrival(c, r))
	return c.ID
}

// arrival is the touch that a contact begins with: how they came, if the row says so, or only that their record was made.
func (p *putting) arrival(c *Contact, r *Row) journey.Touch {
	t := journey.Touch{ID: id.New(), ContactID: c.ID, At: c.CreatedAt, Kind: journey.Created, ImportID: p.o.ImportID}
	if r.arrived() {
		t.Kind = journey.Acquired
		t.Channel, t.Source, t.Medium, t.Campaign = r.Channel, r.Source, r.Medium, r.Campaign
	}
	return t
}

// address adds the row's emails, phones, tags and external id that the contact lacks, and notes them in e, which is nil for a new contact.
func (p *putting) address(contact id.ID, r *Row, e *edit) {
	if r.External != "" && p.found.takeExternal(r.External, contact) {
		p.externals = append(p.externals, externalRow{p.o.System, r.External, contact})
		e.add("external", r.External)
	}
	for _, m := range r.Emails {
		if n, fresh := p.found.emails.take(m.Key, contact); fresh {
			p.emails = append(p.emails, emailRow{contact, m.Key, m.Shown, int64(n)})
			e.add("email", m.Key)
		}
	}
	for _, m := range r.Phones {
		if n, fresh := p.found.phones.take(m.Key, contact); fresh {
			p.phones = append(p.phones, phoneRow{contact, m.Key, m.Shown, int64(n)})
			e.add("phone", m.Key)
		}
	}
	for _, m := range r.Tags {
		if _, fresh := p.found.tags.take(m.Key, contact); fresh {
			p.tags = append(p.tags, tagRow{contact, m.Key, m.Shown})
			e.add("tag", m.Key)
		}
	}
}

// change fills in what the row says of a known contact.
func (p *putting) change(c *Contact, r *Row) *edit {
	e := &edit{}
	for _, f := range texts(c, r) {
		e.text(f.column, f.at, f.value, p.o.Overwrite)
	}
	p.rename(e, c, r)
	if company := p.companies.of(r); company != 0 && company != c.CompanyID && (c.CompanyID == 0 || p.o.Overwrite) {
		e.number("company_id", int64(c.CompanyID), int64(company))
		c.CompanyID = company
	}
	p.promote(e, c, r)
	if r.CreatedAt != 0 && r.CreatedAt != c.CreatedAt && (r.CreatedAt < c.CreatedAt || p.o.Overwrite) {
		e.number("created_at", int64(c.CreatedAt), int64(r.CreatedAt))
		c.CreatedAt = r.CreatedAt
	}
	p.address(c.ID, r, e)
	if r.arrived() {
		p.arrive(e, c, r)
	}
	return e
}

func (p *putting) rename(e *edit, c *Contact, r *Row) {
	name := r.shown()
	if r.Name == "" && (r.FirstName != "" || r.LastName != "") {
		name = (&Row{FirstName: c.FirstName, LastName: c.LastName}).shown()
	}
	if e.text("name", &c.Name, name, p.o.Overwrite) {
		c.NameKey = text.Key(c.Name)
	}
}

func (p *putting) promote(e *edit, c *Contact, r *Row) {
	stage, was := string(c.Lifecycle), c.Lifecycle
	if !e.text("lifecycle", &stage, string(r.Lifecycle), p.o.Overwrite) {
		return
	}
	c.Lifecycle = Lifecycle(stage)
	if c.LeadAt == 0 && c.Lifecycle.AtLeastLead() && was != "" {
		e.number("lead_at", 0, int64(p.now))
		c.LeadAt = p.now
	}
}

// arrive records how a known contact came to us, where that was not known, or was something else and may be overwritten.
func (p *putting) arrive(e *edit, c *Contact, r *Row) {
	t := p.arrival(c, r)
	old, ok := p.arrivals[c.ID]
	if ok && (!p.o.Overwrite || sameArrival(&old, &t)) {
		return
	}
	if ok {
		p.retracted = append(p.retracted, old.ID)
		e.add("retracted", old.ID.String())
	}
	p.touches = append(p.touches, t)
	p.arrivals[c.ID] = t
	e.add("touch", t.ID.String())
}

func sameArrival(a, b *journey.Touch) bool {
	return (a.Channel == b.Channel || b.Channel == "") && a.Source == b.Source && a.Medium == b.Medium && a.Campaign == b.Campaign
}

// textField is one plain text of a contact and what a row says for it.
type textField struct {
	column string
	at     *string
	value  string
}

func texts(c *Contact, r *Row) [10]textField {
	return [10]textField{
		{"first_name", &c.FirstName, r.FirstName},
		{"last_name", &c.LastName, r.LastName},
		{"title", &c.Title, r.Title},
		{"street", &c.Street, r.Place.Street},
		{"city", &c.City, r.Place.City},
		{"postal_code", &c.PostalCode, r.Place.PostalCode},
		{"region", &c.Region, r.Place.Region},
		{"country", &c.Country, r.Place.Country},
		{"language", &c.Language, r.Language},
		{"owner", &c.Owner, r.Owner},
	}
}

// write stores everything: new records in bulk, changed ones one by one.
func (p *putting) write() error {
	if err := p.companies.write(p.ctx, p.tx); err != nil {
		return err
	}
	if err := db.Insert(p.ctx, p.tx, "contact", p.made...); err != nil {
		return err
	}
	if err := p.writeAddresses(); err != nil {
		return err
	}
	for _, contact := range p.changed {
		if err := p.writeChanged(p.contacts[contact]); err != nil {
			return err
		}
	}
	if err := p.s.journey.Retract(p.ctx, p.tx, p.retracted); err != nil {
		return err
	}
	return p.s.journey.Record(p.ctx, p.tx, p.touches)
}

func (p *putting) writeAddresses() error {
	if err := db.Insert(p.ctx, p.tx, "contact_external", p.externals...); err != nil {
		return err
	}
	if err := db.Insert(p.ctx, p.tx, "contact_email", p.emails...); err != nil {
		return err
	}
	if err := db.Insert(p.ctx, p.tx, "contact_phone", p.phones...); err != nil {
		return err
	}
	return db.Insert(p.ctx, p.tx, "contact_tag", p.tags...)
}

// writeChanged stores a contact's new values; one that was made in this batch got them with its own row.
func (p *putting) writeChanged(c *Contact) error {
	for i := range p.made {
		if &p.made[i] == c {
			return nil
		}
	}
	c.UpdatedAt = p.now
	return updateContact(p.ctx, p.tx, c)
}

func updateContact(ctx context.Context, tx *db.Tx, c *Contact) error {
	var company, lead any
	if c.CompanyID != 0 {
		company = c.CompanyID
	}
	if c.LeadAt != 0 {
		lead = c.LeadAt
	}
	_, err := db.Exec(ctx, tx, `UPDATE contact SET first_name = $3, last_name = $4, name = $5, name_key = $6, title = $7, company_id = $8,
			street = $9, city = $10, postal_code = $11, region = $12, country = $13, language = $14, lifecycle = $15, lead_at = $16,
			owner = $17, created_at = $18, updated_at = $19
		WHERE workspace_id = $1 AND id = $2`,
		tx.Workspace(), c.ID, c.FirstName, c.LastName, c.Name, c.NameKey, c.Title, company, c.Street, c.City, c.PostalCode, c.Region,
		c.Country, c.Language, c.Lifecycle, lead, c.Owner, c.CreatedAt, c.UpdatedAt)
	if err != nil {
		return fmt.Errorf("change contact %s: %w", c.ID, err)
	}
	return nil
}
