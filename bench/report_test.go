package bench

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"tandem/internal/db"
	"tandem/internal/exchange"
	"tandem/internal/insight/attribution"
	"tandem/internal/insight/feed"
	"tandem/internal/insight/report"
	"tandem/internal/journey"
)

const (
	people  = 200_000
	touches = 1_000_000
)

// BenchmarkReports asks a business of 200,000 people, 1,000,000 touches and 20,000 deals. Each figure is a whole report from a store that was just
// opened, in seconds and as a ratio to one bare pass over the touches (x/scan). The first report also packs the feed, where no import has.
func BenchmarkReports(b *testing.B) {
	h := newHouse(b)
	fill(b, h)
	h.close(b)
	for b.Loop() {
		h = open(b, h.file)
		scan := timed(b, func() error { return h.scan() })
		b.ReportMetric(scan.Seconds(), "scan-s")
		first := timed(b, func() error { return feed.CatchUp(context.Background(), h.DB, h.place.Workspace) })
		b.ReportMetric(first.Seconds(), "feed-s")
		h.close(b)
		measure(b, h.file, "funnel", scan, func(h *house) error {
			_, err := h.reports.Funnel(context.Background(), h.place, report.FunnelQuery{By: "channel"})
			return err
		})
		for _, m := range attribution.Models() {
			measure(b, h.file, string(m), scan, func(h *house) error {
				_, err := h.reports.Attribution(context.Background(), h.place, report.AttributionQuery{Attribution: report.Attribution{Model: string(m)}})
				return err
			})
		}
	}
}

func measure(b *testing.B, file, name string, scan time.Duration, ask func(*house) error) {
	b.Helper()
	took := timed(b, func() error {
		h := open(b, file)
		defer h.close(b)
		return ask(h)
	})
	b.ReportMetric(took.Seconds(), name+"-s")
	b.ReportMetric(took.Seconds()/scan.Seconds(), name+"-x/scan")
}

func timed(b *testing.B, do func() error) time.Duration {
	b.Helper()
	began := time.Now()
	must(b, do())
	return time.Since(began)
}

// scan reads what a report needs of every touch, and does nothing with it.
func (h *house) scan() error {
	ctx := context.Background()
	return h.DB.Read(ctx, h.place.Workspace, func(tx *db.Tx) error {
		return db.EachCells(ctx, tx, func(db.Cells) error { return nil },
			`SELECT contact_id, at, kind, channel, source, medium, campaign FROM touch WHERE workspace_id = $1`, h.place.Workspace)
	})
}

// fill makes the business.
func fill(b *testing.B, h *house) {
	b.Helper()
	h.takes(b, exchange.Contacts, personHeader, people, person)
	random := rand.New(rand.NewPCG(1, 2))
	sources := [][2]string{{"google", "cpc"}, {"google", "organic"}, {"news", "email"}, {"facebook", "social"}, {"partner.example", "referral"}}
	kinds := []string{journey.PageView, journey.AdClick, journey.EmailClicked, journey.FormSubmitted, journey.Call, journey.EmailSent}
	h.takes(b, exchange.Touches, "contact,at,kind,source,medium,campaign,page", touches, func(int) string {
		s := sources[random.IntN(len(sources))]
		return fmt.Sprintf("c%d,2025-%02d-%02d %02d:%02d:%02d,%s,%s,%s,camp%d,/p%d", random.IntN(people), 1+random.IntN(12), 1+random.IntN(28),
			random.IntN(24), random.IntN(60), random.IntN(60), kinds[random.IntN(len(kinds))], s[0], s[1], random.IntN(40), random.IntN(200))
	})
	h.takes(b, exchange.Deals, "external_id,contact,status,amount,currency,created_at,closed_at", 20_000, func(i int) string {
		return fmt.Sprintf("d%d,c%d,%s,%d,EUR,2025-%02d-%02d,2025-%02d-%02d", i, random.IntN(people),
			[]string{"won", "won", "lost", "open"}[random.IntN(4)], 100+random.IntN(90_000), 1+random.IntN(6), 1+random.IntN(28), 7+random.IntN(6), 1+random.IntN(28))
	})
	ctx := context.Background()
	must(b, h.DB.Write(ctx, h.place.Workspace, func(tx *db.Tx) error {
		_, err := db.Exec(ctx, tx, `DELETE FROM feed_chunk WHERE workspace_id = $1`, h.place.Workspace) // so that packing it is measured
		return err
	}))
}
