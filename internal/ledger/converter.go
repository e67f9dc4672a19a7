package ledger

import (
	"context"
	"fmt"

	"github.com/shopspring/decimal"

	"tandem/internal/db"
	"tandem/internal/money"
)

// Converter turns amounts of any currency into one, by the rate of their day. It is read once for a report and asks the store nothing more.
//
// A day's rate is used in whichever direction it was written down: "1 EUR is 1.08 USD" also turns dollars into euros. Where a day has both
// directions, the one whose base is the converter's currency counts. There is no rate of another day, and none by way of a third
// currency: those would be guesses.
type Converter struct {
	to    money.Currency
	rates map[dayOf]quote
}

type dayOf struct {
	currency money.Currency
	day      string
}

// quote is one unit of the converter's currency in the other one, or, where multiply is set, one of the other in the converter's.
type quote struct {
	rate     decimal.Decimal
	multiply bool
}

// Converter reads every rate to and from a currency.
func (s *Service) Converter(ctx context.Context, tx *db.Tx, to money.Currency) (*Converter, error) {
	rates, err := db.All[Rate](ctx, tx, `SELECT base, currency, day, rate FROM exchange_rate
		WHERE workspace_id = $1 AND (base = $2 OR currency = $2)`, tx.Workspace(), to)
	if err != nil {
		return nil, fmt.Errorf("read the exchange rates: %w", err)
	}
	c := &Converter{to: to, rates: make(map[dayOf]quote, len(rates))}
	for _, r := range rates {
		if err := c.learn(r); err != nil {
			return nil, err
		}
	}
	return c, nil
}

func (c *Converter) learn(r Rate) error {
	rate, err := decimal.NewFromString(r.Rate)
	if err != nil {
		return fmt.Errorf("read the exchange rate of %s: %w", r.Day, err)
	}
	if r.Base == c.to {
		c.rates[dayOf{r.Currency, r.Day}] = quote{rate, false}
		return nil
	}
	at := dayOf{r.Base, r.Day}
	if _, known := c.rates[at]; !known {
		c.rates[at] = quote{rate, true}
	}
	return nil
}

// To is the currency that the converter turns amounts into.
func (c *Converter) To() money.Currency { return c.to }

// Convert is an amount in minor units of the converter's currency, halves rounded away from zero. day is YYYY-MM-DD. It is false where the
// day has no rate, and where the result is beyond 64 bits: then the amount stands in a row of its own.
func (c *Converter) Convert(a money.Amount, day string) (int64, bool) {
	if a.Currency == c.to {
		return a.Minor, true
	}
	q, ok := c.rates[dayOf{a.Currency, day}]
	if !ok {
		return 0, false
	}
	// the amount in minor units of the target, were both currencies worth the same
	level := decimal.New(a.Minor, int32(c.to.Decimals()-a.Currency.Decimals()))
	whole := q.apply(level).BigInt()
	return whole.Int64(), whole.IsInt64()
}

func (q quote) apply(d decimal.Decimal) decimal.Decimal {
	if q.multiply {
		return d.Mul(q.rate).Round(0)
	}
	return d.DivRound(q.rate, 0)
}
