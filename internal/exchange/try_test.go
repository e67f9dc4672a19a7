package exchange_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"tandem/internal/db"
	"tandem/internal/exchange"
	"tandem/internal/fault"
	"tandem/internal/id"
	"tandem/internal/team"
	"tandem/internal/test/dbtest"
)

// verdicts are what became of each row of an import, as a trial tells it.
func (h *house) verdicts(of id.ID) []exchange.Verdict {
	h.t.Helper()
	var all []exchange.Verdict
	err := h.DB.Read(context.Background(), h.ws, func(tx *db.Tx) (err error) {
		all, err = db.All[exchange.Verdict](context.Background(), tx,
			`SELECT line, verdict FROM import_row WHERE workspace_id = $1 AND import_id = $2 ORDER BY row`, h.ws, of)
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return all
}

// tried tries a file and then imports it; both have to say the same.
func (h *house) tried(kind exchange.Kind, path string, o exchange.Options) exchange.Trial {
	h.t.Helper()
	before := h.state()
	t, err := h.Try(context.Background(), h.ws, team.Console(), kind, path, o)
	if err != nil {
		h.t.Fatalf("try %s: %v", path, err)
	}
	h.same("after a trial of "+path, before, h.state())
	r, err := h.Import(context.Background(), h.ws, team.Console(), kind, path, o)
	if err != nil {
		h.t.Fatal(err)
	}
	if want := h.verdicts(r.ImportID); !slices.Equal(t.Verdicts, want) {
		h.t.Errorf("%s: the trial said\n%v\nthe import did\n%v", path, t.Verdicts, want)
	}
	h.expect("counts of "+path, counts(t.Result), counts(r))
	h.expect("problems of "+path, fmt.Sprint(t.Problems), fmt.Sprint(r.Problems))
	h.expect("contacts made by "+path, t.ContactsCreated, r.ContactsCreated)
	h.expect("rows in "+path, t.All, r.Rows)
	return t
}

func TestATrialSaysWhatTheImportDoes(t *testing.T) {
	euros := exchange.Options{Set: map[string]string{"currency": "EUR"}}
	examples := []struct {
		kind exchange.Kind
		file string
		o    exchange.Options
	}{
		{exchange.Touches, "touches.csv", exchange.Options{}},
		{exchange.Deals, "deals.csv", euros},
		{exchange.Payments, "payments.csv", euros},
		{exchange.Costs, "costs.csv", euros},
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		for _, again := range []bool{false, true} {
			for _, e := range examples {
				path := filepath.Join("..", "..", "examples", e.file)
				if _, err := os.Stat(path); err != nil {
					t.Fatal(err)
				}
				trial := h.tried(e.kind, path, e.o)
				if again && trial.Created > 0 {
					t.Errorf("the same file again makes %d records", trial.Created)
				}
			}
		}
	})
}

func TestATrialOfARandomFileSaysWhatTheImportDoes(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		seed := uint64(time.Now().UnixNano())
		t.Logf("seed %d", seed)
		random := rand.New(rand.NewPCG(seed, 0))
		h := newHouse(t, d)
		for round := range 3 {
			var b strings.Builder
			b.WriteString("external_id,email,phone,first_name,city,company,tags,field.Size,consent_email\n")
			pick := func(all ...string) string { return all[random.IntN(len(all))] }
			for range 1300 { // over two batches, so that rows of one see those of another
				fmt.Fprintf(&b, "%s,%s,%s,%s,%s,%s,%s,%s,%s\n",
					pick("", fmt.Sprint("p", random.IntN(400))), pick("", fmt.Sprintf("a%d@x.example", random.IntN(400)), "no address"),
					pick("", fmt.Sprintf("+32 470 00 %02d %02d", random.IntN(9), random.IntN(99)), "x"), pick("", "Ann", "Ben"), pick("", "Gent", "Brugge"),
					pick("", "Acme", "Bolt"), pick("", "vip;press"), pick("", "L", "XL"), pick("", "yes", "no", "perhaps"))
			}
			trial := h.tried(exchange.Contacts, h.file(fmt.Sprintf("random%d.csv", round), b.String()), exchange.Options{Overwrite: round == 2})
			if trial.Joined == 0 || trial.Skipped == 0 {
				t.Errorf("the file is too tame: %+v", trial.Result)
			}
		}
	})
}

func TestATrialOfALongFileTriesItsBeginning(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		trial, err := h.Try(t.Context(), h.ws, team.Console(), exchange.Contacts, h.file("long.csv", people(exchange.TrialRows+700)), exchange.Options{})
		if err != nil {
			t.Fatal(err)
		}
		h.expect("tried", trial.Rows, exchange.TrialRows)
		h.expect("in the file", trial.All, exchange.TrialRows+700)
		h.expect("people afterwards", h.count("SELECT count(*) FROM contact WHERE workspace_id = $1"), 0)
	})
}

// people is a file of n people.
func people(n int) string {
	var b strings.Builder
	b.WriteString("Naam,E-mail,Gemeente\n")
	for i := range n {
		fmt.Fprintf(&b, "Person %d,p%d@x.example,Gent\n", i, i)
	}
	return b.String()
}

func TestWhoMayNotWriteAKindMayNotImportIt(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		by := func(r team.Role) team.Actor { return team.Actor{Name: "somebody", Role: r, Via: team.Web} }
		for _, c := range []struct {
			role  team.Role
			kinds []exchange.Kind
		}{
			{team.Viewer, nil},
			{team.Marketing, []exchange.Kind{exchange.Companies, exchange.Contacts, exchange.Touches, exchange.Costs, exchange.Rates}},
			{team.Sales, []exchange.Kind{exchange.Companies, exchange.Contacts, exchange.Touches, exchange.Deals, exchange.Payments}},
			{team.Both, exchange.Kinds()},
		} {
			for _, f := range business {
				path := h.file("x.csv", f.content)
				_, err := h.Try(t.Context(), h.ws, by(c.role), f.kind, path, f.options)
				_, also := h.Import(t.Context(), h.ws, by(c.role), f.kind, path, f.options)
				may := slices.Contains(c.kinds, f.kind)
				if may && (err != nil || also != nil) || !may && (!fault.Is(err, fault.Forbidden) || !fault.Is(also, fault.Forbidden)) {
					t.Errorf("%s %s: %v, %v", c.role, f.kind, err, also)
				}
			}
		}
		_, err := h.Export(t.Context(), h.ws, by(team.Both), exchange.Contacts, exchange.CSV, os.Stdout)
		if !fault.Is(err, fault.Forbidden) {
			t.Errorf("everything was taken out: %v", err)
		}
		r, err := h.Import(t.Context(), h.ws, by(team.Sales), exchange.Payments,
			h.file("back.csv", "external_id,at,amount,currency,kind\nr1,2026-04-01,5,EUR,refund\nr2,2026-04-01,-5,EUR,\nr3,2026-04-01,5,EUR,\n"), exchange.Options{})
		if err != nil {
			t.Fatal(err)
		}
		h.expect("refunds by who may not refund", counts(r), [4]int{1, 0, 0, 2})
	})
}

func TestWhatAFileShowsIsSeenBeforeItIsImported(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	look := func(kind exchange.Kind, content string, o exchange.Options) exchange.Preview {
		p, err := exchange.Look(t.Context(), kind, h.file("look.csv", content), o)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	p := look(exchange.Contacts, "E-mail;Naam;Created At;Naam\na@x.example;Ann;31/12/2025;A\nb@x.example;;01/02/2026;B\n\n", exchange.Options{})
	h.expect("rows", p.Rows, 2)
	h.expect("delimiter", p.Written.Delimiter, ';')
	h.expect("charset", p.Written.Charset, "utf-8")
	h.expect("columns", fmt.Sprint(p.Columns),
		"[{E-mail E-mail [a@x.example b@x.example] 2 email email} {Naam Naam [Ann] 1 name name} {Created At Created At [31/12/2025 01/02/2026] 2 created_at created_at} {Naam#2 Naam [A B] 2  }]")
	h.expect("the format", p.Formats[0], "DD/MM/YYYY")
	h.expect("unsure", p.Unsure, false)
	h.expect("needs", len(p.Needs), 0)

	p = look(exchange.Payments, "Paid at,Total\n01/02/2026,1.234\n02/02/2026,2.345\n", exchange.Options{})
	h.expect("two formats", fmt.Sprint(p.Formats[:2], p.Unsure), "[DD/MM/YYYY MM/DD/YYYY] true")
	h.expect("the number", p.Ambiguous, "1.234")
	h.expect("no currency", p.Currency, true)

	p = look(exchange.Contacts, "a,b\n1,2\n", exchange.Options{})
	h.expect("needs", fmt.Sprint(p.Needs), "[[email external_id phone]]")
	p = look(exchange.Contacts, people(exchange.PreviewRows+5000), exchange.Options{})
	if !p.More || p.About < 22_000 || p.About > 28_000 {
		t.Errorf("about %d rows, more %v", p.About, p.More)
	}
}

func TestACellPutRightIsImportedAsItShouldBe(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		path := h.file("wrong.csv", "Naam,E-mail\nAnn,ann@@x.example\nBen,ben@x.example\n")
		o := exchange.Options{Map: map[string]string{"name": "Naam"}}
		h.expect("before", h.tried(exchange.Contacts, path, o).Skipped, 1)
		o.Right = exchange.Corrections{2: {"E-mail": "ann@x.example"}}
		h.expect("after", fmt.Sprint(counts(h.tried(exchange.Contacts, path, o).Result)), "[1 0 1 0]")
		h.expect("the address", h.lines("SELECT email_key AS line FROM contact_email WHERE workspace_id = $1"), "ann@x.example\nben@x.example\n")
	})
}
