package exchange_test

import (
	"context"
	"testing"

	"tandem/internal/db"
	"tandem/internal/exchange"
	"tandem/internal/team"
	"tandem/internal/test/dbtest"
)

var business = []struct {
	kind    exchange.Kind
	content string
	options exchange.Options
}{
	{exchange.Companies, "name,domain,city,tags\nAcme,acme.example,Berlin,a;b\nBolt,https://www.bolt.example/,Graz,\n", exchange.Options{}},
	{exchange.Contacts, `External ID,E-mail,First Name,Last Name,Company,City,Phone Number,tags,field.Shoe,Lifecycle Stage,channel,created_at,consent_email,consent_at
p1,Anna@Example.com,Anna,Koch,Acme,Berlin,+49 30 901820,vip;press,42,lead,Organic Search,2026-01-05,yes,2026-01-05
p2,ben@example.com;ben@home.example,Ben,Ruiz,,Wien,,,,customer,,2026-01-06,no,2026-01-06
,cleo@example.com,Cleo,Ng,Newco,,,,,,,,,
`, exchange.Options{}},
	{exchange.Touches, `contact,at,kind,source,medium,campaign,note
p1,2026-01-10 10:00,page_view,google,cpc,spring,
ben@example.com,2026-01-11,call,,,,
ben@example.com,2026-01-11,call,,,,
+43 1 4000,2026-01-12,visit,,,,at the counter
new@example.com,2026-01-13T09:00:00+01:00,email_clicked,news,email,may,
`, exchange.Options{}},
	{exchange.Deals, `external_id,contact,company,status,amount,created_at,closed_at,owner,field.Size
d1,p1,Acme,won,1234.50,2026-02-01,2026-03-01,Mia,L
d2,ben@example.com,,lost,0,2026-02-02,2026-03-02,,
d3,zoe@example.com,,open,99,2026-02-03,,Mia,
`, exchange.Options{Set: map[string]string{"currency": "EUR"}}},
	{exchange.Payments, `external_id,contact,deal,at,amount,currency,kind
y1,,d1,2026-03-10,1000,EUR,
y2,,d1,2026-03-20,"234.50",EUR,payment
y3,p1,,2026-04-01,34.50,EUR,refund
`, exchange.Options{}},
	{exchange.Costs, `Day,Campaign,Cost,Currency code
2026-01-01,spring,25,EUR
2026-01-02,spring,12.5,EUR
`, exchange.Options{}},
	{exchange.Rates, "currency,at,rate\nUSD,2026-01-01,1.08\n", exchange.Options{Base: "EUR"}},
}

func TestTheSameFilesAgainChangeNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		for _, f := range business {
			r := h.takes(f.kind, f.content, f.options)
			h.expect(string(f.kind)+" created", r.Created, r.Rows)
		}
		before := h.state()

		for _, f := range business {
			r := h.takes(f.kind, f.content, f.options)
			h.expect(string(f.kind)+" unchanged", r.Unchanged, r.Rows)
			h.expect(string(f.kind)+" contacts made", r.ContactsCreated, 0)
		}

		h.same("after the same files", before, h.state())
	})
}

func TestUndoRestoresWhatWasThereBefore(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		var states []map[string]string
		var runs []exchange.Result
		for _, f := range business {
			states = append(states, h.state())
			runs = append(runs, h.takes(f.kind, f.content, f.options))
		}
		for i := len(runs) - 1; i >= 0; i-- {
			u, err := h.Undo(context.Background(), h.ws, team.Console(), runs[i].ImportID)
			if err != nil {
				t.Fatalf("undo %s: %v", runs[i].Kind, err)
			}
			h.expect("kept of "+string(runs[i].Kind), u.Kept, 0)
			h.same("after undoing "+string(runs[i].Kind), states[i], h.state())
		}
		for _, f := range business {
			r := h.takes(f.kind, f.content, f.options)
			h.expect(string(f.kind)+" after all were undone", counts(r), [4]int{r.Rows, 0, 0, 0})
		}
	})
}

func TestUndoRestoresUpdatedRowsToo(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		for _, f := range business {
			h.takes(f.kind, f.content, f.options)
		}
		for _, change := range []struct {
			kind    exchange.Kind
			content string
			options exchange.Options
			updated int
		}{
			{exchange.Contacts, "external_id,city,title,email,tags,field.Shoe,channel,company,consent_email,consent_at\n" +
				"p1,Hamburg,CEO,anna@work.example,vip;new,43,Referral,Bolt,no,2026-04-01\n", exchange.Options{Overwrite: true}, 1},
			{exchange.Contacts, "external_id,city,title\np2,Graz,CTO\n", exchange.Options{}, 1},
			{exchange.Companies, "name,city,phone\nAcme,Bonn,+49 228 12345\n", exchange.Options{Overwrite: true}, 1},
			{exchange.Deals, "external_id,status,amount,currency,field.Size\nd1,lost,5,EUR,XL\nd3,won,100,EUR,\n", exchange.Options{}, 2},
			{exchange.Payments, "external_id,at,amount,currency\ny1,2026-03-11,900,EUR\n", exchange.Options{}, 1},
			{exchange.Rates, "currency,at,rate\nUSD,2026-01-01,1.09\nCHF,2026-01-01,0.94\n", exchange.Options{Base: "EUR"}, 1},
		} {
			before := h.state()
			r := h.takes(change.kind, change.content, change.options)
			h.expect(string(change.kind)+" updated", r.Updated, change.updated)
			if _, err := h.Undo(context.Background(), h.ws, team.Console(), r.ImportID); err != nil {
				t.Fatal(err)
			}
			h.same("after undoing changes of "+string(change.kind), before, h.state())
		}
	})
}

func TestOfSeveralRowsOfOneRecordTheLastCounts(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		const file = "external_id,at,amount,currency\ny1,2026-03-10,1,EUR\ny1,2026-03-10,2,EUR\ny2,2026-03-10,5,EUR\ny2,2026-03-10,5,EUR\n"
		r := h.takes(exchange.Payments, file, exchange.Options{})
		h.expect("the first time", counts(r), [4]int{2, 0, 1, 1})
		h.expect("the problem's line", r.Problems[0].Line, 2)
		before := h.state()

		h.expect("the second time", counts(h.takes(exchange.Payments, file, exchange.Options{})), [4]int{0, 0, 3, 1})
		h.same("after the same file", before, h.state())
		h.expect("what the last row says", h.count(`SELECT amount FROM payment WHERE workspace_id = $1 AND key = 'x::y1'`), 200)
	})
}
