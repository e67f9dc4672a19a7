package htmltest

import (
	"slices"
	"strings"
)

// refers checks that what an element refers to on the page is there.
func (r *reader) refers(e *element) {
	if e.name == "label" {
		r.labels(e)
	}
	for _, name := range []string{"aria-labelledby", "aria-describedby", "aria-owns", "aria-details", "aria-errormessage", "list", "form", "headers", "popovertarget", "commandfor"} {
		for of := range strings.FieldsSeq(e.attr(name)) {
			if r.ids[of] == nil {
				r.say(e, "%s of <%s> names %q, which is not on the page", name, e.name, of)
			}
		}
	}
	if of, ok := strings.CutPrefix(e.attr("href"), "#"); ok && e.name == "a" && of != "" && r.ids[of] == nil {
		r.say(e, "a link leads to #%s, which is not on the page", of)
	}
}

var fields = []string{"input", "select", "textarea", "output", "meter", "progress", "button"}

// labels checks that a label names one field.
func (r *reader) labels(e *element) {
	var inside []*element
	for kid := range e.all() {
		if slices.Contains(fields, kid.name) && kid.attr("type") != "hidden" {
			inside = append(inside, kid)
		}
	}
	switch of := e.attr("for"); {
	case of == "" && len(inside) != 1:
		r.say(e, "the label %q holds %d fields", strings.TrimSpace(e.text()), len(inside))
	case of != "" && (r.ids[of] == nil || !slices.Contains(fields, r.ids[of].name)):
		r.say(e, "the label %q is for #%s, which is no field of the page", strings.TrimSpace(e.text()), of)
	case of != "" && len(inside) > 0 && (len(inside) != 1 || inside[0] != r.ids[of]):
		r.say(e, "the label %q is for #%s and holds another", strings.TrimSpace(e.text()), of)
	}
}

// described checks that what is not text is said in text, and that what an element needs is there.
func (r *reader) described(e *element) {
	needs := map[string][]string{"img": {"src", "alt"}, "optgroup": {"label"}, "iframe": {"title"}}
	for _, name := range needs[e.name] {
		if !e.has(name) {
			r.say(e, "<%s> has no %s", e.name, name)
		}
	}
	if e.name == "a" && e.attr("href") == "#" {
		r.say(e, "the link %q leads nowhere", strings.TrimSpace(e.text()))
	}
	if (e.name == "button" || e.name == "a" && e.has("href")) && !named(e) {
		r.say(e, "<%s> has no name", e.name)
	}
}

// named reports whether people who do not see an element are told what it is.
func named(e *element) bool {
	if strings.TrimSpace(e.text()) != "" || e.attr("aria-label") != "" || e.attr("aria-labelledby") != "" || e.attr("title") != "" {
		return true
	}
	for kid := range e.all() {
		if kid.attr("alt") != "" || kid.attr("aria-label") != "" {
			return true
		}
	}
	return false
}
