package attribution

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

func TestMarkovEqualsTheExactSolution(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 9))
	for set := range 100 {
		keys := 2 + r.IntN(3)
		journeys := random(r, 5+r.IntN(25), keys, 7, 0, 10_000)
		for order := 1; order <= 3; order++ {
			t.Run(fmt.Sprintf("set %d order %d", set, order), func(t *testing.T) {
				checkMarkov(t, journeys, keys, order, 1e-11)
			})
		}
	}
}

func TestMarkovHoldsForLongAndTangledJourneys(t *testing.T) {
	repeat := strings.Repeat
	for name, journeys := range map[string][]Journey{
		"a loop of hundreds":    {sale(repeat("ABC", 200)+"D", 1), path(repeat("CBA", 300)), sale("DA", 1), path("D")},
		"to and fro":            {sale("ABABABABAC", 1), path("BABABA"), sale("CACACB", 1)},
		"two worlds, one ferry": {sale(repeat("AB", 400)+repeat("CD", 400), 1), path(repeat("AB", 500)), path(repeat("CD", 500)), sale("A", 1), sale("D", 1)},
		"a key nobody passes":   {sale("AB", 1), path("B")},
		"a key that only loses": {sale("AB", 1), path("CB"), path("C")},
		"repeats":               {sale("AAABBB", 1), path("BBBA"), sale("BAAAB", 1)},
	} {
		for order := 1; order <= 3; order++ {
			t.Run(fmt.Sprintf("%s, order %d", name, order), func(t *testing.T) { checkMarkov(t, journeys, 4, order, 1e-9) })
		}
	}
}

// TestMarkovGoesRoundAsExactlyAsItInverts holds the two ways of solving a chain against each other where both can be gone.
func TestMarkovGoesRoundAsExactlyAsItInverts(t *testing.T) {
	r := rand.New(rand.NewPCG(10, 11))
	const keys = 300 // more than have a group of their own
	journeys := random(r, 5000, keys, 12, 0, 0)
	c := newChain(1)
	f, _ := count(c, journeys, false)
	w := newWeb(c, keys)
	w.renumber(f.along)
	chances := w.newChances()
	w.read(f, chances)
	inverted := w.effects(chances)
	w.order = 2 // the same states, the other way
	for key, round := range w.effects(chances) {
		if !same(round, inverted[key], 1e-11) {
			t.Errorf("key %d: %.15g going round, %.15g inverted", key, round, inverted[key])
		}
	}
}

// TestSlowChainsSettleInFewRounds takes journeys that stay long in one of two worlds. Going round alone would take tens of thousands of
// rounds.
func TestSlowChainsSettleInFewRounds(t *testing.T) {
	long := strings.Repeat
	journeys := []Journey{sale(long("AB", 4000)+long("CD", 4000), 1), path(long("BA", 5000)), path(long("CD", 5000)), sale("ACBD", 1)}
	c := newChain(2)
	f, _ := count(c, journeys, false)
	w := newWeb(c, 4)
	w.renumber(f.along)
	chances := w.newChances()
	w.read(f, chances)
	s := w.newSolver(exact)
	s.begin(chances, 0)
	for range 60 {
		s.goRound(chances, 0)
		s.correct(chances, 0)
	}
	if moved := s.goRound(chances, 0); moved > 1e-12 {
		t.Errorf("%.1g of the visits still move after 60 rounds", float64(moved))
	}
}

func checkMarkov(t *testing.T, journeys []Journey, keys, order int, tolerance float64) {
	t.Helper()
	got := attribute(t, journeys, keys, Options{Model: Markov, Order: order})
	for key, want := range exactMarkov(journeys, keys, order) {
		if !same(got.Credits[key].Conversions, want, tolerance) {
			t.Errorf("key %d: %.15g, want %.15g", key, got.Credits[key].Conversions, want)
		}
	}
}

// exactMarkov solves the chain in fractions, once whole and once without the states of each key, and shares the conversions.
func exactMarkov(journeys []Journey, keys, order int) []float64 {
	counts := map[string]map[string]int64{} // state, next state, journeys
	conversions := 0.0
	for _, j := range journeys {
		if len(j.Steps) == 0 {
			continue
		}
		if j.Converted {
			conversions++
		}
		tally(counts, string(slices.Compact([]byte(letters(j)))), order, j.Converted)
	}
	credits := make([]float64, keys)
	if conversions == 0 {
		return credits
	}
	whole := converting(counts, "-")
	sum := new(big.Rat)
	effects := make([]*big.Rat, keys)
	for key := range effects {
		without := converting(counts, string(rune('A'+key)))
		effects[key] = new(big.Rat).Sub(whole, without)
		sum.Add(sum, effects[key])
	}
	for key, effect := range effects {
		share, _ := new(big.Rat).Quo(effect, sum).Float64()
		credits[key] = conversions * share
	}
	return credits
}

func tally(counts map[string]map[string]int64, touches string, order int, converted bool) {
	state := ""
	move := func(to string) {
		if counts[state] == nil {
			counts[state] = map[string]int64{}
		}
		counts[state][to]++
		state = to
	}
	for i := range touches {
		move(touches[max(0, i+1-order) : i+1])
	}
	if converted {
		move("sold")
	} else {
		move("lost")
	}
}

// converting is the chance to get from the start to a sale where the states with the key are lost: the solution of
// x[s] = sum over t of p[s,t] x[t] by elimination of one unknown after the other.
func converting(counts map[string]map[string]int64, without string) *big.Rat {
	chances := map[string]map[string]*big.Rat{}
	var states []string
	for state, next := range counts {
		if strings.Contains(state, without) {
			continue
		}
		states = append(states, state)
		var all int64
		for _, n := range next {
			all += n
		}
		chances[state] = map[string]*big.Rat{}
		for to, n := range next {
			if to == "sold" || to != "lost" && !strings.Contains(to, without) {
				chances[state][to] = big.NewRat(n, all)
			}
		}
	}
	slices.Sort(states) // the start, "", comes first and so goes last
	for i := len(states) - 1; i > 0; i-- {
		bypass(chances, states[i])
	}
	return leave(chances[""], "")["sold"]
}

// bypass takes a state out: whoever came to it goes where it leads.
func bypass(chances map[string]map[string]*big.Rat, gone string) {
	leads := leave(chances[gone], gone)
	delete(chances, gone)
	for _, next := range chances {
		p, ok := next[gone]
		if !ok {
			continue
		}
		delete(next, gone)
		for to, q := range leads {
			if next[to] == nil {
				next[to] = new(big.Rat)
			}
			next[to].Add(next[to], new(big.Rat).Mul(p, q))
		}
	}
}

// leave is where a state leads once it no longer leads to itself, and always a chance for "sold".
func leave(next map[string]*big.Rat, self string) map[string]*big.Rat {
	out := map[string]*big.Rat{"sold": new(big.Rat)}
	stay := new(big.Rat)
	if p, ok := next[self]; ok {
		stay = p
	}
	goes := new(big.Rat).Sub(big.NewRat(1, 1), stay)
	for to, p := range next {
		if to != self {
			out[to] = new(big.Rat).Quo(p, goes)
		}
	}
	return out
}
