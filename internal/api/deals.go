package api

import (
	"context"
	"net/http"
	"time"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/id"
	"tandem/internal/money"
	"tandem/internal/sales/deal"
	"tandem/internal/team"
)

// Deal is one possible sale.
type Deal struct {
	ID         string     `json:"id"`
	Name       string     `json:"name"`
	ContactID  string     `json:"contact_id,omitempty"`
	CompanyID  string     `json:"company_id,omitempty"`
	PipelineID string     `json:"pipeline_id"`
	StageID    string     `json:"stage_id"`
	Status     string     `json:"status" enum:"open,won,lost"`
	Amount     int64      `json:"amount" doc:"In minor units of the currency"`
	Currency   string     `json:"currency"`
	Owner      string     `json:"owner"`
	LostReason string     `json:"lost_reason,omitempty"`
	CreatedAt  time.Time  `json:"created_at"`
	ClosedAt   *time.Time `json:"closed_at,omitempty"`
	UpdatedAt  time.Time  `json:"updated_at"`
}

// Pipeline is the way of a kind of deal.
type Pipeline struct {
	ID     string  `json:"id"`
	Name   string  `json:"name"`
	Stages []Stage `json:"stages"`
}

// Stage is one step of a pipeline.
type Stage struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Status string `json:"status" enum:"open,won,lost"`
}

func (d *door) deals() {
	asking(d, operation(http.MethodGet, "/pipelines", "list-pipelines", "List the pipelines with their stages", "deals"), d.listPipelines)
	asking(d, operation(http.MethodGet, "/deals", "list-deals", "List deals", "deals"), d.listDeals)
	asking(d, operation(http.MethodGet, "/deals/{id}", "get-deal", "Read a deal", "deals"), d.oneDeal)
	deed(d, making("/deals", "open-deal", "Open a deal", "deals"), d.openDeal)
	deed(d, operation(http.MethodPost, "/deals/{id}/move", "move-deal", "Move a deal to another stage", "deals"), d.moveDeal)
	deed(d, operation(http.MethodPost, "/deals/{id}/win", "win-deal", "Win a deal", "deals"), d.winDeal)
	deed(d, operation(http.MethodPost, "/deals/{id}/lose", "lose-deal", "Lose a deal", "deals"), d.loseDeal)
	deed(d, operation(http.MethodPost, "/deals/{id}/reopen", "reopen-deal", "Open a deal again", "deals"), d.reopenDeal)
}

func dealOf(x deal.Deal) Deal {
	return Deal{
		ID: x.ID.String(), Name: x.Name, ContactID: shown(x.Contact), CompanyID: shown(x.Company), PipelineID: x.Pipeline.String(), StageID: x.Stage.String(), Status: string(x.Status),
		Amount: x.Amount, Currency: string(x.Currency), Owner: x.Owner, LostReason: x.LostReason, CreatedAt: x.CreatedAt.Time(), ClosedAt: at(x.ClosedAt), UpdatedAt: x.UpdatedAt.Time(),
	}
}

func (d *door) listPipelines(ctx context.Context, tx *db.Tx, _ *struct{}) (List[Pipeline], error) {
	found, err := d.Deals.Pipelines(ctx, tx)
	all := make([]Pipeline, len(found))
	for i, p := range found {
		all[i] = Pipeline{ID: p.ID.String(), Name: p.Name, Stages: make([]Stage, len(p.Stages))}
		for n, s := range p.Stages {
			all[i].Stages[n] = Stage{s.ID.String(), s.Name, string(s.Status)}
		}
	}
	return List[Pipeline]{Items: all}, err
}

func (d *door) listDeals(ctx context.Context, tx *db.Tx, in *Paging) (List[Deal], error) {
	after, err := in.after()
	if err != nil {
		return List[Deal]{}, err
	}
	found, err := d.Deals.Page(ctx, tx, after, in.Limit)
	all := make([]Deal, len(found))
	for i, x := range found {
		all[i] = dealOf(x)
	}
	return page(all, in.Limit, func(x Deal) string { return x.ID }), err
}

func (d *door) oneDeal(ctx context.Context, tx *db.Tx, in *One) (Deal, error) {
	of, err := in.id()
	if err != nil {
		return Deal{}, err
	}
	x, err := d.Deals.Deal(ctx, tx, of)
	return dealOf(x), err
}

type newDeal struct {
	Once
	Body struct {
		Name       string `json:"name" minLength:"1" maxLength:"500"`
		ContactID  string `json:"contact_id,omitempty" maxLength:"13"`
		CompanyID  string `json:"company_id,omitempty" maxLength:"13"`
		PipelineID string `json:"pipeline_id,omitempty" maxLength:"13" doc:"Left out, the first pipeline"`
		StageID    string `json:"stage_id,omitempty" maxLength:"13" doc:"Left out, the first open stage"`
		Amount     int64  `json:"amount,omitempty" doc:"In minor units of the currency"`
		Currency   string `json:"currency,omitempty" maxLength:"3" doc:"ISO 4217; left out, the workspace's"`
		Owner      string `json:"owner,omitempty" maxLength:"500"`
	}
}

func (d *door) openDeal(ctx context.Context, tx *db.Tx, by team.Actor, in *newDeal) (Deal, error) {
	b := &in.Body
	o := deal.Opening{Name: b.Name, Owner: b.Owner, Amount: money.Amount{Minor: b.Amount, Currency: currency(b.Currency)}}
	if o.Amount.Currency == "" {
		o.Amount.Currency = who(ctx).Workspace.Currency
	}
	for _, ref := range []struct {
		name, text string
		into       *id.ID
	}{{"contact_id", b.ContactID, &o.Contact}, {"company_id", b.CompanyID, &o.Company}, {"pipeline_id", b.PipelineID, &o.Pipeline}, {"stage_id", b.StageID, &o.Stage}} {
		var err error
		if *ref.into, err = optional(ref.name, ref.text); err != nil {
			return Deal{}, err
		}
	}
	if err := d.there(ctx, tx, o.Contact, o.Company); err != nil {
		return Deal{}, err
	}
	x, err := d.Deals.Open(ctx, tx, by, clock.Of(d.Clock.Now()), o)
	if err != nil {
		return Deal{}, err
	}
	return dealOf(x), nil
}

// there refuses a contact or a company that the workspace does not have.
func (d *door) there(ctx context.Context, tx *db.Tx, person, company id.ID) error {
	if person != 0 {
		if _, err := d.Contacts.Contact(ctx, tx, person); fault.Is(err, fault.NotFound) {
			return wrong("contact_id", "there is no such contact")
		} else if err != nil {
			return err
		}
	}
	if company != 0 {
		if _, err := d.Contacts.Company(ctx, tx, company); fault.Is(err, fault.NotFound) {
			return wrong("company_id", "there is no such company")
		} else if err != nil {
			return err
		}
	}
	return nil
}

// dealt is a step of a deal.
func (d *door) dealt(one One, do func(of id.ID, now clock.Micros) (deal.Deal, error)) (Deal, error) {
	of, err := one.id()
	if err != nil {
		return Deal{}, err
	}
	x, err := do(of, clock.Of(d.Clock.Now()))
	return dealOf(x), err
}

type stepOfDeal struct {
	Once
	One
}

type movedDeal struct {
	Once
	One
	Body struct {
		StageID string `json:"stage_id" maxLength:"13"`
	}
}

type lostDeal struct {
	Once
	One
	Body struct {
		Reason string `json:"reason,omitempty" maxLength:"500"`
	}
}

func (d *door) moveDeal(ctx context.Context, tx *db.Tx, by team.Actor, in *movedDeal) (Deal, error) {
	stage, err := optional("stage_id", in.Body.StageID)
	if err != nil {
		return Deal{}, err
	}
	return d.dealt(in.One, func(of id.ID, now clock.Micros) (deal.Deal, error) { return d.Deals.Move(ctx, tx, by, now, of, stage) })
}

func (d *door) winDeal(ctx context.Context, tx *db.Tx, by team.Actor, in *stepOfDeal) (Deal, error) {
	return d.dealt(in.One, func(of id.ID, now clock.Micros) (deal.Deal, error) { return d.Deals.Win(ctx, tx, by, now, of) })
}

func (d *door) loseDeal(ctx context.Context, tx *db.Tx, by team.Actor, in *lostDeal) (Deal, error) {
	return d.dealt(in.One, func(of id.ID, now clock.Micros) (deal.Deal, error) {
		return d.Deals.Lose(ctx, tx, by, now, of, in.Body.Reason)
	})
}

func (d *door) reopenDeal(ctx context.Context, tx *db.Tx, by team.Actor, in *stepOfDeal) (Deal, error) {
	return d.dealt(in.One, func(of id.ID, now clock.Micros) (deal.Deal, error) { return d.Deals.Reopen(ctx, tx, by, now, of) })
}
