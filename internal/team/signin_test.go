package team_test

import (
	"strings"
	"testing"
	"time"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/team"
	"tandem/internal/test/dbtest"
)

var mara = team.NewUser{Name: "Mara Claes", Email: "Mara@aldercycles.example", Password: "seven green lamps"}

// founded is a team whose owner is Mara.
func founded(t *testing.T, d *db.DB) (*team.Service, *clock.Fake) {
	t.Helper()
	c := clock.NewFake(time.Date(2026, 5, 20, 9, 0, 0, 0, time.UTC))
	s := team.New(d, c)
	s.HashLightly()
	if err := s.Begin(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := s.SetUp(t.Context(), mara, team.Change{Name: "Alder Cycles"}); err != nil {
		t.Fatal(err)
	}
	return s, c
}

func signIn(t *testing.T, s *team.Service, email, password, address string) (team.Opened, error) {
	t.Helper()
	return s.SignIn(t.Context(), team.Credentials{Email: email, Password: password, Address: address})
}

func TestTheFirstOneWhoComesIsTheOwnerAndNobodyAfter(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, _ := founded(t, d)
		if _, err := s.SetUp(t.Context(), team.NewUser{Name: "Eve", Email: "eve@x.example", Password: "another long one"}, team.Change{}); !fault.Is(err, fault.Conflict) {
			t.Errorf("a second set-up: %v", err)
		}
		opened, err := signIn(t, s, " mara@AlderCycles.example", mara.Password, "1.2.3.4")
		if err != nil {
			t.Fatal(err)
		}
		who, err := s.Resume(t.Context(), opened.Secret)
		if err != nil || who.Actor.Name != "Mara Claes" || who.Actor.Role != team.Owner || who.Workspace.Name != "Alder Cycles" {
			t.Errorf("signed in as %+v, %v", who, err)
		}
	})
}

func TestASessionEndsWhenItIsSignedOutOrUnusedForAMonth(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, now := founded(t, d)
		first, _ := signIn(t, s, mara.Email, mara.Password, "")
		second, _ := signIn(t, s, mara.Email, mara.Password, "")
		if err := s.SignOut(t.Context(), first.Secret); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Resume(t.Context(), first.Secret); !fault.Is(err, fault.Forbidden) {
			t.Errorf("after signing out: %v", err)
		}
		for range 3 { // used every 20 days it goes on
			now.Add(20 * 24 * time.Hour)
			if _, err := s.Resume(t.Context(), second.Secret); err != nil {
				t.Fatal(err)
			}
		}
		now.Add(31 * 24 * time.Hour)
		if _, err := s.Resume(t.Context(), second.Secret); !fault.Is(err, fault.Forbidden) {
			t.Errorf("after a month: %v", err)
		}
		if _, err := s.Resume(t.Context(), "no such secret"); !fault.Is(err, fault.Forbidden) {
			t.Errorf("an unknown secret: %v", err)
		}
	})
}

func TestWrongPasswordsSlowTheirPlaceDownAndNobodyElse(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, now := founded(t, d)
		for range 5 {
			if _, err := signIn(t, s, mara.Email, "wrong", "6.6.6.6"); !fault.Is(err, fault.Forbidden) {
				t.Fatal(err)
			}
		}
		if _, err := signIn(t, s, mara.Email, mara.Password, "6.6.6.6"); !fault.Is(err, fault.TooMany) {
			t.Errorf("after five failures, the right one at once: %v", err)
		}
		if _, err := signIn(t, s, mara.Email, mara.Password, "1.2.3.4"); err != nil {
			t.Errorf("from another place: %v", err)
		}
		now.Add(2 * time.Second)
		if _, err := signIn(t, s, mara.Email, mara.Password, "6.6.6.6"); err != nil {
			t.Errorf("after waiting: %v", err)
		}
	})
}

func TestAnUnknownAddressHasTheSameAnswer(t *testing.T) {
	s, _ := founded(t, dbtest.SQLite(t))
	_, known := signIn(t, s, mara.Email, "wrong", "")
	_, unknown := signIn(t, s, "nobody@x.example", "wrong", "")
	_, broken := signIn(t, s, "no address", "wrong", "")
	if known.Error() != unknown.Error() || known.Error() != broken.Error() {
		t.Errorf("%v / %v / %v", known, unknown, broken)
	}
}

func TestPasswordsThatAreGuessedFirstAreRefused(t *testing.T) {
	s := team.New(dbtest.SQLite(t), clock.System{})
	if err := s.Begin(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, password := range []string{"", "short", "1234567890", "aaaaaaaaaaaa", "Password123", "mara@aldercycles.example", "Mara Claes"} {
		if _, err := s.SetUp(t.Context(), team.NewUser{Name: "Mara Claes", Email: mara.Email, Password: password}, team.Change{}); !fault.Is(err, fault.Invalid) {
			t.Errorf("%q: %v", password, err)
		}
	}
}

func TestAPasswordThatIsTooLongIsNotCalledTooShort(t *testing.T) {
	s := team.New(dbtest.SQLite(t), clock.System{})
	if err := s.Begin(t.Context()); err != nil {
		t.Fatal(err)
	}
	long := mara
	long.Password = strings.Repeat("lamps ", 200)
	if _, err := s.SetUp(t.Context(), long, team.Change{Name: "Alder"}); !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), "too long") {
		t.Errorf("a password of 1,200 characters: %v", err)
	}
}

func TestASecondSetUpCostsNoWorkAndABusinessHasAName(t *testing.T) {
	c := clock.NewFake(time.Date(2026, 5, 20, 9, 0, 0, 0, time.UTC))
	s := team.New(dbtest.SQLite(t), c)
	if err := s.Begin(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := s.SetUp(t.Context(), mara, team.Change{Name: " "}); !fault.Is(err, fault.Invalid) {
		t.Errorf("a business without a name: %v", err)
	}
	if _, err := s.SetUp(t.Context(), mara, team.Change{Name: "Alder Cycles"}); err != nil {
		t.Fatal(err)
	}
	before := s.Hashed()
	if _, err := s.SetUp(t.Context(), mara, team.Change{Name: "Mine"}); !fault.Is(err, fault.Conflict) || s.Hashed() != before {
		t.Errorf("a second set-up: %v, after %d hashes", err, s.Hashed()-before)
	}
}
