package exchange

import (
	"context"
	"strings"

	"tandem/internal/change"
	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/people/contact"
	"tandem/internal/sales/payment"
)

// paymentLoader puts payments and refunds. The file wins. What payment providers list beside money that came in, payments that failed or wait, is
// refused row by row; what they say of a payment that was given back, wholly or in part, becomes a refund of its own.
type paymentLoader struct {
	s          *Service
	o          Options
	rows       []payment.Row
	references []contact.Row
	deals      []string      // as the rows name them, "" for none
	given      []payment.Row // what was given back of each row's payment; without a key where nothing was
	refunds    error         // why whoever imports may not give money back; nil if they may
}

func (l *paymentLoader) prepare(context.Context, *db.Tx) error { return nil }

func (l *paymentLoader) clear() {
	l.rows, l.references, l.deals, l.given = l.rows[:0], l.references[:0], l.deals[:0], l.given[:0]
}

func (l *paymentLoader) add(c *cells) {
	r := payment.Row{Key: c.key(), At: c.time("at"), Product: c.text("product")}
	for name, has := range map[string]payment.Has{
		"contact": payment.HasContact, "deal": payment.HasDeal, "product": payment.HasProduct,
	} {
		if c.has(name) {
			r.Has |= has
		}
	}
	amount, ok := c.money("amount")
	r.Amount, r.Currency = amount.Minor, amount.Currency
	if !ok && len(c.problems) == 0 {
		c.fail("amount", fault.Invalidf("a payment needs an amount"))
	}
	if unpaid(c.text("state")) {
		c.fail("state", fault.Invalidf("is no state in which money has come in"))
	}
	if c.text("kind") != "" {
		var err error
		if r.Kind, err = payment.ParseKind(c.text("kind")); err != nil {
			c.fail("kind", err)
		}
	}
	back := l.back(c, r)
	if len(c.problems) == 0 {
		if err := r.Check(); err != nil {
			c.fail("at", err)
		}
	}
	if l.refunds != nil && (r.Kind == payment.Refunded || r.Amount < 0 || back.Key != "") {
		c.fail("amount", l.refunds)
	}
	who := reference(c, "contact", l.o)
	if len(c.problems) > 0 {
		return
	}
	l.rows, l.references = append(l.rows, r), append(l.references, who)
	l.deals, l.given = append(l.deals, c.text("deal")), append(l.given, back)
}

// unpaid reports whether a payment is in a state in which providers and shops list it though no money came.
func unpaid(state string) bool {
	switch strings.ReplaceAll(strings.ToLower(state), "_", " ") {
	case "failed", "canceled", "cancelled", "voided", "pending", "incomplete", "unpaid", "authorized", "uncaptured", "expired", "declined", "blocked",
		"requires action", "requires capture", "requires confirmation", "requires payment method":
		return true
	}
	return false
}

// back is what was given back of a payment, on the day that the file says, else on that of the payment.
func (l *paymentLoader) back(c *cells, of payment.Row) payment.Row {
	given, ok := c.money("refunded")
	if !ok || given.Minor == 0 {
		return payment.Row{}
	}
	r := of
	r.Key, r.Kind, r.Amount, r.Currency = of.Key+":refunded", payment.Refunded, max(given.Minor, -given.Minor), given.Currency
	if at := c.time("refunded_at"); at != 0 {
		r.At = at
	}
	return r
}

func (l *paymentLoader) put(ctx context.Context, tx *db.Tx, b *batch) ([]change.Put, error) {
	keys := make([]string, len(l.deals))
	for i, deal := range l.deals {
		if deal != "" {
			keys[i] = externalKey(l.o.System, deal)
		}
	}
	deals, err := l.s.Deals.ByKeys(ctx, tx, named(keys))
	if err != nil {
		return nil, err
	}
	contacts, err := l.s.resolved(ctx, tx, b, l.references, l.o)
	if err != nil {
		return nil, err
	}
	var rows, given []payment.Row
	var at, givenAt []int
	for i, r := range l.rows {
		r.Contact, r.Deal, r.Import = contacts[i], deals[keys[i]], b.run.ID
		if l.deals[i] != "" && r.Deal == 0 {
			b.refuse(i, "deal", l.deals[i], fault.Invalidf("there is no such deal").WithMend("import the deals first, or leave the column out with --map deal="))
			continue
		}
		rows, at = append(rows, r), append(at, i)
		if back := l.given[i]; back.Key != "" {
			back.Contact, back.Deal, back.Import = r.Contact, r.Deal, r.Import
			given, givenAt = append(given, back), append(givenAt, i)
		}
	}
	now, puts := clock.Of(l.s.Clock.Now()), make([]change.Put, len(l.rows))
	stored, err := l.s.Payments.PutAll(ctx, tx, now, rows)
	for i, put := range stored {
		puts[at[i]] = put
	}
	if err != nil || len(given) == 0 {
		return puts, err
	}
	backs, err := l.s.Payments.PutAll(ctx, tx, now, given)
	for i, put := range backs {
		also(b, puts, givenAt[i], string(Payments), put)
	}
	return puts, err
}

func named(keys []string) []string {
	var some []string
	for _, k := range keys {
		if k != "" {
			some = append(some, k)
		}
	}
	return some
}
