package exchange

import (
	"context"
	"fmt"
	"strings"

	"tandem/internal/change"
	"tandem/internal/db"
	"tandem/internal/exchange/value"
	"tandem/internal/fault"
	"tandem/internal/id"
	"tandem/internal/people/contact"
	"tandem/internal/people/field"
	"tandem/internal/team"
	"tandem/internal/text"
)

// loaderFor is the loader of the plan's kind.
func (s *Service) loaderFor(r *reading, o Options, by team.Actor) loader {
	switch r.plan.kind {
	case Contacts:
		return &contactLoader{s: s, own: ownFields{s: s, entity: field.Contact, plan: r.plan}, o: o}
	case Companies:
		return &companyLoader{s: s, own: ownFields{s: s, entity: field.Company, plan: r.plan}, o: o}
	case Touches:
		return &touchLoader{s: s, o: o}
	case Deals:
		return &dealLoader{s: s, own: ownFields{s: s, entity: field.Deal, plan: r.plan}, o: o}
	case Payments:
		return &paymentLoader{s: s, o: o, refunds: by.Check(team.Refund)}
	case Costs:
		return &costLoader{s: s}
	}
	return &rateLoader{s: s}
}

// entities of what a row changes beside its own record.
const (
	fieldEntity   = "fields"
	consentEntity = "consents"
)

// people resolves the contacts that rows name, and notes those that had to be made.
func (s *Service) people(ctx context.Context, tx *db.Tx, b *batch, references []contact.Row, rows []int, o Options) ([]id.ID, error) {
	contacts, made, err := s.Contacts.Resolve(ctx, tx, references, contact.Options{System: o.System, ImportID: b.run.ID})
	if err != nil {
		return nil, err
	}
	for _, c := range made {
		b.contacts++
		b.note(rows[0], string(Contacts), c, nil, nil)
	}
	return contacts, nil
}

// resolved is the contact of each row of a batch, 0 where the row names none.
func (s *Service) resolved(ctx context.Context, tx *db.Tx, b *batch, references []contact.Row, o Options) ([]id.ID, error) {
	contacts := make([]id.ID, len(references))
	var named []contact.Row
	var rows []int
	for i := range references {
		if references[i].Identified() {
			named, rows = append(named, references[i]), append(rows, i)
		}
	}
	if len(named) == 0 {
		return contacts, nil
	}
	found, err := s.people(ctx, tx, b, named, rows, o)
	if err != nil {
		return nil, err
	}
	for i, row := range rows {
		contacts[row] = found[i]
	}
	return contacts, nil
}

// reference reads the contact that a row names, the first of several, as HubSpot lists them; an empty one is nobody.
func reference(c *cells, name string, o Options) contact.Row {
	named, _, _ := strings.Cut(c.text(name), ";")
	if named == "" {
		return contact.Row{}
	}
	r, err := contact.Reference(named, o.Region)
	if err != nil {
		c.fail(name, err)
	}
	return r
}

// ownFields are the columns that feed the workspace's own fields.
type ownFields struct {
	s      *Service
	entity field.Entity
	plan   *plan
	places []int
	fields []field.Field
	batch  []ownValue
}

type ownValue struct {
	row   int // of the batch
	field int
	text  string // canonical
}

func (f *ownFields) prepare(ctx context.Context, tx *db.Tx) error {
	var names []string
	var err error
	names, f.places = f.plan.customFields()
	f.fields, err = f.s.Fields.Ensure(ctx, tx, f.entity, names)
	return err
}

// add reads the row's own fields, which will be the batch's row i.
func (f *ownFields) add(c *cells, i int) {
	for n := range f.fields {
		name := f.plan.names[f.places[n]]
		if c.text(name) == "" {
			continue
		}
		text, err := canonical(c, name, f.fields[n].Type)
		if err != nil {
			c.fail(name, err)
			continue
		}
		f.batch = append(f.batch, ownValue{i, n, text})
	}
}

// canonical is a cell as its field's type stores it.
func canonical(c *cells, name string, t field.Type) (string, error) {
	cell := c.text(name)
	switch t {
	case field.Number:
		var n value.Numbers
		decimal, _, err := n.Parse(cell)
		return decimal, err
	case field.Time:
		at, _, err := c.read.times.Parse(cell)
		return at.Time().Format("2006-01-02T15:04:05.999999Z07:00"), err
	case field.Boolean:
		yes, ok := value.Answer(cell)
		if !ok {
			return "", fault.Invalidf("is neither yes nor no")
		}
		return fmt.Sprint(yes), nil
	}
	return cell, nil
}

// put stores the values of the batch's records and turns an unchanged record's outcome into updated where one of its fields changed.
func (f *ownFields) put(ctx context.Context, tx *db.Tx, b *batch, puts []change.Put, overwrite bool) error {
	values := make([]field.Value, 0, len(f.batch))
	for _, v := range f.batch {
		one, err := f.fields[v.field].Parse(puts[v.row].ID, v.text)
		if err != nil {
			return err
		}
		values = append(values, one)
	}
	for from := 0; from < len(values); from += batchRows {
		to := min(from+batchRows, len(values))
		stored, err := f.s.Fields.PutAll(ctx, tx, values[from:to], overwrite)
		if err != nil {
			return err
		}
		for i, put := range stored {
			also(b, puts, f.batch[from+i].row, fieldEntity, put)
		}
	}
	return nil
}

func (f *ownFields) clear() { f.batch = f.batch[:0] }

// emails reads a cell that may hold several addresses.
func emails(c *cells, name string) []contact.Email {
	var all []contact.Email
	for _, shown := range value.List(c.text(name)) {
		key, ok := text.EmailKey(shown)
		if !ok {
			c.fail(name, fault.Invalidf("is no email address"))
			continue
		}
		all = append(all, contact.Email{Key: key, Shown: shown})
	}
	return all
}

// phones reads a cell that may hold several numbers.
func phones(c *cells, name, region string) []contact.Phone {
	var all []contact.Phone
	for _, shown := range value.List(c.text(name)) {
		key, _ := text.PhoneKey(shown, region)
		if key == "" {
			c.fail(name, fault.Invalidf("is no telephone number"))
			continue
		}
		all = append(all, contact.Phone{Key: key, Shown: shown})
	}
	return all
}

func tags(c *cells) []contact.Tag {
	var all []contact.Tag
	for _, shown := range value.List(c.text("tags")) {
		all = append(all, contact.Tag{Key: text.Key(shown), Shown: shown})
	}
	return all
}

func place(c *cells) contact.Place {
	return contact.Place{
		Street: c.text("street"), City: c.text("city"), PostalCode: c.text("postal_code"), Region: c.text("region"),
		Country: value.Country(c.text("country")),
	}
}
