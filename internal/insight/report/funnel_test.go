package report_test

import (
	"fmt"
	"testing"
	"time"

	"tandem/internal/fault"
	"tandem/internal/insight/report"
	"tandem/internal/journey"
	"tandem/internal/people/contact"
	"tandem/internal/people/field"
	"tandem/internal/sales/deal"
)

func TestTheFunnelGoesByTheFirstTouch(t *testing.T) {
	each(t, func(s *shop) {
		s.record("ann", journey.Touch{At: at("2026-01-02"), Kind: journey.PageView, Channel: "Email", Source: "s2", Medium: "m2", Campaign: "c2", Page: "/b"})
		s.record("ann", journey.Touch{At: at("2026-01-01"), Kind: journey.PageView, Channel: "Event", Source: "s1", Medium: "m1", Campaign: "c1", Page: "/a?x"})
		s.record("ben", journey.Touch{At: at("2026-02-02"), Kind: journey.PageView, Channel: "Email", Source: "s2", Medium: "m2", Campaign: "c2", Page: "/b"})
		s.person("cleo")
		s.wins("ann", "2026-01-01", "2026-01-05", "50.00")
		lost := row("lost", "2026-01-01", "2026-01-06", "9.00")
		lost.Status = deal.Lost
		s.deal("ann", lost)
		open := row("open", "2026-01-01", "", "9.00")
		open.Status = deal.Open
		s.deal("ben", open)
		s.wins("cleo", "2026-01-01", "2026-01-05", "1.00")
		s.pays("ann", "2026-01-10", "40.00", "")
		s.pays("ann", "2026-01-11", "-5.00", "")
		for grouping, keys := range map[string][2]string{
			"channel": {"Event", "Email"}, "source": {"s1", "s2"}, "medium": {"m1", "m2"}, "campaign": {"c1", "c2"}, "page": {"/a?x", "/b"},
		} {
			s.wantFunnel(report.FunnelQuery{By: grouping},
				keys[0]+": 1 contacts, 2 deals = 0+1+1, 50.00 35.00", ": 1 contacts, 1 deals = 0+1+0, 1.00 0.00",
				keys[1]+": 1 contacts, 1 deals = 1+0+0, 0.00 0.00", "total: 3 contacts, 4 deals = 1+2+1, 51.00 35.00")
		}
		r, err := s.reports.Funnel(s.Context(), s.place, report.FunnelQuery{By: "channel"})
		if err != nil {
			t.Fatal(err)
		}
		if got := shown(r.Rows[0].WonRate) + " " + shown(r.Rows[1].WonRate) + " " + shown(r.Rows[2].WonRate) + " " + shown(r.Total.WonRate); got != "0.5 1 none 0.6667" {
			t.Errorf("won rates: %s", got)
		}
	})
}

func TestAMonthIsThatOfTheBusinessesClocks(t *testing.T) {
	each(t, func(s *shop) {
		s.place.Zone = zone(t, "Europe/Berlin")
		s.comes("ann", "2026-01-31 22:59", "Email")
		s.comes("ben", "2026-01-31 23:00", "Email")
		s.comes("cleo", "2026-02-28 22:59", "Email")
		s.person("dan")
		s.wantFunnel(report.FunnelQuery{By: "month"}, ": 1 contacts, 0 deals = 0+0+0, 0.00 0.00", "2026-01: 1 contacts, 0 deals = 0+0+0, 0.00 0.00",
			"2026-02: 2 contacts, 0 deals = 0+0+0, 0.00 0.00", "total: 4 contacts, 0 deals = 0+0+0, 0.00 0.00")
	})
}

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func TestAPeriodIsWholeDaysOfTheBusinessesClocksBothIncluded(t *testing.T) {
	for _, c := range []struct{ zone, day, before, first, last, after string }{
		{"UTC", "2026-03-10", "2026-03-09 23:59", "2026-03-10 00:00", "2026-03-10 23:59", "2026-03-11 00:00"},
		{"Europe/Berlin", "2026-03-29", "2026-03-28 22:59", "2026-03-28 23:00", "2026-03-29 21:59", "2026-03-29 22:00"},
		{"America/New_York", "2026-11-01", "2026-11-01 03:59", "2026-11-01 04:00", "2026-11-02 04:59", "2026-11-02 05:00"},
		// the clocks go forward at midnight, so the day begins at one o'clock
		{"America/Santiago", "2024-09-08", "2024-09-08 03:59", "2024-09-08 04:00", "2024-09-09 02:59", "2024-09-09 03:00"},
		{"Asia/Beirut", "2024-03-31", "2024-03-30 21:59", "2024-03-30 22:00", "2024-03-31 20:59", "2024-03-31 21:00"},
	} {
		t.Run(c.zone, func(t *testing.T) {
			each(t, func(s *shop) {
				s.place.Zone = zone(t, c.zone)
				for i, when := range []string{c.before, c.first, c.last, c.after} {
					who := fmt.Sprint("person ", i)
					s.comes(who, when, "Email")
					s.wins(who, when, when, "1.00")
				}
				period := report.Period{From: c.day, To: c.day}
				s.wantFunnel(report.FunnelQuery{By: "channel", Period: period},
					"Email: 2 contacts, 2 deals = 0+2+0, 2.00 0.00", "total: 2 contacts, 2 deals = 0+2+0, 2.00 0.00")
				q := won
				q.Period = period
				s.wantCredit(q, "Email 2 2.00")
				if n := s.cycle(report.CycleQuery{Period: period}).N; n != 2 {
					t.Errorf("a cycle of %d deals, want 2", n)
				}
				q.Period = report.Period{From: c.day}
				s.wantCredit(q, "Email 3 3.00")
				q.Period = report.Period{To: c.day}
				s.wantCredit(q, "Email 3 3.00")
			})
		})
	}
}

func TestAPeriodSelectsTheFirstTouchTheCommitmentOrTheWin(t *testing.T) {
	each(t, func(s *shop) {
		s.comes("ann", "2026-01-10", "Email")
		s.does("ann", "2026-02-10", journey.Order)
		s.wins("ann", "2026-01-20", "2026-03-10", "9.00")
		s.pays("ann", "2026-04-10", "9.00", "deal 1")
		for month, want := range map[string][3]string{
			"01": {"Email: 1 contacts, 1 deals = 0+1+0, 9.00 9.00", "", "0"}, "02": {"", "Email 1 9.00", "0"}, "03": {"", "", "1"},
		} {
			period := report.Period{From: "2026-" + month + "-01", To: "2026-" + month + "-28"}
			total := "total: 0 contacts, 0 deals = 0+0+0, 0.00 0.00"
			if want[0] != "" {
				s.wantFunnel(report.FunnelQuery{By: "channel", Period: period}, want[0], "total"+want[0][len("Email"):])
			} else {
				s.wantFunnel(report.FunnelQuery{By: "channel", Period: period}, total)
			}
			q := won
			q.Period = period
			if want[1] != "" {
				s.wantCredit(q, want[1])
			} else {
				s.wantCredit(q)
			}
			if got := fmt.Sprint(s.cycle(report.CycleQuery{Period: period}).N); got != want[2] {
				t.Errorf("month %s: a cycle of %s deals, want %s", month, got, want[2])
			}
		}
	})
}

func TestADealCountsUnderItsOwnOwnerElseItsContacts(t *testing.T) {
	each(t, func(s *shop) {
		s.knows(contact.Row{External: "ann", Owner: "Mia"})
		s.comes("ann", "2026-01-01", "Email")
		s.comes("ben", "2026-01-01", "Email")
		s.knows(contact.Row{External: "cleo", Owner: "Tom"})
		s.person("dan")
		own := row("own", "2026-01-05", "2026-01-08", "10.00")
		own.Owner = "Tom"
		s.deal("ann", own)
		s.wins("ann", "2026-01-05", "2026-01-09", "5.00")
		later := row("later", "2026-03-01", "2026-03-08", "1.00")
		later.Owner = "Mia"
		s.deal("ben", later)
		first := row("first", "2026-02-01", "2026-02-08", "2.00")
		first.Owner = "Zoe"
		s.deal("ben", first)
		s.pays("ann", "2026-02-01", "10.00", "own")
		s.pays("ann", "2026-02-01", "3.00", "")
		s.wantFunnel(report.FunnelQuery{By: "owner"},
			"Mia: 1 contacts, 2 deals = 0+2+0, 6.00 3.00", "Tom: 1 contacts, 1 deals = 0+1+0, 10.00 10.00", "Zoe: 1 contacts, 1 deals = 0+1+0, 2.00 0.00",
			": 1 contacts, 0 deals = 0+0+0, 0.00 0.00", "total: 4 contacts, 4 deals = 0+4+0, 18.00 13.00")
	})
}

func TestTheFunnelGoesByAFieldOfTheBusinesssOwn(t *testing.T) {
	each(t, func(s *shop) {
		s.comes("ann", "2026-01-01", "Email")
		s.comes("ben", "2026-01-01", "Email")
		s.person("cleo")
		s.wins("ann", "2026-01-05", "2026-01-08", "10.00")
		s.wins("ben", "2026-01-05", "2026-01-08", "20.00")
		s.fieldOf(field.Contact, s.people["ann"], "Segment", "SMB")
		s.fieldOf(field.Deal, s.dealIDs["deal 2"], "segment", "Big")
		s.wantFunnel(report.FunnelQuery{By: "field.SEGMENT"},
			"Big: 1 contacts, 1 deals = 0+1+0, 20.00 0.00", "SMB: 1 contacts, 1 deals = 0+1+0, 10.00 0.00",
			": 1 contacts, 0 deals = 0+0+0, 0.00 0.00", "total: 3 contacts, 2 deals = 0+2+0, 30.00 0.00")

		s.removesDeal("deal 2")
		s.wantFunnel(report.FunnelQuery{By: "field.segment"},
			": 2 contacts, 0 deals = 0+0+0, 0.00 0.00", "SMB: 1 contacts, 1 deals = 0+1+0, 10.00 0.00", "total: 3 contacts, 1 deals = 0+1+0, 10.00 0.00")
	})
}

func TestWhatIsPaidForADealStandsBesideItWhoeverPaid(t *testing.T) {
	each(t, func(s *shop) {
		s.comes("ann", "2026-01-01", "Email")
		s.comes("bank", "2026-02-01", "Direct")
		s.deal("ann", row("boots", "2026-01-01", "2026-01-05", "50.00"))
		s.pays("bank", "2026-02-10", "50.00", "boots")
		s.wantFunnel(report.FunnelQuery{By: "channel", Period: report.Period{To: "2026-01-31"}},
			"Email: 1 contacts, 1 deals = 0+1+0, 50.00 50.00", "total: 1 contacts, 1 deals = 0+1+0, 50.00 50.00")
		s.wantCredit(paid, "Email 1 50.00")
	})
}

func TestAQuestionThatCannotBeAskedIsAFault(t *testing.T) {
	each(t, func(s *shop) {
		funnel := func(by, from, to string) error {
			_, err := s.reports.Funnel(s.Context(), s.place, report.FunnelQuery{By: by, Period: report.Period{From: from, To: to}})
			return err
		}
		credit := func(q report.AttributionQuery) error {
			_, err := s.reports.Attribution(s.Context(), s.place, q)
			return err
		}
		for what, err := range map[string]error{
			"no such key": funnel("shoe size", "", ""), "no field's name": funnel("field.", "", ""), "no day": funnel("channel", "2026-02-30", ""),
			"ends before it begins": funnel("channel", "2026-02-02", "2026-02-01"), "no conversion": credit(report.AttributionQuery{Conversion: "clicked"}),
			"no model": credit(model(won, "gut feeling")), "credit by page": credit(by(won, "page")), "a window of less than nothing": credit(report.AttributionQuery{Window: -1}),
		} {
			if !fault.Is(err, fault.Usage) {
				t.Errorf("%s: %v", what, err)
			}
		}
		if err := funnel("field.nope", "", ""); !fault.Is(err, fault.NotFound) {
			t.Errorf("an unknown field: %v", err)
		}
	})
}
