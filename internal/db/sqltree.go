package db

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// node is a word, sign or literal of a statement, or what stands between two parentheses.
type node struct {
	kind  nodeKind
	text  string // words in lower case
	group []node
}

type nodeKind int

const (
	word    nodeKind = iota
	quoted           // a "name"
	literal          // a number or a 'text'
	placeholder
	sign
	group
)

func (n node) is(words ...string) bool {
	if n.kind != word {
		return false
	}
	for _, w := range words {
		if n.text == w {
			return true
		}
	}
	return false
}

func (n node) isSign(s string) bool { return n.kind == sign && n.text == s }

// isName reports whether n can name a table, a column or an alias.
func (n node) isName() bool { return n.kind == quoted || n.kind == word && !reserved[n.text] }

// reserved are the words that end a name in the statements this program writes.
var reserved = wordSet(`all and as asc between by case cast conflict cross default delete desc distinct do else end except exists fetch for from full
	group having in inner insert intersect into is join lateral left like limit natural not null offset on or order outer recursive returning
	right select set then union update using values when where window with`)

func wordSet(words string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(words) {
		set[w] = true
	}
	return set
}

// treeOf reads a text of SQL. Unbalanced parentheses are the engine's to complain about.
func treeOf(query string) []node {
	r := &sqlReader{rest: query}
	nodes := r.until(")")
	for len(r.rest) > 0 {
		nodes = append(nodes, r.until(")")...)
	}
	return nodes
}

type sqlReader struct{ rest string }

func (r *sqlReader) until(end string) []node {
	var nodes []node
	for {
		n, ok := r.next()
		if !ok || n.isSign(end) {
			return nodes
		}
		if n.isSign("(") {
			n = node{kind: group, group: r.until(end)}
		}
		nodes = append(nodes, n)
	}
}

func (r *sqlReader) next() (node, bool) {
	r.skipBlanks()
	if r.rest == "" {
		return node{}, false
	}
	switch c := r.rest[0]; {
	case c == '\'':
		return node{kind: literal, text: r.enclosed('\'')}, true
	case c == '"':
		return node{kind: quoted, text: r.enclosed('"')}, true
	case c == '$' || c == '?':
		return node{kind: placeholder, text: r.take(1 + lengthOf(r.rest[1:], isDigit))}, true
	case isDigit(rune(c)):
		return node{kind: literal, text: r.take(lengthOf(r.rest, isNumberPart))}, true
	case isWordPart(firstRune(r.rest)):
		return node{kind: word, text: strings.ToLower(r.take(lengthOf(r.rest, isWordPart)))}, true
	}
	for _, long := range []string{"<=", ">=", "<>", "!=", "||", "::", "->>", "->", "=="} {
		if strings.HasPrefix(r.rest, long) {
			return node{kind: sign, text: r.take(len(long))}, true
		}
	}
	return node{kind: sign, text: r.take(utf8.RuneLen(firstRune(r.rest)))}, true
}

func (r *sqlReader) skipBlanks() {
	for {
		r.rest = strings.TrimLeftFunc(r.rest, unicode.IsSpace)
		switch {
		case strings.HasPrefix(r.rest, "--"):
			_, r.rest, _ = strings.Cut(r.rest, "\n")
		case strings.HasPrefix(r.rest, "/*"):
			_, r.rest, _ = strings.Cut(r.rest, "*/")
		default:
			return
		}
	}
}

// enclosed takes what stands between two marks; a doubled mark stands for itself.
func (r *sqlReader) enclosed(mark byte) string {
	var b strings.Builder
	for r.rest = r.rest[1:]; r.rest != ""; {
		c := r.rest[0]
		r.rest = r.rest[1:]
		if c == mark {
			if r.rest == "" || r.rest[0] != mark {
				break
			}
			r.rest = r.rest[1:]
		}
		b.WriteByte(c)
	}
	return b.String()
}

func (r *sqlReader) take(n int) string {
	n = max(1, min(n, len(r.rest)))
	taken := r.rest[:n]
	r.rest = r.rest[n:]
	return taken
}

func lengthOf(s string, belongs func(rune) bool) int {
	if end := strings.IndexFunc(s, func(c rune) bool { return !belongs(c) }); end >= 0 {
		return end
	}
	return len(s)
}

func firstRune(s string) rune {
	c, _ := utf8.DecodeRuneInString(s)
	return c
}

func isDigit(c rune) bool { return c >= '0' && c <= '9' }

func isNumberPart(c rune) bool { return isDigit(c) || c == '.' || c == 'e' || c == 'E' || c == 'x' }

func isWordPart(c rune) bool { return c == '_' || unicode.IsLetter(c) || unicode.IsDigit(c) }

// splitAt cuts nodes at every one that ends a part.
func splitAt(nodes []node, ends func(node) bool) [][]node {
	var parts [][]node
	from := 0
	for i, n := range nodes {
		if ends(n) {
			parts = append(parts, nodes[from:i])
			from = i + 1
		}
	}
	return append(parts, nodes[from:])
}

func isComma(n node) bool { return n.isSign(",") }
