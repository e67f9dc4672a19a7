package exchange

import (
	"context"
	"io"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/id"
	"tandem/internal/people/contact"
	"tandem/internal/people/field"
	"tandem/internal/team"
)

// ExportPeople writes some people as CSV, in their order, under the names by which an import knows their fields. Whoever calls it has decided that they
// may be taken out; who takes them is written down before the first row leaves. No transaction waits for a slow reader.
func (s *Service) ExportPeople(ctx context.Context, ws id.Workspace, by team.Actor, people []id.ID, w io.Writer) error {
	if err := by.Check(team.Read); err != nil {
		return err
	}
	var own []field.Field
	err := s.DB.Write(ctx, ws, func(tx *db.Tx) (err error) {
		if own, err = s.Fields.All(ctx, tx, field.Contact); err != nil {
			return err
		}
		return team.Note(ctx, tx, by, clock.Of(s.Clock.Now()), team.Deed{Action: "export", Entity: "contact", Detail: map[string]any{"people": len(people)}})
	})
	if err != nil {
		return err
	}
	from := s.contactPages(FieldNames(Contacts), own)
	out := newWriter(CSV, w, from.header())
	for len(people) > 0 {
		some := people[:min(batchRows, len(people))]
		people = people[len(some):]
		if err := s.exportSome(ctx, ws, from, some, out); err != nil {
			return err
		}
	}
	return out.flush()
}

// exportSome writes up to batchRows people; who is removed by now is passed by.
func (s *Service) exportSome(ctx context.Context, ws id.Workspace, from *pages[contact.Contact], some []id.ID, out writer) error {
	var rows [][]string
	err := s.DB.Read(ctx, ws, func(tx *db.Tx) error {
		found, err := s.Contacts.Contacts(ctx, tx, some)
		if err != nil {
			return err
		}
		var page []contact.Contact
		for _, one := range some {
			if c, ok := found[one]; ok {
				page = append(page, c)
			}
		}
		rows, err = from.rows(ctx, tx, page)
		return err
	})
	for i := 0; err == nil && i < len(rows); i++ {
		err = out.row(rows[i])
	}
	return err
}
