package app_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tandem/internal/app"
	"tandem/internal/clock"
	"tandem/internal/test/dbtest"
)

func TestWithoutArgumentsThereIsHelp(t *testing.T) {
	s := newShop(t)
	for _, args := range [][]string{nil, {"help"}, {"--help"}, {"-h"}} {
		if out := s.must(args...); !strings.Contains(out, "Usage: tandem") || !strings.Contains(out, "import") || !strings.Contains(out, "report") {
			t.Errorf("tandem %s prints %q", args, out)
		}
	}
	one := s.must("help", "workspace", "add")
	if one != s.must("workspace", "add", "--help") || !strings.Contains(one, "--currency") {
		t.Errorf("help of one command: %q", one)
	}
	if _, err := os.Stat(filepath.Join(s.dir, "shop.db")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("help made a database: %v", err)
	}
}

func TestWrongUsageIsSaidWithTwo(t *testing.T) {
	s := newShop(t)
	for _, c := range []struct{ args, says string }{
		{"frobnicate", "tandem help"},
		{"workspace", "tandem workspace --help"},
		{"workspace add", "tandem workspace add --help"},
		{"workspace list more", "tandem workspace list --help"},
		{"workspace list --colour", "--colour"},
		{"version --db", "--db needs a value"},
		{"import contacts a.csv --map", "--map needs a value"},
		{"import contacts a.csv --map email", `"<key>=<value>"`},
		{"report funnel --order many", "--order"},
		{"workspace list --db mysql:shop", "write sqlite:FILE or postgres://"},
		{"workspace list --db sqlite:", "names no file"},
		{"workspace list --timezone Berlin", "Europe/Berlin"},
		{"report nothing", "choose funnel"},
		{"report funnel --csv --json", "either CSV or JSON"},
		{"export people", "contacts"},
		{"export all", "needs a folder"},
		{"export contacts folder", "> FILE"},
		{"import contacts", "needs a kind and a file"},
		{"import --undo 12", "no import's id"},
		{"help frobnicate", "tandem help"},
	} {
		status, out, complaint := s.call(strings.Fields(c.args)...)
		if status != 2 || out != "" || !strings.HasPrefix(complaint, "tandem: ") || !strings.Contains(complaint, c.says) {
			t.Errorf("tandem %s: exit %d, printed %q, said %q; want 2 and %q", c.args, status, out, complaint, c.says)
		}
	}
}

func TestTheVersionIsToldInEveryWay(t *testing.T) {
	s := newShop(t)
	for _, arg := range []string{"version", "--version"} {
		if out := s.must(arg); out != "tandem test\n" {
			t.Errorf("tandem %s prints %q", arg, out)
		}
	}
	if got := s.object("version"); got["version"] != "test" || got["schema"].(float64) < 1 {
		t.Errorf("as JSON %v", got)
	}
}

func TestTwoWorkspacesDoNotSeeEachOther(t *testing.T) {
	for _, engine := range []string{dbtest.SQLiteEngine, dbtest.PostgresEngine} {
		t.Run(engine, func(t *testing.T) {
			s := newShop(t)
			s.url = dbtest.URL(t, engine)
			s.must("workspace", "add", "other", "--currency", "usd")
			s.must("rate", "set", "gbp", "2026-05-01", "0.85")
			s.trade()
			first := s.object("import", "contacts", s.file("c.csv", "external_id,email\nX,secret@x.example\n"))

			for _, kind := range []string{"contacts", "companies", "touches", "deals", "payments", "costs", "rates"} {
				out := s.must("--workspace", "other", "export", kind)
				if lines := strings.Count(out, "\n"); lines != 1 {
					t.Errorf("the other one exports %d %s: %s", lines-1, kind, out)
				}
			}
			total := s.object("report", "funnel", "--workspace", "other")["total"].(map[string]any)
			if total["contacts"] != 0.0 || total["paid"] != "0.00" {
				t.Errorf("the other one reports %v", total)
			}
			status, _, complaint := s.call("import", "--undo", first["import_id"].(string), "--workspace", "other")
			if status != 1 || !strings.Contains(complaint, "there is no import") {
				t.Errorf("the other one undoes: exit %d, %s", status, complaint)
			}

			s.must("import", "--workspace=other", "contacts", s.file("o.csv", "external_id,email\nX,own@y.example\n"))
			mine, theirs := s.must("export", "contacts"), s.must("export", "contacts", "--workspace", "other")
			if !strings.Contains(mine, "secret@x.example") || strings.Contains(mine, "own@y.example") {
				t.Errorf("the first one has %s", mine)
			}
			if !strings.Contains(theirs, "own@y.example") || strings.Contains(theirs, "secret@x.example") {
				t.Errorf("the other one has %s", theirs)
			}
		})
	}
}

func TestAWorkspaceIsOpenedListedAndChanged(t *testing.T) {
	s := newShop(t)
	opened := s.object("workspace", "add", "berlin", "--name", "Berlin Shop", "--timezone", "Europe/Berlin", "--language", "de")
	if opened["slug"] != "berlin" || opened["currency"] != "EUR" || opened["timezone"] != "Europe/Berlin" || opened["created_at"] != "2026-06-01T09:00:00Z" {
		t.Errorf("opened %v", opened)
	}
	changed := s.object("workspace", "set", "berlin", "--currency", "chf")
	if changed["currency"] != "CHF" || changed["name"] != "Berlin Shop" || changed["timezone"] != "Europe/Berlin" || changed["id"] != opened["id"] {
		t.Errorf("changed to %v", changed)
	}
	want := "slug     name         currency  time zone      language\n" +
		"-------  -----------  --------  -------------  --------\n" +
		"berlin   Berlin Shop  CHF       Europe/Berlin  de\n" +
		"default  default      EUR       UTC            en\n"
	if list := s.must("workspace", "list"); list != want {
		t.Errorf("listed\n%swant\n%s", list, want)
	}
	for args, says := range map[string]string{
		"workspace add berlin":                    "already",
		"workspace add My-Shop":                   "lower-case",
		"workspace set nowhere --name x":          "tandem workspace list",
		"workspace list --workspace nowhere":      "tandem workspace list",
		"workspace set berlin --currency DOLLARS": "ISO 4217",
	} {
		if status, out, complaint := s.call(strings.Fields(args)...); status != 1 || out != "" || !strings.Contains(complaint, says) {
			t.Errorf("tandem %s: exit %d, %q, %q; want 1 and %q", args, status, out, complaint, says)
		}
	}
}

func TestTheCurrencyOfALedgerStays(t *testing.T) {
	s := newShop(t)
	s.trade()
	status, _, complaint := s.call("workspace", "set", "default", "--currency", "USD")
	if status != 1 || !strings.Contains(complaint, "stays EUR") || !strings.Contains(complaint, "another workspace") {
		t.Errorf("exit %d: %s", status, complaint)
	}
	s.must("workspace", "set", "default", "--name", "Shop")
	if list := s.must("workspace", "list"); !strings.Contains(list, "Shop") || !strings.Contains(list, "EUR") {
		t.Errorf("listed %s", list)
	}
}

func TestTheZoneDecidesWhichInstantATimeIs(t *testing.T) {
	s := newShop(t)
	s.must("workspace", "set", "default", "--timezone", "Asia/Tokyo")
	touches := s.file("t.csv", "external_id,contact,at\n1,a@x.example,2026-05-01 08:00\n")
	s.must("import", "touches", touches)
	s.must("import", "touches", s.file("u.csv", "external_id,contact,at\n2,a@x.example,2026-05-01 08:00\n"), "--timezone", "America/New_York")
	out := s.must("export", "touches")
	for _, want := range []string{"2026-04-30T23:00:00Z", "2026-05-01T12:00:00Z"} {
		if !strings.Contains(out, want) {
			t.Errorf("%s does not contain %s", out, want)
		}
	}
}

func TestADatabaseIsMadeMigratedAndSaysSo(t *testing.T) {
	s := newShop(t)
	before := s.object("migrate", "status")
	if before["current"] != 0.0 || before["pending"] != true || before["engine"] != "SQLite" {
		t.Errorf("before %v", before)
	}
	if out := s.must("migrate", "status"); !strings.Contains(out, "tandem migrate up") {
		t.Errorf("said %q", out)
	}
	after := s.object("migrate", "up")
	if after["current"] != before["target"] || after["pending"] != false {
		t.Errorf("after %v", after)
	}
	if again := s.object("migrate", "up"); again["current"] != after["current"] {
		t.Errorf("again %v", again)
	}

	s.url = "sqlite:" + filepath.Join(s.dir, "another.db")
	if list := s.must("workspace", "list"); !strings.Contains(list, "default") {
		t.Errorf("a new database has the workspaces %s", list)
	}
	elsewhere := "sqlite:" + filepath.Join(s.dir, "flag.db")
	s.must("workspace", "add", "here", "--db", elsewhere)
	if list := s.must("workspace", "list"); strings.Contains(list, "here") {
		t.Errorf("--db was overruled by the environment: %s", list)
	}
	if list := s.must("--db", elsewhere, "workspace", "list"); !strings.Contains(list, "here") {
		t.Errorf("listed %s", list)
	}
}

func TestEverythingComesBackFromABackup(t *testing.T) {
	s := newShop(t)
	s.trade()
	// imports are counted by a look at the file, which another engine has none of
	records := func(of *shop) string { return strings.ReplaceAll(of.everything(), "import\n", "") }
	before := records(s)
	file := filepath.Join(s.dir, "shop.backup")
	backup := s.object("backup", file)
	if backup["file"] != file || backup["engine"] != "SQLite" || backup["rows"].(float64) < 10 || backup["created"] != "2026-06-01T09:00:00Z" {
		t.Errorf("backed up %v", backup)
	}

	restored := &shop{t: t, dir: s.dir, url: dbtest.URL(t, dbtest.PostgresEngine), clock: s.clock}
	if got := restored.object("restore", file); got["rows"] != backup["rows"] {
		t.Errorf("restored %v of %v", got, backup)
	}
	if after := records(restored); after != before {
		t.Errorf("there is now\n%s\nbefore there was\n%s", after, before)
	}

	for _, c := range []struct {
		of   *shop
		args []string
		says string
	}{
		{s, []string{"backup", file}, "exists already"},
		{s, []string{"restore", file}, "not empty"},
		{s, []string{"backup", filepath.Join(s.dir, "gone", "x")}, "folder that exists"},
		{newShop(t), []string{"restore", filepath.Join(s.dir, "none")}, "there is no file"},
		{newShop(t), []string{"restore", s.file("text", "no archive")}, "no backup of Tandem"},
	} {
		if status, out, complaint := c.of.call(c.args...); status != 1 || out != "" || !strings.Contains(complaint, c.says) {
			t.Errorf("tandem %s: exit %d, %q, %q; want 1 and %q", c.args, status, out, complaint, c.says)
		}
	}
}

func TestRatesAreTypedListedAndReplaced(t *testing.T) {
	s := newShop(t)
	s.must("rate", "set", "usd", "2026-05-01", "1.05")
	s.must("rate", "set", "USD", "2026-05-01", "1.0823")
	s.must("rate", "set", "gbp", "2026-04-01", "0.85")
	want := `[{"base":"EUR","currency":"GBP","day":"2026-04-01","rate":"0.85"},{"base":"EUR","currency":"USD","day":"2026-05-01","rate":"1.0823"}]` + "\n"
	if out := s.must("rate", "list", "--json"); out != want {
		t.Errorf("listed %s, want %s", out, want)
	}
	if out := s.must("rate", "list"); !strings.Contains(out, "2026-05-01  EUR             1.0823  USD") {
		t.Errorf("listed\n%s", out)
	}
	for _, wrong := range []string{"usd 2026-02-30 1", "usd 2026-05-01 -1", "eur 2026-05-01 1", "xyz 2026-05-01 1"} {
		if status, _, complaint := s.call(strings.Fields("rate set " + strings.ReplaceAll(wrong, " -", " -- -"))...); status != 1 {
			t.Errorf("%s: exit %d, %s", wrong, status, complaint)
		}
	}
}

func TestADoctorFindsWhatIsWrong(t *testing.T) {
	s := newShop(t)
	s.trade()
	var findings []map[string]string
	if err := json.Unmarshal([]byte(s.must("doctor", "--json")), &findings); err != nil || len(findings) < 3 {
		t.Fatalf("%d findings, %v", len(findings), err)
	}
	for _, f := range findings {
		if f["state"] == "bad" || f["says"] == "" || f["name"] == "" {
			t.Errorf("in a sound shop: %v", f)
		}
	}
	status, out, complaint := damaged(t, strings.Repeat("garbage", 5000)).call("doctor")
	if status != 1 || !strings.Contains(out, "bad\t") || !strings.Contains(complaint, "1 check found") {
		t.Errorf("in a damaged one: exit %d, %q, %q", status, out, complaint)
	}
}

func TestAResultThatCannotBeWrittenIsAFailure(t *testing.T) {
	s := newShop(t)
	var complaints bytes.Buffer
	p := s.process([]string{"workspace", "list"}, &complaints)
	p.Out = fullDisk{}
	if status := app.Run(t.Context(), p); status != 1 || !strings.Contains(complaints.String(), "cannot be written") {
		t.Errorf("exit %d: %s", status, complaints.String())
	}
}

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errors.New("no space left on device") }

func TestAnInterruptedImportKeepsWholeRowsAndGoesOn(t *testing.T) {
	const rows = 3000
	s := newShop(t)
	var people strings.Builder
	people.WriteString("email,name\n")
	for i := range rows {
		fmt.Fprintf(&people, "p%d@x.example,P\n", i)
	}
	file := s.file("people.csv", people.String())
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	terminal := &impatient{patience: 1500, leave: cancel}
	p := s.process([]string{"import", "contacts", file}, terminal)
	p.Terminal, p.Clock = true, &hasty{at: s.clock.Now()}

	status := app.Run(ctx, p)
	if status != 130 || !strings.Contains(terminal.seen.String(), "tandem: interrupted") {
		t.Fatalf("exit %d, after %d more writes than were waited for", status, -terminal.patience)
	}
	kept := strings.Count(s.must("export", "contacts"), "\n") - 1
	if kept <= 0 || kept >= rows {
		t.Errorf("%d of %d rows are there; the interrupt came too early or too late to show anything", kept, rows)
	}
	again := s.object("import", "contacts", file)
	if n := strings.Count(s.must("export", "contacts"), "\n") - 1; n != rows || again["rows"] != float64(rows) {
		t.Errorf("%d contacts after the second run, which says %v", n, again)
	}
}

// impatient is somebody who presses Ctrl-C after the progress was drawn so many times.
type impatient struct {
	patience int
	leave    context.CancelFunc
	seen     bytes.Buffer
}

func (i *impatient) Write(b []byte) (int, error) {
	if i.patience--; i.patience == 0 {
		i.leave()
	}
	return i.seen.Write(b)
}

// hasty is a clock that is a second on at every look, so that every row draws the progress.
type hasty struct{ at time.Time }

func (h *hasty) Now() time.Time {
	h.at = h.at.Add(time.Second)
	return h.at
}

// process is a call of the program that a test changes before it runs.
func (s *shop) process(args []string, complaints interface{ Write([]byte) (int, error) }) app.Process {
	return app.Process{
		Version: "test", Args: args, In: strings.NewReader(""), Out: &bytes.Buffer{}, Err: complaints, Clock: clock.Clock(s.clock),
		Env: func(name string) string { return map[string]string{"TANDEM_DB": s.url}[name] },
	}
}
