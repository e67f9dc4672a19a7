package browser_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"tandem/internal/test/browser"
)

// site answers each path with the page that is named so.
func site(t *testing.T, pages map[string]string) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, ok := pages[r.URL.Path]
		if !ok {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Security-Policy", "default-src 'self' data: http:; style-src 'none'; script-src 'self' 'nonce-us'")
		_, _ = fmt.Fprintf(w, `<!doctype html><html lang="en"><meta name="viewport" content="width=device-width"><title>A page</title><link rel="icon" href="data:,"><main><h1>A page</h1>%s</main>`, body)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// said keeps what a test complained about, and goes on.
type said struct {
	testing.TB
	text string
}

func (s *said) Error(args ...any) { s.text += fmt.Sprintln(args...) }

func TestATabComplainsByItself(t *testing.T) {
	base := site(t, map[string]string{
		"/fine":   `<p>hello</p>`,
		"/error":  `<script nonce="us">nothing.here()</script>`,
		"/inline": `<p onclick="alert(1)">x</p><script>alert(1)</script>`,
		"/gone":   `<img src="/nowhere" alt="">`,
		"/leaves": `<img src="http://other.example/x.png" alt="">`,
		"/dialog": `<script nonce="us">alert("boo")</script>`,
		"/warns":  `<script nonce="us">console.error("so", "bad")</script>`,
	})
	b := browser.Start(t)
	for path, want := range map[string]string{
		"/fine": "", "/error": "nothing is not defined", "/inline": "Content Security Policy", "/gone": "404", "/leaves": "leaves the site", "/dialog": "boo", "/warns": "bad",
	} {
		heard := &said{TB: t}
		tab := b.Open(heard, base)
		tab.Go(path).Calm()
		if (want == "") != (heard.text == "") || !strings.Contains(heard.text, want) {
			t.Errorf("%s: %q, want %q", path, heard.text, want)
		}
	}
}

func TestAComplaintThatIsExpectedIsNone(t *testing.T) {
	tab := browser.Start(t).Open(t, site(t, map[string]string{"/gone": `<img src="/nowhere" alt="">`}))
	tab.Expect("status of 404").Go("/gone").Calm()
}

func TestBarriersAreFound(t *testing.T) {
	tab := browser.Start(t).Open(t, site(t, map[string]string{"/": `<p>fine</p>`, "/bad": `<input name="x"><img src="data:,">`}))
	if all := tab.Go("/").Barriers(); len(all) != 0 {
		t.Errorf("a plain page has %v", all)
	}
	found := fmt.Sprint(tab.Expect("").Go("/bad").Barriers())
	if !strings.Contains(found, "label (critical)") || !strings.Contains(found, "image-alt (critical)") {
		t.Errorf("found %s", found)
	}
}

func TestAPersonTypesAndClicks(t *testing.T) {
	tab := browser.Start(t).Open(t, site(t, map[string]string{
		"/":      `<form action="/there"><label>Name <input name="name" value="old"></label><label>Size <select name="size"><option>1<option>2</select></label><button>Send it</button></form>`,
		"/there": `<p>Thank you</p>`,
	}))
	tab.Go("/").Fill("name", "🚲 & \"co\"").Fill("size", "2").Press("Send it").Leads("/there").Says("thank you").Lacks("form")
	if p := tab.Path(); p != "/there?name=%F0%9F%9A%B2+%26+%22co%22&size=2" {
		t.Error(p)
	}
}

func TestACanaryThatRunsIsSeen(t *testing.T) {
	b := browser.Start(t)
	base := site(t, map[string]string{"/safe": `<p>&lt;script>canary()&lt;/script></p>`, "/runs": `<script nonce="us">canary()</script>`})
	tab := b.Open(t, base).Watch()
	if tab.Go("/safe").Ran() || !tab.Go("/runs").Ran() {
		t.Error("the canary ran where it should not, or did not where it should")
	}
}

func TestWhatReachesBeyondTheEdgeIsSeen(t *testing.T) {
	base := site(t, map[string]string{"/": `<p>fits</p>`, "/wide": `<svg width="700" height="10"></svg>`})
	tab := browser.Start(t).Open(t, base)
	tab.Size(390, 844)
	if beyond := tab.Go("/").Beyond(); beyond != "" {
		t.Error(beyond)
	}
	if beyond := tab.Go("/wide").Beyond(); !strings.Contains(beyond, "<svg") {
		t.Errorf("found %q", beyond)
	}
	tab.Size(1440, 900)
	if beyond := tab.Go("/wide").Beyond(); beyond != "" {
		t.Error(beyond)
	}
}

func TestWhatKeysDoNotReachIsSeen(t *testing.T) {
	base := site(t, map[string]string{
		"/":       `<a href="/x">x</a><button>y</button><label><input type="radio" name="r" checked>1</label><label><input type="radio" name="r">2</label>`,
		"/held":   `<a href="/x">x</a><button>y</button><script nonce="us">addEventListener("keydown", e => document.activeElement.href && e.preventDefault())</script>`,
		"/hidden": `<a href="/x">x</a><script nonce="us">document.querySelector("a").style.outline = "none"</script>`,
	})
	tab := browser.Start(t).Open(t, base)
	for path, want := range map[string]string{"/": "[]", "/held": "<button>", "/hidden": "does not show"} {
		if got := fmt.Sprint(tab.Go(path).Unreached()); !strings.Contains(got, want) {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
}
