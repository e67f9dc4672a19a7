package ledger_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"tandem/internal/change"
	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/id"
	"tandem/internal/ledger"
	"tandem/internal/money"
)

func (d *desk) put(rows ...ledger.CostRow) (puts []change.Put) {
	d.t.Helper()
	d.must(func(tx *db.Tx) (err error) {
		puts, err = d.PutCosts(d.t.Context(), tx, d.now, rows)
		return err
	})
	return puts
}

func (d *desk) undo(undo ...change.Undo) (kept []id.ID) {
	d.t.Helper()
	d.must(func(tx *db.Tx) (err error) {
		kept, err = d.UndoCosts(d.t.Context(), tx, d.now, undo)
		return err
	})
	return kept
}

func undoOf(p change.Put) change.Undo {
	return change.Undo{ID: p.ID, Created: p.Outcome == change.Created, Before: p.Before, After: p.After}
}

func (d *desk) costs() (all []ledger.Cost) {
	d.t.Helper()
	d.must(func(tx *db.Tx) (err error) {
		all, err = d.Costs(d.t.Context(), tx, 0, 1000)
		return err
	})
	return all
}

func eur(minor int64) money.Amount { return money.Amount{Minor: minor, Currency: "EUR"} }

func may(key string, minor int64) ledger.CostRow {
	return ledger.CostRow{Key: key, FromDay: "2026-05-01", ToDay: "2026-05-31", Channel: "Paid Search", Source: "google", Campaign: "spring", Amount: eur(minor), Note: "ads"}
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

func TestTheSameCostsAgainChangeNothing(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		wantOutcomes(t, d.put(may("a", 100_00), may("b", 0), may("c", -20_00)), change.Created, change.Created, change.Created)
		before := d.stored()
		wantOutcomes(t, d.put(may("a", 100_00), may("b", 0), may("c", -20_00)), change.Unchanged, change.Unchanged, change.Unchanged)
		if after := d.stored(); !slices.Equal(before, after) {
			t.Errorf("the ledger went from %d postings to %d", len(before), len(after))
		}
		d.wants(ledger.Marketing, "EUR", 80_00)
		d.wants(ledger.Payable, "EUR", -80_00)
	})
}

func TestACorrectedCostIsReversedAndPostedAnew(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		first := d.put(may("a", 100_00))[0]
		again := may("a", 120_00)
		again.Campaign = ""
		second := d.put(again)[0]
		if second.ID != first.ID || second.Outcome != change.Updated || string(second.Before) != `{"amount":10000,"campaign":"spring"}` || string(second.After) != `{"amount":12000,"campaign":""}` {
			t.Errorf("put %+v, before %s, after %s", second, second.Before, second.After)
		}
		d.wants(ledger.Marketing, "EUR", 120_00)
		if lines := d.stored(); len(lines) != 6 {
			t.Errorf("%d postings, want an entry, its reversal and a new one of two lines each", len(lines))
		}

		renamed := again
		renamed.Campaign = "summer"
		d.put(renamed)
		if lines := d.stored(); len(lines) != 6 {
			t.Errorf("another campaign is no matter of money, and posted %d lines", len(lines)-6)
		}
		d.audit(nil)
	})
}

func TestAKeyTwiceInOneFileIsOneCostAndTheLastLineWins(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		puts := d.put(may("a", 1_00), may("a", 2_00), may("a", 2_00))
		wantOutcomes(t, puts, change.Created, change.Updated, change.Unchanged)
		d.wants(ledger.Marketing, "EUR", 2_00)
		if kept := d.undo(undoOf(puts[1]), undoOf(puts[0])); len(kept) != 0 || len(d.costs()) != 0 {
			t.Errorf("taking both back kept %v and left %v", kept, d.costs())
		}
		d.audit(nil)
	})
}

func TestUndoRestoresWhatWasThereBefore(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.put(may("a", 100_00))
		was := d.costs()[0].CostFacts
		changed := ledger.CostRow{Key: "a", FromDay: "2026-06-01", Channel: "Display", Amount: money.Amount{Minor: 5, Currency: "JPY"}}
		second := d.put(changed, may("b", 7_00))

		kept := d.undo(undoOf(second[1]), undoOf(second[0]))
		costs := d.costs()
		if len(kept) != 0 || len(costs) != 1 || costs[0].CostFacts != was {
			t.Errorf("kept %v, costs are %+v, want %+v", kept, costs, was)
		}
		d.wants(ledger.Marketing, "EUR", 100_00)
		d.wants(ledger.Marketing, "JPY", 0)
		d.audit(nil)
	})
}

func TestUndoKeepsWhatSomebodyChangedSince(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		first := d.put(may("a", 100_00), may("b", 1_00))
		second := d.put(may("a", 120_00))
		d.put(may("a", 130_00))

		if kept := d.undo(undoOf(second[0])); !slices.Equal(kept, []id.ID{first[0].ID}) {
			t.Errorf("kept %v, want the cost that was changed since", kept)
		}
		if kept := d.undo(undoOf(first[1]), undoOf(first[0])); !slices.Equal(kept, []id.ID{first[0].ID}) {
			t.Errorf("kept %v, want the cost that was changed since", kept)
		}
		d.wants(ledger.Marketing, "EUR", 130_00)
		d.audit(nil)
	})
}

func TestACostTakenBackComesAgainWithItsFile(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		first := d.put(may("a", 100_00))[0]
		d.undo(undoOf(first))
		d.wants(ledger.Marketing, "EUR", 0)
		if kept := d.undo(undoOf(first)); len(kept) != 0 {
			t.Errorf("a second undo kept %v", kept)
		}
		again := d.put(may("a", 90_00))[0]
		if again.Outcome != change.Created || again.ID != first.ID {
			t.Errorf("it came back as %+v, was %+v", again, first)
		}
		d.wants(ledger.Marketing, "EUR", 90_00)
		d.audit(nil)
	})
}

func TestARowThatIsNoCostIsRefused(t *testing.T) {
	for name, spoil := range map[string]func(*ledger.CostRow){
		"no key":           func(r *ledger.CostRow) { r.Key = "" },
		"no day":           func(r *ledger.CostRow) { r.FromDay = "" },
		"a day of no year": func(r *ledger.CostRow) { r.FromDay = "2026-02-29" },
		"another notation": func(r *ledger.CostRow) { r.ToDay = "31.05.2026" },
		"backwards":        func(r *ledger.CostRow) { r.ToDay = "2026-04-30" },
		"a mistyped year":  func(r *ledger.CostRow) { r.ToDay = "9999-05-31" },
		"no currency":      func(r *ledger.CostRow) { r.Amount.Currency = "" },
		"unknown currency": func(r *ledger.CostRow) { r.Amount.Currency = "EURO" },
		"too much":         func(r *ledger.CostRow) { r.Amount.Minor = math.MinInt64 },
	} {
		r := may("a", 1_00)
		spoil(&r)
		if err := r.Check(); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	r := may("a", 1_00)
	if err := r.Check(); err != nil {
		t.Error(err)
	}
}

func (d *desk) spend(from, to string) (parts []ledger.Spent) {
	d.t.Helper()
	d.must(func(tx *db.Tx) error {
		parts = nil
		return d.Spend(d.t.Context(), tx, from, to, func(s *ledger.Spent) error { parts = append(parts, *s); return nil })
	})
	return parts
}

func TestSpendOfAPeriodIsWhatItsDaysTake(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		// 31 days: 3.22 each, and the last 18 cents one each on the first 18 days
		puts := d.put(may("a", 100_00), ledger.CostRow{Key: "b", FromDay: "2026-05-31", Amount: eur(9_00)}, may("gone", 1_00))
		d.undo(undoOf(puts[2]))
		for _, c := range []struct {
			from, to string
			want     []int64
		}{
			{"", "", []int64{100_00, 9_00}},
			{"2026-05-01", "2026-05-01", []int64{3_23}},
			{"2026-05-18", "2026-05-19", []int64{3_23 + 3_22}},
			{"2026-05-31", "2026-06-30", []int64{3_22, 9_00}},
			{"", "2026-04-30", nil},
			{"2026-06-01", "", nil},
			{"2026-01-01", "2026-12-31", []int64{100_00, 9_00}},
		} {
			var got []int64
			for _, part := range d.spend(c.from, c.to) {
				got = append(got, part.Amount().Minor)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("from %q to %q: %v, want %v", c.from, c.to, got, c.want)
			}
		}
		err := d.try(func(tx *db.Tx) error {
			return d.Spend(t.Context(), tx, "May", "", func(*ledger.Spent) error { return nil })
		})
		wantFault(t, err, fault.Invalid)
		d.must(func(tx *db.Tx) error {
			if day, err := d.SpentUntil(t.Context(), tx); err != nil || day != "2026-05-31" {
				t.Errorf("spent until %q, %v", day, err)
			}
			return nil
		})
	})
}

func TestThePartsOfACostSumToTheWholeHoweverItIsCut(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	year := func(day int) string { return fmt.Sprintf("%04d-%02d-%02d", 2026+day/336, 1+day/28%12, 1+day%28) }
	for range 2000 {
		first := r.IntN(300)
		last := first + r.IntN(300)
		cost := ledger.Cost{CostFacts: ledger.CostFacts{FromDay: year(first), ToDay: year(last), Minor: r.Int64() >> r.IntN(63), Currency: "EUR"}}
		if r.IntN(2) == 0 {
			cost.Minor = -cost.Minor
		}
		cut := first + r.IntN(last-first+1)
		whole := ledger.Spent{Cost: cost, First: year(first), Last: year(last)}
		left := ledger.Spent{Cost: cost, First: year(first), Last: year(cut)}
		sum := left.Amount().Minor
		if cut < last {
			// year knows 28 days a month: the day after is the month's own
			var next string
			for day := range whole.Days() {
				if day > left.Last {
					next = day
					break
				}
			}
			right := ledger.Spent{Cost: cost, First: next, Last: year(last)}
			sum += right.Amount().Minor
		}
		var days, least, most int64
		least, most = math.MaxInt64, math.MinInt64
		for _, n := range whole.Days() {
			days += n
			least, most = min(least, n), max(most, n)
		}
		if sum != cost.Minor || days != cost.Minor || whole.Amount().Minor != cost.Minor || most-least > 1 {
			t.Fatalf("%d from %s to %s: cut after %s it is %d, by days %d (each %d to %d)", cost.Minor, cost.FromDay, cost.ToDay, left.Last, sum, days, least, most)
		}
	}
}

func TestSpendIsConvertedByTheRateOfEachDay(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.put(ledger.CostRow{Key: "a", FromDay: "2026-05-01", ToDay: "2026-05-03", Amount: money.Amount{Minor: 30_00, Currency: "USD"}})
		d.must(func(tx *db.Tx) error {
			return d.SetRates(t.Context(), tx, ledger.Rate{Base: "EUR", Currency: "USD", Day: "2026-05-01", Rate: "1.25"},
				ledger.Rate{Base: "USD", Currency: "EUR", Day: "2026-05-03", Rate: "0.5"})
		})
		c := d.converter("EUR")
		part := d.spend("", "")[0]
		minor, left, days := part.In(c)
		if minor != 8_00+5_00 || left != (money.Amount{Minor: 10_00, Currency: "USD"}) || days != 1 {
			t.Errorf("30 dollars are %d cents, and %s of %d days stand by themselves", minor, left, days)
		}
		minor, left, days = part.In(d.converter("USD"))
		if minor != 30_00 || left.Minor != 0 || days != 0 {
			t.Errorf("in dollars they are %d, %s, %d", minor, left, days)
		}
	})
}
