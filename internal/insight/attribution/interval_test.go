package attribution

import (
	"math"
	"math/rand/v2"
	"reflect"
	"runtime"
	"testing"
)

func TestAnIntervalIsTheSameForTheSameSeed(t *testing.T) {
	journeys := random(rand.New(rand.NewPCG(12, 13)), 300, 5, 6, 0, 10_000)
	for _, o := range []Options{
		{Model: Linear, Interval: 80, Seed: 1},
		{Model: Markov, Interval: 80, Seed: 1},
		{Model: Markov, Order: 2, Interval: 80, Seed: 1},
	} {
		many := attribute(t, journeys, 5, o)
		before := runtime.GOMAXPROCS(1)
		one := attribute(t, journeys, 5, o)
		runtime.GOMAXPROCS(before)
		if !reflect.DeepEqual(one, many) {
			t.Errorf("%s order %d: %v on one core, %v on all", o.Model, o.Order, one, many)
		}
		o.Seed = 2
		if reflect.DeepEqual(attribute(t, journeys, 5, o), many) {
			t.Errorf("%s order %d: another seed draws the same samples", o.Model, o.Order)
		}
	}
}

func TestAnIntervalMovesNoCredit(t *testing.T) {
	journeys := random(rand.New(rand.NewPCG(14, 15)), 200, 4, 6, 0, 10_000)
	for _, model := range Models() {
		for order := 1; order <= 3; order++ {
			o := Options{Model: model, Order: order}
			plain := attribute(t, journeys, 4, o)
			o.Interval = 80
			with := attribute(t, journeys, 4, o)
			for key, c := range with.Credits {
				if c.Conversions != plain.Credits[key].Conversions || c.Value != plain.Credits[key].Value {
					t.Errorf("%s: key %d earns %v, without interval %v", model, key, c, plain.Credits[key])
				}
				if c.Low > c.High {
					t.Errorf("%s: key %d lies from %d to %d", model, key, c.Low, c.High)
				}
			}
		}
	}
}

// TestAnIntervalIsAsWideAsChance takes a case whose answer is known: of n journeys m were sold at one price through one key, so the
// key's money in a sample is binomial.
func TestAnIntervalIsAsWideAsChance(t *testing.T) {
	const n, m, untouched, price = 1000, 200, 50, 1000
	var journeys []Journey
	for i := range n {
		switch {
		case i < m:
			journeys = append(journeys, sale("A", price))
		case i < m+untouched:
			journeys = append(journeys, sale("", price))
		default:
			journeys = append(journeys, path("A"))
		}
	}
	check := func(model Model, c Credit, sold, interval, z float64) {
		half := z * math.Sqrt(sold*(1-sold/n)) * price
		for _, bound := range [][2]float64{{float64(c.Low), sold*price - half}, {float64(c.High), sold*price + half}} {
			if math.Abs(bound[0]-bound[1]) > 0.25*half {
				t.Errorf("%s, %g percent: bound %g, want about %g", model, interval, bound[0], bound[1])
			}
		}
	}
	for interval, z := range map[float64]float64{80: 1.2816, 95: 1.96} {
		for _, model := range Models() {
			r := attribute(t, journeys, 1, Options{Model: model, Interval: interval, Seed: 3})
			check(model, r.Credits[0], m, interval, z)
			check(model, r.Unmatched, untouched, interval, z)
		}
	}
}

func TestAnIntervalSurroundsItsFigure(t *testing.T) {
	journeys := random(rand.New(rand.NewPCG(18, 19)), 3000, 5, 6, 0, 10_000)
	for i := range journeys { // keys that differ in what they bring
		if steps := journeys[i].Steps; len(steps) > 0 && steps[0].Key == 4 {
			journeys[i].Value *= 20
		} else if len(steps) > 1 && steps[1].Key == 3 {
			journeys[i].Converted = false
		}
	}
	for _, model := range Models() {
		for order := 1; order <= 3; order++ {
			for key, c := range attribute(t, journeys, 5, Options{Model: model, Order: order, Interval: 95}).Credits {
				if c.Low >= c.Value || c.Value >= c.High {
					t.Errorf("%s order %d, key %d: %d lies outside %d to %d", model, order, key, c.Value, c.Low, c.High)
				}
			}
		}
	}
}

// TestASampleIsJudgedLikeTheWhole draws each journey exactly once, which must give the credit itself.
func TestASampleIsJudgedLikeTheWhole(t *testing.T) {
	journeys := random(rand.New(rand.NewPCG(16, 17)), 400, 6, 8, 0, 10_000)
	for order := 1; order <= 3; order++ {
		r := attribute(t, journeys, 6, Options{Model: Markov, Order: order})
		c := newChain(order)
		_, seen := count(c, journeys, true)
		w := newWeb(c, 6)
		w.renumberPaths(seen)
		once := make([]int32, len(seen.path))
		for i := range once {
			once[i] = 1
		}
		values := make([]float64, 7)
		newResample(w, seen).estimate(once, values)
		for key, credit := range r.Credits {
			if math.Abs(values[key]-float64(credit.Value)) > 1.5 {
				t.Errorf("order %d, key %d: %g in the sample, %d in the whole", order, key, values[key], credit.Value)
			}
		}
		if int64(values[6]) != r.Unmatched.Value {
			t.Errorf("order %d: unmatched %g in the sample, %d in the whole", order, values[6], r.Unmatched.Value)
		}
	}
}

func TestSamplesDifferFromEachOther(t *testing.T) {
	counts, seen := make([]int32, 50), map[int32]int{}
	for i := range 400 {
		draw(counts, 50, rand.New(rand.NewPCG(1, uint64(i))))
		var sum int32
		for _, n := range counts {
			sum += n
		}
		if sum != 50 {
			t.Fatalf("a sample of %d journeys, want 50", sum)
		}
		seen[counts[0]]++
	}
	// How often one journey comes up is nearly Poisson of mean 1: never in 37 percent of samples.
	if never := float64(seen[0]) / 400; never < 0.28 || never > 0.46 {
		t.Errorf("a journey is left out of %g of the samples, want about 0.37", never)
	}
}
