package api

import (
	"context"
	"net/http"
	"time"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/sales/payment"
	"tandem/internal/team"
)

// Payment is money that came in, or went back.
type Payment struct {
	ID        string    `json:"id"`
	Key       string    `json:"key"`
	ContactID string    `json:"contact_id,omitempty"`
	DealID    string    `json:"deal_id,omitempty"`
	At        time.Time `json:"at"`
	Kind      string    `json:"kind" enum:"payment,refund"`
	Amount    int64     `json:"amount" doc:"In minor units of the currency, never negative"`
	Currency  string    `json:"currency"`
	Product   string    `json:"product,omitempty"`
}

func (d *door) payments() {
	asking(d, operation(http.MethodGet, "/payments", "list-payments", "List payments and refunds", "payments"), d.listPayments)
	asking(d, operation(http.MethodGet, "/payments/{id}", "get-payment", "Read a payment", "payments"), d.onePayment)
	deed(d, operation(http.MethodPost, "/payments", "record-payment", "Write down a payment or a refund", "payments"), d.recordPayment)
}

func paymentOf(p payment.Payment) Payment {
	return Payment{
		ID: p.ID.String(), Key: given(p.Key), ContactID: shown(p.Contact), DealID: shown(p.Deal), At: p.At.Time(), Kind: string(p.Kind), Amount: p.Amount,
		Currency: string(p.Currency), Product: p.Product,
	}
}

// sums asks for payments.
type sums struct {
	Paging
	Contact string    `query:"contact" maxLength:"13" doc:"The id of who paid"`
	Deal    string    `query:"deal" maxLength:"13" doc:"The id of the deal that was paid for"`
	Key     string    `query:"key" maxLength:"200" doc:"The key that your program gave a payment"`
	From    time.Time `query:"from" doc:"Paid then or later"`
	To      time.Time `query:"to" doc:"Paid before"`
}

func (in *sums) query() (payment.Query, error) {
	q := payment.Query{From: since(in.From), To: since(in.To), Limit: in.Limit}
	if in.Key != "" {
		q.Key = keyOf(in.Key)
	}
	return q, ids(ref{"query.after", in.After, &q.After}, ref{"query.contact", in.Contact, &q.Contact}, ref{"query.deal", in.Deal, &q.Deal})
}

func (d *door) listPayments(ctx context.Context, tx *db.Tx, in *sums) (List[Payment], error) {
	q, err := in.query()
	if err != nil {
		return List[Payment]{}, err
	}
	found, err := d.Payments.Find(ctx, tx, q)
	all := make([]Payment, len(found))
	for i, p := range found {
		all[i] = paymentOf(p)
	}
	return page(all, in.Limit, func(p Payment) string { return p.ID }), err
}

func (d *door) onePayment(ctx context.Context, tx *db.Tx, in *One) (Payment, error) {
	of, err := in.id()
	if err != nil {
		return Payment{}, err
	}
	p, err := d.Payments.Payment(ctx, tx, of)
	return paymentOf(p), err
}

type newPayment struct {
	Once
	Body struct {
		Key       string    `json:"key" minLength:"1" maxLength:"200" doc:"Names the payment in your program: the same key again puts it right, and books it once"`
		ContactID string    `json:"contact_id,omitempty" maxLength:"13"`
		DealID    string    `json:"deal_id,omitempty" maxLength:"13"`
		At        time.Time `json:"at"`
		Kind      string    `json:"kind,omitempty" enum:"payment,refund" doc:"Left out, a payment"`
		Amount    int64     `json:"amount" minimum:"0" doc:"In minor units of the currency"`
		Currency  string    `json:"currency,omitempty" maxLength:"3" doc:"ISO 4217; left out, the workspace's"`
		Product   string    `json:"product,omitempty" maxLength:"500"`
	}
}

func (d *door) recordPayment(ctx context.Context, tx *db.Tx, by team.Actor, in *newPayment) (Payment, error) {
	row, err := d.paymentRow(ctx, tx, in)
	if err != nil {
		return Payment{}, err
	}
	p, err := d.Payments.Take(ctx, tx, by, clock.Of(d.Clock.Now()), row)
	return paymentOf(p), err
}

func (d *door) paymentRow(ctx context.Context, tx *db.Tx, in *newPayment) (payment.Row, error) {
	b := &in.Body
	row := payment.Row{
		Key: keyOf(b.Key), Has: payment.HasContact | payment.HasDeal | payment.HasProduct, At: clock.Of(b.At), Kind: payment.Kind(b.Kind), Amount: b.Amount,
		Currency: currency(b.Currency), Product: b.Product,
	}
	if row.Currency == "" {
		row.Currency = who(ctx).Workspace.Currency
	}
	if err := ids(ref{"contact_id", b.ContactID, &row.Contact}, ref{"deal_id", b.DealID, &row.Deal}); err != nil {
		return row, err
	}
	if row.Deal != 0 {
		x, err := d.Deals.Deal(ctx, tx, row.Deal)
		if fault.Is(err, fault.NotFound) {
			return row, wrong("deal_id", "there is no such deal")
		}
		if err != nil {
			return row, err
		}
		if row.Contact == 0 {
			row.Contact = x.Contact
		}
	}
	return row, d.there(ctx, tx, row.Contact, 0)
}
