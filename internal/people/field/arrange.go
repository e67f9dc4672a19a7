package field

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/id"
	"tandem/internal/team"
	"tandem/internal/text"
)

// longestName is how many characters a field's name has at most.
const longestName = 100

// Add defines a field for somebody who arranges the workspace.
func (s *Service) Add(ctx context.Context, tx *db.Tx, by team.Actor, entity Entity, name string, t Type) (Field, error) {
	if err := mayArrange(by, name); err != nil {
		return Field{}, err
	}
	if !slices.Contains([]Entity{Contact, Company, Deal}, entity) {
		return Field{}, fault.Invalidf("say what the field belongs to")
	}
	f, err := s.Define(ctx, tx, entity, strings.TrimSpace(name), t)
	if err != nil {
		return f, err
	}
	return f, s.note(ctx, tx, by, "add", f.ID, map[string]any{"name": f.Name, "of": entity, "type": f.Type})
}

// Rename gives a field another name; its values stay. A fault.Conflict if another field of the same sort of record is called so, a fault.NotFound if
// there is no such field.
func (s *Service) Rename(ctx context.Context, tx *db.Tx, by team.Actor, of id.ID, name string) error {
	if err := mayArrange(by, name); err != nil {
		return err
	}
	name = strings.TrimSpace(name)
	n, err := db.Exec(ctx, tx, `UPDATE field SET name = $3, name_key = $4 WHERE workspace_id = $1 AND id = $2
		AND NOT EXISTS (SELECT 1 FROM field o WHERE o.workspace_id = $1 AND o.entity = field.entity AND o.name_key = $4 AND o.id <> $2)`,
		tx.Workspace(), of, name, text.Key(name))
	if err != nil {
		return fmt.Errorf("rename field %s: %w", of, err)
	}
	if n == 0 {
		return notRenamed(ctx, tx, of, name)
	}
	return s.note(ctx, tx, by, "rename", of, map[string]any{"name": name})
}

// notRenamed says why a field kept its name: it is not there, or another one has the name.
func notRenamed(ctx context.Context, tx *db.Tx, of id.ID, name string) error {
	known, err := db.One[int](ctx, tx, `SELECT COUNT(*) FROM field WHERE workspace_id = $1 AND id = $2`, tx.Workspace(), of)
	if err == nil && known == 0 {
		err = fault.NotFoundf("there is no such field")
	}
	return cmp.Or(err, error(fault.Conflictf("another field is called %q already", name)))
}

func (s *Service) note(ctx context.Context, tx *db.Tx, by team.Actor, action string, of id.ID, detail map[string]any) error {
	return team.Note(ctx, tx, by, clock.Of(s.clock.Now()), team.Deed{Action: action, Entity: "field", Record: of, Detail: detail})
}

func mayArrange(by team.Actor, name string) error {
	if err := by.Check(team.ManageSettings); err != nil {
		return err
	}
	if n := utf8.RuneCountInString(strings.TrimSpace(name)); n == 0 || n > longestName || text.Key(name) == "" {
		return fault.Invalidf("a name has 1 to %d characters", longestName)
	}
	return nil
}
