package exchange_test

import (
	"encoding/json"
	"strings"
	"testing"
	"testing/fstest"

	"tandem/internal/db"
	"tandem/internal/exchange"
	"tandem/internal/i18n"
	"tandem/internal/test/dbtest"
)

// twiceNamed has a problem with a number among what it says, one with a mend, and one of the row itself.
const twiceNamed = "external_id,name,amount,currency\nD1,One,5,EUR\nD1,One,6,EUR\nD2,Two,x,EUR\nD3,Three,7,EUR,8\nD4,Four,9,\n"

func TestProblemsAreKeptAsMessagesAndSaidAsTheyWere(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		r := h.takes(exchange.Deals, twiceNamed, exchange.Options{Map: map[string]string{"currency": "currency"}})
		var problems []string
		for _, p := range r.Problems {
			problems = append(problems, p.Problem)
			if p.Why == nil || p.Why.Error() != p.Problem {
				t.Errorf("%q is %v", p.Problem, p.Why)
			}
		}
		h.expect("problems", strings.Join(problems, " | "), "comes again in line 3, which says something else and counts | is no number | "+
			"the row has 5 cells, the header 4; put quotes around cells that hold the delimiter | "+
			"the amount has no currency; fill the currency's column, or say --set currency=EUR")
		stored := h.lines("SELECT problems AS line FROM import_row WHERE workspace_id = $1 AND verdict = 'skipped'")
		if strings.Contains(stored, "in line 3") || !strings.Contains(stored, "comes again in line %d") {
			t.Errorf("stored are %s", stored)
		}
	})
}

func TestProblemsFromBeforeMessagesWereKeptAreRead(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		h.takes(exchange.Contacts, "email\nx\n", exchange.Options{})
		const old = `[{"line":2,"column":"email","value":"x","problem":"is no email address"}]`
		h.must(d.Write(t.Context(), h.ws, func(tx *db.Tx) error {
			_, err := db.Exec(t.Context(), tx, "UPDATE import_row SET problems = $2 WHERE workspace_id = $1", h.ws, old)
			return err
		}))
		var all []exchange.Upload
		h.must(d.Read(t.Context(), h.ws, func(tx *db.Tx) (err error) {
			if all, err = h.Uploads(t.Context(), tx, 0, 1); err != nil {
				return err
			}
			rows, err := h.RowsDone(t.Context(), tx, all[0], "", 0, 10)
			if err == nil {
				h.expect("the problem", rows[0].Problems[0].Problem, "is no email address")
			}
			return err
		}))
		trial := exchange.Upload{Trial: `{"problems":` + old + `}`, Problem: "people.csv:2: is odd"}
		tried, err := trial.Tried()
		h.must(err)
		h.expect("the trial's", tried.Problems[0].Problem, "is no email address")
		h.expect("the file's", trial.Refused().Error(), "people.csv:2: is odd")
	})
}

func TestAKeptProblemIsSaidInAnotherLanguage(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		h.takes(exchange.Deals, twiceNamed, exchange.Options{})
		german, err := i18n.Load(languages(t, "de", map[string]string{
			"comes again in line %d, which says something else and counts": "kommt in Zeile %d noch einmal, und die zählt",
		}))
		h.must(err)
		var all []exchange.Upload
		h.must(d.Read(t.Context(), h.ws, func(tx *db.Tx) (err error) {
			if all, err = h.Uploads(t.Context(), tx, 0, 1); err != nil {
				return err
			}
			rows, err := h.RowsDone(t.Context(), tx, all[0], "skipped", 0, 10)
			if err == nil {
				text, _ := german.Printer("de").Fault(rows[0].Problems[0].Why)
				h.expect("in German", text, "kommt in Zeile 3 noch einmal, und die zählt")
			}
			return err
		}))
	})
}

// languages is a folder with one language.
func languages(t *testing.T, tag string, texts map[string]string) fstest.MapFS {
	t.Helper()
	b, err := json.Marshal(texts)
	if err != nil {
		t.Fatal(err)
	}
	return fstest.MapFS{tag + ".json": {Data: b}}
}
