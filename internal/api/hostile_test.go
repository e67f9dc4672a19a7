package api_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"tandem/internal/db"
	"tandem/internal/team"
	"tandem/internal/test/dbtest"
)

// rows counts what a business has, so that a refusal which wrote something is seen.
func (p *program) rows() string {
	p.t.Helper()
	var b strings.Builder
	must(p.t, p.house.DB.Read(p.t.Context(), p.ws.ID, func(tx *db.Tx) error {
		for _, table := range []string{"contact", "company", "deal", "payment", "cost", "touch", "segment", "upload", "idempotency", "audit"} {
			n, err := db.One[int64](p.t.Context(), tx, `SELECT COUNT(*) FROM `+table+` WHERE workspace_id = $1`, p.ws.ID)
			if err != nil {
				return err
			}
			fmt.Fprintf(&b, "%s %d; ", table, n)
		}
		return nil
	}))
	return b.String()
}

func TestWhatNobodyShouldSendIsRefusedAndWritesNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := open(t, d)
		before := p.rows()
		never := func(method, path string, body any, headers ...string) {
			t.Helper()
			if a := p.send(method, path, body, headers...); a.status < 400 || a.status >= 500 {
				t.Errorf("%s %.60s %.60v answers %d: %v", method, path, body, a.status, a.body)
			}
		}
		for _, text := range []string{"nul \\u0000 here", "half \xff\xfe a letter"} {
			never("POST", "/contacts", `{"name":"`+text+`"}`)
			never("POST", "/contacts", `{"name":"x","tags":["`+text+`"]}`)
			never("POST", "/companies", `{"name":"`+text+`"}`)
			never("POST", "/deals", `{"name":"`+text+`"}`)
			never("POST", "/touches", `{"touches":[{"key":"`+text+`","contact":"a@x.example","at":"2026-05-01T10:00:00Z","kind":"ad_click"}]}`)
			never("POST", "/payments", `{"key":"`+text+`","at":"2026-05-01T10:00:00Z","amount":1}`)
			never("POST", "/costs", `{"costs":[{"key":"`+text+`","from":"2026-05-01","amount":1}]}`)
			never("POST", "/segments", `{"name":"`+text+`","rule":{}}`)
		}
		for _, text := range []string{"\x00", "\xff"} {
			never("GET", "/contacts?q=a"+url.QueryEscape(text), nil)
			never("GET", "/contacts?after="+url.QueryEscape(text), nil)
			never("GET", "/companies?q=a"+url.QueryEscape(text), nil)
			never("GET", "/companies?after="+url.QueryEscape(text), nil)
			never("GET", "/deals/"+url.PathEscape(text), nil)
			never("GET", "/reports/funnel?by=field."+url.QueryEscape(text), nil)
			never("POST", "/contacts", `{"name":"x"}`, "Idempotency-Key", "k"+text)
			never("POST", "/imports?kind=contacts&name="+url.QueryEscape(text), "name\nx\n", "Content-Type", "text/csv")
		}
		never("POST", "/contacts", `{"name":"`+strings.Repeat("x", 6<<20)+`"}`)
		never("POST", "/contacts", `{"name":"x"`)
		never("POST", "/contacts", `[]`)
		never("GET", "/contacts?limit=1000000", nil)
		never("GET", "/reports/funnel?from=2026-13-41", nil)
		if after := p.rows(); after != before {
			t.Errorf("a refusal wrote something:\n%s\n%s", before, after)
		}
	})
}

func TestATokenThatIsOverAndACookieLetNobodyIn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := open(t, d)
		token, _, err := p.house.Team.MakeToken(t.Context(), p.ws.ID, "short", team.Rights(), 1, p.owner)
		must(t, err)
		p.token = token
		p.send("GET", "/contacts", nil).is(200)
		p.clock.Add(25 * time.Hour)
		p.send("GET", "/contacts", nil).is(401)
		p.token = ""
		p.send("GET", "/contacts", nil, "Cookie", "session="+token).is(401)
	})
}

func TestWhoMayNotRefundTurnsNoRefundIntoAPayment(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := open(t, d)
		deal := p.send("POST", "/deals", fields{"name": "Family", "amount": 500}).is(201).text("id")
		p.send("POST", "/payments", fields{"key": "p", "deal_id": deal, "at": "2026-05-20T08:00:00Z", "amount": 500}).is(200)
		p.send("POST", "/payments", fields{"key": "r", "deal_id": deal, "at": "2026-05-20T08:10:00Z", "amount": 100, "kind": "refund"}).is(200)
		p.token = p.scoped(team.Read, team.WriteSales)
		before := p.rows()
		p.send("POST", "/payments", fields{"key": "r", "deal_id": deal, "at": "2026-05-20T08:10:00Z", "amount": 100}).is(403)
		if after := p.rows(); after != before {
			t.Errorf("a refusal wrote something:\n%s\n%s", before, after)
		}
	})
}

// sentTo are bodies that the operations would take from who may.
var sentTo = map[string]any{
	"POST /contacts": fields{"name": "x"}, "PUT /contacts/{id}": fields{"name": "x", "updated_at": "2026-05-20T08:24:00Z"},
	"POST /companies": fields{"name": "x"}, "PUT /companies/{id}": fields{"name": "x", "updated_at": "2026-05-20T08:24:00Z"},
	"POST /deals": fields{"name": "x"}, "POST /deals/{id}/move": fields{"stage_id": "0000000000001"}, "POST /deals/{id}/lose": fields{},
	"POST /payments": fields{"key": "x", "at": "2026-05-20T08:00:00Z", "amount": 1}, "POST /costs": fields{"costs": []fields{{"key": "x", "from": "2026-05-01", "amount": 1}}},
	"POST /touches":  fields{"touches": []fields{{"key": "x", "contact": "x@x.example", "at": "2026-05-01T10:00:00Z", "kind": "call"}}},
	"POST /segments": fields{"name": "x", "rule": fields{}}, "POST /fields": fields{"entity": "contact", "name": "x", "type": "text"},
	"PATCH /contacts/{id}": fields{"name": "x"}, "PATCH /companies/{id}": fields{"name": "x"}, "PATCH /deals/{id}": fields{"name": "x"},
	"PUT /segments/{id}":    fields{"name": "x", "rule": fields{}},
	"POST /contacts/upsert": fields{"contacts": []fields{{"external_id": "x"}}}, "POST /companies/upsert": fields{"companies": []fields{{"name": "x"}}},
	"POST /contacts/{id}/consents": fields{"channel": "email", "state": "refused"},
}

func TestNoOperationChangesAnythingForWhoMayOnlyReadOrIsOfAnotherBusiness(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := open(t, d)
		ids := map[string]string{
			"contacts":  p.send("POST", "/contacts", fields{"name": "Ann"}).is(201).text("id"),
			"companies": p.send("POST", "/companies", fields{"name": "Alder"}).is(201).text("id"),
			"deals":     p.send("POST", "/deals", fields{"name": "Family"}).is(201).text("id"),
			"segments":  p.send("POST", "/segments", fields{"name": "All", "rule": fields{}}).is(201).text("id"),
			"payments":  p.send("POST", "/payments", fields{"key": "p", "at": "2026-05-20T08:00:00Z", "amount": 1}).is(200).text("id"),
			"imports":   p.send("POST", "/imports?kind=contacts", "name,email\nA,a@x.example\n", "Content-Type", "text/csv").is(201).text("id"),
		}
		other, err := p.house.Team.Create(t.Context(), team.Opening{Slug: "other", Name: "Other"})
		must(t, err)
		u, err := p.house.Team.AddMember(t.Context(), other.ID, team.NewUser{Name: "Olga", Email: "olga@x.example", Password: "a few good words"}, team.Owner, p.owner)
		must(t, err)
		reader, stranger := *p, *p
		reader.token = p.scoped(team.Read)
		stranger.token, _, err = p.house.Team.MakeToken(t.Context(), other.ID, "x", team.Rights(), 0, team.Actor{User: u.ID, Name: u.Name, Role: team.Owner})
		must(t, err)
		before := p.rows()
		for _, o := range operations(t) {
			path := strings.ReplaceAll(o[1], "{id}", ids[strings.Split(o[1], "/")[1]])
			body := sentTo[o[0]+" "+o[1]]
			if o[0] != "GET" && o[1] != "/segments/count" && o[1] != "/imports" {
				reader.send(o[0], path, body).is(403)
			}
			if strings.Contains(o[1], "{id}") {
				stranger.send(o[0], path, body).is(404)
			}
		}
		if after := p.rows(); after != before {
			t.Errorf("something was written:\n%s\n%s", before, after)
		}
	})
}
