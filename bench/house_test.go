// Package bench measures what the program does against what the machine can do, in one run: the figures are ratios, because machines are
// shared and noisy. bench/README.md holds the figures that were seen.
package bench

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/demo"
	"tandem/internal/exchange"
	"tandem/internal/house"
	"tandem/internal/insight/report"
	"tandem/internal/team"
)

// business is one on a fresh SQLite file.
type business struct {
	house.Services
	place report.Place
	file  string
}

// today is when the benchmarks run, so that the demo is the same every time.
var today = time.Date(2026, 5, 20, 8, 24, 0, 0, time.UTC)

func newBusiness(b *testing.B) *business {
	b.Helper()
	return open(b, filepath.Join(b.TempDir(), "tandem.db"))
}

// large is the demo with 100,000 people and more than 1,000,000 touches.
func large(b *testing.B) *business {
	b.Helper()
	h := newBusiness(b)
	_, err := demo.Fill(context.Background(), h.Services, demo.Options{People: demo.Large})
	must(b, err)
	h.settle(b)
	return h
}

func open(b *testing.B, file string) *business {
	b.Helper()
	ctx := context.Background()
	d, err := db.Open(ctx, "sqlite:"+file)
	must(b, err)
	must(b, d.Migrate(ctx))
	h := &business{Services: house.Build(d, clock.NewFake(today)), file: file}
	must(b, h.Team.Begin(ctx))
	h.settle(b)
	return h
}

// settle reads where the business is.
func (h *business) settle(b *testing.B) {
	b.Helper()
	w, err := h.Team.BySlug(context.Background(), team.Default)
	must(b, err)
	zone, err := w.Zone()
	must(b, err)
	h.place = report.Place{Workspace: w.ID, Currency: w.Currency, Zone: zone}
}

func must(b *testing.B, err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

// takes imports a file that line by line is what row says.
func (h *business) takes(b *testing.B, kind exchange.Kind, header string, rows int, row func(i int) string) time.Duration {
	b.Helper()
	file := filepath.Join(b.TempDir(), string(kind)+".csv")
	f, err := os.Create(file)
	must(b, err)
	var text strings.Builder
	text.WriteString(header + "\n")
	for i := range rows {
		text.WriteString(row(i) + "\n")
		if text.Len() > 1<<20 || i == rows-1 {
			_, err := f.WriteString(text.String())
			must(b, err)
			text.Reset()
		}
	}
	must(b, f.Close())
	began := time.Now()
	r, err := h.Exchange.Import(context.Background(), h.place.Workspace, team.Console(), kind, file, exchange.Options{})
	must(b, err)
	if r.Created != rows {
		b.Fatalf("%d of %d rows were created: %+v", r.Created, rows, r.Problems[:min(len(r.Problems), 3)])
	}
	return time.Since(began)
}

func (h *business) close(b *testing.B) {
	b.Helper()
	must(b, h.DB.Close())
}

// person is one row of a file of contacts.
func person(i int) string {
	return fmt.Sprintf("c%d,p%d@example%d.com,First%d,Last%d,+4930%d,Company %d,City%d,DE,2025-0%d-1%d,Organic Search",
		i, i, i%5000, i%1000, i%7777, 1000000+i, i%20000, i%300, 1+i%9, i%9)
}

const personHeader = "external_id,email,first_name,last_name,phone,company,city,country,created_at,channel"
