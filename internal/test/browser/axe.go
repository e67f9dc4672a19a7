package browser

import (
	_ "embed" // for the rules
	"fmt"
	"strings"
)

// rules is axe-core 4.14.1 by Deque Systems, which finds what keeps people with a handicap from using a page. It is under the Mozilla Public
// License 2.0, see axe/; it is used by tests alone and is in no program.
//
//go:embed axe/axe-4.14.1.min.js
var rules string

// Barrier is something on a page that keeps somebody out.
type Barrier struct {
	ID     string `json:"id"`
	Impact string `json:"impact"`
	Help   string `json:"help"`
	Nodes  []struct {
		HTML   string   `json:"html"`
		Target []string `json:"target"`
		Why    string   `json:"failureSummary"`
	} `json:"nodes"`
}

// Barriers are the serious and critical ones of the page as it is now. With names of rules, such as color-contrast, it looks for those alone.
func (b *Tab) Barriers(only ...string) []Barrier {
	b.t.Helper()
	if !Eval[bool](b, "typeof axe === 'object'") {
		Eval[bool](b, rules+";true")
	}
	options := `{resultTypes: ["violations"], preload: false, runOnly: ` + serious + `}`
	if len(only) > 0 {
		options = `{resultTypes: ["violations"], preload: false, runOnly: ` + quote(only) + `}`
	}
	return Eval[[]Barrier](b, `axe.run(document, `+options+`)
		.then(r => r.violations.filter(v => v.impact === "serious" || v.impact === "critical")
			.map(v => ({...v, nodes: v.nodes.slice(0, 3).map(n => ({html: n.html, target: n.target.flat(), failureSummary: n.failureSummary}))})))`)
}

// serious are the rules that find something serious at all; the others take a quarter of the time.
const serious = `axe._audit.rules.filter(r => r.enabled && !["minor", "moderate"].includes(r.impact) && !r.tags.some(t => axe._audit.tagExclude.includes(t))).map(r => r.id)`

// String says what is in the way, and where.
func (a Barrier) String() string {
	var s strings.Builder
	fmt.Fprintf(&s, "%s (%s): %s", a.ID, a.Impact, a.Help)
	for _, n := range a.Nodes {
		fmt.Fprintf(&s, "\n    %s\n    %s", strings.Join(strings.Fields(n.HTML), " "), strings.Join(strings.Fields(n.Why), " "))
	}
	return s.String()
}
