package report_test

import (
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/id"
	"tandem/internal/insight/report"
	"tandem/internal/journey"
	"tandem/internal/people/contact"
	"tandem/internal/sales/deal"
	"tandem/internal/sales/payment"
	"tandem/internal/test/dbtest"
)

// facts are a business as it was thrown together: what happened, before anything is stored or reported. People are numbers, -1 is nobody.
type facts struct {
	people   int
	touches  []happening
	deals    []sale
	payments []receipt
}

type happening struct {
	who           int
	at            int64
	kind, channel string
	machine, gone bool
}

type sale struct {
	who             int
	created, closed int64 // closed is 0 while it is open
	amount          int64
}

type receipt struct {
	who, deal int // deal is -1 for none
	at        int64
	amount    int64 // below zero for a refund
}

// unit is an amount in cents that up to six touches share without a rest in every model whose shares are simple fractions.
const unit = 300

// throwTogether makes a business. No two things happen at once.
func throwTogether(r *rand.Rand) *facts {
	f := &facts{people: 2 + r.IntN(8)}
	used := map[int64]bool{}
	moment := func(after int64) int64 {
		for {
			if at := after + 1 + r.Int64N(60*24*60); !used[at] {
				used[at] = true
				return at
			}
		}
	}
	channels := []string{"Email", "Direct", "Event", "Paid Search", "Word of Mouth"}[:2+r.IntN(4)]
	kinds := []string{journey.AdClick, journey.PageView, journey.Call, journey.Visit, "own kind", journey.EmailSent, journey.Note, journey.Invoice, journey.QuoteSent}
	for who := range f.people {
		for range r.IntN(7) {
			h := happening{who, moment(0), kinds[r.IntN(len(kinds))], channels[r.IntN(len(channels))], r.IntN(9) == 0, r.IntN(9) == 0}
			if r.IntN(9) == 0 {
				h.kind, h.channel = "own kind", ""
			}
			f.touches = append(f.touches, h)
		}
		for range r.IntN(2) {
			f.touches = append(f.touches, happening{who, moment(0), []string{journey.Order, journey.QuoteAccepted}[r.IntN(2)], "Email", false, r.IntN(9) == 0})
		}
		for range r.IntN(3) {
			f.addSale(r, who, moment)
		}
		for range r.IntN(3) {
			f.payments = append(f.payments, receipt{who, -1, moment(0), unit * (r.Int64N(9) - 2)})
		}
	}
	if r.IntN(2) == 0 {
		f.addSale(r, -1, moment)
	}
	return f
}

func (f *facts) addSale(r *rand.Rand, who int, moment func(int64) int64) {
	s := sale{who: who, created: moment(0), amount: unit * r.Int64N(20)}
	if r.IntN(4) > 0 {
		s.closed = moment(s.created)
	}
	f.deals = append(f.deals, s)
	for range r.IntN(4) {
		f.payments = append(f.payments, receipt{who, len(f.deals) - 1, moment(s.created), unit * (r.Int64N(9) - 1)})
	}
}

// minute is a time in the store.
func minute(n int64) clock.Micros { return at("2026-01-01") + clock.Micros(n*60_000_000) }

// opens stores a business through the services.
func (f *facts) opens(s *shop) {
	s.write(func(tx *db.Tx) error {
		people := []id.ID{}
		rows := []contact.Row{}
		for who := range f.people {
			rows = append(rows, contact.Row{External: fmt.Sprint(who)})
		}
		made, err := s.contacts.PutAll(s.Context(), tx, rows, contact.Options{})
		if err != nil {
			return err
		}
		for _, p := range made.Puts {
			people = append(people, p.ID)
		}
		if err := f.recordTouches(s, tx, people); err != nil {
			return err
		}
		deals, err := f.putDeals(s, tx, people)
		if err != nil {
			return err
		}
		return f.putPayments(s, tx, people, deals)
	})
}

func (f *facts) recordTouches(s *shop, tx *db.Tx, people []id.ID) error {
	var touches []journey.Touch
	for _, h := range f.touches {
		touches = append(touches, journey.Touch{ContactID: people[h.who], At: minute(h.at), Kind: h.kind, Channel: h.channel, Machine: h.machine})
	}
	if err := s.journey.Record(s.Context(), tx, touches); err != nil {
		return err
	}
	var gone []id.ID
	for i, h := range f.touches {
		if h.gone {
			gone = append(gone, touches[i].ID)
		}
	}
	return s.journey.Retract(s.Context(), tx, gone)
}

func (f *facts) putDeals(s *shop, tx *db.Tx, people []id.ID) ([]id.ID, error) {
	var rows []deal.Row
	for i, d := range f.deals {
		r := row(fmt.Sprint("deal ", i), "2026-01-01", "", "0")
		r.CreatedAt, r.Amount = minute(d.created), d.amount
		if r.Status = deal.Open; d.closed != 0 {
			r.Status, r.ClosedAt = deal.Won, minute(d.closed)
		}
		if d.who >= 0 {
			r.Contact = people[d.who]
		}
		rows = append(rows, r)
	}
	puts, err := s.deals.PutAll(s.Context(), tx, s.now(), rows)
	var deals []id.ID
	for _, p := range puts {
		deals = append(deals, p.ID)
	}
	return deals, err
}

func (f *facts) putPayments(s *shop, tx *db.Tx, people, deals []id.ID) error {
	var rows []payment.Row
	for i, p := range f.payments {
		r := payment.Row{Key: fmt.Sprint("payment ", i), Has: payment.HasContact | payment.HasDeal, At: minute(p.at), Amount: p.amount, Currency: "EUR"}
		if p.who >= 0 {
			r.Contact = people[p.who]
		}
		if p.deal >= 0 {
			r.Deal = deals[p.deal]
		}
		rows = append(rows, r)
	}
	_, err := s.payments.PutAll(s.Context(), tx, s.now(), rows)
	return err
}

func TestAHundredRandomBusinessesAgainstAnExactSolution(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		for n := range uint64(100) {
			f := throwTogether(rand.New(rand.NewPCG(n, 2026)))
			s := open(t, d, id.Workspace(n+1))
			f.opens(s)
			for name, sales := range map[string][]commitment{"won": f.won(), "paid": f.paid()} {
				paths := f.paths(sales)
				for _, m := range []string{"first", "last", "last-non-direct", "linear", "u-shaped", "time-decay", "shapley", "markov"} {
					q := model(won, m)
					q.Conversion = name
					s.agrees(n, paths, m, s.credit(q).Rows, solve(paths, m))
				}
			}
			if t.Failed() {
				t.Fatalf("business %d: %+v", n, *f)
			}
		}
	})
}

// agrees compares a report with the exact solution. Where an exact share of a sale is no whole number of cents, one may be rounded up or down.
func (s *shop) agrees(n uint64, paths []path, m string, rows []report.CreditRow, want map[string]*share) {
	s.Helper()
	met := map[string]bool{}
	slack := 0.0
	switch m {
	case "markov":
		slack = 1
	case "time-decay":
		for _, p := range paths {
			slack += float64(len(p.steps))
		}
	}
	for _, row := range rows {
		met[row.Key] = true
		w := want[row.Key]
		if w == nil {
			w = &share{new(big.Rat), new(big.Rat)}
		}
		conversions, _ := w.conversions.Float64()
		value, _ := w.value.Float64()
		if math.Abs(row.Conversions-conversions) > 1e-9 || math.Abs(float64(row.Value.Minor)-value) > slack+1e-6 {
			s.Errorf("business %d, %s: %q earned %v and %d cents, exactly %v and %v", n, m, row.Key, row.Conversions, row.Value.Minor, conversions, value)
		}
	}
	for key, w := range want {
		if !met[key] && (w.conversions.Sign() != 0 || w.value.Sign() != 0) {
			s.Errorf("business %d, %s: %q is missing, which earned %v and %v cents", n, m, key, w.conversions, w.value)
		}
	}
}
