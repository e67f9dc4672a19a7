package loop

import (
	"math"
	"strconv"
	"time"

	"tandem/internal/insight/report"
	"tandem/internal/web/ui"
)

// Heat is how fast leads buy: a row for each month of first touch, the darker the more of them have bought.
type Heat struct {
	Months []string
	Rows   []HeatRow
	Total  HeatRow
}

// HeatRow is one month's leads.
type HeatRow struct {
	Name  string
	Leads Cell
	Cells []HeatCell
	Rest  []struct{} // the months that have not come yet
}

// HeatCell is a share with how dark it is.
type HeatCell struct {
	Cell
	Heat string
	Pale bool // of too few leads to say anything
}

// cohortMonths is how many months of first touch are shown, with as many after each.
const cohortMonths = 12

// fewLeads is under how many leads a share is shown pale.
const fewLeads = 20

func (p pages) heat(r *ui.Request, q asked) (Heat, error) {
	first := time.Date(q.today.Year(), q.today.Month(), 1, 0, 0, 0, 0, time.UTC).AddDate(0, 1-cohortMonths, 0)
	ask := report.CohortQuery{
		Period: report.Period{From: first.Format(time.DateOnly)}, Conversion: q.Conversion, Today: q.today.Format(time.DateOnly), Months: cohortMonths - 1,
	}
	report, err := p.Reports.Cohorts(r.Context(), place(r), ask)
	if err != nil || len(report.Rows) == 0 {
		return Heat{}, err
	}
	h := heating{r.Voice, q, ask, report.Months, 0}
	for _, row := range report.Rows {
		for _, cell := range row.Through {
			h.most = max(h.most, cell.Share)
		}
	}
	heat := Heat{Total: h.row(r.T("All"), &report.Total)}
	for month := range report.Months + 1 {
		heat.Months = append(heat.Months, h.month(month))
	}
	for i := range report.Rows {
		heat.Rows = append(heat.Rows, h.row(h.name(&report.Rows[i]), &report.Rows[i]))
	}
	return heat, nil
}

// heating writes cohorts down.
type heating struct {
	ui.Voice
	asked  asked
	query  report.CohortQuery
	months int
	most   float64
}

func (h *heating) month(n int) string {
	if n == 0 {
		return h.T("Same month")
	}
	return h.T("%d months", n)
}

func (h *heating) name(row *report.CohortRow) string {
	name := h.Month(h.Noon(row.Month + "-01"))
	if row.ToDate {
		return h.T("%s, to date", name)
	}
	return name
}

func (h *heating) row(name string, row *report.CohortRow) HeatRow {
	shown := HeatRow{Name: name, Leads: Cell{Text: h.Number(row.Leads), URL: h.people(row.Month, -1)}, Rest: make([]struct{}, h.months+1-len(row.Through))}
	for k, cell := range row.Through {
		c := HeatCell{Cell: Cell{Text: h.Percent(cell.Share), Note: h.T("%[1]d of %[2]d", h.Many(cell.Bought), h.Many(cell.Base))}, Heat: "0", Pale: cell.Base < fewLeads}
		if cell.Bought > 0 {
			c.URL = h.people(row.Month, k)
			c.Heat = strconv.Itoa(int(math.Round(44 * cell.Share / h.most)))
		}
		shown.Cells = append(shown.Cells, c)
	}
	return shown
}

func (h *heating) people(month string, within int) string {
	v := h.asked.values()
	v.Set("kind", string(report.OfCohort))
	v.Set("period", "own")
	v.Set("from", h.query.From)
	v.Set("to", "")
	v.Set("month", month)
	v.Set("within", strconv.Itoa(within))
	return link("/loop/people", v)
}
