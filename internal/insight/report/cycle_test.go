package report_test

import (
	"fmt"
	"strings"
	"testing"

	"tandem/internal/insight/report"
	"tandem/internal/journey"
)

// figures are a cycle's row as text.
func figures(c report.CycleRow) string {
	return fmt.Sprintf("n %d median %s mean %s p90 %s min %s max %s before %d without %d", c.N, shown(c.Median), shown(c.Mean), shown(c.P90),
		shown(c.Min), shown(c.Max), c.BeforeFirstTouch, c.WithoutFirstTouch)
}

func TestTheCycleIsTheDaysFromFirstTouchToWon(t *testing.T) {
	each(t, func(s *shop) {
		if got := figures(s.cycle(report.CycleQuery{}).CycleRow); got != "n 0 median none mean none p90 none min none max none before 0 without 0" {
			t.Errorf("of nothing: %s", got)
		}
		for i, won := range []string{"2026-01-02", "2026-01-03 12:00", "2026-01-05", "2026-01-11"} {
			who := fmt.Sprint("person ", i)
			s.comes(who, "2026-01-01", "Email")
			s.comes(who, "2026-01-02", "Event")
			s.wins(who, "2026-01-01", won, "1.00")
		}
		// sorted: 1, 2.5, 4, 10; p90 lies 0.7 of the way from 4 to 10
		if got := figures(s.cycle(report.CycleQuery{}).CycleRow); got != "n 4 median 3.25 mean 4.375 p90 8.2 min 1 max 10 before 0 without 0" {
			t.Errorf("of four: %s", got)
		}
	})
}

func TestADealWonBeforeItsFirstTouchStaysNegativeAndIsCounted(t *testing.T) {
	each(t, func(s *shop) {
		s.comes("ann", "2026-01-11", "Email")
		s.wins("ann", "2026-01-01", "2026-01-01", "1.00")
		s.comes("ben", "2026-01-01", "Event")
		s.wins("ben", "2026-01-01", "2026-01-03", "1.00")
		s.does("cleo", "2026-01-01", journey.EmailSent)
		s.wins("cleo", "2026-01-01", "2026-01-09", "1.00")
		r := s.cycle(report.CycleQuery{By: "channel"})
		if got := figures(r.CycleRow); got != "n 2 median -4 mean -4 p90 0.8 min -10 max 2 before 1 without 1" {
			t.Errorf("in all: %s", got)
		}
		var got []string
		for _, row := range r.Rows {
			got = append(got, *row.Key+": "+strings.Join(strings.Fields(figures(row))[:4], " "))
		}
		same(t, "by channel", got, []string{"Email: n 1 median -10", "Event: n 1 median 2", ": n 0 median none"})
	})
}
