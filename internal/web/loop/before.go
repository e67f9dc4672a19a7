package loop

import (
	"time"

	"tandem/internal/insight/attribution"
	"tandem/internal/insight/report"
	"tandem/internal/web/ui"
)

// Before is the period before this one, with its figures in the order of the page's.
type Before struct {
	Days    string // when that was
	URL     string // the page of it
	Figures []string
}

// before is what the same figures were before, nil where there is no such period or nothing happened in it.
func (p pages) before(r *ui.Request, q asked) (*Before, error) {
	earlier, ok := q.earlier()
	if !ok {
		return nil, nil
	}
	// the totals are the same by every model; this one takes the least work
	loop, err := p.Reports.Loop(r.Context(), place(r), report.LoopQuery{Period: earlier.Period, By: "source", Model: string(attribution.First), Conversion: q.Conversion})
	if err != nil || loop.Total.Spend.Minor == 0 && loop.Total.Value.Minor == 0 && loop.Total.Orders == 0 {
		return nil, err
	}
	t := table{Voice: r.Voice, asked: earlier, loop: &loop}
	own := earlier
	own.Preset = "own"
	before := &Before{Days: earlier.Days(r.Voice), URL: link("/loop", own.values())}
	for _, s := range t.stats() {
		if s.Value == none.Text {
			s.Value = ""
		}
		before.Figures = append(before.Figures, s.Value)
	}
	return before, nil
}

// firstYear is the first of which a period before is looked for.
const firstYear = 1900

// earlier is as much time before the period: of a month the same days of the month before, of a year of the year before.
func (q asked) earlier() (asked, bool) {
	from, err := time.Parse(time.DateOnly, q.From)
	to, other := time.Parse(time.DateOnly, q.To)
	if err != nil || other != nil || to.Before(from) || from.Year() < firstYear {
		return q, false
	}
	switch q.Preset {
	case "month":
		last := from.AddDate(0, 0, -1)
		from = time.Date(last.Year(), last.Month(), 1, 0, 0, 0, 0, time.UTC)
		to = earliest(from.AddDate(0, 0, to.Day()-1), last)
	case "year":
		from, to = from.AddDate(-1, 0, 0), sameDay(to)
	default:
		days := int(to.Sub(from).Hours()/24) + 1
		from, to = from.AddDate(0, 0, -days), from.AddDate(0, 0, -1)
	}
	q.From, q.To = from.Format(time.DateOnly), to.Format(time.DateOnly)
	return q, true
}

// sameDay is the day a year ago; of 29 February the last of February.
func sameDay(day time.Time) time.Time {
	ago := day.AddDate(-1, 0, 0)
	if ago.Month() != day.Month() {
		return ago.AddDate(0, 0, -1)
	}
	return ago
}

func earliest(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}
