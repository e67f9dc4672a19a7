package field

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/id"
	"tandem/internal/journey"
	"tandem/internal/team"
)

// longest is how much of a value is kept, in characters.
const longest = 20_000

// Edit is what somebody makes of one value by hand: from what they saw to what they typed, both canonical; "" is no value.
type Edit struct {
	Field id.ID  `json:"field"`
	Was   string `json:"was"`
	Is    string `json:"is"`
}

// trailed is the name under which an entity's values stand in the audit trail.
func trailed(e Entity) string { return string(e) + " fields" }

func rightOf(e Entity) team.Right {
	if e == Deal {
		return team.WriteSales
	}
	return team.WritePeople
}

// EditAll changes values of one record by hand. A value that is no longer what the editor saw is a fault.Conflict that says who changed it, one
// that does not fit its type a fault.Invalid with the field's id; then nothing changes. The change stands on the journey and in the trail.
func (s *Service) EditAll(ctx context.Context, tx *db.Tx, log *journey.Service, by team.Actor, entity Entity, record id.ID, edits []Edit) error {
	if err := by.Check(rightOf(entity)); err != nil {
		return err
	}
	fields, err := s.All(ctx, tx, entity)
	if err != nil {
		return err
	}
	values, err := s.Of(ctx, tx, []id.ID{record})
	if err != nil {
		return err
	}
	var done []Edit
	for _, e := range edits {
		e.Is = strings.TrimSpace(strings.ToValidUTF8(e.Is, ""))
		now := textOf(values[record], e.Field)
		if e.Is == e.Was || e.Is == now {
			continue
		}
		if now != e.Was {
			return changedMeanwhile(ctx, tx, entity, record)
		}
		if err := set(ctx, tx, fields, record, e); err != nil {
			return err
		}
		done = append(done, e)
	}
	if len(done) == 0 {
		return nil
	}
	return s.leave(ctx, tx, log, by, entity, record, done)
}

func textOf(values []Value, field id.ID) string {
	for _, v := range values {
		if v.FieldID == field {
			return v.Text
		}
	}
	return ""
}

// set stores one value, or takes it away.
func set(ctx context.Context, tx *db.Tx, fields []Field, record id.ID, e Edit) error {
	at := slices.IndexFunc(fields, func(f Field) bool { return f.ID == e.Field })
	if at < 0 {
		return fault.NotFoundf("there is no such field")
	}
	if e.Is == "" {
		_, err := db.Exec(ctx, tx, `DELETE FROM field_value WHERE workspace_id = $1 AND record_id = $2 AND field_id = $3`, tx.Workspace(), record, e.Field)
		return err
	}
	if utf8.RuneCountInString(e.Is) > longest {
		return wrong(e.Field, fault.Invalidf("this has at most %d characters", longest))
	}
	v, err := fields[at].Parse(record, e.Is)
	if err != nil {
		return wrong(e.Field, err)
	}
	return db.Upsert(ctx, tx, "field_value", []string{"record_id", "field_id"}, v)
}

// wrong says which field a fault is about.
func wrong(field id.ID, err error) error {
	if f, ok := err.(*fault.Error); ok {
		return f.In(field.String())
	}
	return err
}

// leave writes an edit into the journey and the trail.
func (s *Service) leave(ctx context.Context, tx *db.Tx, log *journey.Service, by team.Actor, entity Entity, record id.ID, done []Edit) error {
	now := clock.Of(s.clock.Now())
	touch := journey.Touch{At: now, Kind: journey.Edited, User: by.User}
	switch entity {
	case Contact:
		touch.ContactID = record
	case Company:
		touch.CompanyID = record
	case Deal:
		touch.DealID = record
	}
	if err := log.Record(ctx, tx, []journey.Touch{touch}); err != nil {
		return err
	}
	return team.Note(ctx, tx, by, now, team.Deed{Action: "edit", Entity: trailed(entity), Record: record, Detail: done})
}

func changedMeanwhile(ctx context.Context, tx *db.Tx, entity Entity, record id.ID) error {
	trail, err := team.TrailOf(ctx, tx, trailed(entity), record, 1)
	if err != nil {
		return err
	}
	if len(trail) == 0 {
		return fault.Conflictf("this was changed meanwhile")
	}
	return fault.Conflictf("%s changed this meanwhile", trail[0].Actor)
}

// TakeBack takes the last edit by hand of a record's values back; a fault.Conflict if one of them was changed since.
func (s *Service) TakeBack(ctx context.Context, tx *db.Tx, log *journey.Service, by team.Actor, entity Entity, record id.ID) error {
	trail, err := team.TrailOf(ctx, tx, trailed(entity), record, 1)
	if err != nil {
		return err
	}
	if len(trail) == 0 {
		return fault.Conflictf("there is nothing to take back")
	}
	var done []Edit
	if err := json.Unmarshal([]byte(trail[0].Details), &done); err != nil {
		return fmt.Errorf("read what was changed: %w", err)
	}
	for i, e := range done {
		done[i].Was, done[i].Is = e.Is, e.Was
	}
	return s.EditAll(ctx, tx, log, by, entity, record, done)
}
