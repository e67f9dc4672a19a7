package segment

import (
	"slices"
	"strings"

	"tandem/internal/fault"
	"tandem/internal/journey"
	"tandem/internal/people/contact"
	"tandem/internal/people/field"
	"tandem/internal/text"
)

// Shape says what sort of value a field has, and so how a form asks for it.
type Shape string

// The shapes.
const (
	Words  Shape = "words"
	Choice Shape = "choice"
	Moment Shape = "moment"
	Amount Shape = "amount"
	Fact   Shape = "fact" // it is so, or it is not
	Deed   Shape = "deed" // what somebody did, or did not do
)

// Field is something that can be asked of a person.
type Field struct {
	Name    string // as a rule has it
	Label   string // in English, a key of the message catalogue; of an own field the name that the workspace gave it
	Own     bool
	Shape   Shape
	Ops     []Op
	Choices []string
	sql     func(*condition, Condition) (string, error)
}

func (f Field) knows(op Op) bool { return slices.Contains(f.Ops, op) }

// Fields are everything that can be asked, a workspace's own fields last.
func Fields(own []field.Field) []Field {
	all := []Field{
		words("name", "Name", "c.name_key", text.Key, Contains, Is),
		through("email", "Email", "contact_email", "email_key"),
		through("phone", "Phone", "contact_phone", "phone_key"),
		company(),
		words("title", "Job", "c.title", strings.TrimSpace, Is, IsNot, Filled, Empty),
		words("city", "Town", "c.city", strings.TrimSpace, Is, IsNot, Filled, Empty),
		words("country", "Country", "c.country", strings.ToUpper, Is, IsNot, Filled, Empty),
		words("language", "Language", "c.language", strings.TrimSpace, Is, IsNot, Filled, Empty),
		words("owner", "Owner", "c.owner", strings.TrimSpace, Is, IsNot, Filled, Empty),
		lifecycle(),
		tag(),
		moment("created", "Added", "c.created_at"),
		moment("lead", "Became a lead", "c.lead_at"),
		moment("first", "First touch", "g.first_at"),
		moment("last", "Last touch", "NULLIF(g.last_at, 0)"),
		words("channel", "Channel of the first touch", "g.first_channel", strings.TrimSpace, Is, IsNot, Filled, Empty),
		choice("side", "Wing of the first touch", "g.first_side", string(journey.Marketing), string(journey.Sales)),
		fact("waiting", "Waits for an answer", "g.waiting_at IS NOT NULL"),
		touch(),
		allowed(),
		deal(),
		won(),
	}
	for _, f := range own {
		all = append(all, owned(f))
	}
	return all
}

func find(own []field.Field, name string) (Field, bool) {
	all := append(Fields(own), imported(nil))
	i := slices.IndexFunc(all, func(f Field) bool { return f.Name == name })
	if i < 0 {
		return Field{}, false
	}
	return all[i], true
}

// words is a text column that is never NULL for a contact; the glance's may be missing.
func words(name, label, column string, key func(string) string, ops ...Op) Field {
	column = "COALESCE(" + column + ", '')"
	return Field{Name: name, Label: label, Shape: Words, Ops: ops, sql: func(c *condition, is Condition) (string, error) {
		return compare(c, column, is.Op, key(is.Value)), nil
	}}
}

// compare compares a text.
func compare(c *condition, column string, op Op, value string) string {
	switch op {
	case IsNot:
		return column + " <> " + c.arg(value)
	case Contains:
		return column + " LIKE " + c.arg("%"+escaped(value)+"%") + ` ESCAPE '\'`
	case Filled:
		return column + " <> ''"
	case Empty:
		return column + " = ''"
	}
	return column + " = " + c.arg(value)
}

// escaped is a text in which nothing stands for anything but itself.
func escaped(s string) string { return strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(s) }

// through is a text in a table of its own.
func through(name, label, table, column string) Field {
	return Field{Name: name, Label: label, Shape: Words, Ops: []Op{Contains, Is, Filled, Empty}, sql: func(c *condition, is Condition) (string, error) {
		among := c.among(table)
		switch is.Op {
		case Empty:
			return "NOT " + among + ")", nil
		case Filled:
			return among + ")", nil
		}
		return among + " AND " + compare(c, "t."+column, is.Op, text.Key(is.Value)) + ")", nil
	}}
}

func company() Field {
	return Field{Name: "company", Label: "Company", Shape: Words, Ops: []Op{Contains, Is, Filled, Empty}, sql: func(c *condition, is Condition) (string, error) {
		switch is.Op {
		case Empty:
			return "c.company_id IS NULL", nil
		case Filled:
			return "c.company_id IS NOT NULL", nil
		}
		return "c.company_id IS NOT NULL AND c.company_id IN (SELECT t.id FROM company t WHERE t.workspace_id = $1 AND " +
			compare(c, "t.name_key", is.Op, text.Key(is.Value)) + ")", nil
	}}
}

func choice(name, label, column string, choices ...string) Field {
	f := words(name, label, column, strings.TrimSpace, Is, IsNot)
	f.Shape, f.Choices = Choice, choices
	return f
}

func fact(name, label, sql string) Field {
	return Field{Name: name, Label: label, Shape: Fact, Ops: []Op{Is, IsNot}, sql: func(_ *condition, is Condition) (string, error) {
		if is.Op == IsNot {
			return "NOT (" + sql + ")", nil
		}
		return sql, nil
	}}
}

// lifecycle compares stages by their order.
func lifecycle() Field {
	var stages []string
	for _, s := range contact.Lifecycles() {
		stages = append(stages, string(s))
	}
	return Field{
		Name: "lifecycle", Label: "Stage", Shape: Choice, Ops: []Op{Is, IsNot, AtLeast, Empty}, Choices: stages,
		sql: func(c *condition, is Condition) (string, error) {
			at := slices.Index(stages, is.Value)
			switch {
			case is.Op == Empty:
				return "c.lifecycle = ''", nil
			case at < 0:
				return "", fault.Invalidf("%q is no stage", is.Value)
			case is.Op == AtLeast:
				var places []string
				for _, s := range stages[at:] {
					places = append(places, c.arg(s))
				}
				return "c.lifecycle IN (" + strings.Join(places, ", ") + ")", nil
			}
			return compare(c, "c.lifecycle", is.Op, is.Value), nil
		},
	}
}

func tag() Field {
	return Field{Name: "tag", Label: "Tag", Shape: Words, Ops: []Op{Is, IsNot, Filled, Empty}, sql: func(c *condition, is Condition) (string, error) {
		among := c.among("contact_tag")
		if is.Op == Is || is.Op == IsNot {
			among += " AND t.tag_key = " + c.arg(text.Key(is.Value))
		}
		if is.Op == IsNot || is.Op == Empty {
			among = "NOT " + among
		}
		return among + ")", nil
	}}
}

// moment is an instant that may be unknown.
func moment(name, label, column string) Field {
	return Field{Name: name, Label: label, Shape: Moment, Ops: []Op{InLast, NotLast, After, Before, Filled, Empty}, sql: func(c *condition, is Condition) (string, error) {
		switch is.Op {
		case Filled:
			return column + " IS NOT NULL", nil
		case Empty:
			return column + " IS NULL", nil
		case InLast, NotLast:
			n, err := days(is.Value)
			if err != nil {
				return "", err
			}
			if is.Op == NotLast {
				return "COALESCE(" + column + ", 0) < " + c.arg(c.ago(n)), nil
			}
			return "COALESCE(" + column + ", 0) >= " + c.arg(c.ago(n)), nil
		}
		at, err := c.day(is.Value)
		if err != nil {
			return "", err
		}
		if is.Op == Before {
			return "COALESCE(" + column + " < " + c.arg(at) + ", 1 = 0)", nil
		}
		return "COALESCE(" + column + " >= " + c.arg(at) + ", 1 = 0)", nil
	}}
}
