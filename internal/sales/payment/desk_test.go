package payment_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"tandem/internal/change"
	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/id"
	"tandem/internal/journey"
	"tandem/internal/ledger"
	"tandem/internal/money"
	"tandem/internal/sales/deal"
	"tandem/internal/sales/payment"
	"tandem/internal/team"
	"tandem/internal/test/dbtest"
)

const workspace id.Workspace = 7

// The people who pay: to payments they are ids alone.
const (
	anna id.ID = 101
	ben  id.ID = 102
)

var may3 = time.Date(2026, 5, 3, 9, 0, 0, 0, time.UTC)

// desk is the payments of a business on a database of its own, with a clock that stands still.
type desk struct {
	*payment.Service
	deals   *deal.Service
	journey *journey.Service
	ledger  *ledger.Service
	t       *testing.T
	db      *db.DB
}

func each(t *testing.T, run func(t *testing.T, d *desk)) {
	dbtest.Each(t, func(t *testing.T, store *db.DB) { run(t, open(t, store)) })
}

func open(t *testing.T, store *db.DB) *desk {
	d := service(store)
	d.t = t
	return d
}

func service(store *db.DB) *desk {
	c := clock.NewFake(may3)
	j, l := journey.New(c), ledger.New(c)
	deals := deal.New(j)
	return &desk{Service: payment.New(j, l, deals), deals: deals, journey: j, ledger: l, db: store}
}

func (d *desk) try(do func(tx *db.Tx) error) error { return d.db.Write(d.t.Context(), workspace, do) }

func (d *desk) must(do func(tx *db.Tx) error) {
	d.t.Helper()
	if err := d.try(do); err != nil {
		d.t.Fatal(err)
	}
}

func (d *desk) put(rows ...payment.Row) (puts []change.Put) {
	d.t.Helper()
	d.must(func(tx *db.Tx) (err error) {
		puts, err = d.PutAll(d.t.Context(), tx, clock.Of(may3), rows)
		return err
	})
	d.audit()
	return puts
}

// undo takes what puts did back, the last first.
func (d *desk) undo(puts ...change.Put) (kept []id.ID) {
	d.t.Helper()
	var undo []change.Undo
	for _, p := range slices.Backward(puts) {
		if p.Outcome != change.Unchanged {
			undo = append(undo, change.Undo{ID: p.ID, Created: p.Outcome == change.Created, Before: p.Before, After: p.After})
		}
	}
	d.must(func(tx *db.Tx) (err error) {
		kept, err = d.UndoAll(d.t.Context(), tx, clock.Of(may3), undo)
		return err
	})
	d.audit()
	return kept
}

func (d *desk) all() (all []payment.Payment) {
	d.t.Helper()
	d.must(func(tx *db.Tx) (err error) {
		all, err = d.Page(d.t.Context(), tx, 0, 1000)
		return err
	})
	return all
}

func (d *desk) one(key string) payment.Payment {
	d.t.Helper()
	for _, one := range d.all() {
		if one.Key == key {
			return one
		}
	}
	d.t.Fatalf("there is no payment %q", key)
	return payment.Payment{}
}

func (d *desk) deal(contact id.ID) id.ID {
	d.t.Helper()
	var opened deal.Deal
	d.must(func(tx *db.Tx) (err error) {
		opened, err = d.deals.Open(d.t.Context(), tx, team.Console(), clock.Of(may3), deal.Opening{Name: "Boots", Contact: contact})
		return err
	})
	return opened.ID
}

func (d *desk) balances() map[ledger.Code]map[money.Currency]int64 {
	d.t.Helper()
	all := map[ledger.Code]map[money.Currency]int64{ledger.Bank: {}, ledger.Revenue: {}, ledger.Refunds: {}}
	d.must(func(tx *db.Tx) error {
		balances, err := d.ledger.Balances(d.t.Context(), tx)
		for _, b := range balances {
			all[b.Account][b.Amount.Currency] = b.Amount.Minor
		}
		return err
	})
	return all
}

// audit fails where ledger, payments and journey do not say the same.
func (d *desk) audit() {
	d.t.Helper()
	paid, refunded := map[money.Currency]int64{}, map[money.Currency]int64{}
	var want []string
	for _, p := range d.all() {
		if p.Amount < 0 {
			d.t.Errorf("%s has the amount %d", p.Key, p.Amount)
		}
		if p.Kind == payment.Paid {
			paid[p.Currency] += p.Amount
		} else {
			refunded[p.Currency] += p.Amount
		}
		want = append(want, strings.TrimSpace(fmt.Sprint(p.At.Day(time.UTC), " ", p.Kind, " ", int64(p.Contact), " ", int64(p.Deal), " ", p.Amount, p.Currency, " ", p.Product)))
	}
	balances := d.balances()
	for _, c := range []money.Currency{"EUR", "USD", "JPY"} {
		bank, revenue, refunds := balances[ledger.Bank][c], balances[ledger.Revenue][c], balances[ledger.Refunds][c]
		if bank != paid[c]-refunded[c] || revenue != -paid[c] || refunds != refunded[c] {
			d.t.Errorf("%s: the ledger has bank %d, revenue %d, refunds %d; paid were %d, refunded %d", c, bank, revenue, refunds, paid[c], refunded[c])
		}
	}
	slices.Sort(want)
	if got := d.told(); !slices.Equal(got, want) {
		d.t.Errorf("the journey says\n\t%s\nthe payments are\n\t%s", strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
	}
}

// told are the standing touches of payments, as "day kind contact deal value note", sorted.
func (d *desk) told() []string {
	d.t.Helper()
	var told []string
	d.must(func(tx *db.Tx) error {
		told = nil
		touches, err := d.journey.Page(d.t.Context(), tx, 0, 1000)
		for _, t := range touches {
			if t.Kind != journey.Payment && t.Kind != journey.Refund {
				continue
			}
			if t.Earns() || t.Counts() || t.Side != journey.Sales {
				d.t.Errorf("a %s counts as a touch of the person, of side %s", t.Kind, t.Side)
			}
			told = append(told, strings.TrimSpace(fmt.Sprint(t.At.Day(time.UTC), " ", t.Kind, " ", int64(t.ContactID), " ", int64(t.DealID), " ", *t.Value, t.Currency, " ", t.Note)))
		}
		return err
	})
	slices.Sort(told)
	return told
}

// entries are how many entries a payment has in the ledger, reversals included.
func (d *desk) entries(of id.ID) (n int) {
	d.t.Helper()
	d.must(func(tx *db.Tx) error {
		posted, err := d.ledger.Of(d.t.Context(), tx, of, 0, 100)
		n = len(posted)
		return err
	})
	return n
}

func wantOutcomes(t *testing.T, puts []change.Put, want ...change.Outcome) {
	t.Helper()
	var got []change.Outcome
	for _, p := range puts {
		got = append(got, p.Outcome)
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func day(text string) clock.Micros {
	at, err := time.Parse(time.DateOnly, text)
	if err != nil {
		panic(err)
	}
	return clock.Of(at)
}
