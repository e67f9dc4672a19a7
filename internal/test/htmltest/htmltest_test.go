package htmltest_test

import (
	"strings"
	"testing"

	"tandem/internal/test/htmltest"
)

// whole is a page with something in it.
func whole(main string) string {
	return "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>A page</title></head>\n<body><main><h1>A page</h1>\n" + main + "</main></body></html>"
}

func TestAValidPageIsValid(t *testing.T) {
	for _, main := range []string{
		"", `<p>Some <a href="/x">words &amp; <em>more</em></a><br>here</p>`,
		`<form method="post" action="/x"><label for="a">A</label><input id="a" name="a"><label>B <select name="b"><option selected>1</option></select></label><button>Send</button></form>`,
		`<table><caption>T</caption><thead><tr><th scope="col">A</th></tr></thead><tbody><tr><td style="--v:3">1</td></tr></tbody></table>`,
		`<svg viewBox="0 0 1 1" aria-hidden="true"><path d="M0 0"/><g><title>T</title><rect width="1"/></g></svg>`,
		`<h2>Two</h2><h3>Three</h3><h2>Two</h2><a href="#there">down</a><p id="there" hx-get="/x" data-y="1" aria-live="polite">x</p>`,
		`<button aria-label="Close"><svg></svg></button><a href="/x"><h2>A card</h2><p>of a link</p></a>`,
		`<dl><div><dt>A</dt><dd>1</dd></div></dl><details><summary>More</summary><p>x</p></details>`,
	} {
		if wrong := htmltest.Wrong(whole(main)); len(wrong) > 0 {
			t.Errorf("%s: %q", main, wrong)
		}
	}
}

func TestWhatIsWrongIsFound(t *testing.T) {
	for main, want := range map[string]string{
		`<div><p>x</div>`:                                       "<p> is still open where </div> stands",
		`<div>`:                                                 "<div> is still open",
		`</span>`:                                               "</span> closes nothing",
		`<div/>`:                                                "is no void element",
		`<p id="a"></p><p id="a"></p>`:                          `"a" stands on line 4 already`,
		`<p class="a" class="b"></p>`:                           "class stands twice",
		`<blink>x</blink>`:                                      "no element <blink>",
		`<p colour="red"></p>`:                                  "no attribute colour",
		`<p aria-labeledby="x"></p>`:                            "no attribute aria-labeledby",
		`<p role="buton"></p>`:                                  `no role "buton"`,
		`<input type="mail" aria-label="x">`:                    `type="mail"`,
		`<ul><p>x</p></ul>`:                                     "<p> stands directly in <ul>",
		`<ul>x</ul>`:                                            "words stand directly in <ul>",
		`<li>x</li>`:                                            "<li> stands in <main>",
		`<p><div>x</div></p>`:                                   "<div> stands in <p>",
		`<span><a href="/x"><p>x</p></a></span>`:                "<p> stands in <span>",
		`<button><div>x</div></button>`:                         "<div> stands in <button>",
		`<a href="/x"><button>x</button></a>`:                   "<button> stands in <a>",
		`<form><form></form></form>`:                            "a form stands in a form",
		`<label for="nowhere">A</label>`:                        "for #nowhere",
		`<label>A</label>`:                                      "holds 0 fields",
		`<p aria-describedby="nowhere">x</p>`:                   `names "nowhere"`,
		`<a href="#nowhere">x</a>`:                              "leads to #nowhere",
		`<a href="#">x</a>`:                                     "leads nowhere",
		`<button><svg></svg></button>`:                          "<button> has no name",
		`<img src="/x">`:                                        "<img> has no alt",
		`<p onclick="x()">x</p>`:                                "onclick on <p>",
		`<a href="JavaScript:x()">x</a>`:                        "runs a script",
		`<p style="--v:1;color:red">x</p>`:                      "only --names carry data",
		`<script>x()</script>`:                                  "a script on a page",
		`<style>p{}</style>`:                                    "<style> on a page",
		`<h1>Again</h1>`:                                        "2 <h1>",
		`<h3>Three</h3>`:                                        "follows a heading of level 1",
		`<select name="a"><p>x</p></select>`:                    "<p> stands directly in <select>",
		`<tr><td>x</td></tr>`:                                   "<tr> stands in <main>",
		`<p hidden><p></p></p>`:                                 "<p> stands in <p>",
		`<label>A <input><input></label>`:                       "holds 2 fields",
		`<option>x</option>`:                                    "<option> stands in <main>",
		`<label for="b">A <input id="a"></label><input id="b">`: "holds another",
	} {
		if wrong := strings.Join(htmltest.Wrong(whole(main)), "\n"); !strings.Contains(wrong, want) {
			t.Errorf("%s: %q, want %q", main, wrong, want)
		}
	}
	for page, want := range map[string]string{
		"<html></html>": "doctype", `<!doctype html><html lang="en"><title> </title></html>`: "no title", "<!doctype html><html></html>": "language",
	} {
		if wrong := strings.Join(htmltest.Wrong(page), "\n"); !strings.Contains(wrong, want) {
			t.Errorf("%s: %q, want %q", page, wrong, want)
		}
	}
}

func TestAPartNeedsNoPageAroundIt(t *testing.T) {
	if wrong := htmltest.WrongPart(`<li>one</li><li>two</li>`); len(wrong) > 0 {
		t.Error(wrong)
	}
	if wrong := htmltest.WrongPart(`<tr><td>one</tr>`); len(wrong) == 0 {
		t.Error("nothing is wrong")
	}
}
