package bench

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/demo"
	"tandem/internal/house"
	"tandem/internal/i18n"
	"tandem/internal/id"
	"tandem/internal/people/contact"
	"tandem/internal/team"
	"tandem/internal/test/dbtest"
	"tandem/internal/web"
	"tandem/internal/web/ui"
)

// BenchmarkPages asks the site for its pages at 100,000 people and more than a million touches, through its whole handler. Beside the 95th
// percentile it reports how much longer a page takes than the bare statement for the rows that it shows.
func BenchmarkPages(b *testing.B) {
	reader := newReader(b, made(b, dbtest.SQLiteEngine))
	defer reader.close(b)
	person := reader.somebody(b)
	for _, page := range []struct{ name, path, bare string }{
		{"people", "/people", listed},
		{"people by name", "/people?sort=name", `SELECT id, name FROM contact WHERE workspace_id = $1 ORDER BY name_key, id LIMIT 51`},
		{"search of a word that thousands have", "/people?q=han", `SELECT id, name FROM contact WHERE workspace_id = $1 AND name_key LIKE '%han%' LIMIT 51`},
		{"search of two letters", "/people?q=zo", `SELECT id, name FROM contact WHERE workspace_id = $1 AND name_key LIKE 'zo%' LIMIT 51`},
		{"palette", "/palette?q=lambrecht", `SELECT id, name FROM contact WHERE workspace_id = $1 AND name_key LIKE '%lambrecht%' LIMIT 51`},
		{"a person", "/people/" + person.String(), `SELECT id, kind, at, note FROM touch WHERE workspace_id = $1 AND contact_id = ` + number(int64(person)) + ` ORDER BY at DESC LIMIT 41`},
		{"today", "/", `SELECT contact_id, waiting_at FROM contact_glance WHERE workspace_id = $1 AND waiting_at IS NOT NULL ORDER BY waiting_at LIMIT 20`},
		{"the loop, another model", "/loop?model=linear", ""},
		{"the loop, another grouping", "/loop?by=campaign", ""},
	} {
		b.Run(page.name, func(b *testing.B) { reader.measures(b, page.path, page.bare) })
	}
}

const listed = `SELECT c.id, c.name FROM contact_glance g JOIN contact c ON c.workspace_id = g.workspace_id AND c.id = g.contact_id AND g.workspace_id = $1
	WHERE c.workspace_id = $1 ORDER BY g.last_at DESC, g.contact_id DESC LIMIT 51`

func number(n int64) string { return strconv.FormatInt(n, 10) }

// services are those of a business on the day that the demo is made for.
func services(d *db.DB) house.Services { return house.Build(d, clock.NewFake(today)) }

// reader is somebody who is signed in.
type reader struct {
	house.Services
	ws      team.Workspace
	handler http.Handler
	secret  string
}

func newReader(b *testing.B, url string) *reader {
	b.Helper()
	ctx := context.Background()
	d, err := db.Open(ctx, url)
	must(b, err)
	must(b, d.Migrate(ctx)) // the file may be of a program before this one
	r := &reader{Services: services(d)}
	r.ws, err = r.Team.BySlug(ctx, team.Default)
	must(b, err)
	catalogue, err := i18n.Shipped()
	must(b, err)
	r.handler, err = web.New(ui.House{Services: r.Services, Catalogue: catalogue, Version: "bench"})
	must(b, err)
	opened, err := r.Team.SignIn(ctx, team.Credentials{Email: "mara@aldercycles.example", Password: demo.Password, Address: "192.0.2.1"})
	must(b, err)
	r.secret = opened.Secret
	return r
}

func (r *reader) close(b *testing.B) {
	b.Helper()
	must(b, r.DB.Close())
}

// somebody is a customer who is written by hand, with a long journey.
func (r *reader) somebody(b *testing.B) (of id.ID) {
	b.Helper()
	must(b, r.DB.Read(context.Background(), r.ws.ID, func(tx *db.Tx) error {
		found, err := db.Search(context.Background(), tx, db.ContactNames, "hanne de smet", 1)
		if len(found) > 0 {
			of = found[0]
		}
		return err
	}))
	must(b, r.DB.Read(context.Background(), r.ws.ID, func(tx *db.Tx) error {
		_, err := contact.New(r.Journey, r.Clock).Contact(context.Background(), tx, of)
		return err
	}))
	return of
}

// open asks for a page, and reads it.
func (r *reader) open(b *testing.B, path string) {
	b.Helper()
	ask := httptest.NewRequest(http.MethodGet, path, nil)
	ask.Header.Set("Accept", "text/html")
	ask.AddCookie(&http.Cookie{Name: "tandem", Value: r.secret})
	w := httptest.NewRecorder()
	r.handler.ServeHTTP(w, ask)
	if w.Code != http.StatusOK {
		b.Fatalf("%s answered %d: %s", path, w.Code, strings.TrimSpace(w.Body.String()))
	}
	_, _ = io.Copy(io.Discard, w.Body)
}

// measures asks for a page again and again, and for the bare rows in turn.
func (r *reader) measures(b *testing.B, path, bare string) {
	b.Helper()
	r.open(b, path) // warm
	var pages, rows []time.Duration
	for b.Loop() {
		began := time.Now()
		r.open(b, path)
		pages = append(pages, time.Since(began))
		if bare != "" {
			began = time.Now()
			r.rows(b, bare)
			rows = append(rows, time.Since(began))
		}
	}
	b.ReportMetric(float64(percentile(pages, 95).Microseconds())/1000, "p95-ms")
	if bare != "" {
		b.ReportMetric(float64(percentile(pages, 50))/float64(percentile(rows, 50)), "times-bare")
	}
}

func (r *reader) rows(b *testing.B, bare string) {
	b.Helper()
	must(b, r.DB.Read(context.Background(), r.ws.ID, func(tx *db.Tx) error {
		return db.EachCells(context.Background(), tx, func(db.Cells) error { return nil }, bare, tx.Workspace())
	}))
}

func percentile(all []time.Duration, p int) time.Duration {
	slices.Sort(all)
	return all[min(len(all)-1, len(all)*p/100)]
}
