// Package glance keeps each contact's journey at a glance: the first touch, the last one, how many from either wing, and since when somebody
// waits for an answer. It is what the list of people shows and sorts by, and what segments ask.
//
// It follows the journey and can be thrown away: CatchUp reads on from the seq where it stopped and looks again at everybody whose touches have
// changed. A first touch comes from the person, as reports have it; the last touch is whatever either side did last, edits aside. Somebody
// waits from their question (a form, a reply, a missed or incoming call) until a colleague calls, meets, visits, writes or quotes.
package glance

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/id"
	"tandem/internal/journey"
)

// Glance is one contact's journey in short. Times are 0 where there is nothing.
type Glance struct {
	Contact      id.ID        `db:"contact_id"`
	FirstAt      clock.Micros `db:"first_at,null"`
	FirstChannel string       `db:"first_channel"`
	FirstSide    journey.Side `db:"first_side"`
	LastAt       clock.Micros `db:"last_at"`
	LastKind     string       `db:"last_kind"`
	LastSide     journey.Side `db:"last_side"`
	LastNote     string       `db:"last_note"`
	Marketing    int64        `db:"marketing"` // touches of each wing
	Sales        int64        `db:"sales"`
	WaitingAt    clock.Micros `db:"waiting_at,null"` // since when they wait for an answer
	WaitingKind  string       `db:"waiting_kind"`
}

// Columns are those of the table, under the alias g.
const Columns = `g.contact_id, g.first_at, g.first_channel, g.first_side, g.last_at, g.last_kind, g.last_side, g.last_note, g.marketing, g.sales,
	g.waiting_at, g.waiting_kind`

const (
	follower = "glance"
	batch    = 400   // contacts a transaction looks at
	far      = 20000 // touches behind from which it is quicker to look at everybody
)

// CatchUp brings the workspace's glances up to date. With nothing new it costs two look-ups.
func CatchUp(ctx context.Context, d *db.DB, ws id.Workspace) error {
	if _, err := journey.Number(ctx, d, ws); err != nil {
		return err
	}
	for {
		var position, head int64
		err := d.Read(ctx, ws, func(tx *db.Tx) (err error) {
			if position, err = journey.Position(ctx, tx, follower); err != nil {
				return err
			}
			head, err = journey.Head(ctx, tx)
			return err
		})
		switch {
		case err != nil:
			return fmt.Errorf("look for news of the journey: %w", err)
		case position == head:
			return nil
		case head-position > far:
			err = everybody(ctx, d, ws, head, position == 0)
		default:
			err = d.Write(ctx, ws, func(tx *db.Tx) error { return follow(ctx, tx) })
		}
		if err != nil {
			return fmt.Errorf("follow the journey: %w", err)
		}
	}
}

// everybody looks at every contact, and then has read as far as the journey went when it began. The first time nothing has to be taken away: on
// tables that the planner does not know yet that would read them from end to end.
func everybody(ctx context.Context, d *db.DB, ws id.Workspace, head int64, first bool) error {
	var after id.ID
	for {
		var last id.ID
		err := d.Write(ctx, ws, func(tx *db.Tx) error {
			contacts, err := db.All[id.ID](ctx, tx, `SELECT id FROM contact WHERE workspace_id = $1 AND id > $2 ORDER BY id LIMIT $3`, ws, after, batch)
			if err != nil {
				return err
			}
			last = 0
			if len(contacts) > 0 {
				last = contacts[len(contacts)-1]
			}
			return look(ctx, tx, contacts, first)
		})
		if err != nil {
			return err
		}
		if last == 0 {
			break
		}
		after = last
	}
	if err := d.Write(ctx, ws, func(tx *db.Tx) error { return journey.Advance(ctx, tx, follower, head) }); err != nil {
		return err
	}
	return d.Optimize(ctx)
}

// follow reads on a bounded way.
func follow(ctx context.Context, tx *db.Tx) error {
	position, err := journey.Position(ctx, tx, follower)
	if err != nil {
		return err
	}
	touches, err := journey.Since(ctx, tx, position, batch)
	if err != nil || len(touches) == 0 {
		return err
	}
	contacts, err := affected(touches)
	if err != nil {
		return err
	}
	for chunk := range slices.Chunk(contacts, batch) {
		if err := look(ctx, tx, chunk, false); err != nil {
			return err
		}
	}
	return journey.Advance(ctx, tx, follower, touches[len(touches)-1].Seq)
}

// affected are the contacts whose journeys the touches change.
func affected(touches []journey.Touch) ([]id.ID, error) {
	var contacts []id.ID
	for _, t := range touches {
		if t.ContactID != 0 {
			contacts = append(contacts, t.ContactID)
		}
		if t.Kind != journey.Corrected {
			continue
		}
		var what journey.Correction
		if err := json.Unmarshal([]byte(t.Detail), &what); err != nil {
			return nil, fmt.Errorf("read correction %d: %w", t.Seq, err)
		}
		contacts = append(contacts, what.Contacts...)
		if what.MovedTo != 0 {
			contacts = append(contacts, what.MovedTo)
		}
	}
	slices.Sort(contacts)
	return slices.Compact(contacts), nil
}

// seen is what a glance needs of a touch.
type seen struct {
	ContactID id.ID        `db:"contact_id"`
	At        clock.Micros `db:"at"`
	Kind      string       `db:"kind"`
	Side      journey.Side `db:"side"`
	Channel   string       `db:"channel"`
	Note      string       `db:"note"`
	Page      string       `db:"page"`
	Machine   bool         `db:"machine"`
	Detail    string       `db:"detail"`
	User      id.ID        `db:"user_id,null"`
}

// look writes the glances of contacts anew; of those who are gone it takes them away. The first time there is nothing to take away.
func look(ctx context.Context, tx *db.Tx, contacts []id.ID, first bool) error {
	if len(contacts) == 0 {
		return nil
	}
	list, args := db.List(2, contacts)
	args = append([]any{tx.Workspace()}, args...)
	there, err := db.All[id.ID](ctx, tx, `SELECT id FROM contact WHERE workspace_id = $1 AND id IN (`+list+`)`, args...)
	if err != nil {
		return err
	}
	glances := map[id.ID]*Glance{}
	for _, c := range there {
		glances[c] = &Glance{Contact: c}
	}
	var deeds []deed
	err = db.Each(ctx, tx, func(t *seen) error {
		if g := glances[t.ContactID]; g != nil {
			g.add(t)
			deeds = note(deeds, t)
		}
		return nil
	}, `SELECT contact_id, at, kind, side, channel, note, page, machine, detail, user_id FROM touch
		WHERE workspace_id = $1 AND contact_id IN (`+list+`) AND retracted_at IS NULL ORDER BY contact_id, at, id`, args...)
	if err != nil {
		return err
	}
	for _, table := range []string{"contact_glance", "contact_deed"} {
		if first {
			break
		}
		if _, err := db.Exec(ctx, tx, `DELETE FROM `+table+` WHERE workspace_id = $1 AND contact_id IN (`+list+`)`, args...); err != nil {
			return err
		}
	}
	rows := make([]Glance, 0, len(glances))
	for _, c := range there {
		rows = append(rows, *glances[c])
	}
	if err := db.Upsert(ctx, tx, "contact_glance", []string{"contact_id"}, rows...); err != nil {
		return err
	}
	return db.Upsert(ctx, tx, "contact_deed", []string{"contact_id", "kind"}, deeds...)
}

// deed is when somebody last did a kind of thing.
type deed struct {
	ContactID id.ID        `db:"contact_id"`
	Kind      string       `db:"kind"`
	LastAt    clock.Micros `db:"last_at"`
}

// note takes a contact's next touch in. deeds are in the order of the contacts, so those of one stand at the end.
func note(deeds []deed, s *seen) []deed {
	if s.Machine || s.Side == journey.None {
		return deeds
	}
	for i := len(deeds) - 1; i >= 0 && deeds[i].ContactID == s.ContactID; i-- {
		if deeds[i].Kind == s.Kind {
			deeds[i].LastAt = s.At
			return deeds
		}
	}
	return append(deeds, deed{s.ContactID, s.Kind, s.At})
}

// add takes the contact's next touch in.
func (g *Glance) add(s *seen) {
	t := journey.Touch{Kind: s.Kind, Side: s.Side, Machine: s.Machine}
	if t.Counts() && g.FirstAt == 0 {
		g.FirstAt, g.FirstChannel, g.FirstSide = s.At, s.Channel, s.Side
	}
	switch s.Side {
	case journey.Marketing:
		g.Marketing++
	case journey.Sales:
		g.Sales++
	default:
		return
	}
	if !s.Machine {
		g.LastAt, g.LastKind, g.LastSide, g.LastNote = s.At, s.Kind, s.Side, short(or(s.Note, s.Page))
	}
	switch {
	case s.asks():
		if g.WaitingAt == 0 {
			g.WaitingAt, g.WaitingKind = s.At, s.Kind
		}
	case s.answers():
		g.WaitingAt, g.WaitingKind = 0, ""
	}
}

// asks reports whether the person wants an answer.
func (s *seen) asks() bool {
	switch s.Kind {
	case journey.FormSubmitted, journey.EmailReplied:
		return !s.Machine
	case journey.Call:
		return incoming(s.Detail)
	}
	return false
}

// answers reports whether somebody of ours turned to the person, or the matter is settled.
func (s *seen) answers() bool {
	switch s.Kind {
	case journey.Call:
		return !incoming(s.Detail)
	case journey.Meeting, journey.Visit, journey.QuoteSent, journey.Order, journey.Payment, journey.DealOpened, journey.DealWon, journey.DealLost:
		return true
	case journey.EmailSent:
		return s.User != 0
	}
	return false
}

// incoming reports whether a call came from the person and nobody took it.
func incoming(detail string) bool {
	var d struct {
		Missed bool `json:"missed"`
	}
	return detail != "" && json.Unmarshal([]byte(detail), &d) == nil && d.Missed
}

// short keeps the table narrow: a list shows the beginning of a note.
func short(s string) string {
	const longest = 120
	if r := []rune(s); len(r) > longest {
		return string(r[:longest]) + "…"
	}
	return s
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// Of reads the glances of contacts; who has none yet is left out.
func Of(ctx context.Context, tx *db.Tx, contacts []id.ID) (map[id.ID]Glance, error) {
	all := map[id.ID]Glance{}
	for chunk := range slices.Chunk(contacts, 500) {
		list, args := db.List(2, chunk)
		err := db.Each(ctx, tx, func(g *Glance) error { all[g.Contact] = *g; return nil },
			`SELECT `+Columns+` FROM contact_glance g WHERE g.workspace_id = $1 AND g.contact_id IN (`+list+`)`, append([]any{tx.Workspace()}, args...)...)
		if err != nil {
			return nil, fmt.Errorf("read glances: %w", err)
		}
	}
	return all, nil
}

// Waiting are those who wait for an answer since an instant or later, the longest first, and how many there are; all of them, or those whom an
// owner looks after.
func Waiting(ctx context.Context, tx *db.Tx, owner string, since clock.Micros, limit int) ([]Glance, int, error) {
	const among = ` FROM contact_glance g JOIN contact c ON c.workspace_id = $1 AND c.id = g.contact_id
		WHERE g.workspace_id = $1 AND g.waiting_at >= $2 AND ($3 = '' OR c.owner = $3)`
	some, err := db.All[Glance](ctx, tx, `SELECT `+Columns+among+` ORDER BY g.waiting_at, g.contact_id LIMIT $4`, tx.Workspace(), since, owner, limit)
	if err != nil {
		return nil, 0, err
	}
	n, err := db.One[int](ctx, tx, `SELECT COUNT(*)`+among, tx.Workspace(), since, owner)
	return some, n, err
}

// LatestOf are, for at most 500 companies, the glances of those of their people who were touched last.
func LatestOf(ctx context.Context, tx *db.Tx, companies []id.ID) (map[id.ID]Glance, error) {
	type one struct {
		Glance
		Company id.ID `db:"company_id"`
	}
	list, of := db.List(2, companies)
	latest := make(map[id.ID]Glance, len(companies))
	err := db.Each(ctx, tx, func(o *one) error {
		if o.LastAt > latest[o.Company].LastAt {
			latest[o.Company] = o.Glance
		}
		return nil
	}, `SELECT `+Columns+`, c.company_id FROM contact c JOIN contact_glance g ON g.workspace_id = c.workspace_id AND g.contact_id = c.id
		WHERE c.workspace_id = $1 AND g.workspace_id = $1 AND c.company_id IN (`+list+`) ORDER BY c.company_id, c.id`, append([]any{tx.Workspace()}, of...)...)
	if err != nil {
		return nil, fmt.Errorf("find the last touches of companies: %w", err)
	}
	return latest, nil
}
