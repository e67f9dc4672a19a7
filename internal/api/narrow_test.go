package api_test

import (
	"net/url"
	"testing"
	"time"

	"tandem/internal/db"
	"tandem/internal/test/dbtest"
)

func TestProgramsFindPeopleByWhatTheyKnowOfThem(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := open(t, d)
		ann := p.send("POST", "/contacts", fields{"name": "Ann", "company": "Oost", "emails": []string{"Ann@x.example"}}).is(201)
		p.send("POST", "/contacts", fields{"name": "Anna", "company": "West", "emails": []string{"anna@x.example"}}).is(201)
		p.send("POST", "/touches", fields{"touches": []fields{{"key": "a", "contact": "shop-17", "at": "2026-05-01T10:00:00Z", "kind": "ad_click"}}}).is(200)
		p.clock.Add(time.Hour)
		later := p.clock.Now().Format(time.RFC3339)
		p.send("PUT", "/contacts/"+ann.text("id"), fields{"name": "Ann", "company": "Oost", "emails": []string{"Ann@x.example"}}, "If-Match", ann.header.Get("ETag")).is(200)
		oost := p.send("GET", "/companies", nil).is(200).items()[0].(map[string]any)["id"].(string)
		for query, want := range map[string]int{
			"":                                     3,
			"email=ANN@x.example":                  1,
			"email=nobody@x.example":               0,
			"company=" + oost:                      1,
			"company=0000000000001":                0,
			"external_id=shop-17":                  1,
			"external_id=shop-17&system=other":     0,
			"updated_since=" + later:               1,
			"updated_since=" + later + "&q=anna":   0,
			"q=ann&company=" + oost + "&limit=1":   1,
			"q=ann&email=anna@x.example&limit=500": 1,
		} {
			if n := len(p.send("GET", "/contacts?"+query, nil).is(200).items()); n != want {
				t.Errorf("%s finds %d, want %d", query, n, want)
			}
		}
		p.send("GET", "/contacts?updated_since=yesterday", nil).is(422)
		p.send("GET", "/contacts?company=nonsense", nil).is(422)
		if n := len(p.send("GET", "/companies?updated_since="+url.QueryEscape(later), nil).is(200).items()); n != 0 {
			t.Errorf("%d companies were changed", n)
		}
		if n := len(p.send("GET", "/companies?updated_since=2026-05-20T00:00:00Z", nil).is(200).items()); n != 2 {
			t.Errorf("%d companies are from today", n)
		}
	})
}
