package deal

import (
	"context"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/id"
	"tandem/internal/journey"
	"tandem/internal/money"
)

// saying is what one touch of a deal says. The zero saying is a touch that is not there.
type saying struct {
	kind     string
	contact  id.ID
	company  id.ID
	at       clock.Micros
	amount   int64
	currency money.Currency
	reason   string
}

func (d *Deal) stands() bool { return d.ID != 0 && d.RemovedAt == 0 }

func (d *Deal) opened() saying {
	if !d.stands() {
		return saying{}
	}
	return saying{kind: journey.DealOpened, contact: d.Contact, company: d.Company, at: d.CreatedAt}
}

func (d *Deal) closed() saying {
	if !d.stands() || d.Status == Open {
		return saying{}
	}
	s := saying{kind: journey.DealLost, contact: d.Contact, company: d.Company, at: d.ClosedAt, reason: d.LostReason}
	if d.Status == Won {
		s.kind, s.amount, s.currency = journey.DealWon, d.Amount, d.Currency
	}
	return s
}

// touch is the journey's row for a saying. It has no channel, so it earns no credit.
func (s saying) touch(deal, run id.ID) journey.Touch {
	t := journey.Touch{
		ID: id.New(), ContactID: s.contact, CompanyID: s.company, DealID: deal, At: s.at, Kind: s.kind, Side: journey.Sales,
		Note: s.reason, ImportID: run,
	}
	if s.kind == journey.DealWon {
		t.Value, t.Currency = &s.amount, string(s.currency)
	}
	return t
}

// story gathers what the journey has to be told of deals that change together.
type story struct {
	record  []journey.Touch
	retract []id.ID
}

// correct makes the journey say what the deal now is: touches that are no longer true are taken back, true ones recorded.
func (st *story) correct(was, d *Deal, run id.ID) {
	d.OpenedTouch = st.turn(was.opened(), d.opened(), was.OpenedTouch, d.ID, run)
	d.ClosedTouch = st.turn(was.closed(), d.closed(), was.ClosedTouch, d.ID, run)
}

func (st *story) turn(was, now saying, told, deal, run id.ID) id.ID {
	if was == now && (told != 0 || now.kind == "") {
		return told
	}
	if told != 0 {
		st.retract = append(st.retract, told)
	}
	if now.kind == "" {
		return 0
	}
	return st.tell(now, deal, run)
}

// tell records a touch beside those that were told before.
func (st *story) tell(s saying, deal, run id.ID) id.ID {
	t := s.touch(deal, run)
	st.record = append(st.record, t)
	return t.ID
}

// edit records a step that nobody took towards the buyer, such as a move to another stage.
func (st *story) edit(d *Deal, at clock.Micros, note string) {
	st.record = append(st.record, journey.Touch{
		ContactID: d.Contact, CompanyID: d.Company, DealID: d.ID, At: at, Kind: journey.Edited, Side: journey.None, Note: note,
	})
}

func (s *Service) write(ctx context.Context, tx *db.Tx, st *story) error {
	if err := s.journey.Retract(ctx, tx, st.retract); err != nil {
		return err
	}
	return s.journey.Record(ctx, tx, st.record)
}
