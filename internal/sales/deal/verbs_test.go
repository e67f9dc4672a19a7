package deal_test

import (
	"slices"
	"testing"
	"time"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/id"
	"tandem/internal/money"
	"tandem/internal/sales/deal"
)

func (d *desk) opens(o deal.Opening) (opened deal.Deal) {
	d.t.Helper()
	d.must(func(tx *db.Tx) (err error) {
		opened, err = d.Open(d.t.Context(), tx, owner, d.now(), o)
		return err
	})
	return opened
}

// does runs a verb on a day in May 2026, at nine.
func (d *desk) does(dayOfMay int, verb func(tx *db.Tx, now clock.Micros) (deal.Deal, error)) (after deal.Deal) {
	d.t.Helper()
	d.clock.Add(time.Date(2026, 5, dayOfMay, 9, 0, 0, 0, time.UTC).Sub(d.clock.Now()))
	d.must(func(tx *db.Tx) (err error) {
		after, err = verb(tx, d.now())
		return err
	})
	d.agrees()
	return after
}

func TestADealFromItsOpeningToItsWin(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		o := d.opens(deal.Opening{Name: " Boots ", Contact: anna, Company: acme, Amount: money.Amount{Minor: 900_00, Currency: "EUR"}, Owner: "Mia"})
		if o.Name != "Boots" || d.stage(o.Stage) != "Sales: Qualified" || o.Status != deal.Open {
			t.Errorf("opened %+v in %s", o, d.stage(o.Stage))
		}
		d.does(5, func(tx *db.Tx, now clock.Micros) (deal.Deal, error) {
			return d.Move(t.Context(), tx, owner, now, o.ID, d.stageIn(tx, "Proposal"))
		})
		won := d.does(9, func(tx *db.Tx, now clock.Micros) (deal.Deal, error) { return d.Win(t.Context(), tx, owner, now, o.ID) })

		if at, ok := won.CommittedAt(); !ok || at != d.now() || d.stage(won.Stage) != "Sales: Won" {
			t.Errorf("won at %d in %s", at, d.stage(won.Stage))
		}
		d.wantTold("2026-05-03 deal_opened 101", "2026-05-05 edited 101 stage: Proposal", "2026-05-09 deal_won 101 90000EUR")
		if stored := d.all(); len(stored) != 1 || stored[0] != won {
			t.Errorf("stored %+v, want %+v", stored, won)
		}
	})
}

// stageIn is a stage of the first pipeline by its name.
func (d *desk) stageIn(tx *db.Tx, name string) id.ID {
	d.t.Helper()
	all, err := d.Pipelines(d.t.Context(), tx)
	if err != nil {
		d.t.Fatal(err)
	}
	for _, s := range all[0].Stages {
		if s.Name == name {
			return s.ID
		}
	}
	d.t.Fatalf("there is no stage %q", name)
	return 0
}

func TestALostDealKeepsItsReasonUntilItIsReopened(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		o := d.opens(deal.Opening{Name: "Boots", Contact: anna})
		lost := d.does(4, func(tx *db.Tx, now clock.Micros) (deal.Deal, error) {
			return d.Lose(t.Context(), tx, owner, now, o.ID, " price ")
		})
		if lost.LostReason != "price" || lost.ClosedAt != d.now() || d.stage(lost.Stage) != "Sales: Lost" {
			t.Errorf("lost %+v", lost)
		}
		again := d.does(5, func(tx *db.Tx, now clock.Micros) (deal.Deal, error) {
			return d.Reopen(t.Context(), tx, owner, now, o.ID)
		})
		if again.LostReason != "" || again.ClosedAt != 0 || d.stage(again.Stage) != "Sales: Qualified" {
			t.Errorf("reopened %+v", again)
		}
		d.does(6, func(tx *db.Tx, now clock.Micros) (deal.Deal, error) { return d.Win(t.Context(), tx, owner, now, o.ID) })
		d.wantTold("2026-05-03 deal_opened 101", "2026-05-04 deal_lost 101 price", "2026-05-05 edited 101 reopened: Qualified",
			"2026-05-06 deal_won 101 0")
	})
}

func TestMovingIntoAClosingStageClosesTheDeal(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		o := d.opens(deal.Opening{Name: "Boots", Contact: anna})
		move := func(to string) func(*db.Tx, clock.Micros) (deal.Deal, error) {
			return func(tx *db.Tx, now clock.Micros) (deal.Deal, error) {
				return d.Move(t.Context(), tx, owner, now, o.ID, d.stageIn(tx, to))
			}
		}
		if won := d.does(4, move("Won")); won.Status != deal.Won || won.ClosedAt != d.now() {
			t.Errorf("in a won stage it is %s, closed at %d", won.Status, won.ClosedAt)
		}
		if lost := d.does(5, move("Lost")); lost.Status != deal.Lost || lost.ClosedAt != d.now() {
			t.Errorf("in a lost stage it is %s, closed at %d", lost.Status, lost.ClosedAt)
		}
		told := d.told()
		d.does(6, move("Lost"))
		d.wantTold(told...)
		if back := d.does(7, move("Negotiation")); back.Status != deal.Open || back.ClosedAt != 0 {
			t.Errorf("in an open stage it is %s, closed at %d", back.Status, back.ClosedAt)
		}
	})
}

func TestWhatCannotBeDoneToADealIsAFaultAndChangesNothing(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		o := d.opens(deal.Opening{Name: "Boots", Contact: anna})
		d.does(4, func(tx *db.Tx, now clock.Micros) (deal.Deal, error) { return d.Win(t.Context(), tx, owner, now, o.ID) })
		fresh := d.opens(deal.Opening{Name: "Boots", Contact: anna})
		stored, told, won := d.all(), d.told(), d.stageID("Sales: Won")
		for _, c := range []struct {
			what string
			kind fault.Kind
			do   func(tx *db.Tx) (deal.Deal, error)
		}{
			{"win a won deal", fault.Conflict, func(tx *db.Tx) (deal.Deal, error) { return d.Win(t.Context(), tx, owner, d.now(), o.ID) }},
			{"lose a won deal", fault.Conflict, func(tx *db.Tx) (deal.Deal, error) { return d.Lose(t.Context(), tx, owner, d.now(), o.ID, "") }},
			{"reopen an open deal", fault.Conflict, func(tx *db.Tx) (deal.Deal, error) { return d.Reopen(t.Context(), tx, owner, d.now(), fresh.ID) }},
			{"win no deal", fault.NotFound, func(tx *db.Tx) (deal.Deal, error) { return d.Win(t.Context(), tx, owner, d.now(), 5) }},
			{"move to no stage", fault.Invalid, func(tx *db.Tx) (deal.Deal, error) { return d.Move(t.Context(), tx, owner, d.now(), o.ID, 5) }},
			{"no name", fault.Invalid, d.opening(deal.Opening{Name: " "})},
			{"no currency", fault.Invalid, d.opening(deal.Opening{Name: "x", Amount: money.Amount{Minor: 1}})},
			{"no such currency", fault.Invalid, d.opening(deal.Opening{Name: "x", Amount: money.Amount{Currency: "EURO"}})},
			{"less than nothing", fault.Invalid, d.opening(deal.Opening{Name: "x", Amount: money.Amount{Minor: -1, Currency: "EUR"}})},
			{"begin as won", fault.Invalid, d.opening(deal.Opening{Name: "x", Stage: won})},
			{"no such pipeline", fault.Invalid, d.opening(deal.Opening{Name: "x", Pipeline: 5})},
			{"no such stage", fault.Invalid, d.opening(deal.Opening{Name: "x", Stage: 5})},
		} {
			if err := d.try(func(tx *db.Tx) error { _, err := c.do(tx); return err }); !fault.Is(err, c.kind) {
				t.Errorf("%s: %v", c.what, err)
			}
		}
		d.wantTold(told...)
		if now := d.all(); len(now) != 2 || now[0] != stored[0] || now[1] != stored[1] {
			t.Errorf("the deals went from %v to %v", stored, now)
		}
	})
}

func (d *desk) opening(o deal.Opening) func(*db.Tx) (deal.Deal, error) {
	return func(tx *db.Tx) (deal.Deal, error) { return d.Open(d.t.Context(), tx, owner, d.now(), o) }
}

func TestTwoDealsOfOneNameAreTwoDeals(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		a := d.opens(deal.Opening{Name: "Boots", Contact: anna})
		b := d.opens(deal.Opening{Name: "Boots", Contact: anna})
		d.does(4, func(tx *db.Tx, now clock.Micros) (deal.Deal, error) { return d.Win(t.Context(), tx, owner, now, b.ID) })
		d.must(func(tx *db.Tx) error {
			still, err := d.Deal(t.Context(), tx, a.ID)
			if err != nil || still.Status != deal.Open {
				t.Errorf("winning one made the other %s, %v", still.Status, err)
			}
			return nil
		})
		if len(d.all()) != 2 {
			t.Errorf("there are %d deals", len(d.all()))
		}
	})
}

func TestAContactsDealsArePagedAndFollowAMerge(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		a := d.opens(deal.Opening{Name: "a", Contact: anna})
		b := d.opens(deal.Opening{Name: "b", Contact: ben})
		c := d.opens(deal.Opening{Name: "c", Contact: anna})
		wantDeals := func(contact, after id.ID, limit int, want ...id.ID) {
			t.Helper()
			var got []id.ID
			d.must(func(tx *db.Tx) error {
				found, err := d.OfContact(t.Context(), tx, contact, after, limit)
				for _, one := range found {
					got = append(got, one.ID)
				}
				return err
			})
			if !slices.Equal(got, want) {
				t.Errorf("deals of %d after %d: %v, want %v", contact, after, got, want)
			}
		}
		wantDeals(anna, 0, 1, a.ID)
		wantDeals(anna, a.ID, 9, c.ID)

		var moved []id.ID
		d.must(func(tx *db.Tx) (err error) { moved, err = d.Repoint(t.Context(), tx, anna, ben); return err })
		wantDeals(ben, 0, 9, a.ID, b.ID, c.ID)
		wantDeals(anna, 0, 9)
		d.must(func(tx *db.Tx) error { return d.Return(t.Context(), tx, moved, anna) })
		wantDeals(anna, 0, 9, a.ID, c.ID)
		wantDeals(ben, 0, 9, b.ID)
	})
}
