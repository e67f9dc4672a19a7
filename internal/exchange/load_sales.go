package exchange

import (
	"context"

	"tandem/internal/change"
	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/id"
	"tandem/internal/people/contact"
	"tandem/internal/sales/deal"
)

// dealLoader puts deals. The file wins.
type dealLoader struct {
	s          *Service
	o          Options
	own        ownFields
	rows       []deal.Row
	references []contact.Row
	companies  []string
}

func (l *dealLoader) prepare(ctx context.Context, tx *db.Tx) error { return l.own.prepare(ctx, tx) }

func (l *dealLoader) clear() {
	l.rows, l.references, l.companies = l.rows[:0], l.references[:0], l.companies[:0]
	l.own.clear()
}

// dealHas says which fields of a deal its file has.
var dealHas = map[string]deal.Has{
	"name": deal.HasName, "contact": deal.HasContact, "company": deal.HasCompany, "pipeline": deal.HasPipeline, "stage": deal.HasStage,
	"status": deal.HasStatus, "amount": deal.HasAmount | deal.HasCurrency, "owner": deal.HasOwner, "created_at": deal.HasCreatedAt,
	"closed_at": deal.HasClosedAt, "lost_reason": deal.HasLostReason,
}

func (l *dealLoader) add(c *cells) {
	r := deal.Row{
		Key: c.key(), Name: c.text("name"), Pipeline: c.text("pipeline"), Stage: c.text("stage"), Owner: c.text("owner"),
		CreatedAt: c.time("created_at"), ClosedAt: c.time("closed_at"), LostReason: c.text("lost_reason"), Status: l.status(c),
	}
	for name, has := range dealHas {
		if c.has(name) {
			r.Has |= has
		}
	}
	if amount, ok := c.money("amount"); ok {
		r.Amount, r.Currency = amount.Minor, amount.Currency
		if r.Amount < 0 {
			c.fail("amount", fault.Invalidf("is less than nothing; a deal's amount is what it may bring"))
		}
	}
	if r.Name == "" {
		r.Name, r.Has = l.nameless(c), r.Has|deal.HasName
	}
	who := reference(c, "contact", l.o)
	if len(c.problems) == 0 {
		if err := r.Check(); err != nil {
			c.fail("external_id", err)
		}
	}
	i := len(l.rows)
	l.own.add(c, i)
	if len(c.problems) > 0 {
		l.own.drop(i)
		return
	}
	l.rows, l.references, l.companies = append(l.rows, r), append(l.references, who), append(l.companies, c.text("company"))
}

func (l *dealLoader) status(c *cells) deal.Status {
	if c.text("status") == "" {
		return ""
	}
	status, err := deal.ParseStatus(c.text("status"))
	if err != nil {
		c.fail("status", err)
	}
	return status
}

// nameless is the name of a deal whose file has none: its contact, its company, or what the file calls it.
func (l *dealLoader) nameless(c *cells) string {
	for _, name := range []string{"contact", "company", "external_id"} {
		if c.text(name) != "" {
			return c.text(name)
		}
	}
	return ""
}

func (l *dealLoader) put(ctx context.Context, tx *db.Tx, b *batch) ([]change.Put, error) {
	contacts, err := l.s.resolved(ctx, tx, b, l.references, l.o)
	if err != nil {
		return nil, err
	}
	companies, err := l.s.companies(ctx, tx, b, l.companies)
	if err != nil {
		return nil, err
	}
	rows := make([]deal.Row, len(l.rows))
	for i, r := range l.rows {
		r.Contact, r.Company, r.Import = contacts[i], companies[i], b.run.ID
		rows[i] = r
	}
	puts, err := l.s.Deals.PutAll(ctx, tx, clock.Of(l.s.Clock.Now()), rows)
	if err != nil {
		return nil, err
	}
	return puts, l.own.put(ctx, tx, b, puts, true)
}

// companies finds or makes the companies that rows name, 0 where a row names none.
func (s *Service) companies(ctx context.Context, tx *db.Tx, b *batch, names []string) ([]id.ID, error) {
	found := make([]id.ID, len(names))
	var rows []contact.CompanyRow
	var at []int
	for i, name := range names {
		if name != "" {
			rows, at = append(rows, contact.CompanyRow{Name: name}), append(at, i)
		}
	}
	if len(rows) == 0 {
		return found, nil
	}
	puts, err := s.Contacts.PutCompanies(ctx, tx, rows, contact.Options{ImportID: b.run.ID})
	if err != nil {
		return nil, err
	}
	for i, put := range puts {
		found[at[i]] = put.ID
		if put.Outcome == change.Created {
			b.note(at[i], string(Companies), put.ID, nil, nil)
		}
	}
	return found, nil
}
