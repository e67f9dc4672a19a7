package contact_test

import (
	"context"
	"testing"

	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/people/contact"
	"tandem/internal/test/dbtest"
)

func TestWhoToldWhomIsWrittenDownOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := newDesk(t, d)
		people := k.put(contact.Options{}, contact.Row{External: "anna"}, contact.Row{External: "ben"})
		anna, ben := people[0].ID, people[1].ID
		k.write(func(ctx context.Context, tx *db.Tx) error {
			for range 2 {
				for _, err := range []error{
					k.s.Relate(ctx, tx, anna, contact.ToldBy, ben),
					k.s.Relate(ctx, tx, anna, contact.WorksWith, ben),
					k.s.Relate(ctx, tx, ben, contact.WorksWith, anna),
				} {
					if err != nil {
						return err
					}
				}
			}
			of, err := k.s.Relations(ctx, tx, ben)
			if len(of) != 2 || of[0].Kind != contact.ToldBy || of[0].ContactID != anna || of[0].OtherID != ben || of[1].Kind != contact.WorksWith {
				t.Errorf("Ben stands in %+v", of)
			}
			return err
		})
		k.write(func(ctx context.Context, tx *db.Tx) error { return k.s.Part(ctx, tx, ben, contact.WorksWith, anna) })
		k.write(func(ctx context.Context, tx *db.Tx) error {
			of, err := k.s.Relations(ctx, tx, anna)
			if len(of) != 1 {
				t.Errorf("after parting Anna stands in %+v", of)
			}
			return err
		})
	})
}

func TestARelationThatCannotBeIsRefused(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := newDesk(t, d)
		anna := k.put(contact.Options{}, contact.Row{External: "anna"})[0].ID
		k.write(func(ctx context.Context, tx *db.Tx) error {
			if err := k.s.Relate(ctx, tx, anna, contact.ToldBy, anna); !fault.Is(err, fault.Invalid) {
				t.Errorf("told by herself: %v", err)
			}
			if err := k.s.Relate(ctx, tx, anna, "owes", anna+1); !fault.Is(err, fault.Invalid) {
				t.Errorf("an unknown relation: %v", err)
			}
			if err := k.s.Relate(ctx, tx, anna, contact.ToldBy, anna+1); !fault.Is(err, fault.NotFound) {
				t.Errorf("told by nobody: %v", err)
			}
			return nil
		})
	})
}
