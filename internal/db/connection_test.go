package db_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/id"
	"tandem/internal/test/dbtest"
)

func TestMoreTextsThanStatementsAreKeptAllRun(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		insert(t, d, thing{ID: 1, Name: "a"})
		for range 2 {
			write(t, d, func(tx *db.Tx) error {
				for n := range 1000 {
					got, err := db.One[int64](t.Context(), tx, fmt.Sprintf("SELECT id + %d FROM thing WHERE workspace_id = $1", n), ws)
					if err != nil || got != int64(n+1) {
						return fmt.Errorf("text %d gives %d: %w", n, got, err)
					}
				}
				return nil
			})
		}
	})
}

func TestKeptStatementsStayWithinTheirLimit(t *testing.T) {
	d := dbtest.SQLite(t)
	write(t, d, func(tx *db.Tx) error {
		for n := range 1000 {
			if _, err := db.One[int64](t.Context(), tx, fmt.Sprintf("SELECT %d", n)); err != nil {
				return err
			}
		}
		return nil
	})
	if n, err := db.KeptStatements(t.Context(), d); n > 300 || n < 200 || err != nil {
		t.Errorf("%d statements are kept, %v", n, err)
	}
}

func TestKeptStatementsSurviveAChangeOfTheirTable(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		insert(t, d, thing{ID: 1, Name: "a"})
		const query = "SELECT * FROM thing WHERE workspace_id = $1"
		width := func() (n int) {
			err := d.Read(t.Context(), ws, func(tx *db.Tx) error {
				return db.EachRow(t.Context(), tx, func(columns []string, c db.Cells) error {
					n = len(columns)
					return nil
				}, query, ws)
			})
			if err != nil {
				t.Error(err)
			}
			return n
		}
		before := width()
		write(t, d, func(tx *db.Tx) error { return exec(t, tx, "ALTER TABLE thing ADD COLUMN late BIGINT") })
		for range 20 { // every connection of the pool
			if after := width(); after != before+1 {
				t.Fatalf("%d columns after the change, want %d", after, before+1)
			}
		}
	})
}

func TestConnectionsThatExpireTakeTheirStatementsAlong(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		db.ExpireConnections(d)
		before := openFiles(t)
		for n := range 100 {
			insert(t, d, thing{ID: id.ID(n), Name: name(fmt.Sprint(n))})
			if got := one[int64](t, d, recount, ws); got != int64(n+1) {
				t.Fatalf("%d rows, want %d", got, n+1)
			}
		}
		if after := openFiles(t); after > before+20 {
			t.Errorf("%d files are open, %d were", after, before)
		}
	})
}

// openFiles is 0 where the system does not tell.
func openFiles(t *testing.T) int {
	t.Helper()
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	return len(entries)
}

func TestABrokenConnectionIsReplaced(t *testing.T) {
	d := dbtest.Postgres(t)
	write(t, d, func(tx *db.Tx) error { return exec(t, tx, thingTable) })

	cut(t, d) // while nobody uses them
	insert(t, d, thing{ID: 1, Name: "idle"})

	runs := 0
	write(t, d, func(tx *db.Tx) error { // in the middle of a transaction
		runs++
		if err := db.Insert(t.Context(), tx, "thing", thing{ID: 2, Name: "busy"}); err != nil {
			return err
		}
		if runs == 1 {
			cut(t, d)
		}
		_, err := db.One[int64](t.Context(), tx, recount, ws)
		return err
	})
	if n := one[int64](t, d, recount, ws); n != 2 || runs != 2 {
		t.Errorf("%d rows after %d runs, want 2 after 2", n, runs)
	}
}

func TestABrokenConnectionLeavesAppendsWhole(t *testing.T) {
	d := dbtest.Postgres(t)
	write(t, d, func(tx *db.Tx) error { return exec(t, tx, thingTable) })
	runs := 0
	inParallel(t, 20, func(n int) error {
		return d.Append(t.Context(), ws, func(tx *db.Tx) error {
			if n == 7 {
				if runs++; runs == 1 {
					cut(t, d)
				}
			}
			return db.Insert(t.Context(), tx, "thing", thing{ID: id.ID(n + 1), Name: name(fmt.Sprint(n))})
		})
	})
	if n := one[int64](t, d, recount, ws); n != 20 {
		t.Errorf("%d rows, want 20", n)
	}
}

func TestACommitWhoseAnswerIsLostIsNotRunAgain(t *testing.T) {
	d := dbtest.Postgres(t)
	write(t, d, func(tx *db.Tx) error { return exec(t, tx, thingTable) })
	far := opened(t, deafTo(t, "COMMIT", d.URL()))
	defer far.Close()
	runs := 0
	err := far.Write(t.Context(), ws, func(tx *db.Tx) error {
		runs++
		return db.Insert(t.Context(), tx, "thing", thing{ID: id.ID(runs), Name: name(fmt.Sprint(runs))})
	})
	if runs != 1 || !fault.Is(err, fault.Unavailable) || !strings.Contains(err.Error(), "while saving") {
		t.Errorf("after %d runs: %v", runs, err)
	}
}

// deafTo puts a cable before the server that breaks once it has passed on a word, and gives the server's address behind it.
func deafTo(t *testing.T, word, url string) string {
	t.Helper()
	config, err := pgx.ParseConfig(url)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	network, address := pgconn.NetworkAddress(config.Host, config.Port)
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			server, err := net.Dial(network, address)
			if err != nil {
				t.Error(err)
				return
			}
			go func() { _, _ = io.Copy(client, server) }()
			go passUntil(word, client, server)
		}
	}()
	return fmt.Sprintf("postgres://%s@%s/%s?sslmode=disable", config.User, listener.Addr(), config.Database)
}

func passUntil(word string, client, server net.Conn) {
	buffer := make([]byte, 64*1024)
	for {
		n, err := client.Read(buffer)
		if err != nil {
			break
		}
		last := bytes.Contains(buffer[:n], []byte(word))
		if last {
			_ = client.Close() // first, so that the answer cannot pass
		}
		if _, err := server.Write(buffer[:n]); err != nil || last {
			break
		}
	}
	_ = client.Close()
	_ = server.Close()
}

// cut makes the server end every connection of the store but its own.
func cut(t *testing.T, d *db.DB) {
	t.Helper()
	other := opened(t, d.URL())
	err := other.Write(context.Background(), 0, func(tx *db.Tx) error {
		_, err := db.Exec(t.Context(), tx, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
			WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()`)
		return err
	})
	if err := errors.Join(err, other.Close()); err != nil {
		t.Error(err)
	}
}

func TestARoleThatMayNotMakeTablesIsToldHow(t *testing.T) {
	url := dbtest.URL(t, dbtest.PostgresEngine)
	c, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	// as since PostgreSQL 15 for everybody but the owner of the database
	_, err = c.Exec(t.Context(), "REVOKE CREATE ON SCHEMA public FROM pg_database_owner")
	if err = errors.Join(err, c.Close(t.Context())); err != nil {
		t.Fatal(err)
	}
	d := opened(t, url)
	defer d.Close()
	err = d.Migrate(t.Context())
	if f, ok := errors.AsType[*fault.Error](err); !ok || f.Mend == nil || !strings.Contains(f.Mend.String(), "OWNER TO") {
		t.Errorf("it says %v", err)
	}
}
