package app_test

import (
	"fmt"
	"go/ast"
	"slices"
	"strings"
	"testing"
)

// services are the packages behind the fields of house.Services that write for somebody.
var services = map[string]string{
	"Team": "internal/team", "Journey": "internal/journey", "Ledger": "internal/ledger", "Contacts": "internal/people/contact",
	"Fields": "internal/people/field", "Consents": "internal/people/consent", "Segments": "internal/people/segment", "Deals": "internal/sales/deal",
	"Payments": "internal/sales/payment", "Activities": "internal/sales/activity", "Exchange": "internal/exchange",
}

// open are the use cases that are nobody's right: ways in, what a checked one of the same transaction needs, and two that read a file by methods
// called as others that write.
var open = []string{
	"Team.SetUp", "Team.SignIn", "Team.SignOut", "Team.Accept", "Team.ResetPassword", "Team.SecondStep", "Team.Resume", "Team.Bearer",
	"Team.Begin", "Team.Create", "Contacts.Resolve", "Exchange.LookAt", "Exchange.LookAs",
}

func TestNoDoorWritesForNobody(t *testing.T) {
	for _, wrong := range forNobody(everySource(t)) {
		t.Error(wrong)
	}
}

func TestADoorThatWritesForNobodyIsFound(t *testing.T) {
	const nobodys = "func (s *Service) Define(ctx context.Context, tx *db.Tx) error { return db.Insert(ctx, tx, \"field\", f) }"
	const reads = "func (s *Service) All(ctx context.Context, tx *db.Tx) error { return nil }"
	for _, c := range []struct{ name, service, door, want string }{
		{"a door that writes as somebody", strings.Replace(nobodys, "tx *db.Tx", "tx *db.Tx, by team.Actor", 1), "func f() { p.Fields.Define(ctx, tx, by) }", ""},
		{"a door that writes as nobody", nobodys, "func f() { p.Fields.Define(ctx, tx) }", "Fields.Define writes for nobody"},
		{"a door that reads as nobody", reads, "func f() { p.Fields.All(ctx, tx) }", ""},
		{"what no door calls", nobodys, "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			all := []*source{written(t, "internal/people/field", c.service), written(t, "internal/web/settings", c.door)}
			found := strings.Join(forNobody(all), "\n")
			if (c.want == "") != (found == "") || !strings.Contains(found, c.want) {
				t.Errorf("found %q, want %q", found, c.want)
			}
		})
	}
}

func forNobody(sources []*source) []string {
	var wrong []string
	folders := byFolder(sources)
	for field, folder := range services {
		p := declared(folders[folder])
		for _, name := range fromDoors(folders, field) {
			if !slices.Contains(open, field+"."+name) && slices.ContainsFunc(p.named(name, isService), p.writesForNobody) {
				wrong = append(wrong, fmt.Sprintf("%s.%s writes for nobody: give it an actor, and ask them", field, name))
			}
		}
	}
	slices.Sort(wrong)
	return wrong
}

// functions are those of a package.
type functions []*ast.FuncDecl

func declared(files []*source) functions {
	var all functions
	for _, s := range files {
		for _, d := range s.file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Body != nil {
				all = append(all, f)
			}
		}
	}
	return all
}

func (p functions) writesForNobody(f *ast.FuncDecl) bool {
	return !takes(f, "Actor") && !takes(f, "Signed") && p.reaches(f, changes)
}

// reaches reports whether a function, or one of its package whose name it calls, holds what is looked for.
func (p functions) reaches(from *ast.FuncDecl, what func(ast.Node) bool) bool {
	seen := map[*ast.FuncDecl]bool{}
	var look func(*ast.FuncDecl) bool
	look = func(f *ast.FuncDecl) bool {
		if seen[f] {
			return false
		}
		seen[f] = true
		found := false
		ast.Inspect(f.Body, func(n ast.Node) bool {
			found = found || what(n) || slices.ContainsFunc(p.called(n), look)
			return !found
		})
		return found
	}
	return look(from)
}

// called are the functions of the package that may be meant by a call: f(…), x.f(…) or x.y.f(…).
func (p functions) called(n ast.Node) []*ast.FuncDecl {
	call, ok := n.(*ast.CallExpr)
	if !ok {
		return nil
	}
	switch f := call.Fun.(type) {
	case *ast.Ident:
		return p.named(f.Name, func(d *ast.FuncDecl) bool { return d.Recv == nil })
	case *ast.SelectorExpr:
		return p.named(f.Sel.Name, func(d *ast.FuncDecl) bool { return isService(d) || d.Recv != nil && !f.Sel.IsExported() })
	}
	return nil
}

func (p functions) named(name string, and func(*ast.FuncDecl) bool) []*ast.FuncDecl {
	var all []*ast.FuncDecl
	for _, f := range p {
		if f.Name.Name == name && and(f) {
			all = append(all, f)
		}
	}
	return all
}

func changes(n ast.Node) bool { return len(targets(n)) > 0 }

func isService(f *ast.FuncDecl) bool {
	if f.Recv == nil || len(f.Recv.List) != 1 {
		return false
	}
	star, ok := f.Recv.List[0].Type.(*ast.StarExpr)
	return ok && fmt.Sprint(star.X) == "Service"
}

// takes reports whether a function has a parameter of a type of the team.
func takes(f *ast.FuncDecl, name string) bool {
	for _, p := range f.Type.Params.List {
		of := p.Type
		if s, ok := of.(*ast.SelectorExpr); ok {
			of = s.Sel
		}
		if i, ok := of.(*ast.Ident); ok && i.Name == name {
			return true
		}
	}
	return false
}

// fromDoors are the methods of a service that the doors call.
func fromDoors(folders map[string][]*source, field string) []string {
	var names []string
	for folder, files := range folders {
		if !strings.HasPrefix(folder, "internal/web") && !strings.HasPrefix(folder, "internal/api") && !strings.HasPrefix(folder, "internal/cli") {
			continue
		}
		for _, s := range files {
			ast.Inspect(s.file, func(n ast.Node) bool {
				if f, ok := n.(*ast.SelectorExpr); ok {
					if x, ok := f.X.(*ast.SelectorExpr); ok && x.Sel.Name == field {
						names = append(names, f.Sel.Name)
					}
				}
				return true
			})
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}
