package api_test

import (
	"fmt"
	"testing"
	"time"

	"tandem/internal/db"
	"tandem/internal/team"
	"tandem/internal/test/dbtest"
)

func TestAPatchChangesWhatItNamesAndNullEmptiesIt(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := open(t, d)
		p.send("POST", "/fields", fields{"entity": "contact", "name": "Size", "type": "number"}).is(201)
		p.send("POST", "/fields", fields{"entity": "company", "name": "Branch", "type": "text"}).is(201)
		p.send("POST", "/fields", fields{"entity": "deal", "name": "Colour", "type": "text"}).is(201)
		for _, c := range []struct {
			path              string
			made, patch, want fields
		}{
			{
				"/contacts",
				fields{"first_name": "Ann", "last_name": "Peeters", "title": "Owner", "company": "Oost", "emails": []string{"a@x.example"}, "lifecycle": "lead", "fields": fields{"Size": 7}},
				fields{"title": nil, "city": "Ghent", "lifecycle": nil, "fields": fields{"Size": 8}},
				fields{"name": "Ann Peeters", "title": "", "city": "Ghent", "company": "Oost", "emails": "[a@x.example]", "lifecycle": "", "fields": "map[Size:8]"},
			},
			{
				"/companies",
				fields{"name": "Oost Rent", "domain": "oost.example", "tags": []string{"Courier"}, "fields": fields{"Branch": "Rent"}},
				fields{"domain": nil, "owner": "Tom", "fields": fields{"Branch": nil}},
				fields{"name": "Oost Rent", "domain": "", "owner": "Tom", "tags": "[Courier]", "fields": "<nil>"},
			},
			{
				"/deals",
				fields{"name": "Family", "amount": 500, "key": "d-1", "fields": fields{"Colour": "red"}},
				fields{"amount": 700, "owner": "Tom", "fields": fields{"Colour": "blue"}},
				fields{"name": "Family", "amount": 700, "currency": "EUR", "owner": "Tom", "key": "d-1", "status": "open", "fields": "map[Colour:blue]"},
			},
		} {
			made := p.send("POST", c.path, c.made).is(201)
			one := c.path + "/" + made.text("id")
			p.clock.Add(time.Second)
			got := p.send("PATCH", one, c.patch, "If-Match", made.header.Get("ETag")).is(200)
			for name, want := range c.want {
				if got.text(name) != fmt.Sprint(want) {
					t.Errorf("%s: %s is %s, want %v", c.path, name, got.text(name), want)
				}
			}
			p.send("PATCH", one, fields{"owner": "Late"}, "If-Match", made.header.Get("ETag")).is(412)
			p.send("PATCH", one, fields{"owner": "Sure"}, "Content-Type", "application/merge-patch+json").is(200)
			p.send("PATCH", one, fields{"colour": "red"}).is(422)
			p.send("PATCH", one, fields{"owner": 5}).is(422)
			p.send("PATCH", one, `[]`).is(422)
			p.send("PATCH", one, fields{"owner": "Key"}, "Idempotency-Key", c.path).is(200)
			p.send("PATCH", one, fields{"owner": nil}, "Idempotency-Key", c.path).is(422)
			p.send("PATCH", c.path+"/0000000000001", fields{"owner": "x"}).is(404)
			if owner := p.send("GET", one, nil).text("owner"); owner != "Key" {
				t.Errorf("%s belongs to %s", c.path, owner)
			}
		}
		p.send("PATCH", "/contacts/"+p.send("GET", "/contacts", nil).items()[0].(map[string]any)["id"].(string), fields{"emails": []string{"no"}}).is(422)
	})
}

func TestADealThatIsChangedTakesItsJourneyAlong(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := open(t, d)
		ann := p.send("POST", "/contacts", fields{"name": "Ann"}).is(201).text("id")
		ben := p.send("POST", "/contacts", fields{"name": "Ben"}).is(201).text("id")
		deal := p.send("POST", "/deals", fields{"name": "Family", "contact_id": ann, "amount": 500}).is(201).text("id")
		p.send("POST", "/deals/"+deal+"/win", nil).is(200)
		p.send("PATCH", "/deals/"+deal, fields{"contact_id": ben, "amount": 900}).is(200)
		if n := len(p.send("GET", "/contacts/"+ann+"/touches", nil).is(200).items()); n != 0 {
			t.Errorf("%d touches of the deal stayed with Ann", n)
		}
		if n := len(p.send("GET", "/contacts/"+ben+"/touches", nil).is(200).items()); n != 2 {
			t.Errorf("%d touches of the deal came to Ben", n)
		}
		won := p.send("GET", "/reports/funnel", nil).is(200).body["total"].(map[string]any)["amount_won"]
		if won != "9.00" {
			t.Errorf("%v was won", won)
		}
		p.send("PATCH", "/deals/"+deal, fields{"contact_id": "0000000000001"}).is(422)
		p.send("PATCH", "/deals/"+deal, fields{"name": nil}).is(422)
		p.token = p.scoped(team.Read, team.WritePeople, team.WriteMarketing)
		p.send("PATCH", "/deals/"+deal, fields{"amount": 1}).is(403)
	})
}

func TestASegmentIsChangedAsItWasRead(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := open(t, d)
		rule := fields{"if": fields{"field": "name", "op": "is", "value": "Ann"}}
		made := p.send("POST", "/segments", fields{"name": "Ann", "rule": fields{}}).is(201)
		one := "/segments/" + made.text("id")
		if got := p.send("PUT", one, fields{"name": "Anns", "rule": rule}, "If-Match", made.header.Get("ETag")).is(200); got.text("name") != "Anns" {
			t.Errorf("%v", got.body)
		}
		p.send("PUT", one, fields{"name": "Late", "rule": rule}, "If-Match", made.header.Get("ETag")).is(412)
		p.send("PUT", one, fields{"name": "Ann", "rule": fields{"if": fields{"field": "nonsense", "op": "is"}}}).is(422)
	})
}
