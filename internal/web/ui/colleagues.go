package ui

import (
	"errors"
	"slices"

	"tandem/internal/fault"
)

// Colleagues are the names of everybody who works here, in their order: who may be chosen as an owner.
func (r *Request) Colleagues() ([]string, error) {
	members, err := r.site.Team.Members(r.Context(), r.Workspace.ID)
	var names []string
	for _, m := range members {
		names = append(names, m.Name)
	}
	slices.Sort(names)
	return slices.Compact(names), err
}

// WrongField is the field that a fault is about, "" if it names none or several.
func WrongField(err error) string {
	if f, ok := errors.AsType[*fault.Error](err); ok && len(f.Fields) == 1 {
		return f.Fields[0].Name
	}
	return ""
}
