package bench

import (
	"context"
	"testing"
	"time"

	"tandem/internal/db"
	"tandem/internal/insight/attribution"
	"tandem/internal/insight/feed"
	"tandem/internal/insight/report"
)

// BenchmarkReports asks the large demo: 100,000 people, 1,150,000 touches, 18,000 deals. Each figure is a whole report from a store that was just
// opened, in seconds and as a ratio to one bare pass over the touches (x/scan). The first report also packs the feed, where no import has.
func BenchmarkReports(b *testing.B) {
	h := large(b)
	h.unpack(b)
	h.close(b)
	for b.Loop() {
		h = open(b, h.file)
		scan := timed(b, func() error { return h.scan() })
		b.ReportMetric(scan.Seconds(), "scan-s")
		first := timed(b, func() error { return feed.CatchUp(context.Background(), h.DB, h.place.Workspace) })
		b.ReportMetric(first.Seconds(), "feed-s")
		h.close(b)
		measure(b, h.file, "funnel", scan, func(h *business) error {
			_, err := h.Reports.Funnel(context.Background(), h.place, report.FunnelQuery{By: "channel"})
			return err
		})
		for _, m := range attribution.Models() {
			measure(b, h.file, string(m), scan, func(h *business) error {
				_, err := h.Reports.Attribution(context.Background(), h.place, report.AttributionQuery{Attribution: report.Attribution{Model: string(m)}})
				return err
			})
		}
	}
}

func measure(b *testing.B, file, name string, scan time.Duration, ask func(*business) error) {
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
func (h *business) scan() error {
	ctx := context.Background()
	return h.DB.Read(ctx, h.place.Workspace, func(tx *db.Tx) error {
		return db.EachCells(ctx, tx, func(db.Cells) error { return nil },
			`SELECT contact_id, at, kind, channel, source, medium, campaign FROM touch WHERE workspace_id = $1`, h.place.Workspace)
	})
}

// unpack throws the feed away, so that packing it is measured.
func (h *business) unpack(b *testing.B) {
	b.Helper()
	ctx := context.Background()
	must(b, h.DB.Write(ctx, h.place.Workspace, func(tx *db.Tx) error {
		_, err := db.Exec(ctx, tx, `DELETE FROM feed_chunk WHERE workspace_id = $1`, h.place.Workspace)
		return err
	}))
}
