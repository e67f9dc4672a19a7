package report_test

import (
	"cmp"
	"math"
	"math/big"
	"slices"

	"tandem/internal/journey"
)

// What follows works a business's figures out of its bare facts, slowly and in fractions: it shares no code with what it checks.

// commitment is when somebody decided to buy, and what for.
type commitment struct {
	who   int
	at    int64
	value int64
}

// path is what led to a commitment, or so far to none.
type path struct {
	steps []happening
	sold  bool
	value int64
}

// share is what a channel earned: conversions, and cents.
type share struct{ conversions, value *big.Rat }

// ordersOf are the times at which a person ordered or accepted a quote.
func (f *facts) ordersOf(who int) (times []int64) {
	for _, h := range f.touches {
		if h.who == who && !h.gone && (h.kind == journey.Order || h.kind == journey.QuoteAccepted) {
			times = append(times, h.at)
		}
	}
	slices.Sort(times)
	return times
}

// decided is the first order for a deal before an instant, else the instant.
func (f *facts) decided(d sale, before int64) int64 {
	for _, at := range f.ordersOf(d.who) {
		if at >= d.created && at < before {
			return at
		}
	}
	return before
}

func (f *facts) won() (all []commitment) {
	for _, d := range f.deals {
		if d.closed != 0 {
			all = append(all, commitment{d.who, f.decided(d, d.closed), d.amount})
		}
	}
	return all
}

// paid takes the receipts one after the other. What nobody paid for is left as a commitment of nobody that is worth less than nothing.
func (f *facts) paid() []commitment {
	type purpose struct {
		deal, who int
		order, at int64
	}
	receipts := slices.Clone(f.payments)
	slices.SortFunc(receipts, func(a, b receipt) int { return cmp.Compare(a.at, b.at) })
	var all []commitment
	of := map[purpose]int{}
	latest := map[int]int{}
	for _, p := range receipts {
		if p.amount == 0 {
			continue
		}
		c, what := commitment{p.who, p.at, 0}, purpose{-1, p.who, 0, p.at}
		if p.deal >= 0 {
			d := f.deals[p.deal]
			what = purpose{deal: p.deal}
			c.at = f.decided(d, p.at)
			if d.closed != 0 {
				c.at = f.decided(d, d.closed)
			}
		} else {
			for _, at := range f.ordersOf(p.who) {
				if at <= p.at {
					what, c.at = purpose{-1, p.who, at, 0}, at
				}
			}
		}
		i, known := of[what]
		last, paidBefore := latest[p.who]
		switch {
		case p.amount < 0 && (p.deal < 0 || !known) && p.who >= 0 && paidBefore:
			i = last
		case p.amount < 0 && (p.deal < 0 || !known):
			all = append(all, commitment{who: loose, value: p.amount})
			continue
		case !known:
			i = len(all)
			all, of[what] = append(all, c), i
		}
		all[i].value += p.amount
		if p.amount > 0 {
			latest[p.who] = i
		}
	}
	return all
}

// loose is whose refunds are that belong to no commitment: money of the total, and no conversion.
const loose = -2

// paths are what led to each commitment, and what so far led to none.
func (f *facts) paths(sales []commitment) (all []path) {
	for who := -2; who < f.people; who++ {
		var mine []commitment
		for _, c := range sales {
			if c.who == who {
				mine = append(mine, c)
			}
		}
		slices.SortStableFunc(mine, func(a, b commitment) int { return cmp.Compare(a.at, b.at) })
		since := int64(math.MinInt64)
		var steps []happening
		for _, c := range mine {
			if fresh := f.earning(who, since, c.at); len(fresh) > 0 {
				steps = fresh
			}
			since = c.at
			all = append(all, path{steps, who != loose, c.value})
		}
		if rest := f.earning(who, since, math.MaxInt64); len(rest) > 0 {
			all = append(all, path{rest, false, 0})
		}
	}
	return all
}

// earning are a person's touches that can earn, after one instant and up to another.
func (f *facts) earning(who int, after, until int64) (steps []happening) {
	for _, h := range f.touches {
		fromThem := slices.Contains([]string{journey.AdClick, journey.PageView, journey.Call, journey.Visit, "own kind"}, h.kind)
		if h.who == who && fromThem && !h.machine && !h.gone && h.channel != "" && h.at > after && h.at <= until {
			steps = append(steps, h)
		}
	}
	slices.SortFunc(steps, func(a, b happening) int { return cmp.Compare(a.at, b.at) })
	return steps
}

// solve shares what the paths brought by a model.
func solve(paths []path, model string) map[string]*share {
	all := map[string]*share{}
	give := func(channel string, part *big.Rat, conversions, value int64) {
		if all[channel] == nil {
			all[channel] = &share{new(big.Rat), new(big.Rat)}
		}
		s := all[channel]
		s.conversions.Add(s.conversions, new(big.Rat).Mul(part, big.NewRat(conversions, 1)))
		s.value.Add(s.value, new(big.Rat).Mul(part, big.NewRat(value, 1)))
	}
	var sold, money int64
	for _, p := range paths {
		switch {
		case len(p.steps) == 0 && p.sold:
			give("", big.NewRat(1, 1), 1, p.value)
		case len(p.steps) == 0:
			give("", big.NewRat(1, 1), 0, p.value)
		case p.sold:
			sold, money = sold+1, money+p.value
			for channel, part := range parts(p.steps, model) {
				give(channel, part, 1, p.value)
			}
		}
	}
	if model == "markov" {
		for channel, part := range removalShares(paths) {
			give(channel, part, sold, money)
		}
	}
	return all
}

// parts is how one sale is shared.
func parts(steps []happening, model string) map[string]*big.Rat {
	all := map[string]*big.Rat{}
	give := func(i int, part *big.Rat) {
		c := steps[i].channel
		if all[c] == nil {
			all[c] = new(big.Rat)
		}
		all[c].Add(all[c], part)
	}
	n, one := len(steps), big.NewRat(1, 1)
	last := n - 1
	switch model {
	case "first":
		give(0, one)
	case "last":
		give(last, one)
	case "last-non-direct":
		for i, s := range steps {
			if s.channel != "Direct" {
				last = i
			}
		}
		if steps[last].channel == "Direct" {
			last = n - 1
		}
		give(last, one)
	case "linear":
		for i := range steps {
			give(i, big.NewRat(1, int64(n)))
		}
	case "u-shaped":
		for i := range steps {
			switch {
			case n <= 2:
				give(i, big.NewRat(1, int64(n)))
			case i == 0 || i == n-1:
				give(i, big.NewRat(2, 5))
			default:
				give(i, big.NewRat(1, int64(5*(n-2))))
			}
		}
	case "time-decay":
		sum := new(big.Rat)
		weights := make([]*big.Rat, n)
		for i, s := range steps {
			weights[i] = new(big.Rat).SetFloat64(math.Pow(2, float64(s.at-steps[last].at)/(7*24*60)))
			sum.Add(sum, weights[i])
		}
		for i, w := range weights {
			give(i, w.Quo(w, sum))
		}
	case "shapley":
		distinct := map[string]int{}
		for i, s := range steps {
			distinct[s.channel] = i
		}
		for _, i := range distinct {
			give(i, big.NewRat(1, int64(len(distinct))))
		}
	}
	return all
}

// removalShares are the removal effects of the channels, 1 in all.
func removalShares(paths []path) map[string]*big.Rat {
	var channels []string
	for _, p := range paths {
		for _, s := range p.steps {
			if !slices.Contains(channels, s.channel) {
				channels = append(channels, s.channel)
			}
		}
	}
	whole, sum := chanceToSell(paths, channels, ""), new(big.Rat)
	effects := map[string]*big.Rat{}
	for _, c := range channels {
		effects[c] = new(big.Rat).Sub(whole, chanceToSell(paths, channels, c))
		sum.Add(sum, effects[c])
	}
	if sum.Sign() == 0 {
		return nil
	}
	for _, e := range effects {
		e.Quo(e, sum)
	}
	return effects
}

// chanceToSell is the chance that a walk from the start ends in a sale, where whoever comes to the removed channel goes away: the solution of
// x = A x + b by elimination with every state in it, the start being state 0.
func chanceToSell(paths []path, channels []string, removed string) *big.Rat {
	n := len(channels) + 1
	went, all, sold := make([][]int64, n), make([]int64, n), make([]int64, n)
	for i := range went {
		went[i] = make([]int64, n)
	}
	for _, p := range paths {
		if len(p.steps) == 0 {
			continue
		}
		state := 0
		for _, s := range p.steps {
			if next := 1 + slices.Index(channels, s.channel); next != state {
				went[state][next]++
				all[state]++
				state = next
			}
		}
		all[state]++
		if p.sold {
			sold[state]++
		}
	}
	rows := make([][]*big.Rat, n)
	for i := range rows {
		rows[i] = make([]*big.Rat, n+1)
		for k := range n {
			rows[i][k] = new(big.Rat)
			if all[i] > 0 && (k == 0 || channels[k-1] != removed) {
				rows[i][k].SetFrac64(-went[i][k], all[i])
			}
		}
		rows[i][i].Add(rows[i][i], big.NewRat(1, 1))
		rows[i][n] = big.NewRat(sold[i], max(all[i], 1))
	}
	return eliminated(rows)
}

// eliminated solves the equations and returns the first unknown.
func eliminated(rows [][]*big.Rat) *big.Rat {
	n := len(rows)
	for p := range n {
		at := p
		for rows[at][p].Sign() == 0 {
			at++
		}
		rows[p], rows[at] = rows[at], rows[p]
		for r := range n {
			if r == p || rows[r][p].Sign() == 0 {
				continue
			}
			f := new(big.Rat).Quo(rows[r][p], rows[p][p])
			for k := p; k <= n; k++ {
				rows[r][k].Sub(rows[r][k], new(big.Rat).Mul(f, rows[p][k]))
			}
		}
	}
	return new(big.Rat).Quo(rows[0][n], rows[0][0])
}
