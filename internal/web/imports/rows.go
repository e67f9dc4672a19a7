package imports

import (
	"net/url"
	"slices"
	"strconv"

	"tandem/internal/db"
	"tandem/internal/exchange"
	"tandem/internal/fault"
	"tandem/internal/id"
	"tandem/internal/web/ui"
)

// Rows is the list of a file's rows with what would become, or became, of each.
type Rows struct {
	Tabs        []Tab
	Heads       []string // of the file's columns that are shown, as long as nothing is imported
	All         []RowShown
	First, Next string // pages, "" if there are none
}

// Tab shows the rows of one verdict, or all.
type Tab struct {
	Text    string
	Count   int
	URL     string
	Current bool
}

// RowShown is one row on the page.
type RowShown struct {
	exchange.RowSeen
	Name string // of the record that the row made or met
	URL  string
}

const (
	rowsPerPage  = 25
	columnsShown = 4
)

// rows lists what stands at the page's address: the verdict that is asked for, from a row on.
func (p pages) rows(r *ui.Request, page *One) error {
	only := r.FormValue("show")
	after, err := strconv.ParseInt(r.FormValue("after"), 10, 64)
	if only != "" && !slices.Contains(exchange.Verdicts(), only) || err != nil && r.FormValue("after") != "" {
		return fault.NotFoundf("there is nothing at this address")
	}
	if page.Busy() || page.U.State == exchange.TakenBack {
		return nil
	}
	var seen []exchange.RowSeen
	switch {
	case page.Run != nil:
		seen, err = p.rowsDone(r, page, only, after)
	case page.Trial != nil && page.Readable:
		seen, err = p.rowsTried(r, page, only, after)
	default:
		return nil
	}
	if err != nil {
		return err
	}
	page.Rows.Tabs, page.Rows.First = page.tabs(only), ""
	if after > 0 {
		page.Rows.First = page.rowsAt(only, 0)
	}
	if len(seen) > rowsPerPage {
		page.Rows.All, page.Rows.Next = page.Rows.All[:rowsPerPage], page.rowsAt(only, seen[rowsPerPage-1].Row)
	}
	return nil
}

// rowsTried shows the first of the columns that are taken.
func (p pages) rowsTried(r *ui.Request, page *One, only string, after int64) ([]exchange.RowSeen, error) {
	seen, err := p.Exchange.RowsTried(r.Context(), r.Workspace.ID, page.U, only, after, rowsPerPage+1)
	if err != nil {
		return nil, err
	}
	var at []int
	for _, c := range page.Columns {
		if c.Field != "" && len(at) < columnsShown {
			at = append(at, c.At)
			page.Rows.Heads = append(page.Rows.Heads, c.Header)
		}
	}
	for _, row := range seen {
		cells := make([]string, len(at))
		for i, column := range at {
			if column < len(row.Cells) {
				cells[i] = row.Cells[column]
			}
		}
		page.Rows.All = append(page.Rows.All, RowShown{RowSeen: exchange.RowSeen{Line: row.Line, Verdict: row.Verdict, Cells: cells}})
	}
	return seen, nil
}

// rowsDone shows the people and companies that rows have made or met.
func (p pages) rowsDone(r *ui.Request, page *One, only string, after int64) (seen []exchange.RowSeen, err error) {
	err = r.Read(func(tx *db.Tx) error {
		page.Rows.All = nil
		if seen, err = p.Exchange.RowsDone(r.Context(), tx, page.U, only, after, rowsPerPage+1); err != nil {
			return err
		}
		names, err := p.names(r, tx, page.U.Kind, seen)
		if err != nil {
			return err
		}
		for _, row := range seen {
			one := RowShown{RowSeen: row, Name: names[row.Record]}
			if one.Name != "" {
				one.URL = place(page.U.Kind) + row.Record.String()
			}
			page.Rows.All = append(page.Rows.All, one)
		}
		return nil
	})
	return seen, err
}

// place is where the pages of a kind's records are.
func place(k exchange.Kind) string {
	if k == exchange.Companies {
		return "/companies/"
	}
	return "/people/"
}

// names are those of the rows' people or companies; of what is removed, and of other kinds, there are none.
func (p pages) names(r *ui.Request, tx *db.Tx, k exchange.Kind, rows []exchange.RowSeen) (map[id.ID]string, error) {
	var of []id.ID
	for _, row := range rows {
		if row.Record != 0 {
			of = append(of, row.Record)
		}
	}
	names := map[id.ID]string{}
	switch k {
	case exchange.Contacts:
		people, err := p.Contacts.Contacts(r.Context(), tx, of)
		for i, c := range people {
			names[i] = c.Name
		}
		return names, err
	case exchange.Companies:
		companies, err := p.Contacts.Companies(r.Context(), tx, of)
		for i, c := range companies {
			names[i] = c.Name
		}
		return names, err
	}
	return names, nil
}

// result is what the import did so far, else what the trial would have done.
func (o One) result() exchange.Result {
	switch {
	case o.Run != nil:
		return o.Run.Result
	case o.Trial != nil:
		return o.Trial.Result
	}
	return exchange.Result{}
}

// counts are how many rows became, or would become, what.
func (o One) counts() map[string]int {
	r := o.result()
	return map[string]int{"created": r.Created, "updated": r.Updated, "unchanged": r.Unchanged, "skipped": r.Skipped, "left_out": r.LeftOut}
}

// Outcome is how many rows became what.
type Outcome struct {
	Text        string
	Count       int
	URL         string // the records, "" while there are none to be shown
	Strong, Bad bool
}

// Outcomes are what became of the rows so far, each leading to its records once the import stands.
func (o One) Outcomes() []Outcome {
	counts := o.counts()
	var all []Outcome
	for _, v := range exchange.Verdicts() {
		one := Outcome{Text: o.W.Verdict(v), Count: counts[v], Strong: v == "created" || v == "updated", Bad: v == "skipped" && counts[v] > 0}
		if v == "updated" {
			one.Text = o.W.T("Filled or changed")
		}
		if one.Count > 0 && !o.Busy() && o.U.State != exchange.TakenBack {
			one.URL = o.Of(v)
		}
		if v != "left_out" || one.Count > 0 {
			all = append(all, one)
		}
	}
	return all
}

// tabs offer the verdicts that rows of this file have.
func (o One) tabs(only string) []Tab {
	counts := o.counts()
	all := []Tab{{Text: o.W.T("All"), URL: o.rowsAt("", 0), Current: only == ""}}
	for _, v := range exchange.Verdicts() {
		if all[0].Count += counts[v]; v == "left_out" && counts[v] == 0 {
			continue
		}
		all = append(all, Tab{Text: o.W.Verdict(v), Count: counts[v], URL: o.rowsAt(v, 0), Current: only == v})
	}
	return all
}

// rowsAt is the address of the rows of a verdict after one.
func (o One) rowsAt(only string, after int64) string {
	q := url.Values{}
	if only != "" {
		q.Set("show", only)
	}
	if after > 0 {
		q.Set("after", strconv.FormatInt(after, 10))
	}
	at := "/imports/" + o.U.ID.String()
	if len(q) > 0 {
		at += "?" + q.Encode()
	}
	return at + "#rows"
}
