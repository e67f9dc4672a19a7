package ledger_test

import (
	"fmt"
	"testing"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/ledger"
	"tandem/internal/test/dbtest"
)

// One transaction of 500 rows, as an import writes them.
func BenchmarkPutCosts(b *testing.B) {
	d := dbtest.SQLite(b)
	desk := ledger.New(clock.NewFake(may3))
	n := 0
	for b.Loop() {
		rows := make([]ledger.CostRow, 500)
		for i := range rows {
			n++
			rows[i] = may(fmt.Sprint("key ", n), 100_00)
		}
		err := d.Write(b.Context(), workspace, func(tx *db.Tx) error {
			_, err := desk.PutCosts(b.Context(), tx, clock.Of(may3), rows)
			return err
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "rows/s")
}

func BenchmarkPostAll(b *testing.B) {
	d := dbtest.SQLite(b)
	desk := ledger.New(clock.NewFake(may3))
	entries := make([]ledger.Entry, 500)
	for i := range entries {
		entries[i] = sale(1, 12_50, "EUR")
	}
	n := 0
	for b.Loop() {
		n += len(entries)
		err := d.Write(b.Context(), workspace, func(tx *db.Tx) error {
			_, err := desk.PostAll(b.Context(), tx, entries)
			return err
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "entries/s")
}
