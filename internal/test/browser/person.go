package browser

import (
	"encoding/json"
	"strings"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// Says waits until every text stands on the page where a person can see it, white space folded and letters of any case.
func (b *Tab) Says(texts ...string) *Tab {
	b.t.Helper()
	for _, text := range texts {
		b.until("the page says "+text, seen+".includes("+quote(strings.ToLower(text))+")")
	}
	return b
}

// Hides waits until none of the texts stands on the page.
func (b *Tab) Hides(texts ...string) *Tab {
	b.t.Helper()
	for _, text := range texts {
		b.until("the page does not say "+text, "!"+seen+".includes("+quote(strings.ToLower(text))+")")
	}
	return b
}

const seen = `document.body.innerText.replace(/\s+/g, " ").toLowerCase()`

// Has waits until a CSS selector finds something that is shown.
func (b *Tab) Has(selector string) *Tab {
	b.t.Helper()
	b.until("there is "+selector, shown(selector))
	return b
}

// Lacks waits until a CSS selector finds nothing that is shown.
func (b *Tab) Lacks(selector string) *Tab {
	b.t.Helper()
	b.until("there is no "+selector, "!"+shown(selector))
	return b
}

func shown(selector string) string {
	return "[...document.querySelectorAll(" + quote(selector) + ")].some(e => e.checkVisibility())"
}

// settled waits until what the page asked for has come and stands: for a moment after that htmx has not yet looked at what is new.
func (b *Tab) settled() {
	b.t.Helper()
	b.until("the page stands still", `!document.querySelector(".htmx-request, .htmx-swapping, .htmx-settling, .htmx-added")`)
}

// Click clicks the first shown element that a CSS selector finds, with the mouse.
func (b *Tab) Click(selector string) *Tab {
	b.t.Helper()
	return b.click(selector, "[...document.querySelectorAll("+quote(selector)+")].filter(e => e.checkVisibility())")
}

// Press clicks the link, button or tab that is called so. Of several the first is clicked that is called exactly so.
func (b *Tab) Press(name string) *Tab {
	b.t.Helper()
	return b.click(name, "["+named(name)+", "+named(name+"*")+"].flat()")
}

// named are the shown things that a person can press and that are called so; with a * at the end, whose name begins so.
func named(name string) string {
	how := "=== " + quote(name)
	if begin, ok := strings.CutSuffix(name, "*"); ok {
		how = ".startsWith(" + quote(begin) + ")"
	}
	return `[...(document.querySelector("dialog[open]") ?? document).querySelectorAll("a, button, summary, [role=option], [role=tab], label, input[type=submit]")]` +
		`.filter(e => e.checkVisibility() && (e.ariaLabel ?? e.innerText).replace(/\s+/g, " ").trim()` + how + `)`
}

// click waits for the first of some elements, brings it into sight, and clicks where it is. What covers it gets the click, as with a person.
func (b *Tab) click(what, elements string) *Tab {
	b.t.Helper()
	b.settled()
	place := `(() => { const e = ` + elements + `[0]; e.scrollIntoView({block: "center", behavior: "instant"});
		const r = e.getClientRects()[0]; return [r.x + r.width / 2, r.y + r.height / 2] })()`
	b.until("there is something to click: "+what, elements+".length > 0")
	at := Eval[[]float64](b, place)
	b.do("click "+what, chromedp.MouseClickXY(at[0], at[1]))
	return b
}

// Fill writes a value into the field of a name, in place of what it has.
func (b *Tab) Fill(name, value string) *Tab {
	b.t.Helper()
	selector := `[name="` + name + `"]`
	b.Has(selector).settled()
	b.do("leave "+name, chromedp.Evaluate[chromedp.Void](`(() => {
		const e = [...document.querySelectorAll(`+quote(selector)+`)].find(e => e.checkVisibility());
		e.focus();
		if (e.matches("select, input[type^=date], input[type=time], input[type=month]")) {
			e.value = `+quote(value)+`;
			e.dispatchEvent(new Event("input", {bubbles: true}));
			e.dispatchEvent(new Event("change", {bubbles: true}));
			return;
		}
		e.select();
		document.execCommand("insertText", false, `+quote(value)+`);
	})()`))
	return b
}

// Keys types on the keyboard, wherever the focus is.
func (b *Tab) Keys(keys ...string) *Tab {
	b.t.Helper()
	b.settled()
	for _, k := range keys {
		b.do("type "+k, chromedp.KeyEvent(k))
	}
	return b
}

// Chord presses a key together with Ctrl.
func (b *Tab) Chord(key string) *Tab {
	b.t.Helper()
	b.settled()
	b.do("press Ctrl "+key, chromedp.KeyEvent(key, chromedp.KeyModifiers(chromedp.ModifierCtrl)))
	return b
}

// TabTo presses Tab until the focus is on what a CSS selector finds. It gives up after a hundred: a person would have earlier.
func (b *Tab) TabTo(selector string) *Tab {
	b.t.Helper()
	for range 100 {
		if Eval[bool](b, "document.activeElement.matches("+quote(selector)+")") {
			return b
		}
		b.Keys(kb.Tab)
	}
	b.t.Fatalf("%s: Tab never reaches %s", b.At, selector)
	return b
}

// Unreached presses Tab through the page, and tells what a person can act on but never gets to, or cannot see that they are there.
func (b *Tab) Unreached() []string {
	b.t.Helper()
	Eval[bool](b, `document.activeElement.blur(), window.scrollTo(0, 0), window.reached = new Set(), true`)
	for range Eval[int](b, tabbable+".length") + 5 {
		b.do("press Tab", chromedp.KeyEvent(kb.Tab))
		Eval[bool](b, `reached.add(document.activeElement), true`)
		if dark := Eval[string](b, unseen); dark != "" {
			return []string{"the focus does not show on " + dark}
		}
	}
	return Eval[[]string](b, tabbable+`.filter(e => !reached.has(e)).map(e => e.outerHTML.slice(0, 160))`)
}

// tabbable is what people act on, of several radio buttons of a name the chosen one.
const tabbable = `[...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']")].filter(e => e.checkVisibility({checkVisibilityCSS: true}) &&
	!e.disabled && e.tabIndex >= 0 && e.type !== "hidden" && !e.closest("fieldset[disabled], [inert]") && (e.type !== "radio" || e.checked))`

// unseen is what has the focus, if neither it nor what is around it shows that.
const unseen = `(() => {
	const e = document.activeElement;
	if (e === document.body) return "";
	const shows = x => { const s = getComputedStyle(x); return s.outlineStyle !== "none" && parseFloat(s.outlineWidth) > 0 || s.boxShadow !== "none" };
	return shows(e) || e.closest("label, svg, a") && [...(function* (x) { for (; x && x !== document.body; x = x.parentElement) yield x })(e)].slice(0, 3).some(shows) ||
		[...e.children].some(shows) ? "" : e.outerHTML.slice(0, 160);
})()`

// Upload chooses a file in the field of a name.
func (b *Tab) Upload(name, file string) *Tab {
	b.t.Helper()
	b.do("choose a file", chromedp.SetUploadFiles(chromedp.CSS(`input[name="`+name+`"]`), []string{file}))
	return b
}

// Leads waits until the tab is at a path that begins so, and has loaded. "/" is the page Today alone.
func (b *Tab) Leads(path string) *Tab {
	b.t.Helper()
	there := "(location.pathname + location.search).startsWith(" + quote(path) + ")"
	if path == "/" {
		there = `location.pathname === "/"`
	}
	b.until("it leads to "+path, `document.readyState === "complete" && `+there)
	b.At = path
	return b
}

// quote is a text, or texts, as JavaScript writes it.
func quote(s any) string {
	b, _ := json.Marshal(s) // a text can always be written
	return string(b)
}
