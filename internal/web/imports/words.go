package imports

import (
	"strings"

	"tandem/internal/exchange"
	"tandem/internal/web/ui"
)

// Words says what imports are about in plain words.
type Words struct{ ui.Voice }

// Kind is what a file holds.
func (w Words) Kind(k exchange.Kind) string {
	switch k {
	case exchange.Contacts:
		return w.T("People")
	case exchange.Companies:
		return w.T("Companies")
	case exchange.Touches:
		return w.T("Touches")
	case exchange.Deals:
		return w.T("Deals")
	case exchange.Payments:
		return w.T("Payments")
	case exchange.Costs:
		return w.T("Costs")
	}
	return w.T("Exchange rates")
}

// Holds says what the rows of such a file are.
func (w Words) Holds(k exchange.Kind) string {
	switch k {
	case exchange.Contacts:
		return w.T("a list of addresses, leads or customers")
	case exchange.Companies:
		return w.T("the businesses you deal with")
	case exchange.Touches:
		return w.T("what people did: clicks, forms, calls, visits, recommendations")
	case exchange.Deals:
		return w.T("what might be sold, was won or lost")
	case exchange.Payments:
		return w.T("money that came in or went back")
	case exchange.Costs:
		return w.T("what advertising and the rest has cost")
	}
	return w.T("what a day's euro was worth in other money")
}

// State says how far a file has come.
func (w Words) State(s exchange.UploadState) string {
	switch s {
	case exchange.Brought:
		return w.T("waits for its columns")
	case exchange.Checking:
		return w.T("is being tried")
	case exchange.Checked:
		return w.T("tried, not imported")
	case exchange.Importing:
		return w.T("is being imported")
	case exchange.Stopping:
		return w.T("is being stopped")
	case exchange.Stopped:
		return w.T("stopped")
	case exchange.Done:
		return w.T("imported")
	case exchange.Undoing:
		return w.T("is being taken back")
	case exchange.TakenBack:
		return w.T("taken back")
	}
	return w.T("failed")
}

// Tone is the class of a state's tag.
func (w Words) Tone(s exchange.UploadState) string {
	switch s {
	case exchange.Done:
		return "ok"
	case exchange.Failed:
		return "bad"
	case exchange.Stopped:
		return "warn"
	}
	return ""
}

// Verdict says what becomes, or became, of a row.
func (w Words) Verdict(v string) string {
	switch v {
	case "created":
		return w.T("New")
	case "updated":
		return w.T("Changed")
	case "unchanged":
		return w.T("As before")
	case "left_out":
		return w.T("Left out")
	}
	return w.T("With problems")
}

// VerdictTone is the class of a verdict's tag.
func (w Words) VerdictTone(v string) string {
	switch v {
	case "created":
		return "ok"
	case "updated":
		return "warn"
	case "skipped":
		return "bad"
	}
	return ""
}

// Any says one or another of some things.
func (w Words) Any(names []string) string {
	last := len(names) - 1
	if last < 1 {
		return strings.Join(names, "")
	}
	return w.T("%[1]s or %[2]s", strings.Join(names[:last], ", "), names[last])
}

// Delimiter says what stands between the cells of a text; "" of a workbook.
func (w Words) Delimiter(c rune) string {
	switch c {
	case ',':
		return w.T("commas")
	case ';':
		return w.T("semicolons")
	case '\t':
		return w.T("tabs")
	case '|':
		return w.T("bars")
	}
	return ""
}

// Why says what is wrong with a cell.
func (w Words) Why(p exchange.Problem) string {
	if p.Why == nil {
		return p.Problem
	}
	return w.Reason(exchange.ForPages(p.Why))
}

// Field is what a column can be.
func (w Words) Field(k exchange.Kind, name string) string {
	if text := w.oneKind(k, name); text != "" {
		return text
	}
	for _, of := range []func(string) string{w.person, w.place, w.touch, w.money} {
		if text := of(name); text != "" {
			return text
		}
	}
	return name
}

// oneKind are the fields that mean something else from kind to kind.
func (w Words) oneKind(k exchange.Kind, name string) string {
	switch {
	case name == "name" && k == exchange.Contacts:
		return w.T("Full name")
	case name == "channel" && k == exchange.Contacts:
		return w.T("Channel of the first touch")
	case name == "campaign" && k == exchange.Contacts:
		return w.T("Campaign of the first touch")
	case name == "note" && k == exchange.Contacts:
		return w.T("Note on the journey")
	case name == "name" && k == exchange.Deals:
		return w.T("What is sold")
	case name == "name":
		return w.T("Name")
	case name == "kind" && k == exchange.Touches:
		return w.T("What happened")
	case name == "kind":
		return w.T("Payment or refund")
	case name == "currency" && k == exchange.Rates:
		return w.T("Other currency")
	case name == "at" && k == exchange.Payments:
		return w.T("Paid on")
	case name == "at":
		return w.T("When")
	case name == "created_at" && k == exchange.Deals:
		return w.T("Opened on")
	}
	return ""
}

func (w Words) person(name string) string {
	switch name {
	case "external_id":
		return w.T("Number in the other program")
	case "email":
		return w.T("Email")
	case "phone":
		return w.T("Phone")
	case "first_name":
		return w.T("First name")
	case "last_name":
		return w.T("Last name")
	case "company":
		return w.T("Company")
	case "company_domain", "domain":
		return w.T("Domain")
	case "title":
		return w.T("Job")
	case "lifecycle":
		return w.T("Stage")
	case "owner":
		return w.T("Owner")
	case "created_at":
		return w.T("Added on")
	case "tags":
		return w.T("Tags")
	case "consent_email":
		return w.T("May we email")
	case "consent_at":
		return w.T("Allowed on")
	case "unsubscribed":
		return w.T("Wants no emails")
	case "more_emails":
		return w.T("More emails")
	case "more_phones":
		return w.T("More phones")
	}
	return ""
}

func (w Words) place(name string) string {
	switch name {
	case "street":
		return w.T("Street")
	case "city":
		return w.T("Town")
	case "postal_code":
		return w.T("Postal code")
	case "region":
		return w.T("Region")
	case "country":
		return w.T("Country")
	case "language":
		return w.T("Language")
	}
	return ""
}

func (w Words) touch(name string) string {
	switch name {
	case "contact":
		return w.T("Person: email, phone or number")
	case "side":
		return w.T("Wing")
	case "channel":
		return w.T("Channel")
	case "source":
		return w.T("Source")
	case "medium":
		return w.T("Medium")
	case "campaign":
		return w.T("Campaign")
	case "content":
		return w.T("Content")
	case "term":
		return w.T("Term")
	case "page":
		return w.T("Page")
	case "referrer":
		return w.T("Referrer")
	case "note":
		return w.T("Note")
	case "value":
		return w.T("Value")
	}
	return ""
}

func (w Words) money(name string) string {
	switch name {
	case "pipeline":
		return w.T("Pipeline")
	case "stage":
		return w.T("Stage")
	case "status":
		return w.T("Open, won or lost")
	case "amount":
		return w.T("Amount")
	case "currency":
		return w.T("Currency")
	case "closed_at":
		return w.T("Closed on")
	case "lost_reason":
		return w.T("Why it was lost")
	case "deal":
		return w.T("Deal")
	case "state":
		return w.T("Paid or not")
	case "refunded":
		return w.T("Given back")
	case "refunded_at":
		return w.T("Given back on")
	case "product":
		return w.T("Product")
	case "from":
		return w.T("First day")
	case "to":
		return w.T("Last day")
	case "rate":
		return w.T("Rate")
	}
	return ""
}
