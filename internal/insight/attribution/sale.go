package attribution

import (
	"math"

	"tandem/internal/money"
)

// bySale shares every sale by itself: all models but Markov.
func bySale(journeys []Journey, result *Result, o Options) {
	s := newSharer(o.Model, len(result.Credits))
	for i := range journeys {
		j := &journeys[i]
		if !j.Converted || len(j.Steps) == 0 {
			continue
		}
		s.share(j)
		for i, key := range s.keys {
			result.Credits[key].Conversions += s.weights[i]
			result.Credits[key].Value += s.parts[i]
		}
	}
	if o.Interval > 0 {
		newSales(journeys, o.Model, len(result.Credits)).interval(result, o)
	}
}

// sharer shares one sale after the other, in buffers that it keeps.
type sharer struct {
	model   Model
	keys    []int32   // who earns
	weights []float64 // which share of the sale, 1 in all
	parts   []int64   // and how much money, the sale's value in all
	seen    []int32   // by key, the sale in which Shapley last met it
	sale    int32
}

func newSharer(model Model, keys int) *sharer {
	return &sharer{model: model, seen: make([]int32, keys)}
}

// share fills keys, weights and parts for a sale with at least one touch.
func (s *sharer) share(j *Journey) {
	s.keys = s.keys[:0]
	switch s.model {
	case First:
		s.keys = append(s.keys, j.Steps[0].Key)
	case Last:
		s.keys = append(s.keys, j.Steps[len(j.Steps)-1].Key)
	case LastNonDirect:
		s.keys = append(s.keys, j.Steps[lastNonDirect(j.Steps)].Key)
	case Shapley:
		s.distinct(j.Steps)
	default:
		for i := range j.Steps {
			s.keys = append(s.keys, j.Steps[i].Key)
		}
	}
	s.weigh(j)
	s.split(j.Value)
}

func (s *sharer) distinct(steps []Step) {
	s.sale++
	for i := range steps {
		if key := steps[i].Key; s.seen[key] != s.sale {
			s.seen[key] = s.sale
			s.keys = append(s.keys, key)
		}
	}
}

func (s *sharer) weigh(j *Journey) {
	n := len(s.keys)
	if cap(s.weights) < n {
		s.weights, s.parts = make([]float64, 2*n), make([]int64, 2*n)
	}
	s.weights, s.parts = s.weights[:n], s.parts[:n]
	switch s.model {
	case UShaped:
		uShaped(s.weights)
	case WShaped:
		wShaped(s.weights, j)
	case TimeDecay:
		timeDecay(s.weights, j.Steps)
	default:
		linear(s.weights)
	}
}

// few is the length of journey up to which picking the largest remainders one by one is quicker than sorting them.
const few = 16

// split is money.Round for the sale's shares, without its allocations: hundreds of thousands of short sales come through here.
func (s *sharer) split(value int64) {
	if len(s.keys) > few {
		copy(s.parts, s.sorted(value))
		return
	}
	var rest [few]float64
	left := value
	for i, w := range s.weights {
		share := float64(value) * w
		down := math.Floor(share)
		s.parts[i], rest[i] = int64(down), share-down
		left -= s.parts[i]
	}
	if left < 0 || left > int64(len(s.parts)) {
		copy(s.parts, s.sorted(value)) // beyond what a float counts exactly
		return
	}
	for ; left > 0; left-- {
		at := largest(rest[:len(s.parts)])
		s.parts[at]++
		rest[at] = -1
	}
}

func (s *sharer) sorted(value int64) []int64 {
	shares := make([]float64, len(s.weights))
	for i, w := range s.weights {
		shares[i] = float64(value) * w
	}
	return money.Round(value, shares)
}

// largest is the place of the largest number, the first among equals.
func largest(numbers []float64) int {
	best := 0
	for i, n := range numbers {
		if n > numbers[best] {
			best = i
		}
	}
	return best
}
