// Package money holds amounts: integers of a currency's minor unit with the ISO 4217 code. Never a float.
package money

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Currency is an ISO 4217 code in capitals, such as EUR.
type Currency string

// Amount is a sum in the minor unit of its currency: 1234 EUR is €12.34, 1234 JPY is ¥1234.
type Amount struct {
	Minor    int64
	Currency Currency
}

// Largest is the most that one deal, payment or cost may be, in minor units: ten million millions of euros. Sums of thousands of them stay within
// 64 bits, and every program reads them exactly, also one that keeps numbers as floats.
const Largest int64 = 1_000_000_000_000_000

// TooLarge reports whether an amount of minor units is beyond Largest, either way.
func TooLarge(minor int64) bool { return minor > Largest || minor < -Largest }

// Decimals is the number of digits of the minor unit by ISO 4217: 2 for EUR, 0 for JPY, 3 for KWD.
func (c Currency) Decimals() int {
	if d, ok := decimals[c]; ok {
		return d
	}
	return 2
}

// Known reports whether the code is a currency of ISO 4217.
func (c Currency) Known() bool { return known[c] }

// Currencies are all that money is counted in, by their codes.
func Currencies() []Currency { return slices.Sorted(maps.Keys(known)) }

// ParseCurrency reads a code in any case and refuses what ISO 4217 does not list.
func ParseCurrency(s string) (Currency, error) {
	c := Currency(strings.ToUpper(strings.TrimSpace(s)))
	if !c.Known() {
		return "", fmt.Errorf("%q is not a currency code of ISO 4217, such as EUR or USD", s)
	}
	return c, nil
}

// Decimal is the amount in major units with a point, such as -12.34; without the currency.
func (a Amount) Decimal() string { return FormatMinor(a.Minor, a.Currency) }

// String is the amount with its currency: "12.34 EUR".
func (a Amount) String() string { return a.Decimal() + " " + string(a.Currency) }

// FormatMinor writes minor units in major units with as many decimals as the currency has.
func FormatMinor(minor int64, c Currency) string {
	d := c.Decimals()
	if d == 0 {
		return strconv.FormatInt(minor, 10)
	}
	sign, digits := "", strconv.FormatInt(minor, 10)
	if digits[0] == '-' {
		sign, digits = "-", digits[1:]
	}
	if len(digits) <= d {
		digits = strings.Repeat("0", d+1-len(digits)) + digits
	}
	return sign + digits[:len(digits)-d] + "." + digits[len(digits)-d:]
}

// ParseDecimal reads a number in major units, such as "-12.3", with a point and no grouping, into minor units.
// It refuses more decimals than the currency has (zeros at the end aside) and sums beyond 64 bits.
func ParseDecimal(s string, c Currency) (int64, error) {
	whole, fraction, _ := strings.Cut(s, ".")
	negative := strings.HasPrefix(whole, "-")
	whole = strings.TrimLeft(whole, "+-")
	fraction = strings.TrimRight(fraction, "0")
	d := c.Decimals()
	if len(fraction) > d {
		return 0, fmt.Errorf("%s has more decimals than %s, which has %d", s, c, d)
	}
	digits := whole + fraction + strings.Repeat("0", d-len(fraction))
	for _, r := range digits {
		if r < '0' || r > '9' {
			return 0, fmt.Errorf("%q is not a number", s)
		}
	}
	if whole == "" && fraction == "" {
		return 0, fmt.Errorf("%q is not a number", s)
	}
	minor, err := strconv.ParseInt(digits, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("%s is too large for an amount", s)
	}
	if negative {
		minor = -minor
	}
	return minor, nil
}

// Split shares total among weights so that the parts sum to total exactly: every part is rounded down, then the cents left over go to the
// largest remainders, earlier ones first. Weights are not negative; if all are zero the first part takes everything.
func Split(total int64, weights []float64) []int64 {
	parts := make([]int64, len(weights))
	if len(weights) == 0 {
		return parts
	}
	var sum float64
	for _, w := range weights {
		sum += w
	}
	if sum == 0 {
		parts[0] = total
		return parts
	}
	shares := make([]float64, len(weights))
	for i, w := range weights {
		shares[i] = float64(total) * w / sum
	}
	return Round(total, shares)
}

// Round turns shares that sum to about total into integers that sum to it exactly, by largest remainder.
func Round(total int64, shares []float64) []int64 {
	parts := make([]int64, len(shares))
	rest := make([]float64, len(shares))
	left := total
	for i, s := range shares {
		parts[i] = int64(floor(s))
		rest[i] = s - float64(parts[i])
		left -= parts[i]
	}
	distribute(parts, rest, left)
	return parts
}
