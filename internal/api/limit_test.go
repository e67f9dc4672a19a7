package api_test

import (
	"strings"
	"testing"
	"time"

	"tandem/internal/api"
	"tandem/internal/db"
	"tandem/internal/i18n"
	"tandem/internal/team"
	"tandem/internal/test/dbtest"
)

func TestATokenHasSoManyRequestsAMinuteAndIsToldWhatIsLeft(t *testing.T) {
	p := open(t, dbtest.SQLite(t))
	catalogue, err := i18n.Shipped()
	must(t, err)
	p.handler = api.Handler(api.House{Services: p.house, Catalogue: catalogue, PerMinute: 2})
	if left := p.send("GET", "/contacts", nil).is(200).header.Get("RateLimit"); left != `"token";r=1;t=60` {
		t.Errorf("left: %s", left)
	}
	p.send("GET", "/contacts", nil).is(200)
	p.clock.Add(20 * time.Second)
	over := p.send("GET", "/contacts", nil).is(429)
	if over.header.Get("Retry-After") != "40" || over.header.Get("RateLimit") != `"token";r=0;t=40` || over.header.Get("RateLimit-Policy") != `"token";q=2;w=60` {
		t.Errorf("%v", over.header)
	}
	other := *p
	other.token = p.scoped(team.Read)
	other.send("GET", "/contacts", nil).is(200)
	p.clock.Add(40 * time.Second)
	p.send("GET", "/contacts", nil).is(200)
}

func TestWhatIsTooLargeOfAnotherTypeOrOfNoMethodIsToldSo(t *testing.T) {
	p := open(t, dbtest.SQLite(t))
	p.send("POST", "/contacts", `{"name":"`+strings.Repeat("x", 6<<20)+`"}`).is(413)
	p.send("POST", "/contacts", `<name>x</name>`, "Content-Type", "text/xml").is(415)
	p.send("POST", "/contacts", `{"name":`).is(400)
	if allowed := p.send("DELETE", "/contacts", nil).is(405).header.Get("Allow"); allowed != "GET, POST" {
		t.Errorf("allowed: %s", allowed)
	}
	p.send("GET", "/nothing", nil).is(404)
}

func TestOfTwoProgramsThatChangeARecordTheLaterIsToldByTheStateItRead(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := open(t, d)
		for _, kind := range []string{"/contacts", "/companies"} {
			made := p.send("POST", kind, fields{"name": "Ann"}).is(201)
			one := kind + "/" + made.text("id")
			seen := p.send("GET", one, nil).is(200).header.Get("ETag")
			if seen == "" || seen != made.header.Get("ETag") {
				t.Errorf("%s is %q, then %q", kind, made.header.Get("ETag"), seen)
			}
			p.send("PUT", one, fields{"name": "Blind"}).is(428)
			now := p.send("PUT", one, fields{"name": "First"}, "If-Match", seen).is(200).header.Get("ETag")
			p.send("PUT", one, fields{"name": "Later"}, "If-Match", seen).is(412)
			p.send("PUT", one, fields{"name": "Odd"}, "If-Match", `"x"`).is(412)
			p.send("PUT", one, fields{"name": "Second"}, "If-Match", now).is(200)
			if name := p.send("GET", one, nil).text("name"); name != "Second" {
				t.Errorf("%s is called %q", kind, name)
			}
		}
	})
}
