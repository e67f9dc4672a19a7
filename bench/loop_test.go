package bench

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"tandem/internal/exchange"
	"tandem/internal/insight/attribution"
	"tandem/internal/insight/report"
	"tandem/internal/journey"
)

// BenchmarkLoop asks a business of 100,000 people and 1,000,000 touches what its page The loop asks, the book at hand: another model, another
// grouping, the whole page, the strip of Today, the people behind a figure. Each figure is the time of the answer's first asking, in milliseconds
// and, for those that must be quick, as a ratio to one bare pass over the touches. Rebuilding is the first answer after something was recorded.
func BenchmarkLoop(b *testing.B) {
	h := newHouse(b)
	fillLoop(b, h)
	defer h.close(b)
	ctx := context.Background()
	scan := timed(b, func() error { return h.scan() })
	for b.Loop() {
		ms := func(name string, do func() error) time.Duration {
			took := timed(b, do)
			b.ReportMetric(float64(took.Microseconds())/1000, name+"-ms")
			return took
		}
		h.reports = report.New(h.DB, h.Ledger) // nothing at hand
		loop := func(by, model string) func() error {
			return func() error {
				_, err := h.reports.Loop(ctx, h.place, report.LoopQuery{By: by, Model: model})
				return err
			}
		}
		ms("rebuilding", loop("channel", "linear"))
		var models []time.Duration
		for _, m := range attribution.Models() {
			models = append(models, timed(b, loop("channel", string(m))))
		}
		slowest := slices.Max(models)
		b.ReportMetric(float64(slowest.Microseconds())/1000, "slowest-model-ms")
		b.ReportMetric(slowest.Seconds()/scan.Seconds(), "slowest-model-x/scan")
		took := ms("grouping", loop("campaign", "markov"))
		b.ReportMetric(took.Seconds()/scan.Seconds(), "grouping-x/scan")
		ms("again", loop("campaign", "markov"))
		ms("cohorts", func() error {
			_, err := h.reports.Cohorts(ctx, h.place, report.CohortQuery{Today: "2025-12-31"})
			return err
		})
		ms("quality", func() error { _, err := h.reports.Quality(ctx, h.place); return err })
		strip := func() error {
			_, err := h.reports.Strip(ctx, h.place, report.Period{From: "2025-12-01", To: "2025-12-20"})
			return err
		}
		ms("strip", strip)
		ms("strip-again", strip)
		ms("ranges", func() error {
			_, err := h.reports.Loop(ctx, h.place, report.LoopQuery{Model: "linear", Ranges: true})
			return err
		})
		ms("behind", func() error {
			_, err := h.reports.Behind(ctx, h.place, report.Figure{Kind: report.OfCredit, Model: "markov", Keyed: true, Key: "Paid Search"})
			return err
		})
	}
}

// fillLoop makes the business.
func fillLoop(b *testing.B, h *house) {
	b.Helper()
	const people = 100_000
	h.takes(b, exchange.Contacts, personHeader, people, person)
	random := rand.New(rand.NewPCG(3, 4))
	sources := [][2]string{{"google", "cpc"}, {"google", "organic"}, {"news", "email"}, {"facebook", "social"}, {"partner.example", "referral"}}
	kinds := []string{journey.PageView, journey.AdClick, journey.EmailClicked, journey.FormSubmitted, journey.Call, journey.Visit}
	h.takes(b, exchange.Touches, "contact,at,kind,source,medium,campaign", touches, func(int) string {
		s := sources[random.IntN(len(sources))]
		return fmt.Sprintf("c%d,2025-%02d-%02d %02d:%02d:%02d,%s,%s,%s,camp%d", random.IntN(people), 1+random.IntN(12), 1+random.IntN(28),
			random.IntN(24), random.IntN(60), random.IntN(60), kinds[random.IntN(len(kinds))], s[0], s[1], random.IntN(40))
	})
	h.takes(b, exchange.Deals, "external_id,contact,status,amount,currency,created_at,closed_at", 20_000, func(i int) string {
		return fmt.Sprintf("d%d,c%d,%s,%d,EUR,2025-%02d-%02d,2025-%02d-%02d", i, random.IntN(people),
			[]string{"won", "won", "lost", "open"}[random.IntN(4)], 100+random.IntN(90_000), 1+random.IntN(6), 1+random.IntN(28), 7+random.IntN(6), 1+random.IntN(28))
	})
	h.takes(b, exchange.Costs, "external_id,from,to,channel,campaign,amount,currency", 2_000, func(i int) string {
		day := time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, i%360).Format(time.DateOnly)
		return fmt.Sprintf("k%d,%s,%s,Paid Search,camp%d,%d,EUR", i, day, day, i%40, 10+i%90)
	})
}
