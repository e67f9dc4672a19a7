package segment

import (
	"strconv"
	"strings"

	"tandem/internal/fault"
	"tandem/internal/id"
	"tandem/internal/people/field"
)

// owned is a field of the workspace's own.
func owned(f field.Field) Field {
	made := Field{Name: "own." + f.ID.String(), Label: f.Name, Own: true, Shape: Words, Ops: []Op{Is, IsNot, Filled, Empty}}
	column := "t.text"
	switch f.Type {
	case field.Number:
		made.Shape, made.Ops, column = Amount, []Op{Is, AtLeast, AtMost, Filled, Empty}, "t.number"
	case field.Time:
		made.Shape, made.Ops, column = Moment, []Op{After, Before, Filled, Empty}, "t.at"
	case field.Boolean:
		made.Shape, made.Ops, made.Choices = Choice, []Op{Is, Filled, Empty}, []string{"true", "false"}
	}
	made.sql = func(c *condition, is Condition) (string, error) { return ownSQL(c, f.ID, column, is) }
	return made
}

func ownSQL(c *condition, of id.ID, column string, is Condition) (string, error) {
	exists := "EXISTS (SELECT 1 FROM field_value t WHERE t.workspace_id = $1 AND t.record_id = c.id AND t.field_id = " + c.arg(of)
	switch is.Op {
	case Filled:
		return exists + ")", nil
	case Empty:
		return "NOT " + exists + ")", nil
	case IsNot:
		return "NOT " + exists + " AND " + column + " = " + c.arg(is.Value) + ")", nil
	}
	operator := map[Op]string{Is: " = ", AtLeast: " >= ", AtMost: " <= ", After: " >= ", Before: " < "}[is.Op]
	var value any = is.Value
	switch column {
	case "t.number":
		n, err := strconv.ParseFloat(strings.TrimSpace(is.Value), 64)
		if err != nil {
			return "", fault.Invalidf("%q is not a number", is.Value)
		}
		value = n
	case "t.at":
		at, err := c.day(is.Value)
		if err != nil {
			return "", err
		}
		value = at
	}
	return exists + " AND " + column + operator + c.arg(value) + ")", nil
}
