package deal_test

import (
	"fmt"
	"slices"
	"testing"

	"tandem/internal/change"
	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/id"
	"tandem/internal/sales/deal"
)

const everything = deal.HasName | deal.HasContact | deal.HasCompany | deal.HasPipeline | deal.HasStage | deal.HasStatus | deal.HasAmount |
	deal.HasCurrency | deal.HasOwner | deal.HasCreatedAt | deal.HasClosedAt | deal.HasLostReason

func boots(key string) deal.Row {
	return deal.Row{
		Key: key, Has: everything, Name: "Boots", Contact: anna, Company: acme, Pipeline: "Shops", Stage: "Talks", Status: deal.Open,
		Amount: 100_00, Currency: "EUR", Owner: "Mia", CreatedAt: day("2026-01-10"),
	}
}

func closed(r deal.Row, status deal.Status, stage string, at clock.Micros) deal.Row {
	r.Status, r.Stage, r.ClosedAt = status, stage, at
	return r
}

func TestTheSameRowsAgainChangeNothing(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		lost := closed(boots("c"), deal.Lost, "Gone", day("2026-03-01"))
		lost.LostReason = "price"
		undated := closed(boots("d"), deal.Won, "", 0)
		expected := boots("e")
		expected.ClosedAt = day("2026-12-01")
		kept := closed(boots("f"), deal.Won, "Talks", day("2026-02-02"))
		bare := deal.Row{Key: "g", Has: deal.HasName, Name: "Boots"}
		rows := []deal.Row{boots("a"), closed(boots("b"), deal.Won, "Done", day("2026-02-01")), lost, undated, expected, kept, bare}
		for _, p := range d.put(rows...) {
			if p.Outcome != change.Created {
				t.Errorf("first: %+v", p)
			}
		}
		d.agrees()
		before, told, pipelines := d.all(), d.told(), d.pipelines()

		d.clock.Add(1e12)
		for i, p := range d.put(rows...) {
			if p.Outcome != change.Unchanged || p.ID != before[i].ID {
				t.Errorf("%s again: %+v", rows[i].Key, p)
			}
		}
		if after := d.all(); !slices.Equal(before, after) {
			t.Errorf("the deals went from\n%+v to\n%+v", before, after)
		}
		if after := d.pipelines(); fmt.Sprint(pipelines) != fmt.Sprint(after) {
			t.Errorf("the pipelines went from\n%+v to\n%+v", pipelines, after)
		}
		d.wantTold(told...)
	})
}

func TestTheFileWinsAndSaysWhatItChanged(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.put(boots("a"))
		again := boots("a")
		again.Amount, again.Owner, again.Contact = 120_00, "", ben
		put := d.put(again)[0]
		want := `{"amount":10000,"contact":"` + anna.String() + `","owner":"Mia"} {"amount":12000,"contact":"` + ben.String() + `","owner":""}`
		if got := string(put.Before) + " " + string(put.After); put.Outcome != change.Updated || got != want {
			t.Errorf("%s: %s, want %s", put.Outcome, got, want)
		}
		if one := d.one("a"); one.Amount != 120_00 || one.Owner != "" || one.Contact != ben || one.UpdatedAt != d.now() {
			t.Errorf("it is %+v", one)
		}
		d.wantTold("2026-01-10 deal_opened 102")
	})
}

func TestAColumnThatIsNotInTheFileIsLeftAlone(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.put(closed(boots("a"), deal.Won, "Done", day("2026-02-01")))
		was := d.one("a")
		wantOutcomes(t, d.put(deal.Row{Key: "a"}), change.Unchanged)
		wantOutcomes(t, d.put(deal.Row{Key: "a", Has: deal.HasStatus | deal.HasPipeline | deal.HasStage | deal.HasName | deal.HasClosedAt | deal.HasCreatedAt}),
			change.Unchanged)
		// an amount does not lose its currency
		wantOutcomes(t, d.put(deal.Row{Key: "a", Has: deal.HasCurrency}), change.Unchanged)
		wantOutcomes(t, d.put(deal.Row{Key: "a", Has: deal.HasOwner, Owner: "Tom", Amount: 7, Contact: ben}), change.Updated)
		was.Owner = "Tom"
		if now := d.one("a"); now != was {
			t.Errorf("it went from %+v to %+v", was, now)
		}
	})
}

func TestStatusAndStageAgree(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		row := func(key, pipeline, stage string, status deal.Status) deal.Row {
			return deal.Row{Key: key, Has: everything, Name: key, Pipeline: pipeline, Stage: stage, Status: status}
		}
		for _, c := range []struct {
			row    deal.Row
			stage  string
			status deal.Status
		}{
			{row("nothing said", "", "", ""), "Sales: Qualified", deal.Open},
			{row("status alone", "", "", deal.Lost), "Sales: Lost", deal.Lost},
			{row("stage alone", "", "won", ""), "Sales: Won", deal.Won},
			{row("unknown stage", "", "Demo given", ""), "Sales: Demo given", deal.Open},
			{row("unknown stage and status", "", "Signed", deal.Won), "Sales: Signed", deal.Won},
			{row("they disagree", "", "Proposal", deal.Won), "Sales: Won", deal.Won},
			{row("unknown pipeline", "Shops", "", ""), "Shops: Open", deal.Open},
			{row("that pipeline again", " SHOPS ", "", deal.Won), "Shops: Won", deal.Won},
			{row("told by its name", "Shops", "Closed Lost", ""), "Shops: Closed Lost", deal.Lost},
			{row("first of its status", "Shops", "", deal.Lost), "Shops: Closed Lost", deal.Lost},
			{row("no whole word", "Shops", "Wonderful", ""), "Shops: Wonderful", deal.Open},
		} {
			d.put(c.row)
			if one := d.one(c.row.Key); d.stage(one.Stage) != c.stage || one.Status != c.status {
				t.Errorf("%s: %s in %s, want %s in %s", c.row.Key, one.Status, d.stage(one.Stage), c.status, c.stage)
			}
		}
		d.agrees()
	})
}

func TestADealStaysInItsStageWhereTheStatusAgrees(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.put(boots("a"))
		d.put(deal.Row{Key: "a", Has: deal.HasStage, Stage: "Offer"})
		wantOutcomes(t, d.put(deal.Row{Key: "a", Has: deal.HasStatus, Status: deal.Open}), change.Unchanged)
		if got := d.stage(d.one("a").Stage); got != "Shops: Offer" {
			t.Errorf("it went to %s", got)
		}
		d.put(deal.Row{Key: "a", Has: deal.HasPipeline, Pipeline: "Fairs"})
		if got := d.stage(d.one("a").Stage); got != "Fairs: Open" {
			t.Errorf("in another pipeline it is in %s", got)
		}
		d.agrees()
	})
}

// Some systems leave a won deal in the stage in which it was won.
func TestAStageThatOpenDealsAreInIsNoClosingStage(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.put(closed(boots("a"), deal.Won, "Talks", day("2026-02-01")), boots("b"), closed(boots("c"), deal.Lost, "Talks", day("2026-02-01")))
		if a, b, c := d.one("a"), d.one("b"), d.one("c"); d.stage(a.Stage) != "Shops: Won" || d.stage(b.Stage) != "Shops: Talks" ||
			d.stage(c.Stage) != "Shops: Lost" {
			t.Errorf("they are in %s, %s, %s", d.stage(a.Stage), d.stage(b.Stage), d.stage(c.Stage))
		}
		d.agrees()
	})
}

func TestEveryClosedDealHasAClosingTime(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		has := deal.HasStatus | deal.HasCreatedAt | deal.HasClosedAt
		for _, c := range []struct {
			what            string
			before, row     deal.Row
			created, closed clock.Micros
		}{
			{
				"the file's date",
				deal.Row{},
				deal.Row{Has: has, Status: deal.Won, CreatedAt: day("2026-01-01"), ClosedAt: day("2026-02-01")},
				day("2026-01-01"), day("2026-02-01"),
			},
			{
				"before it was created",
				deal.Row{},
				deal.Row{Has: has, Status: deal.Won, CreatedAt: day("2026-02-01"), ClosedAt: day("2026-01-01")},
				day("2026-02-01"), day("2026-01-01"),
			},
			{"the day it was created", deal.Row{}, deal.Row{Has: has, Status: deal.Lost, CreatedAt: day("2026-01-01")}, day("2026-01-01"), day("2026-01-01")},
			{"no date at all", deal.Row{}, deal.Row{Has: has, Status: deal.Won}, clock.Of(may3), clock.Of(may3)},
			{"created when first known", deal.Row{}, deal.Row{Has: has, Status: deal.Won, ClosedAt: day("2026-02-01")}, day("2026-02-01"), day("2026-02-01")},
			{
				"open until now",
				deal.Row{Has: has, Status: deal.Open, CreatedAt: day("2026-01-01")},
				deal.Row{Has: has, Status: deal.Won},
				day("2026-01-01"), clock.Of(may3),
			},
			{
				"won, not lost",
				deal.Row{Has: has, Status: deal.Lost, CreatedAt: day("2026-01-01"), ClosedAt: day("2026-02-01")},
				deal.Row{Has: has, Status: deal.Won},
				day("2026-01-01"), clock.Of(may3),
			},
			{
				"created later than now",
				deal.Row{Has: has, Status: deal.Open, CreatedAt: day("2027-01-01")},
				deal.Row{Has: has, Status: deal.Won},
				day("2027-01-01"), day("2027-01-01"),
			},
			{"a hope", deal.Row{}, deal.Row{Has: has, Status: deal.Open, CreatedAt: day("2026-01-01"), ClosedAt: day("2026-12-01")}, day("2026-01-01"), 0},
			{
				"open again",
				deal.Row{Has: has, Status: deal.Won, CreatedAt: day("2026-01-01")},
				deal.Row{Has: has, Status: deal.Open},
				day("2026-01-01"), 0,
			},
		} {
			c.before.Key, c.row.Key = c.what, c.what
			if c.before.Has != 0 {
				d.put(c.before)
			}
			d.put(c.row)
			if one := d.one(c.what); one.CreatedAt != c.created || one.ClosedAt != c.closed {
				t.Errorf("%s: created %s, closed %s, want %s, %s", c.what, one.CreatedAt.Time(), one.ClosedAt.Time(), c.created.Time(), c.closed.Time())
			}
		}
		d.agrees()
	})
}

func TestAReasonForLosingIsKeptOnLostDealsAlone(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		has := deal.HasStatus | deal.HasLostReason
		d.put(deal.Row{Key: "a", Has: has, Status: deal.Won, LostReason: "price"}, deal.Row{Key: "b", Has: has, Status: deal.Lost, LostReason: "price"})
		if a, b := d.one("a"), d.one("b"); a.LostReason != "" || b.LostReason != "price" {
			t.Errorf("won for the reason %q, lost for %q", a.LostReason, b.LostReason)
		}
		d.put(deal.Row{Key: "b", Has: deal.HasStatus, Status: deal.Won})
		d.agrees()
	})
}

func TestTheJourneyFollowsWhatTheFileSays(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.put(boots("a"))
		d.wantTold("2026-01-10 deal_opened 101")
		d.put(closed(boots("a"), deal.Won, "", day("2026-02-01")))
		d.wantTold("2026-01-10 deal_opened 101", "2026-02-01 deal_won 101 10000EUR")

		later := closed(boots("a"), deal.Won, "", day("2026-03-01"))
		later.Amount = 90_00
		d.put(later)
		d.wantTold("2026-01-10 deal_opened 101", "2026-03-01 deal_won 101 9000EUR")

		lost := closed(later, deal.Lost, "", day("2026-03-02"))
		lost.LostReason = "price"
		d.put(lost)
		d.wantTold("2026-01-10 deal_opened 101", "2026-03-02 deal_lost 101 price")
		d.put(boots("a"))
		d.wantTold("2026-01-10 deal_opened 101")
	})
}

func TestAKeyTwiceInOneFileIsOneDealAndTheLastRowWins(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		second := closed(boots("a"), deal.Won, "", day("2026-02-01"))
		puts := d.put(boots("a"), second, second)
		wantOutcomes(t, puts, change.Created, change.Updated, change.Unchanged)
		if all := d.all(); len(all) != 1 || all[0].Status != deal.Won {
			t.Errorf("the deals are %+v", all)
		}
		d.wantTold("2026-01-10 deal_opened 101", "2026-02-01 deal_won 101 10000EUR")
		if kept := d.undo(puts...); len(kept) != 0 || len(d.all()) != 0 {
			t.Errorf("taking all back kept %v and left %v", kept, d.all())
		}
		d.wantTold()
	})
}

func TestARowThatIsNoDealIsRefusedAndNothingIsWritten(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		for name, spoil := range map[string]func(*deal.Row){
			"no key":              func(r *deal.Row) { r.Key = "" },
			"no such status":      func(r *deal.Row) { r.Status = "maybe" },
			"no currency":         func(r *deal.Row) { r.Currency = "" },
			"currency not mapped": func(r *deal.Row) { r.Has &^= deal.HasCurrency },
			"unknown currency":    func(r *deal.Row) { r.Currency = "EURO" },
			"less than nothing":   func(r *deal.Row) { r.Amount = -1 },
		} {
			r := boots("b")
			spoil(&r)
			wantFault(t, r.Check(), fault.Invalid)
			err := d.try(func(tx *db.Tx) error {
				_, err := d.PutAll(t.Context(), tx, d.now(), []deal.Row{boots("a"), r})
				return err
			})
			if !fault.Is(err, fault.Invalid) || len(d.all()) != 0 || len(d.pipelines()) != 0 {
				t.Errorf("%s: %v, and %d deals", name, err, len(d.all()))
			}
		}
		nothing := boots("free")
		nothing.Amount, nothing.Currency = 0, ""
		wantOutcomes(t, d.put(nothing), change.Created)
	})
}

func TestAColumnMistakenForTheStageIsRefused(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		rows := make([]deal.Row, 2001)
		for i := range rows {
			rows[i] = deal.Row{Key: fmt.Sprint(i), Has: deal.HasStage, Stage: fmt.Sprint("text ", i)}
		}
		err := d.try(func(tx *db.Tx) error { _, err := d.PutAll(t.Context(), tx, d.now(), rows); return err })
		if !fault.Is(err, fault.Invalid) || len(d.all()) != 0 {
			t.Errorf("%v, and %d deals", err, len(d.all()))
		}
	})
}

func TestStatusesAreReadAsOtherSystemsWriteThem(t *testing.T) {
	for text, want := range map[string]deal.Status{
		"": "", " ": "", "open": deal.Open, "Won": deal.Won, " LOST ": deal.Lost, "Closed won": deal.Won, "closed  lost": deal.Lost,
	} {
		if got, err := deal.ParseStatus(text); err != nil || got != want {
			t.Errorf("ParseStatus(%q) = %q, %v, want %q", text, got, err, want)
		}
	}
	for _, text := range []string{"closed", "closed open", "won lost", "gone", "wo n", "closedwon!"} {
		if got, err := deal.ParseStatus(text); !fault.Is(err, fault.Invalid) {
			t.Errorf("ParseStatus(%q) = %q, %v, want a fault", text, got, err)
		}
	}
}

func TestUndoRestoresWhatWasThereBefore(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		lost := closed(boots("b"), deal.Lost, "Gone", day("2026-02-01"))
		lost.LostReason = "price"
		d.put(boots("a"), lost)
		was, told := []deal.Facts{d.one("a").Facts, d.one("b").Facts}, d.told()

		won := closed(boots("a"), deal.Won, "Done", day("2026-03-01"))
		won.Contact, won.Pipeline, won.Amount, won.Currency = ben, "Fairs", 5, "JPY"
		second := d.put(won, closed(boots("b"), deal.Won, "", 0), boots("c"))
		if kept := d.undo(second...); len(kept) != 0 {
			t.Errorf("kept %v", kept)
		}
		if now := []deal.Facts{d.one("a").Facts, d.one("b").Facts}; !slices.Equal(was, now) || len(d.all()) != 2 {
			t.Errorf("they went from\n%+v to\n%+v, %d in all", was, now, len(d.all()))
		}
		d.wantTold(told...)
		d.agrees()
	})
}

func TestUndoKeepsWhatSomebodyChangedSince(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.put(boots("a"), boots("b"))
		dearer := boots("a")
		dearer.Amount = 120_00
		elsewhere := boots("b")
		elsewhere.Stage = "Offer"
		second := d.put(dearer, elsewhere)
		b := d.one("b").ID
		d.must(func(tx *db.Tx) error { _, err := d.Win(t.Context(), tx, owner, d.now(), b); return err })

		if kept := d.undo(second...); !slices.Equal(kept, []id.ID{b}) {
			t.Errorf("kept %v, want the deal that was won since, %v", kept, b)
		}
		if d.one("a").Amount != 100_00 || d.one("b").Status != deal.Won {
			t.Errorf("they are %+v", d.all())
		}
		d.agrees()
	})
}

func TestARemovedDealComesAgainWithItsFile(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		first := d.put(closed(boots("a"), deal.Won, "", day("2026-02-01")))
		d.undo(first...)
		d.wantTold()
		d.must(func(tx *db.Tx) error {
			if _, err := d.Deal(t.Context(), tx, first[0].ID); !fault.Is(err, fault.NotFound) {
				t.Errorf("a removed deal: %v", err)
			}
			known, err := d.ByKeys(t.Context(), tx, []string{"a", "never"})
			if len(known) != 0 {
				t.Errorf("the key of a removed deal means %v", known)
			}
			return err
		})
		if kept := d.undo(first...); len(kept) != 0 {
			t.Errorf("a second undo kept %v", kept)
		}

		again := d.put(deal.Row{Key: "a", Has: deal.HasName, Name: "Shoes"})
		wantOutcomes(t, again, change.Created)
		if one := d.one("a"); one.ID != first[0].ID || one.Name != "Shoes" || one.Status != deal.Open || one.Amount != 0 || one.CreatedAt != d.now() {
			t.Errorf("it came back as %+v", one)
		}
		d.wantTold("2026-05-03 deal_opened 0")
		d.must(func(tx *db.Tx) error {
			known, err := d.ByKeys(t.Context(), tx, []string{"a", "never"})
			if len(known) != 1 || known["a"] != again[0].ID {
				t.Errorf("the keys mean %v", known)
			}
			return err
		})
	})
}

func TestADealOfOneWorkspaceIsNotAnothers(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.put(boots("a"))
		err := d.db.Write(t.Context(), workspace+1, func(tx *db.Tx) error {
			puts, err := d.PutAll(t.Context(), tx, d.now(), []deal.Row{boots("a")})
			if err == nil && puts[0].Outcome != change.Created {
				t.Errorf("the other workspace's deal was %s", puts[0].Outcome)
			}
			return err
		})
		if err != nil || len(d.all()) != 1 {
			t.Errorf("%v, and %d deals here", err, len(d.all()))
		}
	})
}
