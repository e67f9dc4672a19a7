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

func mayWrite(by team.Actor, kind string) error {
	switch SideOf(kind) {
	case Sales:
		return by.Check(team.WritePeople, team.WriteSales)
	case Marketing:
		return by.Check(team.WritePeople, team.WriteMarketing)
	}
	return fault.Invalidf("%q is written down by Tandem itself", kind)
}
