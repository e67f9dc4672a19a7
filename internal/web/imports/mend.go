package imports

import (
	"encoding/csv"
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"tandem/internal/exchange"
	"tandem/internal/exchange/value"
	"tandem/internal/web/ui"
)

// longestMended is how long a cell may be that is put right on the page; a longer one is not shown whole.
const longestMended = 200

// Fault is a problem of a row.
type Fault struct {
	exchange.Problem
	Mendable bool // its cell can be put right on the page
}

// mendable reports whether a problem is one of a cell that the page can show.
func (o One) mendable(p exchange.Problem) bool {
	return len([]rune(p.Value)) <= longestMended && slices.ContainsFunc(o.Columns, func(c Column) bool { return c.Name == p.Column })
}

// Mended is how many cells were put right.
func (o One) Mended() int {
	n := 0
	for _, cells := range o.As.Right {
		n += len(cells)
	}
	return n
}

// mended are the cells that a form puts right and the rows that it leaves out, beside those from before. A cell that stands in the form as it stands
// in the file is as it was.
func mended(r *ui.Request, as exchange.Reading, trial *exchange.Trial) (exchange.Corrections, []int) {
	if r.PostFormValue("mended") == "none" {
		return nil, nil
	}
	right, out := exchange.Corrections{}, slices.Clone(as.Out)
	for line, cells := range as.Right {
		right[line] = maps.Clone(cells)
	}
	for name, values := range r.PostForm {
		if line, column, ok := cellNamed(name); ok && values[0] != found(trial, line, column) {
			if right[line] == nil {
				right[line] = map[string]string{}
			}
			right[line][column] = values[0]
		}
	}
	if line, err := strconv.Atoi(r.PostFormValue("out")); err == nil && !slices.Contains(out, line) {
		out = append(out, line)
		slices.Sort(out)
	}
	return right, out
}

// cellNamed reads the name of an input that puts a cell right: r.LINE.COLUMN.
func cellNamed(name string) (line int, column string, ok bool) {
	rest, ok := strings.CutPrefix(name, "r.")
	number, column, cut := strings.Cut(rest, ".")
	line, err := strconv.Atoi(number)
	return line, column, ok && cut && err == nil
}

// found is the cell as the trial found it.
func found(t *exchange.Trial, line int, column string) string {
	if t == nil {
		return ""
	}
	for _, p := range t.Problems {
		if p.Line == line && p.Column == column {
			return p.Value
		}
	}
	return ""
}

// problems are the rows that had problems, as a file that imports as theirs did. Where theirs is no longer kept, it lists what was wrong.
func (p pages) problems(w http.ResponseWriter, r *ui.Request) error {
	of, err := r.ID("id")
	if err != nil {
		return err
	}
	page, err := p.read(r, of, nil)
	if err != nil {
		return err
	}
	file := ui.Sheet(w, "problems-"+of.String()+".csv")
	if page.U.Content == "" {
		return listed(file, page)
	}
	return p.Exchange.Rest(r.Context(), r.Workspace.ID, page.U, file, page.W.wrong)
}

// listed is what was wrong, a problem a row. A cell that a spreadsheet would run gets an apostrophe before it.
func listed(w io.Writer, page One) error {
	out := csv.NewWriter(w)
	_ = out.Write([]string{"line", "column", "value", "problem"}) // the writer keeps a failure until the end
	for _, one := range page.result().Problems {
		_ = out.Write([]string{strconv.Itoa(one.Line), value.Guard(one.Column), value.Guard(one.Value), value.Guard(page.W.Why(one))})
	}
	out.Flush()
	return out.Error()
}

// wrong is what is wrong with a row, in a cell.
func (w Words) wrong(problems []exchange.Problem) string {
	var all []string
	for _, p := range problems {
		all = append(all, strings.TrimPrefix(p.Column+": "+w.Why(p), ": "))
	}
	return strings.Join(all, "; ")
}

// again brings the rows that were left with problems once more, on their own.
func (p pages) again(w http.ResponseWriter, r *ui.Request) error {
	of, err := r.ID("id")
	if err != nil {
		return err
	}
	u, err := p.upload(r, of)
	if err != nil {
		return err
	}
	rest, err := p.Exchange.Again(r.Context(), r.Workspace.ID, r.By, u)
	if err == nil {
		err = p.tryAtOnce(r, rest)
	}
	if err != nil {
		return p.answered(w, r, of, err)
	}
	return r.Go(w, "/imports/"+rest.ID.String())
}
