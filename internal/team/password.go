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

// The cost of a password's hash, by RFC 9106's second recommendation for argon2id: 64 MiB, three passes.
const (
	argonMemory  = 64 << 10 // KiB
	argonPasses  = 3
	argonThreads = 4
	saltLength   = 16
	hashLength   = 32
)

const (
	shortestPassword = 10
	longestPassword  = 1000
)

// hashing lets few passwords be hashed at once, because each takes 64 MiB, and counts them.
type hashing struct {
	places chan struct{}
	done   atomic.Int64
}

func newHashing() *hashing { return &hashing{places: make(chan struct{}, 2)} }

// Hashed is how many passwords were hashed or checked so far: what a sign-in costs, whoever it was for.
func (s *Service) Hashed() int64 { return s.hashing.done.Load() }

// hashPassword is the form in which a password is kept: its argon2id hash in the PHC string format.
func (s *Service) hashPassword(password string) (string, error) {
	salt := make([]byte, saltLength)
	if _, err := rand.Read(salt); err != nil {
		return "", fmt.Errorf("make a salt: %w", err)
	}
	sum := s.hashing.argon(password, salt)
	encode := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, argonMemory, argonPasses, argonThreads, encode(salt), encode(sum)), nil
}

func (h *hashing) argon(password string, salt []byte) []byte {
	h.places <- struct{}{}
	defer func() { <-h.places }()
	h.done.Add(1)
	return argon2.IDKey([]byte(password), salt, argonPasses, argonMemory, argonThreads, hashLength)
}

// nobody is the hash of no password: against it the passwords of people are checked who do not exist, so that they take as long to refuse.
const nobody = "$argon2id$v=19$m=65536,t=3,p=4$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

// samePassword reports whether a password is the one that was hashed. It takes as long for every answer.
func (s *Service) samePassword(hash, password string) bool {
	if hash == "" {
		hash = nobody
	}
	parts := strings.Split(hash, "$")
	if len(parts) != 6 || len(password) > longestPassword {
		return false
	}
	salt, err := base64.RawStdEncoding.DecodeString(parts[4])
	if err != nil {
		return false
	}
	want, err := base64.RawStdEncoding.DecodeString(parts[5])
	return err == nil && subtle.ConstantTimeCompare(s.hashing.argon(password, salt), want) == 1
}

// checkPassword refuses what is guessed first: what is short, common, or the person's own name or address.
func checkPassword(password string, u User) error {
	n := utf8.RuneCountInString(password)
	if n < shortestPassword || len(password) > longestPassword {
		return wrong("password", "a password has at least %d characters", shortestPassword)
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
