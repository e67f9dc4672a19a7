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
	"tandem/internal/exchange"
	"tandem/internal/insight/report"
	"tandem/internal/journey"
	"tandem/internal/ledger"
	"tandem/internal/people/consent"
	"tandem/internal/people/contact"
	"tandem/internal/people/field"
	"tandem/internal/sales/deal"
	"tandem/internal/sales/payment"
	"tandem/internal/team"
)

// house is a business on a fresh SQLite file.
type house struct {
	*exchange.Service
	reports *report.Service
	place   report.Place
	file    string
}

func newHouse(b *testing.B) *house {
	b.Helper()
	file := filepath.Join(b.TempDir(), "tandem.db")
	h := open(b, file)
	return h
}

func open(b *testing.B, file string) *house {
	b.Helper()
	d, err := db.Open(context.Background(), "sqlite:"+file)
	must(b, err)
	must(b, d.Migrate(context.Background()))
	c := clock.System{}
	log, books := journey.New(c), ledger.New(c)
	deals := deal.New(log)
	teams := team.New(d, c)
	must(b, teams.Begin(context.Background()))
	w, err := teams.BySlug(context.Background(), team.Default)
	must(b, err)
	return &house{
		Service: &exchange.Service{
			DB: d, Clock: c, Journey: log, Ledger: books, Contacts: contact.New(log, c), Fields: field.New(c), Consents: consent.New(log, c),
			Deals: deals, Payments: payment.New(log, books, deals),
		},
		reports: report.New(d, books),
		place:   report.Place{Workspace: w.ID, Currency: w.Currency, Zone: time.UTC},
		file:    file,
	}
}

func must(b *testing.B, err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

// takes imports a file that line by line is what row says.
func (h *house) takes(b *testing.B, kind exchange.Kind, header string, rows int, row func(i int) string) time.Duration {
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
	r, err := h.Import(context.Background(), h.place.Workspace, team.Console(), kind, file, exchange.Options{})
	must(b, err)
	if r.Created != rows {
		b.Fatalf("%d of %d rows were created: %+v", r.Created, rows, r.Problems[:min(len(r.Problems), 3)])
	}
	return time.Since(began)
}

func (h *house) close(b *testing.B) {
	b.Helper()
	must(b, h.DB.Close())
}

// person is one row of a file of contacts.
func person(i int) string {
	return fmt.Sprintf("c%d,p%d@example%d.com,First%d,Last%d,+4930%d,Company %d,City%d,DE,2025-0%d-1%d,Organic Search",
		i, i, i%5000, i%1000, i%7777, 1000000+i, i%20000, i%300, 1+i%9, i%9)
}

const personHeader = "external_id,email,first_name,last_name,phone,company,city,country,created_at,channel"
