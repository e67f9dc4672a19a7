package db_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	osexec "os/exec"
	"strconv"
	"strings"
	"testing"

	"tandem/internal/db"
)

// What a process does when it is started by a test, as the store's user.
const (
	jobVariable  = "DB_TEST_JOB"
	urlVariable  = "DB_TEST_URL"
	killVariable = "DB_TEST_KILL_AT"
)

func TestMain(m *testing.M) {
	if job := os.Getenv(jobVariable); job != "" {
		if err := jobs[job](context.Background(), os.Getenv(urlVariable)); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

var jobs = map[string]func(ctx context.Context, url string) error{
	"migrate": migrateJob,
	"append":  appendJob,
}

func migrateJob(ctx context.Context, url string) error {
	d, err := db.Open(ctx, url)
	if err != nil {
		return err
	}
	if n, _ := strconv.Atoi(os.Getenv(killVariable)); n > 0 {
		if err := db.KillAt(d, n); err != nil {
			return err
		}
	}
	return errors.Join(d.Migrate(ctx), d.Close())
}

// process prepares a process that does a job on the store.
func process(t *testing.T, job, url string, more ...string) *osexec.Cmd {
	t.Helper()
	c := osexec.Command(os.Args[0])
	c.Env = append(os.Environ(), jobVariable+"="+job, urlVariable+"="+url)
	c.Env = append(c.Env, more...)
	return c
}

// finished runs a process to its end: false if it was killed.
func finished(t *testing.T, c *osexec.Cmd) bool {
	t.Helper()
	var said bytes.Buffer
	c.Stdout, c.Stderr = &said, &said
	err := c.Run()
	if err != nil && !strings.Contains(err.Error(), "killed") {
		t.Fatalf("the process ended with %v: %s", err, &said)
	}
	return err == nil
}
