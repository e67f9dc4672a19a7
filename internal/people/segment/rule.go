// Package segment finds the people that a rule describes: for the list and its filters, and for segments, which are rules kept under a name.
//
// A rule is a tree of groups (all of these, any of these, none of these) over conditions. A condition names a field of the registry, an operator
// that the field knows, and a value; what is not in the registry is refused, and values only ever become arguments of a statement, so
// nobody ever types SQL. A tree has at most ten levels and two hundred conditions. Texts are compared by their keys (text.Key).
package segment

import (
	"bytes"
	"encoding/json"
	"io"
	"slices"
	"unicode/utf8"

	"tandem/internal/fault"
)

// Rule is a group of rules, or a condition. The empty rule is everybody.
type Rule struct {
	All  []Rule     `json:"all,omitempty"`
	Any  []Rule     `json:"any,omitempty"`
	None []Rule     `json:"none,omitempty"`
	If   *Condition `json:"if,omitempty"`
}

func (r Rule) empty() bool { return r.If == nil && len(r.All)+len(r.Any)+len(r.None) == 0 }

// Condition is one thing that is so of a person.
type Condition struct {
	Field string `json:"field"`
	Op    Op     `json:"op"`
	Value string `json:"value,omitempty"`

	// Of what somebody did or did not do; each narrows it down.
	Days     int    `json:"days,omitempty"` // within so many days, 0 for ever
	From     string `json:"from,omitempty"` // between two days, YYYY-MM-DD, both included
	To       string `json:"to,omitempty"`
	Campaign string `json:"campaign,omitempty"`
	Page     string `json:"page,omitempty"` // on a page whose address holds this

	Channel string `json:"channel,omitempty"` // of a touch: by this one; of a consent: for this one, "" is email
	Purpose string `json:"purpose,omitempty"` // of a consent, "" is marketing
}

// texts are everything that was written into a condition.
func (c *Condition) texts() []string {
	return []string{c.Field, string(c.Op), c.Value, c.From, c.To, c.Campaign, c.Page, c.Channel, c.Purpose}
}

// Op is how a field is compared.
type Op string

// The operators.
const (
	Is       Op = "is"
	IsNot    Op = "is_not"
	Contains Op = "contains"
	Filled   Op = "filled"
	Empty    Op = "empty"
	AtLeast  Op = "at_least"
	AtMost   Op = "at_most"
	Before   Op = "before"   // a day, YYYY-MM-DD
	After    Op = "after"    // a day, that day included
	InLast   Op = "in_last"  // days
	NotLast  Op = "not_last" // longer ago than so many days, or never
	Did      Op = "did"
	DidNot   Op = "did_not"
)

const (
	deepest = 10
	most    = 200
	longest = 500 // characters of a value
)

// Parse reads a rule as it is stored and sent. A tree that is too deep or too large, or has anything unknown in it, is a fault.Invalid.
func Parse(b []byte) (Rule, error) {
	var r Rule
	if len(bytes.TrimSpace(b)) == 0 {
		return r, nil
	}
	if depth(b) > 4*deepest { // before reading: each level of a rule is a list in an object
		return r, tooDeep()
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(&r); err != nil {
		return Rule{}, fault.Invalidf("this is no rule: %w", err)
	}
	if _, err := d.Token(); err != io.EOF {
		return Rule{}, fault.Invalidf("something stands after the rule")
	}
	return r, r.check(1, new(int))
}

// depth is how deeply the brackets of a text are nested; what stands in strings may count too, which only errs on the safe side.
func depth(b []byte) int {
	now, most := 0, 0
	for _, c := range b {
		switch c {
		case '{', '[':
			now++
			most = max(most, now)
		case '}', ']':
			now--
		}
	}
	return most
}

func tooDeep() error { return fault.Invalidf("a rule has at most %d levels", deepest) }

// check refuses what is too deep, too large, or neither one thing nor the other.
func (r Rule) check(level int, count *int) error {
	if level > deepest {
		return tooDeep()
	}
	kinds := 0
	for _, group := range [][]Rule{r.All, r.Any, r.None} {
		if len(group) > 0 {
			kinds++
		}
		for _, child := range group {
			if err := child.check(level+1, count); err != nil {
				return err
			}
		}
	}
	if r.If != nil {
		kinds++
		if *count++; *count > most {
			return fault.Invalidf("a rule has at most %d conditions", most)
		}
		if slices.ContainsFunc(r.If.texts(), func(s string) bool { return utf8.RuneCountInString(s) > longest }) {
			return fault.Invalidf("a value has at most %d characters", longest)
		}
	}
	if kinds > 1 {
		return fault.Invalidf("a rule is one group, or one condition")
	}
	return nil
}

// String is the rule as it is stored and sent.
func (r Rule) String() string {
	b, err := json.Marshal(r)
	if err != nil {
		panic("segment: rules always become JSON: " + err.Error())
	}
	return string(b)
}

// Everybody reports whether the rule leaves nobody out.
func (r Rule) Everybody() bool { return len(r.All)+len(r.Any)+len(r.None) == 0 && r.If == nil }

// And is both rules together.
func (r Rule) And(other Rule) Rule {
	switch {
	case r.Everybody():
		return other
	case other.Everybody():
		return r
	}
	return Rule{All: []Rule{r, other}}
}
