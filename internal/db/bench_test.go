package db_test

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"testing"

	"tandem/internal/db"
	"tandem/internal/id"
)

// The store against the same driver without it: go test -bench . -benchtime 3x ./internal/db

type wide struct {
	ID        id.ID   `db:"id"`
	Name      name    `db:"name"`
	NameKey   name    `db:"name_key"`
	City      string  `db:"city"`
	Company   id.ID   `db:"company_id,null"`
	Owner     string  `db:"owner"`
	Machine   bool    `db:"machine"`
	Ratio     float64 `db:"ratio"`
	CreatedAt int64   `db:"created_at"`
}

const (
	wideTable = `CREATE TABLE wide (workspace_id BIGINT NOT NULL, id BIGINT NOT NULL, name TEXT NOT NULL, name_key TEXT NOT NULL, city TEXT NOT NULL,
		company_id BIGINT, owner TEXT NOT NULL, machine BOOLEAN NOT NULL, ratio DOUBLE PRECISION NOT NULL, created_at BIGINT NOT NULL,
		PRIMARY KEY (workspace_id, id))`
	wideColumns = "workspace_id, id, name, name_key, city, company_id, owner, machine, ratio, created_at"
	wideInsert  = "INSERT INTO wide (" + wideColumns + ") VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10)"
	wideRead    = "SELECT id, name, name_key, city, company_id, owner, machine, ratio, created_at FROM wide WHERE workspace_id = $1"
)

func wides(n int) []wide {
	rows := make([]wide, n)
	for i := range rows {
		rows[i] = wide{
			ID: id.ID(i+1) << 22, Name: name(fmt.Sprintf("Name Number %d", i)), NameKey: name(fmt.Sprintf("name number %d", i)), City: "Hamburg",
			Owner: "anna@example.com", Machine: i%2 == 0, Ratio: float64(i), CreatedAt: 1_700_000_000_000_000 + int64(i),
		}
		if i%3 > 0 {
			rows[i].Company = id.ID(i) << 22
		}
	}
	return rows
}

func BenchmarkInsert200000Rows(b *testing.B) {
	rows := wides(200_000)
	b.Run("store", func(b *testing.B) {
		for range b.N {
			b.StopTimer()
			d := wideStore(b)
			b.StartTimer()
			err := d.Write(b.Context(), ws, func(tx *db.Tx) error { return db.Insert(b.Context(), tx, "wide", rows...) })
			if err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(b.N*len(rows))/b.Elapsed().Seconds(), "rows/s")
	})
	b.Run("bare", func(b *testing.B) {
		for range b.N {
			b.StopTimer()
			pool := bare(b)
			b.StartTimer()
			insertBare(b, pool, rows)
		}
		b.ReportMetric(float64(b.N*len(rows))/b.Elapsed().Seconds(), "rows/s")
	})
}

func wideStore(b *testing.B) *db.DB {
	b.Helper()
	d, err := db.Open(b.Context(), "sqlite:"+filepath.Join(b.TempDir(), "wide.db"))
	if err == nil {
		err = d.Write(b.Context(), 0, func(tx *db.Tx) error {
			_, err := db.Exec(b.Context(), tx, wideTable)
			return err
		})
	}
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = d.Close() })
	return d
}

func bare(b *testing.B) *sql.DB {
	b.Helper()
	pool, err := sql.Open("sqlite", "file:"+filepath.Join(b.TempDir(), "bare.db")+
		"?_txlock=immediate&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=foreign_keys(1)&_pragma=cache_size(-32000)")
	if err == nil {
		_, err = pool.Exec(wideTable)
	}
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = pool.Close() })
	return pool
}

func insertBare(b *testing.B, pool *sql.DB, rows []wide) {
	b.Helper()
	tx, err := pool.Begin()
	if err != nil {
		b.Fatal(err)
	}
	st, err := tx.Prepare(wideInsert)
	if err != nil {
		b.Fatal(err)
	}
	for i := range rows {
		r := &rows[i]
		var company any
		if r.Company != 0 {
			company = int64(r.Company)
		}
		_, err := st.Exec(int64(ws), int64(r.ID), string(r.Name), string(r.NameKey), r.City, company, r.Owner, r.Machine, r.Ratio, r.CreatedAt)
		if err != nil {
			b.Fatal(err)
		}
	}
	if err := tx.Commit(); err != nil {
		b.Fatal(err)
	}
}

func BenchmarkRead1000000Rows(b *testing.B) {
	const n = 1_000_000
	d := wideStore(b)
	rows := wides(n)
	if err := d.Write(b.Context(), ws, func(tx *db.Tx) error { return db.Insert(b.Context(), tx, "wide", rows...) }); err != nil {
		b.Fatal(err)
	}
	if err := d.Optimize(b.Context()); err != nil { // so that the table is read from end to end, and not by its index
		b.Fatal(err)
	}
	var sum int64
	reading := func(b *testing.B, read func(tx *db.Tx) error) {
		for range b.N {
			if err := d.Read(b.Context(), ws, read); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(b.N*n)/b.Elapsed().Seconds(), "rows/s")
	}
	b.Run("cells", func(b *testing.B) {
		reading(b, func(tx *db.Tx) error {
			return db.EachCells(b.Context(), tx, func(c db.Cells) error {
				sum += c.Int(0) + c.Int(8) + int64(len(c.Text(1)))
				return nil
			}, wideRead, ws)
		})
	})
	b.Run("structs", func(b *testing.B) {
		reading(b, func(tx *db.Tx) error {
			return db.Each(b.Context(), tx, func(r *wide) error { sum += int64(r.ID) + r.CreatedAt + int64(len(r.Name)); return nil }, wideRead, ws)
		})
	})
	b.Run("bare", func(b *testing.B) {
		pool, err := sql.Open("sqlite", "file:"+d.URL()[len("sqlite:"):])
		if err != nil {
			b.Fatal(err)
		}
		defer pool.Close()
		for range b.N {
			sum += readBare(b, pool)
		}
		b.ReportMetric(float64(b.N*n)/b.Elapsed().Seconds(), "rows/s")
	})
}

func readBare(b *testing.B, pool *sql.DB) (sum int64) {
	b.Helper()
	rows, err := pool.Query(wideRead, int64(ws))
	if err != nil {
		b.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var r wide
		var company sql.NullInt64
		if err := rows.Scan(&r.ID, &r.Name, &r.NameKey, &r.City, &company, &r.Owner, &r.Machine, &r.Ratio, &r.CreatedAt); err != nil {
			b.Fatal(err)
		}
		sum += int64(r.ID) + r.CreatedAt + int64(len(r.Name))
	}
	if err := rows.Err(); err != nil {
		b.Fatal(err)
	}
	return sum
}
