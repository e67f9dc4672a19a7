package exchange

import (
	"context"
	"strings"
	"time"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/id"
	"tandem/internal/journey"
	"tandem/internal/ledger"
	"tandem/internal/money"
	"tandem/internal/people/contact"
	"tandem/internal/people/field"
	"tandem/internal/sales/deal"
	"tandem/internal/sales/payment"
)

// pages is an exporter of records that are read by id: record turns each into its cells by field name.
type pages[T any] struct {
	fields []string
	own    []field.Field
	read   func(ctx context.Context, tx *db.Tx, after id.ID) ([]T, error)
	key    func(*T) id.ID
	// meet reads what belongs to a page of records
	meet   func(ctx context.Context, tx *db.Tx, page []T) error
	record func(*T) (map[string]string, bool)
	values func(ctx context.Context, tx *db.Tx, records []id.ID) (map[id.ID][]field.Value, error)
	after  id.ID
}

func (p *pages[T]) header() []string {
	names := append([]string(nil), p.fields...)
	for _, f := range p.own {
		names = append(names, custom+f.Name)
	}
	return names
}

func (p *pages[T]) page(ctx context.Context, tx *db.Tx) (rows [][]string, last bool, err error) {
	page, err := p.read(ctx, tx, p.after)
	if err != nil || len(page) == 0 {
		return nil, true, err
	}
	p.after = p.key(&page[len(page)-1])
	rows, err = p.rows(ctx, tx, page)
	return rows, len(page) < batchRows, err
}

// rows are the cells of up to batchRows records.
func (p *pages[T]) rows(ctx context.Context, tx *db.Tx, page []T) (rows [][]string, err error) {
	if p.meet != nil {
		if err := p.meet(ctx, tx, page); err != nil {
			return nil, err
		}
	}
	own, err := p.ownValues(ctx, tx, page)
	if err != nil {
		return nil, err
	}
	for i := range page {
		if cells, ok := p.record(&page[i]); ok {
			rows = append(rows, p.row(cells, own[p.key(&page[i])]))
		}
	}
	return rows, nil
}

func (p *pages[T]) ownValues(ctx context.Context, tx *db.Tx, page []T) (map[id.ID][]field.Value, error) {
	if len(p.own) == 0 {
		return nil, nil
	}
	records := make([]id.ID, len(page))
	for i := range page {
		records[i] = p.key(&page[i])
	}
	return p.values(ctx, tx, records)
}

func (p *pages[T]) row(cells map[string]string, own []field.Value) []string {
	row := make([]string, 0, len(p.fields)+len(p.own))
	for _, name := range p.fields {
		row = append(row, cells[name])
	}
	for _, f := range p.own {
		text := ""
		for _, v := range own {
			if v.FieldID == f.ID {
				text = v.Text
			}
		}
		row = append(row, text)
	}
	return row
}

func (s *Service) exporterFor(ctx context.Context, tx *db.Tx, k Kind) (exporter, error) {
	var own []field.Field
	var err error
	if takesCustom(k) {
		own, err = s.Fields.All(ctx, tx, map[Kind]field.Entity{Contacts: field.Contact, Companies: field.Company, Deals: field.Deal}[k])
	}
	names := FieldNames(k)
	switch k {
	case Contacts:
		return s.contactPages(names, own), err
	case Companies:
		return s.companyPages(names, own), err
	case Touches:
		return s.touchPages(names), err
	case Deals:
		return s.dealPages(names, own), err
	case Payments:
		return s.paymentPages(names), err
	case Costs:
		return s.costPages(names), err
	}
	return &ratePages{s: s, names: names}, err
}

func written(at clock.Micros) string {
	if at == 0 {
		return ""
	}
	return at.Time().Format(time.RFC3339Nano)
}

// referring finds how records name their contacts, so that an import finds the same people.
type referring struct {
	s    *Service
	held contact.Addresses
}

func (r *referring) meet(ctx context.Context, tx *db.Tx, contacts []id.ID) (err error) {
	r.held, err = r.s.Contacts.AddressesOf(ctx, tx, contacts)
	return err
}

func (r *referring) name(c id.ID) string {
	for _, e := range r.held.Externals[c] {
		if e.System == "" && !strings.Contains(e.Key, "@") && !strings.HasPrefix(e.Key, "+") {
			return e.Key
		}
	}
	for _, all := range []map[id.ID][]contact.Address{r.held.Emails, r.held.Phones} {
		if len(all[c]) > 0 {
			return all[c][0].Key
		}
	}
	return ""
}

// externalOf is the external id that gives a record its key again when it is imported.
func externalOf(key string) string {
	if own, ok := strings.CutPrefix(key, externalKey("", "")); ok {
		return own
	}
	return key
}

func amountCells(cells map[string]string, name string, minor int64, currency string) {
	cells[name], cells["currency"] = money.FormatMinor(minor, money.Currency(currency)), currency
}

func (s *Service) touchPages(names []string) exporter {
	who := &referring{s: s}
	return &pages[journey.Touch]{
		fields: names, key: func(t *journey.Touch) id.ID { return t.ID },
		read: func(ctx context.Context, tx *db.Tx, after id.ID) ([]journey.Touch, error) {
			return s.Journey.Page(ctx, tx, after, batchRows)
		},
		meet: func(ctx context.Context, tx *db.Tx, page []journey.Touch) error {
			var contacts []id.ID
			for i := range page {
				if page[i].ContactID != 0 {
					contacts = append(contacts, page[i].ContactID)
				}
			}
			return who.meet(ctx, tx, contacts)
		},
		record: func(t *journey.Touch) (map[string]string, bool) {
			cells := map[string]string{
				"external_id": externalOf(t.Key), "contact": who.name(t.ContactID), "at": written(t.At), "kind": t.Kind,
				"side": string(t.Side), "channel": t.Channel, "source": t.Source, "medium": t.Medium, "campaign": t.Campaign,
				"content": t.Content, "term": t.Term, "page": t.Page, "referrer": t.Referrer, "note": t.Note,
			}
			if t.Value != nil {
				amountCells(cells, "value", *t.Value, t.Currency)
			}
			return cells, stands(t)
		},
	}
}

// stands reports whether a touch is a record of its own, and not what another one's import writes down again.
func stands(t *journey.Touch) bool {
	switch t.Kind {
	case journey.Acquired, journey.DealOpened, journey.DealWon, journey.DealLost:
		return t.Key != ""
	case journey.Payment, journey.Refund:
		return t.Key != ""
	}
	return t.Side != journey.None
}

func (s *Service) dealPages(names []string, own []field.Field) exporter {
	who := &referring{s: s}
	var companies map[id.ID]contact.Company
	var stages map[id.ID][2]string
	return &pages[deal.Deal]{
		fields: names, own: own, values: s.Fields.Of, key: func(d *deal.Deal) id.ID { return d.ID },
		read: func(ctx context.Context, tx *db.Tx, after id.ID) ([]deal.Deal, error) {
			return s.Deals.Page(ctx, tx, after, batchRows)
		},
		meet: func(ctx context.Context, tx *db.Tx, page []deal.Deal) (err error) {
			var contacts, of []id.ID
			for i := range page {
				contacts, of = append(contacts, page[i].Contact), append(of, page[i].Company)
			}
			if companies, err = s.Contacts.Companies(ctx, tx, of); err != nil {
				return err
			}
			if stages, err = s.stages(ctx, tx, stages); err != nil {
				return err
			}
			return who.meet(ctx, tx, contacts)
		},
		record: func(d *deal.Deal) (map[string]string, bool) {
			cells := map[string]string{
				"external_id": externalOf(d.Key), "contact": who.name(d.Contact), "company": companies[d.Company].Name, "name": d.Name,
				"pipeline": stages[d.Stage][0], "stage": stages[d.Stage][1], "status": string(d.Status), "owner": d.Owner,
				"created_at": written(d.CreatedAt), "closed_at": written(d.ClosedAt), "lost_reason": d.LostReason,
			}
			if d.Currency != "" {
				amountCells(cells, "amount", d.Amount, string(d.Currency))
			}
			return cells, true
		},
	}
}

// stages are the names of each stage and its pipeline, read once.
func (s *Service) stages(ctx context.Context, tx *db.Tx, known map[id.ID][2]string) (map[id.ID][2]string, error) {
	if known != nil {
		return known, nil
	}
	pipelines, err := s.Deals.Pipelines(ctx, tx)
	known = map[id.ID][2]string{}
	for _, p := range pipelines {
		for _, st := range p.Stages {
			known[st.ID] = [2]string{p.Name, st.Name}
		}
	}
	return known, err
}

func (s *Service) paymentPages(names []string) exporter {
	who := &referring{s: s}
	var deals map[id.ID]deal.Deal
	return &pages[payment.Payment]{
		fields: names, key: func(p *payment.Payment) id.ID { return p.ID },
		read: func(ctx context.Context, tx *db.Tx, after id.ID) ([]payment.Payment, error) {
			return s.Payments.Page(ctx, tx, after, batchRows)
		},
		meet: func(ctx context.Context, tx *db.Tx, page []payment.Payment) (err error) {
			var contacts, of []id.ID
			for i := range page {
				contacts, of = append(contacts, page[i].Contact), append(of, page[i].Deal)
			}
			if deals, err = s.Deals.ByIDs(ctx, tx, of); err != nil {
				return err
			}
			return who.meet(ctx, tx, contacts)
		},
		record: func(p *payment.Payment) (map[string]string, bool) {
			cells := map[string]string{
				"external_id": externalOf(p.Key), "contact": who.name(p.Contact), "at": written(p.At), "kind": string(p.Kind), "product": p.Product,
			}
			if d, ok := deals[p.Deal]; ok {
				cells["deal"] = externalOf(d.Key)
			}
			amountCells(cells, "amount", p.Amount, string(p.Currency))
			return cells, true
		},
	}
}

func (s *Service) costPages(names []string) exporter {
	return &pages[ledger.Cost]{
		fields: names, key: func(c *ledger.Cost) id.ID { return c.ID },
		read: func(ctx context.Context, tx *db.Tx, after id.ID) ([]ledger.Cost, error) {
			return s.Ledger.Costs(ctx, tx, after, batchRows)
		},
		record: func(c *ledger.Cost) (map[string]string, bool) {
			cells := map[string]string{
				"external_id": externalOf(c.Key), "from": c.FromDay, "to": c.ToDay, "channel": c.Channel, "source": c.Source,
				"campaign": c.Campaign, "note": c.Note,
			}
			amountCells(cells, "amount", c.Minor, string(c.Currency))
			return cells, true
		},
	}
}

// ratePages exports the rates against the workspace's currency; they have no ids, and all fit one page.
type ratePages struct {
	s     *Service
	names []string
}

func (r *ratePages) header() []string { return r.names }

func (r *ratePages) page(ctx context.Context, tx *db.Tx) (rows [][]string, last bool, err error) {
	err = r.s.Ledger.EachRate(ctx, tx, func(rate *ledger.Rate) {
		rows = append(rows, []string{string(rate.Currency), rate.Day, rate.Rate})
	})
	return rows, true, err
}
