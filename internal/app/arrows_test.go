package app_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// floor is one step of the house: what stands on it may use the floors below. An area is the first folder under internal/.
type floor struct {
	areas    []string
	together bool // the areas may use each other, as far as Go allows it
}

// house is every floor from the ground up. A new folder is given its place here.
func house() []floor {
	return []floor{
		{tools(), true},
		{[]string{"team"}, false},
		{[]string{"journey", "ledger"}, false},
		{[]string{"people", "brand", "catalog"}, false},
		{[]string{"mailbox"}, false},
		{[]string{"handoff"}, false},
		{[]string{"marketing", "sales"}, false},
		{[]string{"referral", "insight"}, false},
		{[]string{"exchange"}, false},
		{[]string{"house"}, false},
		{[]string{"demo"}, false},
		{doors(), false},
		{[]string{"app"}, false},
		{[]string{"main", "bench"}, false},
	}
}

// tools know no business. migrations stands beside internal/ and is read by db.
func tools() []string {
	return []string{
		"db", "work", "mail", "fault", "money", "id", "clock", "paging", "file", "config", "i18n", "text", "change", "upkeep", "seal", "serve", "test",
		"migrations",
	}
}

func doors() []string { return []string{"web", "api", "mcp", "cli"} }

// library is a part of somebody else's code, or of Go's, that only some areas may import.
type library struct {
	prefix string
	areas  []string
}

// libraries are held by few, so that a change of engine, of mail or of the API touches one folder.
func libraries() []library {
	return []library{
		{"database/sql", []string{"db", "bench"}},
		{"modernc.org/sqlite", []string{"db", "bench"}},
		{"github.com/jackc/", []string{"db", "bench"}},
		{"github.com/pressly/goose/", []string{"db"}},
		{"html/template", []string{"web", "mailbox"}},
		{"github.com/danielgtaylor/huma/", []string{"api"}},
		{"net/smtp", []string{"mail"}},
		{"github.com/emersion/go-smtp", []string{"mail"}},
		{"github.com/emersion/go-imap", []string{"mail"}},
	}
}

// listed is a package as go list tells of it.
type listed struct {
	ImportPath   string
	Imports      []string
	TestImports  []string
	XTestImports []string
}

func TestArrowsRunOneWay(t *testing.T) {
	for _, wrong := range wrongArrows(everyPackage(t)) {
		t.Error(wrong)
	}
}

func TestAWrongArrowIsFound(t *testing.T) {
	for _, c := range []struct {
		name string
		p    listed
		want string // part of what is said; "" for nothing
	}{
		{"a tool that knows business", listed{ImportPath: "tandem/internal/work", Imports: []string{"tandem/internal/sales/deal"}}, "may not import"},
		{"two areas on a step", listed{ImportPath: "tandem/internal/sales/deal", Imports: []string{"tandem/internal/marketing/page"}}, "may not import"},
		{"business that knows a door", listed{ImportPath: "tandem/internal/people/contact", Imports: []string{"tandem/internal/web/people"}}, "may not import"},
		{"a door that knows another", listed{ImportPath: "tandem/internal/web", Imports: []string{"tandem/internal/api"}}, "may not import"},
		{"an upward arrow of a test", listed{ImportPath: "tandem/internal/ledger", XTestImports: []string{"tandem/internal/exchange"}}, "may not import"},
		{"test code in the product", listed{ImportPath: "tandem/internal/people/contact", Imports: []string{"tandem/internal/test/dbtest"}}, "only in tests"},
		{"a folder without a place", listed{ImportPath: "tandem/internal/helpers"}, "has no place"},
		{"an import without a place", listed{ImportPath: "tandem/internal/cli", Imports: []string{"tandem/pkg/things"}}, "may not import"},
		{"a driver outside db", listed{ImportPath: "tandem/internal/sales/deal", TestImports: []string{"database/sql/driver"}}, "is for"},
		{"templates outside the web", listed{ImportPath: "tandem/internal/api", Imports: []string{"html/template"}}, "is for"},
		{"one area", listed{ImportPath: "tandem/internal/sales/payment", Imports: []string{"tandem/internal/sales/deal"}}, ""},
		{"downward", listed{ImportPath: "tandem/internal/sales/deal", Imports: []string{"tandem/internal/people/contact", "tandem/internal/db"}}, ""},
		{"a test's tools", listed{ImportPath: "tandem/internal/sales/deal", XTestImports: []string{"tandem/internal/test/dbtest"}}, ""},
		{"main", listed{ImportPath: "tandem", Imports: []string{"tandem/internal/app"}}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			found := strings.Join(wrongArrows([]listed{c.p}), "\n")
			if (c.want == "") != (found == "") || !strings.Contains(found, c.want) {
				t.Errorf("found %q, want %q", found, c.want)
			}
		})
	}
}

// everyPackage asks go list, with the tests that stand behind tags. Packages that do not build are listed all the same.
func everyPackage(t *testing.T) []listed {
	t.Helper()
	list := exec.CommandContext(t.Context(), "go", "list", "-e", "-tags", "faults,corpus",
		"-json=ImportPath,Imports,TestImports,XTestImports", "./...")
	list.Dir = root
	out, err := list.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var all []listed
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p listed
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatalf("read go list: %v", err)
		}
		all = append(all, p)
	}
}

// wrongArrows says what each import that the house forbids is, in a sentence.
func wrongArrows(packages []listed) []string {
	var wrong []string
	for _, p := range packages {
		if _, ok := floorOf(areaOf(p.ImportPath)); !ok {
			wrong = append(wrong, p.ImportPath+" has no place in the house: give it one in arrows_test.go")
			continue
		}
		for _, to := range p.Imports {
			wrong = append(wrong, wrongImport(p.ImportPath, to, false)...)
		}
		for _, to := range slices.Concat(p.TestImports, p.XTestImports) {
			wrong = append(wrong, wrongImport(p.ImportPath, to, true)...)
		}
	}
	slices.Sort(wrong)
	return slices.Compact(wrong)
}

func wrongImport(from, to string, inTest bool) []string {
	user, used := areaOf(from), areaOf(to)
	switch {
	case user == "test" && !ours(to):
		return nil // it builds servers and databases to test against
	case !ours(to):
		return wrongLibrary(from, to)
	case used == "test" && !inTest && user != "test":
		return []string{fmt.Sprintf("%s may import %s only in tests", from, to)}
	case !mayUse(user, used):
		return []string{fmt.Sprintf("%s may not import %s: it stands on no lower floor", from, to)}
	}
	return nil
}

func wrongLibrary(from, to string) []string {
	for _, l := range libraries() {
		in := to == l.prefix || strings.HasPrefix(to, strings.TrimSuffix(l.prefix, "/")+"/")
		if in && !slices.Contains(l.areas, areaOf(from)) {
			return []string{fmt.Sprintf("%s imports %s, which is for %s", from, to, strings.Join(l.areas, " and "))}
		}
	}
	return nil
}

func mayUse(user, used string) bool {
	from, _ := floorOf(user)
	to, ok := floorOf(used)
	if !ok {
		return false
	}
	return user == used || to < from || to == from && house()[to].together
}

func floorOf(area string) (int, bool) {
	i := slices.IndexFunc(house(), func(f floor) bool { return slices.Contains(f.areas, area) })
	return i, i >= 0
}

func ours(path string) bool { return path == "tandem" || strings.HasPrefix(path, "tandem/") }

// areaOf is the first folder under internal/, or beside it; "main" for the root.
func areaOf(path string) string {
	rest := strings.TrimPrefix(strings.TrimPrefix(path, "tandem"), "/")
	rest = strings.TrimPrefix(rest, "internal/")
	area, _, _ := strings.Cut(rest, "/")
	if area == "" {
		return "main"
	}
	return area
}
