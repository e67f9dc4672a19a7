// Package people is the list of everybody we deal with, its filters and segments, and each person's own page.
package people

import (
	"embed"
	"slices"

	"tandem/internal/team"
	"tandem/internal/web/ui"
)

//go:embed *.html
var files embed.FS

type pages struct{ ui.House }

// Routes are the section's.
func Routes(h ui.House) []ui.Route {
	p := pages{h}
	return slices.Concat(personRoutes(p), dealRoutes(p), []ui.Route{
		{Pattern: "GET /people", Right: team.Read, Do: p.list},
		{Pattern: "GET /people/counts", Right: team.Read, Do: p.counts},
		{Pattern: "POST /people/columns", Right: team.Read, Do: p.chooseColumns},
		{Pattern: "POST /people/builder", Right: team.Read, Do: p.preview},
		{Pattern: "POST /people/bulk", Right: team.WritePeople, Do: p.bulk},
		{Pattern: "POST /people/bulk/{id}/undo", Right: team.WritePeople, Do: p.undoBulk},
		{Pattern: "GET /people/export", Right: team.Read, Do: p.export},
		{Pattern: "POST /people/export", Right: team.Read, Do: p.export},
		{Pattern: "GET /people/new", Right: team.WritePeople, Do: p.newForm},
		{Pattern: "POST /people/new", Right: team.WritePeople, Do: p.create},
		{Pattern: "POST /segments", Right: team.WritePeople, Do: p.saveSegment},
		{Pattern: "POST /segments/{id}", Right: team.WritePeople, Do: p.changeSegment},
		{Pattern: "POST /segments/{id}/remove", Right: team.WritePeople, Do: p.removeSegment},
		{Pattern: "POST /segments/{id}/earlier", Right: team.WritePeople, Do: p.moveSegment},
		{Pattern: "POST /segments/{id}/restore", Right: team.WritePeople, Do: p.restoreSegment},
	})
}
