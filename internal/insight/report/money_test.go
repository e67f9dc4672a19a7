package report_test

import (
	"fmt"
	"testing"

	"tandem/internal/insight/attribution"
	"tandem/internal/insight/report"
	"tandem/internal/journey"
)

func TestARefundTakesFromTheCreditThatWasGiven(t *testing.T) {
	each(t, func(s *shop) {
		s.comes("ann", "2026-01-01", "Email")
		s.pays("ann", "2026-01-05", "50.00", "")
		s.wantCredit(paid, "Email 1 50.00")
		s.comes("ann", "2026-01-06", "Event")
		s.pays("ann", "2026-01-09", "-20.00", "")
		s.wantCredit(paid, "Email 1 30.00")
		s.pays("ann", "2026-01-10", "-40.00", "")
		s.wantCredit(paid, "Email 1 -10.00")
	})
}

func TestARefundTakesFromTheDealItNames(t *testing.T) {
	each(t, func(s *shop) {
		s.comes("ann", "2026-01-01", "Email")
		s.deal("ann", row("boots", "2026-01-01", "2026-01-03", "50.00"))
		s.pays("ann", "2026-01-05", "50.00", "boots")
		s.comes("ann", "2026-01-06", "Event")
		s.deal("ann", row("laces", "2026-01-06", "2026-01-07", "10.00"))
		s.pays("ann", "2026-01-08", "10.00", "laces")
		s.pays("ann", "2026-01-09", "-30.00", "boots")
		s.wantCredit(paid, "Email 1 20.00", "Event 1 10.00")
		s.pays("ann", "2026-01-10", "-4.00", "")
		s.wantCredit(paid, "Email 1 20.00", "Event 1 6.00")
	})
}

func TestARefundOfTheSameDayFindsItsPaymentInWhateverOrderTheyCame(t *testing.T) {
	each(t, func(s *shop) {
		s.comes("ann", "2026-01-01", "Email")
		s.pays("ann", "2026-01-05", "-20.00", "")
		s.pays("ann", "2026-01-05", "50.00", "")
		s.wantCredit(paid, "Email 1 30.00")
	})
}

func TestARefundOfSomebodyWhoNeverPaidIsARowOfTheTotal(t *testing.T) {
	each(t, func(s *shop) {
		s.comes("ann", "2026-01-01", "Email")
		s.pays("ann", "2026-01-05", "50.00", "")
		s.pays("ben", "2026-02-05", "-20.00", "")
		s.pays("", "2026-02-06", "-1.00", "")
		s.wantCredit(paid, "Email 1 50.00", " 0 -21.00")
		february := paid
		february.From = "2026-02-01"
		s.wantCredit(february, " 0 -21.00")
		january := paid
		january.To = "2026-01-31"
		s.wantCredit(january, "Email 1 50.00")
	})
}

func TestInstalmentsOfADealAreOneConversion(t *testing.T) {
	each(t, func(s *shop) {
		s.comes("ann", "2026-01-01", "Email")
		s.deal("ann", row("boots", "2026-01-01", "2026-01-03", "90.00"))
		for _, day := range []string{"2026-01-05", "2026-02-05", "2026-03-05"} {
			s.pays("ann", day, "30.00", "boots")
			s.comes("ann", day+" 10:00", "Event")
		}
		s.wantCredit(paid, "Email 1 90.00")
	})
}

func TestARenewalAddsToTheDealThatBeganIt(t *testing.T) {
	each(t, func(s *shop) {
		s.comes("ann", "2025-01-01", "Email")
		s.deal("ann", row("plan", "2025-01-01", "2025-01-03", "12.00"))
		s.pays("ann", "2025-01-05", "12.00", "plan")
		s.comes("ann", "2025-12-20", "Event")
		s.pays("ann", "2026-01-05", "12.00", "plan")
		s.wantCredit(paid, "Email 1 24.00")
		year := paid
		year.From = "2026-01-01"
		s.wantCredit(year)
	})
}

func TestInstalmentsOfAnOrderAreOneConversion(t *testing.T) {
	each(t, func(s *shop) {
		s.comes("ann", "2026-01-01", "Email")
		s.does("ann", "2026-01-02", journey.Order)
		s.pays("ann", "2026-01-05", "30.00", "")
		s.comes("ann", "2026-01-06", "Event")
		s.pays("ann", "2026-02-05", "30.00", "")
		s.wantCredit(paid, "Email 1 60.00")
	})
}

func TestAWonDealThatNobodyPaidIsNoPaidConversion(t *testing.T) {
	each(t, func(s *shop) {
		s.comes("ann", "2026-01-01", "Email")
		s.wins("ann", "2026-01-01", "2026-01-03", "90.00")
		s.wantCredit(won, "Email 1 90.00")
		s.wantCredit(paid)
	})
}

func TestADealWonForNothingIsAConversion(t *testing.T) {
	each(t, func(s *shop) {
		s.comes("ann", "2026-01-01", "Email")
		s.wins("ann", "2026-01-01", "2026-01-03", "0")
		s.wantCredit(won, "Email 1 0.00")
	})
}

func TestAnotherCurrencyIsConvertedByItsDaysRateOrStandsInARowOfItsOwn(t *testing.T) {
	each(t, func(s *shop) {
		s.rate("2026-01-05", "1.25", "USD")
		s.comes("ann", "2026-01-01", "Email")
		inDollars := row("boots", "2026-01-01", "2026-01-05", "50.00")
		inDollars.Currency = "USD"
		s.deal("ann", inDollars)
		unrated := row("laces", "2026-01-01", "2026-01-06", "7.00")
		unrated.Currency = "USD"
		s.deal("ann", unrated)
		s.wins("ann", "2026-01-01", "2026-01-07", "1.00")
		s.paysIn("ann", "2026-01-05", "50.00", "USD", "boots")
		s.paysIn("ann", "2026-01-08", "7.00", "USD", "laces")
		s.paysIn("ann", "2026-01-08", "3.00", "GBP", "")
		s.spends("2026-01-04", "2026-01-05", "Email", "", "", "20.00", "USD")

		s.wantCredit(paid, "Email 1 40.00")
		if r := s.credit(won); r.Total.Value.String() != "41.00" || r.Total.Spend.String() != "8.00" || shown(r.Total.Return) != "5.125" {
			t := r.Total
			s.Errorf("won in all: %s of %s, %s", t.Value, t.Spend, shown(t.Return))
		}
		var got []string
		for _, e := range s.credit(won).Unconverted {
			got = append(got, fmt.Sprintf("%s: %d won %s, %d paid %s, spent %s", e.Currency, e.Deals, e.Won, e.Payments, e.Paid, e.Spend))
		}
		want := []string{"GBP: 0 won 0.00, 1 paid 3.00, spent 0.00", "USD: 1 won 7.00, 1 paid 7.00, spent 10.00"}
		same(s.T, "without a rate", got, want)
		got = nil
		for _, e := range s.quality().Unconverted {
			got = append(got, fmt.Sprintf("%s: %d won %s, %d paid %s, spent %s", e.Currency, e.Deals, e.Won, e.Payments, e.Paid, e.Spend))
		}
		same(s.T, "missing from the picture", got, want)
		s.wantFunnel(report.FunnelQuery{By: "channel"}, "Email: 1 contacts, 3 deals = 0+3+0, 41.00 40.00", "total: 1 contacts, 3 deals = 0+3+0, 41.00 40.00")
	})
}

func TestSpendStandsBesideWhatItBrought(t *testing.T) {
	each(t, func(s *shop) {
		s.comes("ann", "2026-01-01", "Email")
		s.wins("ann", "2026-01-01", "2026-01-05", "50.00")
		s.spends("2026-01-01", "2026-01-10", "Email", "", "", "20.00", "EUR")
		s.spends("2026-01-01", "", "Paid Search", "", "", "5.00", "EUR")
		q := won
		q.From, q.To = "2026-01-04", "2026-01-05"
		r := s.credit(q)
		if len(r.Rows) != 1 || r.Rows[0].Spend.String() != "4.00" || shown(r.Rows[0].Return) != "12.5" || r.CostsUntil != "2026-01-10" {
			t.Errorf("two days: %+v until %s", r.Rows, r.CostsUntil)
		}
		s.wantCredit(won, "Email 1 50.00", "Paid Search 0 0.00")
		if r := s.credit(won); r.Rows[1].Return == nil || *r.Rows[1].Return != 0 || r.Total.Spend.String() != "25.00" {
			t.Errorf("in all: %+v", r.Total)
		}
	})
}

// TestNoModelChangesTheGrandTotal plays one business through every model, key and conversion.
func TestNoModelChangesTheGrandTotal(t *testing.T) {
	each(t, func(s *shop) {
		for i := range 7 {
			who := fmt.Sprintf("person %d", i)
			for n := range i {
				s.record(who, journey.Touch{
					At: at(fmt.Sprintf("2026-01-%02d", 1+n)), Kind: journey.AdClick, Channel: string(rune('A' + (i*n+n)%3)),
					Source: string(rune('S' + n%2)), Campaign: string(rune('K' + n%4)),
				})
			}
			s.wins(who, "2026-01-01", "2026-01-20", "33.34")
			s.deal(who, row("paid "+who, "2026-01-01", "2026-01-21", "10.01"))
			s.pays(who, "2026-01-25", "10.01", "paid "+who)
			s.pays(who, "2026-01-26", "0.07", "")
		}
		s.pays("person 3", "2026-02-01", "-0.05", "")
		s.pays("stranger", "2026-02-01", "-0.02", "")
		for _, m := range attribution.Models() {
			for _, key := range []string{"channel", "source", "campaign"} {
				s.sumsTo(by(model(won, string(m)), key), 14, "303.45")
				s.sumsTo(by(model(paid, string(m)), key), 14, "70.49")
			}
		}
		for order := 2; order <= 3; order++ {
			q := model(won, "markov")
			q.Order = order
			s.sumsTo(q, 14, "303.45")
		}
	})
}

// sumsTo checks that the rows sum to the total, and the total to what is known.
func (s *shop) sumsTo(q report.AttributionQuery, conversions float64, value string) {
	s.Helper()
	r := s.credit(q)
	credits, minor := 0.0, int64(0)
	for _, row := range r.Rows {
		credits += row.Conversions
		minor += row.Value.Minor
	}
	if d := credits - conversions; d > 1e-9 || d < -1e-9 || r.Total.Conversions != conversions || minor != cents(value) || r.Total.Value.Minor != minor {
		s.Errorf("%s by %s, %s: rows %v and %d cents, total %v and %s; want %v and %s", r.Model, r.By, r.Conversion, credits, minor,
			r.Total.Conversions, r.Total.Value, conversions, value)
	}
}
