package deal

import (
	"context"
	"strings"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/id"
	"tandem/internal/journey"
	"tandem/internal/money"
	"tandem/internal/team"
)

// Service is the desk that keeps the deals. Everything it does happens in the caller's transaction.
type Service struct{ journey *journey.Service }

// New is a desk that writes to the journey given.
func New(j *journey.Service) *Service { return &Service{journey: j} }

// Opening is what a new deal needs. Without a stage it goes to the pipeline's first open one, without a pipeline to the first pipeline.
type Opening struct {
	ID       id.ID  // 0 is a new one; a deal that was opened under it already is that deal
	Key      string // names the deal in another program; "" for none
	Name     string
	Contact  id.ID
	Company  id.ID
	Pipeline id.ID
	Stage    id.ID
	Amount   money.Amount // may be nothing
	Owner    string
}

// Open begins a deal and records deal_opened. An unknown pipeline or stage, a missing name or a wrong amount is Invalid, with its field.
func (s *Service) Open(ctx context.Context, tx *db.Tx, by team.Actor, now clock.Micros, o Opening) (Deal, error) {
	if err := by.Check(team.WriteSales); err != nil {
		return Deal{}, err
	}
	name := strings.TrimSpace(o.Name)
	if name == "" {
		return Deal{}, fault.Invalidf("a deal needs a name").In("name")
	}
	if err := checkAmount(o.Amount.Minor, o.Amount.Currency); err != nil {
		return Deal{}, err
	}
	if o.ID == 0 {
		o.ID = id.New()
	} else if was, found, err := s.kept(ctx, tx, o.ID); found || err != nil {
		return was, err
	}
	b, err := openBook(ctx, tx)
	if err != nil {
		return Deal{}, err
	}
	stage, err := b.entrance(o)
	if err != nil {
		return Deal{}, err
	}
	d := Deal{ID: o.ID, RecordedAt: now, UpdatedAt: now, Facts: Facts{
		Name: name, Contact: o.Contact, Company: o.Company, Amount: o.Amount.Minor, Currency: o.Amount.Currency, Owner: o.Owner, CreatedAt: now,
	}}
	if d.Key, err = keyOf(ctx, tx, o.Key, d.ID); err != nil {
		return Deal{}, err
	}
	d.enter(stage, now)
	var st story
	st.correct(&Deal{}, &d, 0)
	if err := b.save(ctx, tx); err != nil {
		return Deal{}, err
	}
	if err := save(ctx, tx, []Deal{d}, nil); err != nil {
		return Deal{}, err
	}
	if err := s.write(ctx, tx, &st); err != nil {
		return d, err
	}
	return d, d.note(ctx, tx, by, now, "open")
}

// keyOf is the key of a new deal: the one that was given, if it is free.
func keyOf(ctx context.Context, tx *db.Tx, given string, deal id.ID) (string, error) {
	if given == "" {
		return "deal:" + deal.String(), nil
	}
	taken, err := byKeys(ctx, tx, []string{given})
	if err == nil && len(taken) > 0 {
		err = fault.Conflictf("a deal with this key is here already").WithMend("find it by its key, and change it")
	}
	return given, err
}

// note leaves what somebody did with a deal in the trail.
func (d *Deal) note(ctx context.Context, tx *db.Tx, by team.Actor, now clock.Micros, action string) error {
	return team.Note(ctx, tx, by, now, team.Deed{Action: action, Entity: "deal", Record: d.ID, Detail: map[string]any{"name": d.Name}})
}

// entrance is the stage in which a new deal begins.
func (b *book) entrance(o Opening) (Stage, error) {
	if o.Stage != 0 {
		stage, ok := b.stage(o.Stage)
		switch {
		case !ok || o.Pipeline != 0 && stage.Pipeline != o.Pipeline:
			return stage, fault.Invalidf("there is no stage %s in that pipeline", o.Stage).In("stage_id")
		case stage.Status != Open:
			return stage, fault.Invalidf("a new deal cannot begin in the stage %q, which is %s", stage.Name, string(stage.Status)).In("stage_id")
		}
		return stage, nil
	}
	if o.Pipeline == 0 {
		return b.firstOf(b.first(), Open), nil
	}
	p := b.pipeline(o.Pipeline)
	if p == nil {
		return Stage{}, fault.Invalidf("there is no pipeline %s", o.Pipeline).In("pipeline_id")
	}
	return b.firstOf(p, Open), nil
}

// Move puts a deal into another stage, of any pipeline, and records an edit. A stage that is won or lost closes the deal as Win and Lose do, an
// open one reopens it.
func (s *Service) Move(ctx context.Context, tx *db.Tx, by team.Actor, now clock.Micros, deal, stage id.ID) (Deal, error) {
	return s.step(ctx, tx, by, now, "move", deal, func(d *Deal, b *book, st *story) error {
		to, ok := b.stage(stage)
		if !ok {
			return fault.Invalidf("there is no stage %s", stage).In("stage_id")
		}
		d.step(to, now, st)
		return nil
	})
}

// Win closes a deal as won, now, in the first won stage of its pipeline, and records deal_won. One that is closed already is a Conflict.
func (s *Service) Win(ctx context.Context, tx *db.Tx, by team.Actor, now clock.Micros, deal id.ID) (Deal, error) {
	return s.step(ctx, tx, by, now, "win", deal, func(d *Deal, b *book, st *story) error {
		if err := d.mustBeOpen(); err != nil {
			return err
		}
		d.step(b.firstOf(b.pipeline(d.Pipeline), Won), now, st)
		return nil
	})
}

// Lose closes a deal as lost, now, in the first lost stage of its pipeline, keeps the reason, which may be "", and records deal_lost. One
// that is closed already is a Conflict.
func (s *Service) Lose(ctx context.Context, tx *db.Tx, by team.Actor, now clock.Micros, deal id.ID, reason string) (Deal, error) {
	return s.step(ctx, tx, by, now, "lose", deal, func(d *Deal, b *book, st *story) error {
		if err := d.mustBeOpen(); err != nil {
			return err
		}
		d.LostReason = strings.TrimSpace(reason)
		d.step(b.firstOf(b.pipeline(d.Pipeline), Lost), now, st)
		return nil
	})
}

// LoseIn is Lose with the stage chosen, which must be a lost one. A deal that is lost already gets the stage and the reason.
func (s *Service) LoseIn(ctx context.Context, tx *db.Tx, by team.Actor, now clock.Micros, deal, stage id.ID, reason string) (Deal, error) {
	return s.step(ctx, tx, by, now, "lose", deal, func(d *Deal, b *book, st *story) error {
		to, ok := b.stage(stage)
		if !ok || to.Status != Lost {
			return fault.NotFoundf("there is no stage %s for lost deals", stage)
		}
		was := *d
		d.LostReason = strings.TrimSpace(reason)
		if d.Status == Lost {
			d.enter(to, now)
			st.correct(&was, d, 0)
			return nil
		}
		d.step(to, now, st)
		return nil
	})
}

// Reopen makes a closed deal open again, in the first open stage of its pipeline, and records an edit. That it was won or lost once stays in the
// journey: it happened. One that is open is a Conflict.
func (s *Service) Reopen(ctx context.Context, tx *db.Tx, by team.Actor, now clock.Micros, deal id.ID) (Deal, error) {
	return s.step(ctx, tx, by, now, "reopen", deal, func(d *Deal, b *book, st *story) error {
		if d.Status == Open {
			return fault.Conflictf("the deal %q is open", d.Name)
		}
		d.step(b.firstOf(b.pipeline(d.Pipeline), Open), now, st)
		return nil
	})
}

// step loads a deal, lets do change it, and writes the deal, new stages and the journey.
func (s *Service) step(ctx context.Context, tx *db.Tx, by team.Actor, now clock.Micros, action string, deal id.ID, do func(*Deal, *book, *story) error) (Deal, error) {
	if err := by.Check(team.WriteSales); err != nil {
		return Deal{}, err
	}
	d, err := s.Deal(ctx, tx, deal)
	if err != nil {
		return d, err
	}
	b, err := openBook(ctx, tx)
	if err != nil {
		return d, err
	}
	var st story
	was := d.Facts
	if err := do(&d, b, &st); err != nil || d.Facts == was {
		return d, err
	}
	if err := b.save(ctx, tx); err != nil {
		return d, err
	}
	d.UpdatedAt = max(now, d.UpdatedAt+1)
	if err := save(ctx, tx, nil, []Deal{d}); err != nil {
		return d, err
	}
	if err := s.write(ctx, tx, &st); err != nil {
		return d, err
	}
	return d, d.note(ctx, tx, by, now, action)
}

// step enters a stage and tells the journey what a person did: closed, reopened or moved the deal.
func (d *Deal) step(to Stage, now clock.Micros, st *story) {
	from := d.Status
	d.enter(to, now)
	switch {
	case d.Status == from:
		st.edit(d, now, "stage: "+to.Name)
	case d.Status == Open:
		d.ClosedTouch = 0
		st.edit(d, now, "reopened: "+to.Name)
	default:
		d.ClosedTouch = st.tell(d.closed(), d.ID, 0)
	}
}

func (d *Deal) mustBeOpen() error {
	if d.Status == Open {
		return nil
	}
	return fault.Conflictf("the deal %q is %s already", d.Name, string(d.Status)).WithMend("reopen it first")
}
