package app_test

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"tandem/internal/team"
	"tandem/internal/test/dbtest"
	"tandem/internal/web"
	"tandem/internal/web/webtest"
)

// TestEveryFigureOpensToWhatItShows opens every figure of the demo's Today, and of its loop in many ways. What is money comes to as much behind it, to
// the cent where a sale has a part; what is a number has as many rows.
func TestEveryFigureOpensToWhatItShows(t *testing.T) {
	s := webtest.Demo(t, dbtest.SQLite(t), 120, web.Routes)
	o := opener{t, s.As(t, team.Owner), map[string]*behind{}}
	o.opens("/", 6)
	for _, query := range []string{
		"", "period=all&model=linear&by=source&count=paid", "from=2026-03-29&to=2026-03-29&model=w-shaped&by=campaign",
	} {
		o.opens("/loop?"+query, 60)
	}
	if len(o.seen) < 200 {
		t.Errorf("only %d figures were opened", len(o.seen))
	}
}

// opener opens figures, each once.
type opener struct {
	t    *testing.T
	b    *webtest.Browser
	seen map[string]*behind
}

// behind is what stands behind a figure.
type behind struct {
	shown string // how many records, such as 21 people
	worth string // what they come to
	rows  int
	sales bool    // they are sales, of which somebody may have several
	whole bool    // the rows are all of them
	sum   float64 // what the last column comes to
	notes string
}

// figure is what a page shows of one address: in the links that lead there, and in their titles and labels.
type figure struct{ texts, titles []string }

func (o *opener) opens(path string, least int) {
	o.t.Helper()
	figures := map[string]*figure{}
	for _, a := range o.b.Open(path).Is(200).All(`main a[href^="/loop/people"]`) {
		at := webtest.Attr(a, "href")
		if figures[at] == nil {
			figures[at] = &figure{}
		}
		f := figures[at]
		f.texts = append(f.texts, webtest.TextOf(a))
		if f.texts[0] == "Open" { // an act beside what it opens
			line := webtest.TextOf(a.Parent.Parent)
			f.texts = append(f.texts, line)
			f.texts = append(f.texts, amount.FindAllString(line, -1)...)
		}
		f.titles = append(f.titles, webtest.Attr(a, "title"), webtest.Attr(a, "aria-label"))
	}
	if len(figures) < least {
		o.t.Errorf("%s has %d figures that open, want at least %d", path, len(figures), least)
	}
	for at, f := range figures {
		if o.seen[at] == nil {
			o.seen[at] = o.read(at)
		}
		if why := o.seen[at].differs(f); why != "" {
			o.t.Errorf("%s: %s shows %q %q, and opens to %+v: %s", path, at, f.texts, f.titles, *o.seen[at], why)
		}
	}
}

func (o *opener) read(at string) *behind {
	o.t.Helper()
	page := o.b.Open(at).Is(200)
	found := &behind{shown: webtest.TextOf(page.One("p.say > span")), rows: len(page.All("tbody tr")), sales: strings.Contains(page.Text(), "Person Sale Day"), whole: len(page.All("a[rel=next]")) == 0}
	for _, b := range page.All("p.say > b") {
		found.worth = webtest.TextOf(b)
	}
	for _, cell := range page.All("tbody td.r:last-child") {
		found.sum += cash(webtest.TextOf(cell))
	}
	for _, p := range page.All("p.sm.dim") {
		found.notes += webtest.TextOf(p)
	}
	return found
}

var (
	number = regexp.MustCompile(`[0-9][0-9,]*`)
	amount = regexp.MustCompile(`€[0-9,.]*[0-9]`)
)

// differs says why a figure does not show what stands behind it, "" where it does.
func (b *behind) differs(f *figure) string {
	counts := number.FindAllString(b.shown, -1)
	here := number.FindAllString(strings.Join(append(f.titles, f.texts...), " "), -1)
	shares := func(n string) bool { return slices.Contains(counts, n) }
	from := ""
	for _, title := range f.titles {
		if strings.HasPrefix(title, "from ") {
			from = number.FindString(title)
		}
	}
	switch rows := counts[len(counts)-1]; {
	case b.worth != "" && !slices.Contains(f.texts, b.worth):
		return "it comes to something else"
	case b.worth == "" && !slices.ContainsFunc(here, shares):
		return "they are as many others"
	case from != "" && !shares(from):
		return "it is from as many others"
	case b.whole && !(b.sales && strings.HasSuffix(b.shown, "people")) && strconv.Itoa(b.rows) != strings.ReplaceAll(rows, ",", ""):
		return "the rows are not as many"
	case b.whole && b.worth != "" && !strings.Contains(b.notes, "Markov") && !near(b.sum, cash(b.worth)):
		return "the rows do not come to it"
	}
	return ""
}

// near reports whether a sum is what is shown, which has no cents from a hundred on.
func near(sum, shown float64) bool {
	room := 0.005
	if math.Abs(shown) >= 100 {
		room = 0.5
	}
	return math.Abs(sum-shown) <= room+1e-6
}

// cash reads an amount such as −€1,234.50; of one that is counted as another, the other.
func cash(text string) float64 {
	if _, as, found := strings.Cut(text, "counted as "); found {
		text = as
	}
	n, err := strconv.ParseFloat(strings.NewReplacer("€", "", ",", "", "−", "-").Replace(text), 64)
	if err != nil {
		return math.NaN()
	}
	return n
}
