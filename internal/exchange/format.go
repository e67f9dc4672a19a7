package exchange

import (
	"slices"
	"strings"
	"time"

	"tandem/internal/exchange/value"
)

// dateFormats are the ways in which programs write dates that are not ISO 8601.
func dateFormats() []string {
	var all []string
	for _, day := range []string{"DD/MM/YYYY", "MM/DD/YYYY", "DD.MM.YYYY", "DD-MM-YYYY", "MM-DD-YYYY", "YYYY/MM/DD", "DD/MM/YY", "MM/DD/YY", "DD.MM.YY"} {
		all = append(all, day, day+" HH:mm", day+" HH:mm:ss")
	}
	return all
}

// DateFormats are the formats of days that a page offers where a file does not show its own.
func DateFormats() []string {
	return slices.DeleteFunc(dateFormats(), func(f string) bool { return strings.Contains(f, "HH") })
}

// needsFormat reports whether a cell is a date whose format has to be said.
func needsFormat(cell string) bool {
	var unsaid value.Times
	return unsaid.Ambiguous(cell)
}

// fits counts how many dates of a file can be read by each format.
type fits struct {
	readers []value.Times
	counts  []int
	cells   int
}

// formatCells is after how many dates a file has shown how it writes them.
const formatCells = 5000

func (f *fits) look(cell string) {
	if f.cells == formatCells {
		return
	}
	f.cells++
	if f.readers == nil {
		for _, format := range dateFormats() {
			t, err := value.NewTimes(time.UTC, format)
			if err != nil {
				panic("exchange: the date format " + format + " is none: " + err.Error())
			}
			f.readers = append(f.readers, t)
		}
		f.counts = make([]int, len(f.readers))
	}
	for i := range f.readers {
		if _, _, err := f.readers[i].Parse(cell); err == nil {
			f.counts[i]++
		}
	}
}

// best are the formats that read the dates, those that read most of them first; unsure if the first two read equally much.
func (f *fits) best() (formats []string, unsure bool) {
	if f.cells == 0 {
		return nil, false
	}
	names := dateFormats()
	var order []int
	for i, n := range f.counts {
		if n > 0 {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return f.counts[b] - f.counts[a] })
	for _, i := range order {
		formats = append(formats, names[i])
	}
	return formats, len(order) > 1 && f.counts[order[0]] == f.counts[order[1]]
}
