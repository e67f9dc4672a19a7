package settings

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"tandem/internal/db"
	"tandem/internal/id"
	"tandem/internal/team"
	"tandem/internal/test/dbtest"
	"tandem/internal/web/webtest"
	"tandem/internal/work"
)

func TestWhatFailedIsSaidWithItsReasonToWhoMayMendIt(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := webtest.New(t, d, Routes)
		runner := work.New(d, s.Clock, work.Options{Log: slog.New(slog.DiscardHandler)})
		runner.Handle("import", func(_ context.Context, l work.Lease) (time.Time, error) {
			if l.Workspace == s.Workspace.ID {
				return time.Time{}, errors.New("the disk is full")
			}
			return time.Time{}, errors.New("another's secret")
		})
		for _, ws := range []id.Workspace{s.Workspace.ID, s.Workspace.ID + 1} {
			if err := d.Write(t.Context(), ws, func(tx *db.Tx) error { return work.Hint(t.Context(), tx, "import", s.Clock.Now()) }); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := runner.Once(t.Context()); err != nil {
			t.Fatal(err)
		}
		page := s.As(t, team.Owner).Open("/settings/work").Is(200).Says("What failed 1", "Files that are tried", "the disk is full", "failed 1 time, tried again 20 May")
		page.Hides("another's secret")
		s.As(t, team.Sales).Open("/settings/work").Is(200).Hides("the disk is full", "What failed")
	})
}
