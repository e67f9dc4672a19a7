package segment

import (
	"strconv"
	"strings"
	"time"

	"tandem/internal/clock"
	"tandem/internal/fault"
	"tandem/internal/id"
	"tandem/internal/money"
	"tandem/internal/people/field"
)

// Scope is what a rule is read in: whose people, which fields of their own they have, what day it is.
type Scope struct {
	Workspace id.Workspace
	Zone      *time.Location
	Now       time.Time
	Currency  money.Currency // of amounts
	Country   string         // where telephone numbers without a code are
	Own       []field.Field  // the contacts' own fields
	Imports   []Import       // that are offered; a rule may ask for any
}

// condition builds the condition of a statement, over contact c and its glance g. $1 is the workspace.
type condition struct {
	Scope
	few  bool // it will be asked of few people, each by themselves
	sql  strings.Builder
	args []any
}

// compile turns a rule into a condition; the arguments begin with the workspace.
func compile(r Rule, s Scope, few bool) (string, []any, error) {
	c := &condition{Scope: s, few: few, args: []any{s.Workspace}}
	if err := r.check(1, new(int)); err != nil {
		return "", nil, err
	}
	if err := c.rule(r); err != nil {
		return "", nil, err
	}
	return c.sql.String(), c.args, nil
}

func (c *condition) rule(r Rule) error {
	switch {
	case r.If != nil:
		return c.one(*r.If)
	case len(r.Any) > 0:
		return c.group(r.Any, " OR ")
	case len(r.None) > 0:
		c.sql.WriteString("NOT ")
		return c.group(r.None, " OR ")
	case len(r.All) > 0:
		return c.group(r.All, " AND ")
	}
	c.sql.WriteString("1 = 1")
	return nil
}

func (c *condition) group(rules []Rule, between string) error {
	c.sql.WriteString("(")
	for i, r := range rules {
		if i > 0 {
			c.sql.WriteString(between)
		}
		if err := c.rule(r); err != nil {
			return err
		}
	}
	c.sql.WriteString(")")
	return nil
}

// one writes a condition. Each is true or false and never unknown, so that its negation is what people mean by it.
func (c *condition) one(if_ Condition) error {
	f, ok := find(c.Own, if_.Field)
	if !ok {
		return fault.Invalidf("there is no field %q", if_.Field)
	}
	if !f.knows(if_.Op) {
		return fault.Invalidf("%q cannot be asked of %q", string(if_.Op), if_.Field)
	}
	text, err := f.sql(c, if_)
	if err != nil {
		return err
	}
	c.sql.WriteString("(" + text + ")")
	return nil
}

// among begins to ask whether a table t has a row of the person; further conditions and a bracket follow. Of few people each is looked up, else all who
// have one are found before.
func (c *condition) among(table string) string {
	if c.few {
		return "EXISTS (SELECT 1 FROM " + table + " t WHERE t.workspace_id = $1 AND t.contact_id = c.id"
	}
	return "c.id IN (SELECT t.contact_id FROM " + table + " t WHERE t.workspace_id = $1"
}

// arg is a placeholder for a value.
func (c *condition) arg(v any) string {
	c.args = append(c.args, v)
	return "$" + strconv.Itoa(len(c.args))
}

// mostDays is a hundred years.
const mostDays = 36500

// days is a number of days in a value.
func days(value string) (int, error) {
	n, err := strconv.Atoi(strings.TrimSpace(value))
	if err != nil || n < 0 || n > mostDays {
		return 0, fault.Invalidf("%q is not a number of days", value)
	}
	return n, nil
}

// ago is the instant so many days before now.
func (c *condition) ago(n int) clock.Micros { return clock.Of(c.Now.AddDate(0, 0, -n)) }

// day is the first instant of a day in the workspace's zone.
func (c *condition) day(value string) (clock.Micros, error) {
	t, err := c.parseDay(value)
	return clock.Of(t), err
}

// dayAfter is the first instant of the day that follows.
func (c *condition) dayAfter(value string) (clock.Micros, error) {
	t, err := c.parseDay(value)
	return clock.Of(t.AddDate(0, 0, 1)), err
}

func (c *condition) parseDay(value string) (time.Time, error) {
	t, err := time.ParseInLocation(time.DateOnly, strings.TrimSpace(value), c.Zone)
	if err != nil {
		return t, fault.Invalidf("%q is not a day", value).WithMend("write it as 2026-05-20")
	}
	return t, nil
}
