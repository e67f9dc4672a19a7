package loop

import (
	"net/url"
	"time"

	"tandem/internal/fault"
	"tandem/internal/insight/attribution"
	"tandem/internal/insight/report"
	"tandem/internal/web/ui"
)

// asked is what the page was asked to show.
type asked struct {
	report.LoopQuery
	Preset string // month, days, year, all or own
	Sort   string // the column that the table is sorted by
	Up     bool   // the smallest first
	today  time.Time
}

func ask(r *ui.Request) (asked, error) {
	q := asked{Preset: r.FormValue("period"), today: r.Now.In(r.Zone)}
	q.From, q.To = r.FormValue("from"), r.FormValue("to")
	if q.Preset == "" && (q.From != "" || q.To != "") {
		q.Preset = "own"
	}
	if q.Preset != "own" {
		q.preset()
	}
	q.By, q.Model, q.Conversion = r.FormValue("by"), r.FormValue("model"), r.FormValue("count")
	q.Ranges = r.FormValue("ranges") != ""
	if q.Model == "" {
		q.Model = string(attribution.Markov)
	}
	if q.By == "" {
		q.By = "channel"
	}
	q.Sort, q.Up = r.FormValue("sort"), r.FormValue("up") != ""
	if order[q.Sort] == nil && q.Sort != "name" {
		q.Sort, q.Up = byValue, false
	}
	if q.Conversion == "" {
		q.Conversion = string(report.Won)
	}
	if q.From != "" && q.To != "" && q.From > q.To {
		return q, fault.Invalidf("the period ends before it begins").WithMend("choose a last day that is not before the first")
	}
	return q, nil
}

// preset turns a named period into days; what is no name of one is the last 90 days.
func (q *asked) preset() {
	q.From, q.To = "", q.today.Format(time.DateOnly)
	switch q.Preset {
	case "month":
		q.From = time.Date(q.today.Year(), q.today.Month(), 1, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
	case "year":
		q.From = time.Date(q.today.Year(), 1, 1, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
	case "all":
		q.To = ""
	default:
		q.Preset = "days"
		q.From = q.today.AddDate(0, 0, -89).Format(time.DateOnly)
	}
}

// values are the query as a link carries it.
func (q asked) values() url.Values {
	v := url.Values{"period": {q.Preset}, "by": {q.By}, "model": {q.Model}, "count": {q.Conversion}}
	if q.Preset == "own" {
		v.Set("from", q.From)
		v.Set("to", q.To)
	}
	if q.Sort != byValue || q.Up {
		v.Set("sort", q.Sort)
	}
	if q.Up {
		v.Set("up", "1")
	}
	return v
}

// Kept is one part of the query that another period leaves as it is.
type Kept struct{ Name, Value string }

// Kept is what another period leaves as it is.
func (q asked) Kept() []Kept {
	kept := []Kept{{"period", "own"}}
	v := q.values()
	for _, name := range []string{"by", "model", "count", "sort", "up"} {
		if v.Has(name) {
			kept = append(kept, Kept{name, v.Get(name)})
		}
	}
	return kept
}

// with is the page with one thing changed.
func (q asked) with(name, value string) string {
	v := q.values()
	v.Set(name, value)
	if name == "period" {
		v.Del("from")
		v.Del("to")
	}
	return link("/loop", v)
}

// figure is a link to the people behind a number of the page.
func (q asked) figure(kind report.Kind, more ...string) string {
	v := q.values()
	v.Set("kind", string(kind))
	for i := 0; i+1 < len(more); i += 2 {
		v.Set(more[i], more[i+1])
	}
	return link("/loop/people", v)
}

// periods are the choices of a period.
func (q asked) periods(r *ui.Request) []Choice {
	choices := []Choice{
		{ID: "month", Text: r.T("This month")}, {ID: "days", Text: r.T("Last 90 days")}, {ID: "year", Text: r.T("This year")}, {ID: "all", Text: r.T("All time")},
	}
	for i := range choices {
		choices[i].URL = q.with("period", choices[i].ID)
		choices[i].Current = choices[i].ID == q.Preset
	}
	return choices
}

// Days is the period in words: 20 Feb to 20 May.
func (q asked) Days(v ui.Voice) string {
	switch {
	case q.From == "" && q.To == "":
		return v.T("all time")
	case q.From == "":
		return v.T("until %s", v.Day(v.Noon(q.To)))
	case q.To == "":
		return v.T("from %s", v.Day(v.Noon(q.From)))
	}
	return v.Days(q.From, q.To)
}

// Name is the period's name, such as Last 90 days.
func (q asked) Name(v ui.Voice) string {
	switch q.Preset {
	case "month":
		return v.T("This month")
	case "year":
		return v.T("This year")
	case "all":
		return v.T("All time")
	case "own":
		return v.T("Own period")
	}
	return v.T("Last 90 days")
}
