package exchange_test

import (
	"testing"

	"tandem/internal/db"
	"tandem/internal/exchange"
	"tandem/internal/test/dbtest"
)

const consents = `SELECT e.email_key || ' ' || n.state AS line FROM consent n
	JOIN contact_email e ON e.workspace_id = n.workspace_id AND e.contact_id = n.contact_id WHERE n.workspace_id = $1`

func TestARefusalIsReadInTheWordsOfNewsletterPrograms(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		r := h.takes(exchange.Contacts, "email,unsubscribed\na@x.example,unsubscribed\nb@x.example,Subscribed\nc@x.example,blocklisted\nd@x.example,enabled\ne@x.example,opted out\n",
			exchange.Options{})
		h.expect("rows", counts(r), [4]int{5, 0, 0, 0})
		h.expect("consents", h.lines(consents), "a@x.example refused\nc@x.example refused\ne@x.example refused\n")
	})
}

func TestAFileThatOnlySaysWhenEmailsWereAllowedSaysThatTheyWere(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		h.takes(exchange.Contacts, "Email Address,CONFIRM_TIME,UNSUB_TIME\na@x.example,2024-05-06 07:08:09,\nb@x.example,,\nc@x.example,2024-05-06 07:08:09,2025-01-02 03:04:05\n", exchange.Options{})
		h.takes(exchange.Contacts, "email,consent_email,consent_at\nd@x.example,,2024-05-06\n", exchange.Options{})
		h.expect("consents", h.lines(consents), "a@x.example granted\nc@x.example refused\n")
	})
}

func TestANoteStandsOnTheJourneyOnceAndGoesWithItsImport(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		h.takes(exchange.Contacts, "email,name\nann@x.example,Ann\n", exchange.Options{})
		before := h.state()
		const file = "email,name,Notes,Lifecycle Stage\nann@x.example,Ann,likes red,Other\nbob@x.example,Bob,\"two\nlines\",\ncyd@x.example,Cyd,,\n"
		r := h.takes(exchange.Contacts, file, exchange.Options{})
		h.expect("rows", counts(r), [4]int{2, 1, 0, 0})
		h.expect("again", counts(h.takes(exchange.Contacts, file, exchange.Options{})), [4]int{0, 0, 3, 0})
		const notes = `SELECT c.name || ': ' || t.note AS line FROM touch t JOIN contact c ON c.workspace_id = t.workspace_id AND c.id = t.contact_id
			WHERE t.workspace_id = $1 AND t.kind = 'note' AND t.retracted_at IS NULL`
		h.expect("notes", h.lines(notes), "Ann: likes red\nBob: two\nlines\n")
		h.undoes(r.ImportID, 0)
		h.same("taken back", before, h.state())
		h.takes(exchange.Contacts, file, exchange.Options{})
		h.expect("notes again", h.lines(notes), "Ann: likes red\nBob: two\nlines\n")
	})
}
