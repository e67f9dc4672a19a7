package field_test

import (
	"strings"
	"testing"
	"time"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/id"
	"tandem/internal/journey"
	"tandem/internal/people/field"
	"tandem/internal/team"
	"tandem/internal/test/dbtest"
)

const ann id.ID = 12

var (
	mara = team.Actor{User: 4, Name: "Mara", Role: team.Marketing}
	tom  = team.Actor{User: 5, Name: "Tom", Role: team.Sales}
)

// editor is a workspace with a field for a shoe size and one for a note.
type editor struct {
	*testing.T
	*field.Service
	d          *db.DB
	log        *journey.Service
	size, note id.ID
}

func newEditor(t *testing.T, d *db.DB) editor {
	now := clock.NewFake(time.Date(2026, 5, 20, 9, 0, 0, 0, time.UTC))
	e := editor{T: t, Service: field.New(now), d: d, log: journey.New(now)}
	if err := d.Write(t.Context(), ws, func(tx *db.Tx) error {
		for name, kind := range map[string]field.Type{"a size": field.Number, "b note": field.Text} {
			if _, err := e.Define(t.Context(), tx, field.Contact, name, kind); err != nil {
				return err
			}
		}
		fields, err := e.All(t.Context(), tx, field.Contact)
		e.size, e.note = fields[0].ID, fields[1].ID
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return e
}

func (e editor) edit(by team.Actor, edits ...field.Edit) error {
	return e.d.Write(e.Context(), ws, func(tx *db.Tx) error { return e.EditAll(e.Context(), tx, e.log, by, field.Contact, ann, edits) })
}

// texts are Ann's values: her size, her note.
func (e editor) texts() (size, note string) {
	e.Helper()
	if err := e.d.Read(e.Context(), ws, func(tx *db.Tx) error {
		all, err := e.Of(e.Context(), tx, []id.ID{ann})
		size, note = "", ""
		for _, v := range all[ann] {
			switch v.FieldID {
			case e.size:
				size = v.Text
			case e.note:
				note = v.Text
			}
		}
		return err
	}); err != nil {
		e.Fatal(err)
	}
	return size, note
}

func TestTheLaterOfTwoWhoChangeAValueIsToldWho(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		e := newEditor(t, d)
		if err := e.edit(mara, field.Edit{Field: e.size, Is: "41"}, field.Edit{Field: e.note, Is: " likes rain "}); err != nil {
			t.Fatal(err)
		}
		if err := e.edit(tom, field.Edit{Field: e.size, Is: "42"}); !fault.Is(err, fault.Conflict) || !strings.Contains(err.Error(), "Mara") {
			t.Errorf("the later one is told %v", err)
		}
		if err := e.edit(tom, field.Edit{Field: e.note, Was: "likes rain", Is: "likes snow"}); err != nil {
			t.Errorf("another value of the same person: %v", err)
		}
		if size, note := e.texts(); size != "41" || note != "likes snow" {
			t.Errorf("now %q, %q", size, note)
		}
	})
}

func TestTheLastChangeOfValuesIsTakenBack(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		e := newEditor(t, d)
		back := func() error {
			return e.d.Write(t.Context(), ws, func(tx *db.Tx) error { return e.TakeBack(t.Context(), tx, e.log, tom, field.Contact, ann) })
		}
		if err := back(); !fault.Is(err, fault.Conflict) {
			t.Errorf("taking back nothing: %v", err)
		}
		for _, edits := range [][]field.Edit{
			{{Field: e.size, Is: "41"}},
			{{Field: e.size, Was: "41"}, {Field: e.note, Is: "barefoot"}},
		} {
			if err := e.edit(mara, edits...); err != nil {
				t.Fatal(err)
			}
		}
		if size, note := e.texts(); size != "" || note != "barefoot" {
			t.Errorf("changed to %q, %q", size, note)
		}
		if err := back(); err != nil {
			t.Fatal(err)
		}
		if size, note := e.texts(); size != "41" || note != "" {
			t.Errorf("taken back to %q, %q", size, note)
		}
	})
}

func TestAnEditThatIsWrongInOnePlaceChangesNothing(t *testing.T) {
	e := newEditor(t, dbtest.SQLite(t))
	for _, c := range []struct {
		by   team.Actor
		edit field.Edit
		want fault.Kind
	}{
		{tom, field.Edit{Field: e.size, Is: "large"}, fault.Invalid},
		{tom, field.Edit{Field: e.note, Is: strings.Repeat("x", 20_001)}, fault.Invalid},
		{tom, field.Edit{Field: 99, Is: "x"}, fault.NotFound},
		{team.Actor{Role: team.Viewer}, field.Edit{Field: e.size, Is: "41"}, fault.Forbidden},
	} {
		if err := e.edit(c.by, field.Edit{Field: e.note, Is: "first"}, c.edit); !fault.Is(err, c.want) {
			t.Errorf("%+v: %v", c.edit, err)
		}
	}
	if size, note := e.texts(); size+note != "" {
		t.Errorf("now %q, %q", size, note)
	}
}
