package team

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/id"
)

// Passkey is a key on somebody's device or in their password manager, by which they sign in without a password. It proves that they were there
// and unlocked it, so no second step is asked for beside it.
type Passkey struct {
	ID         string       `db:"id"` // the credential's, in base64url
	User       id.ID        `db:"user_id"`
	Name       string       `db:"name"`
	Credential string       `db:"credential"` // JSON
	CreatedAt  clock.Micros `db:"created_at"`
	UsedAt     clock.Micros `db:"used_at,null"`
}

// Passkeys are the ceremonies by which passkeys are made and used, for one site.
type Passkeys struct {
	*Service
	site *webauthn.WebAuthn
}

// Ceremony is what a browser is asked to do, and the secret by which its answer is known.
type Ceremony struct {
	Options any // as the browser's JavaScript takes it
	Secret  string
}

const (
	ceremonyLasts  = 5 * time.Minute
	mostCeremonies = 5000
	freeCeremonies = 50 // of one place
	mostPasskeys   = 20
)

// PasskeysAt are the passkeys of the site that people reach at an address; false if a browser would make none there, because the address is not
// known, or neither https nor this machine.
func (s *Service) PasskeysAt(public string) (*Passkeys, bool) {
	u, err := url.Parse(public)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Hostname() != "localhost" {
		return nil, false
	}
	site, err := webauthn.New(&webauthn.Config{
		RPID: u.Hostname(), RPDisplayName: "Tandem", RPOrigins: []string{u.Scheme + "://" + u.Host},
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			ResidentKey: protocol.ResidentKeyRequirementRequired, UserVerification: protocol.VerificationRequired,
		},
	})
	return &Passkeys{s, site}, err == nil
}

// keyholder is a user as a ceremony sees them.
type keyholder struct {
	User
	keys []webauthn.Credential
}

func (k keyholder) WebAuthnID() []byte                         { return []byte(k.ID.String()) }
func (k keyholder) WebAuthnName() string                       { return k.Email }
func (k keyholder) WebAuthnDisplayName() string                { return k.Name }
func (k keyholder) WebAuthnCredentials() []webauthn.Credential { return k.keys }

// List are somebody's passkeys, the oldest first.
func (p *Passkeys) List(ctx context.Context, user id.ID) ([]Passkey, error) {
	var all []Passkey
	err := p.db.Read(ctx, 0, func(tx *db.Tx) (err error) {
		all, err = passkeysOf(ctx, tx, user)
		return err
	})
	return all, err
}

func passkeysOf(ctx context.Context, tx *db.Tx, user id.ID) ([]Passkey, error) {
	return db.All[Passkey](ctx, tx, `SELECT id, user_id, name, credential, created_at, used_at FROM passkey WHERE user_id = $1 ORDER BY created_at, id LIMIT 100`, user)
}

func (p *Passkeys) holder(ctx context.Context, u User) (keyholder, error) {
	k := keyholder{User: u}
	all, err := p.List(ctx, u.ID)
	for _, one := range all {
		var c webauthn.Credential
		if err := json.Unmarshal([]byte(one.Credential), &c); err != nil {
			return k, fmt.Errorf("read passkey %s: %w", one.ID, err)
		}
		k.keys = append(k.keys, c)
	}
	return k, err
}

// Begin asks a browser to make a passkey for who is signed in and gives their password: a passkey outlives the session, and is asked for no
// second step.
func (p *Passkeys) Begin(ctx context.Context, who Signed, password string) (Ceremony, error) {
	if err := p.prove(ctx, who, password); err != nil {
		return Ceremony{}, err
	}
	k, err := p.holder(ctx, who.User)
	if err != nil {
		return Ceremony{}, err
	}
	if len(k.keys) >= mostPasskeys {
		return Ceremony{}, fault.Conflictf("somebody has at most %d passkeys", mostPasskeys).WithMend("remove one that you do not use")
	}
	var known []protocol.CredentialDescriptor
	for _, c := range k.keys {
		known = append(known, c.Descriptor())
	}
	options, session, err := p.site.BeginRegistration(k, webauthn.WithExclusions(known))
	if err != nil {
		return Ceremony{}, fmt.Errorf("begin to make a passkey: %w", err)
	}
	secret, err := p.await(ctx, who.User.ID, session)
	return Ceremony{options, secret}, err
}

// await keeps what a browser was asked, until it answers.
func (p *Passkeys) await(ctx context.Context, user id.ID, session *webauthn.SessionData) (string, error) {
	data, err := json.Marshal(session)
	if err != nil {
		return "", fmt.Errorf("keep a ceremony: %w", err)
	}
	secret, hash := newSecret()
	now := clock.Of(p.clock.Now())
	return secret, p.db.Write(ctx, 0, func(tx *db.Tx) error {
		if _, err := db.Exec(ctx, tx, `DELETE FROM ceremony WHERE expires_at < $1`, now); err != nil {
			return err
		}
		n, err := db.One[int](ctx, tx, `SELECT COUNT(*) FROM ceremony`)
		if err != nil {
			return err
		}
		if n >= mostCeremonies {
			return fault.New(fault.TooMany, "too many are signing in at this moment").WithMend("try again in a few minutes")
		}
		_, err = db.Exec(ctx, tx, `INSERT INTO ceremony (secret_hash, user_id, data, expires_at) VALUES ($1, $2, $3, $4)`,
			hash, orNone(user), string(data), now+clock.Micros(ceremonyLasts.Microseconds()))
		return err
	})
}

func orNone(user id.ID) any {
	if user == 0 {
		return nil
	}
	return user
}

// awaited takes up what a browser was asked; it is there once.
func (p *Passkeys) awaited(ctx context.Context, secret string, user id.ID) (webauthn.SessionData, error) {
	type asked struct {
		User    id.ID        `db:"user_id,null"`
		Data    string       `db:"data"`
		Expires clock.Micros `db:"expires_at"`
	}
	var session webauthn.SessionData
	return session, p.db.Write(ctx, 0, func(tx *db.Tx) error {
		a, found, err := db.Maybe[asked](ctx, tx, `SELECT user_id, data, expires_at FROM ceremony WHERE secret_hash = $1`, hashOf(secret))
		if err != nil {
			return err
		}
		if !found || a.User != user || a.Expires < clock.Of(p.clock.Now()) {
			return unknownKey()
		}
		if _, err := db.Exec(ctx, tx, `DELETE FROM ceremony WHERE secret_hash = $1`, hashOf(secret)); err != nil {
			return err
		}
		session = webauthn.SessionData{}
		return json.Unmarshal([]byte(a.Data), &session)
	})
}

// unknownKey is the answer to every passkey that does not open anything, whatever the reason.
func unknownKey() error {
	return fault.Forbiddenf("this passkey opens nothing here").WithMend("try again, or sign in with your password")
}

// Add keeps the passkey that a browser made.
func (p *Passkeys) Add(ctx context.Context, who Signed, secret, name string, answer []byte) error {
	name, err := keyName(name)
	if err != nil {
		return err
	}
	session, err := p.awaited(ctx, secret, who.User.ID)
	if err != nil {
		return err
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes(answer)
	if err != nil {
		return fault.Invalidf("the browser made no passkey that can be read")
	}
	made, err := p.site.CreateCredential(keyholder{User: who.User}, session, parsed)
	if err != nil {
		return fault.Invalidf("this passkey was not made for this site")
	}
	stored, err := json.Marshal(made)
	if err != nil {
		return fmt.Errorf("keep a passkey: %w", err)
	}
	key := base64.RawURLEncoding.EncodeToString(made.ID)
	return p.db.Write(ctx, who.Workspace.ID, func(tx *db.Tx) error {
		_, err := db.Exec(ctx, tx, `INSERT INTO passkey (id, user_id, name, credential, created_at) VALUES ($1, $2, $3, $4, $5)`,
			key, who.User.ID, name, string(stored), clock.Of(p.clock.Now()))
		if tx.IsConflict(err) {
			return fault.Conflictf("this passkey is known already")
		}
		if err != nil {
			return err
		}
		return p.note(ctx, tx, who.Actor, "add passkey", "user", who.User.ID, map[string]any{"passkey": name})
	})
}

// Call gives one of somebody's own passkeys another name.
func (p *Passkeys) Call(ctx context.Context, who Signed, passkey, name string) error {
	name, err := keyName(name)
	if err != nil {
		return err
	}
	return p.db.Write(ctx, who.Workspace.ID, func(tx *db.Tx) error {
		was, err := ownPasskey(ctx, tx, who.User.ID, passkey)
		if err != nil {
			return err
		}
		if _, err := db.Exec(ctx, tx, `UPDATE passkey SET name = $3 WHERE id = $1 AND user_id = $2`, passkey, who.User.ID, name); err != nil {
			return err
		}
		return p.note(ctx, tx, who.Actor, "rename passkey", "user", who.User.ID, map[string]any{"from": was, "to": name})
	})
}

// ownPasskey is the name of one of somebody's own passkeys; any other is a fault.NotFound.
func ownPasskey(ctx context.Context, tx *db.Tx, user id.ID, passkey string) (string, error) {
	name, found, err := db.Maybe[string](ctx, tx, `SELECT name FROM passkey WHERE id = $1 AND user_id = $2`, passkey, user)
	if err == nil && !found {
		err = fault.NotFoundf("there is no such passkey")
	}
	return name, err
}

func keyName(name string) (string, error) {
	name = strings.TrimSpace(name)
	if name == "" || utf8.RuneCountInString(name) > longestName {
		return "", wrong("name", "a name has 1 to %d characters", longestName)
	}
	return name, nil
}

// Remove ends one of somebody's own passkeys.
func (p *Passkeys) Remove(ctx context.Context, who Signed, passkey string) error {
	return p.db.Write(ctx, who.Workspace.ID, func(tx *db.Tx) error {
		name, err := ownPasskey(ctx, tx, who.User.ID, passkey)
		if err != nil {
			return err
		}
		if _, err := db.Exec(ctx, tx, `DELETE FROM passkey WHERE id = $1 AND user_id = $2`, passkey, who.User.ID); err != nil {
			return err
		}
		return p.note(ctx, tx, who.Actor, "remove passkey", "user", who.User.ID, map[string]any{"passkey": name})
	})
}

// asks counts the ceremonies that a place begins, so that no stranger takes all of them.
func asks(address string) []subject {
	return []subject{{"passkey from " + place(address), freeCeremonies}}
}

// BeginSignIn asks a browser for a passkey of this site, whosever it is. After many from one place that led to nothing it is a fault.TooMany
// for a while.
func (p *Passkeys) BeginSignIn(ctx context.Context, address string) (Ceremony, error) {
	if err := p.try(ctx, asks(address)); err != nil {
		return Ceremony{}, err
	}
	options, session, err := p.site.BeginDiscoverableLogin(webauthn.WithUserVerification(protocol.VerificationRequired))
	if err != nil {
		return Ceremony{}, fmt.Errorf("begin to use a passkey: %w", err)
	}
	secret, err := p.await(ctx, 0, session)
	return Ceremony{options, secret}, err
}

// SignIn opens a session for whoever's passkey answered. Every other answer is the same fault.Forbidden.
func (p *Passkeys) SignIn(ctx context.Context, secret string, answer []byte, c Credentials) (Opened, error) {
	session, err := p.awaited(ctx, secret, 0)
	if err != nil {
		return Opened{}, err
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes(answer)
	if err != nil {
		return Opened{}, unknownKey()
	}
	var broken error // of the store, which is no mistake of the passkey's
	user, used, err := p.site.ValidatePasskeyLogin(func(_, handle []byte) (webauthn.User, error) {
		k, err := p.byHandle(ctx, handle)
		if err != nil && !fault.Is(err, fault.Forbidden) {
			broken = err
		}
		return k, err
	}, session, parsed)
	if broken != nil {
		return Opened{}, broken
	}
	if err != nil || used.Authenticator.CloneWarning {
		return Opened{}, unknownKey()
	}
	k, ok := user.(keyholder)
	if !ok {
		return Opened{}, errors.New("a ceremony knows another sort of user")
	}
	if err := p.usedNow(ctx, used, c.Address); err != nil {
		return Opened{}, err
	}
	return p.open(ctx, k.User, c, false)
}

func (p *Passkeys) byHandle(ctx context.Context, handle []byte) (keyholder, error) {
	of, err := id.Parse(string(handle))
	if err != nil {
		return keyholder{}, unknownKey()
	}
	var u User
	found := false
	err = p.db.Read(ctx, 0, func(tx *db.Tx) (err error) {
		u, found, err = userBy(ctx, tx, "id", of)
		return err
	})
	if err != nil {
		return keyholder{}, err
	}
	if !found {
		return keyholder{}, unknownKey()
	}
	return p.holder(ctx, u)
}

// usedNow keeps what changed with the use: the counter by which a copy would show. One that was removed meanwhile opens nothing.
func (p *Passkeys) usedNow(ctx context.Context, used *webauthn.Credential, address string) error {
	stored, err := json.Marshal(used)
	if err != nil {
		return fmt.Errorf("keep a passkey: %w", err)
	}
	return p.db.Write(ctx, 0, func(tx *db.Tx) error {
		n, err := db.Exec(ctx, tx, `UPDATE passkey SET credential = $2, used_at = $3 WHERE id = $1`,
			base64.RawURLEncoding.EncodeToString(used.ID), string(stored), clock.Of(p.clock.Now()))
		if err == nil && n == 0 {
			err = unknownKey()
		}
		if err != nil {
			return err
		}
		return forgiveOne(ctx, tx, asks(address))
	})
}
