package team_test

import (
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/id"
	"tandem/internal/seal"
	"tandem/internal/team"
	"tandem/internal/test/dbtest"
)

// staffed is a team of an owner, a manager and a sales person, with a key of its own.
func staffed(t *testing.T, d *db.DB) (s *team.Service, now *clock.Fake, ws id.Workspace) {
	t.Helper()
	s, now = founded(t, d)
	s = s.SealedBy(seal.New(filepath.Join(t.TempDir(), "key")))
	w, err := s.BySlug(t.Context(), team.Default)
	if err != nil {
		t.Fatal(err)
	}
	for _, role := range []team.Role{team.Manager, team.Sales} {
		n := team.NewUser{Name: "A " + string(role), Email: string(role) + "@x.example", Password: mara.Password}
		if _, err := s.AddMember(t.Context(), w.ID, n, role, team.Console()); err != nil {
			t.Fatal(err)
		}
	}
	return s, now, w.ID
}

// entered is somebody who has just signed in, and the secret of their session.
func entered(t *testing.T, s *team.Service, email string) (team.Signed, string) {
	t.Helper()
	opened, err := signIn(t, s, email, mara.Password, "1.2.3.4")
	if err != nil {
		t.Fatal(err)
	}
	who, err := s.Resume(t.Context(), opened.Secret)
	if err != nil {
		t.Fatal(err)
	}
	return who, opened.Secret
}

func code(t *testing.T, secret string, now *clock.Fake) string {
	t.Helper()
	c, err := totp.GenerateCode(secret, now.Now())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestASecondStepIsAskedForAndACodeWorksOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, now, _ := staffed(t, d)
		who, _ := entered(t, s, mara.Email)
		e, err := s.Enrol(t.Context(), who)
		if err != nil {
			t.Fatal(err)
		}
		who, _ = entered(t, s, mara.Email) // not confirmed yet, so not asked for
		if again, err := s.Enrol(t.Context(), who); err != nil || again != e {
			t.Errorf("asked again: %v, %v", again, err)
		}
		if _, err := s.Confirm(t.Context(), who, "000000"); !fault.Is(err, fault.Invalid) {
			t.Errorf("a wrong code: %v", err)
		}
		recovery, err := s.Confirm(t.Context(), who, code(t, e.Secret, now))
		if err != nil || len(recovery) != 10 {
			t.Fatal(recovery, err)
		}

		now.Add(time.Minute)
		opened, err := signIn(t, s, mara.Email, mara.Password, "1.2.3.4")
		if err != nil || !opened.Waits {
			t.Fatal(opened, err)
		}
		if _, err := s.Resume(t.Context(), opened.Secret); !fault.Is(err, fault.Forbidden) {
			t.Errorf("the password alone opens: %v", err)
		}
		right := code(t, e.Secret, now)
		in, err := s.SecondStep(t.Context(), opened.Secret, right[:3]+" "+right[3:])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Resume(t.Context(), in.Secret); err != nil {
			t.Error(err)
		}
		if _, err := s.Resume(t.Context(), opened.Secret); !fault.Is(err, fault.Forbidden) {
			t.Errorf("the secret from before the second step: %v", err)
		}

		waiting, _ := signIn(t, s, mara.Email, mara.Password, "1.2.3.4")
		if _, err := s.SecondStep(t.Context(), waiting.Secret, right); !fault.Is(err, fault.Invalid) {
			t.Errorf("the same code again: %v", err)
		}
		if _, err := s.SecondStep(t.Context(), waiting.Secret, recovery[3]); err != nil {
			t.Errorf("a recovery code: %v", err)
		}
		waiting, _ = signIn(t, s, mara.Email, mara.Password, "1.2.3.4")
		if _, err := s.SecondStep(t.Context(), waiting.Secret, recovery[3]); !fault.Is(err, fault.Invalid) {
			t.Errorf("the same recovery code again: %v", err)
		}
	})
}

func TestCodesCannotBeTriedOut(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, now, _ := staffed(t, d)
		who, _ := entered(t, s, mara.Email)
		e, err := s.Enrol(t.Context(), who)
		if err != nil {
			t.Fatal(err)
		}
		who, _ = entered(t, s, mara.Email)
		if _, err := s.Confirm(t.Context(), who, code(t, e.Secret, now)); err != nil {
			t.Fatal(err)
		}
		now.Add(time.Minute)
		waiting, _ := signIn(t, s, mara.Email, mara.Password, "1.2.3.4")
		for range 5 {
			if _, err := s.SecondStep(t.Context(), waiting.Secret, "nonsense"); !fault.Is(err, fault.Invalid) {
				t.Fatal(err)
			}
		}
		if _, err := s.SecondStep(t.Context(), waiting.Secret, code(t, e.Secret, now)); !fault.Is(err, fault.TooMany) {
			t.Errorf("after five wrong codes: %v", err)
		}
		now.Add(2 * time.Second)
		if _, err := s.SecondStep(t.Context(), waiting.Secret, code(t, e.Secret, now)); err != nil {
			t.Errorf("after waiting: %v", err)
		}
	})
}

func TestAnEndedSessionOpensNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, _, _ := staffed(t, d)
		first, firstSecret := entered(t, s, mara.Email)
		second, secondSecret := entered(t, s, mara.Email)
		other, _ := entered(t, s, "sales@x.example")
		if err := s.EndSession(t.Context(), other, first.Session); !fault.Is(err, fault.NotFound) {
			t.Errorf("somebody else's session: %v", err)
		}
		if err := s.EndSession(t.Context(), second, first.Session); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Resume(t.Context(), firstSecret); !fault.Is(err, fault.Forbidden) {
			t.Errorf("an ended session: %v", err)
		}
		_, thirdSecret := entered(t, s, mara.Email)
		if err := s.EndOthers(t.Context(), second); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Resume(t.Context(), thirdSecret); !fault.Is(err, fault.Forbidden) {
			t.Errorf("another session: %v", err)
		}
		if all, err := s.Sessions(t.Context(), second.User.ID); err != nil || len(all) != 1 || all[0].ID != second.Session {
			t.Errorf("sessions: %+v, %v", all, err)
		}
		if _, err := s.Resume(t.Context(), secondSecret); err != nil {
			t.Error(err)
		}
	})
}

func TestANewPasswordEndsTheOtherSessions(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, _, ws := staffed(t, d)
		who, here := entered(t, s, mara.Email)
		_, there := entered(t, s, mara.Email)
		if err := s.ChangePassword(t.Context(), who, "not mine", "five quiet rivers", here); !fault.Is(err, fault.Invalid) {
			t.Errorf("without the old one: %v", err)
		}
		if err := s.ChangePassword(t.Context(), who, mara.Password, "five quiet rivers", here); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Resume(t.Context(), here); err != nil {
			t.Errorf("here: %v", err)
		}
		if _, err := s.Resume(t.Context(), there); !fault.Is(err, fault.Forbidden) {
			t.Errorf("there: %v", err)
		}

		link, err := s.MakeReset(t.Context(), ws, who.User.ID, team.Console())
		if err != nil {
			t.Fatal(err)
		}
		if err := s.ResetPassword(t.Context(), link, "nine slow clouds"); err != nil {
			t.Fatal(err)
		}
		if err := s.ResetPassword(t.Context(), link, "nine fast clouds"); !fault.Is(err, fault.NotFound) {
			t.Errorf("the link again: %v", err)
		}
		if _, err := s.Resume(t.Context(), here); !fault.Is(err, fault.Forbidden) {
			t.Errorf("after the reset: %v", err)
		}
	})
}

func TestAResetIsWorthNothingOnceThePasswordChangedOrItsOwnerBelongsElsewhere(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, _, ws := staffed(t, d)
		who, _ := entered(t, s, "sales@x.example")
		owner, _ := entered(t, s, mara.Email)
		reset := func() string {
			link, err := s.MakeReset(t.Context(), ws, who.User.ID, owner.Actor)
			if err != nil {
				t.Fatal(err)
			}
			return link
		}
		used, other := reset(), reset()
		if err := s.ResetPassword(t.Context(), used, mara.Password); err != nil {
			t.Fatal(err)
		}
		if err := s.ResetPassword(t.Context(), other, "nine slow clouds"); !fault.Is(err, fault.NotFound) {
			t.Errorf("another one after the first was used: %v", err)
		}
		who, here := entered(t, s, "sales@x.example")
		before := reset()
		if err := s.ChangePassword(t.Context(), who, mara.Password, "five quiet rivers", here); err != nil {
			t.Fatal(err)
		}
		if err := s.ResetPassword(t.Context(), before, "nine slow clouds"); !fault.Is(err, fault.NotFound) {
			t.Errorf("one from before the change: %v", err)
		}
		early := reset()
		shop, err := s.Create(t.Context(), team.Opening{Slug: "shop"})
		if err != nil {
			t.Fatal(err)
		}
		invitation, err := s.Invite(t.Context(), shop.ID, "sales@x.example", team.Owner, team.Console())
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Accept(t.Context(), invitation, team.NewUser{Name: "A sales", Email: "sales@x.example", Password: "five quiet rivers"}, ""); err != nil {
			t.Fatal(err)
		}
		if err := s.ResetPassword(t.Context(), early, "nine slow clouds"); !fault.Is(err, fault.NotFound) {
			t.Errorf("one that would open another workspace too: %v", err)
		}
		if err := s.Revoke(t.Context(), shop.ID, 1, owner.Actor); !fault.Is(err, fault.NotFound) {
			t.Errorf("a link that is not there: %v", err)
		}
	})
}

func TestPasswordsAreNotTriedOutInAnOpenBrowserEither(t *testing.T) {
	s, _, _ := staffed(t, dbtest.SQLite(t))
	who, here := entered(t, s, mara.Email)
	for range 5 {
		if err := s.ChangePassword(t.Context(), who, "a guess", "five quiet rivers", here); !fault.Is(err, fault.Invalid) {
			t.Fatal(err)
		}
	}
	before := s.Hashed()
	if err := s.ChangePassword(t.Context(), who, mara.Password, "five quiet rivers", here); !fault.Is(err, fault.TooMany) || s.Hashed() != before {
		t.Errorf("after five guesses: %v", err)
	}
}

func TestALinkIsOverAfterItsTime(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, now, ws := staffed(t, d)
		who, _ := entered(t, s, mara.Email)
		reset, err := s.MakeReset(t.Context(), ws, who.User.ID, who.Actor)
		if err != nil {
			t.Fatal(err)
		}
		invitation, err := s.Invite(t.Context(), ws, "new@x.example", team.Viewer, who.Actor)
		if err != nil {
			t.Fatal(err)
		}
		now.Add(61 * time.Minute)
		if err := s.ResetPassword(t.Context(), reset, "nine slow clouds"); !fault.Is(err, fault.NotFound) {
			t.Errorf("a reset after an hour: %v", err)
		}
		if _, err := s.FindLink(t.Context(), team.Invitation, invitation); err != nil {
			t.Errorf("an invitation after an hour: %v", err)
		}
		now.Add(7 * 24 * time.Hour)
		if _, err := s.FindLink(t.Context(), team.Invitation, invitation); !fault.Is(err, fault.NotFound) {
			t.Errorf("an invitation after a week: %v", err)
		}
	})
}

// atOnce runs do several times at once and counts those that went well.
func atOnce(t *testing.T, n int, do func(i int) error) (well int) {
	t.Helper()
	failures := make([]error, n)
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() { failures[i] = do(i) })
	}
	wg.Wait()
	for _, err := range failures {
		switch {
		case err == nil:
			well++
		case !fault.Is(err, fault.Conflict) && !fault.Is(err, fault.NotFound):
			t.Error(err)
		}
	}
	return well
}

func TestOfSeveralWhoSetUpOrAcceptAtOnceOneDoes(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := team.New(d, clock.NewFake(time.Date(2026, 5, 20, 9, 0, 0, 0, time.UTC)))
		s.HashLightly()
		if err := s.Begin(t.Context()); err != nil {
			t.Fatal(err)
		}
		stranger := func(i int) team.NewUser {
			return team.NewUser{Name: "Somebody", Email: string(rune('a'+i)) + "@x.example", Password: mara.Password}
		}
		if n := atOnce(t, 3, func(i int) error { _, err := s.SetUp(t.Context(), stranger(i), team.Change{Name: "Alder"}); return err }); n != 1 {
			t.Errorf("%d set it up", n)
		}
		w, err := s.BySlug(t.Context(), team.Default)
		if err != nil {
			t.Fatal(err)
		}
		link, err := s.Invite(t.Context(), w.ID, "x@x.example", team.Sales, team.Console())
		if err != nil {
			t.Fatal(err)
		}
		if n := atOnce(t, 3, func(i int) error { return s.Accept(t.Context(), link, stranger(i+10), "") }); n != 1 {
			t.Errorf("%d accepted", n)
		}
		if members, err := s.Members(t.Context(), w.ID); err != nil || len(members) != 2 {
			t.Errorf("%d members, %v", len(members), err)
		}
	})
}

func TestAnInvitedUserProvesWhoTheyAre(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, now, ws := staffed(t, d)
		entered(t, s, mara.Email)
		now.Add(time.Minute)
		other, err := s.Create(t.Context(), team.Opening{Slug: "other"})
		if err != nil {
			t.Fatal(err)
		}
		link, err := s.Invite(t.Context(), other.ID, mara.Email, team.Viewer, team.Console())
		if err != nil {
			t.Fatal(err)
		}
		thief := mara
		thief.Password = "seven blue lamps"
		if err := s.Accept(t.Context(), link, thief, "6.6.6.6"); !fault.Is(err, fault.Invalid) {
			t.Errorf("with another password: %v", err)
		}
		guess, stranger := mara, mara
		guess.Password, stranger.Password, stranger.Email = "short", "short", "nobody@x.example"
		known, unknown := s.Accept(t.Context(), link, guess, "6.6.6.6"), s.Accept(t.Context(), link, stranger, "6.6.6.6")
		if known == nil || unknown == nil || known.Error() != unknown.Error() {
			t.Errorf("an invitation tells who is known: %v / %v", known, unknown)
		}
		if err := s.Accept(t.Context(), link, mara, "1.2.3.4"); err != nil {
			t.Fatal(err)
		}
		who, secret := entered(t, s, mara.Email)
		if who.Memberships != 2 || who.Workspace.ID != other.ID {
			t.Errorf("who has just joined is in %s, one of %d", who.Workspace.Slug, who.Memberships)
		}
		if err := s.Switch(t.Context(), who, ws); err != nil {
			t.Fatal(err)
		}
		if err := s.Switch(t.Context(), who, other.ID); err != nil {
			t.Fatal(err)
		}
		if there, err := s.Resume(t.Context(), secret); err != nil || there.Workspace.ID != other.ID || there.Actor.Role != team.Viewer {
			t.Errorf("%+v, %v", there.Actor, err)
		}
		sales, _ := entered(t, s, "sales@x.example")
		if err := s.Switch(t.Context(), sales, other.ID); !fault.Is(err, fault.NotFound) {
			t.Errorf("into a stranger's workspace: %v", err)
		}
		boss := team.Actor{User: 1, Name: "Boss", Role: team.Owner, Via: team.Web}
		if _, err := s.MakeReset(t.Context(), other.ID, who.User.ID, boss); !fault.Is(err, fault.Forbidden) {
			t.Errorf("another workspace's owner resets the password: %v", err)
		}
	})
}

func TestTheLastOwnerStaysAndOwnersAreChangedByOwners(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, _, ws := staffed(t, d)
		owner, _ := entered(t, s, mara.Email)
		manager, _ := entered(t, s, "manager@x.example")
		sales, salesSecret := entered(t, s, "sales@x.example")
		for name, c := range map[string]struct {
			do   func() error
			want fault.Kind
		}{
			"the last owner leaves":      {func() error { return s.RemoveMember(t.Context(), ws, owner.User.ID, owner.Actor) }, fault.Conflict},
			"the last owner steps down":  {func() error { return s.ChangeRole(t.Context(), ws, owner.User.ID, team.Manager, owner.Actor) }, fault.Conflict},
			"a manager removes an owner": {func() error { return s.RemoveMember(t.Context(), ws, owner.User.ID, manager.Actor) }, fault.Forbidden},
			"a manager makes an owner":   {func() error { return s.ChangeRole(t.Context(), ws, sales.User.ID, team.Owner, manager.Actor) }, fault.Forbidden},
			"a manager resets an owner":  {func() error { _, err := s.MakeReset(t.Context(), ws, owner.User.ID, manager.Actor); return err }, fault.Forbidden},
			"a manager frees an owner":   {func() error { return s.ClearSecondStep(t.Context(), ws, owner.User.ID, manager.Actor) }, fault.Forbidden},
			"sales invites":              {func() error { _, err := s.Invite(t.Context(), ws, "x@x.example", team.Sales, sales.Actor); return err }, fault.Forbidden},
			"a role that is none":        {func() error { return s.ChangeRole(t.Context(), ws, sales.User.ID, "king", owner.Actor) }, fault.Invalid},
		} {
			if err := c.do(); !fault.Is(err, c.want) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if err := s.ChangeRole(t.Context(), ws, sales.User.ID, team.Viewer, manager.Actor); err != nil {
			t.Fatal(err)
		}
		if now, err := s.Resume(t.Context(), salesSecret); err != nil || now.Actor.Role != team.Viewer {
			t.Errorf("a running session has the role %s, %v", now.Actor.Role, err)
		}
		if err := s.RemoveMember(t.Context(), ws, sales.User.ID, manager.Actor); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Resume(t.Context(), salesSecret); !fault.Is(err, fault.Forbidden) {
			t.Errorf("the session of somebody removed: %v", err)
		}
	})
}

func TestASignInCostsTheSameForKnownAndUnknown(t *testing.T) {
	s, _ := founded(t, dbtest.SQLite(t))
	for _, email := range []string{mara.Email, "nobody@x.example", "no address"} {
		before := s.Hashed()
		if _, err := signIn(t, s, email, "wrong password", "9.9.9.9"); !fault.Is(err, fault.Forbidden) {
			t.Fatal(err)
		}
		if n := s.Hashed() - before; n != 1 {
			t.Errorf("%s: %d hashes", email, n)
		}
	}
}

func TestTenThousandWrongPasswordsLockNobodyOutElsewhere(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, now := founded(t, d)
		refused, before := 0, s.Hashed()
		for range 10_000 {
			if _, err := signIn(t, s, mara.Email, "wrong", "6.6.6.6"); fault.Is(err, fault.TooMany) {
				refused++
			}
		}
		if hashed := s.Hashed() - before; refused < 9990 || hashed > 10 {
			t.Errorf("only %d of 10,000 were refused, and %d passwords were hashed", refused, hashed)
		}
		if _, err := signIn(t, s, mara.Email, mara.Password, "1.2.3.4"); err != nil {
			t.Errorf("the owner from elsewhere: %v", err)
		}
		now.Add(16 * time.Minute)
		if _, err := signIn(t, s, mara.Email, mara.Password, "6.6.6.6"); err != nil {
			t.Errorf("from there, later: %v", err)
		}
	})
}

func TestAnIPv6LineIsOnePlace(t *testing.T) {
	s, _ := founded(t, dbtest.SQLite(t))
	for _, last := range []string{"1", "2", "3", "4", "5"} {
		_, _ = signIn(t, s, mara.Email, "wrong", "2001:db8:1:2::"+last)
	}
	if _, err := signIn(t, s, mara.Email, mara.Password, "2001:db8:1:2:ffff::9"); !fault.Is(err, fault.TooMany) {
		t.Errorf("the same line: %v", err)
	}
	if _, err := signIn(t, s, mara.Email, mara.Password, "2001:db8:1:3::1"); err != nil {
		t.Errorf("another line: %v", err)
	}
}
