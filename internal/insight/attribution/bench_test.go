package attribution

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"tandem/internal/clock"
)

// market is a million steps in 200,000 journeys, half of them sold. Keys differ in traffic, and the next key depends on the last.
func market(keys int) []Journey {
	r := rand.New(rand.NewPCG(20, 21))
	steps := make([]Step, 1_000_000)
	journeys := make([]Journey, 200_000)
	for i := range journeys {
		n := min(1+int(r.ExpFloat64()*4.5), len(steps)-(len(journeys)-i-1))
		if i == len(journeys)-1 {
			n = len(steps)
		}
		j := &journeys[i]
		j.Steps, steps = steps[:n:n], steps[n:]
		at, key := noon+clock.Micros(r.Int64N(int64(700*day))), 0
		for s := range j.Steps {
			at += clock.Micros(r.Int64N(int64(5 * day)))
			key = next(r, key, keys)
			j.Steps[s] = Step{Key: int32(key), Direct: key == 0, At: at}
		}
		if j.Converted = r.IntN(2) == 0; j.Converted {
			j.Value = 100 + r.Int64N(500_000)
			j.Lead, j.Opened = j.Steps[n/2].At, j.Steps[n-1].At
		}
	}
	return journeys
}

func next(r *rand.Rand, key, keys int) int {
	f := r.Float64()
	return (key + int(f*f*float64(keys))) % keys
}

func BenchmarkModels(b *testing.B) {
	journeys := market(20)
	for _, model := range Models() {
		b.Run(string(model), func(b *testing.B) { run(b, journeys, 20, Options{Model: model}) })
	}
}

func BenchmarkMarkov(b *testing.B) {
	for keys, orders := range map[int]int{10: 3, 20: 3, 50: 3, 300: 1} {
		journeys := market(keys)
		for order := 1; order <= orders; order++ {
			b.Run(fmt.Sprintf("keys=%d/order=%d", keys, order), func(b *testing.B) {
				run(b, journeys, keys, Options{Model: Markov, Order: order})
			})
		}
	}
}

func BenchmarkInterval(b *testing.B) {
	journeys := market(20)
	for _, model := range []Model{First, Linear, Shapley} {
		b.Run(string(model), func(b *testing.B) { run(b, journeys, 20, Options{Model: model, Interval: 80}) })
	}
	for order := 1; order <= 3; order++ {
		b.Run(fmt.Sprintf("markov/order=%d", order), func(b *testing.B) {
			run(b, journeys, 20, Options{Model: Markov, Order: order, Interval: 80})
		})
	}
}

func run(b *testing.B, journeys []Journey, keys int, o Options) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Attribute(journeys, keys, o); err != nil {
			b.Fatal(err)
		}
	}
}
