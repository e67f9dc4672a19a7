package deal_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"tandem/internal/change"
	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/id"
	"tandem/internal/journey"
	"tandem/internal/sales/deal"
	"tandem/internal/test/dbtest"
)

const workspace id.Workspace = 7

// The people and the business that deals are about: to deals they are ids alone.
const (
	anna id.ID = 101
	ben  id.ID = 102
	acme id.ID = 201
)

var may3 = time.Date(2026, 5, 3, 9, 0, 0, 0, time.UTC)

// desk is the deals of a business on a database of its own, with a clock that is moved by hand.
type desk struct {
	*deal.Service
	t     *testing.T
	db    *db.DB
	clock *clock.Fake
}

func each(t *testing.T, run func(t *testing.T, d *desk)) {
	dbtest.Each(t, func(t *testing.T, store *db.DB) { run(t, open(t, store)) })
}

func open(t *testing.T, store *db.DB) *desk {
	c := clock.NewFake(may3)
	return &desk{deal.New(journey.New(c)), t, store, c}
}

func (d *desk) now() clock.Micros { return clock.Of(d.clock.Now()) }

func (d *desk) try(do func(tx *db.Tx) error) error { return d.db.Write(d.t.Context(), workspace, do) }

func (d *desk) must(do func(tx *db.Tx) error) {
	d.t.Helper()
	if err := d.try(do); err != nil {
		d.t.Fatal(err)
	}
}

func (d *desk) put(rows ...deal.Row) (puts []change.Put) {
	d.t.Helper()
	d.must(func(tx *db.Tx) (err error) {
		puts, err = d.PutAll(d.t.Context(), tx, d.now(), rows)
		return err
	})
	return puts
}

// undo takes what puts did back, the last first.
func (d *desk) undo(puts ...change.Put) (kept []id.ID) {
	d.t.Helper()
	var undo []change.Undo
	for _, p := range slices.Backward(puts) {
		if p.Outcome != change.Unchanged {
			undo = append(undo, change.Undo{ID: p.ID, Created: p.Outcome == change.Created, Before: p.Before, After: p.After})
		}
	}
	d.must(func(tx *db.Tx) (err error) {
		kept, err = d.UndoAll(d.t.Context(), tx, d.now(), undo)
		return err
	})
	return kept
}

func (d *desk) all() (all []deal.Deal) {
	d.t.Helper()
	d.must(func(tx *db.Tx) (err error) {
		all, err = d.Page(d.t.Context(), tx, 0, 1000)
		return err
	})
	return all
}

func (d *desk) one(key string) deal.Deal {
	d.t.Helper()
	for _, one := range d.all() {
		if one.Key == key {
			return one
		}
	}
	d.t.Fatalf("there is no deal %q", key)
	return deal.Deal{}
}

func (d *desk) pipelines() (all []deal.Pipeline) {
	d.t.Helper()
	d.must(func(tx *db.Tx) (err error) {
		all, err = d.Pipelines(d.t.Context(), tx)
		return err
	})
	return all
}

// stage is a stage by its id, with its pipeline's name: "Sales: Won".
func (d *desk) stage(of id.ID) string {
	d.t.Helper()
	for _, p := range d.pipelines() {
		for _, s := range p.Stages {
			if s.ID == of {
				return p.Name + ": " + s.Name
			}
		}
	}
	return "none"
}

// stageID is the id of a stage as stage writes it.
func (d *desk) stageID(name string) id.ID {
	d.t.Helper()
	for _, p := range d.pipelines() {
		for _, s := range p.Stages {
			if p.Name+": "+s.Name == name {
				return s.ID
			}
		}
	}
	d.t.Fatalf("there is no stage %q", name)
	return 0
}

// told are the standing touches, as "day kind contact value note".
func (d *desk) told() []string {
	d.t.Helper()
	var told []string
	d.must(func(tx *db.Tx) error {
		touches, err := journey.New(d.clock).Page(d.t.Context(), tx, 0, 1000)
		slices.SortStableFunc(touches, func(a, b journey.Touch) int { return cmp.Compare(a.At, b.At) })
		told = nil
		for _, t := range touches {
			if t.Kind == journey.Corrected {
				continue
			}
			if t.Earns() || t.Counts() {
				d.t.Errorf("a %s of a deal counts as a touch of the person", t.Kind)
			}
			line := fmt.Sprint(t.At.Day(time.UTC), " ", t.Kind, " ", int64(t.ContactID))
			if t.Value != nil {
				line += fmt.Sprint(" ", *t.Value, t.Currency)
			}
			told = append(told, strings.TrimSpace(line+" "+t.Note))
		}
		return err
	})
	return told
}

func (d *desk) wantTold(want ...string) {
	d.t.Helper()
	if got := d.told(); !slices.Equal(got, want) {
		d.t.Errorf("the journey says\n\t%s\nwant\n\t%s", strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
	}
}

func wantOutcomes(t *testing.T, puts []change.Put, want ...change.Outcome) {
	t.Helper()
	var got []change.Outcome
	for _, p := range puts {
		got = append(got, p.Outcome)
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func wantFault(t *testing.T, err error, kind fault.Kind) {
	t.Helper()
	if !fault.Is(err, kind) {
		t.Errorf("got %v, want a fault of kind %d", err, kind)
	}
}

func day(text string) clock.Micros {
	at, err := time.Parse(time.DateOnly, text)
	if err != nil {
		panic(err)
	}
	return clock.Of(at)
}

// agrees fails where a deal breaks a rule that every deal keeps.
func (d *desk) agrees() {
	d.t.Helper()
	stages := map[id.ID]deal.Stage{}
	for _, p := range d.pipelines() {
		for _, s := range p.Stages {
			stages[s.ID] = s
		}
	}
	for _, one := range d.all() {
		s := stages[one.Stage]
		if s.Pipeline != one.Pipeline || s.Status != one.Status {
			d.t.Errorf("%s is %s in pipeline %s, its stage %q is %s in %s", one.Key, one.Status, one.Pipeline, s.Name, s.Status, s.Pipeline)
		}
		if (one.Status == deal.Open) != (one.ClosedAt == 0) || (one.ClosedTouch == 0) != (one.ClosedAt == 0) || one.OpenedTouch == 0 {
			d.t.Errorf("%s is %s, closed at %d, touches %d and %d", one.Key, one.Status, one.ClosedAt, one.OpenedTouch, one.ClosedTouch)
		}
		if one.LostReason != "" && one.Status != deal.Lost {
			d.t.Errorf("%s is %s for the reason %q", one.Key, one.Status, one.LostReason)
		}
		if at, ok := one.CommittedAt(); ok != (one.Status == deal.Won) || ok && at == 0 {
			d.t.Errorf("%s is %s and committed at %d, %v", one.Key, one.Status, at, ok)
		}
	}
}
