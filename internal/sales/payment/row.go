package payment

import (
	"tandem/internal/clock"
	"tandem/internal/fault"
	"tandem/internal/id"
	"tandem/internal/money"
)

// Has names the fields of a Row that its file has a column for, among those that a file may leave out. The others are left alone.
type Has uint8

// The fields of a Row that a file may leave out.
const (
	HasContact Has = 1 << iota
	HasDeal
	HasProduct
)

// Row is what a line of a file says of a payment: always when, how much, and by the kind or the sign which way. The file wins: an empty
// contact, deal or product empties the payment's.
type Row struct {
	Key      string // unique in the workspace: the file's external id, or a hash of the line
	Has      Has
	Contact  id.ID
	Deal     id.ID
	At       clock.Micros
	Kind     Kind  // "" is a payment
	Amount   int64 // in minor units of Currency; less than nothing is a refund
	Currency money.Currency
	Product  string
	Import   id.ID // the run that brings the row, for the journey; 0 for none
}

// Check refuses a row that is no payment, with a fault for the line's report. It asks nothing of the store.
func (r *Row) Check() error {
	switch {
	case r.Key == "":
		return fault.Invalidf("a payment needs a key")
	case r.At == 0:
		return fault.Invalidf("a payment needs the day it was paid")
	case r.Kind != "" && r.Kind != Paid && r.Kind != Refunded:
		return fault.Invalidf("%q is no kind of a payment", string(r.Kind)).WithMend("write payment or refund")
	case money.TooLarge(r.Amount):
		return fault.Invalidf("the amount is too large").In("amount")
	}
	return checkCurrency(r.Amount, r.Currency)
}

func checkCurrency(minor int64, c money.Currency) error {
	switch {
	case c == "" && minor != 0:
		return fault.Invalidf("an amount needs a currency").WithMend("give a code of ISO 4217, such as EUR").In("currency")
	case c != "" && !c.Known():
		return fault.Invalidf("%q is not a currency code of ISO 4217, such as EUR or USD", string(c)).In("currency")
	}
	return nil
}

// apply makes the payment what the row says.
func (r *Row) apply(f *Facts) {
	f.At, f.Amount, f.Currency = r.At, r.Amount, r.Currency
	if r.Has&HasContact != 0 {
		f.Contact = r.Contact
	}
	if r.Has&HasDeal != 0 {
		f.Deal = r.Deal
	}
	if r.Has&HasProduct != 0 {
		f.Product = r.Product
	}
	f.Kind = r.Kind
	if f.Kind == "" {
		f.Kind = Paid
	}
	if f.Amount < 0 {
		f.Kind, f.Amount = Refunded, -f.Amount
	}
}
