// Package deal holds the sales we hope for: each deal stands in one stage of one pipeline, and a stage is open, won or lost.
//
// Status and stage never disagree. A won or lost deal has a closing time; for a won one it is the moment of commitment that every report
// counts from. A reason for losing belongs to lost deals alone. An amount may be 0; without a currency it must be.
//
// The verbs (Open, Move, Win, Lose, Reopen; Change, Remove, Restore) are what a person does; each writes the journey in the same transaction: deal_opened, deal_won,
// deal_lost for the steps of the trade, an edit for the rest. PutAll takes what a file says: there the file wins, and its touches follow
// the deal, so that a closing date that is put right moves the win in the journey too. None of these touches earns credit.
//
// Contacts and companies are known by id alone. A deal that was removed keeps its key and comes back under it.
package deal

import (
	"strings"

	"tandem/internal/clock"
	"tandem/internal/fault"
	"tandem/internal/id"
	"tandem/internal/money"
	"tandem/internal/text"
)

// Status says whether a deal is still to be decided.
type Status string

// The statuses.
const (
	Open Status = "open"
	Won  Status = "won"
	Lost Status = "lost"
)

// ParseStatus reads a status in any case; "closed won" and "closed lost" are the long names that other systems use. "" is nothing said.
func ParseStatus(s string) (Status, error) {
	switch key := text.Key(s); strings.TrimSpace(strings.TrimPrefix(key, "closed")) {
	case "":
		if key == "" {
			return "", nil
		}
	case "open", "won", "lost":
		if key != "closed open" {
			return Status(key[strings.LastIndexByte(key, ' ')+1:]), nil
		}
	}
	return "", fault.Invalidf("%q is no status of a deal", s).WithMend("write open, won or lost")
}

// Deal is one possible sale.
type Deal struct {
	ID  id.ID  `db:"id"`
	Key string `db:"key"` // what names it in the workspace: an external id, or its own id
	Facts
	OpenedTouch id.ID        `db:"opened_touch,null"` // its deal_opened in the journey
	ClosedTouch id.ID        `db:"closed_touch,null"` // its deal_won or deal_lost
	RecordedAt  clock.Micros `db:"recorded_at"`
	UpdatedAt   clock.Micros `db:"updated_at"`
	RemovedAt   clock.Micros `db:"removed_at,null"` // 0 while it stands
}

// Facts are what a person or a file can say of a deal. Zero ids are unknown.
type Facts struct {
	Name       string         `db:"name" json:"name"`
	Contact    id.ID          `db:"contact_id,null" json:"contact"`
	Company    id.ID          `db:"company_id,null" json:"company"`
	Pipeline   id.ID          `db:"pipeline_id" json:"pipeline"`
	Stage      id.ID          `db:"stage_id" json:"stage"`
	Status     Status         `db:"status" json:"status"`
	Amount     int64          `db:"amount" json:"amount"` // in minor units of Currency
	Currency   money.Currency `db:"currency" json:"currency"`
	Owner      string         `db:"owner" json:"owner"`
	LostReason string         `db:"lost_reason" json:"lost_reason"`
	CreatedAt  clock.Micros   `db:"created_at" json:"created_at"`
	ClosedAt   clock.Micros   `db:"closed_at,null" json:"closed_at"` // 0 while open
}

const columns = `id, key, name, contact_id, company_id, pipeline_id, stage_id, status, amount, currency, owner, lost_reason, created_at,
	closed_at, opened_touch, closed_touch, recorded_at, updated_at, removed_at`

// CommittedAt is when the buyer committed: the closing time of a won deal. Others have none.
func (d *Deal) CommittedAt() (clock.Micros, bool) { return d.ClosedAt, d.Status == Won }

// enter puts the deal into a stage. Its status follows; when it changes, the closing time does too.
func (d *Deal) enter(s Stage, at clock.Micros) {
	d.Pipeline, d.Stage = s.Pipeline, s.ID
	if d.Status != s.Status {
		d.Status, d.ClosedAt = s.Status, at
	}
	if d.Status == Open {
		d.ClosedAt = 0
	}
	if d.Status != Lost {
		d.LostReason = ""
	}
}

// checkAmount refuses sums that no deal can have.
func checkAmount(minor int64, c money.Currency) error {
	switch {
	case minor < 0:
		return fault.Invalidf("the amount of a deal cannot be less than nothing").In("amount")
	case money.TooLarge(minor):
		return fault.Invalidf("the amount is too large").In("amount")
	case c == "" && minor != 0:
		return fault.Invalidf("an amount needs a currency").WithMend("give a code of ISO 4217, such as EUR").In("currency")
	case c != "" && !c.Known():
		return fault.Invalidf("%q is not a currency code of ISO 4217, such as EUR or USD", string(c)).In("currency")
	}
	return nil
}
