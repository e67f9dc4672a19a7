//go:build faults

package exchange_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"tandem/internal/db"
	"tandem/internal/exchange"
	"tandem/internal/id"
	"tandem/internal/team"
	"tandem/internal/test/dbtest"
)

// The test binary starts itself to be killed: with these in its environment it imports, or undoes, and ends.
const (
	killURL  = "TANDEM_KILL_URL"
	killFile = "TANDEM_KILL_FILE"
	killUndo = "TANDEM_KILL_UNDO"
)

func TestMain(m *testing.M) {
	if os.Getenv(killURL) != "" {
		victim()
		return
	}
	os.Exit(m.Run())
}

// victim does what its parent kills it in.
func victim() {
	ctx := context.Background()
	d, err := db.Open(ctx, os.Getenv(killURL))
	if err != nil {
		panic(err)
	}
	h := newHouse(panicking{}, d)
	if undo := os.Getenv(killUndo); undo != "" {
		importID, err := id.Parse(undo)
		if err == nil {
			_, err = h.Undo(ctx, h.ws, team.Console(), importID)
		}
		if err != nil {
			panic(err)
		}
		return
	}
	if _, err := h.Import(ctx, h.ws, team.Console(), exchange.Touches, os.Getenv(killFile), exchange.Options{}); err != nil {
		panic(err)
	}
}

// panicking stands in for a test in a process that has none.
type panicking struct{ testing.TB }

func (panicking) Helper()         {}
func (panicking) TempDir() string { return os.TempDir() }
func (panicking) Fatal(a ...any)  { panic(fmt.Sprint(a...)) }

// killed runs the victim and kills it after a while; true if it had not ended by itself.
func killed(t *testing.T, after time.Duration, env ...string) bool {
	t.Helper()
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), env...)
	var said strings.Builder
	c.Stderr = &said
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- c.Wait() }()
	select {
	case err := <-ended:
		if err != nil {
			t.Fatalf("the import failed by itself: %v\n%s", err, said.String())
		}
		return false
	case <-time.After(after):
		if err := c.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		<-ended
		return true
	}
}

// touchFile is a file of n touches of n/3 people, some rows of which come twice.
func touchFile(n int) string {
	var b strings.Builder
	b.WriteString("contact,at,kind,source,medium\n")
	for i := range n {
		if i%10 == 9 {
			i-- // the row before, again
		}
		fmt.Fprintf(&b, "person%d@example.com,2026-01-%02d 10:%02d,page_view,google,organic\n", i/3, 1+i%28, i%60)
	}
	return b.String()
}

func TestAnImportKilledAgainAndAgainHasEveryRowOnce(t *testing.T) {
	const rows = 6000
	for _, engine := range []struct {
		name  string
		kills int
	}{{dbtest.SQLiteEngine, 50}, {dbtest.PostgresEngine, 20}} {
		t.Run(engine.name, func(t *testing.T) {
			seed := uint64(time.Now().UnixNano())
			t.Logf("seed %d", seed)
			random := rand.New(rand.NewPCG(seed, 0))
			for kills := 0; kills < engine.kills; {
				kills += importUnderFire(t, engine.name, rows, random, engine.kills-kills)
			}
		})
	}
}

// importUnderFire imports one file into a fresh database under kills until it is through, and checks what stands. It returns how many times it killed.
func importUnderFire(t *testing.T, engine string, rows int, random *rand.Rand, most int) int {
	url := dbtest.URL(t, engine)
	d, err := db.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	}()
	if err := d.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	h := newHouse(t, d)
	file := h.file("touches.csv", touchFile(rows))
	kills := 0
	for kills < most && killed(t, time.Duration(random.IntN(400)+20)*time.Millisecond, killURL+"="+url, killFile+"="+file) {
		kills++
	}
	r, err := h.Import(t.Context(), h.ws, team.Console(), exchange.Touches, file, exchange.Options{})
	if err != nil {
		t.Fatal(err)
	}
	h.expect("rows", r.Rows, rows)
	h.everyRowOnce(rows)

	again, err := h.Import(t.Context(), h.ws, team.Console(), exchange.Touches, file, exchange.Options{})
	if err != nil {
		t.Fatal(err)
	}
	h.expect("the same file again", counts(again), [4]int{0, 0, rows, 0})
	h.everyRowOnce(rows)
	return max(kills, 1)
}

func (h *house) everyRowOnce(rows int) {
	h.t.Helper()
	h.expect("touches", h.count(`SELECT count(*) FROM touch WHERE workspace_id = $1 AND kind = 'page_view'`), rows)
	h.expect("keys", h.count(`SELECT count(DISTINCT key) FROM touch WHERE workspace_id = $1 AND kind = 'page_view'`), rows)
	h.expect("contacts", h.count(`SELECT count(*) FROM contact WHERE workspace_id = $1`), (rows-2)/3+1)
	h.expect("emails", h.count(`SELECT count(*) FROM contact_email WHERE workspace_id = $1`), (rows-2)/3+1)
	h.expect("verdicts", h.count(`SELECT count(*) FROM import_row r JOIN import_run i ON i.workspace_id = r.workspace_id AND i.id = r.import_id
		WHERE r.workspace_id = $1 AND i.id = (SELECT min(id) FROM import_run WHERE workspace_id = $1)`), rows)
	h.expect("seqs", h.count(`SELECT max(seq) FROM touch WHERE workspace_id = $1`), h.count(`SELECT count(DISTINCT seq) FROM touch WHERE workspace_id = $1`))
}

func TestAnUndoKilledAgainAndAgainLeavesWhatWasBefore(t *testing.T) {
	for _, engine := range []string{dbtest.SQLiteEngine, dbtest.PostgresEngine} {
		t.Run(engine, func(t *testing.T) {
			url := dbtest.URL(t, engine)
			d, err := db.Open(t.Context(), url)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = d.Close() }()
			if err := d.Migrate(t.Context()); err != nil {
				t.Fatal(err)
			}
			h := newHouse(t, d)
			before := h.state()
			r := h.takes(exchange.Touches, touchFile(6000), exchange.Options{})

			kills := 0
			for kills < 8 && killed(t, time.Duration(60+40*kills)*time.Millisecond, killURL+"="+url, killUndo+"="+r.ImportID.String()) {
				kills++
			}
			if kills == 8 {
				if _, err := h.Undo(t.Context(), h.ws, team.Console(), r.ImportID); err != nil {
					t.Fatal(err)
				}
			}
			h.same(fmt.Sprintf("after an undo killed %d times", kills), before, h.state())
		})
	}
}
