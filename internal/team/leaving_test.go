package team_test

import (
	"testing"

	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/id"
	"tandem/internal/team"
	"tandem/internal/test/dbtest"
)

// doors are what a manager who means no good has in hand: an invitation for a second account of theirs, and the reset of a colleague.
func doors(t *testing.T, s *team.Service, ws id.Workspace, by team.Actor, colleague id.ID) (invitation, reset string) {
	t.Helper()
	invitation, err := s.Invite(t.Context(), ws, "second@x.example", team.Manager, by)
	if err != nil {
		t.Fatal(err)
	}
	if reset, err = s.MakeReset(t.Context(), ws, colleague, by); err != nil {
		t.Fatal(err)
	}
	return invitation, reset
}

func TestTheLinksOfWhoMayMakeThemNoMoreEnd(t *testing.T) {
	for name, end := range map[string]func(t *testing.T, s *team.Service, ws id.Workspace, who id.ID) error{
		"removed": func(t *testing.T, s *team.Service, ws id.Workspace, who id.ID) error {
			return s.RemoveMember(t.Context(), ws, who, team.Console())
		},
		"demoted": func(t *testing.T, s *team.Service, ws id.Workspace, who id.ID) error {
			return s.ChangeRole(t.Context(), ws, who, team.Viewer, team.Console())
		},
	} {
		t.Run(name, func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, d *db.DB) {
				s, _, ws := staffed(t, d)
				manager, _ := entered(t, s, "manager@x.example")
				colleague, _ := entered(t, s, "sales@x.example")
				owner, _ := entered(t, s, mara.Email)
				invitation, reset := doors(t, s, ws, manager.Actor, colleague.User.ID)
				kept, err := s.Invite(t.Context(), ws, "new@x.example", team.Sales, owner.Actor)
				if err != nil {
					t.Fatal(err)
				}
				if err := end(t, s, ws, manager.User.ID); err != nil {
					t.Fatal(err)
				}
				for kind, secret := range map[team.LinkKind]string{team.Invitation: invitation, team.Reset: reset} {
					if _, err := s.FindLink(t.Context(), kind, secret); !fault.Is(err, fault.NotFound) {
						t.Errorf("the %s still opens: %v", kind, err)
					}
				}
				if _, err := s.FindLink(t.Context(), team.Invitation, kept); err != nil {
					t.Errorf("a colleague's invitation: %v", err)
				}
			})
		})
	}
}

func TestAResetDoesNotRiseWithItsOwner(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, _, ws := staffed(t, d)
		manager, _ := entered(t, s, "manager@x.example")
		colleague, _ := entered(t, s, "sales@x.example")
		invitation, reset := doors(t, s, ws, manager.Actor, colleague.User.ID)
		if err := s.ChangeRole(t.Context(), ws, colleague.User.ID, team.Owner, team.Console()); err != nil {
			t.Fatal(err)
		}
		if err := s.ResetPassword(t.Context(), reset, "nine slow clouds"); !fault.Is(err, fault.NotFound) {
			t.Errorf("a manager sets an owner's password: %v", err)
		}
		if _, err := s.FindLink(t.Context(), team.Invitation, invitation); err != nil {
			t.Errorf("the invitation of who may still make it: %v", err)
		}
	})
}

func TestWhoHasLeftIsKnownByName(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, _, ws := staffed(t, d)
		sales, _ := entered(t, s, "sales@x.example")
		if err := s.RemoveMember(t.Context(), ws, sales.User.ID, team.Console()); err != nil {
			t.Fatal(err)
		}
		names, err := s.Joined(t.Context(), ws)
		if err != nil || len(names) != 3 || names[sales.User.ID] != "A sales" {
			t.Errorf("who joined: %v, %v", names, err)
		}
		if others, err := s.Joined(t.Context(), ws+1); err != nil || len(others) != 0 {
			t.Errorf("in another workspace: %v, %v", others, err)
		}
	})
}
