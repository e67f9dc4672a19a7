package ledger

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/money"
	"tandem/internal/team"
)

// Rate says how many units of Currency one unit of Base is worth on a day, as central banks publish it: base EUR, currency USD, rate "1.0823".
type Rate struct {
	Base     money.Currency `db:"base" json:"base"`
	Currency money.Currency `db:"currency" json:"currency"`
	Day      string         `db:"day" json:"day"`   // YYYY-MM-DD
	Rate     string         `db:"rate" json:"rate"` // a decimal number with a point, above zero
}

type rateRow struct {
	Rate
	RecordedAt clock.Micros `db:"recorded_at"`
}

// SetRates writes rates down. One for the same currencies and day replaces the one before. A code that is no currency, a currency against
// itself, a day that is none and a rate that is no number above zero are Invalid; then none is written.
func (s *Service) SetRates(ctx context.Context, tx *db.Tx, rates ...Rate) error {
	now := clock.Of(s.clock.Now())
	rows := make([]rateRow, len(rates))
	for i, r := range rates {
		if err := r.Check(); err != nil {
			return err
		}
		rows[i] = rateRow{r, now}
	}
	if err := db.Upsert(ctx, tx, "exchange_rate", []string{"base", "currency", "day"}, rows...); err != nil {
		return fmt.Errorf("set %d exchange rates: %w", len(rates), err)
	}
	return nil
}

// Quote is SetRates for somebody who may write costs, whose worth depends on them.
func (s *Service) Quote(ctx context.Context, tx *db.Tx, by team.Actor, r Rate) error {
	if err := by.Check(team.WriteMarketing); err != nil {
		return err
	}
	if err := s.SetRates(ctx, tx, r); err != nil {
		return err
	}
	return team.Note(ctx, tx, by, clock.Of(s.clock.Now()), team.Deed{Action: "record", Entity: "rate", Detail: r})
}

// rateDigits is how long a rate may be written; the longest published ones have about 15 characters.
const rateDigits = 40

// Check refuses a rate that SetRates would refuse.
func (r *Rate) Check() error {
	for _, c := range []money.Currency{r.Base, r.Currency} {
		if !c.Known() {
			return fault.Invalidf("%q is not a currency code of ISO 4217, such as EUR or USD", string(c))
		}
	}
	if r.Base == r.Currency {
		return fault.Invalidf("%s against itself needs no exchange rate", string(r.Base))
	}
	if err := checkDay(r.Day); err != nil {
		return err
	}
	wrong := fault.Invalidf("%q is no exchange rate", r.Rate).WithMend("write a number above zero with a point, such as 1.0823")
	if len(r.Rate) > rateDigits || strings.Trim(r.Rate, "0123456789.") != "" {
		return wrong
	}
	if d, err := decimal.NewFromString(r.Rate); err != nil || !d.IsPositive() {
		return wrong
	}
	return nil
}

// RateOn is the rate written down for exactly that day, as it was written; false where there is none.
func (s *Service) RateOn(ctx context.Context, tx *db.Tx, base, currency money.Currency, day string) (string, bool, error) {
	rate, found, err := db.Maybe[string](ctx, tx, `SELECT rate FROM exchange_rate WHERE workspace_id = $1 AND base = $2 AND currency = $3 AND day = $4`,
		tx.Workspace(), base, currency, day)
	if err != nil {
		return "", false, fmt.Errorf("read an exchange rate: %w", err)
	}
	return rate, found, nil
}

func checkDay(day string) error {
	if _, err := time.Parse(time.DateOnly, day); err != nil {
		return fault.Invalidf("%q is no day", day).WithMend("write it as YYYY-MM-DD")
	}
	return nil
}

// EachRate calls do for every rate, by day.
func (s *Service) EachRate(ctx context.Context, tx *db.Tx, do func(*Rate)) error {
	return db.Each(ctx, tx, func(r *Rate) error { do(r); return nil },
		`SELECT base, currency, day, rate FROM exchange_rate WHERE workspace_id = $1 ORDER BY day, base, currency`, tx.Workspace())
}
