// Package htmltest says what is wrong with a page's HTML, as a validator does: what is opened is closed, in its order; elements, attributes and
// roles are ones that exist, where they may stand; ids are unique and what refers to one finds it; headings make an outline; and nothing runs
// or is styled from inside the page, as our policy has it.
//
// Unlike a browser it repairs nothing: a page is read as it is written. The rules are those of the HTML standard (html.spec.whatwg.org) and
// of WAI-ARIA 1.2 that a page of ours could break; they are stricter in one thing: every element is closed that has an end tag.
package htmltest

import (
	"fmt"
	"slices"
	"strings"
)

// Wrong is what is wrong with a whole page, a line each; nothing for a valid one.
func Wrong(page string) []string {
	r := read(page)
	if !strings.HasPrefix(strings.ToLower(page), "<!doctype html>") {
		r.say(r.root, "the page does not begin with its doctype")
	}
	r.whole()
	return r.check()
}

// WrongPart is what is wrong with a part of a page, which a script puts into one.
func WrongPart(part string) []string { return read(part).check() }

// reader reads a page and keeps what is wrong with it.
type reader struct {
	root  *element
	ids   map[string]*element
	wrong []string
}

func (r *reader) say(e *element, format string, args ...any) {
	text := fmt.Sprintf("line %d: %s", e.line, fmt.Sprintf(format, args...))
	if !slices.Contains(r.wrong, text) {
		r.wrong = append(r.wrong, text)
	}
}

func (r *reader) check() []string {
	for e := range r.root.all() {
		r.known(e)
		r.placed(e)
		r.quiet(e)
		r.refers(e)
		r.described(e)
	}
	return r.wrong
}

// whole checks what only a whole page has.
func (r *reader) whole() {
	for _, name := range []string{"html", "head", "title", "body", "main", "h1"} {
		if n := len(r.named(name)); n != 1 {
			r.say(r.root, "the page has %d <%s>, and should have one", n, name)
		}
	}
	for _, e := range r.named("html") {
		if e.attr("lang") == "" {
			r.say(e, "the page does not say its language")
		}
	}
	for _, e := range r.named("title") {
		if strings.TrimSpace(e.text()) == "" {
			r.say(e, "the page has no title")
		}
	}
	r.outline()
}

// outline checks that headings go down a step at a time.
func (r *reader) outline() {
	level := 1
	for e := range r.root.all() {
		if len(e.name) != 2 || e.name[0] != 'h' || e.name[1] < '1' || e.name[1] > '6' || e.inside("dialog") {
			continue
		}
		now := int(e.name[1] - '0')
		if now > level+1 {
			r.say(e, "<%s> %q follows a heading of level %d", e.name, strings.TrimSpace(e.text()), level)
		}
		level = now
	}
}

func (r *reader) named(name string) []*element {
	var all []*element
	for e := range r.root.all() {
		if e.name == name && !e.inside("svg") {
			all = append(all, e)
		}
	}
	return all
}

// quiet checks that nothing runs from inside the page, and that style attributes carry data alone.
func (r *reader) quiet(e *element) {
	switch {
	case e.name == "style":
		r.say(e, "<style> on a page: styles are in our files")
	case e.name == "script" && e.attr("src") == "":
		r.say(e, "a script on a page: scripts are in our files")
	}
	for _, a := range e.attrs {
		if strings.HasPrefix(a.Key, "on") {
			r.say(e, "%s on <%s>: what happens is in our files", a.Key, e.name)
		}
		if script := strings.ToLower(strings.TrimSpace(a.Val)); within(addresses, a.Key) && strings.HasPrefix(script, "javascript:") {
			r.say(e, "%s of <%s> runs a script", a.Key, e.name)
		}
		if a.Key == "style" && !onlyData(a.Val) {
			r.say(e, "style=%q: only --names carry data", a.Val)
		}
	}
}

// addresses are the attributes that lead somewhere.
const addresses = " href src action formaction data-url hx-get hx-post hx-put hx-delete hx-push-url "

func onlyData(style string) bool {
	for rule := range strings.SplitSeq(style, ";") {
		if rule = strings.TrimSpace(rule); rule != "" && !strings.HasPrefix(rule, "--") {
			return false
		}
	}
	return true
}
