package dbtest

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
)

const serverVariable = "TANDEM_TEST_POSTGRES"

var errNoServer = errors.New(serverVariable + " names no server; run: make test PKG=./internal/…, or: scripts/with-postgres go test ./internal/…")

// emptyDatabase copies template0 and not template1, which others may be connected to.
func emptyDatabase(t testing.TB) string {
	t.Helper()
	return copied(t, "template0")
}

func migratedDatabase(t testing.TB) string {
	t.Helper()
	template, err := migratedTemplate()
	if err != nil {
		t.Fatal(err)
	}
	return copied(t, template)
}

// copied makes a database that is dropped when the test ends, even if a process that the test started still uses it.
func copied(t testing.TB, template string) string {
	t.Helper()
	name := newName("test")
	if err := onServer("CREATE DATABASE " + name + " TEMPLATE " + template); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := onServer("DROP DATABASE " + name + " WITH (FORCE)"); err != nil {
			t.Error(err)
		}
	})
	return urlOf(name)
}

// migratedTemplate is the name of a migrated database, made once a process. It goes with the server, since a process cannot know which of
// its tests is the last.
var migratedTemplate = sync.OnceValues(func() (string, error) {
	if err := refuseSuperuser(); err != nil {
		return "", err
	}
	name := newName("template")
	if err := onServer("CREATE DATABASE " + name + " TEMPLATE template0"); err != nil {
		return "", err
	}
	return name, migrate(urlOf(name))
})

// refuseSuperuser fails for a role that row-level security does not bind: tests would pass that must not.
func refuseSuperuser() error {
	return connected(func(ctx context.Context, c *pgx.Conn) error {
		var unbound bool
		err := c.QueryRow(ctx, "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user").Scan(&unbound)
		if err == nil && unbound {
			return errors.New(serverVariable + " must name a role that is no superuser, may create databases, and does not bypass row-level security")
		}
		return err
	})
}

func onServer(statement string) error {
	return connected(func(ctx context.Context, c *pgx.Conn) error {
		if _, err := c.Exec(ctx, statement); err != nil {
			return fmt.Errorf("%s: %w", statement, err)
		}
		return nil
	})
}

// connected does not take a test's context, which has ended when the test cleans up.
func connected(do func(context.Context, *pgx.Conn) error) error {
	server := os.Getenv(serverVariable)
	if server == "" {
		return errNoServer
	}
	ctx := context.Background()
	c, err := pgx.Connect(ctx, server)
	if err != nil {
		return fmt.Errorf("reach the server of %s: %w", serverVariable, err)
	}
	return errors.Join(do(ctx, c), c.Close(ctx))
}

// urlOf is called once the server has been reached, so its address can be read.
func urlOf(database string) string {
	u, err := url.Parse(os.Getenv(serverVariable))
	if err != nil {
		panic(serverVariable + " is no URL: " + err.Error())
	}
	u.Path = "/" + database
	return u.String()
}

func newName(kind string) string { return "tandem_" + kind + "_" + strings.ToLower(rand.Text()) }
