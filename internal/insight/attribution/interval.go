package attribution

import (
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
)

// resamples is how many times an interval draws the journeys anew. The ends of an 80 percent interval then lie within about a tenth of
// their distance from the middle (the standard error of a percentile, Efron and Tibshirani 1993, chapter 13).
const resamples = 200

// estimator gives the money of every key, and last that of the unmatched, where journey i counts as often as counts[i] says. Each worker
// has its own.
type estimator func(counts []int32, values []float64)

// bootstrap fills Low and High: the percentile interval of the money over samples drawn from the journeys with replacement, each as
// large as the original (Efron 1979). Of all journeys only the first `drawn` change an estimate. Every sample has its own random numbers,
// so the result does not depend on which worker drew it.
func bootstrap(result *Result, o Options, all, drawn int, prepare func() estimator) {
	width := len(result.Credits) + 1
	samples := make([]float64, resamples*width)
	inParallel(resamples, func() func(int) {
		estimate, counts := prepare(), make([]int32, drawn)
		return func(i int) {
			draw(counts, all, rand.New(rand.NewPCG(o.Seed, uint64(i))))
			estimate(counts, samples[i*width:(i+1)*width])
		}
	})
	one := make([]float64, resamples)
	for key := range width {
		for i := range one {
			one[i] = samples[i*width+key]
		}
		slices.Sort(one)
		credit := &result.Unmatched
		if key < len(result.Credits) {
			credit = &result.Credits[key]
		}
		tail := (100 - o.Interval) / 200
		credit.Low, credit.High = percentile(one, tail), percentile(one, 1-tail)
	}
}

// draw counts how often each journey comes up in as many draws as there are journeys.
func draw(counts []int32, all int, random *rand.Rand) {
	clear(counts)
	for range all {
		if i := random.IntN(all); i < len(counts) {
			counts[i]++
		}
	}
}

// percentile is the value below which the share p of the sorted numbers lies, between two neighbours in proportion.
func percentile(sorted []float64, p float64) int64 {
	at := p * float64(len(sorted)-1)
	low := int(at)
	high := min(low+1, len(sorted)-1)
	return int64(math.Round(sorted[low] + (at-float64(low))*(sorted[high]-sorted[low])))
}

// inParallel does the tasks 0 to n-1 on every core. Each worker prepares its own buffers.
func inParallel(n int, prepare func() func(task int)) {
	var next atomic.Int64
	var all sync.WaitGroup
	for range min(n, runtime.GOMAXPROCS(0)) {
		all.Go(func() {
			do := prepare()
			for task := next.Add(1) - 1; task < int64(n); task = next.Add(1) - 1 {
				do(int(task))
			}
		})
	}
	all.Wait()
}

// sales are the sales of a model that shares each by itself, as the interval reads them: sale i gave parts[k] to keys[k], for k from
// ends[i-1] to ends[i].
type sales struct {
	all   int // journeys, with and without money
	ends  []int32
	keys  []int32
	parts []int64
}

func newSales(journeys []Journey, model Model, keys int) *sales {
	s := &sales{all: len(journeys)}
	sharer := newSharer(model, keys)
	for i := range journeys {
		j := &journeys[i]
		if !j.Converted || j.Value == 0 {
			continue
		}
		if len(j.Steps) == 0 {
			s.keys, s.parts = append(s.keys, int32(keys)), append(s.parts, j.Value)
		} else {
			sharer.share(j)
			s.keys, s.parts = append(s.keys, sharer.keys...), append(s.parts, sharer.parts...)
		}
		s.ends = append(s.ends, int32(len(s.keys)))
	}
	return s
}

func (s *sales) interval(result *Result, o Options) {
	bootstrap(result, o, s.all, len(s.ends), func() estimator { return s.estimate })
}

func (s *sales) estimate(counts []int32, values []float64) {
	from := int32(0)
	for i, end := range s.ends {
		if n := float64(counts[i]); n > 0 {
			for k := from; k < end; k++ {
				values[s.keys[k]] += n * float64(s.parts[k])
			}
		}
		from = end
	}
}
