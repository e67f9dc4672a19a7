package deal_test

import (
	"strings"
	"testing"

	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/id"
	"tandem/internal/sales/deal"
	"tandem/internal/team"
)

var owner = team.Actor{User: 3, Name: "Mara", Role: team.Owner}

// stages are the first pipeline's, in their order.
func (d *desk) stages() (names string, ids map[string]id.ID) {
	d.t.Helper()
	ids = map[string]id.ID{}
	d.must(func(tx *db.Tx) error {
		all, err := d.Pipelines(d.t.Context(), tx)
		if err != nil {
			return err
		}
		var said []string
		for _, st := range all[0].Stages {
			said, ids[st.Name] = append(said, st.Name), st.ID
		}
		names = strings.Join(said, " ")
		return nil
	})
	return names, ids
}

func (d *desk) says(want string) map[string]id.ID {
	d.t.Helper()
	got, ids := d.stages()
	if got != want {
		d.t.Errorf("the stages are %q, want %q", got, want)
	}
	return ids
}

func TestStagesAreMovedWithinTheirStatus(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.put(deal.Row{Key: "a", Contact: anna, Name: "A"})
		of := d.says("Qualified Proposal Negotiation Won Lost")
		move := func(name string, forward bool) {
			t.Helper()
			d.must(func(tx *db.Tx) error { return d.MoveStage(t.Context(), tx, owner, d.now(), of[name], forward) })
		}
		move("Proposal", false)
		d.says("Proposal Qualified Negotiation Won Lost")
		move("Proposal", false)
		move("Negotiation", true)
		d.says("Proposal Qualified Negotiation Won Lost")
		move("Proposal", true)
		d.says("Qualified Proposal Negotiation Won Lost")
	})
}

func TestAStageThatDealsStandInIsNotRemoved(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.put(deal.Row{Key: "a", Contact: anna, Name: "A"})
		of := d.says("Qualified Proposal Negotiation Won Lost")
		remove := func(by team.Actor, name string) error {
			return d.try(func(tx *db.Tx) error { return d.RemoveStage(t.Context(), tx, by, d.now(), of[name]) })
		}
		if err := remove(owner, "Qualified"); !fault.Is(err, fault.Conflict) {
			t.Errorf("a stage with a deal: %v", err)
		}
		if err := remove(owner, "Won"); !fault.Is(err, fault.Conflict) {
			t.Errorf("the last stage that is won: %v", err)
		}
		if err := remove(team.Actor{User: 5, Role: team.Sales}, "Proposal"); !fault.Is(err, fault.Forbidden) {
			t.Errorf("a sales person: %v", err)
		}
		if err := remove(owner, "Proposal"); err != nil {
			t.Error(err)
		}
		d.says("Qualified Negotiation Won Lost")
		if err := remove(owner, "Proposal"); !fault.Is(err, fault.NotFound) {
			t.Errorf("a second time: %v", err)
		}
	})
}
