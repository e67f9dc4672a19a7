package team_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/go-webauthn/webauthn/protocol/webauthncbor"

	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/team"
	"tandem/internal/test/dbtest"
)

const home = "https://tandem.example.com"

// device is an authenticator that holds one key, and lies where a test tells it to.
type device struct {
	key     *ecdsa.PrivateKey
	id      []byte
	handle  string // whose key it is, as the site named them
	count   uint32
	origin  string
	host    string
	present byte // what it says of the person: 1 there, 4 unlocked it
}

func newDevice(t *testing.T) *device {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return &device{key: key, id: []byte(rand.Text()), origin: home, host: "tandem.example.com", present: 1 | 4}
}

// asked is what a site asks of a browser, as far as a device reads it.
type asked struct {
	PublicKey struct {
		Challenge string `json:"challenge"`
		User      struct {
			ID string `json:"id"`
		} `json:"user"`
	} `json:"publicKey"`
}

func read(t *testing.T, c team.Ceremony) (a asked) {
	t.Helper()
	b, err := json.Marshal(c.Options)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, &a); err != nil {
		t.Fatal(err)
	}
	return a
}

var b64 = base64.RawURLEncoding.EncodeToString

// said is what a browser signs: the challenge, and for whom.
func (d *device) said(kind, challenge string) []byte {
	b, _ := json.Marshal(map[string]any{"type": kind, "challenge": challenge, "origin": d.origin, "crossOrigin": false})
	return b
}

// data is the authenticator's own part (WebAuthn, section 6.1).
func (d *device) data(flags byte) []byte {
	sum := sha256.Sum256([]byte(d.host))
	return binary.BigEndian.AppendUint32(append(sum[:], flags), d.count)
}

func answer(d *device, response map[string]any) []byte {
	b, _ := json.Marshal(map[string]any{"id": b64(d.id), "rawId": b64(d.id), "type": "public-key", "response": response})
	return b
}

// makes answers a site that asks for a new passkey.
func (d *device) makes(t *testing.T, c team.Ceremony) []byte {
	t.Helper()
	a := read(t, c)
	d.handle = a.PublicKey.User.ID
	point, err := d.key.PublicKey.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	public, err := webauthncbor.Marshal(map[int]any{1: 2, 3: -7, -1: 1, -2: point[1:33], -3: point[33:]}) // COSE: EC2, ES256, P-256
	if err != nil {
		t.Fatal(err)
	}
	data := append(d.data(d.present|0x40), make([]byte, 16)...)
	data = binary.BigEndian.AppendUint16(data, uint16(len(d.id)))
	data = append(append(data, d.id...), public...)
	whole, err := webauthncbor.Marshal(map[string]any{"fmt": "none", "attStmt": map[string]any{}, "authData": data})
	if err != nil {
		t.Fatal(err)
	}
	return answer(d, map[string]any{"clientDataJSON": b64(d.said("webauthn.create", a.PublicKey.Challenge)), "attestationObject": b64(whole)})
}

// signs answers a site that asks for a passkey of anybody's.
func (d *device) signs(t *testing.T, c team.Ceremony) []byte {
	t.Helper()
	d.count++
	said, data := d.said("webauthn.get", read(t, c).PublicKey.Challenge), d.data(d.present)
	hash := sha256.Sum256(said)
	sum := sha256.Sum256(append(bytes.Clone(data), hash[:]...))
	signature, err := ecdsa.SignASN1(rand.Reader, d.key, sum[:])
	if err != nil {
		t.Fatal(err)
	}
	return answer(d, map[string]any{"clientDataJSON": b64(said), "authenticatorData": b64(data), "signature": b64(signature), "userHandle": d.handle})
}

// keyed is somebody whose device has a passkey.
func keyed(t *testing.T, s *team.Service, email string) (*team.Passkeys, team.Signed, *device) {
	t.Helper()
	keys, ok := s.PasskeysAt(home)
	if !ok {
		t.Fatal("there are no passkeys")
	}
	who, _ := entered(t, s, email)
	d := newDevice(t)
	c, err := keys.Begin(t.Context(), who, mara.Password)
	if err != nil {
		t.Fatal(err)
	}
	if err := keys.Add(t.Context(), who, c.Secret, "My phone", d.makes(t, c)); err != nil {
		t.Fatal(err)
	}
	return keys, who, d
}

// comesIn signs in by a device.
func comesIn(t *testing.T, keys *team.Passkeys, d *device) (team.Opened, error) {
	t.Helper()
	c, err := keys.BeginSignIn(t.Context(), "1.2.3.4")
	if err != nil {
		t.Fatal(err)
	}
	return keys.SignIn(t.Context(), c.Secret, d.signs(t, c), team.Credentials{Address: "1.2.3.4", Agent: "Firefox"})
}

func TestAPasskeyOpensItsOwnersAccountAndAsksForNoSecondStep(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, now, _ := staffed(t, d)
		keys, who, phone := keyed(t, s, "sales@x.example")
		e, err := s.Enrol(t.Context(), who)
		if err != nil {
			t.Fatal(err)
		}
		who, _ = entered(t, s, "sales@x.example")
		if _, err := s.Confirm(t.Context(), who, code(t, e.Secret, now)); err != nil {
			t.Fatal(err)
		}
		opened, err := comesIn(t, keys, phone)
		if err != nil || opened.Waits {
			t.Fatal(opened, err)
		}
		if in, err := s.Resume(t.Context(), opened.Secret); err != nil || in.User.ID != who.User.ID {
			t.Errorf("%+v, %v", in, err)
		}
		if err := keys.Call(t.Context(), who, b64(phone.id), " <b>\u202ephone "); err != nil {
			t.Fatal(err)
		}
		if all, err := keys.List(t.Context(), who.User.ID); err != nil || len(all) != 1 || all[0].Name != "<b>\u202ephone" || all[0].UsedAt == 0 {
			t.Errorf("%+v, %v", all, err)
		}
		if err := keys.Remove(t.Context(), who, b64(phone.id)); err != nil {
			t.Fatal(err)
		}
		if _, err := comesIn(t, keys, phone); !fault.Is(err, fault.Forbidden) {
			t.Errorf("a passkey that was removed: %v", err)
		}
	})
}

func TestEveryPasskeyThatOpensNothingHasTheSameAnswer(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, now, _ := staffed(t, d)
		keys, who, phone := keyed(t, s, mara.Email)
		for name, lie := range map[string]func(d *device){
			"another origin":        func(d *device) { d.origin = "https://tandem.example.com.evil.example" },
			"the origin over http":  func(d *device) { d.origin = "http://tandem.example.com" },
			"another host":          func(d *device) { d.host = "evil.example" },
			"a locked device":       func(d *device) { d.present = 1 },
			"somebody unknown":      func(d *device) { d.handle = b64([]byte("0000000000001")) },
			"nobody":                func(d *device) { d.handle = b64([]byte("' OR 1=1")) },
			"a key nobody has":      func(d *device) { d.id = []byte("another id") },
			"another key":           func(d *device) { d.key = newDevice(t).key },
			"a copy of the passkey": func(d *device) { d.count -= 2 },
		} {
			if _, err := comesIn(t, keys, phone); err != nil {
				t.Fatal(err)
			}
			liar := *phone
			lie(&liar)
			if _, err := comesIn(t, keys, &liar); !fault.Is(err, fault.Forbidden) || !strings.Contains(err.Error(), "this passkey opens nothing here") {
				t.Errorf("%s: %v", name, err)
			}
		}
		c, err := keys.BeginSignIn(t.Context(), "1.2.3.4")
		if err != nil {
			t.Fatal(err)
		}
		once := phone.signs(t, c)
		if _, err := keys.SignIn(t.Context(), c.Secret, once, team.Credentials{}); err != nil {
			t.Fatal(err)
		}
		if _, err := keys.SignIn(t.Context(), c.Secret, once, team.Credentials{}); !fault.Is(err, fault.Forbidden) {
			t.Errorf("the same answer again: %v", err)
		}
		late, err := keys.BeginSignIn(t.Context(), "1.2.3.4")
		if err != nil {
			t.Fatal(err)
		}
		now.Add(6 * time.Minute)
		if _, err := keys.SignIn(t.Context(), late.Secret, phone.signs(t, late), team.Credentials{}); !fault.Is(err, fault.Forbidden) {
			t.Errorf("after six minutes: %v", err)
		}
		adding, err := keys.Begin(t.Context(), who, mara.Password)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := keys.SignIn(t.Context(), adding.Secret, phone.signs(t, adding), team.Credentials{}); !fault.Is(err, fault.Forbidden) {
			t.Errorf("what was asked for another purpose: %v", err)
		}
	})
}

func TestAPasskeyIsMadeByItsOwnerForThisSiteAlone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, _, _ := staffed(t, d)
		keys, who, phone := keyed(t, s, mara.Email)
		sales, _ := entered(t, s, "sales@x.example")
		if _, err := keys.Begin(t.Context(), who, "not her password"); !fault.Is(err, fault.Invalid) {
			t.Errorf("without the password: %v", err)
		}
		if err := keys.Call(t.Context(), sales, b64(phone.id), "Mine"); !fault.Is(err, fault.NotFound) {
			t.Errorf("somebody else renames it: %v", err)
		}
		if err := keys.Remove(t.Context(), sales, b64(phone.id)); !fault.Is(err, fault.NotFound) {
			t.Errorf("somebody else removes it: %v", err)
		}
		c, err := keys.Begin(t.Context(), who, mara.Password)
		if err != nil {
			t.Fatal(err)
		}
		tablet := newDevice(t)
		made := tablet.makes(t, c)
		if err := keys.Add(t.Context(), sales, c.Secret, "Mine", made); !fault.Is(err, fault.Forbidden) {
			t.Errorf("somebody else answers: %v", err)
		}
		if err := keys.Add(t.Context(), who, c.Secret, " ", made); !fault.Is(err, fault.Invalid) {
			t.Errorf("without a name: %v", err)
		}
		if err := keys.Add(t.Context(), who, c.Secret, "Tablet", made); err != nil {
			t.Errorf("after all this: %v", err)
		}
		if err := keys.Add(t.Context(), who, c.Secret, "Tablet", made); !fault.Is(err, fault.Forbidden) {
			t.Errorf("the same answer again: %v", err)
		}
		for name, lie := range map[string]func(d *device){
			"another origin": func(d *device) { d.origin = "https://evil.example" }, "another host": func(d *device) { d.host = "evil.example" },
			"a locked device": func(d *device) { d.present = 1 },
		} {
			c, err := keys.Begin(t.Context(), who, mara.Password)
			if err != nil {
				t.Fatal(err)
			}
			liar := newDevice(t)
			lie(liar)
			if err := keys.Add(t.Context(), who, c.Secret, "Liar", liar.makes(t, c)); !fault.Is(err, fault.Invalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

func TestPasskeysNeedTheSitesOwnAddress(t *testing.T) {
	s, _, _ := staffed(t, dbtest.SQLite(t))
	for address, want := range map[string]bool{
		"https://tandem.example.com": true, "https://tandem.example.com:8443": true, "http://localhost:8080": true,
		"": false, "http://tandem.example.com": false, "tandem.example.com": false, "http://127.0.0.1:8080": false,
	} {
		if _, has := s.PasskeysAt(address); has != want {
			t.Errorf("%q: %v", address, has)
		}
	}
}

func TestAStrangerDoesNotTakeEveryCeremonyNorRefreshTheirGuesses(t *testing.T) {
	s, _, _ := staffed(t, dbtest.SQLite(t))
	keys, _, phone := keyed(t, s, "sales@x.example")
	refused := false
	for range 60 {
		_, err := keys.BeginSignIn(t.Context(), "6.6.6.6")
		refused = refused || fault.Is(err, fault.TooMany)
	}
	if !refused {
		t.Error("sixty were begun and none ended")
	}
	guesses := 0
	for range 70 { // one's own passkey between two guesses buys no third
		if _, err := comesIn(t, keys, phone); err != nil {
			t.Fatal(err)
		}
		tooLong := strings.Repeat("x", 1001) // so long that it is refused unhashed, which is quicker here
		if _, err := signIn(t, s, rand.Text()+"@x.example", tooLong, "1.2.3.4"); fault.Is(err, fault.Forbidden) {
			guesses++
		}
	}
	if guesses > 55 {
		t.Errorf("%d guesses from one place", guesses)
	}
}
