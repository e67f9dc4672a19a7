package db

import (
	"fmt"
	"slices"
	"sync"
)

// checker holds every query to the rule that it names the workspace of every workspace table it touches, joins included. The rule is what
// keeps workspaces apart, on every engine, and what lets Citus run a query where its rows are.
//
// A table is bound where its workspace_id is set equal, in a condition that all rows must meet, to a value or to the workspace_id of a table
// that is bound; without the table's name where the scope has one workspace table. What is inserted has workspace_id among its columns.
// Expressions are not looked into further, so that a query which is checked here can still be wrong, but not by forgetting.
type checker struct {
	tables map[string]bool
	seen   sync.Map // query to error or nil
}

func newChecker(tables []string) *checker {
	c := &checker{tables: map[string]bool{}}
	for _, t := range tables {
		c.tables[t] = true
	}
	return c
}

func (c *checker) check(query string) error {
	if found, ok := c.seen.Load(query); ok {
		err, _ := found.(error)
		return err
	}
	var failed error
	for _, statement := range splitAt(treeOf(query), func(n node) bool { return n.isSign(";") }) {
		if failed = c.statement(statement, nil); failed != nil {
			failed = fmt.Errorf("%w: %s", failed, shorten(query))
			break
		}
	}
	c.seen.Store(query, failed)
	return failed
}

// statement checks a statement or a sub-select. ctes are the names that stand for other queries.
func (c *checker) statement(nodes []node, ctes []string) error {
	if len(nodes) > 0 && nodes[0].is("with") {
		var err error
		if nodes, ctes, err = c.with(nodes[1:], ctes); err != nil {
			return err
		}
	}
	if len(nodes) == 0 {
		return nil
	}
	switch {
	case nodes[0].is("select"):
		return c.selects(nodes, ctes)
	case nodes[0].is("insert"):
		return c.insert(nodes, ctes)
	case nodes[0].is("update"):
		return c.update(nodes, ctes)
	case nodes[0].is("delete"):
		return c.delete(nodes, ctes)
	}
	return c.within(nodes, ctes)
}

// with checks the queries of WITH and returns the statement after them.
func (c *checker) with(nodes []node, ctes []string) ([]node, []string, error) {
	ctes = slices.Clone(ctes)
	for i, n := range nodes {
		switch {
		case n.is("select", "insert", "update", "delete"):
			return nodes[i:], ctes, nil
		case n.isName() && i+1 < len(nodes) && (nodes[i+1].is("as") || nodes[i+1].kind == group):
			ctes = append(ctes, n.text)
		case n.kind == group:
			if err := c.within([]node{n}, ctes); err != nil {
				return nil, nil, err
			}
		}
	}
	return nil, ctes, nil
}

// within checks the sub-selects among nodes, wherever they stand.
func (c *checker) within(nodes []node, ctes []string) error {
	for _, n := range nodes {
		if n.kind != group || len(n.group) == 0 {
			continue
		}
		check := c.within
		if n.group[0].is("select", "with", "insert", "update", "delete") {
			check = c.statement
		}
		if err := check(n.group, ctes); err != nil {
			return err
		}
	}
	return nil
}

// selects checks each part of a UNION.
func (c *checker) selects(nodes []node, ctes []string) error {
	for _, part := range splitAt(nodes, func(n node) bool { return n.is("union", "intersect", "except") }) {
		if len(part) > 0 && part[0].is("all") {
			part = part[1:]
		}
		if err := c.one(part, ctes); err != nil {
			return err
		}
	}
	return nil
}

func (c *checker) one(nodes []node, ctes []string) error {
	parts := clauses(nodes)
	s := scope{checker: c, ctes: ctes}
	s.from(parts["from"])
	s.where(parts["where"])
	return s.verdict(nodes)
}

func (c *checker) update(nodes []node, ctes []string) error {
	parts := clauses(nodes)
	s := scope{checker: c, ctes: ctes}
	s.from(parts["update"])
	s.from(parts["from"])
	s.where(parts["where"])
	for _, setting := range splitAt(parts["set"], isComma) {
		if len(setting) > 1 && setting[0].is("workspace_id") && s.workspaceTables() > 0 {
			return fmt.Errorf("a row never moves to another workspace")
		}
	}
	return s.verdict(nodes)
}

func (c *checker) delete(nodes []node, ctes []string) error {
	parts := clauses(nodes)
	s := scope{checker: c, ctes: ctes}
	s.from(parts["from"])
	s.from(parts["using"])
	s.where(parts["where"])
	return s.verdict(nodes)
}

func (c *checker) insert(nodes []node, ctes []string) error {
	at := slices.IndexFunc(nodes, func(n node) bool { return n.is("into") }) + 1
	if at == 0 || at >= len(nodes) {
		return nil
	}
	table := nodes[at].text
	rest := nodes[at+1:]
	for len(rest) > 0 && rest[0].kind != group && !rest[0].is("select", "values", "with", "default") {
		rest = rest[1:] // an alias
	}
	named := len(rest) > 0 && rest[0].kind == group && slices.ContainsFunc(rest[0].group, func(n node) bool { return n.is("workspace_id") })
	if c.tables[table] && !named {
		return fmt.Errorf("%s is inserted into without its workspace_id", table)
	}
	if i := slices.IndexFunc(rest, func(n node) bool { return n.is("select", "with") }); i >= 0 {
		return c.statement(beforeConflict(rest[i:]), ctes)
	}
	return c.within(rest, ctes)
}

// beforeConflict leaves out ON CONFLICT, whose ON is no join's.
func beforeConflict(nodes []node) []node {
	for i := range nodes {
		if nodes[i].is("returning") || nodes[i].is("on") && i+1 < len(nodes) && nodes[i+1].is("conflict") {
			return nodes[:i]
		}
	}
	return nodes
}

// clauses cuts a statement at the words that begin its parts.
func clauses(nodes []node) map[string][]node {
	parts := map[string][]node{}
	name, from := "", 0
	for i, n := range nodes {
		if !n.is("select", "update", "delete", "from", "set", "where", "group", "having", "window", "order", "limit", "offset", "fetch", "for", "returning") &&
			!(n.is("using") && nodes[0].is("delete")) {
			continue
		}
		if n.is("from") && i > 0 && nodes[i-1].is("distinct") { // IS DISTINCT FROM
			continue
		}
		if n.is("update") && i > 0 { // FOR UPDATE
			continue
		}
		parts[name], name, from = nodes[from:i], n.text, i+1
	}
	parts[name] = nodes[from:]
	return parts
}
