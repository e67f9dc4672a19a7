package attribution

// maxOrder is the longest memory of a Markov chain, in touches.
const maxOrder = 3

// none stands for no key: before the first touch.
const none = -1

// start is the state in which every journey begins.
const start int32 = 0

// recent is a state of the chain: the last touches of a journey by key, the newest first.
type recent [maxOrder]int32

// chain is the Markov chain that the journeys span: the states they were seen in and the edges they went along. At order 2 a state is the
// last two keys, shorter at the start, and so on. A key that repeats at once counts as one touch, so no edge leads to the key it comes from.
type chain struct {
	order    int
	recents  []recent // by state
	states   map[recent]int32
	edges    map[uint64]int32 // by state and next key
	from, to []int32          // by edge
}

func newChain(order int) *chain {
	c := &chain{order: order, states: map[recent]int32{}, edges: map[uint64]int32{}}
	c.state(recent{none, none, none})
	return c
}

func (c *chain) state(r recent) int32 {
	if state, ok := c.states[r]; ok {
		return state
	}
	state := int32(len(c.recents))
	c.states[r] = state
	c.recents = append(c.recents, r)
	return state
}

// newest is the key of the touch that led to the state.
func (c *chain) newest(state int32) int32 { return c.recents[state][0] }

// edge leads from a state to the one after a touch of the key.
func (c *chain) edge(state, key int32) int32 {
	name := uint64(state)<<32 | uint64(uint32(key))
	if edge, ok := c.edges[name]; ok {
		return edge
	}
	next := recent{key, none, none}
	copy(next[1:c.order], c.recents[state][:])
	edge := int32(len(c.from))
	c.edges[name] = edge
	c.from, c.to = append(c.from, state), append(c.to, c.state(next))
	return edge
}

// walk follows a journey: the edges it goes along, written over those given, and the state it ends in.
func (c *chain) walk(steps []Step, edges []int32) ([]int32, int32) {
	edges = edges[:0]
	at := start
	for i := range steps {
		key := steps[i].Key
		if key == c.newest(at) {
			continue
		}
		edge := c.edge(at, key)
		edges = append(edges, edge)
		at = c.to[edge]
	}
	return edges, at
}

// byTarget renumbers the edges so that those which lead to one state lie together: those to state s lie from into[s] to into[s+1].
// It returns each edge's new number too. After it the chain no longer grows.
func (c *chain) byTarget() (into, renumbered []int32) {
	into = make([]int32, len(c.recents)+1)
	for _, to := range c.to {
		into[to+1]++
	}
	for s := range c.recents {
		into[s+1] += into[s]
	}
	free := append([]int32(nil), into...)
	renumbered = make([]int32, len(c.to))
	from, to := make([]int32, len(c.from)), make([]int32, len(c.to))
	for edge, target := range c.to {
		place := free[target]
		free[target]++
		renumbered[edge] = place
		from[place], to[place] = c.from[edge], target
	}
	c.from, c.to, c.edges = from, to, nil
	return into, renumbered
}
