package api

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"time"

	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/id"
	"tandem/internal/people/field"
	"tandem/internal/team"
	"tandem/internal/text"
)

// Own are the values of a record's own fields by their names: texts, numbers, true or false, and times in RFC 3339.
type Own map[string]any

// Field is a field that the workspace has added to its records.
type Field struct {
	ID     string `json:"id"`
	Entity string `json:"entity" enum:"contact,company,deal"`
	Name   string `json:"name"`
	Type   string `json:"type" enum:"text,number,time,boolean"`
}

func (d *door) fields() {
	asking(d, operation(http.MethodGet, "/fields", "list-fields", "List the fields that the workspace has added to its records", "fields"), d.listFields)
	deed(d, making("/fields", "add-field", "Add a field", "fields"), d.addField)
}

type fieldsOf struct {
	Entity string `query:"entity" enum:"contact,company,deal" doc:"Of what; without it of all"`
}

func (d *door) listFields(ctx context.Context, tx *db.Tx, in *fieldsOf) (List[Field], error) {
	entities := []field.Entity{field.Contact, field.Company, field.Deal}
	if in.Entity != "" {
		entities = []field.Entity{field.Entity(in.Entity)}
	}
	all := List[Field]{Items: []Field{}}
	for _, entity := range entities {
		found, err := d.Fields.All(ctx, tx, entity)
		if err != nil {
			return all, err
		}
		for _, f := range found {
			all.Items = append(all.Items, fieldOf(f))
		}
	}
	return all, nil
}

func fieldOf(f field.Field) Field {
	return Field{f.ID.String(), string(f.Entity), f.Name, string(f.Type)}
}

type newField struct {
	Once
	Body struct {
		Entity string `json:"entity" enum:"contact,company,deal"`
		Name   string `json:"name" minLength:"1" maxLength:"100"`
		Type   string `json:"type" enum:"text,number,time,boolean"`
	}
}

func (d *door) addField(ctx context.Context, tx *db.Tx, by team.Actor, in *newField) (Field, error) {
	f, err := d.Fields.Add(ctx, tx, by, field.Entity(in.Body.Entity), in.Body.Name, field.Type(in.Body.Type))
	return fieldOf(f), err
}

// own are the values of some records, by the record.
func (d *door) own(ctx context.Context, tx *db.Tx, entity field.Entity, records []id.ID) (map[id.ID]Own, error) {
	fields, err := d.Fields.All(ctx, tx, entity)
	if err != nil || len(fields) == 0 {
		return nil, err
	}
	values, err := d.Fields.Of(ctx, tx, records)
	all := make(map[id.ID]Own, len(values))
	for record, has := range values {
		all[record] = Own{}
		for _, v := range has {
			if at := slices.IndexFunc(fields, func(f field.Field) bool { return f.ID == v.FieldID }); at >= 0 {
				all[record][fields[at].Name] = valueOf(fields[at].Type, v)
			}
		}
	}
	return all, err
}

func valueOf(t field.Type, v field.Value) any {
	switch {
	case t == field.Number && v.Number != nil:
		return *v.Number
	case t == field.Time && v.At != nil:
		return v.At.Time()
	case t == field.Boolean:
		return v.Text == "true"
	}
	return v.Text
}

// setOwn gives a record the values that are named; null takes one away, and what is not named stays.
func (d *door) setOwn(ctx context.Context, tx *db.Tx, by team.Actor, entity field.Entity, record id.ID, own Own) error {
	if len(own) == 0 {
		return nil
	}
	fields, err := d.Fields.All(ctx, tx, entity)
	if err != nil {
		return err
	}
	values, err := d.Fields.Of(ctx, tx, []id.ID{record})
	if err != nil {
		return err
	}
	var edits []field.Edit
	for _, name := range slices.Sorted(maps.Keys(own)) {
		at := slices.IndexFunc(fields, func(f field.Field) bool { return f.NameKey == text.Key(name) })
		if at < 0 {
			return wrong("fields."+name, "there is no field %q", name)
		}
		e := field.Edit{Field: fields[at].ID}
		if e.Is, err = canonical(fields[at].Type, own[name]); err != nil {
			return misfit(name, err)
		}
		for _, v := range values[record] {
			if v.FieldID == e.Field {
				e.Was = v.Text
			}
		}
		edits = append(edits, e)
	}
	return d.Fields.EditAll(ctx, tx, d.Journey, by, entity, record, edits)
}

// misfit names the value that is wrong.
func misfit(name string, err error) error {
	if f, ok := err.(*fault.Error); ok {
		return f.In("fields." + name)
	}
	return err
}

// canonical is a JSON value as fields keep it; a fault.Invalid if it does not fit the type.
func canonical(t field.Type, value any) (string, error) {
	switch v := value.(type) {
	case nil:
		return "", nil
	case bool:
		if t == field.Boolean {
			return strconv.FormatBool(v), nil
		}
	case float64:
		if t == field.Number {
			return strconv.FormatFloat(v, 'f', -1, 64), nil
		}
	case string:
		if t == field.Text || v == "" {
			return v, nil
		}
		if at, err := time.Parse(time.RFC3339, v); t == field.Time && err == nil {
			return at.UTC().Format(time.RFC3339Nano), nil
		}
	}
	return "", fault.Invalidf("%v does not fit a field of type %s", value, string(t))
}
