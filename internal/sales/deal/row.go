package deal

import (
	"tandem/internal/clock"
	"tandem/internal/fault"
	"tandem/internal/id"
	"tandem/internal/money"
	"tandem/internal/text"
)

// Has names the fields of a Row that its file has a column for. The others are left alone.
type Has uint16

// The fields of a Row.
const (
	HasName Has = 1 << iota
	HasContact
	HasCompany
	HasPipeline
	HasStage
	HasStatus
	HasAmount
	HasCurrency
	HasOwner
	HasCreatedAt
	HasClosedAt
	HasLostReason
)

// Row is what a line of a file says of a deal. The file wins: an empty contact, company, owner or reason empties the deal's. An empty
// name, pipeline, stage, status or time says nothing.
type Row struct {
	Key        string // unique in the workspace: the file's external id, or a hash of the line
	Has        Has
	Name       string
	Contact    id.ID
	Company    id.ID
	Pipeline   string // by name; an unknown one is added
	Stage      string // by name; an unknown one is added to the pipeline
	Status     Status
	Amount     int64 // in minor units of Currency
	Currency   money.Currency
	Owner      string
	CreatedAt  clock.Micros
	ClosedAt   clock.Micros // of an open deal it is a hope, not a fact, and is left out
	LostReason string       // of a deal that is not lost it is left out
	Import     id.ID        // the run that brings the row, for the journey; 0 for none
}

// Check refuses a row that no deal can follow, with a fault for the line's report. It asks nothing of the store.
func (r *Row) Check() error {
	if r.Key == "" {
		return fault.Invalidf("a deal needs a key")
	}
	switch r.Status {
	case "", Open, Won, Lost:
	default:
		return fault.Invalidf("%q is no status of a deal", string(r.Status)).WithMend("write open, won or lost")
	}
	if r.has(HasAmount) {
		return checkAmount(r.Amount, r.currency())
	}
	return checkAmount(0, r.currency())
}

func (r *Row) has(h Has) bool { return r.Has&h != 0 }

func (r *Row) currency() money.Currency {
	if r.has(HasCurrency) {
		return r.Currency
	}
	return ""
}

// text is the field's value, or "" where the row's file has no column for it.
func (r *Row) text(h Has, value string) string {
	if r.has(h) {
		return value
	}
	return ""
}

func (r *Row) time(h Has, value clock.Micros) clock.Micros {
	if r.has(h) {
		return value
	}
	return 0
}

// apply makes the deal what the row says. fresh is a deal that did not stand before.
func (r *Row) apply(d *Deal, b *book, fresh bool, now clock.Micros) {
	r.applyPlain(d)
	was := d.Facts
	if at := r.time(HasCreatedAt, r.CreatedAt); at != 0 {
		d.CreatedAt = at
	}
	d.enter(r.place(d, b), 0)
	d.ClosedAt = r.closing(d, was, now)
	if fresh && d.CreatedAt == 0 {
		d.CreatedAt = now
		if d.Status != Open {
			d.CreatedAt = d.ClosedAt
		}
	}
	if d.Status == Lost && r.has(HasLostReason) {
		d.LostReason = r.LostReason
	}
}

func (r *Row) applyPlain(d *Deal) {
	if name := r.text(HasName, r.Name); name != "" {
		d.Name = name
	}
	if r.has(HasContact) {
		d.Contact = r.Contact
	}
	if r.has(HasCompany) {
		d.Company = r.Company
	}
	if r.has(HasOwner) {
		d.Owner = r.Owner
	}
	if r.has(HasAmount) {
		d.Amount = r.Amount
	}
	if r.has(HasCurrency) && (r.Currency != "" || d.Amount == 0) {
		d.Currency = r.Currency
	}
}

// place is the stage that the row puts the deal into. Where stage and status disagree the status wins: some systems leave a won deal in the
// stage in which it was won. A deal that stands in a stage of the right status already stays there.
func (r *Row) place(d *Deal, b *book) Stage {
	p := r.pipeline(d, b)
	status := Status(r.text(HasStatus, string(r.Status)))
	if name := r.text(HasStage, r.Stage); text.Key(name) != "" {
		s := b.stageNamed(p, name, status)
		if status == "" || s.Status == status {
			return s
		}
	}
	if status == "" {
		status = d.Status
	}
	if status == "" {
		status = Open
	}
	if s, ok := b.stage(d.Stage); ok && s.Pipeline == p.ID && s.Status == status {
		return s
	}
	return b.firstOf(p, status)
}

func (r *Row) pipeline(d *Deal, b *book) *Pipeline {
	if name := r.text(HasPipeline, r.Pipeline); text.Key(name) != "" {
		return b.named(name)
	}
	if p := b.pipeline(d.Pipeline); p != nil {
		return p
	}
	return b.first()
}

// closing is when the deal was closed. What the file says comes first, then what is known already. A deal that comes in closed, without a
// date, was closed when it was created: the day of the import would move years of sales into one month. One that was open until now is
// closed now.
func (r *Row) closing(d *Deal, was Facts, now clock.Micros) clock.Micros {
	if d.Status == Open {
		return 0
	}
	if at := r.time(HasClosedAt, r.ClosedAt); at != 0 {
		return at
	}
	if was.Status == d.Status && was.ClosedAt != 0 {
		return was.ClosedAt
	}
	if was.Status == "" && d.CreatedAt != 0 {
		return d.CreatedAt
	}
	return max(now, d.CreatedAt)
}
