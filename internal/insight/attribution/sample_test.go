package attribution

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"tandem/internal/clock"
)

const (
	hour = clock.Micros(time.Hour / time.Microsecond)
	day  = 24 * hour
)

// noon is the time of the first step of a journey that path makes.
const noon = 20000*day + 12*hour

// path is a journey of one step a day: a letter a key, A is key 0, and so on.
func path(letters string) Journey {
	var j Journey
	for i, r := range letters {
		j.Steps = append(j.Steps, Step{Key: r - 'A', At: noon + clock.Micros(i)*day})
	}
	return j
}

// sale is such a journey that led to a sale.
func sale(letters string, value int64) Journey {
	j := path(letters)
	j.Converted, j.Value = true, value
	return j
}

func attribute(t testing.TB, journeys []Journey, keys int, o Options) Result {
	t.Helper()
	r, err := Attribute(journeys, keys, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// random is a set of journeys over the keys, each up to longest steps long, some without a step, some sold for values from low to high.
func random(r *rand.Rand, n, keys, longest int, low, high int64) []Journey {
	journeys := make([]Journey, n)
	for i := range journeys {
		j := &journeys[i]
		at := noon
		for range r.IntN(longest + 1) {
			at += clock.Micros(r.Int64N(int64(9 * day)))
			j.Steps = append(j.Steps, Step{Key: int32(r.IntN(keys)), Direct: r.IntN(4) == 0, At: at})
		}
		if r.IntN(2) == 0 {
			j.Lead = noon + clock.Micros(r.Int64N(int64(30*day)))
		}
		if r.IntN(2) == 0 {
			j.Opened = noon + clock.Micros(r.Int64N(int64(40*day)))
		}
		if j.Converted = r.IntN(3) > 0; j.Converted {
			j.Value = low + r.Int64N(high-low+1)
		}
	}
	return journeys
}

// letters is the journey's keys, a letter each.
func letters(j Journey) string {
	var b strings.Builder
	for _, s := range j.Steps {
		b.WriteRune('A' + s.Key)
	}
	return b.String()
}

// same reports whether two figures differ by no more than the part of the larger.
func same(a, b, part float64) bool {
	return math.Abs(a-b) <= part*math.Max(math.Abs(a), math.Abs(b))
}
