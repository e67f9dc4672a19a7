package exchange_test

import (
	"bytes"
	"context"
	"testing"

	"tandem/internal/db"
	"tandem/internal/exchange"
	"tandem/internal/team"
	"tandem/internal/test/dbtest"
)

// exported is every kind as CSV.
func (h *house) exported() map[exchange.Kind]string {
	h.t.Helper()
	all := map[exchange.Kind]string{}
	for _, kind := range exchange.Kinds() {
		var b bytes.Buffer
		if _, err := h.Export(context.Background(), h.ws, team.Console(), kind, exchange.CSV, &b); err != nil {
			h.t.Fatal(err)
		}
		all[kind] = b.String()
	}
	return all
}

func TestAnExportImportedElsewhereIsTheSameBusiness(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		for _, f := range business {
			h.takes(f.kind, f.content, f.options)
		}
		h.takes(exchange.Contacts, "external_id,email,name,title,city\n"+
			"evil,\"=cmd@example.com\",\"=1+2\",'tis,\"@x\"\nq,q@example.com,-5,+1,\"\t\"\n", exchange.Options{})
		files := h.exported()

		elsewhere := newHouse(t, dbtest.SQLite(t))
		for _, kind := range exchange.Kinds() {
			r := elsewhere.takes(kind, files[kind], exchange.Options{Base: "EUR"})
			h.expect(string(kind)+" skipped", r.Skipped, 0)
		}

		h.same("elsewhere", h.state(), elsewhere.state())
		for kind, want := range files {
			if got := elsewhere.exported()[kind]; got != want {
				t.Errorf("%s exported again:\n%s\nwant\n%s", kind, got, want)
			}
		}
	})
}

func TestAnExportImportedAgainChangesNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		for _, f := range business {
			h.takes(f.kind, f.content, f.options)
		}
		before := h.state()
		for kind, content := range h.exported() {
			r := h.takes(kind, content, exchange.Options{Base: "EUR"})
			h.expect(string(kind)+" unchanged", counts(r), [4]int{0, 0, r.Rows, 0})
		}
		h.same("after the exports came in", before, h.state())
	})
}

func TestCellsThatASpreadsheetWouldRunAreDefused(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	h.takes(exchange.Contacts, "external_id,name\n1,\"=HYPERLINK(\"\"http://x\"\")\"\n2,@SUM\n3,+1\n4,-1\n", exchange.Options{})
	for _, line := range bytes.Split([]byte(h.exported()[exchange.Contacts]), []byte("\n"))[1:] {
		for _, cell := range bytes.Split(line, []byte(",")) {
			cell = bytes.Trim(cell, `"`)
			if len(cell) > 0 && bytes.IndexByte([]byte("=+-@"), cell[0]) >= 0 {
				t.Errorf("the cell %q would run", cell)
			}
		}
	}
}
