package upkeep

import (
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"tandem/migrations"
)

// table is a table as the migrations up to some version make it.
type table struct {
	name    string
	columns []column
	self    []string // columns by which a row refers to another of the same table
	key     []string // the primary key
}

type column struct {
	name string
	kind kind
	null bool
}

// kind is what a column holds, the same on every engine.
type kind string

const (
	integer kind = "integer"
	text    kind = "text"
	boolean kind = "boolean"
	double  kind = "double"
	raw     kind = "bytes"
)

func (t *table) names() []string {
	names := make([]string, len(t.columns))
	for i, c := range t.columns {
		names[i] = c.name
	}
	return names
}

func (t *table) at(name string) int {
	return slices.IndexFunc(t.columns, func(c column) bool { return c.name == name })
}

// shapes are the tables of a schema in an order in which each comes after those it refers to. It reads them from the migrations, so that an
// older archive is read by the schema it was written in.
func shapes(version int64) ([]*table, error) {
	files, err := fs.Glob(migrations.FS, "*.sql")
	if err != nil {
		return nil, fmt.Errorf("list the migrations: %w", err)
	}
	slices.Sort(files)
	var s schema
	for _, file := range files {
		number, _, _ := strings.Cut(file, "_")
		if n, err := strconv.ParseInt(number, 10, 64); err != nil || n > version {
			continue
		}
		b, err := fs.ReadFile(migrations.FS, file)
		if err != nil {
			return nil, fmt.Errorf("read migration %s: %w", file, err)
		}
		if err := s.apply(string(b)); err != nil {
			return nil, fmt.Errorf("read migration %s: %w", file, err)
		}
	}
	return s.tables, nil
}

// schema follows what migrations do to tables, in the subset they may use.
type schema struct{ tables []*table }

var (
	comment     = regexp.MustCompile(`--[^\n]*`)
	createTable = regexp.MustCompile(`(?is)^CREATE TABLE (?:IF NOT EXISTS )?(\w+) \((.*)\)$`)
	addColumn   = regexp.MustCompile(`(?is)^ALTER TABLE (\w+) ADD (?:COLUMN )?(.*)$`)
	dropColumn  = regexp.MustCompile(`(?is)^ALTER TABLE (\w+) DROP (?:COLUMN )?(\w+)$`)
	renameTo    = regexp.MustCompile(`(?is)^ALTER TABLE (\w+) RENAME TO (\w+)$`)
	renameCol   = regexp.MustCompile(`(?is)^ALTER TABLE (\w+) RENAME (?:COLUMN )?(\w+) TO (\w+)$`)
	dropTable   = regexp.MustCompile(`(?is)^DROP TABLE (?:IF EXISTS )?(\w+)$`)
	indifferent = regexp.MustCompile(`(?is)^(CREATE (UNIQUE )?INDEX|DROP INDEX|INSERT|UPDATE|DELETE)\b`)
	references  = regexp.MustCompile(`(?is)^FOREIGN KEY \(([^)]*)\) REFERENCES (\w+)`)
	primaryKey  = regexp.MustCompile(`(?is)^PRIMARY KEY \(([^)]*)\)`)
	constraint  = regexp.MustCompile(`(?is)^(UNIQUE|CHECK|CONSTRAINT)\b`)
	columnText  = regexp.MustCompile(`(?is)^(\w+) (BIGINT|INTEGER|SMALLINT|TEXT|BOOLEAN|DOUBLE PRECISION|BYTEA)\b(.*)$`)
)

func (s *schema) apply(migration string) error {
	migration, _, _ = strings.Cut(migration, "-- +goose Down")
	for statement := range strings.SplitSeq(comment.ReplaceAllString(migration, ""), ";") {
		if err := s.statement(strings.Join(strings.Fields(statement), " ")); err != nil {
			return err
		}
	}
	return nil
}

func (s *schema) statement(q string) error {
	if q == "" || indifferent.MatchString(q) {
		return nil
	}
	if m := createTable.FindStringSubmatch(q); m != nil {
		t := &table{name: m[1]}
		s.tables = append(s.tables, t)
		return t.define(m[2])
	}
	if m := dropTable.FindStringSubmatch(q); m != nil {
		s.tables = slices.DeleteFunc(s.tables, func(t *table) bool { return t.name == m[1] })
		return nil
	}
	return s.alter(q)
}

func (s *schema) alter(q string) error {
	if m := renameTo.FindStringSubmatch(q); m != nil {
		return s.change(m[1], func(t *table) error { t.name = m[2]; return nil })
	}
	if m := renameCol.FindStringSubmatch(q); m != nil {
		return s.change(m[1], func(t *table) error { return t.rename(m[2], m[3]) })
	}
	if m := dropColumn.FindStringSubmatch(q); m != nil {
		return s.change(m[1], func(t *table) error {
			t.columns = slices.DeleteFunc(t.columns, func(c column) bool { return c.name == m[2] })
			return nil
		})
	}
	if m := addColumn.FindStringSubmatch(q); m != nil {
		return s.change(m[1], func(t *table) error { return t.item(m[2]) })
	}
	return fmt.Errorf("a backup does not understand %q", q)
}

func (s *schema) change(name string, do func(*table) error) error {
	for _, t := range s.tables {
		if t.name == name {
			return do(t)
		}
	}
	return fmt.Errorf("there is no table %s to change", name)
}

// define reads what stands between the parentheses of CREATE TABLE.
func (t *table) define(body string) error {
	depth, from := 0, 0
	for i, c := range body + "," {
		switch {
		case c == '(':
			depth++
		case c == ')':
			depth--
		case c == ',' && depth == 0:
			if err := t.item(strings.TrimSpace(body[from:i])); err != nil {
				return err
			}
			from = i + 1
		}
	}
	return nil
}

func (t *table) item(item string) error {
	if m := primaryKey.FindStringSubmatch(item); m != nil {
		t.key = list(m[1])
		return nil
	}
	if m := references.FindStringSubmatch(item); m != nil {
		if m[2] == t.name {
			t.self = append(t.self, slices.DeleteFunc(list(m[1]), func(c string) bool { return c == "workspace_id" })...)
		}
		return nil
	}
	if constraint.MatchString(item) {
		return nil
	}
	m := columnText.FindStringSubmatch(item)
	if m == nil {
		return fmt.Errorf("a backup does not understand the column %q of %s", item, t.name)
	}
	rest := strings.ToUpper(m[3])
	t.columns = append(t.columns, column{m[1], kindOf(m[2]), !strings.Contains(rest, "NOT NULL")})
	if strings.Contains(rest, "PRIMARY KEY") {
		t.key = []string{m[1]}
	}
	return nil
}

func (t *table) rename(from, to string) error {
	i := t.at(from)
	if i < 0 {
		return fmt.Errorf("there is no column %s in %s to rename", from, t.name)
	}
	t.columns[i].name = to
	for _, names := range [][]string{t.self, t.key} {
		if n := slices.Index(names, from); n >= 0 {
			names[n] = to
		}
	}
	return nil
}

func list(names string) []string {
	all := strings.Split(names, ",")
	for i := range all {
		all[i] = strings.TrimSpace(all[i])
	}
	return all
}

func kindOf(sqlType string) kind {
	switch strings.ToUpper(sqlType) {
	case "TEXT":
		return text
	case "BOOLEAN":
		return boolean
	case "DOUBLE PRECISION":
		return double
	case "BYTEA":
		return raw
	}
	return integer
}
