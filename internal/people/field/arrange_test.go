package field_test

import (
	"context"
	"testing"

	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/people/field"
	"tandem/internal/team"
)

func TestAFieldIsRenamedByWhoArrangesTheWorkspace(t *testing.T) {
	inWorkspace(t, func(ctx context.Context, tx *db.Tx, s *field.Service) error {
		owner, sales := team.Actor{User: 3, Role: team.Owner}, team.Actor{User: 4, Role: team.Sales}
		if _, err := s.Add(ctx, tx, sales, field.Contact, "Size", field.Text); !fault.Is(err, fault.Forbidden) {
			t.Errorf("sales adds: %v", err)
		}
		size, err := s.Add(ctx, tx, owner, field.Contact, " Size ", field.Text)
		if err != nil || size.Name != "Size" {
			t.Fatal(size, err)
		}
		if _, err := s.Add(ctx, tx, owner, field.Contact, "Colour", field.Text); err != nil {
			t.Fatal(err)
		}
		if err := s.Rename(ctx, tx, sales, size.ID, "Frame"); !fault.Is(err, fault.Forbidden) {
			t.Errorf("sales renames: %v", err)
		}
		if err := s.Rename(ctx, tx, owner, size.ID, "COLOUR"); !fault.Is(err, fault.Conflict) {
			t.Errorf("a name that is taken: %v", err)
		}
		if err := s.Rename(ctx, tx, owner, size.ID, " "); !fault.Is(err, fault.Invalid) {
			t.Errorf("no name: %v", err)
		}
		if err := s.Rename(ctx, tx, owner, size.ID, "Frame size"); err != nil {
			t.Fatal(err)
		}
		all, err := s.All(ctx, tx, field.Contact)
		if err != nil || len(all) != 2 || all[1].Name != "Frame size" {
			t.Errorf("%+v, %v", all, err)
		}
		return nil
	})
}
