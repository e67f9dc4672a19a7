package htmltest

import (
	"slices"
	"strings"
)

// onlyIn are the elements that stand in certain others alone.
var onlyIn = map[string][]string{
	"li": {"ul", "ol", "menu"}, "dt": {"dl", "div"}, "dd": {"dl", "div"}, "tr": {"tbody", "thead", "tfoot", "table"}, "td": {"tr"}, "th": {"tr"},
	"thead": {"table"}, "tbody": {"table"}, "tfoot": {"table"}, "caption": {"table"}, "colgroup": {"table"}, "col": {"colgroup"},
	"option": {"select", "optgroup", "datalist"}, "optgroup": {"select"}, "legend": {"fieldset"}, "summary": {"details"}, "figcaption": {"figure"}, "source": {"picture"},
	"title": {"head"}, "base": {"head"}, "head": {"html"}, "body": {"html"},
}

// onlyHas are the elements that hold certain others alone. Scripts may stand in most of them; we have none there.
var onlyHas = map[string][]string{
	"ul": {"li"}, "ol": {"li"}, "menu": {"li"}, "dl": {"dt", "dd", "div"}, "tr": {"td", "th"}, "thead": {"tr"}, "tbody": {"tr"}, "tfoot": {"tr"},
	"table": {"caption", "colgroup", "thead", "tbody", "tfoot", "tr"}, "select": {"option", "optgroup", "hr"}, "optgroup": {"option"}, "datalist": {"option"},
	"colgroup": {"col"}, "option": {}, "textarea": {}, "title": {},
}

// phrases are the elements that may stand in a line of text.
var phrases = strings.Fields("a abbr b bdi bdo br button cite code data datalist del dfn em i iframe img input ins kbd label link map mark meter meta noscript output picture " +
	"progress q ruby rt rp s samp script select slot small span strong sub sup svg template textarea time u var wbr area")

// lines are the elements that hold a line of text alone.
var lines = strings.Fields("p h1 h2 h3 h4 h5 h6 pre span b i em strong small s u sub sup mark abbr cite q dfn code kbd samp var bdi bdo time data label button output progress meter legend dt")

// acts are the elements that people act on; one does not stand within another.
var acts = strings.Fields("a button input select textarea details label iframe")

// placed checks that an element may stand where it stands.
func (r *reader) placed(e *element) {
	if e.inside("svg") {
		return
	}
	up := e.parent
	if in, limited := onlyIn[e.name]; limited && up.name != "#page" && !slices.Contains(in, up.name) {
		r.say(e, "<%s> stands in <%s>", e.name, up.name)
	}
	if has, limited := onlyHas[up.name]; limited && !slices.Contains(has, e.name) && e.name != "template" {
		r.say(e, "<%s> stands directly in <%s>", e.name, up.name)
	}
	if line := lineAround(e); line != nil && !slices.Contains(phrases, e.name) {
		r.say(e, "<%s> stands in <%s>, which holds a line of text", e.name, line.name)
	}
	if _, limited := onlyHas[e.name]; limited && len(onlyHas[e.name]) > 0 && strings.TrimSpace(e.words) != "" {
		r.say(e, "words stand directly in <%s>: %q", e.name, strings.TrimSpace(e.words))
	}
	if e.name == "form" && e.inside("form") {
		r.say(e, "a form stands in a form")
	}
	r.acted(e)
}

// lineAround is the element around e that holds a line of text alone, nil if there is none. What a link, or an inserted part, may hold
// depends on what is around it.
func lineAround(e *element) *element {
	up := e.parent
	for slices.Contains([]string{"a", "ins", "del"}, up.name) {
		up = up.parent
	}
	if slices.Contains(lines, up.name) {
		return up
	}
	return nil
}

// acted checks that what people act on stands alone. A label may hold the one field that it names.
func (r *reader) acted(e *element) {
	acting := slices.Contains(acts, e.name) && e.attr("type") != "hidden" || e.has("tabindex")
	if !acting || e.name == "a" && !e.has("href") {
		return
	}
	if in := e.around("a", "button"); in != nil {
		r.say(e, "<%s> stands in <%s>: which of them is meant?", e.name, in.name)
	}
	if in := e.around("label"); in != nil && (e.name == "label" || e.name == "a") {
		r.say(e, "<%s> stands in <label>", e.name)
	}
}
