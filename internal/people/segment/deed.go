package segment

import (
	"cmp"
	"strings"

	"tandem/internal/clock"
	"tandem/internal/fault"
	"tandem/internal/journey"
	"tandem/internal/people/consent"
)

// touch asks whether somebody did a kind of thing: ever, within some days or between two, by a channel, in a campaign, on a page. What a machine did
// in their name does not count.
func touch() Field {
	kinds := []string{
		journey.AdClick, journey.PageView, journey.FormSubmitted, journey.EmailSent, journey.EmailOpened, journey.EmailClicked, journey.EmailReplied,
		journey.PressMention, journey.Recommendation, journey.Event, journey.Call, journey.Meeting, journey.Visit, journey.Note, journey.QuoteSent,
		journey.QuoteAccepted, journey.Order, journey.Invoice, journey.Payment, journey.Refund, journey.Acquired, journey.DealOpened, journey.DealWon,
		journey.DealLost,
	}
	return Field{Name: "touch", Label: "Touch", Shape: Deed, Ops: []Op{Did, DidNot}, Choices: kinds, sql: func(c *condition, is Condition) (string, error) {
		if strings.TrimSpace(is.Value) == "" {
			return "", fault.Invalidf("say which kind of touch")
		}
		among, err := c.did(is)
		if err != nil {
			return "", err
		}
		if is.Op == DidNot {
			among = "NOT " + among
		}
		return among, nil
	}}
}

// did finds who did a kind of thing. When each last did it is at hand; their touches are looked through only where something else is asked of them.
func (c *condition) did(is Condition) (string, error) {
	if is.Days < 0 || is.Days > mostDays {
		return "", fault.Invalidf("%d is not a number of days", is.Days)
	}
	kind := c.arg(is.Value)
	sql := c.among("contact_deed") + " AND t.kind = " + kind
	from := clock.Micros(0)
	if is.Days > 0 {
		from = c.ago(is.Days)
	}
	if is.From != "" {
		at, err := c.day(is.From)
		if err != nil {
			return "", err
		}
		from = max(from, at)
	}
	if from != 0 {
		sql += " AND t.last_at >= " + c.arg(from)
	}
	narrower, err := c.narrower(is)
	if err != nil || narrower == "" {
		return sql + ")", err
	}
	return sql + " AND EXISTS (SELECT 1 FROM touch d WHERE d.workspace_id = $1 AND d.contact_id = t.contact_id AND d.at >= " + c.arg(from) +
		" AND d.kind = " + kind + narrower + " AND d.retracted_at IS NULL AND NOT d.machine))", nil
}

// narrower is what a touch must have besides its kind and a time since when.
func (c *condition) narrower(is Condition) (string, error) {
	sql := ""
	if is.To != "" {
		at, err := c.dayAfter(is.To)
		if err != nil {
			return "", err
		}
		sql += " AND d.at < " + c.arg(at)
	}
	for _, f := range []struct{ column, value string }{{"d.channel", is.Channel}, {"d.campaign", is.Campaign}} {
		if value := strings.TrimSpace(f.value); value != "" {
			sql += " AND " + f.column + " = " + c.arg(value)
		}
	}
	if page := strings.TrimSpace(is.Page); page != "" {
		// LIKE minds the case of letters on one engine and not on the other
		sql += " AND REPLACE(d.page, " + c.arg(page) + ", '') <> d.page"
	}
	return sql, nil
}

// allowed asks what somebody last said about being written to, for a purpose by a channel.
func allowed() Field {
	states := []string{string(consent.Granted), string(consent.Refused)}
	return Field{Name: "consent", Label: "May we email", Shape: Choice, Ops: []Op{Is, IsNot, Empty}, Choices: states, sql: func(c *condition, is Condition) (string, error) {
		newest := "COALESCE((SELECT t.state FROM consent t WHERE t.workspace_id = $1 AND t.contact_id = c.id AND t.purpose = " + c.arg(cmp.Or(strings.TrimSpace(is.Purpose), consent.Marketing)) +
			" AND t.channel = " + c.arg(cmp.Or(strings.TrimSpace(is.Channel), consent.Email)) + " ORDER BY t.at DESC, t.id DESC LIMIT 1), '')"
		return compare(c, newest, is.Op, is.Value), nil
	}}
}
