// Package seal keeps secrets in the database that the database alone does not give away: what is sealed is read only with a key that lies in a
// file beside it. Sealed are the secrets that have to be read again, such as those of second steps and, later, of mail servers; passwords and tokens
// are hashed instead.
//
// The key is 32 random bytes, made when the first secret is sealed, in a file that its owner alone may read. It is no part of a backup:
// whoever restores without the key file sets those secrets up anew. Each sealed text is bound to what it belongs to, so that it cannot be moved to
// another row. The cipher is XChaCha20-Poly1305, whose nonce is long enough to be random.
package seal

import (
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"golang.org/x/crypto/chacha20poly1305"

	"tandem/internal/fault"
)

// Box seals and opens with the key in one file. It is safe for concurrent use.
type Box struct {
	file string
	mu   sync.Mutex
	with cipher.AEAD // nil until the key was read
}

// New is a box whose key is in a file. Nothing is read or made before the first use.
func New(file string) *Box { return &Box{file: file} }

// Beside is where the key of a store lies: said, if somebody said so, else beside the database's file, else in the current folder.
func Beside(url, said string) string {
	if said != "" {
		return said
	}
	if file, ok := strings.CutPrefix(url, "sqlite:"); ok {
		return file + ".key"
	}
	return "tandem.key"
}

// version leads every sealed text, so that another cipher can follow one day.
const version = "1."

// Seal closes a secret up. belongs names what it belongs to; only with the same name it opens again.
func (b *Box) Seal(secret []byte, belongs string) (string, error) {
	with, err := b.cipher(true)
	if err != nil {
		return "", err
	}
	nonce := make([]byte, with.NonceSize())
	_, _ = rand.Read(nonce) // it never fails: it ends the program instead
	return version + base64.RawStdEncoding.EncodeToString(with.Seal(nonce, nonce, secret, []byte(belongs))), nil
}

// Open is the secret of a sealed text. Without the key, or with another one, it is a fault.Unavailable.
func (b *Box) Open(sealed, belongs string) ([]byte, error) {
	with, err := b.cipher(false)
	if err != nil {
		return nil, err
	}
	text, ok := strings.CutPrefix(sealed, version)
	raw, err := base64.RawStdEncoding.DecodeString(text)
	if !ok || err != nil || len(raw) < with.NonceSize() {
		return nil, b.broken()
	}
	secret, err := with.Open(nil, raw[:with.NonceSize()], raw[with.NonceSize():], []byte(belongs))
	if err != nil {
		return nil, b.broken()
	}
	return secret, nil
}

func (b *Box) broken() error {
	return fault.Unavailablef("a sealed secret does not open with the key in %s", b.file).WithMend("put the key file back that belongs to this database")
}

// cipher reads the key once. A failure is tried again the next time, because somebody may have put the file right.
func (b *Box) cipher(mayMake bool) (cipher.AEAD, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.with != nil {
		return b.with, nil
	}
	key, err := readKey(b.file)
	if errors.Is(err, fs.ErrNotExist) && mayMake {
		if err := makeKey(b.file); err != nil {
			return nil, err
		}
		key, err = readKey(b.file)
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fault.Unavailablef("the key file %s is not there", b.file).WithMend("put it back, or name it with TANDEM_KEY")
	}
	if err != nil {
		return nil, err
	}
	b.with, err = chacha20poly1305.NewX(key)
	return b.with, err
}

// readKey reads a key file that nobody else may read.
func readKey(file string) ([]byte, error) {
	if err := private(file); err != nil {
		return nil, err
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read the key file: %w", err)
	}
	key, err := hex.DecodeString(strings.TrimSpace(string(text)))
	if err != nil || len(key) != chacha20poly1305.KeySize {
		return nil, fault.Unavailablef("%s holds no key", file).WithMend("put back the file that Tandem made: one line of %d characters", 2*chacha20poly1305.KeySize)
	}
	return key, nil
}

// makeKey makes a key file, complete or not at all. Of several processes that make it at once, one does, and the others take that one's.
func makeKey(file string) error {
	key := make([]byte, chacha20poly1305.KeySize)
	_, _ = rand.Read(key)
	draft, err := os.CreateTemp(filepath.Dir(file), ".key-*") // it is made for its owner alone
	if err != nil {
		return fmt.Errorf("make the key file: %w", err)
	}
	defer os.Remove(draft.Name())
	_, err = draft.WriteString(hex.EncodeToString(key) + "\n")
	if err = errors.Join(err, draft.Sync(), draft.Close()); err != nil {
		return fmt.Errorf("write the key file: %w", err)
	}
	if err := os.Link(draft.Name(), file); err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("make the key file: %w", err)
	}
	return nil
}
