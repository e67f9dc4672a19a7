package bench

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"
	"path/filepath"
	"testing"

	"tandem/internal/db"
	"tandem/internal/demo"
	"tandem/internal/test/dbtest"
)

// made is a store with the large demo: a file of its own, copied from one that is made once for each schema and each maker of the demo and stays in the
// folder for temporary files; or, made anew every time, a database on the server that the tests use.
func made(b *testing.B, engine string) (url string) {
	b.Helper()
	if engine == dbtest.PostgresEngine {
		url = dbtest.URL(b, engine)
		fill(b, url)
		return url
	}
	kept := filepath.Join(os.TempDir(), "tandem-bench-"+recipe(b)+".db")
	if _, err := os.Stat(kept); err != nil {
		making := filepath.Join(b.TempDir(), "making.db")
		fill(b, "sqlite:"+making)
		copyFile(b, making, kept+".part")
		must(b, os.Rename(kept+".part", kept))
	}
	file := filepath.Join(b.TempDir(), "tandem.db")
	copyFile(b, kept, file)
	return "sqlite:" + file
}

// fill makes the large demo in an empty store.
func fill(b *testing.B, url string) {
	b.Helper()
	ctx := context.Background()
	d, err := db.Open(ctx, url)
	must(b, err)
	must(b, d.Migrate(ctx))
	services := services(d)
	must(b, services.Team.Begin(ctx))
	_, err = demo.Fill(ctx, services, demo.Options{People: demo.Large})
	must(b, err)
	must(b, d.Close())
}

// recipe is short for what the demo is made by.
func recipe(b *testing.B) string {
	b.Helper()
	sum := sha256.New()
	for _, pattern := range []string{"../migrations/*.sql", "../internal/demo/*.go"} {
		files, err := filepath.Glob(pattern)
		must(b, err)
		for _, name := range files {
			text, err := os.ReadFile(name)
			must(b, err)
			_, _ = sum.Write(text)
		}
	}
	return hex.EncodeToString(sum.Sum(nil)[:6])
}

func copyFile(b *testing.B, from, to string) {
	b.Helper()
	r, err := os.Open(from)
	must(b, err)
	defer r.Close()
	w, err := os.Create(to)
	must(b, err)
	_, err = io.Copy(w, r)
	must(b, err)
	must(b, w.Close())
}
