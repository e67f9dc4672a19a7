package app_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tandem/internal/db"
	"tandem/internal/test/acmetest"
	"tandem/internal/test/dbtest"
)

func TestAPublicServerObtainsItsCertificateAndSpeaksNothingElse(t *testing.T) {
	const site = "https://tandem.example.com"
	plain, secure := acmetest.FreePort(t), acmetest.FreePort(t)
	authority := acmetest.New(t, plain, secure)
	root, database := filepath.Join(t.TempDir(), "root.pem"), dbtest.URL(t, dbtest.SQLiteEngine)
	if err := os.WriteFile(root, authority.PEM, 0o600); err != nil {
		t.Fatal(err)
	}
	s := startServer(t, database, "--public-url", site, "--tls", "--addr", acmetest.At(secure), "--http-addr", acmetest.At(plain),
		"--tls-ca", authority.Directory, "--tls-ca-root", root, "--tls-email", "mara@aldercycles.example")
	if s.URL != site {
		t.Errorf("it runs at %s", s.URL)
	}
	if line := s.line(); !strings.HasPrefix(line, "Nobody has set it up yet. Open "+site+"/setup?code=") {
		t.Errorf("it said %q", line)
	}
	answer := acmetest.Eventually(t, authority.Roots, secure, site+"/signin")
	if hsts := answer.Header.Get("Strict-Transport-Security"); !strings.Contains(hsts, "max-age=31536000") {
		t.Errorf("HSTS is %q", hsts)
	}
	way, err := acmetest.Visit(t, nil, plain, "http://tandem.example.com/people?q=a")
	if err != nil {
		t.Fatal(err)
	}
	if to := way.Header.Get("Location"); way.StatusCode != http.StatusPermanentRedirect || to != site+"/people?q=a" {
		t.Errorf("over plain HTTP: %d to %q", way.StatusCode, to)
	}
	if status := s.stop(); status != 0 {
		t.Errorf("it ended with %d: %s", status, s.log)
	}
	file := strings.TrimPrefix(database, "sqlite:")
	keys, err := os.Stat(strings.TrimSuffix(file, filepath.Ext(file)) + ".certs")
	if err != nil || keys.Mode().Perm()&0o077 != 0 {
		t.Errorf("the keys lie open: %v, %v", keys, err)
	}
}

func TestAServerWhoseStoreFailsSaysSoAndIsWellAgainWithIt(t *testing.T) {
	for _, engine := range []string{dbtest.SQLiteEngine, dbtest.PostgresEngine} {
		t.Run(engine, func(t *testing.T) {
			url := dbtest.URL(t, engine)
			s := startServer(t, url)
			store, err := db.Open(t.Context(), url)
			if err != nil {
				t.Fatal(err)
			}
			defer store.Close()
			change := func(statement string) {
				t.Helper()
				if err := store.Write(t.Context(), 0, func(tx *db.Tx) error { _, err := db.Exec(t.Context(), tx, statement); return err }); err != nil {
					t.Fatal(err)
				}
			}
			change("ALTER TABLE workspace RENAME TO gone")
			status, body := s.read(client(t), "/healthz")
			if status != http.StatusServiceUnavailable || !strings.Contains(body, `"database":"failing"`) || strings.Contains(body, "workspace") {
				t.Errorf("without its store: %d %s", status, body)
			}
			if status, _ := s.read(client(t), "/healthz/alive"); status != http.StatusOK {
				t.Errorf("without its store it says it is dead: %d", status)
			}
			change("ALTER TABLE gone RENAME TO workspace")
			if status, body := s.read(client(t), "/healthz"); status != http.StatusOK {
				t.Errorf("with its store again: %d %s", status, body)
			}
		})
	}
}

// the aim is half a second; a test leaves room for a machine that is busy with others
func TestTheFirstAnswerComesSoonAfterTheStart(t *testing.T) {
	database := dbtest.URL(t, dbtest.SQLiteEngine)
	startServer(t, database).stop() // the schema is made once
	begun := time.Now()
	s := startServer(t, database)
	if status, _ := s.read(client(t), "/signin"); status != http.StatusSeeOther && status != http.StatusOK {
		t.Errorf("the first answer is %d", status)
	}
	if took := time.Since(begun); took > 2*time.Second {
		t.Errorf("the first answer took %s", took)
	}
}
