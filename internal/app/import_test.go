package app_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tandem/internal/db"
)

func TestAFileThatCannotBeReadChangesNothing(t *testing.T) {
	s := newShop(t)
	s.trade()
	before := s.everything()
	good := "email,name\n" + strings.Repeat("c@x.example,C\n", 2000)
	long := strings.Repeat("x", 100<<20)
	for _, c := range []struct {
		name, kind, content string
		flags, says         []string
		status              int
	}{
		{"an unclosed quote", "contacts", good + "d@x.example,\"D\nE\n", nil, []string{"bad.csv:2002", "column 2", "never closed", "close it"}, 1},
		{"a NUL", "contacts", good + "d@x.example,D\x00\n", nil, []string{"bad.csv:2002", "column 2", "NUL", "export it again"}, 1},
		{"a field of 100 MB", "contacts", good + "d@x.example," + long + "\n", nil, []string{"bad.csv:2002", "column 2", "1048576"}, 1},
		{"a quoted field of 100 MB", "contacts", good + "d@x.example,\"" + long + "\"\n", nil, []string{"bad.csv:2002", "column 2", "1048576"}, 1},
		{"a million columns", "contacts", strings.Repeat("email,", 1_000_000) + "\n", nil, []string{"bad.csv:1", "2000"}, 1},
		{
			"an unknown column", "contacts", good,
			[]string{"--map", "city=Town"},
			[]string{"bad.csv", `no column "Town"`, `its columns are: "email", "name"`},
			1,
		},
		{"an unknown field", "contacts", good, []string{"--map", "shoe_size=name"}, []string{`no field "shoe_size"`, "external_id, email"}, 2},
		{"a field twice", "contacts", good, []string{"--set", "shoe_size=43"}, []string{`no field "shoe_size"`}, 2},
		{
			"amounts without a currency", "deals", "external_id,name,amount\nD9,Gate,12.00\n", nil,
			[]string{"bad.csv", "[amount]", "no currency", "--set currency=EUR"},
			1,
		},
		{"dates of two meanings", "deals", "external_id,name,created_at\nD9,Gate,04/05/2026\n", nil, []string{"bad.csv:2", "[created_at]", "--date-format"}, 1},
		{
			"amounts of two meanings", "deals", "external_id,name,amount,currency\nD9,Gate,1.234,EUR\n", nil,
			[]string{"bad.csv:2", "[amount]", "1.234", "--decimal"},
			1,
		},
		{"nobody to name", "contacts", "name,city\nA,B\n", nil, []string{"bad.csv", "email or external_id or phone", "--map"}, 1},
		{"no currency at all", "deals", "external_id,amount\nD9,1\n", []string{"--set", "currency=XXQ", "--strict"}, []string{"bad.csv:2", "ISO 4217"}, 1},
		{"nothing", "contacts", "", nil, []string{"bad.csv", "empty"}, 1},
		{"a picture", "contacts", "\x89PNG\r\n\x1a\n", nil, []string{"bad.csv", "picture", "CSV or XLSX"}, 1},
		{"a wrong date format", "contacts", good, []string{"--date-format", "d.m.y"}, []string{"no date format", "DD/MM/YYYY"}, 2},
		{"a wrong decimal mark", "contacts", good, []string{"--decimal", "dot"}, []string{"no decimal mark", "--decimal point"}, 2},
		{"a wrong kind", "people", good, nil, []string{"people", "contacts"}, 2},
		{"a wrong flag", "contacts", good, []string{"--colour", "red"}, []string{"--colour", "--help"}, 2},
		{"a wrong time zone", "contacts", good, []string{"--timezone", "Mars/Base"}, []string{"Mars/Base"}, 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			status, out, complaint := s.call(append([]string{"import", c.kind, s.file("bad.csv", c.content)}, c.flags...)...)
			if status != c.status || out != "" {
				t.Errorf("exit %d, printed %q; want %d", status, out, c.status)
			}
			for _, want := range c.says {
				if !strings.Contains(complaint, want) {
					t.Errorf("%q does not say %q", complaint, want)
				}
			}
		})
	}
	if after := s.everything(); after != before {
		t.Errorf("there is now\n%s\nbefore there was\n%s", after, before)
	}
}

func TestRowsWithAProblemAreSkippedAndListed(t *testing.T) {
	for _, c := range []struct{ name, kind, content, column, value, says string }{
		{"an email without @", "contacts", "email,name\na@x.example,A\nnobody,B\n", "email", "nobody", ""},
		{"an unreadable date", "deals", "external_id,name,created_at\nD8,A,2026-05-01\nD9,B,yesterday\n", "created_at", "yesterday", "YYYY-MM-DD"},
		{"the year 9999", "deals", "external_id,name,created_at\nD8,A,2026-05-01\nD9,B,9999-12-31\n", "created_at", "9999-12-31", "9999"},
		{"an amount without currency", "deals", "external_id,name,amount,currency\nD8,A,1.00,EUR\nD9,B,12.00,\n", "amount", "12.00", "currency"},
		{"too many decimals", "deals", "external_id,name,amount,currency\nD8,A,1.00,EUR\nD9,B,12.345,EUR\n", "amount", "12.345", ""},
		{"no number", "deals", "external_id,name,amount,currency\nD8,A,1.00,EUR\nD9,B,lots,EUR\n", "amount", "lots", "no number"},
		{"a cell too many", "contacts", "email,name\na@x.example,A\nb@x.example,B,C\n", "column 3", "C", "header 2"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newShop(t)
			file := s.file("some.csv", c.content)
			before := s.everything()
			status, _, complaint := s.call("import", c.kind, file, "--strict")
			if status != 1 || !strings.Contains(complaint, "some.csv:3 ["+c.column+"]") || !strings.Contains(complaint, "nothing was imported") {
				t.Errorf("strictly: exit %d, %s", status, complaint)
			}
			if after := s.everything(); after != before {
				t.Errorf("strictly: there is now %s", after)
			}

			got := s.object("import", c.kind, file)
			if got["rows"] != 2.0 || got["created"] != 1.0 || got["skipped"] != 1.0 || got["problem_count"] != 1.0 {
				t.Errorf("%v", got)
			}
			problem, _ := got["problems"].([]any)[0].(map[string]any)
			if problem["line"] != 3.0 || problem["column"] != c.column || problem["value"] != c.value || !strings.Contains(problem["problem"].(string), c.says) {
				t.Errorf("%v", problem)
			}
		})
	}
}

func TestAnImportIsToldInJSON(t *testing.T) {
	s := newShop(t)
	got := s.object("import", "touches", s.file("t.csv", "contact,at\na@x.example,2026-05-01\n"))
	want := []string{
		"contacts_created", "created", "file", "import_id", "kind", "problem_count", "problems", "rows", "skipped", "unchanged", "updated",
	}
	if keys := keysOf(got); !slices.Equal(keys, want) {
		t.Errorf("keys %q, want %q", keys, want)
	}
	if got["kind"] != "touches" || got["file"] != "t.csv" || got["contacts_created"] != 1.0 || len(got["problems"].([]any)) != 0 {
		t.Errorf("%v", got)
	}
}

func TestFieldsAreFedAsTheUserSays(t *testing.T) {
	s := newShop(t)
	file := s.file("c.csv", "E-Mail,name,Town,city\na@x.example,A,Rome,Bonn\n")
	s.must("--timezone", "Europe/Berlin", "import", "--map", "region=Town", "contacts", "--map", "city=Town", file, "--map", "name=", "--set", "country=DE")
	rows := strings.Split(strings.TrimSpace(s.must("export", "contacts", "--format", "jsonl")), "\n")
	if len(rows) != 1 || !strings.Contains(rows[0], `"city":"Rome"`) || !strings.Contains(rows[0], `"region":"Rome"`) ||
		!strings.Contains(rows[0], `"country":"DE"`) || strings.Contains(rows[0], `"A"`) {
		t.Errorf("%q", rows)
	}
}

func TestTheSameFileAgainChangesNothingAndAnUndoTakesItBack(t *testing.T) {
	s := newShop(t)
	s.trade()
	records := func() string { return strings.ReplaceAll(s.everything(), "import\n", "") }
	before := records()
	file := s.file("more.csv", "external_id,contact,name,status,amount,currency,created_at\nD2,b@x.example,Door,open,700.00,EUR,2026-05-02\nD3,c@x.example,Gate,open,1.00,EUR,2026-05-03\n")
	first := s.object("import", "deals", file)
	after := records()
	if first["created"] != 1.0 || first["updated"] != 1.0 || after == before {
		t.Errorf("first: %v", first)
	}
	if again := s.object("import", "deals", file); again["unchanged"] != 2.0 || records() != after {
		t.Errorf("again: %v", again)
	}
	s.must("import", "--undo", first["import_id"].(string))
	if got := records(); got != before {
		t.Errorf("there is now\n%s\nbefore there was\n%s", got, before)
	}
}

func TestADatabaseThatCannotBeUsedIsLeftAlone(t *testing.T) {
	newer := newShop(t)
	newer.trade()
	d, err := db.Open(t.Context(), newer.url)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Write(t.Context(), 0, func(tx *db.Tx) error {
		_, err := db.Exec(t.Context(), tx, "INSERT INTO goose_db_version (id, version_id, is_applied) VALUES (1000, 999, TRUE)")
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		shop *shop
		says []string
	}{
		{"newer", newer, []string{"shop.db", "newer Tandem", "install"}},
		{"damaged", damaged(t, strings.Repeat("garbage", 5000)), []string{"shop.db", "damaged", "restore"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			file := filepath.Join(c.shop.dir, "shop.db")
			before := content(t, file)
			status, _, complaint := c.shop.call("import", "contacts", c.shop.file("c.csv", "email\na@x.example\n"))
			if status != 1 {
				t.Errorf("exit %d", status)
			}
			for _, want := range c.says {
				if !strings.Contains(complaint, want) {
					t.Errorf("%q does not say %q", complaint, want)
				}
			}
			if content(t, file) != before {
				t.Error("the file was changed")
			}
		})
	}
}

func damaged(t *testing.T, content string) *shop {
	s := newShop(t)
	s.file("shop.db", content)
	return s
}

func content(t *testing.T, file string) string {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestNoSuchFile(t *testing.T) {
	s := newShop(t)
	for path, want := range map[string]string{filepath.Join(s.dir, "gone.csv"): "there is no file", s.dir: "is a folder"} {
		if status, _, complaint := s.call("import", "contacts", path); status != 1 || !strings.Contains(complaint, want) || !strings.Contains(complaint, path) {
			t.Errorf("exit %d: %s", status, complaint)
		}
	}
}

func TestAnOwnFieldKeepsItsType(t *testing.T) {
	s := newShop(t)
	s.must("field", "add", "contact", "Shoe size", "--type", "number")
	file := s.file("people.csv", "external_id,shoes\na,42\nb,big\n")
	r := s.object("import", "contacts", file, "--map", "field.Shoe size=shoes")
	if r["created"] != 1.0 || r["problem_count"] != 1.0 {
		t.Errorf("got %v", r)
	}
	if out := s.must("field", "list"); !strings.Contains(out, "Shoe size\tnumber") {
		t.Errorf("listed: %q", out)
	}
	for _, wrong := range [][]string{{"field", "add", "shoe", "x"}, {"field", "add", "contact", "y", "--type", "colour"}, {"field", "add", "contact", "SHOE SIZE"}} {
		if status, _, _ := s.call(wrong...); status == 0 {
			t.Errorf("%v is taken", wrong)
		}
	}
}

func TestACharsetCanBeSaid(t *testing.T) {
	s := newShop(t)
	file := s.file("people.csv", "external_id,name\na,\x83e\x83X\x83g\n") // テスト in Shift_JIS
	s.must("import", "contacts", file, "--charset", "Shift_JIS")
	if out := s.must("export", "contacts"); !strings.Contains(out, "テスト") {
		t.Errorf("exported: %q", out)
	}
	if status, _, complaint := s.call("import", "contacts", file, "--charset", "Klingon"); status == 0 {
		t.Errorf("an unknown charset is taken: %s", complaint)
	}
}
