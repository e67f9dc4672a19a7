package cli_test

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tandem/internal/cli"
	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/house"
	"tandem/internal/i18n"
)

// demoed runs the demo, whose server tells where its data is and ends.
func demoed(t *testing.T, env map[string]string, args ...string) (status int, url, out, wrong string) {
	t.Helper()
	catalogue, err := i18n.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	c := clock.NewFake(time.Date(2026, 5, 20, 8, 24, 0, 0, time.UTC))
	var printed, complained bytes.Buffer
	status = cli.Run(t.Context(), cli.Program{
		Args: append([]string{"demo"}, args...), Env: func(name string) string { return env[name] },
		In: strings.NewReader(""), Out: &printed, Err: &complained, Clock: c, Catalogue: catalogue,
		House: func(d *db.DB) house.Services {
			s := house.Build(d, c)
			s.Team.HashLightly()
			return s
		},
		Serve: func(_ context.Context, s house.Services, o cli.ServeOptions) error {
			url = s.DB.URL()
			o.Started("http://"+o.Addr, "")
			return nil
		},
	})
	return status, url, printed.String(), complained.String()
}

func TestTheDemoKeepsToADatabaseOfItsOwnAndLeavesNothingBehind(t *testing.T) {
	mine := filepath.Join(t.TempDir(), "mine.db")
	t.Chdir(t.TempDir())
	status, url, out, wrong := demoed(t, map[string]string{"TANDEM_DB": "sqlite:" + mine}, "--json", "--addr", "127.0.0.1:9")
	if status != 0 {
		t.Fatalf("exit %d: %s", status, wrong)
	}
	var told struct{ Address, Email, Password string }
	if err := json.Unmarshal([]byte(out), &told); err != nil || told.Address != "http://127.0.0.1:9" || told.Email == "" || told.Password == "" {
		t.Errorf("it says %s (%v)", out, err)
	}
	if _, err := os.Stat(mine); err == nil {
		t.Error("it made the database that TANDEM_DB names")
	}
	if left, _ := os.ReadDir("."); len(left) > 0 {
		t.Errorf("it left %s in the folder", left[0].Name())
	}
	if _, err := os.Stat(filepath.Dir(strings.TrimPrefix(url, "sqlite:"))); err == nil {
		t.Errorf("%s is still there", url)
	}
}

func TestTheDemoWritesOverNoBusiness(t *testing.T) {
	file := "sqlite:" + filepath.Join(t.TempDir(), "kept.db")
	if status, _, _, wrong := demoed(t, nil, "--db", file); status != 0 {
		t.Fatalf("exit %d: %s", status, wrong)
	}
	status, url, _, wrong := demoed(t, nil, "--db", file)
	if status != 1 || url != "" || !strings.Contains(wrong, "--db") {
		t.Errorf("exit %d, served %q, says %q", status, url, wrong)
	}
}

func TestTheDemoLeavesAnOlderBusinessAsItIs(t *testing.T) {
	file := "sqlite:" + filepath.Join(t.TempDir(), "older.db")
	store, err := db.Open(t.Context(), file)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = store.Close() }()
	if err := store.MigrateTo(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	status, _, _, wrong := demoed(t, nil, "--db", file)
	v, err := store.Version(t.Context())
	if status != 1 || err != nil || v.Current != 1 {
		t.Errorf("exit %d, schema %d, %v, says %q", status, v.Current, err, wrong)
	}
}
