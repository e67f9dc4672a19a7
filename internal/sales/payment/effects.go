package payment

import (
	"context"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/id"
	"tandem/internal/journey"
	"tandem/internal/ledger"
	"tandem/internal/money"
)

// booking is what the ledger says of a payment. The zero booking is one that is not there.
type booking struct {
	contact  id.ID
	deal     id.ID
	at       clock.Micros
	kind     Kind
	amount   int64
	currency money.Currency
}

func (p *Payment) booking() booking {
	if !p.stands() || p.Amount == 0 {
		return booking{}
	}
	return booking{p.Contact, p.Deal, p.At, p.Kind, p.Amount, p.Currency}
}

// saying is what the journey says of a payment. The zero saying is one that is not there.
type saying struct {
	booking
	product string
}

func (p *Payment) saying() saying {
	if !p.stands() {
		return saying{}
	}
	return saying{booking{p.Contact, p.Deal, p.At, p.Kind, p.Amount, p.Currency}, p.Product}
}

func (s saying) touch(run id.ID) journey.Touch {
	return journey.Touch{
		ID: id.New(), ContactID: s.contact, DealID: s.deal, At: s.at, Kind: string(s.kind), Side: journey.Sales,
		Note: s.product, Value: &s.amount, Currency: string(s.currency), ImportID: run,
	}
}

// effects gathers what the ledger and the journey have to be told of payments that change together.
type effects struct {
	post    []ledger.Entry
	posted  []*Payment // whose entry each of post is
	reverse []id.ID
	record  []journey.Touch
	retract []id.ID
}

// follow makes both say what the payment now is.
func (e *effects) follow(was, p *Payment, run id.ID) {
	if b := p.booking(); b != was.booking() {
		if was.Entry != 0 {
			e.reverse = append(e.reverse, was.Entry)
		}
		p.Entry = 0
		if b != (booking{}) {
			e.post = append(e.post, b.entry(p.ID))
			e.posted = append(e.posted, p)
		}
	}
	if s := p.saying(); s != was.saying() {
		if was.Touch != 0 {
			e.retract = append(e.retract, was.Touch)
		}
		p.Touch = 0
		if s != (saying{}) {
			t := s.touch(run)
			e.record, p.Touch = append(e.record, t), t.ID
		}
	}
}

// entry is how the ledger says it: the bank's money against revenue, or what is given back against the bank's.
func (b booking) entry(payment id.ID) ledger.Entry {
	e := ledger.Entry{At: b.at, Kind: string(b.kind), Document: payment}
	gain, account := b.amount, ledger.Revenue
	if b.kind == Refunded {
		gain, account = -b.amount, ledger.Refunds
	}
	for _, l := range []ledger.Line{{Account: ledger.Bank, Amount: money.Amount{Minor: gain}}, {Account: account, Amount: money.Amount{Minor: -gain}}} {
		l.Amount.Currency, l.Contact, l.Deal = b.currency, b.contact, b.deal
		e.Lines = append(e.Lines, l)
	}
	return e
}

// tell makes the ledger and the journey say what they have to, and gives the payments their new entries.
func (s *Service) tell(ctx context.Context, tx *db.Tx, now clock.Micros, e *effects) error {
	if _, err := s.ledger.ReverseAll(ctx, tx, e.reverse, now, "corrected"); err != nil {
		return err
	}
	entries, err := s.ledger.PostAll(ctx, tx, e.post)
	if err != nil {
		return err
	}
	for i, p := range e.posted {
		p.Entry = entries[i]
	}
	if err := s.journey.Retract(ctx, tx, e.retract); err != nil {
		return err
	}
	return s.journey.Record(ctx, tx, e.record)
}
