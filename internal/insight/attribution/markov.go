package attribution

import (
	"encoding/binary"

	"tandem/internal/money"
)

// byChain shares the whole by removal effects (Anderl, Becker, von Wangenheim, Schumann 2016): how many conversions the Markov chain of
// all journeys, those without conversion included, would lose if whoever comes to a key went away instead.
func byChain(journeys []Journey, result *Result, o Options) {
	c := newChain(o.Order)
	f, seen := count(c, journeys, o.Interval > 0)
	w := newWeb(c, len(result.Credits))
	w.renumber(f.along)
	chances := w.newChances()
	w.read(f, chances)
	if o.Interval > 0 {
		w.keepsSettled()
	}
	effects := w.effects(chances)

	var sum float64
	for _, e := range effects {
		sum += e
	}
	for key, value := range money.Split(f.value, effects) {
		result.Credits[key].Value = value
		if sum > 0 {
			result.Credits[key].Conversions = f.conversions * effects[key] / sum
		}
	}
	if o.Interval > 0 {
		w.renumberPaths(seen)
		bootstrap(result, o, len(journeys), len(seen.path), func() estimator { return newResample(w, seen).estimate })
	}
}

// flow is what went through a chain: journeys along each edge, conversions from each state, and in all with their money.
type flow struct {
	along, won  []float64
	conversions float64
	value       int64
}

// count sends the journeys through the chain, which grows as it meets new states. If asked to, it keeps each journey's path.
func count(c *chain, journeys []Journey, keep bool) (*flow, *paths) {
	f, seen := &flow{}, &paths{numbers: map[string]int32{}}
	var edges []int32
	last := start
	for i := range journeys {
		j := &journeys[i]
		if len(j.Steps) > 0 {
			edges, last = c.walk(j.Steps, edges)
			f.add(edges, last, j)
		}
		switch {
		case keep && len(j.Steps) > 0:
			seen.add(edges, last, j)
		case keep && j.Converted:
			seen.path, seen.value = append(seen.path, untouchedPath), append(seen.value, j.Value)
		}
	}
	f.along = grown(f.along, len(c.from))
	f.won = grown(f.won, len(c.recents))
	return f, seen
}

func (f *flow) add(edges []int32, last int32, j *Journey) {
	for _, e := range edges {
		f.along = grown(f.along, int(e)+1)
		f.along[e]++
	}
	if j.Converted {
		f.won = grown(f.won, int(last)+1)
		f.won[last]++
		f.conversions++
		f.value += j.Value
	}
}

func grown(numbers []float64, length int) []float64 {
	for len(numbers) < length {
		numbers = append(numbers, 0)
	}
	return numbers
}

// untouchedPath stands for the path of a conversion that nobody touched.
const untouchedPath = -1

// paths are the distinct paths through a chain, and which journey took which: path p has the edges up to ends[p] and ends in state
// last[p], in a conversion or not.
type paths struct {
	edges, ends, last []int32
	won               []bool
	numbers           map[string]int32
	name              []byte

	path  []int32 // by journey that has a step or a conversion
	value []int64 // likewise, 0 without conversion
}

func (p *paths) add(edges []int32, last int32, j *Journey) {
	p.name = append(p.name[:0], 0)
	var value int64
	if j.Converted {
		p.name[0], value = 1, j.Value
	}
	for _, e := range edges {
		p.name = binary.LittleEndian.AppendUint32(p.name, uint32(e))
	}
	number, ok := p.numbers[string(p.name)]
	if !ok {
		number = int32(len(p.ends))
		p.numbers[string(p.name)] = number
		p.edges = append(p.edges, edges...)
		p.ends = append(p.ends, int32(len(p.edges)))
		p.last, p.won = append(p.last, last), append(p.won, j.Converted)
	}
	p.path, p.value = append(p.path, number), append(p.value, value)
}

// resample estimates the money of each key from one sample of the journeys.
type resample struct {
	web     *web
	seen    *paths
	often   []float64 // by path
	flow    *flow
	chances *chances
	solver  *solver
}

func newResample(w *web, seen *paths) *resample {
	return &resample{
		web: w, seen: seen, often: make([]float64, len(seen.ends)),
		flow:    &flow{along: make([]float64, len(w.from)), won: make([]float64, len(w.newest))},
		chances: w.newChances(), solver: w.newSolver(rough),
	}
}

func (r *resample) estimate(counts []int32, values []float64) {
	clear(r.often)
	var matched, unmatched float64
	for i, n := range counts {
		switch path := r.seen.path[i]; {
		case n == 0:
		case path == untouchedPath:
			unmatched += float64(n) * float64(r.seen.value[i])
		default:
			r.often[path] += float64(n)
			matched += float64(n) * float64(r.seen.value[i])
		}
	}
	keys := len(values) - 1
	values[keys] = unmatched
	r.send()
	r.web.read(r.flow, r.chances)
	effects := r.solver.all(r.chances, keys)
	var sum float64
	for _, e := range effects {
		sum += e
	}
	for key, e := range effects {
		if sum > 0 {
			values[key] = matched * e / sum
		}
	}
}

// send lets each path be gone as often as the sample says.
func (r *resample) send() {
	clear(r.flow.along)
	clear(r.flow.won)
	from := int32(0)
	for path, end := range r.seen.ends {
		if n := r.often[path]; n > 0 {
			for _, e := range r.seen.edges[from:end] {
				r.flow.along[e] += n
			}
			if r.seen.won[path] {
				r.flow.won[r.seen.last[path]] += n
			}
		}
		from = end
	}
}
