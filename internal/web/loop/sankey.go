package loop

import (
	"fmt"
	"net/url"

	"tandem/internal/insight/report"
	"tandem/internal/web/ui"
)

// Sankey is the flow from first touch to money as a drawing: coordinates and words, which the template puts into SVG. Who goes on stays at the
// top, who leaves sinks to the bottom. Its height grows with the number of channels.
type Sankey struct {
	Height string
	Says   string
	Bands  []Band
	Bars   []Bar
	Labels []Label
	List   []Line // the same in words, for a phone
}

// Band is a stream from one bar to another.
type Band struct{ Class, Path string }

// Bar is a step; it opens the people who stand there.
type Bar struct{ Class, X, Y, Height, URL, Says string }

// Label is a text in the drawing, or two: a number and what it is of.
type Label struct {
	X, Y, Anchor string
	Strong, Text string
	Gap          bool // the text stands behind the number, paler
	Dim          bool
}

// Line is a step in words.
type Line struct{ Text, Detail, Number, URL, Wing string }

// The drawing's measures. Its steps stand at columns, each bar so wide; everybody together is so high.
const (
	barWidth   = 10.0
	peopleHigh = 260.0
	top        = 28.0
	apart      = 34.0 // those who go on from those who leave
	labelRoom  = 19.0 // what a label needs in height
	rowGap     = 5.0
	mostRows   = 12
	tiny       = 0.02 // the share of all people under which channels are drawn together
)

var columns = [...]float64{150, 430, 690, 915, 1075}

// drawing is a Sankey under way.
type drawing struct {
	Sankey
	ui.Voice
	asked
	unit   float64 // pixels a person
	bottom float64
}

func sankey(v ui.Voice, q asked, flow report.Flow) Sankey {
	d := &drawing{Voice: v, asked: q}
	if flow.Total.People == 0 {
		return d.Sankey
	}
	d.unit = peopleHigh / float64(flow.Total.People)
	d.Says = v.T("Of %[1]d people %[2]d became leads, %[3]d had a deal, %[4]d bought and %[5]d paid", v.Many(flow.Total.People), v.Many(flow.Total.Leads),
		v.Many(flow.Total.Deal), v.Many(flow.Total.Won), v.Many(flow.Total.Paid))
	streams := d.fold(flow.Rows)
	d.bottom = max(d.reach(streams), top+d.high(flow.Total.Leads)+apart+d.high(flow.Total.People-flow.Total.Leads))
	d.channels(streams, &flow.Total)
	d.list(flow.Rows)
	d.steps(&flow.Total)
	d.Height = px(d.bottom + 12)
	return d.Sankey
}

// stream is a channel of the drawing, or the smallest ones together.
type stream struct {
	report.FlowRow
	name, url string
}

// fold draws the channels that are too thin to be told apart as one.
func (d *drawing) fold(rows []report.FlowRow) []stream {
	shown := 0
	for shown < len(rows) && float64(rows[shown].People)*d.unit >= tiny*peopleHigh {
		shown++
	}
	if len(rows)-shown == 1 {
		shown++ // one alone has a name of its own
	}
	if shown > mostRows || shown == mostRows && shown < len(rows) {
		shown = mostRows - 1
	}
	var streams []stream
	for _, r := range rows[:shown] {
		streams = append(streams, stream{r, named(d.Voice, "channel", r.Key), d.of(r.Key)})
	}
	if shown == len(rows) {
		return streams
	}
	rest := stream{name: d.T("%d others", d.Many(len(rows)-shown))}
	but := url.Values{}
	for _, r := range rows[:shown] {
		but.Add("but", r.Key)
	}
	for _, r := range rows[shown:] {
		rest.People += r.People
		rest.Leads += r.Leads
	}
	rest.url = d.people(report.AllPeople, "by", "channel") + "&" + but.Encode()
	return append(streams, rest)
}

// of is a link to the people of a channel.
func (d *drawing) of(key string) string {
	return d.people(report.AllPeople, "keyed", "1", "key", key, "by", "channel")
}

// reach is how far down the first column goes.
func (d *drawing) reach(streams []stream) float64 {
	y := 4.0
	for _, r := range streams {
		y += max(d.high(r.People), labelRoom) + rowGap
	}
	return y - rowGap
}

// channels draws the first column and its streams to the leads and to those who are none yet.
func (d *drawing) channels(streams []stream, total *report.FlowRow) {
	y, lead, left := 4.0, top, d.bottom-d.high(total.People-total.Leads)
	for _, r := range streams {
		high := d.high(r.People)
		at := y + max(0, labelRoom-high)/2
		wing := ui.Wing(r.Side)
		d.Bars = append(d.Bars, Bar{or(wing, "dim"), px(columns[0]), px(at), px(high), r.url, d.T("%[1]s: %[2]d people", r.name, d.Many(r.People))})
		middle := px(at + high/2 + 4)
		d.Labels = append(d.Labels,
			Label{X: px(columns[0] - 34 - 7*float64(len(d.Number(r.People))-3)), Y: middle, Anchor: "end", Text: shortened(r.name)},
			Label{X: px(columns[0] - 6), Y: middle, Anchor: "end", Strong: d.Number(r.People)})
		share := float64(r.Leads) * d.unit
		d.band("flow-"+or(wing, "x"), 0, at, 1, lead, share)
		d.band("flow-x", 0, at+share, 1, left, float64(r.People-r.Leads)*d.unit)
		lead += share
		left += float64(r.People-r.Leads) * d.unit
		y += max(high, labelRoom) + rowGap
	}
}

// list says every channel in words.
func (d *drawing) list(rows []report.FlowRow) {
	for _, r := range rows {
		became := d.T("%[1]s, %[2]s", d.T("%d leads", d.Many(r.Leads)), d.T("%d customers", d.Many(r.Won)))
		d.List = append(d.List, Line{named(d.Voice, "channel", r.Key), became, d.Number(r.People), d.of(r.Key), ui.Wing(r.Side)})
	}
}

// steps draws the other columns: who went on, and below them who did not.
func (d *drawing) steps(t *report.FlowRow) {
	steps := []struct {
		on, off     report.Step
		label       string
		name, leave string
		of          string
	}{
		{report.Leads, report.NoLead, d.T("%d leads", d.Many(t.Leads)), d.T("leads"), d.T("no lead yet"), d.T("of people")},
		{report.WithDeal, report.NoDeal, d.T("%s with a deal", d.Number(t.Deal)), d.T("with a deal"), d.T("no deal"), d.T("of leads")},
		{report.Customers, report.NotWon, d.T("%s bought", d.Number(t.Won)), d.T("bought"), d.T("lost or open"), d.T("of deals")},
		{report.Payers, report.NotPaid, d.T("%s paid", d.Number(t.Paid)), d.T("paid"), d.T("to be paid"), ""},
	}
	before := t.People
	for i, s := range steps {
		on, off := t.Count(s.on), t.Count(s.off)
		class := "s"
		if s.on == report.Leads {
			class = "m"
		}
		d.node(class, i+1, top, on, d.people(s.on), s.name)
		d.Labels = append(d.Labels, Label{
			X: px(columns[i+1]), Y: px(top - 10), Anchor: "start", Strong: s.label, Text: d.ratio(on, before, s.of), Gap: true,
		})
		d.List = append(d.List, Line{s.name, "", d.Number(on), d.people(s.on), class})
		below := d.bottom - d.high(off)
		if off > 0 {
			d.node("dim", i+1, below, off, d.people(s.off), s.leave)
			d.Labels = append(d.Labels, Label{X: px(columns[i+1] + barWidth + 8), Y: px(below + d.high(off)/2 + 4), Anchor: "start", Text: d.Number(off) + " " + s.leave, Dim: true})
			d.List = append(d.List, Line{s.leave, "", d.Number(off), d.people(s.off), ""})
		}
		if i > 0 {
			d.band("flow-s", i, top, i+1, top, float64(on)*d.unit)
			d.band("flow-x", i, top+float64(on)*d.unit, i+1, below, float64(off)*d.unit)
		}
		before = on
	}
}

func (d *drawing) node(class string, column int, y float64, n int, url, name string) {
	if n == 0 {
		return
	}
	d.Bars = append(d.Bars, Bar{class, px(columns[column]), px(y), px(d.high(n)), url, d.T("%[1]s: %[2]d people", name, d.Many(n))})
}

// high is how high so many people stand; a few are still to be seen.
func (d *drawing) high(n int) float64 { return max(1.5, float64(n)*d.unit) }

// band is a stream of a width between two columns, as a Bézier curve.
func (d *drawing) band(class string, from int, y0 float64, to int, y1, wide float64) {
	if wide <= 0 {
		return
	}
	x0, x1 := columns[from]+barWidth, columns[to]
	middle := (x0 + x1) / 2
	d.Bands = append(d.Bands, Band{class, fmt.Sprintf("M%.0f %.1fC%.1f %.1f %.1f %.1f %.0f %.1fv%.1fC%.1f %.1f %.1f %.1f %.0f %.1fz",
		x0, y0, middle, y0, middle, y1, x1, y1, wide, middle, y1+wide, middle, y0+wide, x0, y0+wide)})
}

func (d *drawing) ratio(some, all int, of string) string {
	if all == 0 {
		return ""
	}
	return d.Percent(float64(some)/float64(all)) + " " + of
}

// people is a link to those who stand at a step.
func (d *drawing) people(step report.Step, more ...string) string {
	return d.figure(report.OfFlow, append([]string{"step", string(step)}, more...)...)
}

// shortened is a name that fits left of the bars; the whole is in its bar's title.
func shortened(name string) string {
	letters := []rune(name)
	if len(letters) <= 17 {
		return name
	}
	return string(letters[:16]) + "…"
}

func or(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}
