package db_test

import (
	"strings"
	"testing"

	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/id"
	"tandem/internal/test/dbtest"
)

func TestAFullDiskRefusesTheWriteWholeAndForgetsIt(t *testing.T) {
	d := dbtest.SQLite(t)
	write(t, d, func(tx *db.Tx) error { return exec(t, tx, thingTable) })
	if err := db.LimitPages(t.Context(), d, 40); err != nil {
		t.Fatal(err)
	}
	var large []thing
	for n := range 1000 {
		large = append(large, thing{ID: id.ID(n + 1), Name: name(strings.Repeat("x", 1000) + id.ID(n).String())})
	}
	fill := func(tx *db.Tx) error { return db.Insert(t.Context(), tx, "thing", large...) }
	for what, err := range map[string]error{
		"Write":         d.Write(t.Context(), ws, fill),
		"ReadCommitted": d.ReadCommitted(t.Context(), ws, fill),
		"Append":        d.Append(t.Context(), ws, fill),
	} {
		if !fault.Is(err, fault.Unavailable) || !strings.Contains(err.Error(), "full") {
			t.Errorf("%s on a full disk: %v", what, err)
		}
	}
	if n := one[int64](t, d, recount, ws); n != 0 {
		t.Errorf("%d rows are half-written", n)
	}

	insert(t, d, thing{ID: 1, Name: "small"}) // there is room for this one
	if err := db.LimitPages(t.Context(), d, 1_000_000); err != nil {
		t.Fatal(err)
	}
	if err := d.Append(t.Context(), ws, func(tx *db.Tx) error { return db.Insert(t.Context(), tx, "thing", large[1:]...) }); err != nil {
		t.Errorf("after making room: %v", err)
	}
	if n := one[int64](t, d, recount, ws); n != 1000 {
		t.Errorf("%d rows, want 1000", n)
	}
}

func TestADiskTooFullForAMigrationLeavesTheOldSchema(t *testing.T) {
	url := dbtest.URL(t, dbtest.SQLiteEngine)
	olderStore(t, url, 1)
	d := opened(t, url)
	defer d.Close()
	if err := db.LimitPages(t.Context(), d, 1); err != nil { // the limit is raised to the pages there are
		t.Fatal(err)
	}
	if err := d.Migrate(t.Context()); !fault.Is(err, fault.Unavailable) {
		t.Errorf("migrating without room: %v", err)
	}
	if v, err := d.Version(t.Context()); v.Current != 1 || err != nil {
		t.Errorf("schema %d, %v; want 1", v.Current, err)
	}
	if err := db.LimitPages(t.Context(), d, 1_000_000); err != nil {
		t.Fatal(err)
	}
	mustBeFinished(t, url, 1)
}
