package team

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"
	"sync/atomic"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"

	"tandem/internal/fault"
	"tandem/internal/text"
)

const (
	saltLength = 16
	hashLength = 32
)

// cost is what hashing a password takes. It is kept beside each hash, so that what was hashed at another cost goes on opening.
type cost struct {
	memory  uint32 // KiB
	passes  uint32
	threads uint8
}

// The second recommendation of RFC 9106 for argon2id, and one for tests.
var (
	full  = cost{memory: 64 << 10, passes: 3, threads: 4}
	light = cost{memory: 64, passes: 1, threads: 1}
)

const costForm = "m=%d,t=%d,p=%d"

// costOf reads a cost as it is kept. One that is none, or that no machine should be made to pay, is refused.
func costOf(kept string) (c cost, ok bool) {
	_, err := fmt.Sscanf(kept, costForm, &c.memory, &c.passes, &c.threads)
	return c, err == nil && c.passes > 0 && c.threads > 0 && c.passes <= 16 && c.memory <= 1<<20
}

// kept is a hash in the PHC string format.
func (c cost) kept(salt, sum []byte) string {
	encode := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$"+costForm+"$%s$%s", argon2.Version, c.memory, c.passes, c.threads, encode(salt), encode(sum))
}

const (
	shortestPassword = 10
	longestPassword  = 1000
)

// hashing lets few passwords be hashed at once, because each takes 64 MiB, and counts them.
type hashing struct {
	cost   cost
	places chan struct{}
	done   atomic.Int64
}

func newHashing() *hashing { return &hashing{cost: full, places: make(chan struct{}, 2)} }

// HashLightly has passwords hashed at next to no cost. It is for tests, which sign in thousands of times and guard nothing.
func (s *Service) HashLightly() { s.hashing.cost = light }

// Hashed is how many passwords were hashed or checked so far: what a sign-in costs, whoever it was for.
func (s *Service) Hashed() int64 { return s.hashing.done.Load() }

// hashPassword is the form in which a password is kept: its argon2id hash in the PHC string format.
func (s *Service) hashPassword(password string) (string, error) {
	salt := make([]byte, saltLength)
	if _, err := rand.Read(salt); err != nil {
		return "", fmt.Errorf("make a salt: %w", err)
	}
	c := s.hashing.cost
	return c.kept(salt, s.hashing.argon(password, salt, c)), nil
}

func (h *hashing) argon(password string, salt []byte, c cost) []byte {
	h.places <- struct{}{}
	defer func() { <-h.places }()
	h.done.Add(1)
	return argon2.IDKey([]byte(password), salt, c.passes, c.memory, c.threads, hashLength)
}

// samePassword reports whether a password is the one that was hashed. It takes as long for every answer: the passwords of people who do not exist
// are checked against a hash of nothing.
func (s *Service) samePassword(hash, password string) bool {
	if hash == "" {
		hash = s.hashing.cost.kept(make([]byte, saltLength), make([]byte, hashLength))
	}
	parts := strings.Split(hash, "$")
	if len(parts) != 6 || len(password) > longestPassword {
		return false
	}
	c, ok := costOf(parts[3])
	salt, err := base64.RawStdEncoding.DecodeString(parts[4])
	if !ok || err != nil {
		return false
	}
	want, err := base64.RawStdEncoding.DecodeString(parts[5])
	return err == nil && subtle.ConstantTimeCompare(s.hashing.argon(password, salt, c), want) == 1
}

// checkPassword refuses what is guessed first: what is short, common, or the person's own name or address.
func checkPassword(password string, u User) error {
	if utf8.RuneCountInString(password) < shortestPassword {
		return wrong("password", "a password has at least %d characters", shortestPassword)
	}
	if len(password) > longestPassword {
		return wrong("password", "this password is too long")
	}
	key := text.Key(password)
	if key == u.EmailKey || key == text.Key(u.Name) || tooCommon(key) {
		return wrong("password", "this password is guessed first").WithMend("take a few words that do not belong together")
	}
	return nil
}

// tooCommon reports whether a password is among those that are tried first, or one character or a run of keys over and over.
func tooCommon(key string) bool {
	for _, common := range []string{
		"1234567890", "12345678910", "0123456789", "0987654321", "qwertyuiop", "qwertzuiop", "azertyuiop", "asdfghjkl;", "1q2w3e4r5t", "1qaz2wsx3edc",
		"password12", "password123", "password1234", "passw0rd123", "passwort123", "motdepasse", "wachtwoord", "contraseña", "letmein123", "welcome123",
		"iloveyou12", "administrator", "changeme123", "qwerty12345", "qwerty123456", "abcdefghij", "superman123", "princess123", "football123", "tandemtandem",
	} {
		if key == common {
			return true
		}
	}
	return strings.Trim(key, key[:1]) == ""
}

// wrongPassword is the one answer to every failed sign-in.
func wrongPassword() error {
	return fault.Forbiddenf("email and password do not match")
}
