package ledger

import (
	"time"

	"tandem/internal/clock"
	"tandem/internal/fault"
	"tandem/internal/id"
	"tandem/internal/money"
)

// Cost is money spent to bring buyers and sellers together, over whole days.
type Cost struct {
	ID  id.ID  `db:"id"`
	Key string `db:"key"` // what names it in the workspace: an external id, or a hash of its line
	CostFacts
	Entry      id.ID        `db:"entry_id,null"` // where it stands in the ledger; 0 for an amount of 0
	RecordedAt clock.Micros `db:"recorded_at"`
	RemovedAt  clock.Micros `db:"removed_at,null"` // 0 while it stands
}

// CostFacts are what a person or a file says of a cost.
type CostFacts struct {
	FromDay  string         `db:"from_day" json:"from"` // YYYY-MM-DD in the workspace's zone
	ToDay    string         `db:"to_day" json:"to"`     // the last day, included
	Channel  string         `db:"channel" json:"channel"`
	Source   string         `db:"source" json:"source"`
	Campaign string         `db:"campaign" json:"campaign"`
	Minor    int64          `db:"amount" json:"amount"` // in minor units; below zero for a platform's credit
	Currency money.Currency `db:"currency" json:"currency"`
	Note     string         `db:"note" json:"note"`
}

const costColumns = `id, key, from_day, to_day, channel, source, campaign, amount, currency, note, entry_id, recorded_at, removed_at`

// CostRow is what a line of a file says of a cost. The file wins: an empty channel, source, campaign or note empties the cost's.
type CostRow struct {
	Key      string
	FromDay  string
	ToDay    string // "" for a cost of one day
	Channel  string
	Source   string
	Campaign string
	Amount   money.Amount
	Note     string
}

// longestCost is how many days a cost may last, about ten years: more is a mistyped year.
const longestCost = 3660

// Check refuses a row that is no cost, with a fault for the line's report: no key, days that are none or the wrong way round, no currency. It
// asks nothing of the store.
func (r *CostRow) Check() error {
	if r.Key == "" {
		return fault.Invalidf("a cost needs a key")
	}
	f := r.facts()
	for _, day := range []string{f.FromDay, f.ToDay} {
		if err := checkDay(day); err != nil {
			return err
		}
	}
	switch n := daysBetween(f.FromDay, f.ToDay); {
	case n < 0:
		return fault.Invalidf("the cost ends on %s, before it begins on %s", f.ToDay, f.FromDay).In("to")
	case n >= longestCost:
		return fault.Invalidf("the cost lasts from %s to %s, more than ten years", f.FromDay, f.ToDay).WithMend("check the years").In("to")
	}
	if f.Currency == "" {
		return fault.Invalidf("an amount needs a currency").WithMend("give a code of ISO 4217, such as EUR").In("currency")
	}
	if !f.Currency.Known() {
		return fault.Invalidf("%q is not a currency code of ISO 4217, such as EUR or USD", string(f.Currency)).In("currency")
	}
	if money.TooLarge(f.Minor) {
		return fault.Invalidf("the amount is too large").In("amount")
	}
	return nil
}

func (r *CostRow) facts() CostFacts {
	to := r.ToDay
	if to == "" {
		to = r.FromDay
	}
	return CostFacts{r.FromDay, to, r.Channel, r.Source, r.Campaign, r.Amount.Minor, r.Amount.Currency, r.Note}
}

func (c *Cost) stands() bool { return c.ID != 0 && c.RemovedAt == 0 }

// booking is what the ledger says of a cost; the zero booking is one that is not there.
type booking struct {
	day      string
	minor    int64
	currency money.Currency
}

func (c *Cost) booking() booking {
	if !c.stands() || c.Minor == 0 {
		return booking{}
	}
	return booking{c.FromDay, c.Minor, c.Currency}
}

// costKind is the kind of a cost's entry.
const costKind = "cost"

// entry is marketing against what is owed, at the beginning of the cost's first day in UTC; reports go by the cost's own days.
func (c *Cost) entry() Entry {
	amount := money.Amount{Minor: c.Minor, Currency: c.Currency}
	return Entry{At: clock.Of(date(c.FromDay)), Kind: costKind, Document: c.ID, Memo: c.Note, Lines: []Line{
		{Account: Marketing, Amount: amount},
		{Account: Payable, Amount: money.Amount{Minor: -c.Minor, Currency: c.Currency}},
	}}
}

// date reads a day that has been checked.
func date(day string) time.Time {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		panic("ledger: a stored day is none: " + err.Error())
	}
	return t
}

func daysBetween(from, to string) int64 {
	return int64(date(to).Sub(date(from)) / (24 * time.Hour))
}
