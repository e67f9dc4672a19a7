package team_test

import (
	"path/filepath"
	"testing"

	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/seal"
	"tandem/internal/test/dbtest"
)

func TestALostKeyIsToldAndWhatNobodyReliesOnBeginsAnew(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, now, _ := staffed(t, d)
		done, _ := entered(t, s, mara.Email)
		e, err := s.Enrol(t.Context(), done)
		if err != nil {
			t.Fatal(err)
		}
		done, _ = entered(t, s, mara.Email)
		if _, err := s.Confirm(t.Context(), done, code(t, e.Secret, now)); err != nil {
			t.Fatal(err)
		}
		begun, _ := entered(t, s, "sales@x.example")
		before, err := s.Enrol(t.Context(), begun)
		if err != nil {
			t.Fatal(err)
		}
		if n, err := s.Sealed(t.Context()); n != 1 || err != nil {
			t.Errorf("with the key: %d, %v", n, err)
		}

		lost := s.SealedBy(seal.New(filepath.Join(t.TempDir(), "key")))
		if _, err := lost.Sealed(t.Context()); !fault.Is(err, fault.Unavailable) {
			t.Errorf("without the key: %v", err)
		}
		begun, _ = entered(t, lost, "sales@x.example")
		if after, err := lost.Enrol(t.Context(), begun); err != nil || after.Secret == before.Secret {
			t.Errorf("a second step that was only begun: %v", err)
		}
		if _, err := lost.Sealed(t.Context()); !fault.Is(err, fault.Unavailable) {
			t.Errorf("with another key: %v", err)
		}
	})
}
