package db_test

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"tandem/internal/db"
)

func TestANewDatabaseIsItsOwnersAlone(t *testing.T) {
	if runtime.GOOS == "windows" {
		return // rights there are the folder's
	}
	file := filepath.Join(t.TempDir(), "tandem.db")
	d, err := db.Open(t.Context(), "sqlite:"+file)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{file, file + "-wal"} {
		info, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s has the rights %v", filepath.Base(name), info.Mode().Perm())
		}
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
}
