package people

import (
	"slices"

	"tandem/internal/web/ui"
)

// owners are the colleagues who may be chosen as somebody's owner, by name.
func (p pages) owners(r *ui.Request) ([]string, error) {
	members, err := p.Team.Members(r.Context(), r.Workspace.ID)
	var names []string
	for _, m := range members {
		names = append(names, m.Name)
	}
	slices.Sort(names)
	return slices.Compact(names), err
}
