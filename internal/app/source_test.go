package app_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// root is the folder of the module, seen from this package.
const root = "../.."

// source is one Go file of the house.
type source struct {
	folder string // from the root, such as internal/sales/deal
	test   bool
	file   *ast.File
	set    *token.FileSet
}

func (s *source) at(n ast.Node) string { return s.set.Position(n.Pos()).String() }

func (s *source) area() string { return areaOf("tandem/" + s.folder) }

func TestTheCodeKeepsTheRulesOfTheHouse(t *testing.T) {
	for _, s := range everySource(t) {
		for _, wrong := range wrongWords(s) {
			t.Error(wrong)
		}
	}
}

func TestABrokenRuleIsFound(t *testing.T) {
	for _, c := range []struct{ name, folder, code, want string }{
		{"a client without limits", "internal/web", `func f() { http.Get("x") }`, "http.Get"},
		{"a default client", "internal/web", `var c = http.DefaultClient`, "http.DefaultClient"},
		{"the machine's clock", "internal/sales/deal", `func f() { time.Now() }`, "time.Now"},
		{"the clock's own", "internal/clock", `func f() { time.Now() }`, ""},
		{"text built into SQL", "internal/ledger", `var q = fmt.Sprintf("SELECT a FROM b WHERE c = '%s'", d)`, "SQL"},
		{"text passed as SQL", "internal/ledger", `func f() { db.Exec(ctx, tx, fmt.Sprintf(q, d)) }`, "SQL"},
		{"text that is no SQL", "internal/ledger", `var q = fmt.Sprintf("update %d", d)`, ""},
		{"something left undone", "internal/ledger", "// TO" + "DO: later\nvar x int", "undone"},
		{"a hidden start", "internal/ledger", `func init() {}`, "init"},
		{"cheap hashes", "internal/app", `func f() { services.Team.HashLightly() }`, "HashLightly"},
		{"cheap hashes in tests", "internal/web/webtest", `func f() { services.Team.HashLightly() }`, ""},
		{"a skipped test", "internal/ledger", `func TestX(t *testing.T) { t.Skip("no server") }`, "skip"},
	} {
		t.Run(c.name, func(t *testing.T) {
			found := strings.Join(wrongWords(written(t, c.folder, c.code)), "\n")
			if (c.want == "") != (found == "") || !strings.Contains(found, c.want) {
				t.Errorf("found %q, want %q", found, c.want)
			}
		})
	}
}

// everySource reads the Go files of the module.
func everySource(t *testing.T) []*source {
	t.Helper()
	var all []*source
	err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if e.IsDir() {
			if path != root && (e.Name()[0] == '.' || e.Name() == "testdata" || e.Name() == "dist") {
				return filepath.SkipDir
			}
			return nil
		}
		if filepath.Ext(path) != ".go" {
			return nil
		}
		s := &source{test: strings.HasSuffix(path, "_test.go"), set: token.NewFileSet()}
		if s.folder, err = filepath.Rel(root, filepath.Dir(path)); err != nil {
			return err
		}
		s.folder = filepath.ToSlash(s.folder)
		s.file, err = parser.ParseFile(s.set, path, nil, parser.ParseComments|parser.SkipObjectResolution)
		all = append(all, s)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// written is a made-up file of a folder.
func written(t *testing.T, folder, code string) *source {
	t.Helper()
	s := &source{folder: folder, set: token.NewFileSet()}
	var err error
	if s.file, err = parser.ParseFile(s.set, folder+"/made.go", "package made\n"+code, parser.ParseComments); err != nil {
		t.Fatal(err)
	}
	return s
}

var undone = regexp.MustCompile(`\b(TODO|FIXME|XXX|HACK)\b`)

// wrongWords says where a file breaks a rule that shows in its words.
func wrongWords(s *source) []string {
	var wrong []string
	say := func(n ast.Node, what string) { wrong = append(wrong, s.at(n)+": "+what) }
	for _, group := range s.file.Comments {
		if undone.MatchString(group.Text()) {
			say(group, "left undone: do it, or leave it out")
		}
	}
	ast.Inspect(s.file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			if n.Sel.Name == "HashLightly" && !s.test && !strings.HasSuffix(s.folder, "test") {
				say(n, "HashLightly is for tests: whoever gets the hashes finds the passwords")
			}
			if what := wrongName(s, n); what != "" {
				say(n, what)
			}
		case *ast.CallExpr:
			if buildsSQL(n) && s.area() != "db" {
				say(n, "SQL put together by fmt: values are arguments ($1), names are written out")
			}
		case *ast.FuncDecl:
			if n.Name.Name == "init" && n.Recv == nil {
				say(n, "init runs unasked: let app call it")
			}
		}
		return true
	})
	return wrong
}

// wrongName says what is wrong with using a package's name in this file, if anything is.
func wrongName(s *source, n *ast.SelectorExpr) string {
	of, ok := n.X.(*ast.Ident)
	if !ok {
		return ""
	}
	name := of.Name + "." + n.Sel.Name
	switch name {
	case "http.Get", "http.Head", "http.Post", "http.PostForm", "http.DefaultClient", "http.DefaultTransport":
		if !s.test {
			return name + " has no limits and reaches into private networks"
		}
	case "time.Now", "time.Since", "time.Until":
		if !s.test && isBusiness(s.area()) {
			return name + " cannot be tested: take the time from clock"
		}
	case "t.Skip", "t.Skipf", "t.SkipNow", "b.Skip", "b.Skipf", "b.SkipNow", "tb.Skip", "tb.Skipf", "tb.SkipNow":
		return "a test that skips proves nothing: the test command installs what it needs"
	}
	return ""
}

func isBusiness(area string) bool {
	at, _ := floorOf(area)
	door, _ := floorOf(doors()[0])
	return at > 0 && at < door
}

var (
	sqlText = regexp.MustCompile(`\b(SELECT|INSERT INTO|UPDATE|DELETE FROM|WHERE|ORDER BY)\s`)
	runsSQL = regexp.MustCompile(`^(Exec|Query|QueryRow)(Context)?$`)
	formats = []string{"Sprintf", "Sprint", "Sprintln", "Appendf", "Fprintf"}
)

// buildsSQL reports whether a call formats text that is SQL, or runs what fmt formatted.
func buildsSQL(call *ast.CallExpr) bool {
	if isFormat(call) {
		return slices.ContainsFunc(call.Args, func(a ast.Expr) bool { return sqlText.MatchString(literal(a)) })
	}
	of, name := called(call)
	if of != "db" && !runsSQL.MatchString(name) {
		return false
	}
	return slices.ContainsFunc(call.Args, func(a ast.Expr) bool {
		inner, ok := a.(*ast.CallExpr)
		return ok && isFormat(inner) && inTextPlace(call, inner)
	})
}

// inTextPlace reports whether the argument is the statement and not one of its values: those follow it.
func inTextPlace(call *ast.CallExpr, a ast.Expr) bool {
	for _, before := range call.Args {
		if before == a {
			return true
		}
		if sqlText.MatchString(literal(before)) {
			return false
		}
	}
	return false
}

func isFormat(call *ast.CallExpr) bool {
	of, name := called(call)
	return of == "fmt" && slices.Contains(formats, name)
}

// called names what is called, as in db.Insert, with or without type arguments.
func called(call *ast.CallExpr) (of, name string) {
	fun := call.Fun
	switch f := fun.(type) {
	case *ast.IndexExpr:
		fun = f.X
	case *ast.IndexListExpr:
		fun = f.X
	}
	s, ok := fun.(*ast.SelectorExpr)
	if !ok {
		return "", ""
	}
	if x, ok := s.X.(*ast.Ident); ok {
		of = x.Name
	}
	return of, s.Sel.Name
}

// literal is the text of a string literal, or of the literals that a sum is made of, with a % where something else stands; "" for no text.
func literal(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.BasicLit:
		if text, err := strconv.Unquote(e.Value); err == nil && e.Kind == token.STRING {
			return text
		}
	case *ast.BinaryExpr:
		left, right := literal(e.X), literal(e.Y)
		if left+right != "" {
			return orHole(left) + orHole(right)
		}
	case *ast.ParenExpr:
		return literal(e.X)
	}
	return ""
}

func orHole(text string) string {
	if text == "" {
		return "%"
	}
	return text
}
