// Package attribution shares the credit for what was sold among the touches that led to it.
//
// It is the arithmetic behind "which of the things we did brought this money" and knows no database: it takes journeys, one for each
// commitment and one for each person who has not committed yet, and gives every key of a report (a channel, a source, a campaign) its
// conversions and its money.
//
// Its rules: a model moves credit between keys and never changes the grand total, to the last cent; a conversion that nobody touched
// stands by itself as unmatched, in every model; only touches before the commitment are handed in, so cause comes before effect.
// First, last, last-non-direct, linear, u-shaped, w-shaped and time-decay look at one journey at a time and share each sale by itself,
// touch by touch; shapley shares each sale equally among its distinct keys; markov looks at all journeys together, those that led to
// nothing included, and shares the whole. An interval says how far the money of each key would move if the same business had met
// another sample of the same people.
package attribution

import (
	"strings"

	"tandem/internal/clock"
	"tandem/internal/fault"
)

// Model is a way of sharing credit.
type Model string

// The models, by the names that the command line and the API use.
const (
	First         Model = "first"
	Last          Model = "last"
	LastNonDirect Model = "last-non-direct"
	Linear        Model = "linear"
	UShaped       Model = "u-shaped"
	WShaped       Model = "w-shaped"
	TimeDecay     Model = "time-decay"
	Markov        Model = "markov"
	Shapley       Model = "shapley"
)

// Models lists every model, the simplest first.
func Models() []Model {
	return []Model{First, Last, LastNonDirect, Linear, UShaped, WShaped, TimeDecay, Markov, Shapley}
}

// ParseModel reads a model's name in any case; a name it does not know is a usage fault that lists those it does.
func ParseModel(name string) (Model, error) {
	var names []string
	for _, m := range Models() {
		if strings.EqualFold(strings.TrimSpace(name), string(m)) {
			return m, nil
		}
		names = append(names, string(m))
	}
	return "", fault.Usagef("%q is not an attribution model", name).WithMend("choose one of %s", strings.Join(names, ", "))
}

// Step is one touch that can earn credit.
type Step struct {
	Key    int32 // which row of the report it belongs to, from 0
	Direct bool  // came by itself: no campaign, no referrer
	At     clock.Micros
}

// Journey is what one person went through on the way to one commitment, or so far to none.
type Journey struct {
	Steps     []Step // by time, none after the commitment
	Converted bool
	Value     int64        // in minor units of the report's currency; below zero where more was refunded than paid
	Lead      clock.Micros // became a lead; 0 is unknown
	Opened    clock.Micros // the deal was opened; 0 is unknown
}

// Options says how to share.
type Options struct {
	Model    Model
	Order    int     // Markov's memory in touches, 1 to 3; 0 is 1
	Interval float64 // the share in percent of samples that Low and High enclose, such as 80; 0 is none
	Seed     uint64  // makes the interval; the same seed and journeys give the same interval
}

// Check is a usage fault where the options name something that does not exist.
func (o Options) Check() error {
	if _, err := ParseModel(string(o.Model)); err != nil {
		return err
	}
	if o.Order < 0 || o.Order > maxOrder {
		return fault.Usagef("order %d is not between 1 and %d", o.Order, maxOrder)
	}
	if !(o.Interval >= 0 && o.Interval < 100) {
		return fault.Usagef("an interval of %g percent is not between 0 and 100", o.Interval).WithMend("such as 80")
	}
	return nil
}

// Credit is what one key earned: conversions, and money in minor units.
type Credit struct {
	Conversions float64
	Value       int64
	Low, High   int64 // the bounds of Value at the interval; zero without one
}

// Result is the credit of every key, and of the conversions that nobody touched. Together they are all conversions and all the money.
type Result struct {
	Credits   []Credit
	Unmatched Credit
}

// Attribute shares what the journeys brought among the given number of keys. Every step's key is below that number. It fails only as
// Options.Check does.
func Attribute(journeys []Journey, keys int, o Options) (Result, error) {
	if err := o.Check(); err != nil {
		return Result{}, err
	}
	o.Model, _ = ParseModel(string(o.Model))
	o.Order = max(o.Order, 1)
	result := Result{Credits: make([]Credit, keys), Unmatched: untouched(journeys)}
	if o.Model == Markov {
		byChain(journeys, &result, o)
	} else {
		bySale(journeys, &result, o)
	}
	return result, nil
}

func untouched(journeys []Journey) Credit {
	var c Credit
	for i := range journeys {
		if journeys[i].Converted && len(journeys[i].Steps) == 0 {
			c.Conversions++
			c.Value += journeys[i].Value
		}
	}
	return c
}
