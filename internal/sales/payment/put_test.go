package payment_test

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"tandem/internal/change"
	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/id"
	"tandem/internal/ledger"
	"tandem/internal/money"
	"tandem/internal/sales/payment"
)

const everything = payment.HasContact | payment.HasDeal | payment.HasProduct

func paid(key string, minor int64) payment.Row {
	return payment.Row{Key: key, Has: everything, Contact: anna, At: day("2026-03-01"), Amount: minor, Currency: "EUR", Product: "Boots"}
}

func TestAPaymentAndItsRefundAfterAllStandInTheLedgerAndOnTheJourney(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		wantOutcomes(t, d.put(paid("a", 100_00)), change.Created)
		refund := paid("b", 30_00)
		refund.Kind, refund.At = payment.Refunded, day("2026-04-01")
		wantOutcomes(t, d.put(refund), change.Created)

		b := d.balances()
		if b[ledger.Bank]["EUR"] != 70_00 || b[ledger.Revenue]["EUR"] != -100_00 || b[ledger.Refunds]["EUR"] != 30_00 {
			t.Errorf("the balances are %v", b)
		}
		if got, want := fmt.Sprint(d.told()), "[2026-03-01 payment 101 0 10000EUR Boots 2026-04-01 refund 101 0 3000EUR Boots]"; got != want {
			t.Errorf("the journey says %s, want %s", got, want)
		}
		if d.one("a").Kind != payment.Paid || d.one("b").Kind != payment.Refunded || d.entries(d.one("b").ID) != 1 {
			t.Errorf("the payments are %+v", d.all())
		}
	})
}

func TestAMinusAmongReceiptsIsMoneyGivenBack(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		for _, c := range []struct {
			kind   payment.Kind
			minor  int64
			want   payment.Kind
			amount int64
		}{
			{"", 5, payment.Paid, 5},
			{"", -5, payment.Refunded, 5},
			{payment.Paid, -5, payment.Refunded, 5},
			{payment.Refunded, 5, payment.Refunded, 5},
			{payment.Refunded, -5, payment.Refunded, 5},
			{"", 0, payment.Paid, 0},
		} {
			r := paid("a", c.minor)
			r.Kind = c.kind
			d.put(r)
			if p := d.one("a"); p.Kind != c.want || p.Amount != c.amount {
				t.Errorf("%q %d is a %s of %d", c.kind, c.minor, p.Kind, p.Amount)
			}
			wantOutcomes(t, d.put(r), change.Unchanged)
		}
	})
}

func TestTheSameRowsAgainChangeNothing(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		ofDeal := paid("c", 7)
		ofDeal.Contact, ofDeal.Deal = 0, d.deal(ben)
		rows := []payment.Row{paid("a", 100_00), paid("b", -5_00), ofDeal, paid("d", 0)}
		wantOutcomes(t, d.put(rows...), change.Created, change.Created, change.Created, change.Created)
		before := d.all()
		wantOutcomes(t, d.put(rows...), change.Unchanged, change.Unchanged, change.Unchanged, change.Unchanged)
		if after := d.all(); !slices.Equal(before, after) {
			t.Errorf("the payments went from\n%+v to\n%+v", before, after)
		}
		for i, want := range []int{1, 1, 1, 0} {
			if got := d.entries(before[i].ID); got != want {
				t.Errorf("%s has %d entries, want %d", before[i].Key, got, want)
			}
		}
	})
}

func TestACorrectedPaymentIsReversedAndPostedAnew(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		first := d.put(paid("a", 100_00))[0]
		again := paid("a", 120)
		again.Currency, again.Contact = "JPY", ben
		second := d.put(again)[0]
		want := `{"amount":10000,"contact":"` + anna.String() + `","currency":"EUR"} {"amount":120,"contact":"` + ben.String() + `","currency":"JPY"}`
		if got := string(second.Before) + " " + string(second.After); second.Outcome != change.Updated || second.ID != first.ID || got != want {
			t.Errorf("%+v: %s, want %s", second, got, want)
		}
		if n := d.entries(first.ID); n != 3 {
			t.Errorf("%d entries, want one, its reversal and a new one", n)
		}

		renamed := again
		renamed.Product = "Shoes"
		wantOutcomes(t, d.put(renamed), change.Updated)
		if n := d.entries(first.ID); n != 3 {
			t.Errorf("another product is no matter of money, and posted %d entries", n-3)
		}
	})
}

func TestAColumnThatIsNotInTheFileIsLeftAlone(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		r := paid("a", 100_00)
		r.Deal = d.deal(ben)
		d.put(r)
		was := d.one("a")
		wantOutcomes(t, d.put(payment.Row{Key: "a", At: r.At, Amount: 100_00, Currency: "EUR"}), change.Unchanged)
		if now := d.one("a"); now != was {
			t.Errorf("it went from %+v to %+v", was, now)
		}
	})
}

func TestAPaymentOfADealAloneIsItsDealsContacts(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		r := paid("a", 100_00)
		r.Contact, r.Deal = 0, d.deal(ben)
		d.put(r)
		if p := d.one("a"); p.Contact != ben {
			t.Errorf("it is the payment of %d", p.Contact)
		}
		// the deal stands in the store alone, not in this file
		wantOutcomes(t, d.put(payment.Row{Key: "a", Has: payment.HasContact, At: r.At, Amount: 100_00, Currency: "EUR"}), change.Unchanged)

		r.Contact = anna
		d.put(r)
		if p := d.one("a"); p.Contact != anna {
			t.Errorf("a contact that the file names gave way to the deal's")
		}
	})
}

func TestAKeyTwiceInOneFileIsOnePaymentAndTheLastRowWins(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		puts := d.put(paid("a", 1), paid("a", 2), paid("a", 2))
		wantOutcomes(t, puts, change.Created, change.Updated, change.Unchanged)
		if p := d.one("a"); p.Amount != 2 || d.entries(p.ID) != 1 {
			t.Errorf("%+v with %d entries", p, d.entries(p.ID))
		}
		if kept := d.undo(puts...); len(kept) != 0 || len(d.all()) != 0 {
			t.Errorf("taking all back kept %v and left %v", kept, d.all())
		}
	})
}

func TestUndoRestoresWhatWasThereBefore(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.put(paid("a", 100_00))
		was := d.one("a").Facts
		again := payment.Row{Key: "a", Has: everything, At: day("2026-06-01"), Kind: payment.Refunded, Amount: 5, Currency: "USD"}
		second := d.put(again, paid("b", 7))
		if kept := d.undo(second...); len(kept) != 0 || len(d.all()) != 1 || d.one("a").Facts != was {
			t.Errorf("kept %v, payments are %+v, want %+v", kept, d.all(), was)
		}
	})
}

func TestUndoKeepsWhatSomebodyChangedSince(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		first := d.put(paid("a", 100_00))
		second := d.put(paid("a", 120_00))
		d.put(paid("a", 130_00))
		if kept := d.undo(second...); !slices.Equal(kept, []id.ID{first[0].ID}) || d.one("a").Amount != 130_00 {
			t.Errorf("kept %v, and the amount is %d", kept, d.one("a").Amount)
		}
	})
}

func TestARemovedPaymentComesAgainWithItsFile(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		first := d.put(paid("a", 100_00))
		d.undo(first...)
		d.must(func(tx *db.Tx) error {
			if _, err := d.Payment(t.Context(), tx, first[0].ID); !fault.Is(err, fault.NotFound) {
				t.Errorf("a removed payment: %v", err)
			}
			known, err := d.ByKeys(t.Context(), tx, []string{"a"})
			if len(known) != 0 {
				t.Errorf("the key of a removed payment means %v", known)
			}
			return err
		})
		if kept := d.undo(first...); len(kept) != 0 {
			t.Errorf("a second undo kept %v", kept)
		}
		again := d.put(payment.Row{Key: "a", At: day("2026-03-02"), Amount: 90_00, Currency: "EUR"})
		wantOutcomes(t, again, change.Created)
		d.must(func(tx *db.Tx) error {
			p, err := d.Payment(t.Context(), tx, first[0].ID)
			if p.Amount != 90_00 || p.Contact != 0 || p.Product != "" {
				t.Errorf("it came back as %+v", p)
			}
			known, e := d.ByKeys(t.Context(), tx, []string{"a"})
			if known["a"] != first[0].ID {
				t.Errorf("its key means %v", known)
			}
			return errors.Join(err, e)
		})
	})
}

func TestARowThatIsNoPaymentIsRefusedAndNothingIsWritten(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		for name, spoil := range map[string]func(*payment.Row){
			"no key":           func(r *payment.Row) { r.Key = "" },
			"no day":           func(r *payment.Row) { r.At = 0 },
			"no such kind":     func(r *payment.Row) { r.Kind = "gift" },
			"no currency":      func(r *payment.Row) { r.Currency = "" },
			"unknown currency": func(r *payment.Row) { r.Currency = "EURO" },
			"too much":         func(r *payment.Row) { r.Amount = math.MinInt64 },
		} {
			r := paid("b", 5)
			spoil(&r)
			err := d.try(func(tx *db.Tx) error {
				_, err := d.PutAll(t.Context(), tx, clock.Of(may3), []payment.Row{paid("a", 5), r})
				return err
			})
			if !fault.Is(r.Check(), fault.Invalid) || !fault.Is(err, fault.Invalid) || len(d.all()) != 0 {
				t.Errorf("%s: %v, and %d payments", name, err, len(d.all()))
			}
		}
		d.audit()
	})
}

func TestKindsAreReadInAnyCase(t *testing.T) {
	for text, want := range map[string]payment.Kind{"": "", " Payment ": payment.Paid, "REFUND": payment.Refunded} {
		if got, err := payment.ParseKind(text); err != nil || got != want {
			t.Errorf("ParseKind(%q) = %q, %v", text, got, err)
		}
	}
	if got, err := payment.ParseKind("gift"); !fault.Is(err, fault.Invalid) {
		t.Errorf(`ParseKind("gift") = %q, %v`, got, err)
	}
}

func TestAContactsPaymentsArePagedAndFollowAMerge(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		bens := paid("b", 2)
		bens.Contact = ben
		puts := d.put(paid("a", 1), bens, paid("c", 3))
		wantPayments := func(contact, after id.ID, limit int, want ...id.ID) {
			t.Helper()
			var got []id.ID
			d.must(func(tx *db.Tx) error {
				found, err := d.OfContact(t.Context(), tx, contact, after, limit)
				got = nil
				for _, p := range found {
					got = append(got, p.ID)
				}
				return err
			})
			if !slices.Equal(got, want) {
				t.Errorf("payments of %d after %d: %v, want %v", contact, after, got, want)
			}
		}
		a, b, c := puts[0].ID, puts[1].ID, puts[2].ID
		wantPayments(anna, 0, 1, a)
		wantPayments(anna, a, 9, c)

		var moved []id.ID
		d.must(func(tx *db.Tx) (err error) { moved, err = d.Repoint(t.Context(), tx, anna, ben); return err })
		wantPayments(ben, 0, 9, a, b, c)
		wantPayments(anna, 0, 9)
		d.must(func(tx *db.Tx) error { return d.Return(t.Context(), tx, moved, anna) })
		wantPayments(anna, 0, 9, a, c)
		wantPayments(ben, 0, 9, b)
	})
}

// No sequence of files and undos makes ledger, payments and journey disagree: put and undo audit after every step.
func TestLedgerPaymentsAndJourneyAgreeAfterAnySteps(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		r := rand.New(rand.NewPCG(3, 5))
		deals := []id.ID{0, d.deal(anna), d.deal(ben)}
		var runs [][]change.Put
		for range 60 {
			if n := len(runs); n > 0 && r.IntN(4) == 0 {
				at := r.IntN(n)
				d.undo(runs[at]...)
				runs = slices.Delete(runs, at, at+1)
				continue
			}
			rows := make([]payment.Row, 1+r.IntN(5))
			for i := range rows {
				rows[i] = payment.Row{
					Key: fmt.Sprint(r.IntN(6)), Has: payment.Has(r.IntN(8)), Contact: id.ID(r.IntN(2)) * anna, Deal: deals[r.IntN(3)],
					At: day("2026-03-01") + clock.Micros(r.IntN(3))*86400e6, Kind: []payment.Kind{"", payment.Paid, payment.Refunded}[r.IntN(3)],
					Amount: r.Int64N(7) - 3, Currency: []money.Currency{"EUR", "USD", "JPY"}[r.IntN(3)], Product: fmt.Sprint(r.IntN(2)),
				}
			}
			runs = append(runs, d.put(rows...))
			if t.Failed() {
				t.FailNow()
			}
		}
	})
}
