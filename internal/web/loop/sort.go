package loop

import (
	"cmp"
	"slices"

	"tandem/internal/insight/report"
	"tandem/internal/web/ui"
)

// Head is a column's head; it sorts by its column, and a second time the other way round.
type Head struct {
	Text   string
	URL    string
	Sorted string // ascending or descending, "" if the table is not sorted by it
	Class  string
}

// byValue is the order that reports come in.
const byValue = "value"

// order is how rows are sorted: what a row says under a column's name, nothing where it cannot be said.
var order = map[string]func(*report.LoopRow) *float64{
	"spend":     func(r *report.LoopRow) *float64 { return sumOf(&r.Spend) },
	"leads":     func(r *report.LoopRow) *float64 { return number(r.Leads) },
	"per-lead":  func(r *report.LoopRow) *float64 { return sumOf(r.PerLead) },
	"customers": func(r *report.LoopRow) *float64 { return number(r.Customers) },
	byValue:     func(r *report.LoopRow) *float64 { return sumOf(&r.Value) },
	"return":    func(r *report.LoopRow) *float64 { return r.Return },
}

func number(n int) *float64 {
	f := float64(n)
	return &f
}

func sumOf(s *report.Sum) *float64 {
	if s == nil {
		return nil
	}
	f := float64(s.Minor)
	return &f
}

// sorted puts the rows into the order that was asked for. What cannot be said stands last, either way.
func (q *asked) sorted(v ui.Voice, rows []report.LoopRow) {
	up := 1
	if !q.Up {
		up = -1
	}
	of := order[q.Sort]
	slices.SortStableFunc(rows, func(x, y report.LoopRow) int {
		if q.Sort == "name" {
			return up * cmp.Compare(named(v, q.By, x.Key), named(v, q.By, y.Key))
		}
		a, b := of(&x), of(&y)
		switch {
		case a != nil && b != nil:
			return up * cmp.Compare(*a, *b)
		case a == nil && b == nil:
			return 0
		case a == nil:
			return 1
		}
		return -1
	})
}

// heads are the columns' heads.
func (t *table) heads() []Head {
	return []Head{
		t.head("name", t.first(), ""), t.head("spend", t.T("Spend"), "r"), t.head("leads", t.T("Leads"), "r hide-s"), t.head("per-lead", t.T("Per lead"), "r hide-s"),
		t.head("customers", t.T("Customers"), "r hide-s"), t.head(byValue, t.measure(), "r"),
		{Text: t.T("Share of revenue"), Class: "hide-s"},
		t.head("return", t.T("Back per %s", round(t.Voice, t.loop.Currency, 1)), "r"),
	}
}

func (t *table) head(id, text, class string) Head {
	h := Head{Text: text, Class: class}
	to := t.asked
	to.Sort, to.Up = id, id == "name"
	if id == t.Sort {
		to.Up = !t.Up
		h.Sorted = "descending"
		if t.Up {
			h.Sorted = "ascending"
		}
	}
	h.URL = link("/loop", to.values())
	return h
}
