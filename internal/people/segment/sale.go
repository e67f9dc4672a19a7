package segment

import (
	"tandem/internal/fault"
	"tandem/internal/money"
)

// deal asks whether somebody has a deal of a status, or any.
func deal() Field {
	return Field{
		Name: "deal", Label: "Deal", Shape: Choice, Ops: []Op{Is, IsNot, Empty, Filled}, Choices: []string{"open", "won", "lost"},
		sql: func(c *condition, is Condition) (string, error) {
			among := c.among("deal") + " AND t.contact_id IS NOT NULL AND t.removed_at IS NULL"
			if is.Op == Is || is.Op == IsNot {
				among += " AND t.status = " + c.arg(is.Value)
			}
			if is.Op == IsNot || is.Op == Empty {
				among = "NOT " + among
			}
			return among + ")", nil
		},
	}
}

// won asks what somebody's won deals come to, in the workspace's currency; who has none has won nothing, which is an amount too.
func won() Field {
	return Field{Name: "won", Label: "Deals won", Shape: Amount, Ops: []Op{AtLeast, AtMost}, sql: func(c *condition, is Condition) (string, error) {
		minor, err := money.ParseDecimal(is.Value, c.Currency)
		if err != nil {
			return "", fault.Invalidf("%q is not an amount", is.Value)
		}
		sums := c.among("deal") + " AND t.contact_id IS NOT NULL AND t.removed_at IS NULL AND t.status = 'won'" +
			" AND t.currency = " + c.arg(string(c.Currency)) + " GROUP BY t.contact_id HAVING CAST(SUM(t.amount) AS BIGINT)"
		// who has no deal is in no group: they are found by being left out
		switch {
		case is.Op == AtLeast && minor > 0:
			return sums + " >= " + c.arg(minor) + ")", nil
		case is.Op == AtLeast:
			return "NOT " + sums + " < " + c.arg(minor) + ")", nil
		case minor >= 0:
			return "NOT " + sums + " > " + c.arg(minor) + ")", nil
		}
		return sums + " <= " + c.arg(minor) + ")", nil
	}}
}
