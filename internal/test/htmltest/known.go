package htmltest

import (
	"slices"
	"strings"
)

// attributesOf are the elements that a page of ours may have, with the attributes that each may have besides those that every element may.
var attributesOf = map[string]string{
	"html": "", "head": "", "title": "", "body": "", "base": "href", "link": "rel href type sizes as crossorigin media", "meta": "name content charset http-equiv media",
	"script": "src type defer async integrity crossorigin nomodule", "noscript": "", "template": "",
	"header": "", "footer": "", "main": "", "nav": "", "section": "", "article": "", "aside": "", "address": "", "hgroup": "", "search": "",
	"h1": "", "h2": "", "h3": "", "h4": "", "h5": "", "h6": "", "p": "", "div": "", "pre": "", "blockquote": "cite", "hr": "", "br": "", "wbr": "",
	"ul": "", "ol": "start reversed type", "li": "value", "dl": "", "dt": "", "dd": "", "figure": "", "figcaption": "", "menu": "",
	"a": "href target rel download hreflang type ping referrerpolicy", "span": "", "b": "", "i": "", "em": "", "strong": "", "small": "", "s": "", "u": "", "sub": "", "sup": "",
	"mark": "", "abbr": "", "cite": "", "q": "cite", "dfn": "", "code": "", "kbd": "", "samp": "", "var": "", "bdi": "", "bdo": "", "time": "datetime", "data": "value",
	"ins": "cite datetime", "del": "cite datetime", "ruby": "", "rt": "", "rp": "",
	"img": "src srcset sizes alt width height loading decoding", "picture": "", "source": "src srcset type media sizes", "iframe": "src title width height sandbox loading allow name",
	"table": "", "caption": "", "colgroup": "span", "col": "span", "thead": "", "tbody": "", "tfoot": "", "tr": "", "th": "scope colspan rowspan headers abbr", "td": "colspan rowspan headers",
	"form": "action method enctype name target novalidate autocomplete accept-charset rel", "fieldset": "disabled form name", "legend": "", "label": "for",
	"input": "type name value checked disabled form formaction formmethod formnovalidate list max maxlength min minlength multiple pattern placeholder " +
		"readonly required size step autocomplete accept capture alt src width height dirname",
	"button":   "type name value disabled form formaction formmethod formnovalidate popovertarget popovertargetaction command commandfor",
	"select":   "name multiple required size disabled form autocomplete",
	"optgroup": "label disabled", "option": "value selected disabled label", "datalist": "", "output": "for form name",
	"textarea": "name rows cols maxlength minlength placeholder readonly required disabled form autocomplete wrap dirname",
	"progress": "value max", "meter": "value min max low high optimum", "details": "open name", "summary": "", "dialog": "open closedby", "slot": "name",
	"svg": "",
}

const everywhere = " id class title lang dir hidden tabindex accesskey draggable contenteditable spellcheck translate inert popover role style autofocus " +
	"enterkeyhint inputmode is itemid itemprop nonce slot part autocapitalize "

const aria = " activedescendant atomic autocomplete braillelabel brailleroledescription busy checked colcount colindex colindextext colspan controls current " +
	"describedby description details disabled errormessage expanded flowto haspopup hidden invalid keyshortcuts label labelledby level live modal " +
	"multiline multiselectable orientation owns placeholder posinset pressed readonly relevant required roledescription rowcount rowindex rowindextext " +
	"rowspan selected setsize sort valuemax valuemin valuenow valuetext "

const roles = " alert alertdialog application article banner blockquote button caption cell checkbox code columnheader combobox complementary contentinfo " +
	"definition deletion dialog directory document emphasis feed figure form generic grid gridcell group heading img insertion link list listbox listitem " +
	"log main marquee math menu menubar menuitem menuitemcheckbox menuitemradio meter navigation none note option paragraph presentation progressbar " +
	"radio radiogroup region row rowgroup rowheader scrollbar search searchbox separator slider spinbutton status strong subscript superscript switch " +
	"tab table tablist tabpanel term textbox time timer toolbar tooltip tree treegrid treeitem "

// choices are the values that an attribute of an element may have.
var choices = map[string]string{
	"input type":  " hidden text search tel url email password date month week time datetime-local number range color checkbox radio file submit image reset button ",
	"button type": " submit reset button ", "form method": " get post dialog ", "th scope": " row col rowgroup colgroup ", "script type": " module text/javascript importmap ",
	"form enctype": " application/x-www-form-urlencoded multipart/form-data text/plain ",
}

// known checks that an element exists, and its attributes and role. What is inside a drawing is another language.
func (r *reader) known(e *element) {
	own, ok := attributesOf[e.name]
	if e.name == "svg" || e.inside("svg") {
		r.knownRole(e)
		return
	}
	if !ok {
		r.say(e, "there is no element <%s>", e.name)
		return
	}
	for _, a := range e.attrs {
		r.knownAttribute(e, own, a.Key)
		allowed, limited := choices[e.name+" "+a.Key]
		if limited && !within(allowed, strings.ToLower(a.Val)) {
			r.say(e, "<%s> cannot have %s=%q", e.name, a.Key, a.Val)
		}
	}
	r.knownRole(e)
}

func (r *reader) knownAttribute(e *element, own, name string) {
	switch {
	case within(everywhere, name), slices.Contains(strings.Fields(own), name), strings.HasPrefix(name, "data-"), strings.HasPrefix(name, "hx-"), strings.HasPrefix(name, "on"):
	case strings.HasPrefix(name, "aria-") && within(aria, strings.TrimPrefix(name, "aria-")):
	default:
		r.say(e, "<%s> has no attribute %s", e.name, name)
	}
}

func (r *reader) knownRole(e *element) {
	for role := range strings.FieldsSeq(e.attr("role")) {
		if !within(roles, role) {
			r.say(e, "there is no role %q", role)
		}
	}
}

// within reports whether a list of words, each between spaces, has a word.
func within(list, word string) bool { return strings.Contains(list, " "+word+" ") }
