package api

import (
	"context"
	"fmt"
	"net/http"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/ledger"
	"tandem/internal/money"
	"tandem/internal/team"
)

// Cost is money spent to bring buyers and sellers together, over whole days.
type Cost struct {
	ID       string `json:"id"`
	Key      string `json:"key"`
	From     string `json:"from" format:"date"`
	To       string `json:"to" format:"date" doc:"The last day, included"`
	Channel  string `json:"channel"`
	Source   string `json:"source"`
	Campaign string `json:"campaign"`
	Amount   int64  `json:"amount" doc:"In minor units of the currency"`
	Currency string `json:"currency"`
	Note     string `json:"note"`
}

func (d *door) costs() {
	asking(d, operation(http.MethodGet, "/costs", "list-costs", "List costs", "costs"), d.listCosts)
	deed(d, operation(http.MethodPost, "/costs", "record-costs", "Write down costs: up to 500 at once", "costs"), d.recordCosts)
}

// spent asks for costs.
type spent struct {
	Paging
	From     string `query:"from" format:"date" doc:"Of this day or later, if only in part"`
	To       string `query:"to" format:"date" doc:"Of this day or earlier, if only in part"`
	Channel  string `query:"channel" maxLength:"200" doc:"Of one channel"`
	Source   string `query:"source" maxLength:"500" doc:"Of one source"`
	Campaign string `query:"campaign" maxLength:"500" doc:"Of one campaign"`
	Key      string `query:"key" maxLength:"200" doc:"The key that your program gave a cost"`
}

func (d *door) listCosts(ctx context.Context, tx *db.Tx, in *spent) (List[Cost], error) {
	q := ledger.CostQuery{From: in.From, To: in.To, Channel: in.Channel, Source: in.Source, Campaign: in.Campaign, Limit: in.Limit}
	if in.Key != "" {
		q.Key = keyOf(in.Key)
	}
	if err := ids(ref{"query.after", in.After, &q.After}); err != nil {
		return List[Cost]{}, err
	}
	found, err := d.Ledger.FindCosts(ctx, tx, q)
	all := make([]Cost, len(found))
	for i, c := range found {
		all[i] = Cost{c.ID.String(), given(c.Key), c.FromDay, c.ToDay, c.Channel, c.Source, c.Campaign, c.Minor, string(c.Currency), c.Note}
	}
	return page(all, in.Limit, func(c Cost) string { return c.ID }), err
}

type newCost struct {
	Key      string `json:"key" minLength:"1" maxLength:"200" doc:"Names the cost in your program: the same key again puts it right"`
	From     string `json:"from" format:"date"`
	To       string `json:"to,omitempty" format:"date" doc:"The last day, included; left out, the same day"`
	Channel  string `json:"channel,omitempty" maxLength:"200"`
	Source   string `json:"source,omitempty" maxLength:"500"`
	Campaign string `json:"campaign,omitempty" maxLength:"500"`
	Amount   int64  `json:"amount" doc:"In minor units of the currency"`
	Currency string `json:"currency,omitempty" maxLength:"3" doc:"ISO 4217; left out, the workspace's"`
	Note     string `json:"note,omitempty" maxLength:"10000"`
}

type newCosts struct {
	Once
	Body struct {
		Costs []newCost `json:"costs" minItems:"1" maxItems:"500"`
	}
}

func (d *door) recordCosts(ctx context.Context, tx *db.Tx, by team.Actor, in *newCosts) (Written, error) {
	rows := make([]ledger.CostRow, len(in.Body.Costs))
	for i, c := range in.Body.Costs {
		rows[i] = ledger.CostRow{
			Key: keyOf(c.Key), FromDay: c.From, ToDay: c.To, Channel: c.Channel, Source: c.Source, Campaign: c.Campaign,
			Amount: money.Amount{Minor: c.Amount, Currency: currency(c.Currency)}, Note: c.Note,
		}
		if rows[i].Amount.Currency == "" {
			rows[i].Amount.Currency = who(ctx).Workspace.Currency
		}
		if err := rows[i].Check(); err != nil {
			return Written{}, within(fmt.Sprintf("costs[%d]", i), err)
		}
	}
	puts, err := d.Ledger.Book(ctx, tx, by, clock.Of(d.Clock.Now()), rows)
	if err != nil {
		return Written{}, err
	}
	return writtenOf(puts), nil
}
