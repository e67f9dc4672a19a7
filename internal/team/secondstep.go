package team

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base32"
	"net/url"
	"strings"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/id"
)

// Enrolment is what an authenticator app needs to know, as text to type and as an address to show as a QR code.
type Enrolment struct {
	Secret string // base32
	URL    string // otpauth://
}

// Enrol begins to set up a second step: until Confirm it is not asked for. Asked again, it gives the same secret, unless the key that this one was
// sealed with was lost: what nobody relies on yet begins anew.
func (s *Service) Enrol(ctx context.Context, who Signed) (Enrolment, error) {
	if who.User.TOTPAt != 0 {
		return Enrolment{}, fault.Conflictf("codes are asked for already").WithMend("switch them off first")
	}
	secret, err := s.secretOf(who.User)
	if err != nil || secret == "" {
		if secret, err = s.newTOTP(ctx, who.User); err != nil {
			return Enrolment{}, err
		}
	}
	q := url.Values{"secret": {secret}, "issuer": {"Tandem"}}
	label := url.PathEscape("Tandem:" + who.User.Email)
	return Enrolment{secret, "otpauth://totp/" + label + "?" + q.Encode()}, nil
}

func (s *Service) newTOTP(ctx context.Context, u User) (string, error) {
	raw := make([]byte, 20) // RFC 4226: as long as the hash
	_, _ = rand.Read(raw)
	secret := base32.StdEncoding.EncodeToString(raw)
	sealed, err := s.secrets.Seal([]byte(secret), sealedFor(u.ID))
	if err != nil {
		return "", err
	}
	return secret, s.db.Write(ctx, 0, func(tx *db.Tx) error {
		_, err := db.Exec(ctx, tx, `UPDATE app_user SET totp_secret = $2 WHERE id = $1 AND totp_at IS NULL`, u.ID, sealed)
		return err
	})
}

func sealedFor(user id.ID) string { return "second step of user " + user.String() }

// Sealed is how many secrets are kept sealed. That one of them does not open with the key at hand is a fault.Unavailable.
func (s *Service) Sealed(ctx context.Context) (n int, err error) {
	var all []User
	err = s.db.Read(ctx, 0, func(tx *db.Tx) (err error) {
		all, err = db.All[User](ctx, tx, `SELECT `+userColumns+` FROM app_user WHERE totp_at IS NOT NULL`)
		return err
	})
	for _, u := range all {
		if _, wrong := s.secretOf(u); wrong != nil {
			return len(all), wrong
		}
	}
	return len(all), err
}

// secretOf is a user's secret, "" if there is none.
func (s *Service) secretOf(u User) (string, error) {
	if u.TOTPSecret == "" {
		return "", nil
	}
	secret, err := s.secrets.Open(u.TOTPSecret, sealedFor(u.ID))
	return string(secret), err
}

// stepLasts is how long a code lasts, in seconds (RFC 6238); those just before and after are taken too, because clocks differ.
const stepLasts = 30

// step is the step whose code this is; 0 for a wrong code.
func (s *Service) step(secret, code string) int64 {
	now := s.clock.Now().Unix() / stepLasts
	for _, step := range []int64{now, now - 1, now + 1} {
		want, err := hotp.GenerateCodeCustom(secret, uint64(step), hotp.ValidateOpts{Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
		if err == nil && subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 {
			return step
		}
	}
	return 0
}

// Confirm switches the second step on, once the app has shown a right code, and returns the recovery codes: each works once in place of a code.
// They are shown this once.
func (s *Service) Confirm(ctx context.Context, who Signed, code string) ([]string, error) {
	secret, err := s.secretOf(who.User)
	if err != nil {
		return nil, err
	}
	if err := s.try(ctx, codes(who.User.ID)); err != nil {
		return nil, err
	}
	step := s.step(secret, bare(code))
	if secret == "" || who.User.TOTPAt != 0 || step == 0 {
		return nil, wrong("code", "this is not the code of now")
	}
	var fresh []string
	err = s.db.Write(ctx, who.Workspace.ID, func(tx *db.Tx) (err error) {
		if err := forgive(ctx, tx, codes(who.User.ID)); err != nil {
			return err
		}
		_, err = db.Exec(ctx, tx, `UPDATE app_user SET totp_at = $2, totp_step = $3 WHERE id = $1`, who.User.ID, clock.Of(s.clock.Now()), step)
		if err != nil {
			return err
		}
		if fresh, err = renew(ctx, tx, who.User.ID); err != nil {
			return err
		}
		return s.note(ctx, tx, who.Actor, "switch second step on", "user", who.User.ID, nil)
	})
	return fresh, err
}

// bare is a code without what people put between its parts.
func bare(code string) string {
	return strings.ToUpper(strings.NewReplacer(" ", "", "-", "").Replace(strings.TrimSpace(code)))
}

const recoveryCodes = 10

// renew gives a user new recovery codes in place of those before.
func renew(ctx context.Context, tx *db.Tx, user id.ID) ([]string, error) {
	if _, err := db.Exec(ctx, tx, `DELETE FROM recovery_code WHERE user_id = $1`, user); err != nil {
		return nil, err
	}
	fresh := make([]string, recoveryCodes)
	for i := range fresh {
		code := rand.Text()[:16] // 80 bits
		fresh[i] = strings.Join([]string{code[:4], code[4:8], code[8:12], code[12:]}, "-")
		if _, err := db.Exec(ctx, tx, `INSERT INTO recovery_code (user_id, code_hash) VALUES ($1, $2)`, user, hashOf(code)); err != nil {
			return nil, err
		}
	}
	return fresh, nil
}

// RenewRecovery makes new recovery codes for somebody who gives their password; those before work no more.
func (s *Service) RenewRecovery(ctx context.Context, who Signed, password string) ([]string, error) {
	if err := s.prove(ctx, who, password); err != nil {
		return nil, err
	}
	if who.User.TOTPAt == 0 {
		return nil, fault.Conflictf("codes are not asked for")
	}
	var fresh []string
	err := s.db.Write(ctx, who.Workspace.ID, func(tx *db.Tx) (err error) {
		if fresh, err = renew(ctx, tx, who.User.ID); err != nil {
			return err
		}
		return s.note(ctx, tx, who.Actor, "renew recovery codes", "user", who.User.ID, nil)
	})
	return fresh, err
}

// RecoveryLeft is how many recovery codes somebody has left.
func (s *Service) RecoveryLeft(ctx context.Context, user id.ID) (int, error) {
	n := 0
	err := s.db.Read(ctx, 0, func(tx *db.Tx) (err error) {
		n, err = db.One[int](ctx, tx, `SELECT COUNT(*) FROM recovery_code WHERE user_id = $1`, user)
		return err
	})
	return n, err
}

// DropSecondStep switches the second step off for somebody who gives their password.
func (s *Service) DropSecondStep(ctx context.Context, who Signed, password string) error {
	if err := s.prove(ctx, who, password); err != nil {
		return err
	}
	return s.dropSecondStep(ctx, who.Workspace.ID, who.User.ID, who.Actor)
}

// ClearSecondStep switches the second step off for a member who has lost it.
func (s *Service) ClearSecondStep(ctx context.Context, ws id.Workspace, user id.ID, by Actor) error {
	if err := by.Check(ManageUsers); err != nil {
		return err
	}
	err := s.db.Read(ctx, ws, func(tx *db.Tx) error {
		if _, err := s.mayTouch(ctx, tx, ws, user, by); err != nil {
			return err
		}
		return onlyHere(ctx, tx, user, by)
	})
	if err != nil {
		return err
	}
	return s.dropSecondStep(ctx, ws, user, by)
}

func (s *Service) dropSecondStep(ctx context.Context, ws id.Workspace, user id.ID, by Actor) error {
	return s.db.Write(ctx, ws, func(tx *db.Tx) error {
		if _, err := db.Exec(ctx, tx, `UPDATE app_user SET totp_secret = '', totp_at = NULL WHERE id = $1`, user); err != nil {
			return err
		}
		if _, err := db.Exec(ctx, tx, `DELETE FROM recovery_code WHERE user_id = $1`, user); err != nil {
			return err
		}
		return s.note(ctx, tx, by, "switch second step off", "user", user, nil)
	})
}

// prove asks somebody who is signed in for their password, as slowly as a sign-in.
func (s *Service) prove(ctx context.Context, who Signed, password string) error {
	mine := subjects(who.User.EmailKey, "signed in")[:1]
	if err := s.try(ctx, mine); err != nil {
		return err
	}
	if !s.samePassword(who.User.Password, password) {
		return wrong("password", "this is not your password")
	}
	return s.db.Write(ctx, 0, func(tx *db.Tx) error { return forgive(ctx, tx, mine) })
}

// SecondStep ends the wait of a session for a code of the app, or for a recovery code, and gives it a new secret. A code works once. A wrong
// one is a fault.Invalid; after some it is a fault.TooMany for a while.
func (s *Service) SecondStep(ctx context.Context, waiting, code string) (Opened, error) {
	u, err := s.waitsFor(ctx, waiting)
	if err != nil {
		return Opened{}, err
	}
	if err := s.try(ctx, codes(u.ID)); err != nil {
		return Opened{}, err
	}
	secret, err := s.secretOf(u)
	if err != nil {
		return Opened{}, err
	}
	step := s.step(secret, bare(code))
	fresh, hash := newSecret()
	now := clock.Of(s.clock.Now())
	return Opened{Secret: fresh}, s.db.Write(ctx, 0, func(tx *db.Tx) error {
		if err := spend(ctx, tx, u.ID, step, bare(code)); err != nil {
			return err
		}
		if err := forgive(ctx, tx, codes(u.ID)); err != nil {
			return err
		}
		n, err := db.Exec(ctx, tx, `UPDATE session SET secret_hash = $2, waits = $3, seen_at = $4, expires_at = $5 WHERE secret_hash = $1`,
			hashOf(waiting), hash, false, now, now+clock.Micros(SessionLasts.Microseconds()))
		if err == nil && n == 0 {
			err = over()
		}
		return err
	})
}

// spend uses a code up: of the app, if step is not 0, else a recovery code.
func spend(ctx context.Context, tx *db.Tx, user id.ID, step int64, code string) error {
	statement, value := `UPDATE app_user SET totp_step = $2 WHERE id = $1 AND totp_step < $2`, any(step)
	if step == 0 {
		statement, value = `DELETE FROM recovery_code WHERE user_id = $1 AND code_hash = $2`, hashOf(code)
	}
	n, err := db.Exec(ctx, tx, statement, user, value)
	if err == nil && n == 0 {
		err = wrong("code", "this code is wrong, or was used already")
	}
	return err
}

// waitsFor is whose second step a session waits for; a fault.Forbidden if it waits for none.
func (s *Service) waitsFor(ctx context.Context, secret string) (User, error) {
	var u User
	now := clock.Of(s.clock.Now())
	err := s.db.Read(ctx, 0, func(tx *db.Tx) error {
		session, found, err := db.Maybe[Session](ctx, tx, `SELECT `+sessionColumns+` FROM session WHERE secret_hash = $1`, hashOf(secret))
		if err != nil {
			return err
		}
		if !found || !session.Waits || session.ExpiresAt <= now {
			return over()
		}
		u, _, err = userBy(ctx, tx, "id", session.User)
		return err
	})
	return u, err
}

// Waits reports whether a session waits for its second step.
func (s *Service) Waits(ctx context.Context, secret string) (bool, error) {
	_, err := s.waitsFor(ctx, secret)
	if fault.Is(err, fault.Forbidden) {
		return false, nil
	}
	return err == nil, err
}
