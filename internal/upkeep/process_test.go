package upkeep

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/test/dbtest"
)

// jobVariable makes the test binary a process that does one thing: "backup|restore URL FILE".
const jobVariable = "TANDEM_TEST_UPKEEP"

func TestMain(m *testing.M) {
	if job := os.Getenv(jobVariable); job != "" {
		if err := runJob(strings.Split(job, " ")); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

func runJob(job []string) error {
	ctx := context.Background()
	d, err := db.Open(ctx, job[1])
	if err != nil {
		return err
	}
	if job[0] == "backup" {
		_, err = Backup(ctx, d, clock.System{}, job[2])
	} else {
		_, err = Restore(ctx, d, clock.System{}, job[2])
	}
	return errors.Join(err, d.Close())
}

// killed starts a job and kills it a moment after it is under way; it reports whether the job was still running.
func killed(t *testing.T, underWay func() bool, job ...string) bool {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), jobVariable+"="+strings.Join(job, " "))
	cmd.Stdout, cmd.Stderr = os.Stderr, os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	over := make(chan error, 1)
	go func() { over <- cmd.Wait() }()
	for !underWay() {
		select {
		case err := <-over:
			if err != nil {
				t.Fatal(err)
			}
			return false
		case <-time.After(time.Millisecond):
		}
	}
	time.Sleep(rand.N(60 * time.Millisecond)) // the moment is the test
	_ = cmd.Process.Kill()                    // it may be over
	return (<-over) != nil
}

// large is a database that takes a while to write.
func large(t *testing.T, rows int) *db.DB {
	t.Helper()
	d := dbtest.SQLite(t)
	fill(t, d, 3)
	tables, err := shapes(2)
	if err != nil {
		t.Fatal(err)
	}
	everywhere(t, d, func(ctx context.Context, tx *db.Tx) error {
		for _, table := range tables {
			if table.name == "touch" {
				return fillTable(ctx, tx, table, 1, rows)
			}
		}
		return errors.New("no journey")
	})
	return d
}

func TestAKilledBackupLeavesNoBackup(t *testing.T) {
	d := large(t, 20_000)
	file := filepath.Join(t.TempDir(), "b")
	begun := func() bool {
		info, err := os.Stat(file + ".part")
		return err == nil && info.Size() > 0
	}
	interrupted := 0
	for range 8 {
		if !killed(t, begun, "backup", d.URL(), file) {
			if err := os.Remove(file); err != nil {
				t.Fatal(err)
			}
			continue
		}
		interrupted++
		if _, err := os.Stat(file); err == nil {
			a, err := openArchive(file) // the kill came after the name
			if err != nil {
				t.Fatalf("a killed backup left a file under its name: %v", err)
			}
			if err := errors.Join(a.check(t.Context()), a.close(), os.Remove(file)); err != nil {
				t.Fatal(err)
			}
		}
	}
	if interrupted == 0 {
		t.Error("no backup was interrupted; the test says nothing")
	}
	if _, err := Backup(t.Context(), d, fake(), file); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(file + ".part"); !errors.Is(err, os.ErrNotExist) {
		t.Error("what the killed backup left is still there")
	}
}

func TestAKilledRestoreIsNoticedAndCanBeRunAgain(t *testing.T) {
	source := large(t, 5_000)
	file, want := backup(t, source), dump(t, source)
	for _, engine := range engines {
		t.Run(engine, func(t *testing.T) {
			url := dbtest.URL(t, engine)
			d := openURL(t, url)
			halves := 0
			marked := func() bool { return fault.Is(Unfinished(t.Context(), d), fault.Conflict) }
			for range 3 {
				if !killed(t, marked, "restore", url, file) {
					break
				}
				if marked() {
					halves++
				}
			}
			if halves == 0 {
				t.Error("no restore was interrupted; the test says nothing")
			}
			if marked() {
				restore(t, d, file)
			}
			same(t, want, dump(t, d))
		})
	}
}
