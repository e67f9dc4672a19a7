package attribution

import (
	"math/bits"
	"math/rand/v2"
	"testing"
)

func TestShapleyIsTheValueOverAllSubsets(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for range 100 {
		keys := 1 + r.IntN(6)
		journeys := random(r, 1+r.IntN(40), keys, 8, 0, 0)
		got := attribute(t, journeys, keys, Options{Model: Shapley})
		for key := range keys {
			if want := shapley(journeys, keys, key); !same(got.Credits[key].Conversions, want, 1e-12) {
				t.Fatalf("key %d: %g, want %g", key, got.Credits[key].Conversions, want)
			}
		}
	}
}

// shapley is the textbook sum: over all subsets without the key, what joining adds, weighed by the orders in which it may happen.
func shapley(journeys []Journey, keys, key int) float64 {
	var value float64
	for set := range 1 << keys {
		if set>>key&1 == 0 {
			size := bits.OnesCount(uint(set))
			weight := factorial(size) * factorial(keys-size-1) / factorial(keys)
			value += weight * float64(within(journeys, set|1<<key)-within(journeys, set))
		}
	}
	return value
}

// within counts the conversions of touched journeys whose keys all lie in the set.
func within(journeys []Journey, set int) int {
	n := 0
	for _, j := range journeys {
		used := 0
		for _, s := range j.Steps {
			used |= 1 << s.Key
		}
		if j.Converted && used != 0 && used&^set == 0 {
			n++
		}
	}
	return n
}

func factorial(n int) float64 {
	f := 1.0
	for i := 2; i <= n; i++ {
		f *= float64(i)
	}
	return f
}
