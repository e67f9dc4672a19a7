// Package journey is the log of every touch between the business and a person, marketing's and sales' alike, on one timeline.
//
// It only grows. A touch is never changed, except whose it is (a merge, an identification) and that it is retracted (an undo); each such
// change appends a row of kind "corrected", so that whoever follows the journey sees it. Edits of a field, a tag, a consent are rows too,
// of side "none": no credit, hidden by default.
//
// The journey is also the event bus: every row gets a seq, strictly increasing in commit order within its workspace, and followers read
// on from the seq they stopped at. Contacts, companies and deals are known by id alone, so that everything above can write here.
package journey

import (
	"tandem/internal/clock"
	"tandem/internal/id"
	"tandem/internal/journey/channel"
)

// Side is the wing that a touch belongs to.
type Side string

// The sides. None is for what nobody did towards the person: edits, corrections.
const (
	Marketing Side = "marketing"
	Sales     Side = "sales"
	None      Side = "none"
)

// Kind is what happened. It is open text; these are the known ones.
const (
	AdClick        = "ad_click"
	PageView       = "page_view"
	FormSubmitted  = "form_submitted"
	EmailSent      = "email_sent"
	EmailOpened    = "email_opened"
	EmailClicked   = "email_clicked"
	EmailReplied   = "email_replied"
	PressMention   = "press_mention"
	Recommendation = "recommendation"
	Event          = "event"
	Call           = "call"
	Meeting        = "meeting"
	Visit          = "visit"
	Note           = "note"
	QuoteSent      = "quote_sent"
	QuoteAccepted  = "quote_accepted"
	Order          = "order"
	Invoice        = "invoice"
	Payment        = "payment"
	Refund         = "refund"

	// Acquired is how a person came to the business, as their record says it (an imported contact with a channel).
	Acquired = "acquired"

	// What Tandem itself writes down.
	Created    = "created"
	Edited     = "edited"
	Corrected  = "corrected"
	DealOpened = "deal_opened"
	DealWon    = "deal_won"
	DealLost   = "deal_lost"
)

// Touch is one row of the journey. Zero ids are unknown; an absent text is "".
type Touch struct {
	ID         id.ID        `db:"id"`
	Seq        int64        `db:"seq,null"` // 0 until it has one
	Key        string       `db:"key,null"` // at most one touch of the workspace bears it; "" for none
	ContactID  id.ID        `db:"contact_id,null"`
	CompanyID  id.ID        `db:"company_id,null"`
	DealID     id.ID        `db:"deal_id,null"`
	At         clock.Micros `db:"at"`
	Kind       string       `db:"kind"`
	Side       Side         `db:"side"`    // "" is filled in from the kind
	Channel    string       `db:"channel"` // "" is derived, where there is anything to derive it from
	Source     string       `db:"source"`
	Medium     string       `db:"medium"`
	Campaign   string       `db:"campaign"`
	Content    string       `db:"content"`
	Term       string       `db:"term"`
	Page       string       `db:"page"`
	Referrer   string       `db:"referrer"`
	Note       string       `db:"note"`
	Value      *int64       `db:"value"` // minor units
	Currency   string       `db:"currency"`
	Machine    bool         `db:"machine"` // a scanner or a proxy did it, not the person
	Detail     string       `db:"detail"`  // JSON, for the known kinds that need more
	ImportID   id.ID        `db:"import_id,null"`
	User       id.ID        `db:"user_id,null"` // the colleague who did it or wrote it down, where that is known
	RecordedAt clock.Micros `db:"recorded_at"`
	Retracted  clock.Micros `db:"retracted_at,null"`
}

const columns = `id, seq, key, contact_id, company_id, deal_id, at, kind, side, channel, source, medium, campaign, content, term, page,
	referrer, note, value, currency, machine, detail, import_id, user_id, recorded_at, retracted_at`

// SideOf is the wing a kind belongs to. An unknown kind counts as marketing.
func SideOf(kind string) Side {
	switch kind {
	case Call, Meeting, Visit, Note, QuoteSent, QuoteAccepted, Order, Invoice, Payment, Refund, DealOpened, DealWon, DealLost:
		return Sales
	case Created, Edited, Corrected:
		return None
	}
	return Marketing
}

// FromPerson reports whether a kind comes from the person, or from someone in front of them, and so may be a first touch. What the business
// sends, writes down or books does not.
func FromPerson(kind string) bool {
	switch kind {
	case EmailSent, Note, QuoteSent, QuoteAccepted, Order, Invoice, Payment, Refund,
		Created, Edited, Corrected, DealOpened, DealWon, DealLost:
		return false
	}
	return true
}

// Counts reports whether the touch may be a first touch: it comes from the person, is no machine's, and stands.
func (t *Touch) Counts() bool {
	return t.Retracted == 0 && !t.Machine && t.Side != None && FromPerson(t.Kind)
}

// Earns reports whether the touch can earn credit for a sale: it counts and has a channel.
func (t *Touch) Earns() bool { return t.Counts() && t.Channel != "" }

// complete fills in what follows from the rest.
func (t *Touch) complete(now clock.Micros) {
	if t.ID == 0 {
		t.ID = id.New()
	}
	if t.Side == "" {
		t.Side = SideOf(t.Kind)
	}
	if t.Channel == "" && FromPerson(t.Kind) {
		t.Channel = channel.Of(channel.Facts{
			Kind: t.Kind, Source: t.Source, Medium: t.Medium, Campaign: t.Campaign, Page: t.Page, Referrer: t.Referrer,
		})
	}
	t.RecordedAt = now
}
