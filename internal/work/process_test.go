package work_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/test/dbtest"
	"tandem/internal/work"
)

// nodeVariable makes the test binary a node: "NAME URL".
const nodeVariable = "TANDEM_TEST_NODE"

func TestMain(m *testing.M) {
	if node := os.Getenv(nodeVariable); node != "" {
		name, url, _ := strings.Cut(node, " ")
		if err := beNode(name, url); err != nil {
			fmt.Println("error", err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// nodeLease is how long a node of these tests may be silent.
const nodeLease = 300 * time.Millisecond

// beNode is a node that does the chore of one workspace step by step: it says "did TOKEN" after each step and goes on when a line comes in.
func beNode(name, url string) error {
	ctx := context.Background()
	d, err := db.Open(ctx, url)
	if err != nil {
		return err
	}
	in := bufio.NewReader(os.Stdin)
	o := quick()
	o.Node, o.Lease = name, nodeLease
	r := work.New(d, clock.System{}, o)
	r.Handle(chore, func(ctx context.Context, l work.Lease) (time.Time, error) {
		for {
			err := step(context.WithoutCancel(ctx), d, l) // as a process does that does not know yet
			if errors.Is(err, work.ErrFenced) {
				fmt.Println("fenced", l.Token)
				return time.Time{}, err
			}
			if err != nil {
				return time.Time{}, err
			}
			fmt.Println("did", l.Token)
			if _, err := in.ReadString('\n'); err != nil {
				return time.Time{}, err
			}
		}
	})
	return r.Run(ctx)
}

// step numbers its effects in the order of their commits.
func step(ctx context.Context, d *db.DB, l work.Lease) error {
	return d.Write(ctx, l.Workspace, func(tx *db.Tx) error {
		if err := l.Fence(ctx, tx); err != nil {
			return err
		}
		n, err := db.One[int64](ctx, tx, "SELECT count(*) FROM effect WHERE workspace_id = $1", l.Workspace)
		if err != nil {
			return err
		}
		_, err = db.Exec(ctx, tx, "INSERT INTO effect (workspace_id, unit_id, token) VALUES ($1, $2, $3)", l.Workspace, n, l.Token)
		return err
	})
}

type node struct {
	t    *testing.T
	cmd  *exec.Cmd
	in   io.WriteCloser
	said *bufio.Reader
}

func startNode(t *testing.T, name, url string) *node {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), nodeVariable+"="+name+" "+url)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	n := &node{t, cmd, in, bufio.NewReader(out)}
	t.Cleanup(n.kill)
	return n
}

func (n *node) kill() {
	_ = n.cmd.Process.Kill() // it may be dead already
	_ = n.cmd.Wait()
}

func (n *node) signal(s os.Signal) {
	n.t.Helper()
	if err := n.cmd.Process.Signal(s); err != nil {
		n.t.Fatal(err)
	}
}

func (n *node) goOn() {
	n.t.Helper()
	if _, err := io.WriteString(n.in, "\n"); err != nil {
		n.t.Fatal(err)
	}
}

// says waits for the node's next line and takes it apart.
func (n *node) says(verb string) (token int64) {
	n.t.Helper()
	line, err := n.said.ReadString('\n')
	if err != nil {
		n.t.Fatalf("the node ended: %v", err)
	}
	if _, err := fmt.Sscanf(line, verb+" %d", &token); err != nil {
		n.t.Fatalf("the node said %q, not %s", line, verb)
	}
	return token
}

// onNodes prepares a database with one chore due. A transaction of a stopped process is ended by the server, so that its locks go.
func onNodes(t *testing.T, engine string) (string, *db.DB) {
	t.Helper()
	url := dbtest.URL(t, engine)
	if engine == dbtest.PostgresEngine {
		separator := "?"
		if strings.Contains(url, "?") {
			separator = "&"
		}
		url += separator + "idle_in_transaction_session_timeout=1000"
	}
	d, err := db.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	if err := d.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	makeUnits(t, d, 1, 0)
	return url, d
}

func TestAPausedProcessIsFencedOutWhenItWakes(t *testing.T) {
	url, d := onNodes(t, dbtest.PostgresEngine)
	paused := startNode(t, "a", url)
	before := paused.says("did")
	paused.signal(syscall.SIGSTOP)

	other := startNode(t, "b", url)
	after := other.says("did")
	if after <= before {
		t.Fatalf("the second node got token %d after %d", after, before)
	}
	// twice its lease: what it believes must not matter
	time.Sleep(2 * nodeLease)
	paused.signal(syscall.SIGCONT)
	paused.goOn()
	if token := paused.says("fenced"); token != before {
		t.Errorf("fenced with token %d, want %d", token, before)
	}
	other.goOn()
	other.says("did")
	inOrder(t, d, before, after, after)
}

func TestTheWorkOfAKilledProcessIsTakenOver(t *testing.T) {
	for _, engine := range []string{dbtest.SQLiteEngine, dbtest.PostgresEngine} {
		t.Run(engine, func(t *testing.T) {
			url, d := onNodes(t, engine)
			victim := startNode(t, "a", url)
			before := victim.says("did")
			victim.kill()
			after := startNode(t, "b", url).says("did")
			inOrder(t, d, before, after)
		})
	}
}

// inOrder checks whose effects the database holds, in the order of their commits.
func inOrder(t *testing.T, d *db.DB, want ...int64) {
	t.Helper()
	var tokens []int64
	err := d.Read(t.Context(), 1, func(tx *db.Tx) (err error) {
		tokens, err = db.All[int64](t.Context(), tx, "SELECT token FROM effect WHERE workspace_id = 1 ORDER BY unit_id")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if fmt.Sprint(tokens) != fmt.Sprint(want) {
		t.Errorf("effects by tokens %v, want %v", tokens, want)
	}
}
