package report_test

import (
	"fmt"
	"math"
	"testing"

	"tandem/internal/insight/report"
	"tandem/internal/journey"
)

func (s *shop) ofContact(who, model string) report.ContactCredit {
	s.Helper()
	r, err := s.reports.OfContact(s.Context(), s.place, s.person(who), model)
	if err != nil {
		s.Fatal(err)
	}
	return r
}

func TestWhatBroughtOnePersonsMoney(t *testing.T) {
	each(t, func(s *shop) {
		s.comes("anna", "2026-01-01", "Paid Search")
		s.comes("anna", "2026-01-02", "Email")
		s.does("anna", "2026-01-03", journey.Visit)
		s.does("anna", "2026-01-04", journey.EmailSent)
		s.deal("anna", row("a", "2026-01-02", "2026-01-05", "900"))
		s.pays("bert", "2026-01-06", "400", "a") // another pays for her deal
		s.pays("anna", "2026-01-07", "100", "")  // a second order, of the touches before
		s.comes("bert", "2026-01-01", "Press")
		wants := func(model string, want ...string) {
			t.Helper()
			r := s.ofContact("anna", model)
			var got []string
			for _, row := range r.Rows {
				got = append(got, fmt.Sprintf("%s %s %s", row.Channel, row.Side, short(row.Share)))
			}
			same(s.T, model, got, want)
			if r.Orders != 2 || r.Value.Minor != 100000 || r.Paid.Minor != 50000 {
				t.Errorf("%d orders, %v, paid %v", r.Orders, r.Value, r.Paid)
			}
		}
		wants("", "Email marketing 0.3333", "Field sales 0.3333", "Paid Search marketing 0.3333")
		wants("first", "Paid Search marketing 1")
		wants("u-shaped", "Field sales 0.4", "Paid Search marketing 0.4", "Email marketing 0.2")
		if r := s.ofContact("bert", ""); r.Orders != 0 || len(r.Rows) != 0 {
			t.Errorf("what was paid for another's deal is no order: %+v", r)
		}
		cost, err := s.reports.CostToWin(s.Context(), s.place, s.person("anna"))
		if cost != nil || err != nil {
			t.Errorf("without costs winning her cost %v, %v", cost, err)
		}
		s.spends("2026-01-01", "2026-01-01", "Email", "", "", "30", "EUR")
		if cost, err = s.reports.CostToWin(s.Context(), s.place, s.person("anna")); err != nil || cost == nil || cost.Minor != 3000 {
			t.Errorf("a third of an order of email, which cost 30 for a third of an order: %v, %v", cost, err)
		}
	})
}

func TestEverybodysSharesTogetherAreTheWholeReport(t *testing.T) {
	each(t, func(s *shop) {
		s.comes("anna", "2026-01-01", "Paid Search")
		s.comes("anna", "2026-01-02", "Email")
		s.comes("bert", "2026-01-02", "Email")
		s.wins("anna", "2026-01-02", "2026-01-05", "90")
		s.wins("bert", "2026-01-02", "2026-01-05", "40")
		s.comes("bert", "2026-01-06", "Press")
		s.wins("bert", "2026-01-06", "2026-01-08", "60")
		for _, m := range []string{"first", "last", "last-non-direct", "linear", "u-shaped", "w-shaped", "time-decay", "shapley"} {
			sum := map[string]float64{}
			for _, who := range []string{"anna", "bert"} {
				r := s.ofContact(who, m)
				for _, row := range r.Rows {
					sum[row.Channel] += row.Share * float64(r.Value.Minor)
				}
			}
			for _, row := range s.credit(model(won, m)).Rows {
				if math.Abs(sum[row.Key]-float64(row.Value.Minor)) > 1 {
					t.Errorf("%s: %s is %.2f from the people, %v in the report", m, row.Key, sum[row.Key]/100, row.Value)
				}
			}
		}
	})
}
