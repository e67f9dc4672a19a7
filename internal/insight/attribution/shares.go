package attribution

// Shares tell how a model shares single sales, for whoever wants to see where a figure comes from.
type Shares struct{ sharer *sharer }

// NewShares are those of a model for so many keys. Markov has no shares of a single sale, because a channel's credit follows from all journeys
// together; each sale is then shared equally among its channels, as Shapley does.
func NewShares(m Model, keys int) *Shares {
	if m == Markov {
		m = Shapley
	}
	return &Shares{newSharer(m, keys)}
}

// Of are the keys that a journey's sale is shared among, with the share of each, 1 in all; valid until the next call. A key that earns by
// several touches comes up as often. Without a touch there is none.
func (s *Shares) Of(j *Journey) (keys []int32, shares []float64) {
	if len(j.Steps) == 0 {
		return nil, nil
	}
	s.sharer.share(j)
	return s.sharer.keys, s.sharer.weights
}

// Money is what each key of the sale asked for last got of its value, in minor units: the value in all; valid until the next call.
func (s *Shares) Money() []int64 { return s.sharer.parts }
