package db_test

import (
	"strings"
	"testing"

	"tandem/internal/db"
	"tandem/internal/test/dbtest"
)

func TestScansOfAWholeWorkspaceReadTheTable(t *testing.T) {
	d := dbtest.SQLite(t)
	const query = "SELECT country, count(*) FROM contact WHERE workspace_id = $1 GROUP BY country" // no index covers it
	plan := func(d *db.DB) string {
		type step struct {
			ID      int64  `db:"id"`
			Parent  int64  `db:"parent"`
			NotUsed int64  `db:"notused"`
			Detail  string `db:"detail"`
		}
		var b strings.Builder
		for _, s := range all[step](t, d, "EXPLAIN QUERY PLAN "+query, ws) {
			b.WriteString(s.Detail + "\n")
		}
		return b.String()
	}
	save(t, d, ws, crowd(1, 20_000))
	if p := plan(d); !strings.Contains(p, "SEARCH contact USING INDEX") {
		t.Errorf("without figures the planner has no reason for %s", p)
	}

	if err := d.Optimize(t.Context()); err != nil { // its readers have been open since before
		t.Fatal(err)
	}
	if p := plan(d); !strings.Contains(p, "SCAN contact") || strings.Contains(p, "INDEX contact") {
		t.Errorf("with figures the plan is %s", p)
	}
}

func TestCloseLeavesFiguresBehind(t *testing.T) {
	url := dbtest.URL(t, dbtest.SQLiteEngine)
	d := opened(t, url)
	if err := d.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	save(t, d, ws, crowd(1, 5000))
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	again := opened(t, url)
	defer again.Close()
	if got := one[string](t, again, "SELECT stat FROM sqlite_stat1 WHERE idx = 'contact_name_id'"); !strings.HasPrefix(got, "5000 5000 ") {
		t.Errorf("the figures are %q", got)
	}
}

func TestPostgresIsOptimizedOnDemand(t *testing.T) {
	d := dbtest.Postgres(t)
	save(t, d, ws, crowd(1, 500))
	if err := d.Optimize(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := one[int64](t, d, "SELECT CAST(reltuples AS BIGINT) FROM pg_class WHERE relname = 'contact'"); n != 500 {
		t.Errorf("the figures say %d rows", n)
	}
}
