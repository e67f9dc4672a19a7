package app_test

import (
	"go/ast"
	"strings"
	"testing"
)

func TestWhoeverTakesAnActorAsksForTheirRight(t *testing.T) {
	found := 0
	for _, s := range everySource(t) {
		if s.test || !isBusiness(s.area()) {
			continue
		}
		takes, wrong := unasked(s)
		found += takes
		for _, w := range wrong {
			t.Error(w)
		}
	}
	if found < 50 {
		t.Errorf("only %d use cases take an actor", found)
	}
}

func TestAUseCaseThatAsksForNoRightIsFound(t *testing.T) {
	const notes = `func (s *Service) Win(ctx context.Context, tx *db.Tx, by team.Actor) error { return team.Note(ctx, tx, by, 0) }`
	for _, c := range []struct{ name, code, want string }{
		{"it only notes", notes, "Win"},
		{"it does not look at it", `func Erase(_ team.Actor) {}`, "Erase"},
		{"it checks", `func (s *Service) Win(by team.Actor) error { return by.Check(team.WriteSales) }`, ""},
		{"it hands it on", `func (s *Service) Win(by team.Actor) error { return s.step(by) }`, ""},
		{"it is a step of another", strings.Replace(notes, "Win", "win", 1), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, found := unasked(written(t, "internal/sales/deal", c.code))
			if said := strings.Join(found, "\n"); (c.want == "") != (said == "") || !strings.Contains(said, c.want) {
				t.Errorf("found %q, want %q", said, c.want)
			}
		})
	}
}

// unasked counts the use cases of a file that take an actor, and names those that neither ask for a right nor hand the actor on to one that does.
func unasked(s *source) (takes int, wrong []string) {
	for _, d := range s.file.Decls {
		f, ok := d.(*ast.FuncDecl)
		if !ok || !f.Name.IsExported() || f.Body == nil || f.Name.Name == "Note" {
			continue
		}
		actor, ok := actorOf(f)
		if !ok {
			continue
		}
		takes++
		if !asks(f.Body, actor) {
			wrong = append(wrong, s.at(f)+": "+f.Name.Name+" takes an actor and asks for no right: by.Check before anything else")
		}
	}
	return takes, wrong
}

// actorOf is the name of the parameter that says who acts.
func actorOf(f *ast.FuncDecl) (string, bool) {
	for _, p := range f.Type.Params.List {
		name := ""
		switch kind := p.Type.(type) {
		case *ast.SelectorExpr:
			name = kind.Sel.Name
		case *ast.Ident:
			name = kind.Name
		}
		if name == "Actor" && len(p.Names) > 0 {
			return p.Names[0].Name, true
		}
	}
	return "", false
}

// asks reports whether a body asks the actor for a right, or hands them on to anything but the trail.
func asks(body *ast.BlockStmt, actor string) (asked bool) {
	is := func(e ast.Expr) bool { i, ok := e.(*ast.Ident); return ok && i.Name == actor }
	ast.Inspect(body, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		name := ""
		switch f := call.Fun.(type) {
		case *ast.SelectorExpr:
			name = f.Sel.Name
			asked = asked || is(f.X) && (name == "Check" || name == "May")
		case *ast.Ident:
			name = f.Name
		}
		if !strings.EqualFold(name, "note") {
			for _, a := range call.Args {
				asked = asked || is(a)
			}
		}
		return true
	})
	return asked
}
