package loop

import (
	"encoding/csv"
	"net/http"
	"strconv"

	"tandem/internal/exchange/value"
	"tandem/internal/insight/report"
	"tandem/internal/web/ui"
)

// export is the table as a CSV file, figures in plain digits.
func (p pages) export(w http.ResponseWriter, r *ui.Request) error {
	q, err := ask(r)
	if err != nil {
		return err
	}
	q.Ranges = true
	loop, err := p.Reports.Loop(r.Context(), place(r), q.LoopQuery)
	if err != nil {
		return err
	}
	q.sorted(r.Voice, loop.Rows)
	out := csv.NewWriter(ui.Sheet(w, q.file(string(loop.Model))))
	rows := [][]string{{loop.By, "spend", "leads", "per_lead", "customers", "orders", string(loop.Conversion), "currency", "return", "return_low", "return_high"}}
	for i := range loop.Rows {
		rows = append(rows, line(value.Guard(loop.Rows[i].Key), &loop.Rows[i]))
	}
	rows = append(rows, line("total", &loop.Total))
	return out.WriteAll(rows)
}

// file is what the export is called: after the model, and the period if there is one.
func (q asked) file(model string) string {
	name := "loop-" + model
	for _, day := range []string{q.From, q.To} {
		if day != "" {
			name += "-" + day
		}
	}
	return name + ".csv"
}

func line(key string, r *report.LoopRow) []string {
	perLead := ""
	if r.PerLead != nil {
		perLead = r.PerLead.String()
	}
	return []string{
		key, r.Spend.String(), strconv.Itoa(r.Leads), perLead, strconv.Itoa(r.Customers), strconv.FormatFloat(r.Orders, 'f', 2, 64), r.Value.String(),
		string(r.Value.Currency), decimal(r.Return), decimal(r.Low), decimal(r.High),
	}
}

func decimal(f *float64) string {
	if f == nil {
		return ""
	}
	return strconv.FormatFloat(*f, 'f', 2, 64)
}
