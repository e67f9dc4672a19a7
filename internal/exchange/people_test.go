package exchange_test

import (
	"testing"
	"time"

	"tandem/internal/db"
	"tandem/internal/exchange"
	"tandem/internal/fault"
	"tandem/internal/people/segment"
	"tandem/internal/test/dbtest"
)

func TestThePeopleOfAnImportAreFoundByIt(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		h.takes(exchange.Contacts, "email,city\nann@x.example,\nbo@x.example,Gent\nzoe@x.example,\n", exchange.Options{})
		r := h.takes(exchange.Contacts, "email,city\nann@x.example,Aalst\nbo@x.example,Gent\ncas@x.example,\nwrong,\n", exchange.Options{})
		found := func(op segment.Op, value string) (n int, err error) {
			scope := segment.Scope{Workspace: h.ws, Zone: time.UTC, Now: h.Clock.Now()}
			rule := segment.Rule{If: &segment.Condition{Field: segment.Imported, Op: op, Value: value}}
			err = d.Read(t.Context(), h.ws, func(tx *db.Tx) error {
				n, err = segment.Count(t.Context(), tx, scope, segment.Query{Rule: rule})
				return err
			})
			return n, err
		}
		of := r.ImportID.String()
		for value, want := range map[string]int{of: 3, of + ":created": 1, of + ":updated": 1, of + ":unchanged": 1, of + ":skipped": 0, of + ":'": 0, "0000000000001": 0} {
			if n, err := found(segment.Is, value); n != want || err != nil {
				t.Errorf("%s are %d people (%v), want %d", value, n, err, want)
			}
		}
		if n, err := found(segment.IsNot, of); n != 1 || err != nil {
			t.Errorf("%d people did not come with it (%v)", n, err)
		}
		if _, err := found(segment.Is, "people.csv"); !fault.Is(err, fault.Invalid) {
			t.Errorf("what is no import: %v", err)
		}
	})
}

func TestImportsOfPeopleAreOfferedUntilTheyAreTakenBack(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		offered := func() (all []segment.Import) {
			h.must(d.Read(t.Context(), h.ws, func(tx *db.Tx) (err error) {
				all, err = h.ImportsOfPeople(t.Context(), tx, 10)
				return err
			}))
			return all
		}
		h.takes(exchange.Companies, "name\nAcme\n", exchange.Options{})
		u := h.bring(people(2))
		h.must(h.does(h.choose(exchange.Reading{}), u))
		h.background()
		h.expect("before", len(offered()), 0)
		h.must(h.does(h.Start, u))
		h.background()
		if all := offered(); len(all) != 1 || all[0].File != "people.csv" {
			t.Errorf("offered are %v", all)
		}
		h.must(h.does(h.TakeBack, u))
		h.background()
		h.expect("taken back", len(offered()), 0)
	})
}
