package bench

import (
	"context"
	"slices"
	"testing"
	"time"

	"tandem/internal/insight/attribution"
	"tandem/internal/insight/report"
)

// BenchmarkLoop asks the large demo what its page The loop asks, the book at hand: another model, another
// grouping, the whole page, the strip of Today, the people behind a figure. Each figure is the time of the answer's first asking, in milliseconds
// and, for those that must be quick, as a ratio to one bare pass over the touches. Rebuilding is the first answer after something was recorded.
func BenchmarkLoop(b *testing.B) {
	h := large(b)
	defer h.close(b)
	ctx := context.Background()
	scan := timed(b, func() error { return h.scan() })
	for b.Loop() {
		ms := func(name string, do func() error) time.Duration {
			took := timed(b, do)
			b.ReportMetric(float64(took.Microseconds())/1000, name+"-ms")
			return took
		}
		h.Reports = report.New(h.DB, h.Ledger) // nothing at hand
		loop := func(by, model string) func() error {
			return func() error {
				_, err := h.Reports.Loop(ctx, h.place, report.LoopQuery{By: by, Model: model})
				return err
			}
		}
		ms("rebuilding", loop("channel", "linear"))
		var models []time.Duration
		for _, m := range attribution.Models() {
			models = append(models, ms(string(m), loop("channel", string(m))))
		}
		slowest := slices.Max(models)
		b.ReportMetric(float64(slowest.Microseconds())/1000, "slowest-model-ms")
		b.ReportMetric(slowest.Seconds()/scan.Seconds(), "slowest-model-x/scan")
		took := ms("grouping", loop("campaign", "markov"))
		b.ReportMetric(took.Seconds()/scan.Seconds(), "grouping-x/scan")
		ms("again", loop("campaign", "markov"))
		ms("cohorts", func() error {
			_, err := h.Reports.Cohorts(ctx, h.place, report.CohortQuery{Today: "2026-05-20"})
			return err
		})
		ms("quality", func() error { _, err := h.Reports.Quality(ctx, h.place); return err })
		strip := func() error {
			_, err := h.Reports.Strip(ctx, h.place, report.Period{From: "2026-05-01", To: "2026-05-20"})
			return err
		}
		ms("strip", strip)
		ms("strip-again", strip)
		ms("ranges", func() error {
			_, err := h.Reports.Loop(ctx, h.place, report.LoopQuery{Model: "linear", Ranges: true})
			return err
		})
		ms("behind", func() error {
			_, err := h.Reports.Behind(ctx, h.place, report.Figure{Kind: report.OfCredit, Model: "markov", Keyed: true, Key: "Paid Search"})
			return err
		})
	}
}
