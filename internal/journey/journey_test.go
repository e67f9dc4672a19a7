package journey_test

import (
	"context"
	"encoding/json"
	"sync"
	"testing"
	"time"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/id"
	"tandem/internal/journey"
	"tandem/internal/test/dbtest"
)

const ws = id.Workspace(7)

var start = time.Date(2026, 5, 20, 9, 0, 0, 0, time.UTC)

func record(t *testing.T, d *db.DB, touches ...journey.Touch) []journey.Touch {
	t.Helper()
	j := journey.New(clock.NewFake(start))
	write(t, d, func(ctx context.Context, tx *db.Tx) error { return j.Record(ctx, tx, touches) })
	return touches
}

func write(t *testing.T, d *db.DB, do func(context.Context, *db.Tx) error) {
	t.Helper()
	if err := d.Write(t.Context(), ws, func(tx *db.Tx) error { return do(t.Context(), tx) }); err != nil {
		t.Fatal(err)
	}
}

// since reads the journey as a follower does.
func since(t *testing.T, d *db.DB, after int64) []journey.Touch {
	t.Helper()
	if _, err := journey.Number(t.Context(), d, ws); err != nil {
		t.Fatal(err)
	}
	var all []journey.Touch
	err := d.Read(t.Context(), ws, func(tx *db.Tx) (err error) {
		all, err = journey.Since(t.Context(), tx, after, 100_000)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestWhatATouchLeavesOpenIsFilledIn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		record(t, d,
			journey.Touch{At: 1, Kind: journey.Visit},
			journey.Touch{At: 2, Kind: "wink"},
			journey.Touch{At: 3, Kind: journey.PageView, Channel: " kept as written "},
			journey.Touch{At: 4, Kind: journey.EmailSent, Source: "google"},
		)
		got := since(t, d, 0)
		for i, want := range []struct {
			side    journey.Side
			channel string
			earns   bool
		}{
			{journey.Sales, "Field", true}, {journey.Marketing, "", false}, {journey.Marketing, " kept as written ", true}, {journey.Marketing, "", false},
		} {
			if got[i].Side != want.side || got[i].Channel != want.channel || got[i].Earns() != want.earns {
				t.Errorf("%s: side %s, channel %q, earns %v; want %+v", got[i].Kind, got[i].Side, got[i].Channel, got[i].Earns(), want)
			}
			if got[i].RecordedAt != clock.Of(start) || got[i].ID == 0 {
				t.Errorf("%s: recorded at %d as %d", got[i].Kind, got[i].RecordedAt, got[i].ID)
			}
		}
	})
}

func TestAKeyIsBorneByOneTouch(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		first := record(t, d, journey.Touch{Key: "k", At: 1, Kind: journey.Call})
		j := journey.New(clock.NewFake(start))
		err := d.Write(t.Context(), ws, func(tx *db.Tx) error {
			return j.Record(t.Context(), tx, []journey.Touch{{Key: "k", At: 2, Kind: journey.Call}})
		})
		if !d.IsConflict(err) {
			t.Errorf("a second touch with the key: %v, want a conflict", err)
		}
		write(t, d, func(ctx context.Context, tx *db.Tx) error {
			known, err := j.Known(ctx, tx, []string{"k", "other"})
			if len(known) != 1 || known["k"].ID != first[0].ID {
				t.Errorf("known: %+v", known)
			}
			return err
		})
	})
}

func TestEveryChangeOfATouchIsARowOfItsOwn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		j := journey.New(clock.NewFake(start))
		touches := record(t, d, journey.Touch{At: 1, Kind: journey.Call, ContactID: 11}, journey.Touch{At: 2, Kind: journey.Call, ContactID: 11})
		head := since(t, d, 0)[1].Seq

		write(t, d, func(ctx context.Context, tx *db.Tx) error { return j.Retract(ctx, tx, []id.ID{touches[0].ID}) })
		write(t, d, func(ctx context.Context, tx *db.Tx) error { return j.Move(ctx, tx, []id.ID{touches[1].ID}, 12) })
		write(t, d, func(ctx context.Context, tx *db.Tx) error { return j.Restore(ctx, tx, []id.ID{touches[0].ID}) })

		rows := since(t, d, head)
		if len(rows) != 3 {
			t.Fatalf("%d rows for 3 changes", len(rows))
		}
		for i, want := range []journey.Correction{
			{Touches: []id.ID{touches[0].ID}, Retracted: true}, {Touches: []id.ID{touches[1].ID}, MovedTo: 12}, {Touches: []id.ID{touches[0].ID}, Restored: true},
		} {
			var got journey.Correction
			if err := json.Unmarshal([]byte(rows[i].Detail), &got); err != nil {
				t.Fatal(err)
			}
			if got.Touches[0] != want.Touches[0] || got.Retracted != want.Retracted || got.Restored != want.Restored || got.MovedTo != want.MovedTo {
				t.Errorf("row %d says %+v, want %+v", i, got, want)
			}
			if rows[i].Counts() {
				t.Errorf("row %d counts as a touch", i)
			}
		}
		all := since(t, d, 0)
		if all[0].Retracted != 0 || all[1].ContactID != 12 {
			t.Errorf("the touches themselves: %+v", all[:2])
		}
	})
}

func TestSeqsRiseInCommitOrderWithoutGapsWhoeverWrites(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		const writers, each = 6, 20
		j := journey.New(clock.NewFake(start))
		var wg sync.WaitGroup
		for w := range writers {
			wg.Go(func() {
				for range each {
					err := d.Append(context.Background(), ws, func(tx *db.Tx) error {
						return j.Record(context.Background(), tx, []journey.Touch{{At: 1, Kind: journey.PageView, ContactID: id.ID(w + 1)}})
					})
					if err != nil {
						t.Error(err)
					}
				}
			})
		}
		seen := map[id.ID]bool{}
		last := int64(0)
		follow := func() {
			for _, touch := range since(t, d, last) {
				if touch.Seq != last+1 || seen[touch.ID] {
					t.Errorf("seq %d after %d, seen before: %v", touch.Seq, last, seen[touch.ID])
				}
				last, seen[touch.ID] = touch.Seq, true
			}
		}
		for range 20 {
			follow()
		}
		wg.Wait()
		follow()
		if len(seen) != writers*each {
			t.Errorf("the follower saw %d touches, %d were written", len(seen), writers*each)
		}
	})
}

func TestAnotherWorkspaceSeesNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		record(t, d, journey.Touch{At: 1, Kind: journey.Call, ContactID: 11, Key: "k"})
		j := journey.New(clock.NewFake(start))
		err := d.Read(t.Context(), ws+1, func(tx *db.Tx) error {
			touches, err := j.Of(t.Context(), tx, 11, clock.Of(start), 10)
			known, knownErr := j.Known(t.Context(), tx, []string{"k"})
			if len(touches)+len(known) > 0 {
				t.Errorf("another workspace reads %v, %v", touches, known)
			}
			if err == nil {
				err = knownErr
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
