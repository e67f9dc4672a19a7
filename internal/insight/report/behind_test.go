package report_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"tandem/internal/db"
	"tandem/internal/id"
	"tandem/internal/insight/attribution"
	"tandem/internal/insight/report"
	"tandem/internal/journey"
	"tandem/internal/test/dbtest"
)

const today = "2026-06-01"

// behind fails unless as many records stand behind a figure as it shows.
func (s *shop) behind(f report.Figure, shown int) report.Records {
	s.Helper()
	r, err := s.reports.Behind(s.Context(), s.place, f)
	if err != nil {
		s.Fatal(err)
	}
	if r.Count() != shown {
		s.Errorf("%+v shows %d, behind it are %d: %+v", f, shown, r.Count(), r)
	}
	if !slices.IsSorted(r.People) || len(slices.Compact(slices.Clone(r.People))) != len(r.People) {
		s.Errorf("%+v: people twice or out of order: %v", f, r.People)
	}
	return r
}

func (s *shop) loop(q report.LoopQuery) report.Loop {
	s.Helper()
	r, err := s.reports.Loop(s.Context(), s.place, q)
	if err != nil {
		s.Fatal(err)
	}
	return r
}

func (s *shop) flow(q report.FlowQuery) report.Flow {
	s.Helper()
	r, err := s.reports.Flow(s.Context(), s.place, q)
	if err != nil {
		s.Fatal(err)
	}
	return r
}

func (s *shop) cohorts(q report.CohortQuery) report.Cohorts {
	s.Helper()
	r, err := s.reports.Cohorts(s.Context(), s.place, q)
	if err != nil {
		s.Fatal(err)
	}
	return r
}

// opens every number of the flow, the loop and the cohorts.
func (s *shop) opensAll(p report.Period) {
	flow := s.flow(report.FlowQuery{Period: p})
	for _, step := range report.Steps() {
		s.behind(report.Figure{Kind: report.OfFlow, Period: p, Step: step}, flow.Total.Count(step))
		for _, r := range flow.Rows {
			s.behind(report.Figure{Kind: report.OfFlow, Period: p, Step: step, Keyed: true, Key: r.Key}, r.Count(step))
		}
	}
	for _, conversion := range []string{"won", "paid"} {
		for _, m := range attribution.Models() {
			s.opensLoop(report.LoopQuery{Period: p, Model: string(m), Conversion: conversion, By: "channel"})
		}
		s.opensLoop(report.LoopQuery{Period: p, Conversion: conversion, By: "source"})
		s.opensCohorts(report.CohortQuery{Period: p, Conversion: conversion, Today: today})
	}
}

func (s *shop) opensLoop(q report.LoopQuery) {
	loop := s.loop(q)
	credit := report.Figure{Kind: report.OfCredit, Period: q.Period, By: q.By, Model: q.Model, Conversion: q.Conversion}
	s.behind(credit, loop.Total.From)
	people := report.Figure{Kind: report.OfFlow, Period: q.Period, By: q.By, Keyed: true}
	for _, r := range loop.Rows {
		credit.Keyed, credit.Key, people.Key = true, r.Key, r.Key
		s.behind(credit, r.From)
		people.Step = report.Leads
		s.behind(people, r.Leads)
		people.Step = report.Customers
		s.behind(people, r.Customers)
	}
	whole := s.credit(report.AttributionQuery{Period: q.Period, By: q.By, Conversion: q.Conversion, Attribution: report.Attribution{Model: q.Model}})
	if whole.Total.Value != loop.Total.Value || whole.Total.Conversions != loop.Total.Orders {
		s.Errorf("%+v: the loop says %v for %v, the attribution %v for %v", q, loop.Total.Value, loop.Total.Orders, whole.Total.Value, whole.Total.Conversions)
	}
}

func (s *shop) opensCohorts(q report.CohortQuery) {
	report0 := s.cohorts(q)
	f := report.Figure{Kind: report.OfCohort, Period: q.Period, Conversion: q.Conversion, Today: q.Today}
	for _, row := range append(report0.Rows, report0.Total) {
		f.Month, f.Within = row.Month, -1
		s.behind(f, row.Leads)
		for k, cell := range row.Through {
			f.Within = k
			s.behind(f, cell.Bought)
		}
	}
}

func TestEveryFigureOpensToAsManyRecordsAsItShows(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		for n := range uint64(12) {
			f := throwTogether(rand.New(rand.NewPCG(n, 7)))
			s := open(t, d, id.Workspace(n+1))
			f.opens(s)
			s.opensAll(report.Period{})
			s.opensAll(report.Period{From: "2026-01-10", To: "2026-02-05"})
			if t.Failed() {
				t.Fatalf("business %d: %+v", n, *f)
			}
		}
	})
}

func TestTheFlowReconcilesWithTheFunnel(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		for n := range uint64(20) {
			f := throwTogether(rand.New(rand.NewPCG(n, 11)))
			s := open(t, d, id.Workspace(n+1))
			f.opens(s)
			for _, p := range []report.Period{{}, {From: "2026-01-08", To: "2026-01-30"}} {
				funnel, err := s.reports.Funnel(t.Context(), s.place, report.FunnelQuery{Period: p, By: "channel"})
				if err != nil {
					t.Fatal(err)
				}
				people := map[string]int{}
				for _, r := range funnel.Rows {
					people[r.Key] = r.Contacts
				}
				flow := s.flow(report.FlowQuery{Period: p})
				if flow.Total.People != funnel.Total.Contacts {
					t.Errorf("business %d: %d people, the funnel has %d", n, flow.Total.People, funnel.Total.Contacts)
				}
				for _, r := range flow.Rows {
					if r.People != people[r.Key] || r.Leads > r.People || r.Deal > r.Leads || r.Won > r.Deal || r.Paid > r.Won {
						t.Errorf("business %d, %q: %+v, the funnel has %d", n, r.Key, r, people[r.Key])
					}
				}
			}
		}
	})
}

func TestTheFlowCountsPeopleWhateverNumberOfDealsTheyHave(t *testing.T) {
	each(t, func(s *shop) {
		s.comes("anna", "2026-01-02", "Paid Search")
		s.wins("anna", "2026-01-03", "2026-01-04", "10")
		s.wins("anna", "2026-01-05", "2026-01-06", "10")
		s.comes("bert", "2026-01-02", "Paid Search")
		s.does("carl", "2026-01-02", journey.Visit)
		s.pays("carl", "2026-01-03", "10", "")
		s.does("dora", "2026-01-02", journey.Visit)
		s.pays("dora", "2026-01-03", "10", "")
		s.pays("dora", "2026-01-04", "-10", "")
		s.person("emma")
		var got []string
		flow := s.flow(report.FlowQuery{})
		for _, r := range append(flow.Rows, flow.Total) {
			got = append(got, fmt.Sprintf("%s %s %d>%d>%d>%d>%d", r.Key, r.Side, r.People, r.Leads, r.Deal, r.Won, r.Paid))
		}
		same(s.T, "flow", got, []string{"Field sales 2>1>1>1>1", "Paid Search marketing 2>1>1>1>0", " none 1>0>0>0>0", "  5>2>2>2>1"})
	})
}

func TestTheLinesOfTheQualityReportOpen(t *testing.T) {
	each(t, func(s *shop) {
		s.wins("anna", "2026-01-03", "2026-01-04", "10")
		s.pays("", "2026-01-03", "7", "")
		s.record("bert", journey.Touch{At: at("2026-01-05"), Kind: journey.AdClick, Source: "google", Medium: "cpc", Campaign: "spring"})
		s.record("bert", journey.Touch{At: at("2026-01-06"), Kind: journey.AdClick, Source: "google", Medium: "cpc", Campaign: "spring"})
		s.paysIn("bert", "2026-01-07", "5", "USD", "")
		q := s.quality()
		s.behind(report.Figure{Kind: report.NoTouch}, q.WonWithoutTouch.N)
		s.behind(report.Figure{Kind: report.NoContact}, q.MoneyWithoutContact.N)
		s.behind(report.Figure{Kind: report.OfCampaign, Key: "spring"}, q.UnknownCampaigns[0].People)
		s.behind(report.Figure{Kind: report.OfSource, Key: "google"}, q.Never[0].People)
		s.behind(report.Figure{Kind: report.WithoutRate, Key: "USD"}, q.Unconverted[0].Deals+q.Unconverted[0].Payments)
		if q.WonWithoutTouch.N != 1 || q.MoneyWithoutContact.N != 1 || q.UnknownCampaigns[0].Touches != 2 || q.UnknownCampaigns[0].People != 1 {
			t.Errorf("%+v", q)
		}
		if _, err := s.reports.Behind(t.Context(), s.place, report.Figure{Kind: "else"}); err == nil {
			t.Error("a figure that does not exist opens")
		}
	})
}

func TestCohortsSayHowFastLeadsBuyAndStopToday(t *testing.T) {
	each(t, func(s *shop) {
		for who, bought := range map[string]string{"anna": "2026-01-20", "bert": "2026-03-02", "carl": "", "dora": "2025-12-01"} {
			s.comes(who, "2026-01-10", "Email")
			s.does(who, "2026-01-11", journey.FormSubmitted)
			if bought != "" {
				s.wins(who, "2025-12-01", bought, "10")
			}
		}
		s.comes("emma", "2026-01-10", "Email") // no lead
		s.comes("fred", "2026-03-10", "Email")
		s.pays("fred", "2026-03-10", "10", "")
		wants := func(q report.CohortQuery, want ...string) {
			t.Helper()
			r := s.cohorts(q)
			var got []string
			for _, row := range append(r.Rows, r.Total) {
				line := fmt.Sprintf("%s %d %v:", row.Month, row.Leads, row.ToDate)
				for _, c := range row.Through {
					line += fmt.Sprintf(" %d/%d=%s", c.Bought, c.Base, short(c.Share))
				}
				got = append(got, line)
			}
			same(s.T, "cohorts", got, want)
		}
		wants(report.CohortQuery{Today: "2026-03-15"},
			"2026-01 4 false: 2/4=0.5 2/4=0.5 3/4=0.75", "2026-03 1 true: 1/1=1", " 5 false: 3/5=0.6 2/4=0.5 3/4=0.75")
		wants(report.CohortQuery{Today: "2026-02-15"}, "2026-01 4 false: 2/4=0.5 2/4=0.5", " 4 false: 2/4=0.5 2/4=0.5")
		wants(report.CohortQuery{Today: "2026-03-15", Months: 1, Period: report.Period{To: "2026-01-31"}},
			"2026-01 4 false: 2/4=0.5 2/4=0.5", " 4 false: 2/4=0.5 2/4=0.5")
		wants(report.CohortQuery{Today: "2026-03-15", Conversion: "paid"},
			"2026-01 4 false: 0/4=0 0/4=0 0/4=0", "2026-03 1 true: 1/1=1", " 5 false: 1/5=0.2 0/4=0 0/4=0")
	})
}
