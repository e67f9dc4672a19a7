package team_test

import (
	"strings"
	"testing"
	"time"

	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/id"
	"tandem/internal/team"
	"tandem/internal/test/dbtest"
)

func TestATokenActsForItsMakerWithinItsScopesAndItsWorkspace(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, now, ws := staffed(t, d)
		sales, _ := entered(t, s, "sales@x.example")
		text, _, err := s.MakeToken(t.Context(), ws, "Till", []team.Right{team.Read, team.WriteSales}, 1, sales.Actor)
		if err != nil {
			t.Fatal(err)
		}
		who, err := s.Bearer(t.Context(), text)
		if err != nil || who.Workspace.ID != ws || who.Actor.User != sales.User.ID || who.Actor.Via != team.API {
			t.Fatalf("%+v, %v", who, err)
		}
		if !who.Actor.May(team.Read) || !who.Actor.May(team.WriteSales) || who.Actor.May(team.WritePeople) {
			t.Errorf("it may do %v", who.Actor.Only)
		}
		if err := who.Actor.Check(team.WritePeople); !fault.Is(err, fault.Forbidden) || !strings.Contains(err.Error(), "this token may not") {
			t.Errorf("what its maker may and it may not: %v", err)
		}
		if _, _, err := s.MakeToken(t.Context(), ws, "More", []team.Right{team.Refund}, 0, sales.Actor); !fault.Is(err, fault.Invalid) {
			t.Errorf("a right that sales lacks: %v", err)
		}
		if _, _, err := s.MakeToken(t.Context(), ws, "Child", nil, 0, who.Actor); !fault.Is(err, fault.Forbidden) {
			t.Errorf("a token makes a token: %v", err)
		}
		for _, days := range []int{-1, 3651, 1 << 40} {
			if _, _, err := s.MakeToken(t.Context(), ws, "Till", nil, days, sales.Actor); !fault.Is(err, fault.Invalid) {
				t.Errorf("for %d days: %v", days, err)
			}
		}
		for name, wrong := range map[string]string{
			"another workspace's": "tandem_" + id.New().String() + text[20:], "no token": "x", "empty": "", "changed": text + "x",
		} {
			if _, err := s.Bearer(t.Context(), wrong); !fault.Is(err, fault.Forbidden) {
				t.Errorf("%s: %v", name, err)
			}
		}
		now.Add(25 * time.Hour)
		if _, err := s.Bearer(t.Context(), text); !fault.Is(err, fault.Forbidden) {
			t.Errorf("after its time: %v", err)
		}
	})
}

func TestARevokedTokenOpensNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, _, ws := staffed(t, d)
		sales, _ := entered(t, s, "sales@x.example")
		owner, _ := entered(t, s, mara.Email)
		text, made, err := s.MakeToken(t.Context(), ws, "Mine", nil, 0, owner.Actor)
		if err != nil {
			t.Fatal(err)
		}
		if seen, err := s.Tokens(t.Context(), ws, sales.Actor); err != nil || len(seen) != 0 {
			t.Errorf("sales sees %d tokens of others, %v", len(seen), err)
		}
		if err := s.RevokeToken(t.Context(), ws, made.ID, sales.Actor); !fault.Is(err, fault.NotFound) {
			t.Errorf("sales revokes the owner's: %v", err)
		}
		if err := s.RevokeToken(t.Context(), ws+1, made.ID, owner.Actor); !fault.Is(err, fault.NotFound) {
			t.Errorf("revoked in another workspace: %v", err)
		}
		if err := s.RevokeToken(t.Context(), ws, made.ID, owner.Actor); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Bearer(t.Context(), text); !fault.Is(err, fault.Forbidden) {
			t.Errorf("a revoked token: %v", err)
		}
	})
}
