package activity_test

import (
	"testing"
	"time"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/id"
	"tandem/internal/journey"
	"tandem/internal/sales/activity"
	"tandem/internal/team"
	"tandem/internal/test/dbtest"
)

const (
	ws  id.Workspace = 3
	ann id.ID        = 12
)

var tom = team.Actor{User: 5, Name: "Tom", Role: team.Sales}

// desk runs one transaction of the workspace.
type desk struct {
	*testing.T
	*activity.Service
	journey *journey.Service
	now     *clock.Fake
	d       *db.DB
}

func open(t *testing.T, d *db.DB) desk {
	now := clock.NewFake(time.Date(2026, 5, 20, 9, 0, 0, 0, time.UTC))
	j := journey.New(now)
	return desk{t, activity.New(j, now), j, now, d}
}

func (d desk) do(work func(tx *db.Tx) error) {
	d.Helper()
	if err := d.d.Write(d.Context(), ws, work); err != nil {
		d.Fatal(err)
	}
}

// kinds are the kinds of Ann's standing touches, the newest first.
func (d desk) kinds() (kinds []string) {
	d.Helper()
	d.do(func(tx *db.Tx) error {
		touches, err := d.journey.Of(d.Context(), tx, ann, clock.Of(d.now.Now())+1, 100)
		kinds = nil
		for _, t := range touches {
			kinds = append(kinds, t.Kind)
		}
		return err
	})
	return kinds
}

func TestACallCountsAsMuchAsAClickAndCanBeTakenBack(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		desk := open(t, d)
		var call activity.Activity
		desk.do(func(tx *db.Tx) (err error) {
			call, err = desk.Write(t.Context(), tx, tom, activity.Doing{Kind: activity.Call, Contact: ann, Text: "wants four bikes"})
			return err
		})
		desk.do(func(tx *db.Tx) error {
			touches, err := desk.journey.Of(t.Context(), tx, ann, clock.Of(desk.now.Now())+1, 10)
			if len(touches) != 1 || touches[0].Side != journey.Sales || !touches[0].Earns() || touches[0].User != tom.User {
				t.Errorf("the touch: %+v", touches)
			}
			return err
		})
		desk.do(func(tx *db.Tx) error { _, err := desk.Remove(t.Context(), tx, tom, call.ID); return err })
		if got := desk.kinds(); len(got) != 0 {
			t.Errorf("after taking it away: %v", got)
		}
		desk.do(func(tx *db.Tx) error { _, err := desk.Restore(t.Context(), tx, tom, call.ID); return err })
		if got := desk.kinds(); len(got) != 1 {
			t.Errorf("after bringing it back: %v", got)
		}
	})
}

func TestWhatIsSentTwiceIsWrittenOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		desk := open(t, d)
		as := id.New()
		for _, text := range []string{"wants four bikes", "wants five bikes"} {
			desk.do(func(tx *db.Tx) error {
				a, err := desk.Write(t.Context(), tx, tom, activity.Doing{ID: as, Kind: activity.Call, Contact: ann, Text: text})
				if a.ID != as || a.Text != "wants four bikes" {
					t.Errorf("written down is %+v", a)
				}
				return err
			})
		}
		if kinds := desk.kinds(); len(kinds) != 1 {
			t.Errorf("the journey has %v", kinds)
		}
	})
}

func TestAPlannedMeetingIsATouchOnlyOnceItIsDone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		desk := open(t, d)
		day := func(n int) clock.Micros { return clock.Of(desk.now.Now().AddDate(0, 0, n)) }
		var meeting activity.Activity
		desk.do(func(tx *db.Tx) (err error) {
			if _, err = desk.Write(t.Context(), tx, tom, activity.Doing{Kind: activity.Task, Contact: ann, Text: "send the quote", DueAt: day(-1), Owner: "Mara"}); err != nil {
				return err
			}
			meeting, err = desk.Write(t.Context(), tx, tom, activity.Doing{Kind: activity.Meeting, Contact: ann, DueAt: day(0)})
			return err
		})
		if got := desk.kinds(); len(got) != 0 {
			t.Errorf("planned: %v", got)
		}
		due := func(owner string, until clock.Micros) (n int) {
			desk.do(func(tx *db.Tx) error {
				all, err := desk.Due(t.Context(), tx, owner, until, 10)
				n = len(all)
				return err
			})
			return n
		}
		if due("", day(1)) != 2 || due("Mara", day(1)) != 1 || due("", day(0)-1) != 1 {
			t.Error("what is due is not what was planned")
		}
		desk.do(func(tx *db.Tx) error { _, err := desk.Done(t.Context(), tx, tom, meeting.ID); return err })
		if got := desk.kinds(); len(got) != 1 || got[0] != journey.Meeting || due("", day(1)) != 1 {
			t.Errorf("done: %v", got)
		}
		desk.do(func(tx *db.Tx) error { _, err := desk.Done(t.Context(), tx, tom, meeting.ID); return err })
		desk.do(func(tx *db.Tx) error { _, err := desk.Reopen(t.Context(), tx, tom, meeting.ID); return err })
		if got := desk.kinds(); len(got) != 0 || due("", day(1)) != 2 {
			t.Errorf("open again: %v", got)
		}
	})
}

func TestWhoMayWriteWhat(t *testing.T) {
	desk := open(t, dbtest.SQLite(t))
	for _, c := range []struct {
		role team.Role
		kind activity.Kind
		may  bool
	}{
		{team.Viewer, activity.Note, false},
		{team.Marketing, activity.Note, true},
		{team.Marketing, activity.Call, false},
		{team.Sales, activity.Visit, true},
		{team.Both, activity.Call, true},
	} {
		err := desk.d.Write(t.Context(), ws, func(tx *db.Tx) error {
			_, err := desk.Write(t.Context(), tx, team.Actor{Role: c.role}, activity.Doing{Kind: c.kind, Contact: ann, Text: "x"})
			return err
		})
		if (err == nil) != c.may || !c.may && !fault.Is(err, fault.Forbidden) {
			t.Errorf("%s writes a %s: %v", c.role, c.kind, err)
		}
	}
}

func TestWhatMakesNoSenseIsRefused(t *testing.T) {
	desk := open(t, dbtest.SQLite(t))
	ahead := clock.Of(desk.now.Now().Add(time.Hour))
	for _, wrong := range []activity.Doing{
		{Kind: "dance"},
		{Kind: activity.Note},
		{Kind: activity.Task},
		{Kind: activity.Call, At: ahead},
		{Kind: activity.Note, Text: "x", DueAt: ahead},
		{Kind: activity.Visit, Missed: true},
	} {
		err := desk.d.Write(t.Context(), ws, func(tx *db.Tx) error { _, err := desk.Write(t.Context(), tx, team.Console(), wrong); return err })
		if !fault.Is(err, fault.Invalid) {
			t.Errorf("%+v: %v", wrong, err)
		}
	}
}
