package imports

import (
	"testing"
	"time"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/exchange"
	"tandem/internal/i18n"
	"tandem/internal/team"
	"tandem/internal/test/dbtest"
	"tandem/internal/web/ui"
)

func TestHowLongAnImportTakesIsToldByHowLongItTook(t *testing.T) {
	shipped, err := i18n.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 5, 20, 9, 0, 0, 0, time.UTC)
	r := &ui.Request{Voice: ui.NewVoice(shipped.Printer("en"), time.UTC, now), Now: now}
	for _, c := range []struct {
		rows          int
		began, chosen time.Duration
		want          string
	}{
		{250, 10 * time.Second, 11 * time.Second, "about 31 s left"},
		{250, 10 * time.Minute, 11 * time.Minute, "about 30 min left"},
		{1200, 10 * time.Second, 11 * time.Second, "about 1 s left"},
		{0, 10 * time.Second, 11 * time.Second, ""},
		{250, 10 * time.Minute, time.Minute, ""}, // gone on with after it was stopped
	} {
		o := One{
			U:   exchange.Upload{State: exchange.Importing, Total: 1000, ChangedAt: clock.Of(now.Add(-c.chosen))},
			Run: &exchange.Progress{Result: exchange.Result{Rows: c.rows}, StartedAt: clock.Of(now.Add(-c.began))},
		}
		if got := o.left(r); got != c.want {
			t.Errorf("%d rows in %s: %q, want %q", c.rows, c.began, got, c.want)
		}
	}
}

func TestAFileThatWaitsForAnotherSaysForWhich(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		v := visit(t, d, team.Owner)
		first := v.send("contacts", "first.csv", "name,email\nAnn,ann@x.example\n").Is(200).Hides("This file is next").At
		second := v.send("contacts", "second.csv", "name,email\nBo,bo@x.example\n").Is(200).Says("first.csv is being tried", "This file is next").At
		v.Open(first).Hides("second.csv")
		v.works()
		v.Open(second).Hides("first.csv")
	})
}
