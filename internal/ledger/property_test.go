package ledger_test

import (
	"cmp"
	"fmt"
	"math/big"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"tandem/internal/change"
	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/id"
	"tandem/internal/ledger"
	"tandem/internal/money"
)

// stored is a posting with its entry, as the test reads it past the ledger.
type stored struct {
	Entry    id.ID          `db:"entry_id"`
	Line     int64          `db:"line"`
	Account  ledger.Code    `db:"code"`
	Amount   int64          `db:"amount"`
	Currency money.Currency `db:"currency"`
	Reverses id.ID          `db:"reverses"`
	At       clock.Micros   `db:"at"`
	Kind     string         `db:"kind"`
	Document id.ID          `db:"document_id"`
}

func (d *desk) stored() (all []stored) {
	d.t.Helper()
	d.must(func(tx *db.Tx) (err error) {
		all, err = db.All[stored](d.t.Context(), tx, `SELECT p.entry_id, p.line, a.code, p.amount, p.currency, e.reverses, e.at, e.kind, e.document_id
			FROM posting p JOIN entry e ON e.workspace_id = p.workspace_id AND e.id = p.entry_id
			JOIN account a ON a.workspace_id = p.workspace_id AND a.id = p.account_id
			WHERE p.workspace_id = $1 ORDER BY p.entry_id, p.line`, workspace)
		return err
	})
	return all
}

// audit fails the test unless everything in the ledger balances, was reversed at most once and by its mirror, comes to the balances that the
// ledger states and to what the costs say, and still contains what was there before, unchanged.
func (d *desk) audit(before []stored) []stored {
	d.t.Helper()
	all := d.stored()
	byEntry := map[id.ID][]stored{}
	for _, p := range all {
		byEntry[p.Entry] = append(byEntry[p.Entry], p)
	}
	reversed := map[id.ID]bool{}
	for entry, lines := range byEntry {
		for currency, sum := range sums(lines, func(p stored) money.Currency { return p.Currency }) {
			if sum.Sign() != 0 {
				d.t.Errorf("entry %s is out by %s %s", entry, sum, currency)
			}
		}
		if of := lines[0].Reverses; of != 0 {
			if reversed[of] {
				d.t.Errorf("entry %s was reversed twice", of)
			}
			reversed[of] = true
			d.mirrors(byEntry[of], lines)
		}
	}
	d.entriesHave(len(byEntry))
	d.agrees(all)
	d.booked(byEntry, reversed)
	still := map[string]stored{}
	for _, p := range all {
		still[fmt.Sprint(p.Entry, p.Line)] = p
	}
	for _, p := range before {
		if still[fmt.Sprint(p.Entry, p.Line)] != p {
			d.t.Errorf("%+v was edited or deleted", p)
		}
	}
	return all
}

func sums[K comparable](lines []stored, by func(stored) K) map[K]*big.Int {
	all := map[K]*big.Int{}
	for _, p := range lines {
		if all[by(p)] == nil {
			all[by(p)] = new(big.Int)
		}
		all[by(p)].Add(all[by(p)], big.NewInt(p.Amount))
	}
	return all
}

func (d *desk) mirrors(lines, reversal []stored) {
	d.t.Helper()
	if len(lines) != len(reversal) {
		d.t.Errorf("an entry of %d lines was reversed by %d", len(lines), len(reversal))
		return
	}
	for i, p := range lines {
		if r := reversal[i]; r.Account != p.Account || r.Amount != -p.Amount || r.Currency != p.Currency || r.Document != p.Document {
			d.t.Errorf("%+v was reversed by %+v", p, r)
		}
	}
}

// entriesHave fails if an entry has no postings.
func (d *desk) entriesHave(postings int) {
	d.t.Helper()
	d.must(func(tx *db.Tx) error {
		n, err := db.One[int](d.t.Context(), tx, `SELECT COUNT(*) FROM entry WHERE workspace_id = $1`, workspace)
		if n != postings {
			d.t.Errorf("%d entries, %d of them with postings", n, postings)
		}
		return err
	})
}

func (d *desk) agrees(all []stored) {
	d.t.Helper()
	type key struct {
		ledger.Code
		money.Currency
	}
	want := sums(all, func(p stored) key { return key{p.Account, p.Currency} })
	got := d.balances()
	for k, sum := range want {
		if big.NewInt(got[k.Code][k.Currency]).Cmp(sum) != 0 {
			d.t.Errorf("the balance of %s is %d %s, its postings come to %s", k.Code, got[k.Code][k.Currency], k.Currency, sum)
		}
	}
}

// booked checks that each cost stands in the ledger once with what it now says, and a removed one not at all.
func (d *desk) booked(byEntry map[id.ID][]stored, reversed map[id.ID]bool) {
	d.t.Helper()
	standing := map[id.ID][]stored{}
	for entry, lines := range byEntry {
		if lines[0].Kind == "cost" && !reversed[entry] {
			if standing[lines[0].Document] != nil {
				d.t.Errorf("cost %s stands in the ledger twice", lines[0].Document)
			}
			standing[lines[0].Document] = lines
		}
	}
	var costs []ledger.Cost
	d.must(func(tx *db.Tx) (err error) {
		costs, err = d.Costs(d.t.Context(), tx, 0, 10_000)
		return err
	})
	for _, c := range costs {
		lines := standing[c.ID]
		delete(standing, c.ID)
		if c.Minor == 0 {
			lines = append(lines, stored{Account: ledger.Marketing, Currency: c.Currency})
		}
		if len(lines) == 0 || lines[0].Account != ledger.Marketing || lines[0].Amount != c.Minor || lines[0].Currency != c.Currency {
			d.t.Errorf("cost %s of %d %s stands in the ledger as %+v", c.Key, c.Minor, c.Currency, lines)
		}
	}
	for cost := range standing {
		d.t.Errorf("cost %s is removed and stands in the ledger", cost)
	}
}

// player makes calls at random, right ones and wrong ones, and remembers what it may use again.
type player struct {
	*desk
	*rand.Rand
	entries []id.ID
	undo    []change.Undo
}

func (p *player) amount() money.Amount {
	return money.Amount{Minor: p.Int64N(2_000_000_000_000) - 1_000_000_000_000, Currency: []money.Currency{"EUR", "USD", "JPY"}[p.IntN(3)]}
}

func (p *player) account() ledger.Code {
	return []ledger.Code{ledger.Bank, ledger.Receivable, ledger.Payable, ledger.Revenue, ledger.Refunds, ledger.Marketing}[p.IntN(6)]
}

// entry has some pairs of lines that balance, in several currencies.
func (p *player) entry() ledger.Entry {
	e := ledger.Entry{At: p.now, Kind: "payment", Document: id.ID(p.IntN(5))}
	for range 1 + p.IntN(3) {
		a := p.amount()
		split := p.Int64N(1000)
		e.Lines = append(e.Lines, ledger.Line{Account: p.account(), Amount: a},
			ledger.Line{Account: p.account(), Amount: money.Amount{Minor: -a.Minor - split, Currency: a.Currency}},
			ledger.Line{Account: p.account(), Amount: money.Amount{Minor: split, Currency: a.Currency}})
	}
	p.Shuffle(len(e.Lines), func(i, j int) { e.Lines[i], e.Lines[j] = e.Lines[j], e.Lines[i] })
	return e
}

// spoil makes an entry one that must be refused.
func (p *player) spoil(e *ledger.Entry) {
	at := p.IntN(len(e.Lines))
	switch p.IntN(5) {
	case 0:
		e.Lines[at].Amount.Minor++
	case 1:
		e.Lines[at].Amount.Currency = "GBP"
	case 2:
		e.Lines[at].Account = "shoebox"
	case 3:
		e.Lines[at].Amount.Currency = "XYZ"
	case 4:
		e.Lines = e.Lines[:1]
	}
}

// step makes one call in its own transaction. A wrong one is caught and committed all the same: even then nothing of it may remain.
func (p *player) step() error {
	var entries []id.ID
	var undo []change.Undo
	choice, seed := p.IntN(10), p.Uint64()
	err := p.try(func(tx *db.Tx) error {
		p.Rand = rand.New(rand.NewPCG(seed, 1)) // a transaction that is run again makes the same call
		entries, undo = nil, nil
		var err error
		switch {
		case choice < 4:
			entries, err = p.postSome(tx)
		case choice < 7:
			entries, err = p.reverseSome(tx)
		case choice < 9:
			undo, err = p.putSome(tx)
		default:
			err = p.undoSome(tx)
		}
		return err
	})
	if fault.KindOf(err) != fault.Internal {
		return nil // a call that was refused
	}
	p.entries, p.undo = append(p.entries, entries...), append(p.undo, undo...)
	return err
}

func (p *player) postSome(tx *db.Tx) ([]id.ID, error) {
	entries := make([]ledger.Entry, 1+p.IntN(3))
	for i := range entries {
		entries[i] = p.entry()
	}
	spoilt := p.IntN(3) == 0
	if spoilt {
		p.spoil(&entries[p.IntN(len(entries))])
	}
	ids, err := p.PostAll(p.t.Context(), tx, entries)
	if spoilt && err == nil {
		p.t.Errorf("a wrong entry was posted among %+v", entries)
	}
	return ids, err
}

func (p *player) reverseSome(tx *db.Tx) ([]id.ID, error) {
	list := []id.ID{id.ID(1 + p.IntN(9))}
	for range p.IntN(3) {
		if len(p.entries) > 0 {
			list = append(list, p.entries[p.IntN(len(p.entries))])
		}
	}
	if len(list) > 1 && p.IntN(5) > 0 {
		list = list[1:]
	}
	return p.ReverseAll(p.t.Context(), tx, list, p.now, "")
}

func (p *player) putSome(tx *db.Tx) ([]change.Undo, error) {
	rows := make([]ledger.CostRow, 1+p.IntN(4))
	for i := range rows {
		rows[i] = ledger.CostRow{Key: fmt.Sprint("k", p.IntN(8)), FromDay: fmt.Sprintf("2026-05-%02d", 1+p.IntN(3)), ToDay: "2026-05-09", Amount: p.amount()}
		if p.IntN(4) == 0 {
			rows[i].Amount.Minor = 0
		}
	}
	puts, err := p.PutCosts(p.t.Context(), tx, p.now, rows)
	var undo []change.Undo
	for _, put := range puts {
		if put.Outcome != change.Unchanged {
			undo = append(undo, change.Undo{ID: put.ID, Created: put.Outcome == change.Created, Before: put.Before, After: put.After})
		}
	}
	return undo, err
}

func (p *player) undoSome(tx *db.Tx) error {
	if len(p.undo) == 0 {
		return nil
	}
	from := p.IntN(len(p.undo))
	some := slices.Clone(p.undo[from:min(len(p.undo), from+3)])
	slices.Reverse(some)
	_, err := p.UndoCosts(p.t.Context(), tx, p.now, some)
	return err
}

func TestNoSequenceOfCallsUnbalancesTheLedger(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		for seed := range uint64(4) {
			p := &player{desk: d, Rand: rand.New(rand.NewPCG(seed, 0))}
			var before []stored
			for step := range 80 {
				if err := p.step(); err != nil {
					t.Fatalf("seed %d, step %d: %v", seed, step, err)
				}
				if step%20 == 19 {
					before = d.audit(before)
				}
			}
			if len(before) == 0 || len(p.undo) == 0 {
				t.Fatalf("seed %d: nothing was posted", seed)
			}
			if t.Failed() {
				t.Fatalf("seed %d", seed)
			}
		}
	})
}

func TestConcurrentCallsDoNotUnbalanceTheLedger(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		// what all of them fight over
		var shared []id.ID
		for range 10 {
			shared = append(shared, d.post(sale(1, 5_00, "EUR")))
		}
		var all sync.WaitGroup
		for seed := range uint64(4) {
			all.Go(func() {
				p := &player{desk: d, Rand: rand.New(rand.NewPCG(seed, 9)), entries: slices.Clone(shared)}
				for range 25 {
					if err := p.step(); err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
		all.Wait()
		d.audit(nil)
	})
}

func TestOfManyWhoReverseAnEntryAtOnceOneDoes(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		entry := d.post(sale(1, 5_00, "EUR"))
		results := make([]error, 6)
		var all sync.WaitGroup
		for i := range results {
			all.Go(func() { _, results[i] = d.reverse(entry) })
		}
		all.Wait()
		slices.SortFunc(results, func(a, b error) int { return cmp.Compare(fault.KindOf(a), fault.KindOf(b)) })
		if results[0] != nil {
			t.Errorf("nobody did: %v", results[0])
		}
		for _, err := range results[1:] {
			wantFault(t, err, fault.Conflict)
		}
		d.wants(ledger.Bank, "EUR", 0)
		d.audit(nil)
	})
}
