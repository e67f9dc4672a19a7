package app_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"tandem/internal/app"
	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/exchange"
	built "tandem/internal/house"
	"tandem/internal/id"
	"tandem/internal/team"
	"tandem/internal/test/dbtest"
)

// asProgram makes the test binary the program itself, with its arguments, so that a test can kill it.
const asProgram = "TANDEM_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		os.Exit(app.Main("test"))
	}
	os.Exit(m.Run())
}

// process is a server in a process of its own.
type process struct {
	URL string
	run *exec.Cmd
}

// startProcess starts a server and waits until it listens.
func startProcess(t *testing.T, database string) *process {
	t.Helper()
	p := &process{run: exec.Command(os.Args[0], "serve", "--db", database, "--addr", "127.0.0.1:0", "--log-format", "json")}
	p.run.Env = append(os.Environ(), asProgram+"=1")
	out, err := p.run.StdoutPipe()
	if err == nil {
		err = p.run.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.kill() })
	lines := bufio.NewScanner(out)
	lines.Scan()
	p.URL = strings.TrimPrefix(lines.Text(), "Tandem runs at ")
	go func() { _, _ = io.Copy(io.Discard, out) }()
	return p
}

// kill ends it as kill -9 does.
func (p *process) kill() error {
	if p.run.ProcessState != nil {
		return nil
	}
	if err := p.run.Process.Kill(); err != nil {
		return err
	}
	_ = p.run.Wait() // that it was killed
	return nil
}

// bystander looks at the store from outside of the server.
type bystander struct {
	t *testing.T
	built.Services
	ws     id.Workspace
	upload id.ID
}

func (b *bystander) read(do func(*db.Tx) error) {
	b.t.Helper()
	if err := b.DB.Read(b.t.Context(), b.ws, do); err != nil {
		b.t.Fatal(err)
	}
}

func (b *bystander) write(do func(*db.Tx) error) {
	b.t.Helper()
	if err := b.DB.Write(b.t.Context(), b.ws, do); err != nil {
		b.t.Fatal(err)
	}
}

// await waits until the upload is in a state, or has so many rows in.
func (b *bystander) await(state exchange.UploadState, rows int64) (u exchange.Upload) {
	b.t.Helper()
	for begun := time.Now(); time.Since(begun) < 2*time.Minute; {
		var in int64
		b.read(func(tx *db.Tx) (err error) {
			if u, err = b.Exchange.UploadOf(b.t.Context(), tx, b.upload); err == nil {
				in, err = db.One[int64](b.t.Context(), tx, "SELECT count(*) FROM contact WHERE workspace_id = $1", b.ws)
			}
			return err
		})
		if u.State == state && in >= rows {
			return u
		}
	}
	b.t.Fatalf("the upload is %s, not %s with %d rows: %s", u.State, state, rows, u.Problem)
	return u
}

func TestAServerThatIsKilledGoesOnWithItsWorkAtTheNextStart(t *testing.T) {
	endsAtWork(t, (*process).kill)
}

func TestAServerThatIsToldToEndAtWorkEndsAndGoesOnAtTheNextStart(t *testing.T) {
	endsAtWork(t, func(p *process) error {
		if err := p.run.Process.Signal(syscall.SIGTERM); err != nil {
			return err
		}
		return p.run.Wait() // nil says that it ended with status 0
	})
}

// endsAtWork ends a server in the middle of an import, and starts it again.
func endsAtWork(t *testing.T, end func(*process) error) {
	const people = 8_000
	for _, engine := range []string{dbtest.SQLiteEngine, dbtest.PostgresEngine} {
		t.Run(engine, func(t *testing.T) {
			t.Chdir(t.TempDir())
			url := dbtest.URL(t, engine)
			first := startProcess(t, url)
			b := beside(t, url, people)
			b.await(exchange.Checked, 0)
			b.write(func(tx *db.Tx) error { return b.Exchange.Start(t.Context(), tx, team.Console(), b.upload) })
			b.await(exchange.Importing, 1)
			if err := end(first); err != nil {
				t.Fatal(err)
			}
			b.await(exchange.Importing, 1)

			second := startProcess(t, url)
			b.await(exchange.Done, people)
			b.read(func(tx *db.Tx) error {
				n, err := db.One[int64](t.Context(), tx, "SELECT count(*) FROM contact WHERE workspace_id = $1", b.ws)
				if n != people {
					t.Errorf("%d people came of %d rows", n, people)
				}
				return err
			})
			answer, err := http.Get(second.URL + "/healthz")
			if err != nil {
				t.Fatal(err)
			}
			defer answer.Body.Close()
			if answer.StatusCode != http.StatusOK {
				t.Errorf("after all that it says it is %d", answer.StatusCode)
			}
		})
	}
}

// beside opens the store that a server uses, and brings a file of people for the server to try.
func beside(t *testing.T, url string, people int) *bystander {
	t.Helper()
	d, err := db.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	b := &bystander{t: t, Services: built.Build(d, clock.System{})}
	w, err := b.Team.BySlug(t.Context(), "default")
	if err != nil {
		t.Fatal(err)
	}
	b.ws = w.ID
	var file strings.Builder
	file.WriteString("email,first_name\n")
	for i := range people {
		fmt.Fprintf(&file, "p%d@crowd.example,P%d\n", i, i)
	}
	u, err := b.Exchange.Bring(context.Background(), b.ws, team.Console(), exchange.Contacts, "crowd.csv", strings.NewReader(file.String()), exchange.Reading{})
	if err != nil {
		t.Fatal(err)
	}
	b.upload = u.ID
	b.write(func(tx *db.Tx) error {
		return b.Exchange.Choose(t.Context(), tx, team.Console(), u.ID, exchange.Reading{})
	})
	return b
}
