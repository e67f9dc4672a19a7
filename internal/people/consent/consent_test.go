package consent_test

import (
	"context"
	"testing"
	"time"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/id"
	"tandem/internal/journey"
	"tandem/internal/people/consent"
	"tandem/internal/people/contact"
	"tandem/internal/test/dbtest"
)

const ws = id.Workspace(7)

func TestARefusalIsFinalUntilThePersonConsentsAnew(t *testing.T) {
	for _, c := range []struct {
		name string
		said []consent.Consent
		want consent.State
	}{
		{"a consent", []consent.Consent{{State: consent.Granted, At: 10}}, consent.Granted},
		{"a refusal after it", []consent.Consent{{State: consent.Granted, At: 10}, {State: consent.Refused, At: 20}}, consent.Refused},
		{"an older consent that comes late", []consent.Consent{{State: consent.Refused, At: 20}, {State: consent.Granted, At: 10}}, consent.Refused},
		{"a consent without a time", []consent.Consent{{State: consent.Refused, At: 20}, {State: consent.Granted}}, consent.Refused},
		{"a newer consent", []consent.Consent{{State: consent.Refused, At: 20}, {State: consent.Granted, At: 30}}, consent.Granted},
		{"a refusal without a time", []consent.Consent{{State: consent.Granted, At: 20}, {State: consent.Refused}}, consent.Refused},
	} {
		t.Run(c.name, func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, d *db.DB) {
				now := clock.NewFake(time.Date(2026, 5, 20, 9, 0, 0, 0, time.UTC))
				j := journey.New(now)
				s, people := consent.New(j, now), contact.New(j, now)
				err := d.Write(t.Context(), ws, func(tx *db.Tx) error { return say(t.Context(), t, tx, s, people, c.said, c.want) })
				if err != nil {
					t.Fatal(err)
				}
			})
		})
	}
}

// say writes down what one person said, one thing after the other, and checks what then holds, and that taking it back leaves nothing.
func say(ctx context.Context, t *testing.T, tx *db.Tx, s *consent.Service, people *contact.Service, said []consent.Consent, want consent.State) error {
	made, err := people.PutAll(ctx, tx, []contact.Row{{External: "a"}}, contact.Options{})
	if err != nil {
		return err
	}
	anna := made.Puts[0].ID
	var rows []id.ID
	for _, one := range said {
		one.ContactID, one.Purpose, one.Channel = anna, consent.Marketing, consent.Email
		ids, err := s.PutAll(ctx, tx, []consent.Consent{one})
		if err != nil {
			return err
		}
		if ids[0] != 0 {
			rows = append(rows, ids[0])
		}
	}
	standing, err := s.Emails(ctx, tx, []id.ID{anna})
	if err != nil {
		return err
	}
	if standing[anna].State != want {
		t.Errorf("%s holds, want %s", standing[anna].State, want)
	}
	if err := s.Undo(ctx, tx, rows); err != nil {
		return err
	}
	left, err := s.Emails(ctx, tx, []id.ID{anna})
	if len(left) != 0 {
		t.Errorf("after undoing all, %v still holds", left)
	}
	return err
}
