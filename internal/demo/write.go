package demo

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/id"
	"tandem/internal/journey"
	"tandem/internal/people/consent"
	"tandem/internal/people/contact"
	"tandem/internal/people/field"
	"tandem/internal/sales/deal"
	"tandem/internal/sales/payment"
)

// batch is how many people are written at once.
const batch = 250

// people makes those out of the generator.
func (m *maker) people(ctx context.Context, o Options) error {
	for from := 1; from <= o.People; from += batch {
		lives := make([]life, 0, batch)
		for number := from; number < from+batch && number <= o.People; number++ {
			lives = append(lives, m.live(number))
		}
		if err := m.settleIn(ctx, lives); err != nil {
			return fmt.Errorf("write people %d and on: %w", from, err)
		}
		if o.Progress != nil {
			o.Progress(from+len(lives)-1, o.People)
		}
	}
	return nil
}

// settleIn writes lives, and remembers who is glad.
func (m *maker) settleIn(ctx context.Context, lives []life) error {
	return m.write(ctx, func(tx *db.Tx) error {
		if err := m.putFirms(ctx, tx, lives); err != nil {
			return err
		}
		ids, err := m.putPeople(ctx, tx, lives)
		if err != nil {
			return err
		}
		for i := range lives {
			lives[i].of(ids[i], m.firms[lives[i].works.domain])
		}
		if err := m.putValues(ctx, tx, lives, ids); err != nil {
			return err
		}
		if err := m.tell(ctx, tx, lives, ids); err != nil {
			return err
		}
		return m.putHistory(ctx, tx, lives)
	})
}

// putFirms writes where they work, before them.
func (m *maker) putFirms(ctx context.Context, tx *db.Tx, lives []life) error {
	var rows []contact.CompanyRow
	var trades []string
	seen := map[string]bool{}
	for i := range lives {
		if l := &lives[i]; l.firm && !seen[l.works.domain] {
			seen[l.works.domain] = true
			rows, trades = append(rows, l.company()), append(trades, l.works.trade.name)
		}
	}
	if len(rows) == 0 {
		return nil
	}
	puts, err := m.Contacts.PutCompanies(ctx, tx, rows, contact.Options{})
	if err != nil {
		return err
	}
	values := make([]field.Value, len(rows))
	for i := range rows {
		branch := m.own[branchField]
		if values[i], err = branch.Parse(puts[i].ID, trades[i]); err != nil {
			return err
		}
	}
	for i := range rows {
		m.firms[rows[i].Domain] = puts[i].ID
	}
	_, err = m.Fields.PutAll(ctx, tx, values, false)
	return err
}

func (m *maker) putPeople(ctx context.Context, tx *db.Tx, lives []life) ([]id.ID, error) {
	rows := make([]contact.Row, len(lives))
	for i := range lives {
		rows[i] = lives[i].row
	}
	result, err := m.Contacts.PutAll(ctx, tx, rows, contact.Options{})
	if err != nil {
		return nil, err
	}
	ids := make([]id.ID, len(rows))
	for i, put := range result.Puts {
		ids[i] = put.ID
	}
	return ids, nil
}

// putHistory writes what happened: touches, consents, deals and their money.
func (m *maker) putHistory(ctx context.Context, tx *db.Tx, lives []life) error {
	var touches []journey.Touch
	var said []consent.Consent
	var deals []deal.Row
	for i := range lives {
		touches, said = append(touches, lives[i].touches...), append(said, lives[i].said...)
		for _, s := range lives[i].sales {
			deals = append(deals, s.row)
		}
	}
	now := clock.Of(m.now)
	for some := range slices.Chunk(touches, 500) {
		if err := m.Journey.Record(ctx, tx, some); err != nil {
			return err
		}
	}
	for some := range slices.Chunk(said, 500) {
		if _, err := m.Consents.PutAll(ctx, tx, some); err != nil {
			return err
		}
	}
	puts, err := m.Deals.PutAll(ctx, tx, now, deals)
	if err != nil {
		return err
	}
	var paid []payment.Row
	n := 0
	for i := range lives {
		for _, s := range lives[i].sales {
			for _, p := range s.payments {
				p.Deal = puts[n].ID
				paid = append(paid, p)
			}
			n++
		}
	}
	_, err = m.Payments.PutAll(ctx, tx, now, paid)
	return err
}

// tell joins who was told of us with one who is glad of what they bought.
func (m *maker) tell(ctx context.Context, tx *db.Tx, lives []life, ids []id.ID) error {
	for i := range lives {
		if l := &lives[i]; l.from.told && len(m.known) > 0 {
			if err := m.Contacts.Relate(ctx, tx, ids[i], contact.ToldBy, from(l.c, m.known)); err != nil {
				return err
			}
		}
	}
	for i := range lives {
		if lives[i].glad && len(m.known) < 400 {
			m.known = append(m.known, ids[i])
		}
	}
	return nil
}

// ownField is a field of the demo's own.
type ownField struct{ field.Field }

// putValues writes the own fields: what sort of customer, which trade, how far away.
func (m *maker) putValues(ctx context.Context, tx *db.Tx, lives []life, ids []id.ID) error {
	var values []field.Value
	add := func(name, text string, of id.ID) error {
		f := m.own[name]
		v, err := f.Parse(of, text)
		values = append(values, v)
		return err
	}
	for i := range lives {
		l, kind := &lives[i], "consumer"
		if l.firm {
			kind = "business"
			if err := add(tradeField, l.works.trade.name, ids[i]); err != nil {
				return err
			}
		}
		if err := add(kindField, kind, ids[i]); err != nil {
			return err
		}
		if err := add(distanceField, strconv.Itoa(l.km), ids[i]); err != nil {
			return err
		}
	}
	_, err := m.Fields.PutAll(ctx, tx, values, false)
	return err
}
