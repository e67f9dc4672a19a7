package report

import (
	"slices"

	"tandem/internal/id"
	"tandem/internal/insight/attribution"
)

// creditOf is what is asked of the journeys: the key under which the answer is kept.
type creditOf struct {
	by         string
	conversion Conversion
	within     span
	model      attribution.Model
	ranged     bool
}

// brought is what every key earned by one model.
type brought struct {
	names       []string
	earned      []attribution.Credit
	unmatched   attribution.Credit
	conversions float64
	from        map[string]int // how many people, and sales to nobody known, each key's credit comes from
	fromAll     int
}

// likely is how many percent of the cases a range encloses.
const likely = 80

// brought shares the credit by several models of one question, cutting the journeys once.
func (b *book) brought(q creditOf, models ...attribution.Model) ([]brought, error) {
	all := make([]brought, len(models))
	var c *crediting
	var journeys []attribution.Journey
	var loose int64
	for i, m := range models {
		one := q
		one.model = m
		one.ranged = q.ranged && i == 0
		var err error
		all[i], err = answer(b, one, func() (brought, error) {
			if c == nil {
				if c, err = b.crediting(one); err != nil {
					return brought{}, err
				}
				c.walk.leads = slices.Contains(models, attribution.WShaped)
				journeys, loose = c.journeyed()
			}
			return c.share(one, journeys, loose)
		})
		if err != nil {
			return nil, err
		}
	}
	return all, nil
}

func (b *book) crediting(q creditOf) (*crediting, error) {
	column, err := b.column(q.by)
	if err != nil {
		return nil, err
	}
	c := &crediting{book: b, conversion: q.conversion, walk: walk{within: q.within}}
	c.keysBy(column)
	return c, nil
}

func (c *crediting) journeyed() ([]attribution.Journey, int64) {
	commitments, loose := c.commitments(c.conversion, c.walk.within)
	return c.journeys(commitments, &c.walk), loose
}

func (c *crediting) share(q creditOf, journeys []attribution.Journey, loose int64) (brought, error) {
	o := attribution.Options{Model: q.model, Seed: seed}
	if q.ranged {
		o.Interval = likely
	}
	result, err := attribution.Attribute(journeys, len(c.names), o)
	if err != nil {
		return brought{}, err
	}
	u := result.Unmatched
	u.Value, u.Low, u.High = u.Value+loose, u.Low+loose, u.High+loose
	from, all := c.from(q.model, journeys)
	return brought{c.names, result.Credits, u, conversions(journeys), from, all}, nil
}

// from counts the people behind every key's credit, and behind all of it.
func (c *crediting) from(m attribution.Model, journeys []attribution.Journey) (map[string]int, int) {
	counts, all := map[string]int{}, 0
	last, lastOfAll := map[string]id.ID{}, id.ID(0)
	c.earners(m, journeys, func(name string, of *commitment, _ int64) {
		if of.contact == 0 || of.contact != last[name] {
			counts[name]++
		}
		if of.contact == 0 || of.contact != lastOfAll {
			all++
		}
		last[name], lastOfAll = of.contact, of.contact
	})
	return counts, all
}

// earners calls do for each sale and each key that earned by it, once, with its part of the sale's value, in the order of the contacts; the
// unmatched earn under "". Of Markov a part says nothing: there a sale has none of its own.
func (c *crediting) earners(m attribution.Model, journeys []attribution.Journey, do func(name string, of *commitment, part int64)) {
	shares := attribution.NewShares(m, len(c.names))
	for i := range journeys {
		j := &journeys[i]
		if !j.Converted {
			continue
		}
		keys, weights := shares.Of(j)
		if len(keys) == 0 {
			do("", &c.walk.of[i], j.Value)
			continue
		}
		for k, key := range keys {
			if weights[k] > 0 && !slices.Contains(keys[:k], key) {
				do(c.names[key], &c.walk.of[i], sumOf(keys[k:], shares.Money()[k:], key))
			}
		}
	}
}

// sumOf is what a key got by all its touches.
func sumOf(keys []int32, parts []int64, key int32) (sum int64) {
	for i, k := range keys {
		if k == key {
			sum += parts[i]
		}
	}
	return sum
}
