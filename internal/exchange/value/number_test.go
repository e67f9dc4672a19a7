package value_test

import (
	"strings"
	"testing"

	"tandem/internal/exchange/value"
)

func TestNumbersAreReadAsTheyAreWritten(t *testing.T) {
	for _, c := range []struct{ cell, decimal, currency string }{
		{"", "", ""},
		{" ", "", ""},
		{" --", "", ""},
		{"-", "", ""},
		{"n/a", "", ""},
		{"0", "0", ""},
		{"12", "12", ""},
		{"0.123", "0.123", ""},
		{"0,123", "0.123", ""},
		{".5", "0.5", ""},
		{"5.", "5", ""},
		{"12,5", "12.5", ""},
		{"1,234.56", "1234.56", ""},
		{"1.234,56", "1234.56", ""},
		{"1.234.567", "1234567", ""},
		{"1,234,567", "1234567", ""},
		{"1.234.567,8", "1234567.8", ""},
		{"1'234.50", "1234.50", ""},
		{"1’234.50", "1234.50", ""},
		{"1 234,50", "1234.50", ""},
		{"1\u00a0234,50", "1234.50", ""},
		{"1\u202f234 567", "1234567", ""},
		{"$45.00", "45.00", ""},
		{"-$45.00", "-45.00", ""},
		{"$-45.00", "-45.00", ""},
		{"($45.00)", "-45.00", ""},
		{"(45.00)", "-45.00", ""},
		{"45.00-", "-45.00", ""},
		{"-45", "-45", ""},
		{"+45", "45", ""},
		{"\u221245,5", "-45.5", ""},
		{"€ 12", "12", "EUR"},
		{"12 €", "12", "EUR"},
		{"12€", "12", "EUR"},
		{"12 EUR", "12", "EUR"},
		{"eur 12.50", "12.50", "EUR"},
		{"-12.50 EUR", "-12.50", "EUR"},
		{"£1,000.00", "1000.00", "GBP"},
		{"US$ 9.99", "9.99", "USD"},
		{"CHF 1'000.00", "1000.00", "CHF"},
		{"'-12.50", "-12.50", ""},
		{"123456789012345678", "123456789012345678", ""},
	} {
		n := &value.Numbers{}
		n.Observe(c.cell)
		decimal, currency, err := n.Parse(c.cell)
		if err != nil || decimal != c.decimal || currency != c.currency {
			t.Errorf("%q is %q %q, %v; want %q %q", c.cell, decimal, currency, err, c.decimal, c.currency)
		}
	}
}

func TestWhatIsNoNumberIsRefused(t *testing.T) {
	for _, cell := range []string{
		"abc", "1.2.3", "12-3", "--5", "+-5", "1.23.456", "1,23.4.5", "12€50", "1USD2", "12 34", "1 2", "1'2", "2026-05-04", "5%", "1e5", "12 XYZW",
		"(45", "45)", "(-45)", ".", ",", "€", "EUR", "0x10", "12 12 EUR", "١٢", "1..2", "1,,2", "NaN", "Inf", "EUR 5 USD",
	} {
		n := &value.Numbers{}
		n.Observe(cell)
		if decimal, currency, err := n.Parse(cell); err == nil {
			t.Errorf("%q is read as %q %q", cell, decimal, currency)
		}
	}
}

func TestALoneSeparatorIsDecidedByTheColumn(t *testing.T) {
	for _, c := range []struct {
		name    string
		column  []string
		decided bool
		decimal string // of 1.234
	}{
		{"nothing shows it", []string{"1.234", "12"}, false, ""},
		{"a decimal comma", []string{"1.234", "12,5"}, true, "1234"},
		{"a decimal comma before", []string{"12,5", "1.234"}, true, "1234"},
		{"a decimal point", []string{"1.234", "12.5"}, true, "1.234"},
		{"points for thousands", []string{"1.234", "1.234.567"}, true, "1234"},
		{"commas for thousands", []string{"1.234", "1,234,567"}, true, "1.234"},
		{"what is no number shows nothing", []string{"1.2.3", "10.0.0.1", "1.234"}, false, ""},
		{"mixed, the first decides", []string{"12,5", "12.5", "1.234"}, true, "1234"},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := &value.Numbers{}
			for _, cell := range c.column {
				n.Observe(cell)
			}
			decimal, _, err := n.Parse("1.234")
			if n.Decided() != c.decided || decimal != c.decimal || (err == nil) != c.decided {
				t.Errorf("decided %t, %q, %v", n.Decided(), decimal, err)
			}
		})
	}
}

func TestACellThatContradictsItsColumnIsRefused(t *testing.T) {
	n := &value.Numbers{}
	n.Observe("1.234,50")
	for _, cell := range []string{"12.5", "1,234.50", "0.123"} {
		if decimal, _, err := n.Parse(cell); err == nil || !strings.Contains(err.Error(), "decimal point") || !strings.Contains(err.Error(), "--decimal") {
			t.Errorf("%q is %q, %v", cell, decimal, err)
		}
	}
	if decimal, _, err := n.Parse("0,5"); err != nil || decimal != "0.5" {
		t.Errorf("0,5 is %q, %v", decimal, err)
	}
}

func TestAMarkThatIsSaidDecides(t *testing.T) {
	for mark, want := range map[value.Mark]string{value.Point: "1.234", value.Comma: "1234"} {
		n := &value.Numbers{Mark: mark}
		n.Observe("1.234")
		if decimal, _, err := n.Parse("1.234"); err != nil || decimal != want {
			t.Errorf("with %c: %q, %v", mark, decimal, err)
		}
	}
}

// FuzzNumber: what is read is a plain decimal, and is read as itself again.
func FuzzNumber(f *testing.F) {
	for _, s := range []string{"1.234,56", "-$45.00", "(1 234)", "12 EUR", "1.2.3", "--", "'5", "0.123", "−5"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, cell string) {
		n := &value.Numbers{}
		n.Observe(cell)
		decimal, _, err := n.Parse(cell)
		if err != nil || decimal == "" {
			return
		}
		if strings.Trim(strings.TrimPrefix(decimal, "-"), "0123456789.") != "" || strings.Count(decimal, ".") > 1 {
			t.Fatalf("%q became %q", cell, decimal)
		}
		point := &value.Numbers{Mark: value.Point}
		if again, _, err := point.Parse(decimal); err != nil || again != decimal {
			t.Fatalf("%q became %q, then %q, %v", cell, decimal, again, err)
		}
	})
}
