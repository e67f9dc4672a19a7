package attribution

import (
	"math"
	"slices"
)

// block is how many keys are gone round for at once: each edge is then looked up once for all of them.
const block = 8

// lane holds a figure for each key of a block.
type lane [block]float64

// Every fourth round is followed by a correction, which costs two rounds, until what moves is fine: its own rounding would then outweigh
// what it mends. In the end the rounds go on without, and are sure to settle, as each state leads out at last.
const (
	correctEvery           = 4
	corrected              = 800
	fine         precision = 1e-12
)

// past sets the effects of up to a block of keys from the given one on. The visits to a key's own states are known; those that journeys
// make to other states after it, until they come back, satisfy one equation a state. The equations are solved by going round them (Gauss
// and Seidel) and now and then putting whole groups of states right, so that slow chains settle as quickly as brisk ones (Koury,
// McAllister and Stewart 1984).
func (s *solver) past(c *chances, first int) {
	s.begin(c, first)
	for round := 0; ; round++ {
		moved := s.goRound(c, first)
		if moved <= s.precision {
			break
		}
		if round%correctEvery == correctEvery-1 && round < corrected && moved > fine {
			s.correct(c, first)
		}
	}
	if s.keep && s.settled[first/block] == nil {
		s.settled[first/block] = slices.Clone(s.passing)
	}
	keys := s.effects[first:min(first+block, len(s.effects))]
	clear(keys)
	for state, won := range c.win {
		for i := range keys {
			keys[i] += s.passing[state][i] * won
		}
	}
}

// begin supposes what was true of the whole, where that is kept, and otherwise every visit to come after each key that can lead there.
// Where it cannot, nothing is the answer, which going round would approach without end.
func (s *solver) begin(c *chances, first int) {
	s.reach(c, first)
	kept := s.settled[first/block]
	for state := 1; state < len(s.newest); state++ {
		guess := lane{}
		for i := range block {
			switch {
			case s.reached[state]>>i&1 == 0:
			case kept != nil:
				guess[i] = kept[state][i]
			default:
				guess[i] = c.visits[state]
			}
		}
		s.passing[state] = guess
	}
}

// reach finds which keys of the block lead to each state: a bit for each.
func (s *solver) reach(c *chances, first int) {
	for state := range s.reached {
		s.reached[state] = 0
		if own := s.place(state, first); own < block && c.visits[state] > 0 {
			s.reached[state] = 1 << own
		}
	}
	for more := true; more; {
		more = false
		for state, before := range s.reached {
			now := before
			for e := s.into[state]; e < s.into[state+1]; e++ {
				if c.step[e] > 0 {
					now |= s.reached[s.from[e]]
				}
			}
			s.reached[state] = now
			more = more || now != before
		}
	}
}

// place is where in a block the state's key stands; block or beyond if it does not.
func (s *solver) place(state, first int) uint32 { return uint32(s.newest[state] - int32(first)) }

// goRound sets each state's visits to what arrives from the others, and tells how much changed.
func (s *solver) goRound(c *chances, first int) precision {
	var moved, all lane
	for state := 1; state < len(s.newest); state++ {
		var s0, s1, s2, s3, s4, s5, s6, s7 float64
		for e := s.into[state]; e < s.into[state+1]; e++ {
			from, p := &s.passing[s.from[e]], c.step[e]
			s0 += from[0] * p
			s1 += from[1] * p
			s2 += from[2] * p
			s3 += from[3] * p
			s4 += from[4] * p
			s5 += from[5] * p
			s6 += from[6] * p
			s7 += from[7] * p
		}
		sum := lane{s0, s1, s2, s3, s4, s5, s6, s7}
		if own := s.place(state, first); own < block {
			sum[own] = c.visits[state]
		}
		now := &s.passing[state]
		for i, n := range sum {
			moved[i] += math.Abs(n - now[i])
			all[i] += n
		}
		*now = sum
	}
	worst := 0.0
	for i, m := range moved {
		worst = max(worst, m/max(all[i], math.SmallestNonzeroFloat64))
	}
	return precision(worst)
}

// correct scales each group so that as much leaves it as arrives.
func (s *solver) correct(c *chances, first int) {
	clear(s.mass)
	clear(s.source)
	clear(s.shift)
	for state := 1; state < len(s.newest); state++ {
		s.measure(c, state, first)
	}
	for i := range block {
		s.balance(i)
	}
	for state := 1; state < len(s.newest); state++ {
		scale := s.mass[s.group[state]]
		if own := s.place(state, first); own < block {
			scale[own] = 1
		}
		for i, by := range scale {
			s.passing[state][i] *= by
		}
	}
}

// measure adds what a state holds and what arrives there to its group's figures. What arrives at a key's own states has left.
func (s *solver) measure(c *chances, state, first int) {
	own, to := s.place(state, first), s.group[state]
	holds := s.passing[state]
	if own < block {
		holds[own] = 0
	}
	for i, n := range holds {
		s.mass[to][i] += n
	}
	for e := s.into[state]; e < s.into[state+1]; e++ {
		from, p := int(s.from[e]), c.step[e]
		comes := s.passing[from]
		if own < block {
			comes[own] = 0
		}
		if source := s.place(from, first); source < block {
			s.source[to][source] += comes[source] * p
			comes[source] = 0
		}
		shift := &s.shift[int(s.group[from])*s.groups+int(to)]
		for i, n := range comes {
			shift[i] += n * p
		}
	}
}

// balance solves for the groups' scales for one key of the block and leaves them in mass: what a group holds, times its scale, is what comes to it from the key and from the other groups
// times theirs.
func (s *solver) balance(i int) {
	g := s.groups
	width := g + 1
	for to := range g {
		row := s.system[to*width : (to+1)*width]
		for from := range g {
			row[from] = -s.shift[from*g+to][i]
		}
		row[to] += s.mass[to][i]
		row[g] = s.source[to][i]
		if s.mass[to][i] == 0 {
			row[to] = 1
		}
	}
	eliminate(s.system, g)
	for to := range g {
		s.mass[to][i] = s.system[to*width+g]
	}
}

// eliminate solves n equations, each a row of n factors and a right side, and leaves the solution in place of the right sides. The
// diagonal outweighs the rest of each column, so no pivot need be sought.
func eliminate(rows []float64, n int) {
	width := n + 1
	for p := range n {
		pivot := rows[p*width : (p+1)*width]
		for r := p + 1; r < n; r++ {
			row := rows[r*width : (r+1)*width]
			f := row[p] / pivot[p]
			if f == 0 {
				continue
			}
			for i := p; i <= n; i++ {
				row[i] -= f * pivot[i]
			}
		}
	}
	for p := n - 1; p >= 0; p-- {
		right := &rows[p*width+n]
		*right /= rows[p*width+p]
		for r := range p {
			rows[r*width+n] -= rows[r*width+p] * *right
		}
	}
}
