package ledger_test

import (
	"math"
	"testing"
	"time"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/id"
	"tandem/internal/ledger"
	"tandem/internal/money"
	"tandem/internal/test/dbtest"
)

const workspace id.Workspace = 7

var may3 = time.Date(2026, 5, 3, 9, 0, 0, 0, time.UTC)

// desk is a ledger on a database of its own, with a clock that stands still.
type desk struct {
	*ledger.Service
	t   *testing.T
	db  *db.DB
	now clock.Micros
}

func each(t *testing.T, run func(t *testing.T, d *desk)) {
	dbtest.Each(t, func(t *testing.T, store *db.DB) { run(t, open(t, store)) })
}

func open(t *testing.T, store *db.DB) *desk {
	return &desk{ledger.New(clock.NewFake(may3)), t, store, clock.Of(may3)}
}

func (d *desk) try(do func(tx *db.Tx) error) error {
	return d.db.Write(d.t.Context(), workspace, do)
}

func (d *desk) must(do func(tx *db.Tx) error) {
	d.t.Helper()
	if err := d.try(do); err != nil {
		d.t.Fatal(err)
	}
}

func (d *desk) post(e ledger.Entry) (posted id.ID) {
	d.t.Helper()
	d.must(func(tx *db.Tx) (err error) {
		posted, err = d.Post(d.t.Context(), tx, e)
		return err
	})
	return posted
}

func (d *desk) reverse(entry id.ID) (reversal id.ID, err error) {
	err = d.try(func(tx *db.Tx) (err error) {
		reversal, err = d.Reverse(d.t.Context(), tx, entry, d.now, "wrong")
		return err
	})
	return reversal, err
}

func (d *desk) balances() map[ledger.Code]map[money.Currency]int64 {
	d.t.Helper()
	all := map[ledger.Code]map[money.Currency]int64{}
	d.must(func(tx *db.Tx) error {
		balances, err := d.Balances(d.t.Context(), tx)
		for _, b := range balances {
			if all[b.Account] == nil {
				all[b.Account] = map[money.Currency]int64{}
			}
			all[b.Account][b.Amount.Currency] = b.Amount.Minor
		}
		return err
	})
	return all
}

func (d *desk) wants(account ledger.Code, c money.Currency, minor int64) {
	d.t.Helper()
	if got := d.balances()[account][c]; got != minor {
		d.t.Errorf("the balance of %s is %s, want %s", account, money.Amount{Minor: got, Currency: c}, money.Amount{Minor: minor, Currency: c})
	}
}

func wantFault(t *testing.T, err error, kind fault.Kind) {
	t.Helper()
	if !fault.Is(err, kind) {
		t.Errorf("got %v, want a fault of kind %d", err, kind)
	}
}

// sale is money that came in for a document.
func sale(document id.ID, minor int64, c money.Currency) ledger.Entry {
	return ledger.Entry{At: clock.Of(may3), Kind: "payment", Document: document, Memo: "bread", Lines: []ledger.Line{
		{Account: ledger.Bank, Amount: money.Amount{Minor: minor, Currency: c}, Contact: 11, Deal: 12},
		{Account: ledger.Revenue, Amount: money.Amount{Minor: -minor, Currency: c}, Contact: 11, Deal: 12},
	}}
}

func TestAPaymentStandsOnBothItsAccounts(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		entry := d.post(sale(99, 12_50, "EUR"))
		d.post(sale(99, 700, "JPY"))
		d.post(sale(98, 0, "EUR"))

		d.wants(ledger.Bank, "EUR", 12_50)
		d.wants(ledger.Revenue, "EUR", -12_50)
		d.wants(ledger.Bank, "JPY", 700)

		var posted []ledger.Posted
		d.must(func(tx *db.Tx) (err error) {
			posted, err = d.Of(t.Context(), tx, 99, 0, 10)
			return err
		})
		if len(posted) != 2 || posted[0].ID != entry || posted[0].Reverses != 0 || posted[0].RecordedAt != d.now || posted[1].Lines[0].Amount.Minor != 700 {
			t.Fatalf("document 99 has %+v", posted)
		}
		want := sale(99, 12_50, "EUR")
		got := posted[0].Entry
		if got.At != want.At || got.Kind != want.Kind || got.Memo != want.Memo || len(got.Lines) != 2 || got.Lines[0] != want.Lines[0] || got.Lines[1] != want.Lines[1] {
			t.Errorf("it was posted as %+v and reads %+v", want, got)
		}
	})
}

func TestAnEntryThatDoesNotBalanceIsRefused(t *testing.T) {
	line := func(a ledger.Code, minor int64, c money.Currency) ledger.Line {
		return ledger.Line{Account: a, Amount: money.Amount{Minor: minor, Currency: c}}
	}
	each(t, func(t *testing.T, d *desk) {
		for name, c := range map[string]struct {
			lines []ledger.Line
			kind  fault.Kind
		}{
			"no lines":           {nil, fault.Invalid},
			"one line":           {[]ledger.Line{line(ledger.Bank, 0, "EUR")}, fault.Invalid},
			"a cent too much":    {[]ledger.Line{line(ledger.Bank, 101, "EUR"), line(ledger.Revenue, -100, "EUR")}, fault.Invalid},
			"two currencies":     {[]ledger.Line{line(ledger.Bank, 100, "EUR"), line(ledger.Revenue, -100, "USD")}, fault.Invalid},
			"no currency":        {[]ledger.Line{line(ledger.Bank, 100, ""), line(ledger.Revenue, -100, "")}, fault.Invalid},
			"unknown currency":   {[]ledger.Line{line(ledger.Bank, 100, "ABC"), line(ledger.Revenue, -100, "ABC")}, fault.Invalid},
			"unknown account":    {[]ledger.Line{line("shoebox", 100, "EUR"), line(ledger.Revenue, -100, "EUR")}, fault.NotFound},
			"cannot be undone":   {[]ledger.Line{line(ledger.Bank, math.MinInt64, "EUR"), line(ledger.Revenue, math.MinInt64, "EUR")}, fault.Invalid},
			"zero by wrapping":   {[]ledger.Line{line(ledger.Bank, math.MaxInt64, "EUR"), line(ledger.Bank, math.MaxInt64, "EUR"), line(ledger.Revenue, 2, "EUR")}, fault.Invalid},
			"zero by wrapping 2": {[]ledger.Line{line(ledger.Bank, 1<<62, "EUR"), line(ledger.Bank, 1<<62, "EUR"), line(ledger.Bank, 1<<62, "EUR"), line(ledger.Bank, 1<<62, "EUR")}, fault.Invalid},
		} {
			err := d.try(func(tx *db.Tx) error {
				good := sale(1, 100, "EUR")
				_, err := d.PostAll(t.Context(), tx, []ledger.Entry{good, {At: d.now, Kind: "payment", Lines: c.lines}})
				return err
			})
			if !fault.Is(err, c.kind) {
				t.Errorf("%s: %v, want a fault of kind %d", name, err, c.kind)
			}
		}
		noTime, noKind := sale(1, 100, "EUR"), sale(1, 100, "EUR")
		noTime.At, noKind.Kind = 0, ""
		wantFault(t, noTime.Check(), fault.Invalid)
		wantFault(t, noKind.Check(), fault.Invalid)
		if got := d.balances(); len(got) != 0 {
			t.Errorf("what was refused left %v", got)
		}
	})
}

func TestSumsBeyond64BitsOnTheWayAreNoObstacle(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		e := ledger.Entry{At: d.now, Kind: "payment"}
		for _, minor := range []int64{math.MaxInt64, math.MaxInt64, -math.MaxInt64, -math.MaxInt64} {
			e.Lines = append(e.Lines, ledger.Line{Account: ledger.Bank, Amount: money.Amount{Minor: minor, Currency: "EUR"}})
		}
		d.post(e)
		d.wants(ledger.Bank, "EUR", 0)
		d.post(sale(1, -math.MaxInt64, "EUR"))
		d.post(sale(1, math.MaxInt64, "EUR"))
		d.post(sale(1, math.MaxInt64, "EUR"))
		d.wants(ledger.Revenue, "EUR", -math.MaxInt64)

		d.post(sale(1, math.MaxInt64, "EUR"))
		err := d.try(func(tx *db.Tx) error {
			_, err := d.Balances(t.Context(), tx)
			return err
		})
		wantFault(t, err, fault.Invalid)
	})
}

func TestAnEntryIsTakenBackOnceAndByAReversalAlone(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		entry := d.post(sale(99, 12_50, "EUR"))
		kept := d.post(sale(98, 3_00, "EUR"))
		reversal, err := d.reverse(entry)
		if err != nil {
			t.Fatal(err)
		}
		d.wants(ledger.Bank, "EUR", 3_00)

		_, err = d.reverse(entry)
		wantFault(t, err, fault.Conflict)
		_, err = d.reverse(reversal)
		wantFault(t, err, fault.Conflict)
		_, err = d.reverse(12345)
		wantFault(t, err, fault.NotFound)
		for _, list := range [][]id.ID{{kept, kept}, {kept, entry}, {kept, 12345}} {
			err = d.try(func(tx *db.Tx) error {
				_, err := d.ReverseAll(t.Context(), tx, list, d.now, "")
				return err
			})
			if err == nil {
				t.Errorf("%v were reversed", list)
			}
		}
		d.wants(ledger.Bank, "EUR", 3_00)

		d.must(func(tx *db.Tx) error {
			posted, err := d.Of(t.Context(), tx, 99, entry, 10)
			if len(posted) != 1 || posted[0].Reverses != entry || posted[0].Kind != ledger.Reversal || posted[0].Lines[0].Amount.Minor != -12_50 || posted[0].Lines[0].Contact != 11 {
				t.Errorf("after the entry the document has %+v", posted)
			}
			return err
		})
	})
}

func TestAnotherWorkspaceCanNeitherSeeNorReverseAnEntry(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		entry := d.post(sale(99, 12_50, "EUR"))
		err := d.db.Write(t.Context(), workspace+1, func(tx *db.Tx) error {
			if posted, err := d.Of(t.Context(), tx, 99, 0, 10); err != nil || len(posted) != 0 {
				t.Errorf("it sees %v, %v", posted, err)
			}
			_, err := d.Reverse(t.Context(), tx, entry, d.now, "")
			return err
		})
		wantFault(t, err, fault.NotFound)
		d.wants(ledger.Bank, "EUR", 12_50)
	})
}
