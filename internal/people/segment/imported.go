package segment

import (
	"strings"

	"tandem/internal/fault"
	"tandem/internal/id"
)

// Import is an import of people that a rule can ask for, by what its file was called.
type Import struct {
	ID   id.ID  `db:"import_id"`
	File string `db:"file"`
}

// Imported is whether somebody came with an import: its id, and where a colon follows, only those of whose row that became: 0SASVF3F1P5B7:created.
const Imported = "import"

// Fields are everything that can be asked in the scope: of imports, if there were any.
func (s Scope) Fields() []Field {
	all := Fields(s.Own)
	if len(s.Imports) > 0 {
		all = append(all, imported(s.Imports))
	}
	return all
}

func imported(known []Import) Field {
	f := Field{Name: Imported, Label: "Import", Shape: Words, Ops: []Op{Is, IsNot}, sql: func(c *condition, is Condition) (string, error) {
		of, verdict, _ := strings.Cut(is.Value, ":")
		n, err := id.Parse(of)
		if err != nil {
			return "", fault.Invalidf("%q is no import", of)
		}
		among := "c.id IN (SELECT t.record_id FROM import_row t WHERE t.workspace_id = $1 AND t.record_id IS NOT NULL AND t.import_id = " + c.arg(n)
		if verdict != "" {
			among += " AND t.verdict = " + c.arg(verdict)
		}
		if is.Op == IsNot {
			among = "NOT " + among
		}
		return among + ")", nil
	}}
	for _, one := range known {
		f.Choices = append(f.Choices, one.ID.String())
	}
	return f
}
