package app_test

import (
	"fmt"
	"go/ast"
	"slices"
	"strings"
	"testing"
)

// untold are the use cases that write for somebody, and of which the trail says nothing: steps of a deed that was noted when it began, or is when
// it is whole, and the workspace that somebody looks at.
var untold = []string{"Contacts.BulkOn", "Exchange.Hold", "Team.Enrol", "Team.Switch"}

func TestWhatIsWrittenForSomebodyStandsInTheTrail(t *testing.T) {
	for _, wrong := range unnoted(everySource(t)) {
		t.Error(wrong)
	}
}

func TestAUseCaseThatLeavesNoTrailIsFound(t *testing.T) {
	const silent = "func (s *Service) Define(ctx context.Context, tx *db.Tx, by team.Actor) error { return db.Insert(ctx, tx, \"field\", f) }"
	for _, c := range []struct{ name, service, want string }{
		{"it writes and says nothing", silent, "Fields.Define"},
		{"it notes what it writes", strings.Replace(silent, "return db", "team.Note(ctx, tx, by, now); return db", 1), ""},
		{"another one notes it", strings.Replace(silent, "return db", "s.told(ctx, tx, by); return db", 1) + "\nfunc (s *Service) told() { team.Note() }", ""},
		{"it writes for nobody", strings.Replace(silent, ", by team.Actor", "", 1), ""},
		{"it reads", strings.Replace(silent, `db.Insert(ctx, tx, "field", f)`, "nil", 1), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			all := []*source{written(t, "internal/people/field", c.service), written(t, "internal/web/settings", "func f() { p.Fields.Define(ctx, tx, by) }")}
			if found := strings.Join(unnoted(all), "\n"); (c.want == "") != (found == "") || !strings.Contains(found, c.want) {
				t.Errorf("found %q, want %q", found, c.want)
			}
		})
	}
}

// unnoted are the use cases that doors call, that write for somebody, and that note nothing.
func unnoted(sources []*source) []string {
	var wrong []string
	folders := byFolder(sources)
	for field, folder := range services {
		p := declared(folders[folder])
		for _, name := range fromDoors(folders, field) {
			if !slices.Contains(untold, field+"."+name) && slices.ContainsFunc(p.named(name, isService), p.leavesNoTrail) {
				wrong = append(wrong, fmt.Sprintf("%s.%s writes for somebody and does not say so: team.Note, in the same transaction", field, name))
			}
		}
	}
	slices.Sort(wrong)
	return wrong
}

func (p functions) leavesNoTrail(f *ast.FuncDecl) bool {
	return (takes(f, "Actor") || takes(f, "Signed")) && p.reaches(f, changes) && !p.reaches(f, notes)
}

func notes(n ast.Node) bool {
	call, ok := n.(*ast.CallExpr)
	if !ok {
		return false
	}
	if f, ok := call.Fun.(*ast.Ident); ok {
		return f.Name == "Note"
	}
	_, name := called(call)
	return name == "Note"
}
