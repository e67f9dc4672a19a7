package ui

import (
	"strings"
	"time"

	"tandem/internal/db"
	"tandem/internal/id"
	"tandem/internal/people/field"
)

// OwnField is a field of the workspace's own in a form: what it was when the form was shown, and what it says now.
type OwnField struct{ ID, Name, Type, Was, Value string }

// The names of an own field's inputs: own.ID, and was.ID for what the editor saw.
const (
	ownInput = "own."
	wasInput = "was."
)

// OwnForm are the own fields of a record as a form shows them; what was typed already stays.
func (r *Request) OwnForm(tx *db.Tx, entity field.Entity, record id.ID) ([]OwnField, error) {
	fields, err := r.site.Fields.All(r.Context(), tx, entity)
	if err != nil {
		return nil, err
	}
	values, err := r.site.Fields.Of(r.Context(), tx, []id.ID{record})
	if err != nil {
		return nil, err
	}
	var all []OwnField
	for _, f := range fields {
		o := OwnField{ID: f.ID.String(), Name: f.Name, Type: string(f.Type)}
		for _, v := range values[record] {
			if v.FieldID == f.ID {
				o.Was = v.Text
			}
		}
		o.Value = o.shown(r.Zone)
		if typed, ok := r.PostForm[ownInput+o.ID]; ok {
			o.Value = typed[0]
		}
		all = append(all, o)
	}
	return all, nil
}

// shown is a value as its input has it: of a time its day.
func (o OwnField) shown(zone *time.Location) string {
	if o.Type != string(field.Time) {
		return o.Was
	}
	t, err := time.Parse(time.RFC3339Nano, o.Was)
	if err != nil {
		return ""
	}
	return t.In(zone).Format(time.DateOnly)
}

// OwnValue is what a field of the workspace's own says of a record, in the reader's words.
func (r *Request) OwnValue(f field.Field, v field.Value) string {
	switch {
	case f.Type == field.Time && v.At != nil:
		return r.Day(*v.At)
	case f.Type == field.Boolean && v.Text == "true":
		return r.T("yes")
	case f.Type == field.Boolean:
		return r.T("no")
	}
	return v.Text
}

// OwnEdits is what a form makes of own fields: those that were changed in it.
func (r *Request) OwnEdits() []field.Edit {
	var edits []field.Edit
	for name, typed := range r.PostForm {
		key, ok := strings.CutPrefix(name, ownInput)
		of, err := id.Parse(key)
		if !ok || err != nil {
			continue
		}
		was, is := r.PostFormValue(wasInput+key), strings.TrimSpace(typed[0])
		if o := (OwnField{Type: string(field.Time), Was: was}); r.PostFormValue("kind."+key) == string(field.Time) {
			if is == o.shown(r.Zone) {
				continue
			}
			if t, err := time.ParseInLocation(time.DateOnly, is, r.Zone); err == nil {
				is = t.UTC().Format(time.RFC3339Nano)
			}
		}
		if is != was {
			edits = append(edits, field.Edit{Field: of, Was: was, Is: is})
		}
	}
	return edits
}
