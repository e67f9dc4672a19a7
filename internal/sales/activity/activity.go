// Package activity is what colleagues do, and plan to do, for a person: calls, meetings, visits, emails written elsewhere, notes and tasks.
//
// What was done stands on the journey, written in the same transaction: a call, a meeting or a visit is a touch of sales' and earns credit like
// a click; an email by hand and a note earn none. What is planned has a due time and an owner and no touch; once it is done it has one, if it
// was a talk. A task is our own affair and never a touch. Notes and tasks are for everybody who may write, talks for sales. Taking an
// activity away takes its touch back; both can be brought back.
package activity

import (
	"strings"
	"unicode/utf8"

	"tandem/internal/clock"
	"tandem/internal/fault"
	"tandem/internal/id"
	"tandem/internal/journey"
	"tandem/internal/team"
)

// Kind is a sort of activity.
type Kind string

// The kinds.
const (
	Call    Kind = "call"
	Meeting Kind = "meeting"
	Visit   Kind = "visit"
	Email   Kind = "email"
	Note    Kind = "note"
	Task    Kind = "task"
)

// Kinds are all kinds, in the order in which a form offers them.
func Kinds() []Kind { return []Kind{Note, Call, Email, Meeting, Visit, Task} }

// right is what somebody needs to write an activity of the kind.
func (k Kind) right() team.Right {
	if k == Note || k == Task {
		return team.WritePeople
	}
	return team.WriteSales
}

// touch is the kind of touch it leaves, "" for none.
func (k Kind) touch() string {
	switch k {
	case Call:
		return journey.Call
	case Meeting:
		return journey.Meeting
	case Visit:
		return journey.Visit
	case Email:
		return journey.EmailSent
	case Note:
		return journey.Note
	}
	return ""
}

func (k Kind) known() bool { return k == Task || k.touch() != "" }

// Activity is one thing that was done or is planned.
type Activity struct {
	ID        id.ID        `db:"id"`
	Kind      Kind         `db:"kind"`
	Contact   id.ID        `db:"contact_id,null"`
	Deal      id.ID        `db:"deal_id,null"`
	Owner     string       `db:"owner"` // whose it is, by name
	Text      string       `db:"text"`
	Missed    bool         `db:"missed"`       // a call of theirs that nobody took
	DueAt     clock.Micros `db:"due_at,null"`  // 0 for what was never planned
	DoneAt    clock.Micros `db:"done_at,null"` // 0 for what is still to be done
	Touch     id.ID        `db:"touch_id,null"`
	MadeBy    string       `db:"made_by"`
	CreatedAt clock.Micros `db:"created_at"`
	UpdatedAt clock.Micros `db:"updated_at"`
	RemovedAt clock.Micros `db:"removed_at,null"`
}

const columns = "id, kind, contact_id, deal_id, owner, text, missed, due_at, done_at, touch_id, made_by, created_at, updated_at, removed_at"

// Doing is what somebody writes down: something done at a time, or, with DueAt, something to do.
type Doing struct {
	ID      id.ID // under which it is written once, however often it is sent; 0 is a new one
	Kind    Kind
	Contact id.ID
	Deal    id.ID
	Text    string
	Missed  bool
	At      clock.Micros // when it was done; 0 is now
	DueAt   clock.Micros // when it is to be done; 0 for what was done
	Owner   string       // of what is planned; "" is whoever plans it
}

// longest is how much of a text is kept, in characters.
const longest = 100_000

func (d *Doing) check(now clock.Micros) error {
	d.Text = strings.TrimSpace(strings.ToValidUTF8(d.Text, ""))
	switch {
	case !d.Kind.known():
		return fault.Invalidf("%q is no kind of activity", string(d.Kind))
	case utf8.RuneCountInString(d.Text) > longest:
		return invalid("text", "this has at most %d characters", longest)
	case d.Text == "" && (d.Kind == Note || d.Kind == Task):
		return invalid("text", "write a few words first")
	case d.At > now:
		return invalid("at", "what was done cannot lie ahead; plan it with a date")
	case d.Kind == Note && d.DueAt != 0:
		return invalid("due", "a note has no date; make it a task")
	case d.Missed && (d.Kind != Call || d.DueAt != 0):
		return invalid("missed", "only a call can be missed")
	}
	return nil
}

func invalid(field, format string, args ...any) *fault.Error {
	return fault.Invalidf(format, args...).In(field)
}
