package bench

import (
	"context"
	"database/sql"
	"path/filepath"
	"strings"
	"testing"
	"time"

	_ "modernc.org/sqlite" // the driver that the store uses

	"tandem/internal/exchange"
)

// BenchmarkImportContacts imports 200,000 contacts, then inserts the very rows that this made into the same tables of a fresh database, by
// prepared statements in one transaction. x/bare is how many times longer the import takes; the aim is 2.5 at most.
func BenchmarkImportContacts(b *testing.B) {
	const rows = 200_000
	for b.Loop() {
		h := newBusiness(b)
		took := h.takes(b, exchange.Contacts, personHeader, rows, person)
		h.close(b)
		fresh := newBusiness(b)
		fresh.close(b)
		bare := insertBare(b, h.file, fresh.file)
		b.ReportMetric(took.Seconds()/bare.Seconds(), "x/bare")
		b.ReportMetric(rows/took.Seconds(), "rows/s")
		b.ReportMetric(rows/bare.Seconds(), "bare-rows/s")
	}
}

// filled are the tables that an import of contacts fills, those that others refer to first.
var filled = []string{
	"company", "contact", "contact_email", "contact_phone", "contact_external", "touch", "journey_head", "import_run", "import_row", "import_change",
}

// insertBare copies what stands in these tables and says how long the writing took.
func insertBare(b *testing.B, from, to string) time.Duration {
	b.Helper()
	source, err := sql.Open("sqlite", "file:"+filepath.ToSlash(from)+"?mode=ro")
	must(b, err)
	target, err := sql.Open("sqlite", "file:"+filepath.ToSlash(to)+"?_txlock=immediate&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)"+
		"&_pragma=foreign_keys(1)&_pragma=cache_size(-32000)")
	must(b, err)
	target.SetMaxOpenConns(1)
	tables := make([][][]any, len(filled))
	for i, table := range filled {
		tables[i] = rowsOf(b, source, table)
	}
	began := time.Now()
	tx, err := target.BeginTx(context.Background(), nil)
	must(b, err)
	for i, table := range filled {
		insertRows(b, tx, table, tables[i])
	}
	must(b, tx.Commit())
	took := time.Since(began)
	must(b, source.Close())
	must(b, target.Close())
	return took
}

func rowsOf(b *testing.B, source *sql.DB, table string) [][]any {
	b.Helper()
	rows, err := source.Query("SELECT * FROM " + table)
	must(b, err)
	columns, err := rows.Columns()
	must(b, err)
	var all [][]any
	for rows.Next() {
		cells, at := make([]any, len(columns)), make([]any, len(columns))
		for i := range cells {
			at[i] = &cells[i]
		}
		must(b, rows.Scan(at...))
		all = append(all, cells)
	}
	must(b, rows.Err())
	must(b, rows.Close())
	return all
}

func insertRows(b *testing.B, tx *sql.Tx, table string, rows [][]any) {
	b.Helper()
	if len(rows) == 0 {
		return
	}
	st, err := tx.Prepare("INSERT INTO " + table + " VALUES (?" + strings.Repeat(",?", len(rows[0])-1) + ")")
	must(b, err)
	for _, row := range rows {
		_, err := st.Exec(row...)
		must(b, err)
	}
	must(b, st.Close())
}
