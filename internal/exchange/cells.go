package exchange

import (
	"crypto/sha256"
	"errors"
	"regexp"
	"strings"

	"tandem/internal/clock"
	"tandem/internal/exchange/sheet"
	"tandem/internal/exchange/value"
	"tandem/internal/fault"
	"tandem/internal/money"
)

// cells are the values of one row by field. What is wrong with them gathers in problems.
type cells struct {
	read     *reading
	row      int64 // counts from 1, without the header
	line     int
	values   []string // by feed, trimmed, constants filled in
	problems []Problem
	buffer   []byte
}

// cells starts a pass over the file.
func (r *reading) cells() *cells {
	r.twice.restart()
	r.now = &cells{read: r, values: make([]string, len(r.plan.feeds))}
	return r.now
}

// next takes the next row, or what is wrong with it.
func (c *cells) next(row sheet.Row, err error) {
	c.row++
	c.line = row.Line
	c.problems = c.problems[:0]
	if broken, ok := errors.AsType[*sheet.RowError](err); ok {
		c.problems = append(c.problems, newProblem(broken.Line, broken.Column, broken.Value, broken))
		return
	}
	if err != nil {
		return
	}
	for i := range c.read.plan.feeds {
		f := &c.read.plan.feeds[i]
		if f.column < 0 {
			c.values[i] = f.constant
			continue
		}
		c.values[i] = value.Unguard(strings.TrimSpace(c.read.right(row, f.column)))
	}
	for _, name := range []string{"external_id", "contact", "deal", "owner"} {
		if len(c.text(name)) > longestID {
			c.fail(name, fault.Invalidf("is longer than %d bytes", longestID))
		}
	}
	c.checkLast()
}

// checkLast refuses a row that a later one contradicts.
func (c *cells) checkLast() {
	external := c.text("external_id")
	if c.read.last == nil || external == "" {
		return
	}
	if line := c.read.last.later(hashed(external), c.hash(), c.line); line > 0 {
		c.fail("external_id", fault.Invalidf("comes again in line %d, which says something else and counts", line))
	}
}

// longestID is how long what records are found by may be; PostgreSQL's indexes hold no more than about 2,700 bytes.
const longestID = 500

// has reports whether the file feeds the field at all.
func (c *cells) has(name string) bool {
	i, ok := c.read.at[name]
	return ok && c.read.plan.feeds[i].there
}

// text is the field's value, "" where there is none.
func (c *cells) text(name string) string {
	if i, ok := c.read.at[name]; ok {
		return c.values[i]
	}
	return ""
}

// fail notes what is wrong with a field.
func (c *cells) fail(name string, err error) {
	c.problems = append(c.problems, newProblem(c.line, c.read.plan.columnOf(name), c.text(name), err))
}

func shorten(s string) string {
	if r := []rune(s); len(r) > 200 {
		return string(r[:200]) + "…"
	}
	return s
}

// time is the field's instant, 0 where there is none.
func (c *cells) time(name string) clock.Micros {
	at, _ := c.moment(name)
	return at
}

func (c *cells) moment(name string) (at clock.Micros, day bool) {
	cell := c.text(name)
	if cell == "" {
		return 0, false
	}
	at, day, err := c.read.times.Parse(cell)
	if err != nil {
		c.fail(name, err)
	}
	return at, day
}

// decimal is the field's number with a point, and the currency that stands in its cell; "" where there is none.
func (c *cells) decimal(name string) (number, currency string) {
	i, ok := c.read.at[name]
	if !ok || c.values[i] == "" {
		return "", ""
	}
	number, currency, err := c.read.numbers[i].Parse(c.values[i])
	if err != nil {
		c.fail(name, err)
		return "", ""
	}
	return number, currency
}

// money is an amount with its currency: of the currency's own field, else of the cell, else of the column's header. ok is false where there is
// no amount, or a problem with it.
func (c *cells) money(name string) (amount money.Amount, ok bool) {
	number, inCell := c.decimal(name)
	if number == "" {
		return money.Amount{}, false
	}
	code := c.text("currency")
	if code == "" {
		code = inCell
	}
	if code == "" {
		code = c.read.plan.feeds[c.read.at[name]].currency
	}
	if code == "" {
		c.fail(name, fault.Invalidf("the amount has no currency").WithMend("fill the currency's column, or say --set currency=EUR"))
		return money.Amount{}, false
	}
	currency, err := money.ParseCurrency(code)
	if err != nil {
		c.fail("currency", fault.Invalidf("%v", err))
		return money.Amount{}, false
	}
	minor, err := money.ParseDecimal(number, currency)
	if err != nil {
		c.fail(name, fault.Invalidf("%v", err))
		return money.Amount{}, false
	}
	return money.Amount{Minor: minor, Currency: currency}, true
}

// hash tells rows apart by what feeds their fields.
func (c *cells) hash() [16]byte {
	b := c.buffer[:0]
	for i, v := range c.values {
		if v != "" {
			b = append(b, c.read.plan.names[i]...)
			b = append(b, 0)
			b = append(b, v...)
			b = append(b, 0)
		}
	}
	c.buffer = b
	return hashed(string(b))
}

func hashed(s string) [16]byte {
	sum := sha256.Sum256([]byte(s))
	return [16]byte(sum[:16])
}

// key is what the row's record is found by when the file comes again: its external id, else its values with its place among equal rows.
func (c *cells) key() string {
	if external := c.text("external_id"); external != "" {
		return externalKey(c.read.o.System, external)
	}
	return c.read.twice.key(c.hash())
}

// externalKey is the key of a record that another system names. An id that is a key already, as an export writes it, stays what it is.
func externalKey(system, external string) string {
	if isKey.MatchString(external) {
		return external
	}
	return "x:" + system + ":" + external
}

var isKey = regexp.MustCompile(`^(h:[0-9a-f]{32}:\d+|x:[^:]+:.+)$`)
