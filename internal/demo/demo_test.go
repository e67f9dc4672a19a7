package demo_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/demo"
	"tandem/internal/exchange"
	"tandem/internal/fault"
	"tandem/internal/house"
	"tandem/internal/id"
	"tandem/internal/insight/report"
	"tandem/internal/people/glance"
	"tandem/internal/team"
	"tandem/internal/test/dbtest"
)

var wednesday = time.Date(2026, 5, 20, 8, 24, 0, 0, time.UTC)

func made(t *testing.T, d *db.DB, people int) (house.Services, demo.Made, team.Workspace) {
	t.Helper()
	return madeAt(t, d, wednesday, people)
}

func madeAt(t *testing.T, d *db.DB, now time.Time, people int) (house.Services, demo.Made, team.Workspace) {
	t.Helper()
	s := house.Build(d, clock.NewFake(now), filepath.Join(t.TempDir(), "key"))
	s.Team.HashLightly()
	if err := s.Team.Begin(t.Context()); err != nil {
		t.Fatal(err)
	}
	m, err := demo.Fill(t.Context(), s, demo.Options{People: people})
	if err != nil {
		t.Fatal(err)
	}
	ws, err := s.Team.BySlug(t.Context(), team.Default)
	if err != nil {
		t.Fatal(err)
	}
	return s, m, ws
}

func TestEverybodySignsInAndEveryReportHasSomethingToSay(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, m, ws := made(t, d, 400)
		roles := map[team.Role]bool{}
		members, err := s.Team.Members(t.Context(), ws.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, one := range members {
			if _, err := s.Team.SignIn(t.Context(), team.Credentials{Email: one.Email, Password: m.Password, Address: "192.0.2.7"}); err != nil {
				t.Errorf("%s: %v", one.Email, err)
			}
			roles[one.Role] = true
		}
		if len(roles) != len(team.Roles()) {
			t.Errorf("the roles are %v", roles)
		}
		zone, _ := ws.Zone()
		at := report.Place{Workspace: ws.ID, Currency: ws.Currency, Zone: zone}
		reportsSay(t, &s, at)
		if err := d.Read(t.Context(), ws.ID, func(tx *db.Tx) error {
			some, n, err := glance.Waiting(t.Context(), tx, "", clock.Of(wednesday.AddDate(0, 0, -14)), 20)
			if n != 6 || len(some) != 6 {
				t.Errorf("%d wait for an answer, want the six who are written by hand", n)
			}
			return err
		}); err != nil {
			t.Error(err)
		}
		if _, err := demo.Fill(t.Context(), s, demo.Options{People: 1}); !fault.Is(err, fault.Conflict) {
			t.Errorf("a business was written over: %v", err)
		}
	})
}

// TestWordOfMouthCostsLittleAndBringsMuch holds what the demo is there to show: ways to buyers differ, by far.
func TestWordOfMouthCostsLittleAndBringsMuch(t *testing.T) {
	s, _, ws := made(t, dbtest.SQLite(t), 1200)
	zone, _ := ws.Zone()
	loop, err := s.Reports.Loop(t.Context(), report.Place{Workspace: ws.ID, Currency: ws.Currency, Zone: zone}, report.LoopQuery{By: "channel", Model: "first"})
	if err != nil {
		t.Fatal(err)
	}
	back := map[string]float64{}
	for _, row := range loop.Rows {
		if row.Return != nil {
			back[row.Key] = *row.Return
		}
	}
	if told, ads := back["Word of mouth"], back["Paid Social"]; told < 4*ads || ads < 1 {
		t.Errorf("each euro brings %.2f by word of mouth and %.2f by social ads", told, ads)
	}
}

func TestWhatIsPlannedForTodayLiesAheadAtAnyHour(t *testing.T) {
	for _, hour := range []int{0, 13, 22} {
		now := time.Date(2026, 5, 21, hour-2, 24, 0, 0, time.UTC) // in Ghent it is that hour
		s, _, ws := madeAt(t, dbtest.SQLite(t), now, 0)
		zone, _ := ws.Zone()
		y, m, d := now.In(zone).Date()
		begins, ends := clock.Of(time.Date(y, m, d, 0, 0, 0, 0, zone)), clock.Of(time.Date(y, m, d+1, 0, 0, 0, 0, zone))
		today := 0
		if err := s.DB.Read(t.Context(), ws.ID, func(tx *db.Tx) error {
			due, err := s.Activities.Due(t.Context(), tx, "", ends-1, 50)
			for _, a := range due {
				if a.DueAt >= begins && a.DueAt < clock.Of(now) {
					t.Errorf("at %d:24 %q is late", hour, a.Text)
				}
				if a.DueAt >= begins {
					today++
				}
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if today < 6 {
			t.Errorf("at %d:24 only %d are planned", hour, today)
		}
	}
}

func TestFirmsHaveATownAnOwnerAndPeople(t *testing.T) {
	s, _, ws := made(t, dbtest.SQLite(t), 400)
	if err := s.DB.Read(t.Context(), ws.ID, func(tx *db.Tx) error {
		firms, err := s.Contacts.ListCompanies(t.Context(), tx, "", "", 200)
		several := 0
		for _, f := range firms.Rows {
			if strings.Contains(f.Domain, "xn--") || f.People < 1 || f.Owner == "" && f.Domain != "" || f.City == "" && f.Domain != "" {
				t.Errorf("%s of %s: %d people, looked after by %q", f.Name, f.City, f.People, f.Owner)
			}
			if f.People > 1 {
				several++
			}
		}
		if len(firms.Rows) < 50 || several < 5 {
			t.Errorf("%d firms, %d with several people", len(firms.Rows), several)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

func TestTheSameDayMakesTheSameBusiness(t *testing.T) {
	if a, b := written(t, 120), written(t, 120); a != b {
		t.Error("two businesses of the same day differ")
	}
}

// written is everything that a business exports, without the ids that Tandem gave.
func written(t *testing.T, people int) string {
	t.Helper()
	s, m, ws := made(t, dbtest.SQLite(t), people)
	dir := t.TempDir()
	if _, err := s.Exchange.ExportAll(t.Context(), ws.ID, m.Colleagues[0], exchange.CSV, dir); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.csv"))
	if err != nil || len(files) < 6 {
		t.Fatal(files, err)
	}
	all := ""
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all += filepath.Base(file) + "\n" + string(b)
	}
	return regexp.MustCompile(`\b0[0-9A-HJKMNP-TV-Z]{12}\b`).ReplaceAllString(all, "ID")
}

// reportsSay checks that no report is empty.
func reportsSay(t *testing.T, s *house.Services, at report.Place) {
	t.Helper()
	ctx, today := t.Context(), wednesday.Format(time.DateOnly)
	year := report.Period{From: wednesday.AddDate(-1, 0, 0).Format(time.DateOnly), To: today}
	funnel, err := s.Reports.Funnel(ctx, at, report.FunnelQuery{By: "channel"})
	says(t, "the funnel", err, len(funnel.Rows) > 8, funnel.Total.Open > 0, funnel.Total.Won > 5)
	cycle, err := s.Reports.Cycle(ctx, at, report.CycleQuery{})
	says(t, "the cycle", err, cycle.N > 5)
	for _, model := range []string{"first", "last", "last-non-direct", "linear", "u-shaped", "w-shaped", "time-decay", "markov", "shapley"} {
		loop, err := s.Reports.Loop(ctx, at, report.LoopQuery{Period: year, By: "channel", Model: model, Conversion: "paid"})
		says(t, model, err, len(loop.Rows) > 5, loop.Total.Return != nil, loop.Known)
	}
	flow, err := s.Reports.Flow(ctx, at, report.FlowQuery{Period: year, By: "channel"})
	says(t, "the flow", err, len(flow.Rows) > 8, flow.Total.Leads > flow.Total.Deal, flow.Total.Deal > flow.Total.Won)
	cohorts, err := s.Reports.Cohorts(ctx, at, report.CohortQuery{Conversion: "won", Today: today, Months: 12})
	says(t, "the cohorts", err, len(cohorts.Rows) > 10)
	strip, err := s.Reports.Strip(ctx, at, report.Period{From: "2026-05-01", To: today})
	says(t, "the strip", err, strip.Came > 0, strip.Leads > 0, strip.Deals > 0, strip.Orders > 0, strip.Paid.Minor > 0, strip.CostsUntil != "")
	quality, err := s.Reports.Quality(ctx, at)
	says(t, "the quality", err, quality.MoneyWithoutContact.N > 0, len(quality.UnknownCampaigns) > 0, len(quality.CostsWithoutTouches) > 0, len(quality.Unconverted) > 0)
}

func says(t *testing.T, name string, err error, all ...bool) {
	t.Helper()
	if err != nil {
		t.Errorf("%s: %v", name, err)
	}
	for i, ok := range all {
		if !ok {
			t.Errorf("%s says too little (%d)", name, i)
		}
	}
}

func TestPeopleWorkByDayAndMeetOnAnyDayOfTheWeek(t *testing.T) {
	s, _, ws := made(t, dbtest.SQLite(t), 1200)
	zone, err := ws.Zone()
	if err != nil {
		t.Fatal(err)
	}
	met := map[time.Weekday]int{}
	if err := s.DB.Read(t.Context(), ws.ID, func(tx *db.Tx) error {
		touches, err := db.All[struct {
			Kind string       `db:"kind"`
			At   clock.Micros `db:"at"`
		}](t.Context(), tx, `SELECT kind, at FROM touch WHERE workspace_id = $1 AND kind IN ('call', 'meeting', 'visit', 'quote_sent', 'email_opened')`, ws.ID)
		for _, one := range touches {
			at := one.At.Time().In(zone)
			if at.Hour() < 6 || at.Hour() >= 23 {
				t.Errorf("%s at %s", one.Kind, at)
			}
			if one.Kind == "meeting" || one.Kind == "visit" || one.Kind == "quote_sent" {
				met[at.Weekday()]++
			}
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	all := 0
	for _, n := range met {
		all += n
	}
	if met[time.Sunday] > all/50 || met[time.Monday] > all/3 || met[time.Saturday] == 0 || all < 100 {
		t.Errorf("they meet on %v", met)
	}
}

func TestWhatAFirmBuysIsTheFirms(t *testing.T) {
	s, _, ws := made(t, dbtest.SQLite(t), 400)
	if err := s.DB.Read(t.Context(), ws.ID, func(tx *db.Tx) error {
		packs, err := db.All[struct {
			Name    string `db:"name"`
			Company id.ID  `db:"company_id"`
			Lost    string `db:"lost_reason"`
		}](t.Context(), tx, `SELECT name, COALESCE(company_id, 0) AS company_id, COALESCE(lost_reason, '') AS lost_reason FROM deal WHERE workspace_id = $1`, ws.ID)
		firms := 0
		for _, d := range packs {
			isFirm := strings.Contains(d.Name, "Pack")
			if isFirm {
				firms++
			}
			if isFirm && d.Company == 0 {
				t.Errorf("%s is nobody's", d.Name)
			}
			if d.Lost == "The van lease runs on" && d.Company == 0 {
				t.Errorf("a family has a van: %s", d.Name)
			}
		}
		if firms < 5 {
			t.Errorf("only %d deals of firms", firms)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
}
