package report_test

import (
	"testing"

	"tandem/internal/insight/report"
	"tandem/internal/journey"
)

func (s *shop) strip(from, to string) report.Strip {
	s.Helper()
	r, err := s.reports.Strip(s.Context(), s.place, report.Period{From: from, To: to})
	if err != nil {
		s.Fatal(err)
	}
	return r
}

func TestTheStripFollowsAMonthFromSpendToPaid(t *testing.T) {
	each(t, func(s *shop) {
		s.spends("2026-01-01", "2026-01-31", "Paid Search", "", "", "310", "EUR")
		s.comes("anna", "2026-01-02", "Paid Search")
		s.does("anna", "2026-01-03", journey.FormSubmitted)
		s.comes("bert", "2026-01-05", "Email")
		s.comes("carl", "2026-01-06", "Email")
		s.deal("anna", row("a", "2026-01-04", "2026-01-08", "500"))
		open := row("b", "2026-01-07", "", "300")
		open.Status = "open"
		s.deal("bert", open)
		s.pays("anna", "2026-02-09", "200", "a")
		s.pays("carl", "2026-01-10", "40", "") // a purchase without a deal
		got := s.strip("2026-01-01", "2026-01-31")
		if got.Spend.Minor != 31000 || got.CostsUntil != "2026-01-31" {
			t.Errorf("spend %v until %s", got.Spend, got.CostsUntil)
		}
		if got.Came != 4 || got.CameAs != report.Touches || got.Leads != 3 || got.Deals != 3 || got.Open != 1 || got.Orders != 2 {
			t.Errorf("%d %s, %d leads, %d deals, %d open, %d orders", got.Came, got.CameAs, got.Leads, got.Deals, got.Open, got.Orders)
		}
		if got.Won.Minor != 54000 || got.PaidOrders != 1 || got.Paid.Minor != 24000 || got.ToCome.Minor != 30000 {
			t.Errorf("won %v, %d paid: %v, to come %v", got.Won, got.PaidOrders, got.Paid, got.ToCome)
		}
		if got.PerLead.Minor != 10333 || *got.PaidRate != 0.5 || *got.DealRate != 1 {
			t.Errorf("%v a lead, %v paid, %v deals", got.PerLead, *got.PaidRate, *got.DealRate)
		}
		for step, want := range map[report.Step]int{report.AllPeople: 3, report.Leads: got.Leads, report.WithDeal: got.Deals, report.Customers: got.Orders, report.Payers: 2} {
			behind, err := s.reports.Behind(s.Context(), s.place, report.Figure{Kind: report.OfStrip, Step: step, Period: report.Period{From: "2026-01-01", To: "2026-01-31"}})
			if err != nil || behind.Count() != want {
				t.Errorf("behind %s stand %d, want %d (%v)", step, behind.Count(), want, err)
			}
		}
		empty := s.strip("2025-01-01", "2025-01-31")
		if empty.Return != nil || empty.LeadRate != nil || empty.PerLead != nil || empty.WonRate != nil {
			t.Errorf("an empty month has rates: %+v", empty)
		}
	})
}

func TestVisitsAreCountedOnlyWhereTheyCanBeToldApart(t *testing.T) {
	each(t, func(s *shop) {
		for _, when := range []string{"2026-01-02 10:00", "2026-01-02 10:20", "2026-01-02 10:51"} {
			s.does("anna", when, journey.PageView)
		}
		if r := s.strip("", ""); r.Came != 2 || r.CameAs != report.Visits {
			t.Errorf("%d %s, want 2 visits", r.Came, r.CameAs)
		}
		s.does("", "2026-01-03 11:00", journey.PageView)
		if r := s.strip("", ""); r.Came != 4 || r.CameAs != report.PageViews {
			t.Errorf("%d %s, want 4 page views", r.Came, r.CameAs)
		}
	})
}

func TestAReportIsNeverStale(t *testing.T) {
	each(t, func(s *shop) {
		s.comes("anna", "2026-01-02", "Email")
		s.deal("anna", row("a", "2026-01-04", "2026-01-08", "500"))
		paidNow := func(want int64) {
			t.Helper()
			if r := s.strip("", ""); r.Paid.Minor != want {
				t.Errorf("paid %v, want %d", r.Paid, want)
			}
		}
		paidNow(0)
		s.pays("anna", "2026-01-09", "200", "a")
		paidNow(20000)
		s.pays("anna", "2026-01-09", "-50", "a")
		paidNow(15000)
		s.paysIn("anna", "2026-01-10", "100", "USD", "a")
		paidNow(15000)
		if r := s.strip("", ""); len(r.Unconverted) != 1 || r.Unconverted[0].Currency != "USD" {
			t.Errorf("what has no rate is %+v", r.Unconverted)
		}
		if r := s.strip("2026-01-11", "2026-01-31"); len(r.Unconverted) != 0 {
			t.Errorf("of another period %+v has no rate", r.Unconverted)
		}
		s.rate("2026-01-10", "2", "USD")
		paidNow(20000)
		if r := s.strip("", ""); len(r.Unconverted) != 0 {
			t.Errorf("with a rate %+v still stands apart", r.Unconverted)
		}
		s.rate("2026-01-10", "1", "USD")
		paidNow(25000)
		s.spends("2026-01-01", "2026-01-01", "Email", "", "", "10", "EUR")
		if r := s.strip("", ""); r.Spend.Minor != 1000 {
			t.Errorf("spend %v", r.Spend)
		}
		s.removesDeal("a")
		if r := s.strip("", ""); r.Orders != 2 || r.Deals != 2 { // its two payments are purchases of their own now
			t.Errorf("after its deal went away: %d orders, %d deals", r.Orders, r.Deals)
		}
	})
}
