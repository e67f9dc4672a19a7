// Package field holds the fields that a workspace adds to its records: their definitions, each with a type, and one typed row a value.
//
// A field belongs to one entity (contact, company, deal) and is found by its name in any case. Records are known by id alone, so that deals can
// have fields as well. A value's text is canonical for its type (a number with a point, an instant in RFC 3339, true or false), beside it
// stands the number or the instant itself, for comparing.
package field

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"

	"tandem/internal/change"
	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/id"
	"tandem/internal/text"
)

// Entity is what sort of record a field belongs to.
type Entity string

// The entities that have fields.
const (
	Contact Entity = "contact"
	Company Entity = "company"
	Deal    Entity = "deal"
)

// Type is what a field's values are.
type Type string

// The types.
const (
	Text    Type = "text"
	Number  Type = "number"
	Time    Type = "time"
	Boolean Type = "boolean"
)

// Field is the definition of one field.
type Field struct {
	ID        id.ID        `db:"id"`
	Entity    Entity       `db:"entity"`
	Name      string       `db:"name"`
	NameKey   string       `db:"name_key"`
	Type      Type         `db:"type"`
	CreatedAt clock.Micros `db:"created_at"`
}

// Value is what one record has in one field. An empty text is no value.
type Value struct {
	RecordID id.ID         `db:"record_id"`
	FieldID  id.ID         `db:"field_id"`
	Text     string        `db:"text"`
	Number   *float64      `db:"number"`
	At       *clock.Micros `db:"at"`
}

// Service keeps fields and values.
type Service struct{ clock clock.Clock }

// New is a service that tells the time by c.
func New(c clock.Clock) *Service { return &Service{clock: c} }

// Define adds a field; a fault.Conflict if the entity has one of that name.
func (s *Service) Define(ctx context.Context, tx *db.Tx, entity Entity, name string, t Type) (Field, error) {
	if !slices.Contains([]Type{Text, Number, Time, Boolean}, t) {
		return Field{}, fault.Invalidf("%q is no type of a field", t).WithMend("choose text, number, time or boolean")
	}
	f := Field{ID: id.New(), Entity: entity, Name: name, NameKey: text.Key(name), Type: t, CreatedAt: clock.Of(s.clock.Now())}
	if f.NameKey == "" {
		return Field{}, fault.Invalidf("a field needs a name")
	}
	added, err := db.InsertNew(ctx, tx, "field", f)
	if err == nil && added == 0 {
		err = fault.Conflictf("there is a field %s already", name)
	}
	return f, err
}

// All are the fields of an entity, by name.
func (s *Service) All(ctx context.Context, tx *db.Tx, entity Entity) ([]Field, error) {
	return db.All[Field](ctx, tx, `SELECT id, entity, name, name_key, type, created_at FROM field
		WHERE workspace_id = $1 AND entity = $2 ORDER BY name_key LIMIT 1000`, tx.Workspace(), entity)
}

// Ensure returns the entity's fields of the given names, in their order; a name that is new becomes a text field.
func (s *Service) Ensure(ctx context.Context, tx *db.Tx, entity Entity, names []string) ([]Field, error) {
	known, err := s.All(ctx, tx, entity)
	if err != nil {
		return nil, fmt.Errorf("read the fields: %w", err)
	}
	fields := make([]Field, len(names))
	for i, name := range names {
		at := slices.IndexFunc(known, func(f Field) bool { return f.NameKey == text.Key(name) })
		if at < 0 {
			f, err := s.Define(ctx, tx, entity, name, Text)
			if err != nil {
				return nil, err
			}
			at, known = len(known), append(known, f)
		}
		fields[i] = known[at]
	}
	return fields, nil
}

// Parse makes a value of a canonical text; a fault.Invalid if it does not fit the field's type.
func (f *Field) Parse(record id.ID, canonical string) (Value, error) {
	v := Value{RecordID: record, FieldID: f.ID, Text: canonical}
	switch f.Type {
	case Number:
		n, err := strconv.ParseFloat(canonical, 64)
		if err != nil || math.IsNaN(n) || math.IsInf(n, 0) {
			return v, fault.Invalidf("%q is no number", canonical)
		}
		v.Number = &n
	case Time:
		t, err := time.Parse(time.RFC3339Nano, canonical)
		if err != nil {
			return v, fault.Invalidf("%q is no time", canonical)
		}
		at := clock.Of(t)
		v.At = &at
	case Boolean:
		if canonical != "true" && canonical != "false" {
			return v, fault.Invalidf("%q is neither true nor false", canonical)
		}
	}
	return v, nil
}

// PutAll stores values: new ones, and, with overwrite, in place of others. It returns a Put for each, its ID the record's. At most 500.
func (s *Service) PutAll(ctx context.Context, tx *db.Tx, values []Value, overwrite bool) ([]change.Put, error) {
	known, err := s.Of(ctx, tx, recordsOf(values))
	if err != nil {
		return nil, err
	}
	type place struct{ record, field id.ID }
	now := map[place]string{}
	for _, all := range known {
		for _, v := range all {
			now[place{v.RecordID, v.FieldID}] = v.Text
		}
	}
	puts := make([]change.Put, len(values))
	write := map[place]Value{}
	for i, v := range values {
		p := place{v.RecordID, v.FieldID}
		was, had := now[p]
		puts[i] = change.Put{ID: v.RecordID, Outcome: change.Unchanged}
		if v.Text == "" || was == v.Text || had && was != "" && !overwrite {
			continue
		}
		now[p], write[p] = v.Text, v
		puts[i].Outcome = change.Updated
		if puts[i].Before, puts[i].After, err = halves(v.FieldID, was, v.Text); err != nil {
			return nil, err
		}
	}
	rows := make([]Value, 0, len(write))
	for _, v := range write {
		rows = append(rows, v)
	}
	return puts, db.Upsert(ctx, tx, "field_value", []string{"record_id", "field_id"}, rows...)
}

type kept struct {
	Field id.ID  `json:"field"`
	Text  string `json:"text"`
}

func halves(field id.ID, was, is string) (before, after []byte, err error) {
	if before, err = json.Marshal(kept{field, was}); err != nil {
		return nil, nil, fmt.Errorf("keep a field's value: %w", err)
	}
	after, err = json.Marshal(kept{field, is})
	return before, after, err
}

func recordsOf(values []Value) []id.ID {
	var records []id.ID
	for _, v := range values {
		if n := len(records); n == 0 || records[n-1] != v.RecordID {
			records = append(records, v.RecordID)
		}
	}
	return records
}

// Of reads every value of records.
func (s *Service) Of(ctx context.Context, tx *db.Tx, records []id.ID) (map[id.ID][]Value, error) {
	all := map[id.ID][]Value{}
	for chunk := range slices.Chunk(records, 500) {
		list, args := db.List(2, chunk)
		err := db.Each(ctx, tx, func(v *Value) error { all[v.RecordID] = append(all[v.RecordID], *v); return nil },
			`SELECT record_id, field_id, text, number, at FROM field_value WHERE workspace_id = $1 AND record_id IN (`+list+`)
			ORDER BY record_id, field_id`, append([]any{tx.Workspace()}, args...)...)
		if err != nil {
			return nil, fmt.Errorf("read the values of fields: %w", err)
		}
	}
	return all, nil
}

// UndoAll puts earlier values back, unless they have changed since; the records where they have are returned.
func (s *Service) UndoAll(ctx context.Context, tx *db.Tx, undos []change.Undo) (stay []id.ID, err error) {
	for _, u := range undos {
		var before, after kept
		if err := json.Unmarshal(u.Before, &before); err != nil {
			return stay, fmt.Errorf("read a field's earlier value: %w", err)
		}
		if err := json.Unmarshal(u.After, &after); err != nil {
			return stay, fmt.Errorf("read a field's value: %w", err)
		}
		back, err := s.undo(ctx, tx, u.ID, before, after)
		if err != nil {
			return stay, err
		}
		if !back {
			stay = append(stay, u.ID)
		}
	}
	return stay, nil
}

func (s *Service) undo(ctx context.Context, tx *db.Tx, record id.ID, before, after kept) (bool, error) {
	if before.Text == "" {
		n, err := db.Exec(ctx, tx, `DELETE FROM field_value WHERE workspace_id = $1 AND record_id = $2 AND field_id = $3 AND text = $4`,
			tx.Workspace(), record, after.Field, after.Text)
		return n > 0, err
	}
	f, err := db.One[Field](ctx, tx, `SELECT id, entity, name, name_key, type, created_at FROM field WHERE workspace_id = $1 AND id = $2`,
		tx.Workspace(), before.Field)
	if err != nil {
		return false, fmt.Errorf("read the field: %w", err)
	}
	v, err := f.Parse(record, before.Text)
	if err != nil {
		return false, err
	}
	n, err := db.Exec(ctx, tx, `UPDATE field_value SET text = $4, number = $5, at = $6
		WHERE workspace_id = $1 AND record_id = $2 AND field_id = $3 AND text = $7`,
		tx.Workspace(), record, v.FieldID, v.Text, v.Number, v.At, after.Text)
	return n > 0, err
}

// Clear takes every value away from records that are about to be removed.
func (s *Service) Clear(ctx context.Context, tx *db.Tx, records []id.ID) error {
	for chunk := range slices.Chunk(records, 500) {
		list, args := db.List(2, chunk)
		_, err := db.Exec(ctx, tx, `DELETE FROM field_value WHERE workspace_id = $1 AND record_id IN (`+list+`)`,
			append([]any{tx.Workspace()}, args...)...)
		if err != nil {
			return fmt.Errorf("clear the values of fields: %w", err)
		}
	}
	return nil
}
