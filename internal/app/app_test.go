package app_test

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tandem/internal/app"
	"tandem/internal/clock"
	"tandem/internal/db"
)

// shop is the program as a person calls it: in a folder of its own, on a database of its own.
type shop struct {
	t     *testing.T
	dir   string
	url   string
	clock *clock.Fake
}

func newShop(t *testing.T) *shop {
	t.Helper()
	dir := t.TempDir()
	return &shop{
		t: t, dir: dir, url: "sqlite:" + filepath.Join(dir, "shop.db"),
		clock: clock.NewFake(time.Date(2026, 6, 1, 9, 0, 0, 0, time.UTC)),
	}
}

// call runs the program and returns its exit status, its output and its complaints.
func (s *shop) call(args ...string) (status int, out, complaint string) {
	s.t.Helper()
	var stdout, stderr bytes.Buffer
	status = app.Run(context.Background(), app.Process{
		Version: "test", Args: args, In: strings.NewReader(""), Out: &stdout, Err: &stderr, Clock: s.clock,
		Env: func(name string) string { return map[string]string{"TANDEM_DB": s.url}[name] },
	})
	return status, stdout.String(), stderr.String()
}

// must runs a command that has to succeed and returns its output.
func (s *shop) must(args ...string) string {
	s.t.Helper()
	status, out, complaint := s.call(args...)
	if status != 0 {
		s.t.Fatalf("tandem %s: exit %d: %s", strings.Join(args, " "), status, complaint)
	}
	return out
}

// object runs a command that has to succeed and reads the JSON that it prints.
func (s *shop) object(args ...string) map[string]any {
	s.t.Helper()
	var v map[string]any
	out := s.must(append(args, "--json")...)
	if err := json.Unmarshal([]byte(out), &v); err != nil {
		s.t.Fatalf("%s: %v", out, err)
	}
	return v
}

func (s *shop) file(name, content string) string {
	s.t.Helper()
	path := filepath.Join(s.dir, name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		s.t.Fatal(err)
	}
	return path
}

// everything is all records, and how many imports there were.
func (s *shop) everything() string {
	s.t.Helper()
	var all strings.Builder
	for _, kind := range []string{"contacts", "companies", "touches", "deals", "payments", "costs", "rates"} {
		all.WriteString(s.must("export", kind))
	}
	d, err := db.Open(s.t.Context(), s.url)
	if err != nil {
		s.t.Fatal(err)
	}
	defer d.Close()
	err = d.Read(s.t.Context(), 0, func(tx *db.Tx) error {
		n, err := db.One[int64](s.t.Context(), tx, `SELECT COUNT(*) FROM import_run WHERE workspace_id = workspace_id`)
		all.WriteString(strings.Repeat("import\n", int(n)))
		return err
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return all.String()
}

// trade fills a shop with a business of two deals.
func (s *shop) trade() {
	s.t.Helper()
	s.must("import", "touches", s.file("touches.csv", "contact,at,kind,channel,source,campaign\n"+
		"a@x.example,2026-04-20,page_view,Search,google,Spring\nb@x.example,2026-04-21,event,Fair,,\n"))
	s.must("import", "deals", s.file("deals.csv", "external_id,contact,name,status,amount,currency,created_at,closed_at\n"+
		"D1,a@x.example,Roof,won,1000.00,EUR,2026-05-01,2026-05-10\nD2,b@x.example,Door,open,500.00,EUR,2026-05-02,\n"))
	s.must("import", "payments", s.file("payments.csv", "external_id,contact,deal,at,amount,currency\nP1,a@x.example,D1,2026-05-12,1000.00,EUR\n"))
	s.must("import", "costs", s.file("costs.csv", "external_id,at,channel,source,campaign,amount,currency\nC1,2026-04-20,Search,google,Spring,10.00,EUR\n"))
}
