package exchange_test

import (
	"fmt"
	"strings"
	"testing"

	"tandem/internal/db"
	"tandem/internal/exchange"
	"tandem/internal/team"
	"tandem/internal/test/dbtest"
)

// readAs is how a file is read at first.
func (h *house) readAs(content string) exchange.Reading {
	h.t.Helper()
	u := h.bring(content)
	as, err := u.As()
	h.must(err)
	return as
}

// said are rows as a page would list them.
func said(rows []exchange.RowSeen) string {
	var all []string
	for _, r := range rows {
		all = append(all, strings.TrimSpace(fmt.Sprintf("%d:%d %s %s", r.Row, r.Line, r.Verdict, strings.Join(r.Cells, "|"))))
	}
	return strings.Join(all, "; ")
}

func TestEveryRowOfAnUploadIsSeenWithItsVerdict(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		h.takes(exchange.Contacts, "name,email,city\nAnn,ann@x.example,Gent\nBo,bo@x.example,\n", exchange.Options{})
		u := h.bring("name,email,city\nAnn,ann@x.example,Gent\nBo,bo@x.example,Aalst\nCy,cy@@x,Gent\nDi,di@x.example,\n")
		h.must(h.does(h.choose(exchange.Reading{Right: exchange.Corrections{5: {"city": "Mol"}}}), u))
		h.background()
		u, _ = h.upload(u.ID)
		tried := func(only string, after int64, limit int) string {
			rows, err := h.RowsTried(t.Context(), h.ws, u, only, after, limit)
			h.must(err)
			return said(rows)
		}
		h.expect("all", tried("", 0, 10), "1:2 unchanged Ann|ann@x.example|Gent; 2:3 updated Bo|bo@x.example|Aalst; 3:4 skipped Cy|cy@@x|Gent; 4:5 created Di|di@x.example|Mol")
		h.expect("a page", tried("", 1, 2), "2:3 updated Bo|bo@x.example|Aalst; 3:4 skipped Cy|cy@@x|Gent")
		h.expect("the new", tried("created", 0, 10), "4:5 created Di|di@x.example|Mol")
		h.must(h.does(h.Start, u))
		h.background()
		u, _ = h.upload(u.ID)
		h.must(d.Read(t.Context(), h.ws, func(tx *db.Tx) error {
			all, err := h.RowsDone(t.Context(), tx, u, "", 1, 2)
			h.expect("done", said(all), "2:3 updated; 3:4 skipped")
			if err != nil || all[0].Record == 0 || len(all[1].Problems) != 1 {
				t.Errorf("%+v: %v", all, err)
			}
			skipped, err := h.RowsDone(t.Context(), tx, u, "skipped", 0, 10)
			h.expect("with problems", said(skipped), "3:4 skipped")
			return err
		}))
	})
}

func TestTheSameFileBroughtTwiceIsOneUpload(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		found := make(chan exchange.Upload, 4)
		for range 4 {
			go func() {
				u, err := h.Bring(t.Context(), h.ws, team.Console(), exchange.Contacts, "people.csv", strings.NewReader(people(3)), exchange.Reading{})
				if err != nil {
					t.Error(err)
				}
				found <- u
			}()
		}
		one := <-found
		for range 3 {
			h.expect("the same upload", (<-found).ID, one.ID)
		}
		h.must(h.does(h.choose(exchange.Reading{}), one))
		h.expect("while it is tried", h.bring(people(3)).ID, one.ID)
		h.background()
		h.must(h.does(h.Start, one))
		h.background()
		if again := h.bring(people(3)); again.ID == one.ID {
			t.Error("a file that was imported cannot be brought again")
		}
	})
}

func TestAFileWithTheColumnsOfAnEarlierImportIsReadAsThatWas(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		first := h.bring("Who,Where to write,Since\nAnn,ann@x.example,01/02/2026\n")
		said := exchange.Reading{
			Columns: []string{"Who", "Where to write", "Since"}, Map: map[string]string{"name": "Who", "email": "Where to write", "created_at": "Since"}, DateFormat: "DD/MM/YYYY",
			Overwrite: true, Right: exchange.Corrections{2: {"Who": "Anna"}},
		}
		h.must(h.does(h.choose(said), first))
		h.background()
		before := h.readAs("Who,Where to write,Since\nBo,bo@x.example,03/02/2026\n")
		h.expect("like one that was not imported", before.Like, "")
		h.must(h.does(h.Start, first))
		h.background()
		as := h.readAs("Who,Where to write,Since\nCy,cy@x.example,04/02/2026\n")
		h.expect("like", as.Like, "people.csv")
		h.expect("map", fmt.Sprint(as.Map), fmt.Sprint(said.Map))
		h.expect("dates", as.DateFormat, "DD/MM/YYYY")
		h.expect("overwrites", as.Overwrite, false)
		h.expect("corrections", len(as.Right), 0)
		other := h.readAs("Who,Where to write,Since,More\nCy,cy@x.example,04/02/2026,1\n")
		h.expect("with other columns", other.Like, "")
	})
}
