package browser

import (
	"context"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// Tab is one page in a browser, with cookies that no other tab shares.
type Tab struct {
	t    testing.TB
	ctx  context.Context
	base string // the site's address
	wide int64
	At   string // the path that was opened last, for complaints

	mu       sync.Mutex
	expected []string
	problems []string
}

// Open is a new tab for the site at an address such as http://127.0.0.1:8080. It is 1440 by 900 and light.
func (b *Browser) Open(t testing.TB, base string) *Tab {
	t.Helper()
	ctx, cancel := chromedp.NewContext(b.ctx, chromedp.WithNewBrowserContext())
	tab := &Tab{t: t, ctx: ctx, base: base}
	t.Cleanup(func() {
		tab.Calm()
		cancel()
	})
	if err := chromedp.Listen(ctx, tab.hear); err != nil {
		t.Fatalf("open a tab: %v", err)
	}
	tab.Size(1440, 900)
	return tab
}

// Cookie sets a cookie of the site.
func (b *Tab) Cookie(name, value string) {
	b.t.Helper()
	_, err := chromedp.Call(b.ctx, network.SetCookie, network.SetCookieParams{Name: name, Value: value, URL: b.base + "/"})
	b.must("set a cookie", err)
}

// Size makes the window so many pixels wide and high. Under 600 it is a phone, with touch.
func (b *Tab) Size(width, height int64) {
	b.t.Helper()
	var as []chromedp.EmulateViewportOption
	if width < 600 {
		as = append(as, chromedp.EmulateMobile, chromedp.EmulateTouch, chromedp.EmulatePortrait)
	}
	b.wide = width
	b.do("change the size", chromedp.EmulateViewport(width, height, as...))
	b.still()
}

// Scheme says which colours the person's system prefers: light or dark.
func (b *Tab) Scheme(name string) {
	b.t.Helper()
	_, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: name}, {Name: "prefers-reduced-motion", Value: "reduce"}},
	})
	b.must("choose colours", err)
	b.still()
}

// Contrast is a browser that paints with the few colours of the person's system.
func (b *Tab) Contrast() *Tab {
	b.t.Helper()
	_, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "forced-colors", Value: "active"}}})
	b.must("choose colours", err)
	return b
}

// NoScripts is a browser in which scripts are off. What we ask of the page still runs.
func (b *Tab) NoScripts() *Tab {
	b.t.Helper()
	_, err := chromedp.Call(b.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	b.must("switch scripts off", err)
	return b
}

// Watch lets every page that is opened from now on have a function canary, as attacks call it. Ran tells whether one was called.
func (b *Tab) Watch() *Tab {
	b.t.Helper()
	_, err := chromedp.Call(b.ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{
		Source: "window.canary = () => { document.documentElement.dataset.canary = 'ran' }",
	})
	b.must("watch", err)
	return b
}

// Ran reports whether somebody's words ran on the page as a script.
func (b *Tab) Ran() bool {
	b.t.Helper()
	return Eval[bool](b, "document.documentElement.dataset.canary === 'ran'")
}

// conditions takes the network away in any Chromium: 148 wants offline beside the rules, later ones within them.
var conditions = cdp.Command[conditionsParams, network.EmulateNetworkConditionsByRuleResult]{Method: network.CommandEmulateNetworkConditionsByRule}

type conditionsParams struct {
	network.EmulateNetworkConditionsByRuleParams
	Offline bool `json:"offline"`
}

// Online gives or takes the network.
func (b *Tab) Online(is bool) *Tab {
	b.t.Helper()
	all := &network.Conditions{Offline: !is, DownloadThroughput: -1, UploadThroughput: -1}
	_, err := chromedp.Call(b.ctx, conditions, conditionsParams{
		network.EmulateNetworkConditionsByRuleParams{MatchedNetworkConditions: []*network.Conditions{all}}, !is,
	})
	b.must("change the network", err)
	_, err = chromedp.Call(b.ctx, network.OverrideNetworkState, network.OverrideNetworkStateParams{Offline: !is, DownloadThroughput: -1, UploadThroughput: -1})
	b.must("change the network", err)
	return b
}

// Paper shows the page as it would be printed, on A4 upright.
func (b *Tab) Paper() *Tab {
	b.t.Helper()
	b.Size(672, 971) // A4 less its margins
	_, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"})
	b.must("print", err)
	return b
}

// still brings what moves to its end: colours fade into one another, and half-way they are nobody's.
func (b *Tab) still() {
	b.t.Helper()
	Eval[bool](b, "document.getAnimations().filter(a => a.effect?.getComputedTiming().endTime !== Infinity).forEach(a => a.finish()); true")
}

// Beyond is what of the page reaches beyond the window's right edge, so that it scrolls sideways; "" if all fits. A phone would rather show
// everything smaller, which is why its own idea of its width does not count.
func (b *Tab) Beyond() string {
	b.t.Helper()
	wide := strconv.FormatInt(b.wide, 10)
	return Eval[string](b, `(() => {
		if (document.documentElement.scrollWidth <= `+wide+`) return "";
		const all = [...document.body.querySelectorAll("*")].filter(e => e.checkVisibility() && e.getBoundingClientRect().right > `+wide+` + 1);
		return document.documentElement.scrollWidth + " wide: " + all.slice(0, 4).map(e => e.outerHTML.slice(0, 120)).join("\n    ");
	})()`)
}

// Cut are the parts of the page that show less than they hold, where one would have to scroll sideways.
func (b *Tab) Cut() []string {
	b.t.Helper()
	return Eval[[]string](b, `[...document.querySelectorAll(".scroll-x")].filter(e => e.checkVisibility() &&
		[...e.querySelectorAll("*")].some(c => c.getBoundingClientRect().right > e.getBoundingClientRect().right + 1)).map(e => e.outerHTML.slice(0, 160))`)
}

// Go opens a path of the site, such as /people, and waits until it has loaded.
func (b *Tab) Go(path string) *Tab {
	b.t.Helper()
	b.At = path
	b.do("open "+path, chromedp.Navigate(b.base+path))
	return b
}

// Path is the path that the tab is at, with its query.
func (b *Tab) Path() string {
	b.t.Helper()
	return Eval[string](b, "location.pathname + location.search")
}

// Shot is a picture of the whole page, as PNG.
func (b *Tab) Shot() []byte {
	b.t.Helper()
	return run(b, "take a picture", chromedp.FullScreenshot(100))
}

// Eval is the value of a JavaScript expression on the page.
func Eval[T any](b *Tab, expression string) T {
	b.t.Helper()
	return run(b, "evaluate", chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
}

func run[T any](b *Tab, what string, a chromedp.Action[T]) T {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, limit)
	defer cancel()
	v, err := chromedp.Run(ctx, a)
	b.must(what, err)
	return v
}

func (b *Tab) do(what string, a chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	run(b, what, a)
}

func (b *Tab) must(what string, err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatalf("%s: %s: %v %s", b.At, what, err, strings.Join(b.heard(), "; "))
	}
}

// until waits for an expression to be true. A page that is just being replaced answers with an error, which is no answer yet.
func (b *Tab) until(what, expression string) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, limit)
	defer cancel()
	again := time.NewTicker(15 * time.Millisecond)
	defer again.Stop()
	for {
		if ok, err := chromedp.Run(ctx, chromedp.Evaluate[bool](expression)); err == nil && ok {
			return
		}
		select {
		case <-ctx.Done():
			b.t.Fatalf("%s: waited in vain: %s\n%s\n%s", b.At, what, b.text(), strings.Join(b.heard(), "\n"))
		case <-again.C:
		}
	}
}

// text is what the page says now, for complaints.
func (b *Tab) text() string {
	ctx, cancel := context.WithTimeout(b.ctx, time.Second)
	defer cancel()
	text, err := chromedp.Run(ctx, chromedp.Evaluate[string]("location.href + '\\n' + document.body.innerText"))
	if err != nil {
		return err.Error()
	}
	return text
}
