package exchange_test

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/exchange"
	"tandem/internal/file"
	"tandem/internal/id"
	"tandem/internal/journey"
	"tandem/internal/ledger"
	"tandem/internal/people/consent"
	"tandem/internal/people/contact"
	"tandem/internal/people/field"
	"tandem/internal/sales/deal"
	"tandem/internal/sales/payment"
	"tandem/internal/team"
)

// house is a business with everything an import needs.
type house struct {
	*exchange.Service
	t   testing.TB
	ws  id.Workspace
	dir string
}

func newHouse(t testing.TB, d *db.DB) *house {
	t.Helper()
	c := clock.NewFake(time.Date(2026, 5, 20, 9, 0, 0, 0, time.UTC))
	j, l := journey.New(c), ledger.New(c)
	deals := deal.New(j)
	s := &exchange.Service{
		DB: d, Clock: c, Journey: j, Ledger: l, Contacts: contact.New(j, c), Fields: field.New(c), Consents: consent.New(j, c),
		Deals: deals, Payments: payment.New(j, l, deals), Files: file.In(t.TempDir()),
	}
	teams := team.New(d, c)
	if err := teams.Begin(context.Background()); err != nil {
		t.Fatal(err)
	}
	w, err := teams.BySlug(context.Background(), "default")
	if err != nil {
		t.Fatal(err)
	}
	return &house{Service: s, t: t, ws: w.ID, dir: t.TempDir()}
}

// file writes a file and returns its path.
func (h *house) file(name, content string) string {
	h.t.Helper()
	path := filepath.Join(h.dir, name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		h.t.Fatal(err)
	}
	return path
}

// takes imports a file's content and expects it to succeed.
func (h *house) takes(kind exchange.Kind, content string, o exchange.Options) exchange.Result {
	h.t.Helper()
	r, err := h.Import(context.Background(), h.ws, team.Console(), kind, h.file(string(kind)+".csv", content), o)
	if err != nil {
		h.t.Fatalf("import %s: %v", kind, err)
	}
	if r.Created+r.Updated+r.Unchanged+r.Skipped != r.Rows {
		h.t.Fatalf("the counts do not sum to the rows: %+v", r)
	}
	return r
}

// undoes takes an import back and expects that many records to stay.
func (h *house) undoes(importID id.ID, kept int) {
	h.t.Helper()
	u, err := h.Undo(context.Background(), h.ws, team.Console(), importID)
	if err != nil {
		h.t.Fatal(err)
	}
	h.expect("records that stay", u.Kept, kept)
}

// counts are how many rows became what.
func counts(r exchange.Result) [4]int { return [4]int{r.Created, r.Updated, r.Unchanged, r.Skipped} }

func (h *house) expect(what string, got, want any) {
	h.t.Helper()
	if got != want {
		h.t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

// state is everything that an import can change, as text, so that two states can be compared.
func (h *house) state() map[string]string {
	h.t.Helper()
	all := map[string]string{}
	for name, query := range map[string]string{
		"contacts": `SELECT c.name || '|' || c.title || '|' || c.city || '|' || c.lifecycle || '|' || c.owner || '|' || c.created_at AS line
			FROM contact c WHERE c.workspace_id = $1`,
		"emails":    `SELECT email_key AS line FROM contact_email WHERE workspace_id = $1`,
		"phones":    `SELECT phone_key AS line FROM contact_phone WHERE workspace_id = $1`,
		"tags":      `SELECT tag_key AS line FROM contact_tag WHERE workspace_id = $1`,
		"externals": `SELECT external_id AS line FROM contact_external WHERE workspace_id = $1`,
		"companies": `SELECT name || '|' || domain || '|' || city AS line FROM company WHERE workspace_id = $1`,
		"touches": `SELECT kind || '|' || channel || '|' || at AS line FROM touch
			WHERE workspace_id = $1 AND retracted_at IS NULL AND side <> 'none'`,
		"deals": `SELECT name || '|' || status || '|' || amount || '|' || owner AS line FROM deal WHERE workspace_id = $1 AND removed_at IS NULL`,
		"payments": `SELECT kind || '|' || amount || '|' || currency || '|' || at AS line FROM payment
			WHERE workspace_id = $1 AND removed_at IS NULL`,
		"costs":    `SELECT campaign || '|' || amount || '|' || from_day || '|' || to_day AS line FROM cost WHERE workspace_id = $1 AND removed_at IS NULL`,
		"fields":   `SELECT text AS line FROM field_value WHERE workspace_id = $1`,
		"consents": `SELECT state AS line FROM consent WHERE workspace_id = $1`,
		"rates":    `SELECT currency || day || rate AS line FROM exchange_rate WHERE workspace_id = $1`,
		"balance": `SELECT a.code || '|' || sum(p.amount) AS line FROM posting p
			JOIN account a ON a.workspace_id = p.workspace_id AND a.id = p.account_id WHERE p.workspace_id = $1 GROUP BY a.code HAVING sum(p.amount) <> 0`,
	} {
		all[name] = h.lines(query)
	}
	return all
}

func (h *house) lines(query string) string {
	h.t.Helper()
	var text string
	err := h.DB.Read(context.Background(), h.ws, func(tx *db.Tx) error {
		lines, err := db.All[string](context.Background(), tx, query, h.ws)
		slices.Sort(lines) // engines order texts differently
		for _, l := range lines {
			text += l + "\n"
		}
		return err
	})
	if err != nil {
		h.t.Fatalf("%s: %v", query, err)
	}
	return text
}

func (h *house) same(what string, before, after map[string]string) {
	h.t.Helper()
	for name := range before {
		if before[name] != after[name] {
			h.t.Errorf("%s: %s were\n%sand are\n%s", what, name, before[name], after[name])
		}
	}
}

// count is the one number that a query gives.
func (h *house) count(query string) int {
	h.t.Helper()
	var n int
	err := h.DB.Read(context.Background(), h.ws, func(tx *db.Tx) (err error) {
		n, err = db.One[int](context.Background(), tx, query, args(query, h.ws)...)
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return n
}

// args is the workspace for a query that names it.
func args(query string, ws id.Workspace) []any {
	if !strings.Contains(query, "$1") {
		return nil
	}
	return []any{ws}
}
