package ledger

import (
	"math"
	"math/bits"
	"slices"

	"tandem/internal/clock"
	"tandem/internal/fault"
	"tandem/internal/id"
	"tandem/internal/money"
)

// Entry is something that happened to the business's money.
type Entry struct {
	At       clock.Micros // when it happened, not when it was recorded
	Kind     string       // what happened: "payment", "refund", "cost"
	Document id.ID        // what it is about: a payment, an invoice, a cost; 0 for none
	Memo     string
	Lines    []Line
}

// Line is one posting of an entry: Amount is added to Account where it is above zero (a debit) and taken from it where it is below (a credit).
type Line struct {
	Account Code
	Amount  money.Amount
	Contact id.ID // whose money it is; 0 for unknown
	Deal    id.ID
}

// Check refuses an entry that does not balance in each of its currencies, has fewer than two lines, no time or no kind, or a code that is no
// currency, with a fault. Lines of zero are allowed. It asks nothing of the store.
func (e *Entry) Check() error {
	switch {
	case len(e.Lines) < 2:
		return fault.Invalidf("an entry needs two lines or more, not %d", len(e.Lines))
	case e.At == 0:
		return fault.Invalidf("an entry needs a time")
	case e.Kind == "":
		return fault.Invalidf("an entry needs a kind")
	}
	var currencies []money.Currency
	for _, l := range e.Lines {
		if !l.Amount.Currency.Known() {
			return fault.Invalidf("%q is not a currency code of ISO 4217, such as EUR or USD", string(l.Amount.Currency))
		}
		// its reversal would not fit
		if l.Amount.Minor == math.MinInt64 {
			return fault.Invalidf("the amount %s is too large for the ledger", l.Amount)
		}
		if !slices.Contains(currencies, l.Amount.Currency) {
			currencies = append(currencies, l.Amount.Currency)
		}
	}
	for _, c := range currencies {
		if e.sum(c) != (wide{}) {
			return fault.Invalidf("the entry does not balance in %s: debits and credits differ", string(c))
		}
	}
	return nil
}

func (e *Entry) sum(c money.Currency) wide {
	var sum wide
	for _, l := range e.Lines {
		if l.Amount.Currency == c {
			sum.add(l.Amount.Minor)
		}
	}
	return sum
}

// wide is a sum of 128 bits: no number of amounts overflows it.
type wide struct {
	high int64
	low  uint64
}

func (w *wide) add(n int64) {
	low, carry := bits.Add64(w.low, uint64(n), 0)
	w.low = low
	w.high += n>>63 + int64(carry)
}

// int64 is the sum, if that holds it.
func (w wide) int64() (int64, bool) { return int64(w.low), w.high == int64(w.low)>>63 }
