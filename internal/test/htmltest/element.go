package htmltest

import (
	"errors"
	"io"
	"iter"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// element is one element of a page, as it is written.
type element struct {
	name   string
	attrs  []html.Attribute
	parent *element
	kids   []*element
	words  string // the text directly inside
	line   int
}

// voids are the elements that have no end tag.
func voids() []string {
	return []string{"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
}

// read makes elements of a page; what is not closed, or closed and not open, is wrong.
func read(page string) *reader {
	r := &reader{root: &element{name: "#page", line: 1}, ids: map[string]*element{}}
	at, line := r.root, 1
	z := html.NewTokenizer(strings.NewReader(page))
	for z.Next() != html.ErrorToken {
		raw := string(z.Raw())
		at = r.take(at, z.Token(), line, strings.HasSuffix(raw, "/>"))
		r.twice(raw, line)
		line += strings.Count(raw, "\n")
	}
	if err := z.Err(); !errors.Is(err, io.EOF) {
		r.say(&element{line: line}, "the page cannot be read: %v", err)
	}
	for ; at != r.root; at = at.parent {
		r.say(at, "<%s> is never closed", at.name)
	}
	return r
}

// take adds a token to the element that is open, and returns the one that is open then.
func (r *reader) take(at *element, t html.Token, line int, closed bool) *element {
	switch t.Type {
	case html.TextToken:
		at.words += t.Data
	case html.StartTagToken, html.SelfClosingTagToken:
		e := &element{name: t.Data, attrs: t.Attr, parent: at, line: line}
		at.kids = append(at.kids, e)
		r.keep(e)
		if slices.Contains(voids(), e.name) || closed && e.inside("svg") {
			return at
		}
		if closed && e.name != "svg" {
			r.say(e, "<%s/> closes nothing: it is no void element", e.name)
		}
		return e
	case html.EndTagToken:
		return r.end(at, t.Data, line)
	}
	return at
}

func (r *reader) end(at *element, name string, line int) *element {
	here := &element{line: line}
	if at.name == name {
		return at.parent
	}
	if !at.inside(name) {
		r.say(here, "</%s> closes nothing", name)
		return at
	}
	for at.name != name {
		r.say(at, "<%s> is still open where </%s> stands", at.name, name)
		at = at.parent
	}
	return at.parent
}

func (r *reader) keep(e *element) {
	of := e.attr("id")
	switch {
	case !e.has("id"):
	case of == "" || strings.ContainsAny(of, " \t\n"):
		r.say(e, "id=%q is none", of)
	case r.ids[of] != nil:
		r.say(e, "the id %q stands on line %d already", of, r.ids[of].line)
	default:
		r.ids[of] = e
	}
}

var quoted = regexp.MustCompile(`"[^"]*"|'[^']*'`)

// twice checks a tag as it is written for an attribute that stands in it twice: whoever reads tags keeps the first in silence.
func (r *reader) twice(raw string, line int) {
	if len(raw) < 2 || raw[0] != '<' || raw[1] == '!' || raw[1] == '/' {
		return
	}
	seen := map[string]bool{}
	for word := range strings.FieldsSeq(strings.Trim(quoted.ReplaceAllString(raw, ""), "</>")) {
		name, _, _ := strings.Cut(strings.ToLower(word), "=")
		if seen[name] {
			r.say(&element{line: line}, "%s stands twice in a tag", name)
		}
		seen[name] = true
	}
}

// attr is the value of an attribute, "" without it.
func (e *element) attr(name string) string {
	for _, a := range e.attrs {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func (e *element) has(name string) bool {
	return slices.ContainsFunc(e.attrs, func(a html.Attribute) bool { return a.Key == name })
}

// inside reports whether one of the elements around it is called so.
func (e *element) inside(names ...string) bool { return e.around(names...) != nil }

// around is the nearest element around it that is called so, nil if there is none.
func (e *element) around(names ...string) *element {
	for up := e.parent; up != nil; up = up.parent {
		if slices.Contains(names, up.name) {
			return up
		}
	}
	return nil
}

// all are the elements inside, in the order of the page.
func (e *element) all() iter.Seq[*element] {
	return func(yield func(*element) bool) { e.each(yield) }
}

func (e *element) each(yield func(*element) bool) bool {
	for _, kid := range e.kids {
		if !yield(kid) || !kid.each(yield) {
			return false
		}
	}
	return true
}

// text is what stands inside, the words of elements after those around them.
func (e *element) text() string {
	text := e.words
	for kid := range e.all() {
		text += kid.words
	}
	return text
}
