package api_test

import (
	"fmt"
	"net/url"
	"strings"
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

func TestDealsPaymentsAndCostsAreNarrowedDown(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := open(t, d)
		ann := p.send("POST", "/contacts", fields{"name": "Ann"}).is(201).text("id")
		family := p.send("POST", "/deals", fields{"name": "Family", "key": "d1", "contact_id": ann, "amount": 500}).is(201)
		fleet := p.send("POST", "/deals", fields{"name": "Fleet"}).is(201).text("id")
		p.send("POST", "/deals", fields{"name": "Again", "key": "d1"}).is(409)
		p.clock.Add(time.Hour)
		later := p.clock.Now().Format(time.RFC3339)
		p.send("POST", "/deals/"+fleet+"/win", nil).is(200)
		p.send("POST", "/payments", fields{"key": "p1", "deal_id": family.text("id"), "at": "2026-05-19T08:00:00Z", "amount": 5}).is(200)
		p.send("POST", "/payments", fields{"key": "p2", "at": "2026-05-20T08:00:00Z", "amount": 5}).is(200)
		p.send("POST", "/costs", fields{"costs": []fields{
			{"key": "c1", "from": "2026-04-01", "to": "2026-04-30", "channel": "Paid Search", "source": "google", "amount": 1}, {"key": "c2", "from": "2026-05-01", "campaign": "Spring", "amount": 1},
		}}).is(200)
		for query, want := range map[string]int{
			"/deals": 2, "/deals?contact=" + ann: 1, "/deals?status=won": 1, "/deals?status=open": 1, "/deals?key=d1": 1, "/deals?key=d2": 0, "/deals?updated_since=" + later: 1,
			"/deals?company=0000000000001": 0, "/deals?pipeline=" + family.text("pipeline_id"): 2, "/deals?stage=" + family.text("stage_id"): 1, "/deals?status=won&contact=" + ann: 0,
			"/payments": 2, "/payments?contact=" + ann: 1, "/payments?deal=" + family.text("id"): 1, "/payments?key=p2": 1, "/payments?from=2026-05-20T00:00:00Z": 1, "/payments?to=2026-05-20T00:00:00Z": 1,
			"/costs": 2, "/costs?from=2026-05-01": 1, "/costs?to=2026-04-15": 1, "/costs?channel=Paid+Search": 1, "/costs?source=bing": 0, "/costs?campaign=Spring": 1, "/costs?key=c1": 1,
		} {
			if n := len(p.send("GET", query, nil).is(200).items()); n != want {
				t.Errorf("%s finds %d, want %d", query, n, want)
			}
		}
		if at := p.send("GET", "/deals?contact=nonsense", nil).is(422).wrongAt(); at != "query.contact" {
			t.Errorf("wrong at %s", at)
		}
		p.send("GET", "/deals?status=lucky", nil).is(422)
	})
}

func TestAFollowerMissesNothingOfTheJourney(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := open(t, d)
		touch := func(key string) {
			p.send("POST", "/touches", fields{"touches": []fields{{"key": key, "contact": "ann@x.example", "at": "2026-05-01T10:00:00Z", "kind": "ad_click"}}}).is(200)
		}
		touch("a")
		touch("b")
		var last any = 0
		read := func() (keys []string) {
			for _, one := range p.send("GET", fmt.Sprintf("/touches?limit=2&after=%v", last), nil).is(200).items() {
				t := one.(map[string]any)
				last = t["seq"]
				keys = append(keys, fmt.Sprint(t["kind"], " ", t["key"]))
			}
			return keys
		}
		if got := fmt.Sprint(read(), read(), read()); got != "[created <nil> ad_click a] [ad_click b] []" {
			t.Errorf("read %s", got)
		}
		touch("c")
		payment := fields{"key": "p", "at": "2026-05-19T08:00:00Z", "amount": 5}
		p.send("POST", "/payments", payment).is(200)
		payment["amount"] = 7
		p.send("POST", "/payments", payment).is(200)
		got := fmt.Sprint(read(), read(), read())
		if strings.Count(got, "ad_click c") != 1 || strings.Count(got, "payment") != 2 || strings.Count(got, "corrected") != 1 || !strings.HasSuffix(got, " []") {
			t.Errorf("then read %s", got)
		}
		for _, after := range []string{"garbage", "-1", "0SCGQMX5M31WZ"} {
			p.send("GET", "/touches?after="+after, nil).is(422)
		}
	})
}

func TestASegmentOfWhatSomebodyDidIsUpToDate(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := open(t, d)
		p.send("POST", "/touches", fields{"touches": []fields{{"key": "a", "contact": "ann@x.example", "at": "2026-05-19T10:00:00Z", "kind": "call"}}}).is(200)
		rule := fields{"if": fields{"field": "touch", "op": "did", "value": "call", "days": 30}}
		if n := p.send("POST", "/segments/count", fields{"rule": rule}).is(200).text("count"); n != "1" {
			t.Errorf("%s people called", n)
		}
		of := p.send("POST", "/segments", fields{"name": "Called", "rule": rule}).is(201).text("id")
		if n := len(p.send("GET", "/contacts?segment="+of, nil).is(200).items()); n != 1 {
			t.Errorf("%d people in the segment", n)
		}
	})
}
