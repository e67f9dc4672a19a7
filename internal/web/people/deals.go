package people

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/exchange/value"
	"tandem/internal/fault"
	"tandem/internal/id"
	"tandem/internal/money"
	"tandem/internal/people/contact"
	"tandem/internal/sales/deal"
	"tandem/internal/team"
	"tandem/internal/web/ui"
)

func dealRoutes(p pages) []ui.Route {
	return []ui.Route{
		{Pattern: "GET /people/{id}/deals/new", Right: team.WriteSales, Do: p.newDeal},
		{Pattern: "POST /people/{id}/deals", Right: team.WriteSales, Do: p.openDeal},
		{Pattern: "GET /deals/{id}/edit", Right: team.WriteSales, Do: p.dealForm},
		{Pattern: "POST /deals/{id}/edit", Right: team.WriteSales, Do: p.editDeal},
		{Pattern: "POST /deals/{id}/stage", Right: team.WriteSales, Do: p.moveDeal},
		{Pattern: "POST /deals/{id}/remove", Right: team.WriteSales, Do: p.removeDeal},
		{Pattern: "POST /deals/{id}/restore", Right: team.WriteSales, Do: p.restoreDeal},
	}
}

// Deal is a deal as a person's page shows it.
type Deal struct {
	deal.Deal
	Stage  string       // where it stands
	Said   string       // since when
	Stages []deal.Stage // where it may go
}

// dealsOf are a person's deals, the newest first.
func (p pages) dealsOf(r *ui.Request, tx *db.Tx, of id.ID) ([]Deal, error) {
	found, err := p.Deals.OfContact(r.Context(), tx, of, 0, 50)
	if err != nil {
		return nil, err
	}
	pipelines, err := p.Deals.Pipelines(r.Context(), tx)
	var all []Deal
	for _, d := range slices.Backward(found) {
		one := Deal{Deal: d, Said: since(r.Voice, d)}
		for _, pl := range pipelines {
			if pl.ID != d.Pipeline {
				continue
			}
			one.Stages = pl.Stages
			for _, s := range pl.Stages {
				if s.ID == d.Facts.Stage {
					one.Stage = s.Name
				}
			}
		}
		all = append(all, one)
	}
	return all, err
}

// since says since when a deal is open, or when it was decided.
func since(v ui.Voice, d deal.Deal) string {
	switch d.Status {
	case deal.Won:
		return v.T("Won on %s", v.Day(d.ClosedAt))
	case deal.Lost:
		return v.T("Lost on %s", v.Day(d.ClosedAt))
	}
	return v.T("Open since %s", v.Day(d.CreatedAt))
}

// DealForm is the form of a new deal, or of one that is put right.
type DealForm struct {
	ui.Frame
	Action, Cancel string
	Save           string // what the button says
	Once           id.ID  // a new deal is opened once, however often it is sent
	Seen           clock.Micros
	Remove         string // takes it away, "" for a new one
	Name, Amount   string
	Currency       string
	Owner          string
	Owners         []string
	Pipelines      []deal.Pipeline // for a new deal: where it may begin
	Problem        string
}

var dealPage = ui.MustPage[DealForm](files, "deal.html")

// Currencies are those that the amount may be in.
func (DealForm) Currencies() []money.Currency { return money.Currencies() }

// newDealForm is the form of a deal with a person, as somebody typed it so far.
func (p pages) newDealForm(r *ui.Request, tx *db.Tx, c contact.Contact) (DealForm, error) {
	owners, err := r.Colleagues()
	if err != nil {
		return DealForm{}, err
	}
	home := standOf(r).url(c.ID)
	f := DealForm{
		Frame:  ui.Frame{Title: r.T("Add a deal"), Nav: "people", Crumbs: crumbs(r, c)},
		Action: standOf(r).add("/people/" + c.ID.String() + "/deals"), Cancel: home, Save: r.T("Add deal"), Once: id.New(),
		Name: r.FormValue("name"), Amount: r.FormValue("amount"), Currency: r.FormValue("currency"), Owner: r.By.Name, Owners: owners,
	}
	if r.Method == http.MethodPost {
		f.Owner = r.FormValue("owner")
	}
	if f.Currency == "" {
		f.Currency = string(r.Workspace.Currency)
	}
	f.Pipelines, err = p.Deals.Pipelines(r.Context(), tx)
	for i := range f.Pipelines {
		f.Pipelines[i].Stages = slices.DeleteFunc(f.Pipelines[i].Stages, func(s deal.Stage) bool { return s.Status != deal.Open })
	}
	return f, err
}

// crumbs lead from a form back to the person and the list.
func crumbs(r *ui.Request, c contact.Contact) []ui.Crumb {
	name := c.Name
	if name == "" {
		name = r.T("without a name")
	}
	return []ui.Crumb{{Text: r.T("People"), URL: "/people"}, {Text: name, URL: standOf(r).url(c.ID)}}
}

func (p pages) newDeal(w http.ResponseWriter, r *ui.Request) error {
	return p.showNewDeal(w, r, http.StatusOK, "")
}

func (p pages) showNewDeal(w http.ResponseWriter, r *ui.Request, status int, problem string) error {
	of, err := r.ID("id")
	if err != nil {
		return err
	}
	var page DealForm
	if err := r.Read(func(tx *db.Tx) error {
		c, err := p.Contacts.Contact(r.Context(), tx, of)
		if err != nil {
			return err
		}
		page, err = p.newDealForm(r, tx, c)
		return err
	}); err != nil {
		return err
	}
	page.Problem = problem
	return dealPage.Status(w, r, status, page)
}

// openDeal begins a deal with the person, and with the company where they work.
func (p pages) openDeal(w http.ResponseWriter, r *ui.Request) error {
	of, err := r.ID("id")
	if err != nil {
		return err
	}
	var d deal.Deal
	err = r.Write(func(tx *db.Tx) error {
		c, err := p.Contacts.Contact(r.Context(), tx, of)
		if err != nil {
			return err
		}
		o := deal.Opening{Name: r.FormValue("name"), Contact: of, Company: c.CompanyID, Owner: strings.TrimSpace(r.FormValue("owner"))}
		if o.Amount, err = amount(r); err != nil {
			return err
		}
		if once, err := id.Parse(r.FormValue("once")); err == nil {
			o.ID = once
		}
		if stage, err := id.Parse(r.FormValue("stage")); err == nil {
			o.Stage = stage
		}
		d, err = p.Deals.Open(r.Context(), tx, r.By, clock.Of(r.Now), o)
		return err
	})
	if fault.Is(err, fault.Invalid) {
		text, _ := r.Fault(err)
		return p.showNewDeal(w, r, http.StatusUnprocessableEntity, text)
	}
	if err != nil {
		return err
	}
	r.Done(w, r.T("Deal added"), standOf(r).add("/deals/"+d.ID.String()+"/remove"))
	return r.Go(w, standOf(r).url(of))
}

// amount is the sum that the form says, nothing if it says none.
func amount(r *ui.Request) (money.Amount, error) {
	c, err := money.ParseCurrency(r.FormValue("currency"))
	if err != nil {
		c = r.Workspace.Currency
	}
	var n value.Numbers
	text := r.FormValue("amount")
	n.Observe(text)
	if !n.Decided() {
		return money.Amount{}, fault.Invalidf("%q can be read in two ways", text).WithMend("write it without a sign between the thousands, such as 1234 or 1234.50")
	}
	decimal, said, err := n.Parse(text)
	if err != nil {
		return money.Amount{}, fault.Invalidf("%q is not an amount", text)
	}
	if decimal == "" {
		return money.Amount{}, nil
	}
	if said != "" {
		c = money.Currency(said)
	}
	minor, err := money.ParseDecimal(decimal, c)
	if err != nil {
		return money.Amount{}, fault.Invalidf("%q is not an amount", text)
	}
	return money.Amount{Minor: minor, Currency: c}, nil
}

func (p pages) dealForm(w http.ResponseWriter, r *ui.Request) error {
	return p.showDeal(w, r, http.StatusOK, func(*DealForm) {})
}

// showDeal shows a deal's form, after change has put into it what was typed.
func (p pages) showDeal(w http.ResponseWriter, r *ui.Request, status int, change func(*DealForm)) error {
	of, err := r.ID("id")
	if err != nil {
		return err
	}
	owners, err := r.Colleagues()
	if err != nil {
		return err
	}
	var page DealForm
	if err := r.Read(func(tx *db.Tx) error {
		d, err := p.Deals.Deal(r.Context(), tx, of)
		if err != nil {
			return err
		}
		people, err := p.Contacts.Contacts(r.Context(), tx, one(d.Contact))
		home := "/deals/" + of.String()
		page = DealForm{
			Frame:  ui.Frame{Title: r.T("Edit deal"), Nav: "people", Crumbs: crumbs(r, people[d.Contact])},
			Action: standOf(r).add(home + "/edit"), Remove: standOf(r).add(home + "/remove"), Cancel: standOf(r).url(d.Contact), Save: r.T("Save deal"),
			Seen: d.UpdatedAt, Name: d.Name, Currency: string(d.Currency), Owner: d.Owner, Owners: owners,
		}
		if d.Currency != "" {
			page.Amount = money.FormatMinor(d.Amount, d.Currency)
		} else {
			page.Currency = string(r.Workspace.Currency)
		}
		return err
	}); err != nil {
		return err
	}
	change(&page)
	return dealPage.Status(w, r, status, page)
}

func (p pages) editDeal(w http.ResponseWriter, r *ui.Request) error {
	seen, err := strconv.ParseInt(r.FormValue("seen"), 10, 64)
	if err != nil {
		return fault.Invalidf("the form is not whole")
	}
	d, err := p.onDeal(r, func(tx *db.Tx, of id.ID) (deal.Deal, error) {
		d, err := p.Deals.Deal(r.Context(), tx, of)
		if err == nil {
			err = d.Seen(clock.Micros(seen))
		}
		to := d.Form()
		if err == nil {
			to.Amount, err = amount(r)
		}
		if err != nil {
			return d, err
		}
		to.Name, to.Owner = r.FormValue("name"), r.FormValue("owner")
		return p.Deals.Change(r.Context(), tx, r.By, clock.Of(r.Now), of, to)
	})
	if fault.Is(err, fault.Invalid) || fault.Is(err, fault.Conflict) {
		return p.showDeal(w, r, fault.Status(err), func(f *DealForm) {
			f.Problem, _ = r.Fault(err)
			f.Name, f.Amount, f.Currency, f.Owner = r.FormValue("name"), r.FormValue("amount"), r.FormValue("currency"), r.FormValue("owner")
		})
	}
	if err != nil {
		return err
	}
	r.Done(w, r.T("Deal saved"), "")
	return r.Go(w, standOf(r).url(d.Contact))
}

// onDeal runs a use case on the deal that the address names.
func (p pages) onDeal(r *ui.Request, do func(*db.Tx, id.ID) (deal.Deal, error)) (d deal.Deal, err error) {
	of, err := r.ID("id")
	if err != nil {
		return d, err
	}
	err = r.Write(func(tx *db.Tx) (err error) {
		d, err = do(tx, of)
		return err
	})
	return d, err
}

// moveDeal puts a deal into another stage, unless somebody moved it since the page was read.
func (p pages) moveDeal(w http.ResponseWriter, r *ui.Request) error {
	stage, err := id.Parse(r.FormValue("stage"))
	if err != nil {
		return fault.Invalidf("the form is not whole")
	}
	seen, _ := strconv.ParseInt(r.FormValue("seen"), 10, 64) // what is no number is no state that was seen
	var was, is deal.Deal
	is, err = p.onDeal(r, func(tx *db.Tx, of id.ID) (d deal.Deal, err error) {
		if was, err = p.Deals.Deal(r.Context(), tx, of); err != nil {
			return was, err
		}
		if err := was.Seen(clock.Micros(seen)); err != nil {
			return was, err
		}
		return p.move(r, tx, was, stage)
	})
	if fault.Is(err, fault.Conflict) {
		text, _ := r.Fault(err)
		r.Done(w, text, "")
		return r.Go(w, standOf(r).url(was.Contact))
	}
	if err != nil {
		return err
	}
	undo := "/deals/" + is.ID.String() + "/stage?stage=" + was.Facts.Stage.String() + "&seen=" + strconv.FormatInt(int64(is.UpdatedAt), 10)
	if was.LostReason != "" {
		undo += "&reason=" + queryEscape(was.LostReason)
	}
	r.Done(w, r.T("Deal moved"), standOf(r).add(undo))
	return r.Go(w, standOf(r).url(is.Contact))
}

// move is a move into any stage; one in which deals are lost takes the reason.
func (p pages) move(r *ui.Request, tx *db.Tx, d deal.Deal, stage id.ID) (deal.Deal, error) {
	pipelines, err := p.Deals.Pipelines(r.Context(), tx)
	if err != nil {
		return d, err
	}
	for _, pl := range pipelines {
		for _, s := range pl.Stages {
			if s.ID == stage && s.Status == deal.Lost {
				return p.Deals.LoseIn(r.Context(), tx, r.By, clock.Of(r.Now), d.ID, stage, r.FormValue("reason"))
			}
		}
	}
	return p.Deals.Move(r.Context(), tx, r.By, clock.Of(r.Now), d.ID, stage)
}

func (p pages) removeDeal(w http.ResponseWriter, r *ui.Request) error {
	d, err := p.onDeal(r, func(tx *db.Tx, of id.ID) (deal.Deal, error) {
		return p.Deals.Remove(r.Context(), tx, r.By, clock.Of(r.Now), of)
	})
	if err != nil {
		return err
	}
	r.Done(w, r.T("Deal taken away"), standOf(r).add("/deals/"+d.ID.String()+"/restore"))
	return r.Go(w, standOf(r).url(d.Contact))
}

func (p pages) restoreDeal(w http.ResponseWriter, r *ui.Request) error {
	d, err := p.onDeal(r, func(tx *db.Tx, of id.ID) (deal.Deal, error) {
		return p.Deals.Restore(r.Context(), tx, r.By, clock.Of(r.Now), of)
	})
	if err != nil {
		return err
	}
	r.Done(w, r.T("Back again"), "")
	return r.Go(w, standOf(r).url(d.Contact))
}
