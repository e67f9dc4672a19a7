package dbtest

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"tandem/internal/db"
)

func emptyFile(t testing.TB) string {
	return "sqlite:" + filepath.Join(t.TempDir(), "tandem.db")
}

func migratedFile(t testing.TB) string {
	t.Helper()
	image, err := migratedImage()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "tandem.db")
	if err := os.WriteFile(file, image, 0o600); err != nil {
		t.Fatal(err)
	}
	return "sqlite:" + file
}

// migratedImage is the content of a migrated file, made once a process and kept in memory, so that nothing is left on the disk.
var migratedImage = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "tandem-dbtest")
	if err != nil {
		return nil, err
	}
	file := filepath.Join(dir, "template.db")
	if err := migrate("sqlite:" + file); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	image, err := os.ReadFile(file)
	return image, errors.Join(err, os.RemoveAll(dir))
})

// migrate does not take a test's context: what it makes outlives the test.
func migrate(url string) error {
	ctx := context.Background()
	d, err := db.Open(ctx, url)
	if err != nil {
		return err
	}
	return errors.Join(d.Migrate(ctx), d.Close())
}
