package exchange

import (
	"context"
	"slices"

	"tandem/internal/change"
	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/id"
	"tandem/internal/journey"
	"tandem/internal/people/contact"
)

// touchLoader puts touches. One whose key is known is left as it is: the journey only grows.
type touchLoader struct {
	s          *Service
	o          Options
	touches    []journey.Touch
	references []contact.Row
}

// unnamed is the kind of a touch whose file does not say what happened.
const unnamed = "touch"

func (l *touchLoader) prepare(context.Context, *db.Tx) error { return nil }

func (l *touchLoader) clear() { l.touches, l.references = l.touches[:0], l.references[:0] }

func (l *touchLoader) add(c *cells) {
	t := journey.Touch{
		Key: c.key(), At: c.time("at"), Kind: c.text("kind"), Side: journey.Side(c.text("side")), Channel: c.text("channel"),
		Source: c.text("source"), Medium: c.text("medium"), Campaign: c.text("campaign"), Content: c.text("content"), Term: c.text("term"),
		Page: c.text("page"), Referrer: c.text("referrer"), Note: c.text("note"),
	}
	if t.Kind == "" {
		t.Kind = unnamed
	}
	if t.At == 0 && c.text("at") == "" {
		c.fail("at", fault.Invalidf("nothing says when this happened"))
	}
	switch t.Side {
	case "", journey.Marketing, journey.Sales, journey.None:
	default:
		c.fail("side", fault.Invalidf("is no side").WithMend("write marketing or sales"))
	}
	if amount, ok := c.money("value"); ok {
		t.Value, t.Currency = &amount.Minor, string(amount.Currency)
	}
	who := reference(c, "contact", l.o)
	if len(c.problems) == 0 {
		l.touches, l.references = append(l.touches, t), append(l.references, who)
	}
}

func (l *touchLoader) put(ctx context.Context, tx *db.Tx, b *batch) ([]change.Put, error) {
	contacts, err := l.s.resolved(ctx, tx, b, l.references, l.o)
	if err != nil {
		return nil, err
	}
	touches := slices.Clone(l.touches) // the transaction may be run again
	for i := range touches {
		touches[i].ContactID, touches[i].ImportID = contacts[i], b.run.ID
	}
	return l.s.putTouches(ctx, tx, touches)
}

// putTouches records the touches whose keys are not known, and has those count again that were taken back.
func (s *Service) putTouches(ctx context.Context, tx *db.Tx, touches []journey.Touch) ([]change.Put, error) {
	keys := make([]string, len(touches))
	for i := range touches {
		keys[i] = touches[i].Key
	}
	known, err := s.Journey.Known(ctx, tx, keys)
	if err != nil {
		return nil, err
	}
	puts := make([]change.Put, len(touches))
	var fresh []journey.Touch
	var back []id.ID
	for i, t := range touches {
		ref, ok := known[t.Key]
		puts[i] = change.Put{ID: ref.ID, Outcome: change.Unchanged}
		switch {
		case !ok:
			t.ID = id.New()
			fresh = append(fresh, t)
			puts[i] = change.Put{ID: t.ID, Outcome: change.Created}
		case ref.Retracted != 0:
			back = append(back, ref.ID)
			puts[i].Outcome = change.Created
		default:
			continue
		}
		known[t.Key] = journey.Ref{Key: t.Key, ID: puts[i].ID}
	}
	if err := s.revive(ctx, tx, back, puts, touches); err != nil {
		return nil, err
	}
	return puts, s.Journey.Record(ctx, tx, fresh)
}

// revive makes retracted touches count again, for the contact that the file names now: the one they were of may have been removed.
func (s *Service) revive(ctx context.Context, tx *db.Tx, back []id.ID, puts []change.Put, touches []journey.Touch) error {
	if len(back) == 0 {
		return nil
	}
	if err := s.Journey.Restore(ctx, tx, back); err != nil {
		return err
	}
	owner := map[id.ID]id.ID{}
	for i, put := range puts {
		owner[put.ID] = touches[i].ContactID
	}
	moves := map[id.ID][]id.ID{}
	for _, t := range back {
		moves[owner[t]] = append(moves[owner[t]], t)
	}
	for to, touches := range moves {
		if err := s.Journey.Move(ctx, tx, touches, to); err != nil {
			return err
		}
	}
	return nil
}
