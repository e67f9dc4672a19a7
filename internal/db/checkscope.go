package db

import (
	"fmt"
	"maps"
	"slices"
)

// scope is the tables that one SELECT, UPDATE or DELETE reads side by side, and what its conditions say of their workspaces.
type scope struct {
	checker *checker
	ctes    []string
	sources []source
	facts   facts
	merged  bool // USING (workspace_id) made one column of all of them
}

type source struct {
	name        string // the alias, where there is one
	table       string
	ofWorkspace bool
}

// fact says that a source's workspace is given: by another source's, or by a value where by is "".
type fact struct{ name, by string }

type facts map[fact]bool

// from reads a list of sources and the conditions of their joins.
func (s *scope) from(nodes []node) {
	outer := false
	for i := 0; i < len(nodes); {
		n := nodes[i]
		switch {
		case n.is("left"):
			outer = true
			i++
		case n.is("right", "full"):
			// rows are kept that meet no condition of the join: let WHERE bind them
			outer = true
			i++
		case n.is("on"):
			end := joinEnd(nodes, i+1)
			s.join(nodes[i+1:end], outer)
			outer, i = false, end
		case n.is("using"):
			s.using(nodes[min(i+1, len(nodes)-1)])
			outer, i = false, i+2
		case n.kind == group && !isQuery(n.group):
			s.from(n.group)
			i++
		case n.kind == group || n.isName() && !n.is("only"):
			i = s.source(nodes, i)
		default: // JOIN and its like, commas
			i++
		}
	}
}

func isQuery(nodes []node) bool {
	return len(nodes) > 0 && nodes[0].is("select", "with", "values", "insert", "update", "delete")
}

func joinEnd(nodes []node, from int) int {
	for i := from; i < len(nodes); i++ {
		if nodes[i].is("join", "inner", "left", "right", "full", "cross", "natural") || isComma(nodes[i]) {
			return i
		}
	}
	return len(nodes)
}

// source reads a table, a function or a sub-select with its alias, and returns where the next word stands.
func (s *scope) source(nodes []node, i int) int {
	src := source{name: nodes[i].text, table: nodes[i].text}
	free := nodes[i].kind == group
	i++
	for i+1 < len(nodes) && nodes[i].isSign(".") { // schema.table
		src.name, src.table = nodes[i+1].text, nodes[i+1].text
		i += 2
	}
	if i < len(nodes) && nodes[i].kind == group { // a function
		free = true
		i++
	}
	if i < len(nodes) && nodes[i].is("as") {
		i++
	}
	if i < len(nodes) && nodes[i].isName() {
		src.name = nodes[i].text
		i++
		if i < len(nodes) && nodes[i].kind == group { // names of its columns
			i++
		}
	}
	src.ofWorkspace = !free && s.checker.tables[src.table] && !slices.Contains(s.ctes, src.table)
	s.sources = append(s.sources, src)
	return i
}

func (s *scope) using(columns node) {
	if slices.ContainsFunc(columns.group, func(n node) bool { return n.is("workspace_id") }) {
		s.merged = true
	}
}

func (s *scope) where(nodes []node) { s.add(s.of(nodes)) }

// join adds the conditions of a join. Those of an outer one bind only the source that it adds.
func (s *scope) join(nodes []node, outer bool) {
	found := s.of(nodes)
	if outer {
		added := s.sources[len(s.sources)-1].name
		maps.DeleteFunc(found, func(f fact, _ bool) bool { return f.name != added })
	}
	s.add(found)
}

func (s *scope) add(found facts) {
	if s.facts == nil {
		s.facts = facts{}
	}
	maps.Copy(s.facts, found)
}

// of is what a condition says whenever it is true: of OR what both sides say, of AND what any says.
func (s *scope) of(nodes []node) facts {
	if branches := splitAt(nodes, func(n node) bool { return n.is("or") }); len(branches) > 1 {
		common := s.of(branches[0])
		for _, b := range branches[1:] {
			also := s.of(b)
			maps.DeleteFunc(common, func(f fact, _ bool) bool { return !also[f] })
		}
		return common
	}
	found := facts{}
	for _, term := range splitAt(nodes, func(n node) bool { return n.is("and") }) {
		if len(term) == 1 && term[0].kind == group && !isQuery(term[0].group) {
			maps.Copy(found, s.of(term[0].group))
			continue
		}
		s.term(term, found)
	}
	return found
}

// term reads "x.workspace_id = …", "(x.workspace_id, …) = (…)" and the same with IN.
func (s *scope) term(nodes []node, found facts) {
	at := slices.IndexFunc(nodes, func(n node) bool { return n.isSign("=") || n.is("in") })
	if at < 0 {
		return
	}
	left, right := elements(nodes[:at]), elements(nodes[at+1:])
	for i, l := range left {
		var r []node
		if nodes[at].isSign("=") && i < len(right) {
			r = right[i]
		}
		s.equal(l, r, found)
		s.equal(r, l, found)
	}
}

// elements are the parts of a row value; anything else is its own one part.
func elements(nodes []node) [][]node {
	if len(nodes) == 1 && nodes[0].kind == group && !isQuery(nodes[0].group) {
		return splitAt(nodes[0].group, isComma)
	}
	return [][]node{nodes}
}

func (s *scope) equal(column, to []node, found facts) {
	for _, name := range s.named(column) {
		by := s.named(to)
		if len(by) == 0 {
			found[fact{name, ""}] = true
		}
		for _, b := range by {
			found[fact{name, b}] = true
		}
	}
}

// named is the workspace table whose workspace_id nodes are, if they are one.
func (s *scope) named(nodes []node) []string {
	switch {
	case len(nodes) == 1 && nodes[0].is("workspace_id"):
		return s.bare()
	case len(nodes) == 3 && nodes[1].isSign(".") && nodes[2].is("workspace_id"):
		for _, src := range s.sources {
			if src.ofWorkspace && src.name == nodes[0].text {
				return []string{src.name}
			}
		}
	}
	return nil
}

func (s *scope) bare() []string {
	var names []string
	for _, src := range s.sources {
		if src.ofWorkspace {
			names = append(names, src.name)
		}
	}
	if len(names) > 1 && !s.merged {
		return nil
	}
	return names
}

func (s *scope) workspaceTables() int {
	return len(slices.DeleteFunc(slices.Clone(s.sources), func(src source) bool { return !src.ofWorkspace }))
}

// verdict follows the facts from the tables bound by a value, and complains of the first that is not reached.
func (s *scope) verdict(nodes []node) error {
	bound := map[string]bool{"": true}
	for range s.sources {
		for f := range s.facts {
			if bound[f.by] {
				bound[f.name] = true
			}
		}
	}
	for _, src := range s.sources {
		if src.ofWorkspace && !bound[src.name] {
			return fmt.Errorf("%s is named without its workspace_id", src.table)
		}
	}
	return s.checker.within(nodes, s.ctes)
}
