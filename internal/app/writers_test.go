package app_test

import (
	"fmt"
	"go/ast"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"tandem/internal/db"
)

func TestEveryTableIsWrittenByOnePackage(t *testing.T) {
	for _, wrong := range wrongWriters(everySource(t), everyTable()) {
		t.Error(wrong)
	}
}

func TestASecondWriterIsFound(t *testing.T) {
	tables := []string{"deal", "stage", "touch"}
	own := []*source{
		written(t, "internal/sales/deal", "func f() { db.Insert(ctx, tx, \"deal\", rows...); db.Exec(ctx, tx, `UPDATE stage\n SET name = $2 WHERE workspace_id = $1`) }"),
		written(t, "internal/journey", `func f() { db.Claim[Lease](ctx, tx, db.Claiming{Table: "touch"}) }`),
	}
	for _, c := range []struct{ name, code, want string }{
		{"nobody else", `func f() { db.All[int](ctx, tx, "SELECT id FROM deal WHERE workspace_id = $1 FOR UPDATE SKIP LOCKED") }`, ""},
		{"by a statement", `func f() { db.Exec(ctx, tx, "DELETE FROM deal WHERE workspace_id = $1") }`, "deal is written by"},
		{"by rows", `func f() { db.Upsert[row](ctx, tx, "stage", []string{"id"}, rows...) }`, "stage is written by"},
		{"by a name put in", "var all = []string{\"touch\"}\nfunc f() { db.Exec(ctx, tx, `DELETE FROM `+all[0]+` WHERE workspace_id = $1`) }", "touch is written by"},
		{"by a name handed over", "func f() { remove(ctx, p.tx, \"touch\") }\nfunc remove() { db.Exec(ctx, tx, `DELETE FROM `+name) }", "touch is written by"},
		{"nobody, a word", "func f() { e.add(\"touch\"); db.Exec(ctx, tx, `DELETE FROM `+name) }", ""},
		{"by rows of a name put in", "var name = \"touch\"\nfunc f() { db.Insert(ctx, tx, name, rows...) }", "touch is written by"},
	} {
		t.Run(c.name, func(t *testing.T) {
			other := written(t, "internal/insight", c.code)
			found := strings.Join(wrongWriters(append(slices.Clone(own), other), tables), "\n")
			if (c.want == "") != (found == "") || !strings.Contains(found, c.want) {
				t.Errorf("found %q, want %q", found, c.want)
			}
		})
	}
	if found := wrongWriters(own[:1], tables); len(found) != 1 || !strings.Contains(found[0], "touch is written by nobody") {
		t.Errorf("found %q, want that nobody writes touch", found)
	}
}

func everyTable() []string {
	// the migrations' own table is goose's
	global := slices.DeleteFunc(db.GlobalTables(), func(name string) bool { return name == "goose_db_version" })
	return append(global, db.WorkspaceTables()...)
}

// wrongWriters says which table is written by several packages, or by none. Tests may write what they like.
func wrongWriters(sources []*source, tables []string) []string {
	writers := map[string]map[string]bool{}
	for _, table := range tables {
		writers[table] = map[string]bool{}
	}
	for folder, files := range byFolder(sources) {
		for _, table := range tablesWritten(files, tables) {
			writers[table][folder] = true
		}
	}
	var wrong []string
	for _, table := range tables {
		switch folders := slices.Sorted(maps.Keys(writers[table])); len(folders) {
		case 0:
			wrong = append(wrong, fmt.Sprintf("table %s is written by nobody", table))
		case 1:
		default:
			wrong = append(wrong, fmt.Sprintf("table %s is written by %s: let one of them offer it to the others", table, strings.Join(folders, " and ")))
		}
	}
	return wrong
}

func byFolder(sources []*source) map[string][]*source {
	folders := map[string][]*source{}
	for _, s := range sources {
		if !s.test && s.area() != "test" && s.area() != "bench" {
			folders[s.folder] = append(folders[s.folder], s)
		}
	}
	return folders
}

var writes = regexp.MustCompile(`\b(?:INSERT INTO|UPDATE|DELETE FROM)\s+(\w+|%|$)`)

// tablesWritten are the tables that a package writes. Where it puts a table's name into a statement at run time, every table that it
// hands on as a value counts, except in the two that write what they are told to: db, and upkeep, which restores every table.
func tablesWritten(files []*source, tables []string) []string {
	var named, words []string
	open := false
	for _, s := range files {
		ast.Inspect(s.file, func(n ast.Node) bool {
			for _, e := range handedOn(n) {
				words = append(words, literal(e))
			}
			for _, name := range targets(n) {
				named = append(named, name)
				open = open || (name == "" || name == "%") && s.area() != "db" && s.area() != "upkeep"
			}
			return true
		})
	}
	if open {
		named = append(named, words...)
	}
	return slices.DeleteFunc(slices.Clone(tables), func(table string) bool { return !slices.Contains(named, table) })
}

// targets are the tables that a piece of code writes; "" or "%" for one that is known at run time only.
func targets(n ast.Node) []string {
	switch n := n.(type) {
	case *ast.CallExpr:
		of, name := called(n)
		if of == "db" && slices.Contains([]string{"Insert", "InsertNew", "Upsert", "InsertGlobal"}, name) && len(n.Args) > 2 {
			return []string{literal(n.Args[2])}
		}
	case *ast.CompositeLit:
		if isClaiming(n) {
			return []string{claimed(n)}
		}
	case ast.Expr:
		var names []string
		for _, m := range writes.FindAllStringSubmatch(literal(n), -1) {
			names = append(names, m[1])
		}
		return names
	}
	return nil
}

// handedOn are the values from which a statement's table may be taken: those kept or returned, and those given along with a transaction. Other
// words, such as the keys of a document, are none.
func handedOn(n ast.Node) []ast.Expr {
	switch n := n.(type) {
	case *ast.CompositeLit:
		return n.Elts
	case *ast.KeyValueExpr:
		return []ast.Expr{n.Key, n.Value}
	case *ast.ValueSpec:
		return n.Values
	case *ast.AssignStmt:
		return n.Rhs
	case *ast.ReturnStmt:
		return n.Results
	case *ast.CallExpr:
		if slices.ContainsFunc(n.Args, isTransaction) {
			return n.Args
		}
	}
	return nil
}

// isTransaction goes by the name that transactions have in this house.
func isTransaction(e ast.Expr) bool {
	if s, ok := e.(*ast.SelectorExpr); ok {
		e = s.Sel
	}
	i, ok := e.(*ast.Ident)
	return ok && i.Name == "tx"
}

func isClaiming(n *ast.CompositeLit) bool {
	s, ok := n.Type.(*ast.SelectorExpr)
	return ok && s.Sel.Name == "Claiming"
}

func claimed(n *ast.CompositeLit) string {
	for _, e := range n.Elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok && fmt.Sprint(kv.Key) == "Table" {
			return literal(kv.Value)
		}
	}
	return ""
}
