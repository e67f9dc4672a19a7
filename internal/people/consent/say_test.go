package consent_test

import (
	"strings"
	"testing"
	"time"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/id"
	"tandem/internal/journey"
	"tandem/internal/people/consent"
	"tandem/internal/people/contact"
	"tandem/internal/team"
	"tandem/internal/test/dbtest"
)

var mara = team.Actor{User: 4, Name: "Mara", Role: team.Marketing}

func TestWhatAPersonSaysToAColleagueHoldsWithItsProof(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		now := clock.NewFake(time.Date(2026, 5, 20, 9, 0, 0, 0, time.UTC))
		j := journey.New(now)
		s := consent.New(j, now)
		var ann id.ID
		if err := d.Write(t.Context(), ws, func(tx *db.Tx) (err error) {
			ann, err = contact.New(j, now).Create(t.Context(), tx, mara, contact.Form{FirstName: "Ann"}, "BE", false)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		said := func(of consent.Said) {
			t.Helper()
			now.Add(time.Minute)
			of.Contact = ann
			if err := d.Write(t.Context(), ws, func(tx *db.Tx) error { return s.Say(t.Context(), tx, mara, of) }); err != nil {
				t.Fatal(err)
			}
		}
		said(consent.Said{Channel: consent.Phone, State: consent.Granted, Proof: "call me on Fridays"})
		said(consent.Said{Channel: consent.Email, State: consent.Granted, Source: "fair", Proof: " card in the blue box "})
		said(consent.Said{Channel: consent.Email, State: consent.Granted, Proof: "again"}) // changes nothing
		err := d.Read(t.Context(), ws, func(tx *db.Tx) error {
			all, err := s.Standing(t.Context(), tx, ann)
			if len(all) != 2 || all[0].Proof != "card in the blue box" || all[0].Source != "fair" || all[1].Channel != consent.Phone {
				t.Errorf("what holds: %+v", all)
			}
			trail, more := team.TrailOf(t.Context(), tx, "consent", ann, 10)
			if len(trail) != 2 || more != nil || trail[0].Actor != "Mara" {
				t.Errorf("the trail: %+v, %v", trail, more)
			}
			users, more := db.All[id.ID](t.Context(), tx, `SELECT user_id FROM touch WHERE workspace_id = $1 AND contact_id = $2 AND kind <> $3 AND side = $4`, ws, ann, journey.Created, journey.None)
			if len(users) != 2 || users[0] != mara.User || more != nil {
				t.Errorf("the journey knows %v, %v", users, more)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		said(consent.Said{Channel: consent.Email, State: consent.Refused})
		if err := d.Read(t.Context(), ws, func(tx *db.Tx) error {
			all, err := s.Standing(t.Context(), tx, ann)
			if len(all) != 2 || all[0].State != consent.Refused {
				t.Errorf("after they refused: %+v", all)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	})
}

func TestNothingIsGrantedWithoutProofOrByAViewer(t *testing.T) {
	d := dbtest.SQLite(t)
	now := clock.NewFake(time.Date(2026, 5, 20, 9, 0, 0, 0, time.UTC))
	s := consent.New(journey.New(now), now)
	whole := consent.Said{Contact: 12, Channel: consent.Email, State: consent.Granted, Proof: "said so"}
	for _, c := range []struct {
		by   team.Role
		with func(*consent.Said)
		want fault.Kind
	}{
		{team.Viewer, func(*consent.Said) {}, fault.Forbidden},
		{team.Sales, func(s *consent.Said) { s.Proof = " " }, fault.Invalid},
		{team.Sales, func(s *consent.Said) { s.Proof = strings.Repeat("x", 5001) }, fault.Invalid},
		{team.Sales, func(s *consent.Said) { s.Channel = "pigeon" }, fault.Invalid},
		{team.Sales, func(s *consent.Said) { s.State = "perhaps" }, fault.Invalid},
		{team.Sales, func(s *consent.Said) { s.At = clock.Of(now.Now()) + 1 }, fault.Invalid},
		{team.Sales, func(s *consent.Said) { s.Purpose = "News & offers" }, fault.Invalid},
		{team.Sales, func(s *consent.Said) { s.Purpose = strings.Repeat("x", 51) }, fault.Invalid},
	} {
		said := whole
		c.with(&said)
		err := d.Write(t.Context(), ws, func(tx *db.Tx) error { return s.Say(t.Context(), tx, team.Actor{Role: c.by}, said) })
		if !fault.Is(err, c.want) {
			t.Errorf("%s says %+v: %v", c.by, said, err)
		}
	}
}
