package ui

import (
	"math"
	"strconv"
	"strings"

	"golang.org/x/text/currency"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
	"golang.org/x/text/number"

	"tandem/internal/i18n"
	"tandem/internal/money"
)

// Number is a count: 6,120.
func (v Voice) Number(n int) string { return v.say.Number(i18n.Count(n)) }

// Many is a number of things, for a message that says it.
func (v Voice) Many(n int) i18n.Count { return i18n.Count(n) }

// Percent is a share of 1: 3.3% under ten, 31% above.
func (v Voice) Percent(share float64) string {
	digits := 0
	if p := math.Abs(share * 100); p < 9.95 && p > 0 {
		digits = 1
	}
	return v.decimal(share*100, digits) + "%"
}

// Ratio is one number to another with two digits: 8.42.
func (v Voice) Ratio(r float64) string { return v.decimal(r, 2) }

// Money is an amount to its last digit, as documents show it: €34,485.00.
func (v Voice) Money(a money.Amount) string { return v.amount(a, a.Currency.Decimals()) }

// Sum is an amount as reports show it: without cents from a hundred on.
func (v Voice) Sum(a money.Amount) string {
	digits := a.Currency.Decimals()
	if whole := math.Abs(float64(a.Minor)) / math.Pow10(digits); whole >= 100 || a.Minor == 0 {
		digits = 0
	}
	return v.amount(a, digits)
}

// Short is an amount without cents if it has none: €1, €1.50.
func (v Voice) Short(a money.Amount) string {
	digits := a.Currency.Decimals()
	if a.Minor%int64(math.Pow10(digits)) == 0 {
		digits = 0
	}
	return v.amount(a, digits)
}

func (v Voice) amount(a money.Amount, digits int) string {
	value := float64(a.Minor) / math.Pow10(a.Currency.Decimals())
	text := symbol(v.say.Language(), a.Currency) + v.decimal(math.Abs(value), digits)
	if a.Minor < 0 && strings.ContainsAny(text, "123456789") {
		return "−" + text
	}
	return text
}

// decimal writes a number with so many digits after the point and a true minus.
func (v Voice) decimal(n float64, digits int) string {
	tag := language.Make(v.say.Language())
	text := message.NewPrinter(tag).Sprint(number.Decimal(n, number.MinFractionDigits(digits), number.MaxFractionDigits(digits)))
	return strings.Replace(text, "-", "−", 1)
}

// symbol is how a language writes a currency before an amount: €, or the code with a space where there is no sign for it.
func symbol(lang string, c money.Currency) string {
	if sign := CurrencySign(lang, c); sign != string(c) {
		return sign
	}
	return string(c) + " "
}

// CurrencySign is a currency's sign in a language, such as €; its code where there is none.
func CurrencySign(lang string, c money.Currency) string {
	unit, err := currency.ParseISO(string(c))
	if err != nil {
		return string(c)
	}
	if sign := message.NewPrinter(language.Make(lang)).Sprint(currency.NarrowSymbol(unit)); sign != "" {
		return sign
	}
	return string(c)
}

// CSS is a number for a custom property, such as --v: a share of 1 in hundredths, 31.25.
func CSS(share float64) string {
	return strconv.FormatFloat(math.Round(share*1e4)/100, 'f', -1, 64)
}
