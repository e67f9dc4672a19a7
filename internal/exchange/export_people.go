package exchange

import (
	"context"
	"io"
	"slices"
	"strings"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/exchange/value"
	"tandem/internal/id"
	"tandem/internal/journey"
	"tandem/internal/people/contact"
	"tandem/internal/people/field"
	"tandem/internal/team"
)

// ExportPeople writes some people as CSV, in their order, under the names by which an import knows their fields. Whoever calls it has decided that they
// may be taken out; who takes them is written down before the first row leaves. No transaction waits for a slow reader.
func (s *Service) ExportPeople(ctx context.Context, ws id.Workspace, by team.Actor, people []id.ID, w io.Writer) error {
	if err := by.Check(team.Read); err != nil {
		return err
	}
	var own []field.Field
	err := s.DB.Write(ctx, ws, func(tx *db.Tx) (err error) {
		if own, err = s.Fields.All(ctx, tx, field.Contact); err != nil {
			return err
		}
		return team.Note(ctx, tx, by, clock.Of(s.Clock.Now()), team.Deed{Action: "export", Entity: "contact", Detail: map[string]any{"people": len(people)}})
	})
	if err != nil {
		return err
	}
	from := s.contactPages(FieldNames(Contacts), own)
	out := newWriter(CSV, w, from.header())
	for len(people) > 0 {
		some := people[:min(batchRows, len(people))]
		people = people[len(some):]
		if err := s.exportSome(ctx, ws, from, some, out); err != nil {
			return err
		}
	}
	return out.flush()
}

// exportSome writes up to batchRows people; who is removed by now is passed by.
func (s *Service) exportSome(ctx context.Context, ws id.Workspace, from *pages[contact.Contact], some []id.ID, out writer) error {
	var rows [][]string
	err := s.DB.Read(ctx, ws, func(tx *db.Tx) error {
		found, err := s.Contacts.Contacts(ctx, tx, some)
		if err != nil {
			return err
		}
		var page []contact.Contact
		for _, one := range some {
			if c, ok := found[one]; ok {
				page = append(page, c)
			}
		}
		rows, err = from.rows(ctx, tx, page)
		return err
	})
	for i := 0; err == nil && i < len(rows); i++ {
		err = out.row(rows[i])
	}
	return err
}

func (s *Service) contactPages(names []string, own []field.Field) *pages[contact.Contact] {
	var held contact.Addresses
	var companies map[id.ID]contact.Company
	var arrivals map[id.ID]journey.Touch
	var consents map[id.ID]consentCells
	return &pages[contact.Contact]{
		fields: names, own: own, values: s.Fields.Of, key: func(c *contact.Contact) id.ID { return c.ID },
		read: func(ctx context.Context, tx *db.Tx, after id.ID) ([]contact.Contact, error) {
			return s.Contacts.Page(ctx, tx, after, batchRows)
		},
		meet: func(ctx context.Context, tx *db.Tx, page []contact.Contact) (err error) {
			ids, of := idsOfContacts(page)
			if held, err = s.Contacts.AddressesOf(ctx, tx, ids); err != nil {
				return err
			}
			if companies, err = s.Contacts.Companies(ctx, tx, of); err != nil {
				return err
			}
			if arrivals, err = s.Journey.Arrivals(ctx, tx, ids); err != nil {
				return err
			}
			consents, err = s.consentCells(ctx, tx, ids)
			return err
		},
		record: func(c *contact.Contact) (map[string]string, bool) {
			cells := addressCells(&held, c.ID)
			for name, text := range map[string]string{
				"first_name": c.FirstName, "last_name": c.LastName, "name": c.Name, "company": companies[c.CompanyID].Name,
				"company_domain": companies[c.CompanyID].Domain, "title": c.Title, "street": c.Street, "city": c.City,
				"postal_code": c.PostalCode, "region": c.Region, "country": c.Country, "language": c.Language,
				"lifecycle": string(c.Lifecycle), "owner": c.Owner, "created_at": written(c.CreatedAt),
				"consent_email": consents[c.ID].state, "consent_at": consents[c.ID].at,
			} {
				cells[name] = text
			}
			if t, ok := arrivals[c.ID]; ok {
				cells["channel"], cells["source"], cells["medium"], cells["campaign"] = t.Channel, t.Source, t.Medium, t.Campaign
			}
			return cells, true
		},
	}
}

type consentCells struct{ state, at string }

func (s *Service) consentCells(ctx context.Context, tx *db.Tx, contacts []id.ID) (map[id.ID]consentCells, error) {
	said, err := s.Consents.Emails(ctx, tx, contacts)
	cells := make(map[id.ID]consentCells, len(said))
	for c, one := range said {
		cells[c] = consentCells{string(one.State), written(one.At)}
	}
	return cells, err
}

func idsOfContacts(page []contact.Contact) (ids, companies []id.ID) {
	for i := range page {
		ids = append(ids, page[i].ID)
		if page[i].CompanyID != 0 {
			companies = append(companies, page[i].CompanyID)
		}
	}
	return ids, companies
}

// addressCells are how a record is reached and named: the first of each sort in its own column, the others together.
func addressCells(held *contact.Addresses, of id.ID) map[string]string {
	cells := map[string]string{}
	cells["email"], cells["more_emails"] = firstAndRest(held.Emails[of])
	cells["phone"], cells["more_phones"] = firstAndRest(held.Phones[of])
	var tags []string
	for _, t := range held.Tags[of] {
		tags = append(tags, t.Shown)
	}
	slices.Sort(tags)
	cells["tags"] = value.Join(tags)
	for _, e := range held.Externals[of] {
		if e.System == "" && cells["external_id"] == "" {
			cells["external_id"] = e.Key
		}
	}
	return cells
}

func firstAndRest(all []contact.Address) (first, rest string) {
	if len(all) == 0 {
		return "", ""
	}
	var others []string
	for _, a := range all[1:] {
		others = append(others, a.Shown)
	}
	return all[0].Shown, strings.Join(others, ";")
}

func (s *Service) companyPages(names []string, own []field.Field) exporter {
	var held contact.Addresses
	return &pages[contact.Company]{
		fields: names, own: own, values: s.Fields.Of, key: func(c *contact.Company) id.ID { return c.ID },
		read: func(ctx context.Context, tx *db.Tx, after id.ID) ([]contact.Company, error) {
			return s.Contacts.CompanyPage(ctx, tx, after, 0, batchRows)
		},
		meet: func(ctx context.Context, tx *db.Tx, page []contact.Company) (err error) {
			ids := make([]id.ID, len(page))
			for i := range page {
				ids[i] = page[i].ID
			}
			held, err = s.Contacts.AddressesOfCompanies(ctx, tx, ids)
			return err
		},
		record: func(c *contact.Company) (map[string]string, bool) {
			cells := addressCells(&held, c.ID)
			for name, text := range map[string]string{
				"name": c.Name, "domain": c.Domain, "street": c.Street, "city": c.City, "postal_code": c.PostalCode, "region": c.Region,
				"country": c.Country, "owner": c.Owner, "created_at": written(c.CreatedAt),
			} {
				cells[name] = text
			}
			return cells, true
		},
	}
}
