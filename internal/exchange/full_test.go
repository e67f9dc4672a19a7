package exchange_test

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"tandem/internal/db"
	"tandem/internal/exchange"
	"tandem/internal/fault"
	"tandem/internal/team"
	"tandem/internal/test/dbtest"
)

// room gives the database so many pages at most, as a disk would.
func (h *house) room(pages int) {
	h.t.Helper()
	err := h.DB.Write(context.Background(), h.ws, func(tx *db.Tx) error {
		_, err := db.One[int](context.Background(), tx, "PRAGMA max_page_count = "+strconv.Itoa(pages))
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) pages() int {
	h.t.Helper()
	return h.count(`PRAGMA page_count`)
}

func TestAnImportThatFillsTheDiskGoesOnWhenThereIsRoom(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	var b strings.Builder
	b.WriteString("external_id,email,name\n")
	const rows = 4000
	for i := range rows {
		fmt.Fprintf(&b, "c%d,c%d@example.com,Somebody With A Name %d\n", i, i, i)
	}
	file := h.file("contacts.csv", b.String())

	h.room(h.pages() + 150)
	_, err := h.Import(t.Context(), h.ws, team.Console(), exchange.Contacts, file, exchange.Options{})
	if !fault.Is(err, fault.Unavailable) || !strings.Contains(err.Error(), "full") || !strings.Contains(err.Error(), "make room") {
		t.Fatalf("a full disk: %v", err)
	}
	done := h.count(`SELECT rows_done FROM import_run WHERE workspace_id = $1`)
	if done == 0 || done == rows {
		t.Fatalf("%d rows were done; the test wants some and not all", done)
	}
	h.expect("contacts", h.count(`SELECT count(*) FROM contact WHERE workspace_id = $1`), done)
	h.expect("verdicts", h.count(`SELECT count(*) FROM import_row WHERE workspace_id = $1`), done)

	h.room(1 << 30)
	r, err := h.Import(t.Context(), h.ws, team.Console(), exchange.Contacts, file, exchange.Options{})
	if err != nil {
		t.Fatal(err)
	}
	h.expect("the whole file", counts(r), [4]int{rows, 0, 0, 0})
	h.expect("imports", h.count(`SELECT count(*) FROM import_run WHERE workspace_id = $1`), 1)
	h.expect("contacts", h.count(`SELECT count(*) FROM contact WHERE workspace_id = $1`), rows)
	h.expect("emails", h.count(`SELECT count(*) FROM contact_email WHERE workspace_id = $1`), rows)
}
