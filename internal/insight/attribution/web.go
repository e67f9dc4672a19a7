package attribution

import (
	"cmp"
	"slices"
)

// web is a chain laid out for solving: for each state, the edges that lead to it.
type web struct {
	order  int
	newest []int32   // by state, the key of its newest touch; none at the start
	from   []int32   // by edge
	into   []int32   // the edges to state s are into[s] to into[s+1]
	of     [][]int32 // by key, the states whose newest touch is its
	places []int32   // by the chain's edge, the web's
	group  []int32   // by state; see solver.correct
	groups int

	keep    bool     // whether to keep what settled for the whole, for the samples to begin with
	settled [][]lane // by block of keys
}

func newWeb(c *chain, keys int) *web {
	w := &web{order: c.order, newest: make([]int32, len(c.recents)), of: make([][]int32, keys)}
	for s, r := range c.recents {
		w.newest[s] = r[0]
		if r[0] != none {
			w.of[r[0]] = append(w.of[r[0]], int32(s))
		}
	}
	w.into, w.places = c.byTarget()
	w.from = c.from
	w.makeGroups()
	w.settled = make([][]lane, (keys+block-1)/block)
	return w
}

// mostKept bounds the memory that keeping takes, in lanes: 32 MB.
const mostKept = 1 << 19

// keepsSettled lets the samples begin where the whole settled, if that is not too much to keep.
func (w *web) keepsSettled() { w.keep = len(w.settled)*len(w.newest) <= mostKept }

// mostGroups bounds the small system that solver.correct solves directly.
const mostGroups = 32

// makeGroups puts the states of one key together; where there are many keys, those of the rarer keys share the last group.
func (w *web) makeGroups() {
	order := make([]int32, len(w.of))
	for key := range order {
		order[key] = int32(key)
	}
	slices.SortStableFunc(order, func(a, b int32) int { return cmp.Compare(len(w.of[b]), len(w.of[a])) })
	w.group = make([]int32, len(w.newest))
	w.groups = max(1, min(len(order), mostGroups))
	for rank, key := range order {
		for _, s := range w.of[key] {
			w.group[s] = int32(min(rank, mostGroups-1))
		}
	}
}

// renumber brings the counts of the chain's edges into the web's order.
func (w *web) renumber(along []float64) {
	moved := make([]float64, len(along))
	for edge, n := range along {
		moved[w.places[edge]] = n
	}
	copy(along, moved)
}

func (w *web) renumberPaths(seen *paths) {
	for i, edge := range seen.edges {
		seen.edges[i] = w.places[edge]
	}
}

// chances are what a flow says about the chain.
type chances struct {
	visits []float64 // by state, how many journeys came through, counting returns
	step   []float64 // by edge, the chance to go along it from where it begins; 0 for those from the start
	win    []float64 // by state, the chance to convert right after it
}

func (w *web) newChances() *chances {
	return &chances{visits: make([]float64, len(w.newest)), step: make([]float64, len(w.from)), win: make([]float64, len(w.newest))}
}

func (w *web) read(f *flow, c *chances) {
	for s := range w.newest {
		c.visits[s], c.win[s] = 0, 0
		for _, n := range f.along[w.into[s]:w.into[s+1]] {
			c.visits[s] += n
		}
		if c.visits[s] > 0 {
			c.win[s] = f.won[s] / c.visits[s]
		}
	}
	for e, from := range w.from {
		c.step[e] = 0
		if visits := c.visits[from]; visits > 0 {
			c.step[e] = f.along[e] / visits
		}
	}
}

// effects is the removal effect of each key: the conversions that the chain expects to come past it, among as many journeys as were
// counted. A chain of observed journeys passes each state exactly as often as they did, so the visits need not be solved for.
func (w *web) effects(c *chances) []float64 {
	effects := make([]float64, len(w.of))
	if w.direct() {
		copy(effects, w.newSolver(exact).all(c, len(effects)))
		return effects
	}
	inParallel(len(w.settled), func() func(int) {
		solver := w.newSolver(exact)
		solver.effects = effects
		return func(task int) { solver.past(c, task*block) }
	})
	return effects
}

// mostDirect is the number of states up to which inverting the chain's matrix is quicker than going round it for each key.
const mostDirect = 600

// direct reports whether one inverse serves all keys: where states are keys, and not too many.
func (w *web) direct() bool { return w.order == 1 && len(w.newest) <= mostDirect }
