// Package payment holds the money that came in and the money that was given back: payments and refunds, of a contact, of a deal, or of both.
//
// An amount is never less than nothing; which way the money went is the kind's to say. Files write it in many ways, so a negative amount in
// a file is a refund of that sum, whatever its kind: a bookkeeper reads a minus among receipts as money given back. Amount 0 is valid and
// posts nothing.
//
// Each payment stands in the ledger (bank to revenue; a refund is an entry of its own the other way round) and on the journey of its contact
// (payment or refund, side sales, no channel, so no credit), written in the same transaction. An entry is never edited: a payment
// that a file corrects is reversed and posted anew, a removed one is reversed. A payment that names a deal and no contact is its deal's contact's.
package payment

import (
	"strings"

	"tandem/internal/clock"
	"tandem/internal/fault"
	"tandem/internal/id"
	"tandem/internal/journey"
	"tandem/internal/money"
)

// Kind says which way the money went.
type Kind string

// The kinds: to us, and back to the customer. They are the kinds of their touches, too.
const (
	Paid     Kind = journey.Payment
	Refunded Kind = journey.Refund
)

// ParseKind reads a kind in any case; "" is nothing said, which counts as a payment.
func ParseKind(s string) (Kind, error) {
	switch strings.ToLower(strings.TrimSpace(s)) {
	case "":
		return "", nil
	case "payment":
		return Paid, nil
	case "refund":
		return Refunded, nil
	}
	return "", fault.Invalidf("%q is no kind of a payment", s).WithMend("write payment or refund")
}

// Payment is one sum that changed hands.
type Payment struct {
	ID  id.ID  `db:"id"`
	Key string `db:"key"` // what names it in the workspace: an external id, or its own id
	Facts
	Entry      id.ID        `db:"entry_id,null"` // where it stands in the ledger; 0 for an amount of 0
	Touch      id.ID        `db:"touch_id,null"`
	RecordedAt clock.Micros `db:"recorded_at"`
	RemovedAt  clock.Micros `db:"removed_at,null"` // 0 while it stands
}

// Facts are what a person or a file can say of a payment. Zero ids are unknown.
type Facts struct {
	Contact  id.ID          `db:"contact_id,null" json:"contact"`
	Deal     id.ID          `db:"deal_id,null" json:"deal"`
	At       clock.Micros   `db:"at" json:"at"`
	Kind     Kind           `db:"kind" json:"kind"`
	Amount   int64          `db:"amount" json:"amount"` // in minor units of Currency, never negative
	Currency money.Currency `db:"currency" json:"currency"`
	Product  string         `db:"product" json:"product"`
}

const columns = `id, key, contact_id, deal_id, at, kind, amount, currency, product, entry_id, touch_id, recorded_at, removed_at`

func (p *Payment) stands() bool { return p.ID != 0 && p.RemovedAt == 0 }
