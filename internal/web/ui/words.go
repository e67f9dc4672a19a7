package ui

import (
	"strings"

	"tandem/internal/insight/report"
	"tandem/internal/journey"
	"tandem/internal/journey/channel"
	"tandem/internal/money"
	"tandem/internal/people/contact"
	"tandem/internal/team"
)

// Kind is what happened, as people say it. A kind that nobody knows is said as it was written.
func (v Voice) Kind(kind string) string {
	switch kind {
	case journey.AdClick:
		return v.T("Clicked an ad")
	case journey.PageView:
		return v.T("Looked at a page")
	case journey.FormSubmitted:
		return v.T("Filled in a form")
	case journey.EmailSent:
		return v.T("Email sent")
	case journey.EmailOpened:
		return v.T("Opened an email")
	case journey.EmailClicked:
		return v.T("Clicked in an email")
	case journey.EmailReplied:
		return v.T("Replied")
	case journey.PressMention:
		return v.T("Came from the press")
	case journey.Recommendation:
		return v.T("Was told by a friend")
	case journey.Event:
		return v.T("Met at an event")
	case journey.Call:
		return v.T("Call")
	case journey.Meeting:
		return v.T("Meeting")
	case journey.Visit:
		return v.T("Field visit")
	case journey.Note:
		return v.T("Note")
	}
	return v.trade(kind)
}

func (v Voice) trade(kind string) string {
	switch kind {
	case journey.QuoteSent:
		return v.T("Quote sent")
	case journey.QuoteAccepted:
		return v.T("Quote accepted")
	case journey.Order:
		return v.T("Ordered")
	case journey.Invoice:
		return v.T("Invoice sent")
	case journey.Payment:
		return v.T("Paid")
	case journey.Refund:
		return v.T("Money given back")
	case journey.Acquired:
		return v.T("Came to us")
	case journey.Created:
		return v.T("Added")
	case journey.Edited:
		return v.T("Details changed")
	case journey.DealOpened:
		return v.T("Deal opened")
	case journey.DealWon:
		return v.T("Deal won")
	case journey.DealLost:
		return v.T("Deal lost")
	}
	return kind
}

// KindIcon is the icon of what happened.
func KindIcon(kind string) string {
	icons := map[string]string{
		journey.AdClick: "mouse-pointer-click", journey.PageView: "globe", journey.FormSubmitted: "file-text", journey.EmailSent: "send",
		journey.EmailOpened: "mail-open", journey.EmailClicked: "mail", journey.EmailReplied: "mail", journey.PressMention: "newspaper",
		journey.Recommendation: "gift", journey.Event: "calendar", journey.Call: "phone", journey.Meeting: "handshake", journey.Visit: "map-pin",
		journey.Note: "pen-line", journey.QuoteSent: "file-text", journey.QuoteAccepted: "file-check", journey.Order: "receipt-text",
		journey.Invoice: "receipt-text", journey.Payment: "banknote", journey.Refund: "rotate-cw", journey.Acquired: "navigation",
		journey.DealOpened: "square-kanban", journey.DealWon: "circle-check", journey.DealLost: "x",
		"task": "circle-check", "email": "send",
	}
	if i, ok := icons[kind]; ok {
		return i
	}
	return "dot"
}

// Channel is where a touch came from, as people say it. A channel of a file is said as it was written.
func (v Voice) Channel(name string) string {
	switch name {
	case "":
		return v.T("Unknown")
	case channel.PaidSearch:
		return v.T("Search ads")
	case channel.PaidSocial:
		return v.T("Social ads")
	case channel.PaidVideo:
		return v.T("Video ads")
	case channel.PaidShopping:
		return v.T("Shopping ads")
	case channel.PaidOther, channel.Display, channel.CrossNetwork:
		return v.T("Other ads")
	case channel.OrganicSearch:
		return v.T("Search")
	case channel.OrganicSocial:
		return v.T("Social posts")
	case channel.Referral:
		return v.T("Other sites")
	case channel.Email:
		return v.T("Email")
	case channel.Direct:
		return v.T("Direct")
	case channel.WordOfMouth:
		return v.T("Word of mouth")
	case channel.Press:
		return v.T("Press")
	case channel.Event:
		return v.T("Events")
	case channel.Field:
		return v.T("Field visits")
	case channel.Phone:
		return v.T("Calls")
	case channel.Meeting:
		return v.T("Meetings")
	case channel.AIAssistant:
		return v.T("AI assistants")
	case channel.OrganicShopping:
		return v.T("Shopping sites")
	case channel.OrganicVideo:
		return v.T("Videos")
	case channel.MobilePushNotifications:
		return v.T("Push notifications")
	case channel.Unassigned:
		return v.T("Not assigned")
	}
	return name
}

// Stage is how far a person has come with us, as people say it.
func (v Voice) Stage(l contact.Lifecycle) string {
	switch l {
	case contact.Subscriber:
		return v.T("Reader")
	case contact.Lead:
		return v.T("New lead")
	case contact.MQL:
		return v.T("Interested")
	case contact.SQL:
		return v.T("In talks")
	case contact.Opportunity:
		return v.T("Deal open")
	case contact.Customer:
		return v.T("Customer")
	case contact.Evangelist:
		return v.T("Recommends us")
	}
	return ""
}

// Role is what a colleague is there for, as people say it.
func (v Voice) Role(r team.Role) string { return v.T(r.Label()) }

// Reported is a report's sum as reports show it.
func (v Voice) Reported(s report.Sum) string {
	return v.Sum(money.Amount{Minor: s.Minor, Currency: s.Currency})
}

// Uncounted are the currencies of what no report counts, because its days have no exchange rate: JPY, SEK.
func Uncounted(all []report.Elsewhere) string {
	var codes []string
	for _, e := range all {
		codes = append(codes, string(e.Currency))
	}
	return strings.Join(codes, ", ")
}

// Wing is the letter of a side, for the classes m and s of the stylesheet; "" for neither.
func Wing(side journey.Side) string {
	switch side {
	case journey.Marketing:
		return "m"
	case journey.Sales:
		return "s"
	}
	return ""
}
