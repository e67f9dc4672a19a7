package cli

import (
	"context"

	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/people/field"
	"tandem/internal/team"
)

type fieldCommand struct {
	Add  fieldAdd  `cmd:"" name:"add" help:"Add a field of your own to contacts, companies or deals."`
	List fieldList `cmd:"" name:"list" help:"List your own fields."`
}

type fieldAdd struct {
	Entity string `arg:"" help:"contact, company or deal."`
	Name   string `arg:"" help:"Its name; an import feeds it as field.NAME."`
	Type   string `name:"type" default:"text" placeholder:"TYPE" help:"text, number, time or boolean. Default: text."`
	asJSON
}

// printedField is a field as scripts read it.
type printedField struct {
	Entity field.Entity `json:"entity"`
	Name   string       `json:"name"`
	Type   field.Type   `json:"type"`
}

func entities() []field.Entity { return []field.Entity{field.Contact, field.Company, field.Deal} }

// Run adds the field.
func (c *fieldAdd) Run(ctx context.Context, s *Session) error {
	for _, e := range entities() {
		if string(e) == c.Entity {
			return c.add(ctx, s, e)
		}
	}
	return fault.Usagef("%q has no fields", c.Entity).WithMend("choose contact, company or deal")
}

func (c *fieldAdd) add(ctx context.Context, s *Session, e field.Entity) error {
	var f field.Field
	err := s.write(ctx, func(tx *db.Tx) (err error) {
		f, err = s.Fields.Add(ctx, tx, team.Console(), e, c.Name, field.Type(c.Type))
		return err
	})
	if err != nil {
		return err
	}
	return s.result(c.asJSON, printedField{f.Entity, f.Name, f.Type}, func() {
		s.print(s.say.Text("added the field %s; an import feeds it as field.%[1]s", f.Name))
	})
}

type fieldList struct{ asJSON }

// Run lists the fields, by entity and name.
func (c *fieldList) Run(ctx context.Context, s *Session) error {
	list := []printedField{}
	for _, e := range entities() {
		err := s.read(ctx, func(tx *db.Tx) error {
			fields, err := s.Fields.All(ctx, tx, e)
			for _, f := range fields {
				list = append(list, printedField{f.Entity, f.Name, f.Type})
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	return s.result(c.asJSON, list, func() {
		for _, f := range list {
			s.print(string(f.Entity) + "\t" + f.Name + "\t" + string(f.Type))
		}
	})
}
