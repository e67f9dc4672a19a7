package attribution

// precision is when the going round ends: at this share of all visits still on the move. What is on the move bounds the error of a
// removal effect, as each visit converts at most once.
type precision float64

const (
	exact precision = 1e-13 // the last digits that sums of floats can tell
	rough precision = 1e-5  // far below what one sample differs from the next
)

// solver finds removal effects, in buffers that it keeps; one for each worker.
type solver struct {
	*web
	precision
	effects []float64
	inverse []float64 // of the direct solution
	passing []lane    // by state, how many visits came after one to the key in question
	reached []uint8   // by state, which keys of the block lead there
	mass    []lane    // by group, how many it holds
	source  []lane    // by group, how many come from the key's own states
	shift   []lane    // by group of departure and group of arrival, how many go there
	system  []float64 // the groups' equations
}

func (w *web) newSolver(p precision) *solver {
	n := len(w.newest)
	s := &solver{web: w, precision: p, effects: make([]float64, len(w.of))}
	if w.direct() {
		s.inverse = make([]float64, (n-1)*(n-1))
		return s
	}
	g := w.groups
	s.passing, s.reached = make([]lane, n), make([]uint8, n)
	s.mass, s.source, s.shift, s.system = make([]lane, g), make([]lane, g), make([]lane, g*g), make([]float64, g*(g+1))
	return s
}

// all is the removal effect of every key. It is overwritten by the next call.
func (s *solver) all(c *chances, keys int) []float64 {
	if s.direct() {
		s.byInverse(c)
		return s.effects
	}
	for key := 0; key < keys; key += block {
		s.past(c, key)
	}
	return s.effects
}

// byInverse solves a chain whose states are single keys by its fundamental matrix N (Kemeny and Snell 1960): with h the chance to
// convert from a state, conversions past a key are its visits times the chance to convert without coming back, h / N[key][key].
func (s *solver) byInverse(c *chances) {
	n := len(s.newest) - 1
	clear(s.inverse)
	for state := 1; state <= n; state++ {
		s.inverse[(state-1)*n+state-1] = 1
		for e := s.into[state]; e < s.into[state+1]; e++ {
			if from := int(s.from[e]); from != int(start) {
				s.inverse[(from-1)*n+state-1] -= c.step[e]
			}
		}
	}
	invert(s.inverse, n)
	clear(s.effects)
	for state := 1; state <= n; state++ {
		row := s.inverse[(state-1)*n : state*n]
		var converts float64
		for other, visits := range row {
			converts += visits * c.win[other+1]
		}
		s.effects[s.newest[state]] = c.visits[state] * converts / row[state-1]
	}
}

// invert replaces an n by n matrix by its inverse (Gauss and Jordan). The matrix is one less the chances to go from state to state, so its
// diagonal outweighs the rest of each row and no pivot need be sought.
func invert(a []float64, n int) {
	for p := range n {
		pivot := a[p*n : (p+1)*n]
		d := 1 / pivot[p]
		pivot[p] = 1
		for i := range pivot {
			pivot[i] *= d
		}
		for r := range n {
			row := a[r*n : (r+1)*n]
			f := row[p]
			if r == p || f == 0 {
				continue
			}
			row[p] = 0
			for i, v := range pivot {
				row[i] -= f * v
			}
		}
	}
}
