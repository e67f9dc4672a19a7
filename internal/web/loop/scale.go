package loop

import (
	"math"
	"strconv"

	"tandem/internal/insight/report"
	"tandem/internal/money"
	"tandem/internal/web/ui"
)

// scale puts returns on a logarithmic line, because half and double are equally far from one.
type scale struct {
	low, high float64
	any       bool // there is something to show
}

// The chart's measures, in its own units.
const (
	chartWidth  = 340.0
	chartMargin = 22.0
)

// newScale reaches from half to twenty times the money, and further where a row does.
func newScale(l *report.Loop) scale {
	s := scale{low: 0.5, high: 20}
	for i := range l.Rows {
		r := &l.Rows[i]
		for _, f := range []*float64{r.Return, r.Low, r.High} {
			if f == nil || r.Return == nil {
				continue
			}
			s.any = true
			if *f > 0 {
				s.low, s.high = min(s.low, max(*f, 0.01)), max(s.high, min(*f, 10_000))
			}
		}
	}
	return s
}

func (s scale) x(ratio float64) float64 {
	ratio = min(max(ratio, s.low), s.high)
	return chartMargin + (chartWidth-2*chartMargin)*math.Log(ratio/s.low)/math.Log(s.high/s.low)
}

// Tick is a mark on the scale.
type Tick struct {
	X    string
	Text string
	One  bool // as much back as was spent
}

// mostTicks is how many labels fit side by side.
const mostTicks = 7

func (s scale) ticks(v ui.Voice, c money.Currency) []Tick {
	var at []float64
	for _, steps := range [][]float64{{1, 2, 5}, {1}} {
		at = s.marks(steps)
		if len(at) <= mostTicks {
			break
		}
	}
	var ticks []Tick
	for _, m := range at {
		ticks = append(ticks, Tick{px(s.x(m)), round(v, c, m), m == 1})
	}
	return ticks
}

func (s scale) marks(steps []float64) []float64 {
	var at []float64
	for _, ten := range []float64{0.01, 0.1, 1, 10, 100, 1000, 10_000} {
		for _, step := range steps {
			if m := math.Round(ten*step*100) / 100; m >= s.low && m <= s.high {
				at = append(at, m)
			}
		}
	}
	return at
}

// Whisker is a row's return on the scale, with the range in which it likely lies.
type Whisker struct {
	X, Low, High string // Low is "" without a range
	Says         string
	Few          bool
}

func (s scale) whisker(v ui.Voice, c money.Currency, r *report.LoopRow) *Whisker {
	w := &Whisker{X: px(s.x(*r.Return)), Few: r.Few()}
	w.Says = v.T("%[1]s back per %[2]s", per(v, c, *r.Return), round(v, c, 1))
	if r.Low != nil && r.High != nil {
		w.Low, w.High = px(s.x(*r.Low)), px(s.x(*r.High))
		w.Says = v.T("%[1]s back per %[2]s, likely range %[3]s to %[4]s", per(v, c, *r.Return), round(v, c, 1), per(v, c, *r.Low), per(v, c, *r.High))
	}
	return w
}

// px is a coordinate.
func px(f float64) string { return strconv.FormatFloat(f, 'f', 1, 64) }

// share is a share of 1 in percent, for a bar.
func share(f float64) string { return strconv.FormatFloat(f*100, 'f', 1, 64) }
