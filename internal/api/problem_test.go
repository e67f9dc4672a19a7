package api_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"

	"tandem/internal/api"
	"tandem/internal/db"
	"tandem/internal/i18n"
	"tandem/internal/test/dbtest"
)

func TestAMishapOfOursIsAProblemWithAReferenceAndNoMore(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := open(t, d)
		catalogue, err := i18n.Shipped()
		must(t, err)
		var log bytes.Buffer
		broken := p.house
		broken.DB = nil
		p.handler = api.Handler(api.House{Services: broken, Catalogue: catalogue, Log: slog.New(slog.NewTextHandler(&log, nil))})
		got := p.send("GET", "/segments", nil).is(500)
		if detail := got.text("detail"); detail == "" || strings.Contains(detail, "nil") || got.header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%v", got.body)
		}
		if !strings.Contains(log.String(), "internal/api/") {
			t.Errorf("the log does not say where: %s", log.String())
		}
	})
}

// wrongAt is where the first mistake of a problem stands.
func (a answer) wrongAt() string {
	all, _ := a.body["errors"].([]any)
	if len(all) == 0 {
		return ""
	}
	return all[0].(map[string]any)["location"].(string)
}

func TestAProblemSaysWhichFieldOfWhichRowIsWrong(t *testing.T) {
	p := open(t, dbtest.SQLite(t))
	touch := func(kind, at, contact string) fields {
		return fields{"touches": []fields{
			{"key": "a", "contact": "a@x.example", "at": "2026-05-01T10:00:00Z", "kind": "ad_click"},
			{"key": "b", "contact": contact, "at": at, "kind": kind},
		}}
	}
	cost := func(to, currency string, amount int64) fields {
		return fields{"costs": []fields{{"key": "a", "from": "2026-05-01", "amount": 1}, {"key": "b", "from": "2026-05-01", "to": to, "amount": amount, "currency": currency}}}
	}
	paid := func(at, currency string, amount int64) fields {
		return fields{"key": "p", "at": at, "amount": amount, "currency": currency}
	}
	const now = "2026-05-20T08:24:00Z"
	before := p.rows()
	for _, c := range []struct {
		path  string
		body  fields
		wants string
	}{
		{"/touches", touch("edited", now, "b@x.example"), "body.touches[1].kind"},
		{"/touches", touch("deal_won", now, "b@x.example"), "body.touches[1].kind"},
		{"/touches", touch("refund", now, "b@x.example"), "body.touches[1].kind"},
		{"/touches", touch("ad click!", now, "b@x.example"), "body.touches[1].kind"},
		{"/touches", touch("ad_click", "9999-12-31T23:59:59Z", "b@x.example"), "body.touches[1].at"},
		{"/touches", touch("ad_click", "0001-01-01T00:00:00Z", "b@x.example"), "body.touches[1].at"},
		{"/touches", touch("ad_click", "2026-05-01", "b@x.example"), "body.touches[1].at"},
		{"/touches", touch("ad_click", now, "no@"), "body.touches[1].contact"},
		{"/costs", cost("2026-04-01", "EUR", 1), "body.costs[1].to"},
		{"/costs", cost("2026-05-01", "XXQ", 1), "body.costs[1].currency"},
		{"/costs", cost("2026-05-01", "EUR", 1<<60), "body.costs[1].amount"},
		{"/payments", paid(now, "XXQ", 1), "body.currency"},
		{"/payments", paid(now, "EUR", 1<<60), "body.amount"},
		{"/payments", paid("9999-12-31T23:59:59Z", "EUR", 1), "body.at"},
		{"/deals", fields{"name": "x", "amount": 1 << 60}, "body.amount"},
		{"/deals", fields{"name": "x", "amount": -1}, "body.amount"},
		{"/deals", fields{"name": "x", "currency": "XXQ"}, "body.currency"},
		{"/deals", fields{"name": " "}, "body.name"},
		{"/deals", fields{"name": "x", "stage_id": "0000000000001"}, "body.stage_id"},
		{"/deals", fields{"name": "x", "pipeline_id": "0000000000001"}, "body.pipeline_id"},
		{"/deals", fields{"name": "x", "company_id": "nonsense"}, "body.company_id"},
	} {
		if got := p.send("POST", c.path, c.body).is(422).wrongAt(); got != c.wants {
			t.Errorf("%s %v is wrong at %q, want %q", c.path, c.body, got, c.wants)
		}
	}
	if got := p.send("GET", "/contacts?after=nonsense", nil).is(422).wrongAt(); got != "query.after" {
		t.Errorf("a wrong place is wrong at %q", got)
	}
	if after := p.rows(); after != before {
		t.Errorf("a refusal wrote something:\n%s\n%s", before, after)
	}
}

func TestAProblemDoesNotSendTheRequestBack(t *testing.T) {
	p := open(t, dbtest.SQLite(t))
	many := make([]fields, 501)
	for i := range many {
		many[i] = fields{"key": "k", "contact": "a@x.example", "at": "2026-05-01T10:00:00Z", "kind": "ad_click"}
	}
	for _, body := range []any{fields{"touches": many}, `{"touches":[` + strings.Repeat(" ", 10_000)} {
		if got := p.send("POST", "/touches", body); got.status < 400 || len(fmt.Sprint(got.body)) > 1000 {
			t.Errorf("%d: %d bytes", got.status, len(fmt.Sprint(got.body)))
		}
	}
	beyond := p.send("POST", "/payments", `{"key":"p","at":"2026-05-01T10:00:00Z","amount":9223372036854775808}`).is(422)
	if text := fmt.Sprint(beyond.body); strings.Contains(text, "Go ") || strings.Contains(text, "json:") {
		t.Error(text)
	}
}

func TestAnswersArePackedForWhoTakesThemPacked(t *testing.T) {
	p := open(t, dbtest.SQLite(t))
	for i := range 20 {
		p.send("POST", "/contacts", fields{"name": fmt.Sprint("Person ", i)}).is(201)
	}
	r := httptest.NewRequest("GET", "/api/v1/contacts", nil)
	r.Header.Set("Authorization", "Bearer "+p.token)
	r.Header.Set("Accept-Encoding", "gzip")
	w := httptest.NewRecorder()
	p.handler.ServeHTTP(w, r)
	if w.Header().Get("Content-Encoding") != "gzip" || w.Body.Len() > 3000 {
		t.Errorf("%d bytes, %v", w.Body.Len(), w.Header())
	}
}

func TestAKeyComesBackAsItWasGiven(t *testing.T) {
	p := open(t, dbtest.SQLite(t))
	p.send("POST", "/touches", fields{"touches": []fields{{"key": "k1", "contact": "a@x.example", "at": "2026-05-01T10:00:00Z", "kind": "ad_click"}}}).is(200)
	p.send("POST", "/payments", fields{"key": "k1", "at": "2026-05-20T08:00:00Z", "amount": 5}).is(200)
	p.send("POST", "/costs", fields{"costs": []fields{{"key": "k1", "from": "2026-05-01", "amount": 1}}}).is(200)
	for _, path := range []string{"/touches", "/payments", "/costs"} {
		if all := fmt.Sprint(p.send("GET", path, nil).is(200).items()); !strings.Contains(all, "key:k1") || strings.Contains(all, "api:") {
			t.Errorf("%s gives %s", path, all)
		}
	}
}
