package i18n_test

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"tandem/internal/i18n"
)

func TestEveryLanguageSaysEveryMessage(t *testing.T) {
	said := everyMessage(t, "../..")
	if len(said) < 20 {
		t.Fatalf("found only %d messages in the program", len(said))
	}
	c, err := i18n.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	for _, language := range c.Languages() {
		file := keys(t, "locales/"+language+".json")
		for _, message := range missing(said, file) {
			if language != "en" { // English is the key itself
				t.Errorf("%s.json does not say %q", language, message)
			}
		}
		for _, message := range missing(file, said) {
			t.Errorf("%s.json says %q, which the program never does", language, message)
		}
	}
}

func TestAMessageThatALanguageLacksIsFound(t *testing.T) {
	code := `package made
	type flags struct { Dry bool ` + "`name:\"dry-run\" help:\"only look\"`" + ` }
	func f() error {
		p.Text("imported %d rows", n)
		_ = fault.Message{Format: "is empty"}
		_ = fault.New(fault.Invalid, "too long by " + "%d", n)
		return fault.NotFoundf("no file %s: %w", name, err).WithMend("look into %s", folder)
	}`
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, "made.go", code, 0)
	if err != nil {
		t.Fatal(err)
	}
	said := map[string]bool{}
	messagesOf(file, said)
	got := missing(said, map[string]bool{"imported %d rows": true})
	want := []string{"is empty", "look into %s", "no file %s: %v", "only look", "too long by %d"}
	if !slices.Equal(got, want) {
		t.Errorf("found %q, want %q", got, want)
	}
}

// counted finds a message that is said of many (Voice.Many), in code and in templates.
var counted = regexp.MustCompile(`\.?T\(? ?("(?:[^"\\]|\\.)*")[^{}\n]*\.Many`)

func TestOneIsNotSaidAsMany(t *testing.T) {
	file, found := keys(t, "locales/en.json"), 0
	err := filepath.WalkDir("../web", func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || strings.HasSuffix(path, "_test.go") {
			return err
		}
		b, err := os.ReadFile(path)
		for _, m := range counted.FindAllStringSubmatch(string(b), -1) {
			text, _ := strconv.Unquote(m[1])
			found++
			if many.MatchString(text) && !file[text] {
				t.Errorf("%s: en.json has no singular of %q", path, text)
			}
		}
		return err
	})
	if err != nil || found < 5 {
		t.Fatalf("found %d messages, %v", found, err)
	}
}

// many is a number before the word that it counts.
var many = regexp.MustCompile(`%(\[\d\])?d ([a-z]+s|people)\b`)

func missing(from, in map[string]bool) []string {
	var lacking []string
	for _, message := range slices.Sorted(maps.Keys(from)) {
		if !in[message] {
			lacking = append(lacking, message)
		}
	}
	return lacking
}

func keys(t *testing.T, file string) map[string]bool {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var messages map[string]any
	if err := json.Unmarshal(b, &messages); err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	for key := range messages {
		found[key] = true
	}
	return found
}

// everyMessage reads what the program says out of its source.
func everyMessage(t *testing.T, root string) map[string]bool {
	t.Helper()
	said := map[string]bool{}
	err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case e.IsDir() && path != root && (e.Name()[0] == '.' || e.Name() == "testdata" || e.Name() == "dist"):
			return filepath.SkipDir
		case filepath.Ext(path) == ".html":
			return messagesOfTemplate(path, said)
		case filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go"):
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err == nil {
			messagesOf(file, said)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return said
}

// messagesOf adds the formats of faults and of a printer's texts, and the help of commands and flags. A cause is said by %v.
func messagesOf(file *ast.File, said map[string]bool) {
	add := func(text string) {
		if text != "" {
			said[strings.ReplaceAll(text, "%w", "%v")] = true
		}
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			if at, ok := formatOf(n); ok && at < len(n.Args) {
				add(literal(n.Args[at]))
			}
		case *ast.CompositeLit:
			add(messageIn(n))
		case *ast.Field:
			if n.Tag != nil {
				tag, _ := strconv.Unquote(n.Tag.Value)
				add(reflect.StructTag(tag).Get("help"))
			}
		}
		return true
	})
}

// templateMessage is a message in a template: {{.T "…"}}, {{$.T "…"}}.
var templateMessage = regexp.MustCompile(`\.T ("(?:[^"\\]|\\.)*")`)

// messagesOfTemplate adds what a page says.
func messagesOfTemplate(path string, said map[string]bool) error {
	b, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	for _, m := range templateMessage.FindAllStringSubmatch(string(b), -1) {
		text, err := strconv.Unquote(m[1])
		if err != nil {
			return fmt.Errorf("%s: %s: %w", path, m[1], err)
		}
		said[text] = true
	}
	return nil
}

// formatOf says which argument of a call is a message.
func formatOf(call *ast.CallExpr) (at int, ok bool) {
	s, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return 0, false
	}
	switch s.Sel.Name {
	case "Text", "T", "WithMend", "Invalidf", "Usagef", "NotFoundf", "Conflictf", "Forbiddenf", "Unavailablef":
		return 0, true
	case "New":
		x, named := s.X.(*ast.Ident)
		return 1, named && x.Name == "fault"
	}
	return 0, false
}

// messageIn is the format of a fault.Message that is written out.
func messageIn(n *ast.CompositeLit) string {
	s, ok := n.Type.(*ast.SelectorExpr)
	if !ok || s.Sel.Name != "Message" || len(n.Elts) == 0 {
		return ""
	}
	for _, e := range n.Elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			if name, ok := kv.Key.(*ast.Ident); ok && name.Name == "Format" {
				return literal(kv.Value)
			}
		}
	}
	return literal(n.Elts[0])
}

// literal is the text of a string literal or of a sum of them.
func literal(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.BasicLit:
		text, err := strconv.Unquote(e.Value)
		if err == nil && e.Kind == token.STRING {
			return text
		}
	case *ast.BinaryExpr:
		return literal(e.X) + literal(e.Y)
	}
	return ""
}
