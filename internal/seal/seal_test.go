package seal_test

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"tandem/internal/fault"
	"tandem/internal/seal"
)

func TestWhatIsSealedOpensForItsOwnerAndNothingElse(t *testing.T) {
	file := filepath.Join(t.TempDir(), "tandem.db.key")
	sealed, err := seal.New(file).Seal([]byte("hush"), "user 1")
	if err != nil || strings.Contains(sealed, "hush") {
		t.Fatal(sealed, err)
	}
	again := seal.New(file) // as after a restart
	if secret, err := again.Open(sealed, "user 1"); err != nil || string(secret) != "hush" {
		t.Errorf("opened %q, %v", secret, err)
	}
	turned := []byte(sealed)
	turned[10] ^= 1
	for name, c := range map[string][2]string{
		"another owner": {sealed, "user 2"}, "a changed text": {string(turned), "user 1"}, "no text": {"", "user 1"}, "a short one": {"1.AAAA", "user 1"},
	} {
		if _, err := again.Open(c[0], c[1]); !fault.Is(err, fault.Unavailable) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestTheKeyIsItsOwnersAlone(t *testing.T) {
	file := filepath.Join(t.TempDir(), "key")
	if _, err := seal.New(file).Seal(nil, ""); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(file)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("%v, %v", info.Mode(), err)
	}
	if err := os.Chmod(file, 0o640); err != nil {
		t.Fatal(err)
	}
	if _, err := seal.New(file).Seal(nil, ""); !fault.Is(err, fault.Unavailable) {
		t.Errorf("a key that others may read: %v", err)
	}
}

func TestALostOrBrokenKeyIsSaidAndNotReplaced(t *testing.T) {
	file := filepath.Join(t.TempDir(), "key")
	if _, err := seal.New(file).Open("1.AAAA", ""); !fault.Is(err, fault.Unavailable) {
		t.Errorf("without a key: %v", err)
	}
	if err := os.WriteFile(file, []byte("short"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := seal.New(file).Seal(nil, ""); !fault.Is(err, fault.Unavailable) {
		t.Errorf("a broken key: %v", err)
	}
}

func TestOfManyWhoMakeTheKeyOneDoes(t *testing.T) {
	file := filepath.Join(t.TempDir(), "key")
	sealed := make([]string, 8)
	var wg sync.WaitGroup
	for i := range sealed {
		wg.Go(func() { sealed[i], _ = seal.New(file).Seal([]byte("x"), "y") })
	}
	wg.Wait()
	for _, s := range sealed {
		if secret, err := seal.New(file).Open(s, "y"); err != nil || string(secret) != "x" {
			t.Errorf("%q, %v", secret, err)
		}
	}
	if left, _ := os.ReadDir(filepath.Dir(file)); len(left) != 1 {
		t.Errorf("%d files are left", len(left))
	}
}

func TestTheKeyLiesBesideTheDatabase(t *testing.T) {
	for _, c := range [][3]string{
		{"sqlite:/var/tandem.db", "", "/var/tandem.db.key"}, {"postgres://x/y", "", "tandem.key"}, {"postgres://x/y", "/run/k", "/run/k"},
	} {
		if got := seal.Beside(c[0], c[1]); got != c[2] {
			t.Errorf("Beside(%q, %q) = %q", c[0], c[1], got)
		}
	}
}
