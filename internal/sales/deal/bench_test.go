package deal_test

import (
	"fmt"
	"testing"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/journey"
	"tandem/internal/sales/deal"
	"tandem/internal/test/dbtest"
)

// Transactions of 500 won deals, as an import writes them: new ones, the same again, and each with another amount. With -benchtime 400x they are
// 200,000.
func BenchmarkPutAll(b *testing.B) {
	for _, engine := range []struct {
		name string
		open func(testing.TB) *db.DB
	}{{"sqlite", dbtest.SQLite}, {"postgres", dbtest.Postgres}} {
		w := &writing{engine.open(b), deal.New(journey.New(clock.NewFake(may3))), 0, 2}
		b.Run(engine.name+"/new", func(b *testing.B) {
			w.run(b, func() { w.put(b, w.stored, 1); w.grow(b) })
		})
		for pass, amount := range []int64{1, 2} {
			b.Run(engine.name+[]string{"/same", "/changed"}[pass], func(b *testing.B) {
				n := 0
				w.run(b, func() { w.put(b, n%w.stored, amount+int64(n/w.stored*pass)); n++ })
			})
		}
	}
}

// writing is a database that has stored some batches.
type writing struct {
	db         *db.DB
	desk       *deal.Service
	stored     int
	optimizeAt int // stored batches
}

const batchRows = 500

// grow counts a batch, and lets the engine count its tables each time they have grown eightfold, as an import does.
func (w *writing) grow(b *testing.B) {
	b.Helper()
	w.stored++
	if w.stored != w.optimizeAt {
		return
	}
	w.optimizeAt *= 8
	if err := w.db.Optimize(b.Context()); err != nil {
		b.Fatal(err)
	}
}

func (w *writing) run(b *testing.B, batch func()) {
	n := 0
	for b.Loop() {
		batch()
		n += batchRows
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "rows/s")
}

func (w *writing) put(b *testing.B, batch int, amount int64) {
	b.Helper()
	rows := make([]deal.Row, batchRows)
	for i := range rows {
		rows[i] = closed(boots(fmt.Sprint("key ", batch*batchRows+i)), deal.Won, "", day("2026-02-01"))
		rows[i].Amount = amount
	}
	err := w.db.Write(b.Context(), workspace, func(tx *db.Tx) error {
		_, err := w.desk.PutAll(b.Context(), tx, clock.Of(may3), rows)
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
}
