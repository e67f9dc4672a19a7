package ledger_test

import (
	"math"
	"testing"

	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/ledger"
	"tandem/internal/money"
	"tandem/internal/team"
)

func (d *desk) converter(to money.Currency) (c *ledger.Converter) {
	d.t.Helper()
	d.must(func(tx *db.Tx) (err error) {
		c, err = d.Converter(d.t.Context(), tx, to)
		return err
	})
	return c
}

func (d *desk) rates(rates ...ledger.Rate) error {
	return d.try(func(tx *db.Tx) error { return d.SetRates(d.t.Context(), tx, rates...) })
}

func TestAnAmountIsConvertedByItsDaysRateOrNotAtAll(t *testing.T) {
	const day = "2026-05-04"
	each(t, func(t *testing.T, d *desk) {
		if err := d.rates(
			ledger.Rate{Base: "EUR", Currency: "USD", Day: day, Rate: "1.25"},
			ledger.Rate{Base: "EUR", Currency: "JPY", Day: day, Rate: "160"},
			ledger.Rate{Base: "EUR", Currency: "KWD", Day: day, Rate: "0.32"},
			ledger.Rate{Base: "GBP", Currency: "EUR", Day: day, Rate: "1.1505"},
			ledger.Rate{Base: "EUR", Currency: "GBP", Day: "2026-05-05", Rate: "2"},
			ledger.Rate{Base: "GBP", Currency: "EUR", Day: "2026-05-05", Rate: "3"},
			ledger.Rate{Base: "EUR", Currency: "SEK", Day: day, Rate: "0.0000000000000000000000000000000000001"},
		); err != nil {
			t.Fatal(err)
		}
		c := d.converter("EUR")
		for _, x := range []struct {
			minor    int64
			currency money.Currency
			day      string
			want     int64
			ok       bool
		}{
			{10_00, "EUR", "1999-01-01", 10_00, true},
			{10_00, "USD", day, 8_00, true},
			{-10_00, "USD", day, -8_00, true},
			{1, "USD", day, 1, true},
			{0, "USD", day, 0, true},
			{10_00, "USD", "2026-05-05", 0, false},
			{10_00, "USD", "2026-05-03", 0, false},
			{1600, "JPY", day, 10_00, true},
			{1, "JPY", day, 1, true},
			{32_000, "KWD", day, 100_00, true},
			// a half cent goes away from zero: 10.00 × 1.1505 is 11.505
			{10_00, "GBP", day, 11_51, true},
			{-10_00, "GBP", day, -11_51, true},
			{10_00, "GBP", "2026-05-05", 5_00, true},
			{1, "SEK", day, 0, false},
			{10_00, "CHF", day, 0, false},
		} {
			got, ok := c.Convert(money.Amount{Minor: x.minor, Currency: x.currency}, x.day)
			if ok != x.ok || ok && got != x.want {
				t.Errorf("%d %s on %s: %d, %v; want %d, %v", x.minor, x.currency, x.day, got, ok, x.want, x.ok)
			}
		}
		// no way round by a third currency
		if _, ok := d.converter("USD").Convert(money.Amount{Minor: 1, Currency: "JPY"}, day); ok {
			t.Error("yen became dollars by way of euros")
		}
		if got, _ := d.converter("JPY").Convert(money.Amount{Minor: math.MaxInt32, Currency: "EUR"}, day); got != 3_435_973_835 {
			t.Errorf("euros are %d yen", got)
		}
	})
}

func TestARateSetAgainReplacesTheOneBefore(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		r := ledger.Rate{Base: "EUR", Currency: "USD", Day: "2026-05-04", Rate: "1.25"}
		again := r
		again.Rate = "1.0823"
		if err := d.rates(r); err != nil {
			t.Fatal(err)
		}
		if err := d.rates(again); err != nil {
			t.Fatal(err)
		}
		d.must(func(tx *db.Tx) error {
			rate, found, err := d.RateOn(t.Context(), tx, "EUR", "USD", "2026-05-04")
			if rate != "1.0823" || !found {
				t.Errorf("the rate is %q, %v", rate, found)
			}
			if _, found, err := d.RateOn(t.Context(), tx, "EUR", "USD", "2026-05-05"); found || err != nil {
				t.Errorf("another day has a rate, %v", err)
			}
			return err
		})
	})
}

func TestWhatIsNoRateIsRefused(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		good := ledger.Rate{Base: "EUR", Currency: "USD", Day: "2026-05-04", Rate: "1.25"}
		for _, rate := range []string{"", "0", "0.00", "-1", "1,25", "1e5", "abc", ".", "1.2.3", "1000000000000000000000000000000000000000000"} {
			r := good
			r.Rate = rate
			if err := d.rates(good, r); !fault.Is(err, fault.Invalid) {
				t.Errorf("rate %q: %v", rate, err)
			}
		}
		for _, r := range []ledger.Rate{
			{Base: "EUR", Currency: "EUR", Day: good.Day, Rate: "1"},
			{Base: "XXQ", Currency: "EUR", Day: good.Day, Rate: "1"},
			{Base: "EUR", Currency: "usd", Day: good.Day, Rate: "1"},
			{Base: "EUR", Currency: "USD", Day: "2026-13-01", Rate: "1"},
		} {
			if err := d.rates(good, r); !fault.Is(err, fault.Invalid) {
				t.Errorf("%+v: %v", r, err)
			}
		}
		d.must(func(tx *db.Tx) error {
			if _, found, err := d.RateOn(t.Context(), tx, "EUR", "USD", good.Day); found || err != nil {
				t.Errorf("what was refused left a rate, %v", err)
			}
			return nil
		})
	})
}

func TestARateIsSetByWhoMayAndNoted(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		r := ledger.Rate{Base: "EUR", Currency: "USD", Day: "2026-05-01", Rate: "1.25"}
		quote := func(by team.Actor) error {
			return d.try(func(tx *db.Tx) error { return d.Quote(t.Context(), tx, by, r) })
		}
		if err := quote(team.Actor{Role: team.Sales}); !fault.Is(err, fault.Forbidden) {
			t.Errorf("sales: %v", err)
		}
		if err := quote(team.Console()); err != nil {
			t.Fatal(err)
		}
		err := d.try(func(tx *db.Tx) error {
			trail, err := team.Trail(t.Context(), tx, team.Entries{}, 10)
			if len(trail) != 1 || trail[0].Entity != "rate" {
				t.Errorf("the trail says %+v", trail)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
}
