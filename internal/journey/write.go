package journey

import (
	"context"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/team"
)

// Write is Record for somebody who writes touches down themselves: each takes the right of its wing, and sales' stand under their name. What Tandem itself writes
// down nobody may.
func (s *Service) Write(ctx context.Context, tx *db.Tx, by team.Actor, touches []Touch) error {
	for i := range touches {
		if err := s.Check(&touches[i]); err != nil {
			return err
		}
		if err := mayWrite(by, touches[i].Kind); err != nil {
			return err
		}
		if SideOf(touches[i].Kind) == Sales { // somebody did it; a click is nobody's of us
			touches[i].User = by.User
		}
	}
	if err := s.Record(ctx, tx, touches); err != nil {
		return err
	}
	return team.Note(ctx, tx, by, clock.Of(s.clock.Now()), team.Deed{Action: "record", Entity: "touches", Detail: map[string]any{"touches": len(touches)}})
}

// Check refuses a touch that nobody can write down: one that Tandem itself does, and one that lies ahead or before 1970.
func (s *Service) Check(t *Touch) error {
	if isOurs(t.Kind) {
		return fault.Invalidf("%q is written down by Tandem itself", t.Kind).In("kind")
	}
	if !t.At.Past(clock.Of(s.clock.Now())) {
		return fault.Invalidf("a touch has happened; this is no time of the past").In("at")
	}
	return nil
}

// isOurs reports whether touches of a kind come with what they are about: an edit, a deal, a payment.
func isOurs(kind string) bool {
	switch kind {
	case DealOpened, DealWon, DealLost, Payment, Refund:
		return true
	}
	return SideOf(kind) == None
}

func mayWrite(by team.Actor, kind string) error {
	if SideOf(kind) == Sales {
		return by.Check(team.WritePeople, team.WriteSales)
	}
	return by.Check(team.WritePeople, team.WriteMarketing)
}
