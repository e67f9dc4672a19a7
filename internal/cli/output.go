package cli

import (
	"encoding/json"
	"fmt"
)

// asJSON is the flag of every command that prints a result.
type asJSON struct {
	JSON bool `name:"json" help:"Print the result as JSON."`
}

// result prints v as one JSON document if that was asked for, else what text writes.
func (d *Desk) result(as asJSON, v any, text func()) error {
	if !as.JSON {
		text()
		return nil
	}
	return d.json(v)
}

func (d *Desk) json(v any) error {
	e := json.NewEncoder(d.out)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return fmt.Errorf("print as JSON: %w", err)
	}
	return nil
}

// print writes a line of the result. The writer keeps a failure until the end.
func (d *Desk) print(line string) { _, _ = d.out.WriteString(line + "\n") }
