package api_test

import (
	"fmt"
	"testing"

	"tandem/internal/db"
	"tandem/internal/test/dbtest"
)

func TestPeopleAreWrittenDownAsAProgramKnowsThem(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := open(t, d)
		p.send("POST", "/fields", fields{"entity": "contact", "name": "Size", "type": "number"}).is(201)
		ann := p.send("POST", "/contacts", fields{"name": "Ann", "emails": []string{"ann@x.example"}, "title": "Owner"}).is(201).text("id")
		shop := func(people ...fields) fields { return fields{"system": "shop", "contacts": people} }
		first := p.send("POST", "/contacts/upsert", shop(
			fields{"external_id": "17", "emails": []string{"ANN@x.example"}, "city": "Ghent", "company": "Oost"},
			fields{"external_id": "18", "name": "Ben", "fields": fields{"Size": 7}, "tags": []string{"new"}},
			fields{"phones": []string{"+32 470 12 34 56"}, "name": "Cis"},
		)).is(200)
		if got := first.text("outcomes"); got != "[updated created created]" {
			t.Errorf("became %s", got)
		}
		again := p.send("POST", "/contacts/upsert", shop(fields{"external_id": "18", "name": "Benjamin", "emails": []string{"ben@x.example"}, "fields": fields{"Size": 8}}, fields{"external_id": "17"})).is(200)
		if got := again.text("outcomes"); got != "[updated unchanged]" {
			t.Errorf("became %s", got)
		}
		one := p.send("GET", "/contacts/"+ann, nil).is(200)
		if got := fmt.Sprint(one.text("title"), one.text("city"), one.text("company"), one.text("external_ids")); got != "OwnerGhentOost[map[id:17 system:shop]]" {
			t.Errorf("Ann is %s", got)
		}
		found := p.send("GET", "/contacts?system=shop&external_id=18", nil).is(200).items()
		if len(found) != 1 {
			t.Fatalf("found %v", found)
		}
		if ben := found[0].(map[string]any); fmt.Sprint(ben["name"], ben["emails"], ben["tags"], ben["fields"]) != "Benjamin[ben@x.example] [new] map[Size:8]" {
			t.Errorf("Ben is %v", ben)
		}
		before := p.rows()
		for at, wrong := range map[string]fields{
			"body.contacts[1].external_id": {"name": "Nobody"}, "body.contacts[1].emails": {"external_id": "1", "emails": []string{"no"}},
			"body.contacts[1].fields.Colour": {"external_id": "1", "fields": fields{"Colour": "red"}}, "body.contacts[1].country": {"external_id": "1", "country": "Q!"},
		} {
			if got := p.send("POST", "/contacts/upsert", shop(fields{"external_id": "99"}, wrong)).is(422).wrongAt(); got != at {
				t.Errorf("%v is wrong at %s, want %s", wrong, got, at)
			}
		}
		if after := p.rows(); after != before {
			t.Errorf("a refusal wrote something:\n%s\n%s", before, after)
		}
	})
}

func TestCompaniesAreWrittenDownAsAProgramKnowsThem(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := open(t, d)
		oost := p.send("POST", "/companies", fields{"name": "Oost Rent", "domain": "oost.example"}).is(201).text("id")
		batch := fields{"companies": []fields{{"external_id": "c1", "name": "Oost Rent BV", "domain": "www.oost.example"}, {"external_id": "c2", "name": "West"}}}
		if got := p.send("POST", "/companies/upsert", batch).is(200).text("outcomes"); got != "[updated created]" {
			t.Errorf("became %s", got)
		}
		if got := p.send("POST", "/companies/upsert", batch).is(200).text("outcomes"); got != "[unchanged unchanged]" {
			t.Errorf("became %s", got)
		}
		if one := p.send("GET", "/companies/"+oost, nil).is(200); one.text("name") != "Oost Rent BV" || one.text("external_ids") != "[map[id:c1 system:]]" {
			t.Errorf("Oost is %v", one.body)
		}
		if got := p.send("POST", "/companies/upsert", fields{"companies": []fields{{"name": "x", "country": "Q!"}}}).is(422).wrongAt(); got != "body.companies[0].country" {
			t.Errorf("wrong at %s", got)
		}
	})
}
