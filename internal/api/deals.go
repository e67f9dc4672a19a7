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
	"tandem/internal/people/field"
	"tandem/internal/sales/deal"
	"tandem/internal/team"
)

// Deal is one possible sale.
type Deal struct {
	ID         string     `json:"id"`
	Key        string     `json:"key,omitempty" doc:"Its name in your program, if it was given one"`
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
	Fields     Own        `json:"fields,omitempty" doc:"The workspace's own fields by their names"`
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
	deed(d, operation(http.MethodPatch, "/deals/{id}", "change-deal", "Change what is named of a deal; null empties it", "deals"), d.changeDeal)
	deed(d, operation(http.MethodPost, "/deals/{id}/move", "move-deal", "Move a deal to another stage", "deals"), d.moveDeal)
	deed(d, operation(http.MethodPost, "/deals/{id}/win", "win-deal", "Win a deal", "deals"), d.winDeal)
	deed(d, operation(http.MethodPost, "/deals/{id}/lose", "lose-deal", "Lose a deal", "deals"), d.loseDeal)
	deed(d, operation(http.MethodPost, "/deals/{id}/reopen", "reopen-deal", "Open a deal again", "deals"), d.reopenDeal)
}

// readDeals are deals with the values of their own fields.
func (d *door) readDeals(ctx context.Context, tx *db.Tx, found ...deal.Deal) ([]Deal, error) {
	ids := make([]id.ID, len(found))
	for i, x := range found {
		ids[i] = x.ID
	}
	own, err := d.own(ctx, tx, field.Deal, ids)
	all := make([]Deal, len(found))
	for i, x := range found {
		all[i] = Deal{
			ID: x.ID.String(), Key: nameOf(x), Name: x.Name, ContactID: shown(x.Contact), CompanyID: shown(x.Company), PipelineID: x.Pipeline.String(), StageID: x.Stage.String(),
			Status: string(x.Status), Amount: x.Amount, Currency: string(x.Currency), Owner: x.Owner, LostReason: x.LostReason, Fields: own[x.ID],
			CreatedAt: x.CreatedAt.Time(), ClosedAt: at(x.ClosedAt), UpdatedAt: x.UpdatedAt.Time(),
		}
	}
	return all, err
}

// readDeal is one deal, if there was no mistake so far.
func (d *door) readDeal(ctx context.Context, tx *db.Tx, x deal.Deal, err error) (Deal, error) {
	if err != nil {
		return Deal{}, err
	}
	all, err := d.readDeals(ctx, tx, x)
	return all[0], err
}

// nameOf is the key that a program or a file gave a deal; Tandem's own is no news beside its id.
func nameOf(x deal.Deal) string {
	if x.Key == "deal:"+x.ID.String() {
		return ""
	}
	return given(x.Key)
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

// sales asks for deals.
type sales struct {
	Paging
	Contact  string    `query:"contact" maxLength:"13" doc:"The id of their person"`
	Company  string    `query:"company" maxLength:"13" doc:"The id of their company"`
	Pipeline string    `query:"pipeline" maxLength:"13" doc:"The id of their pipeline"`
	Stage    string    `query:"stage" maxLength:"13" doc:"The id of their stage"`
	Status   string    `query:"status" enum:"open,won,lost" doc:"Decided how"`
	Key      string    `query:"key" maxLength:"200" doc:"The key that your program gave a deal"`
	Since    time.Time `query:"updated_since" doc:"Changed then or later"`
}

func (in *sales) query() (deal.Query, error) {
	q := deal.Query{Status: deal.Status(in.Status), Since: since(in.Since), Limit: in.Limit}
	if in.Key != "" {
		q.Key = keyOf(in.Key)
	}
	return q, ids(ref{"query.after", in.After, &q.After}, ref{"query.contact", in.Contact, &q.Contact}, ref{"query.company", in.Company, &q.Company},
		ref{"query.pipeline", in.Pipeline, &q.Pipeline}, ref{"query.stage", in.Stage, &q.Stage})
}

func (d *door) listDeals(ctx context.Context, tx *db.Tx, in *sales) (List[Deal], error) {
	q, err := in.query()
	if err != nil {
		return List[Deal]{}, err
	}
	found, err := d.Deals.Find(ctx, tx, q)
	if err != nil {
		return List[Deal]{}, err
	}
	all, err := d.readDeals(ctx, tx, found...)
	return page(all, in.Limit, func(x Deal) string { return x.ID }), err
}

func (d *door) oneDeal(ctx context.Context, tx *db.Tx, in *One) (Deal, error) {
	of, err := in.id()
	if err != nil {
		return Deal{}, err
	}
	x, err := d.Deals.Deal(ctx, tx, of)
	return d.readDeal(ctx, tx, x, err)
}

type newDeal struct {
	Once
	Body struct {
		Key        string `json:"key,omitempty" maxLength:"200" doc:"Names the deal in your program, so that it can be found again"`
		Name       string `json:"name" minLength:"1" maxLength:"500"`
		ContactID  string `json:"contact_id,omitempty" maxLength:"13"`
		CompanyID  string `json:"company_id,omitempty" maxLength:"13"`
		PipelineID string `json:"pipeline_id,omitempty" maxLength:"13" doc:"Left out, the first pipeline"`
		StageID    string `json:"stage_id,omitempty" maxLength:"13" doc:"Left out, the first open stage"`
		Amount     int64  `json:"amount,omitempty" doc:"In minor units of the currency"`
		Currency   string `json:"currency,omitempty" maxLength:"3" doc:"ISO 4217; left out, the workspace's"`
		Owner      string `json:"owner,omitempty" maxLength:"500"`
		Fields     Own    `json:"fields,omitempty" doc:"The workspace's own fields by their names"`
	}
}

func (d *door) openDeal(ctx context.Context, tx *db.Tx, by team.Actor, in *newDeal) (Deal, error) {
	b := &in.Body
	o := deal.Opening{Name: b.Name, Owner: b.Owner, Amount: money.Amount{Minor: b.Amount, Currency: currency(b.Currency)}}
	if o.Amount.Currency == "" {
		o.Amount.Currency = who(ctx).Workspace.Currency
	}
	if b.Key != "" {
		o.Key = keyOf(b.Key)
	}
	err := ids(ref{"contact_id", b.ContactID, &o.Contact}, ref{"company_id", b.CompanyID, &o.Company}, ref{"pipeline_id", b.PipelineID, &o.Pipeline}, ref{"stage_id", b.StageID, &o.Stage})
	if err != nil {
		return Deal{}, err
	}
	if err := d.there(ctx, tx, o.Contact, o.Company); err != nil {
		return Deal{}, err
	}
	x, err := d.Deals.Open(ctx, tx, by, clock.Of(d.Clock.Now()), o)
	if err != nil {
		return Deal{}, err
	}
	return d.readDeal(ctx, tx, x, d.setOwn(ctx, tx, by, field.Deal, x.ID, b.Fields))
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

// DealForm is what is written of a deal, besides its steps.
type DealForm struct {
	Name       string `json:"name" minLength:"1" maxLength:"500"`
	ContactID  string `json:"contact_id,omitempty" maxLength:"13"`
	CompanyID  string `json:"company_id,omitempty" maxLength:"13"`
	Amount     int64  `json:"amount" doc:"In minor units of the currency"`
	Currency   string `json:"currency" maxLength:"3" doc:"ISO 4217"`
	Owner      string `json:"owner" maxLength:"500"`
	LostReason string `json:"lost_reason,omitempty" maxLength:"500" doc:"Of a lost deal"`
	Fields     Own    `json:"fields,omitempty" doc:"The workspace's own fields by their names; null takes a value away, what is not named stays"`
}

func dealForm(f deal.Form) DealForm {
	return DealForm{
		Name: f.Name, ContactID: shown(f.Contact), CompanyID: shown(f.Company), Amount: f.Amount.Minor, Currency: string(f.Amount.Currency), Owner: f.Owner, LostReason: f.LostReason,
	}
}

type changedDeal struct {
	Once
	One
	Matching
	Body changes[DealForm]
}

func (d *door) changeDeal(ctx context.Context, tx *db.Tx, by team.Actor, in *changedDeal) (Deal, error) {
	of, err := in.id()
	if err != nil {
		return Deal{}, err
	}
	was, err := d.Deals.Deal(ctx, tx, of)
	if err != nil {
		return Deal{}, err
	}
	if err := in.on(Deal{UpdatedAt: was.UpdatedAt.Time()}); err != nil {
		return Deal{}, err
	}
	form, err := in.Body.on(dealForm(was.Form()))
	if err != nil {
		return Deal{}, err
	}
	f := deal.Form{Name: form.Name, Amount: money.Amount{Minor: form.Amount, Currency: currency(form.Currency)}, Owner: form.Owner, LostReason: form.LostReason}
	if err := ids(ref{"contact_id", form.ContactID, &f.Contact}, ref{"company_id", form.CompanyID, &f.Company}); err != nil {
		return Deal{}, err
	}
	if err := d.there(ctx, tx, f.Contact, f.Company); err != nil {
		return Deal{}, err
	}
	x, err := d.Deals.Change(ctx, tx, by, clock.Of(d.Clock.Now()), of, f)
	if err != nil {
		return Deal{}, err
	}
	return d.readDeal(ctx, tx, x, d.setOwn(ctx, tx, by, field.Deal, of, form.Fields))
}

// dealt is a step of a deal.
func (d *door) dealt(ctx context.Context, tx *db.Tx, one One, do func(of id.ID, now clock.Micros) (deal.Deal, error)) (Deal, error) {
	of, err := one.id()
	if err != nil {
		return Deal{}, err
	}
	x, err := do(of, clock.Of(d.Clock.Now()))
	return d.readDeal(ctx, tx, x, err)
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
	return d.dealt(ctx, tx, in.One, func(of id.ID, now clock.Micros) (deal.Deal, error) { return d.Deals.Move(ctx, tx, by, now, of, stage) })
}

func (d *door) winDeal(ctx context.Context, tx *db.Tx, by team.Actor, in *stepOfDeal) (Deal, error) {
	return d.dealt(ctx, tx, in.One, func(of id.ID, now clock.Micros) (deal.Deal, error) { return d.Deals.Win(ctx, tx, by, now, of) })
}

func (d *door) loseDeal(ctx context.Context, tx *db.Tx, by team.Actor, in *lostDeal) (Deal, error) {
	return d.dealt(ctx, tx, in.One, func(of id.ID, now clock.Micros) (deal.Deal, error) {
		return d.Deals.Lose(ctx, tx, by, now, of, in.Body.Reason)
	})
}

func (d *door) reopenDeal(ctx context.Context, tx *db.Tx, by team.Actor, in *stepOfDeal) (Deal, error) {
	return d.dealt(ctx, tx, in.One, func(of id.ID, now clock.Micros) (deal.Deal, error) { return d.Deals.Reopen(ctx, tx, by, now, of) })
}
