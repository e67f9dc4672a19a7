package team_test

import (
	"strings"
	"testing"
	"time"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/team"
	"tandem/internal/test/dbtest"
)

// kept is what is stored of Mara's password.
func kept(t *testing.T, d *db.DB) (hash string) {
	t.Helper()
	err := d.Read(t.Context(), 0, func(tx *db.Tx) (err error) {
		hash, err = db.One[string](t.Context(), tx, "SELECT password FROM app_user")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return hash
}

func TestPasswordsAreHashedAtFullCost(t *testing.T) {
	d := dbtest.SQLite(t)
	s := team.New(d, clock.NewFake(time.Date(2026, 5, 20, 9, 0, 0, 0, time.UTC)))
	if err := s.Begin(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := s.SetUp(t.Context(), mara, team.Change{Name: "Alder Cycles"}); err != nil {
		t.Fatal(err)
	}
	if hash := kept(t, d); !strings.HasPrefix(hash, "$argon2id$v=19$m=65536,t=3,p=4$") {
		t.Errorf("kept is %s", hash)
	}
	if _, err := signIn(t, s, mara.Email, mara.Password, ""); err != nil {
		t.Error(err)
	}
}

func TestAPasswordThatWasHashedAtAnotherCostStillOpens(t *testing.T) {
	d := dbtest.SQLite(t)
	founded(t, d) // at the cost of tests
	s := team.New(d, clock.NewFake(time.Date(2026, 5, 20, 9, 0, 0, 0, time.UTC)))
	if _, err := signIn(t, s, mara.Email, mara.Password, ""); err != nil {
		t.Error(err)
	}
}

func TestAHashThatIsNoneOpensNothing(t *testing.T) {
	d := dbtest.SQLite(t)
	s, _ := founded(t, d)
	hash := kept(t, d)
	for _, broken := range []string{
		"x", strings.Replace(hash, "m=64,", "m=99999999,", 1), strings.Replace(hash, "t=1", "t=0", 1), strings.Replace(hash, "p=1", "p=0", 1), strings.Replace(hash, "t=1", "t=4000", 1),
	} {
		err := d.Write(t.Context(), 0, func(tx *db.Tx) error {
			_, err := db.Exec(t.Context(), tx, "UPDATE app_user SET password = $1", broken)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := signIn(t, s, mara.Email, mara.Password, ""); err == nil {
			t.Errorf("%s opens", broken)
		}
	}
}
