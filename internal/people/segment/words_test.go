package segment_test

import (
	"strings"
	"testing"
	"time"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/journey"
	"tandem/internal/people/contact"
	"tandem/internal/people/glance"
	"tandem/internal/people/segment"
	"tandem/internal/test/dbtest"
)

func TestPeopleAreFoundByWordsInAnyOrderAndByTelephone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := clock.NewFake(now)
		j := journey.New(c)
		err := d.Write(t.Context(), ws, func(tx *db.Tx) error {
			_, err := contact.New(j, c).PutAll(t.Context(), tx, []contact.Row{
				{Name: "Roos Claeys", Emails: email("roos@flowers.example"), Phones: []contact.Phone{{Key: "+32400999007", Shown: "0400 99 90 07"}}},
				{Name: "Roos Maes", Emails: email("maes@x.example"), Phones: []contact.Phone{{Key: "+32911223344", Shown: "09 112 23 344"}}},
				{Name: "Claire Roosen", Phones: []contact.Phone{{Key: "99", Shown: "99"}}},
			}, contact.Options{})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := glance.CatchUp(t.Context(), d, ws); err != nil {
			t.Fatal(err)
		}
		s := segment.Scope{Workspace: ws, Zone: time.UTC, Now: now, Country: "BE"}
		for words, want := range map[string]string{
			"roos claeys": "Roos Claeys", "claeys roos": "Roos Claeys", "claeys  flowers": "Roos Claeys", "roos": "Claire Roosen, Roos Claeys, Roos Maes",
			"claeys bakery": "", "maes roos x.ex": "Roos Maes", "0400 99": "Roos Claeys", "+32 400 99 90 07": "Roos Claeys", "0400/99.90.07": "Roos Claeys",
			"0911": "Roos Maes", "099": "", "04009a": "", "1 2 3 4 5 6 7 8": "", "%%%%": "", "____": "",
		} {
			var names []string
			err := d.Read(t.Context(), ws, func(tx *db.Tx) error {
				page, err := segment.List(t.Context(), tx, s, segment.Query{Words: words, Sort: segment.ByName, Limit: 10})
				names = nil
				for _, r := range page.Rows {
					names = append(names, r.Name)
				}
				return err
			})
			if got := strings.Join(names, ", "); err != nil || got != want {
				t.Errorf("%q finds %q, want %q (%v)", words, got, want, err)
			}
		}
	})
}
