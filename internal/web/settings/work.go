package settings

import (
	"net/http"

	"tandem/internal/clock"
	"tandem/internal/id"
	"tandem/internal/team"
	"tandem/internal/web/ui"
	"tandem/internal/work"
)

// Work is the page of what runs in the background.
type Work struct {
	Tabs
	Status work.Status
	Failed []Failed // work of this business, shown to who may change its settings
}

// Failed is work that failed when it was tried last, and is tried again.
type Failed struct{ What, Why, When string }

// Does says what a kind of work does.
func (w Work) Does(kind work.Kind) string {
	switch kind {
	case "import":
		return w.T("Files that are tried, imported and taken back")
	case "follow":
		return w.T("Lists and reports follow the journey")
	case "optimize":
		return w.T("The database counts what it holds")
	case "sweep":
		return w.T("Finds work that was forgotten")
	}
	return string(kind)
}

var workPage = ui.MustPage[Work](files, "work.html", "tabs.html")

func (p pages) work(w http.ResponseWriter, r *ui.Request) error {
	status, err := work.Report(r.Context(), p.DB, p.Clock)
	if err != nil {
		return err
	}
	page := Work{Tabs: frame(r, "/settings/work", team.ManageSettings), Status: status}
	page.Voice = r.Voice
	for _, row := range status.Urgent {
		if page.May && row.Failures > 0 && row.Workspace == id.ID(r.Workspace.ID) {
			page.Failed = append(page.Failed, page.failed(row))
		}
	}
	return workPage.Render(w, r, page)
}

// failed says what failed, why, and when it is tried again.
func (w Work) failed(row work.Row) Failed {
	f := Failed{What: w.Does(row.Kind), Why: row.LastError, When: w.T("failed %d times in a row", w.Many(row.Failures))}
	if row.RunsNext != nil {
		f.When = w.T("%[1]s, tried again %[2]s", f.When, w.DayAndClock(w.Micros(row.RunsNext)))
	}
	return f
}

// Micros is a time of the report, as pages show times.
func (Work) Micros(at interface{ UnixMicro() int64 }) clock.Micros {
	return clock.Micros(at.UnixMicro())
}
