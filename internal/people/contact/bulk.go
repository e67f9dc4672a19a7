package contact

import (
	"context"
	"strings"
	"unicode/utf8"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/id"
	"tandem/internal/journey"
	"tandem/internal/team"
	"tandem/internal/text"
)

// Action is something that is done to many people at once.
type Action string

// The actions. Each has a value: the tag, the owner, the stage.
const (
	AddTag       Action = "tag"
	RemoveTag    Action = "untag"
	SetOwner     Action = "owner"
	SetLifecycle Action = "lifecycle"
)

// Bulk is one act on many people.
type Bulk struct {
	ID      id.ID        `db:"id"`
	MadeBy  string       `db:"made_by"`
	MadeAt  clock.Micros `db:"made_at"`
	Action  Action       `db:"action"`
	Value   string       `db:"value"`
	Changed int64        `db:"changed"` // how many people it changed
	Undone  clock.Micros `db:"undone_at,null"`
}

type bulkRow struct {
	Bulk    id.ID        `db:"bulk_change_id"`
	Contact id.ID        `db:"contact_id"`
	Before  string       `db:"before"`
	After   string       `db:"after"`
	LeadAt  clock.Micros `db:"lead_at,null"` // if the act made them a lead
}

// undoable is for how long an act on many people can be taken back.
const undoable = 30 * 24 * 3600 * 1e6

// StartBulk begins an act on many people; BulkOn then does it to some at a time.
func (s *Service) StartBulk(ctx context.Context, tx *db.Tx, by team.Actor, action Action, value string) (Bulk, error) {
	b := Bulk{ID: id.New(), MadeBy: by.Name, MadeAt: clock.Of(s.clock.Now()), Action: action, Value: trim(value)}
	if err := by.Check(team.WritePeople); err != nil {
		return b, err
	}
	if n := utf8.RuneCountInString(b.Value); n > longestText || n == 0 && action != SetOwner {
		return b, invalid("value", "say what to set")
	}
	switch action {
	case AddTag, RemoveTag, SetOwner:
	case SetLifecycle:
		if ParseLifecycle(b.Value) == "" {
			return b, invalid("value", "%q is no stage", b.Value)
		}
	default:
		return b, fault.Invalidf("%q cannot be done to many people", string(action))
	}
	if err := db.Insert(ctx, tx, "bulk_change", b); err != nil {
		return b, err
	}
	return b, team.Note(ctx, tx, by, b.MadeAt, team.Deed{Action: "change many", Entity: "contact", Record: b.ID, Detail: map[string]any{"action": action, "value": b.Value}})
}

// BulkOn does it to up to 500 people and returns how many it changed; those of whom it is so already stay as they are.
func (s *Service) BulkOn(ctx context.Context, tx *db.Tx, by team.Actor, b Bulk, people []id.ID) (int, error) {
	if err := by.Check(team.WritePeople); err != nil {
		return 0, err
	}
	contacts, err := s.Contacts(ctx, tx, people)
	if err != nil {
		return 0, err
	}
	tags, err := contactTags.of(ctx, tx, people)
	if err != nil {
		return 0, err
	}
	var rows []bulkRow
	var touches []journey.Touch
	now := clock.Of(s.clock.Now())
	for _, p := range people {
		c, there := contacts[p]
		before, after, differs := b.on(&c, tags[p])
		if !there || !differs {
			continue
		}
		row := bulkRow{Bulk: b.ID, Contact: p, Before: before, After: after}
		if b.Action == SetLifecycle && c.LeadAt == 0 && Lifecycle(after).AtLeastLead() {
			c.LeadAt, row.LeadAt = now, now
		}
		rows = append(rows, row)
		touches = append(touches, edited(by, b.Action, p, before, after, now))
		if err := s.set(ctx, tx, &c, b.Action, after, before, now); err != nil {
			return 0, err
		}
	}
	if err := db.Insert(ctx, tx, "bulk_change_row", rows...); err != nil {
		return 0, err
	}
	if err := s.journey.Record(ctx, tx, touches); err != nil {
		return 0, err
	}
	_, err = db.Exec(ctx, tx, `UPDATE bulk_change SET changed = changed + $3 WHERE workspace_id = $1 AND id = $2`, tx.Workspace(), b.ID, len(rows))
	return len(rows), err
}

// edited is the row of the journey that says what was changed.
func edited(by team.Actor, action Action, contact id.ID, before, after string, now clock.Micros) journey.Touch {
	e := &edit{}
	what := string(action)
	if action == RemoveTag {
		what = string(AddTag)
	}
	e.note(what, before, after)
	return journey.Touch{ContactID: contact, At: now, Kind: journey.Edited, User: by.User, Detail: e.detail()}
}

// on is what an act makes of a person.
func (b Bulk) on(c *Contact, tags []Address) (before, after string, differs bool) {
	switch b.Action {
	case SetOwner:
		return c.Owner, b.Value, c.Owner != b.Value
	case SetLifecycle:
		return string(c.Lifecycle), string(ParseLifecycle(b.Value)), c.Lifecycle != ParseLifecycle(b.Value)
	}
	had := ""
	for _, t := range tags {
		if t.Key == text.Key(b.Value) {
			had = t.Shown
		}
	}
	if b.Action == AddTag {
		return "", b.Value, had == ""
	}
	return had, "", had != ""
}

// set gives a person what an act says; a tag goes by being "" afterwards.
func (s *Service) set(ctx context.Context, tx *db.Tx, c *Contact, action Action, to, from string, now clock.Micros) error {
	c.UpdatedAt = max(now, c.UpdatedAt+1)
	switch action {
	case SetOwner:
		c.Owner = to
	case SetLifecycle:
		c.Lifecycle = Lifecycle(to)
	case AddTag, RemoveTag:
		if to == "" {
			if err := contactTags.remove(ctx, tx, c.ID, []string{text.Key(from)}); err != nil {
				return err
			}
		} else if _, err := db.InsertNew(ctx, tx, "contact_tag", tagRow{c.ID, text.Key(to), to}); err != nil {
			return err
		}
	}
	return updateContact(ctx, tx, c)
}

// UndoBulk takes back what an act did to up to 500 people after one, and returns the last of them, 0 when all are done. Whoever was changed since
// stays. Acts can be taken back for 30 days.
func (s *Service) UndoBulk(ctx context.Context, tx *db.Tx, by team.Actor, bulk, after id.ID) (last id.ID, back int, err error) {
	if err := by.Check(team.WritePeople); err != nil {
		return 0, 0, err
	}
	b, found, err := db.Maybe[Bulk](ctx, tx, `SELECT id, made_by, made_at, action, value, changed, undone_at FROM bulk_change
		WHERE workspace_id = $1 AND id = $2`, tx.Workspace(), bulk)
	now := clock.Of(s.clock.Now())
	switch {
	case err != nil:
		return 0, 0, err
	case !found || now-b.MadeAt > undoable:
		return 0, 0, fault.NotFoundf("this cannot be taken back any more")
	}
	rows, err := db.All[bulkRow](ctx, tx, `SELECT bulk_change_id, contact_id, before, after, lead_at FROM bulk_change_row
		WHERE workspace_id = $1 AND bulk_change_id = $2 AND contact_id > $3 ORDER BY contact_id LIMIT 500`, tx.Workspace(), bulk, after)
	if err != nil {
		return 0, 0, err
	}
	if len(rows) == 0 {
		return 0, 0, s.undone(ctx, tx, by, b, now)
	}
	back, err = s.takeBack(ctx, tx, by, b, rows, now)
	return rows[len(rows)-1].Contact, back, err
}

func (s *Service) undone(ctx context.Context, tx *db.Tx, by team.Actor, b Bulk, now clock.Micros) error {
	if b.Undone != 0 {
		return nil
	}
	if _, err := db.Exec(ctx, tx, `UPDATE bulk_change SET undone_at = $3 WHERE workspace_id = $1 AND id = $2`, tx.Workspace(), b.ID, now); err != nil {
		return err
	}
	return team.Note(ctx, tx, by, now, team.Deed{Action: "take back", Entity: "contact", Record: b.ID, Detail: map[string]any{"action": b.Action, "value": b.Value}})
}

func (s *Service) takeBack(ctx context.Context, tx *db.Tx, by team.Actor, b Bulk, rows []bulkRow, now clock.Micros) (int, error) {
	people := make([]id.ID, len(rows))
	for i, r := range rows {
		people[i] = r.Contact
	}
	contacts, err := s.Contacts(ctx, tx, people)
	if err != nil {
		return 0, err
	}
	tags, err := contactTags.of(ctx, tx, people)
	if err != nil {
		return 0, err
	}
	back := 0
	var touches []journey.Touch
	for _, r := range rows {
		c, there := contacts[r.Contact]
		if !there || !b.stands(&c, tags[r.Contact], r) {
			continue
		}
		if r.LeadAt != 0 && c.LeadAt == r.LeadAt {
			c.LeadAt = 0
		}
		if err := s.set(ctx, tx, &c, b.Action, r.Before, r.After, now); err != nil {
			return 0, err
		}
		back++
		touches = append(touches, edited(by, b.Action, c.ID, r.After, r.Before, now))
	}
	return back, s.journey.Record(ctx, tx, touches)
}

// stands reports whether what an act set is still so.
func (b Bulk) stands(c *Contact, tags []Address, r bulkRow) bool {
	switch b.Action {
	case SetOwner:
		return c.Owner == r.After
	case SetLifecycle:
		return string(c.Lifecycle) == r.After
	}
	has := false
	for _, t := range tags {
		has = has || t.Key == text.Key(strings.TrimSpace(b.Value))
	}
	return has == (b.Action == AddTag)
}
