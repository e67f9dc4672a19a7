package money

import (
	"math"
	"math/rand/v2"
	"testing"
)

func TestAmountsAreWrittenWithTheirCurrencysDecimals(t *testing.T) {
	for _, c := range []struct {
		amount Amount
		want   string
	}{
		{Amount{123456, "EUR"}, "1234.56 EUR"},
		{Amount{5, "EUR"}, "0.05 EUR"},
		{Amount{-5, "USD"}, "-0.05 USD"},
		{Amount{1234, "JPY"}, "1234 JPY"},
		{Amount{1234, "KWD"}, "1.234 KWD"},
		{Amount{0, "EUR"}, "0.00 EUR"},
		{Amount{math.MaxInt64, "EUR"}, "92233720368547758.07 EUR"},
	} {
		if got := c.amount.String(); got != c.want {
			t.Errorf("got %s, want %s", got, c.want)
		}
		if back, err := ParseDecimal(c.amount.Decimal(), c.amount.Currency); err != nil || back != c.amount.Minor {
			t.Errorf("ParseDecimal(%s) = %d, %v", c.amount.Decimal(), back, err)
		}
	}
}

func TestADecimalThatIsNoAmountIsRefused(t *testing.T) {
	for _, c := range []struct {
		text     string
		currency Currency
	}{
		{"", "EUR"},
		{"-", "EUR"},
		{".", "EUR"},
		{"1.234", "EUR"},
		{"1.5", "JPY"},
		{"1e3", "EUR"},
		{"1 000", "EUR"},
		{"92233720368547758.08", "EUR"},
		{"1.2.3", "EUR"},
		{"0x10", "EUR"},
	} {
		if got, err := ParseDecimal(c.text, c.currency); err == nil {
			t.Errorf("ParseDecimal(%q, %s) = %d, want an error", c.text, c.currency, got)
		}
	}
	if got, err := ParseDecimal("1.500", "EUR"); err != nil || got != 150 {
		t.Errorf("zeros at the end are no decimals: got %d, %v", got, err)
	}
}

func TestPartsSumToTheWhole(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		total := random.Int64N(1e12) - 5e11
		weights := make([]float64, 1+random.IntN(9))
		for i := range weights {
			weights[i] = random.Float64() * float64(random.IntN(3))
		}
		var sum int64
		for _, p := range Split(total, weights) {
			sum += p
		}
		if sum != total {
			t.Fatalf("%d split by %v sums to %d", total, weights, sum)
		}
	}
	if got := Split(100, []float64{1, 1, 1}); got[0] != 34 || got[1] != 33 || got[2] != 33 {
		t.Errorf("the cent that is left goes to the first of equals: %v", got)
	}
	if got := Split(7, []float64{0, 0}); got[0] != 7 || got[1] != 0 {
		t.Errorf("without weights the first takes all: %v", got)
	}
}

func TestCurrenciesAreThoseOfISO4217(t *testing.T) {
	if c, err := ParseCurrency(" eur "); err != nil || c != "EUR" {
		t.Errorf("got %s, %v", c, err)
	}
	for _, s := range []string{"", "EURO", "XXX", "€"} {
		if c, err := ParseCurrency(s); err == nil {
			t.Errorf("ParseCurrency(%q) = %s, want an error", s, c)
		}
	}
}

func TestNoSumOfThousandsOfAmountsIsBeyond64Bits(t *testing.T) {
	if TooLarge(Largest) || TooLarge(-Largest) || !TooLarge(Largest+1) || !TooLarge(math.MinInt64) || math.MaxInt64/Largest < 9000 {
		t.Error("the largest amount is another")
	}
}
