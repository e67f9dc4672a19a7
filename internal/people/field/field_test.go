package field_test

import (
	"context"
	"testing"
	"time"

	"tandem/internal/change"
	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/id"
	"tandem/internal/people/field"
	"tandem/internal/test/dbtest"
)

const ws = id.Workspace(7)

func inWorkspace(t *testing.T, do func(context.Context, *db.Tx, *field.Service) error) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := field.New(clock.NewFake(time.Date(2026, 5, 20, 9, 0, 0, 0, time.UTC)))
		if err := d.Write(t.Context(), ws, func(tx *db.Tx) error { return do(t.Context(), tx, s) }); err != nil {
			t.Fatal(err)
		}
	})
}

func TestAFieldIsFoundByItsNameInAnyCase(t *testing.T) {
	inWorkspace(t, func(ctx context.Context, tx *db.Tx, s *field.Service) error {
		size, err := s.Define(ctx, tx, field.Contact, "Shoe Size", field.Number)
		if err != nil {
			return err
		}
		got, err := s.Ensure(ctx, tx, field.Contact, []string{"shoe  size", "New", "NEW"})
		if err != nil {
			return err
		}
		if got[0].ID != size.ID || got[0].Type != field.Number || got[1].ID != got[2].ID || got[1].Type != field.Text {
			t.Errorf("got %+v", got)
		}
		if _, err := s.Define(ctx, tx, field.Contact, "SHOE SIZE", field.Text); !fault.Is(err, fault.Conflict) {
			t.Errorf("a second field of the name: %v", err)
		}
		_, err = s.Define(ctx, tx, field.Company, "Shoe Size", field.Text)
		return err
	})
}

func TestAValueFitsItsType(t *testing.T) {
	for _, c := range []struct {
		kind field.Type
		text string
		fits bool
	}{
		{field.Number, "12.5", true},
		{field.Number, "twelve", false},
		{field.Number, "NaN", false},
		{field.Number, "-Inf", false},
		{field.Boolean, "true", true},
		{field.Boolean, "yes", false},
		{field.Time, "2026-05-20T09:00:00Z", true},
		{field.Time, "tomorrow", false},
		{field.Text, "anything", true},
	} {
		f := field.Field{Type: c.kind}
		if _, err := f.Parse(1, c.text); (err == nil) != c.fits {
			t.Errorf("%s %q: %v", c.kind, c.text, err)
		}
	}
}

func TestValuesAreFilledOverwrittenAndTakenBack(t *testing.T) {
	inWorkspace(t, func(ctx context.Context, tx *db.Tx, s *field.Service) error {
		fields, err := s.Ensure(ctx, tx, field.Deal, []string{"Size"})
		if err != nil {
			return err
		}
		put := func(text string, overwrite bool) change.Put {
			v, err := fields[0].Parse(11, text)
			if err != nil {
				t.Fatal(err)
			}
			puts, err := s.PutAll(ctx, tx, []field.Value{v}, overwrite)
			if err != nil {
				t.Fatal(err)
			}
			return puts[0]
		}
		first := put("L", false)
		if got := put("XL", false); got.Outcome != change.Unchanged {
			t.Errorf("filled over what was there: %+v", got)
		}
		second := put("XL", true)
		for _, step := range []struct {
			undo change.Put
			want string
		}{{second, "L"}, {first, ""}} {
			kept, err := s.UndoAll(ctx, tx, []change.Undo{{ID: 11, Before: step.undo.Before, After: step.undo.After}})
			if err != nil || len(kept) > 0 {
				t.Errorf("undo: kept %v, %v", kept, err)
			}
			now, err := s.Of(ctx, tx, []id.ID{11})
			if err != nil {
				return err
			}
			if got := textOf(now[11]); got != step.want {
				t.Errorf("after undo %q, want %q", got, step.want)
			}
		}
		kept, err := s.UndoAll(ctx, tx, []change.Undo{{ID: 11, Before: second.Before, After: second.After}})
		if len(kept) != 1 {
			t.Errorf("a value that is not there any more was taken back")
		}
		return err
	})
}

func textOf(values []field.Value) string {
	if len(values) == 0 {
		return ""
	}
	return values[0].Text
}
