package app_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"tandem/internal/test/browser"
)

func withoutANetwork(t *testing.T, b *browser.Browser) {
	s := tradingSite(t)
	path := "/people/" + s.names["hugo"]
	tab := signedIn(t, b, s, s.Owner.Email).Go(path)
	tab.Expect("ERR_INTERNET_DISCONNECTED", "htmx:sendError", "htmx:afterRequest")
	tab.Online(false).Says("You are offline")
	for i, note := range []string{"said on the train", "said in the tunnel"} {
		tab.Fill("text", note).Press("Save note").Says("Waiting to be sent: " + strconv.Itoa(i+1))
		if left := browser.Eval[string](tab, "document.querySelector('[data-composer] textarea').value"); left != "" {
			t.Errorf("what is kept still stands in the form: %q", left)
		}
	}
	const outbox = "Object.entries(localStorage).find(([k]) => k.startsWith('outbox:'))"
	kept := browser.Eval[[]string](tab, outbox)
	tab.Online(true).Says("What you wrote is saved now", "said on the train", "said in the tunnel").Hides("You are offline", "Waiting to be sent")

	// an answer that was lost on the way: the same is sent again
	browser.Eval[bool](tab, "localStorage.setItem("+strconv.Quote(kept[0])+", "+strconv.Quote(kept[1])+"); true")
	tab.Go(path).Says("What you wrote is saved now").Hides("Waiting to be sent")
	if n := browser.Eval[int](tab.Go(path), "document.querySelector('.journey').innerText.split('said on the train').length - 1"); n != 1 {
		t.Errorf("what was sent twice stands %d times on the journey", n)
	}

	tab.Fill("text", "a draft, interrupted").Go(path)
	if draft := browser.Eval[string](tab, "document.querySelector('[data-composer] textarea').value"); draft != "a draft, interrupted" {
		t.Errorf("what was being written is %q now", draft)
	}
	tab.Press("Save note").Says("Note saved", "a draft, interrupted")
	if draft := browser.Eval[string](tab.Go(path), "document.querySelector('[data-composer] textarea').value"); draft != "" {
		t.Errorf("what was saved is still a draft: %q", draft)
	}
}

func asksAgain(t *testing.T, b *browser.Browser) {
	s := tradingSite(t)
	tab := signedIn(t, b, s, s.Owner.Email).Go("/loop")
	tab.Expect("ERR_INTERNET_DISCONNECTED", "htmx:sendError", "htmx:afterRequest")
	tab.Says("What each channel brought").Online(false).Press("First touch").Says("Tandem cannot be reached").Has("#model-markov[aria-current]")
	tab.Online(true).Press("Try again").Has("#model-first[aria-current]").Hides("Tandem cannot be reached")
	tab.Online(false).Press("People").Says("Tandem cannot be reached", "What each channel brought")
	tab.Online(true).Press("Try again").Leads("/people").Says("Bo Janssens")
	tab.Go("/").Press("Add a task").Fill("text", "Order brake pads")
	tab.Go("/settings").Online(false).Press("Save settings").Says("No answer came. Look whether it was saved").Online(true)
}

func tellsTheKeys(t *testing.T, b *browser.Browser) {
	s := tradingSite(t)
	path := "/people/" + s.names["hugo"]
	tab := signedIn(t, b, s, s.Owner.Email).Go(path)
	tab.Keys("?").Has("#keys[open]").Says("Next and previous row")
	isForEveryone(t, tab, "the sheet of keys", "light")
	tab.Keys("c").Keys(kb.Escape).Lacks("#keys[open]").Has("[name=kind][value=note]:checked")
	tab.Go("/loop").Click("#loop-period summary").Has("#loop-period[open]").Keys(kb.Escape).Lacks("#loop-period[open]").Has("#loop-period summary:focus")
	tab.Go("/account").Press("Switch off").Says("Saved")
	tab.Go(path).Keys("?", "c", "g", "l").Lacks("#keys[open]").Has("[name=kind][value=note]:checked")
	if at := tab.Path(); at != path {
		t.Errorf("keys that are switched off lead to %s", at)
	}
	tab.Chord("k").Has("#palette[open]")
}

func addsATask(t *testing.T, b *browser.Browser) {
	s := tradingSite(t)
	tab := signedIn(t, b, s, s.Owner.Email).Go("/?who=me")
	tab.Press("Add a task").Fill("text", "Order brake pads").Press("Add task").Leads("/?who=me").Says("Task planned", "Order brake pads", "17:00")
	tab.Press("Done: Order brake pads").Says("Done").Hides("Order brake pads").Click("#toasts button").Leads("/").Says("Still to be done", "Order brake pads")
}

func settlesTheBusiness(t *testing.T, b *browser.Browser) {
	s := tradingSite(t)
	tab := signedIn(t, b, s, s.Owner.Email).Go("/settings").Says("Euro (EUR)")
	if now := browser.Eval[string](tab, "document.querySelector('[name=currency]').selectedOptions[0].text"); now != "Euro (EUR)" {
		t.Errorf("the currency is %q", now)
	}
	if zones := browser.Eval[int](tab, "document.querySelectorAll('#zones option[value=\"Europe/Brussels\"]').length"); zones != 1 {
		t.Error("the browser's time zones are not offered")
	}
	tab.Fill("country", "FR").Fill("city", "Lille")
	browser.Eval[bool](tab, "window.confirm = text => { document.title = text; return false }; true")
	tab.Press("People").Says("Town")
	if asked := browser.Eval[string](tab, "document.title"); !strings.Contains(asked, "not saved yet") {
		t.Errorf("leaving what is not saved asks %q", asked)
	}
	tab.Press("Save settings").Says("Settings saved").Press("People").Leads("/people")
	tab.Go("/settings").Says("France")
}

// inFewColours is Windows' contrast mode: what only a ground says there is not seen.
func inFewColours(t *testing.T, b *browser.Browser) {
	s := tradingSite(t)
	tab := signedIn(t, b, s, s.Owner.Email).Contrast().Go("/loop")
	const ground = "getComputedStyle(document.querySelector('%')).backgroundColor"
	canvas := browser.Eval[string](tab, strings.ReplaceAll(ground, "%", "body"))
	for _, what := range []string{".wing.m", ".wing.s", "#brought .meter > i"} {
		if browser.Eval[string](tab, strings.ReplaceAll(ground, "%", what)) == canvas {
			t.Errorf("%s is as the paper", what)
		}
	}
	if style := browser.Eval[string](tab, "getComputedStyle(document.querySelector('.seg [aria-current]')).outlineStyle"); style != "solid" {
		t.Errorf("the model that is chosen has no outline: %s", style)
	}
}
