package deal_test

import (
	"testing"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/id"
	"tandem/internal/money"
	"tandem/internal/sales/deal"
)

func TestAWonDealThatIsPutRightSaysItsNewAmount(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		o := d.opens(deal.Opening{Name: "Boots", Contact: anna, Amount: money.Amount{Minor: 900_00, Currency: "EUR"}})
		won := d.does(4, func(tx *db.Tx, now clock.Micros) (deal.Deal, error) { return d.Win(t.Context(), tx, owner, now, o.ID) })
		to := deal.Form{Name: " Boats ", Contact: anna, Amount: money.Amount{Minor: 950_00, Currency: "EUR"}, Owner: " Mia "}
		edit := func(to deal.Form) func(tx *db.Tx, now clock.Micros) (deal.Deal, error) {
			return func(tx *db.Tx, now clock.Micros) (deal.Deal, error) {
				return d.Change(t.Context(), tx, owner, now, o.ID, to)
			}
		}
		is := d.does(5, edit(to))
		if is.Name != "Boats" || is.Amount != 950_00 || is.Owner != "Mia" || is.ClosedAt != won.ClosedAt {
			t.Errorf("is %+v", is)
		}
		if again := d.does(6, edit(to)); again != is {
			t.Errorf("the same again makes it %+v", again)
		}
		d.wantTold("2026-05-03 deal_opened 101", "2026-05-04 deal_won 101 95000EUR", "2026-05-05 edited 101")
		wantFault(t, is.Seen(won.UpdatedAt), fault.Conflict)
		if err := is.Seen(is.UpdatedAt); err != nil {
			t.Error(err)
		}
		wantFault(t, d.try(func(tx *db.Tx) error { _, err := edit(deal.Form{Name: " "})(tx, d.now()); return err }), fault.Invalid)
	})
}

func TestADealIsTakenAwayAndBroughtBack(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		o := d.opens(deal.Opening{Name: "Boots", Contact: anna})
		d.does(4, func(tx *db.Tx, now clock.Micros) (deal.Deal, error) {
			return d.Remove(t.Context(), tx, owner, now, o.ID)
		})
		d.wantTold()
		d.does(5, func(tx *db.Tx, now clock.Micros) (deal.Deal, error) {
			return d.Restore(t.Context(), tx, owner, now, o.ID)
		})
		d.does(5, func(tx *db.Tx, now clock.Micros) (deal.Deal, error) {
			return d.Restore(t.Context(), tx, owner, now, o.ID)
		})
		d.wantTold("2026-05-03 deal_opened 101")
		wantFault(t, d.try(func(tx *db.Tx) error { _, err := d.Remove(t.Context(), tx, owner, d.now(), id.New()); return err }), fault.NotFound)
	})
}

func TestADealIsOpenedOnceHoweverOftenItIsSent(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		as := id.New()
		first := d.opens(deal.Opening{ID: as, Name: "Boots", Contact: anna})
		if again := d.opens(deal.Opening{ID: as, Name: "Boots", Contact: anna}); again != first || first.ID != as || len(d.all()) != 1 {
			t.Errorf("opened %+v, then %+v", first, again)
		}
	})
}

func TestALostDealHasTheStageAndTheReasonThatWereChosen(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		o := d.opens(deal.Opening{Name: "Boots", Contact: anna})
		lose := func(stage, reason string) func(tx *db.Tx, now clock.Micros) (deal.Deal, error) {
			return func(tx *db.Tx, now clock.Micros) (deal.Deal, error) {
				return d.LoseIn(t.Context(), tx, owner, now, o.ID, d.stageIn(tx, stage), reason)
			}
		}
		if lost := d.does(4, lose("Lost", " too dear ")); lost.Status != deal.Lost || lost.LostReason != "too dear" {
			t.Errorf("lost %+v", lost)
		}
		if lost := d.does(5, lose("Lost", "bought a van")); lost.LostReason != "bought a van" || lost.ClosedAt.Time().Day() != 4 {
			t.Errorf("lost %+v", lost)
		}
		d.wantTold("2026-05-03 deal_opened 101", "2026-05-04 deal_lost 101 bought a van")
		wantFault(t, d.try(func(tx *db.Tx) error { _, err := lose("Won", "")(tx, d.now()); return err }), fault.NotFound)
	})
}
