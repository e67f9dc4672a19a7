package ui

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/id"
	"tandem/internal/journey"
	"tandem/internal/money"
)

// Journey is a timeline, the newest first.
type Journey struct {
	Voice
	Items []Item
	More  string // the path of older touches, "" where there are none
}

// Item is a touch on a timeline, or several like ones that follow each other, folded.
type Item struct {
	Month   string // begins here, "" inside of one
	Class   string // m or s
	Side    string // the wing in words
	Icon    string
	Title   string
	At      clock.Micros
	Text    string
	Rest    string // of a long text, which folds
	Meta    []string
	Person  string // whose touch it is, on a company's timeline
	URL     string // of the person
	Remove  string // the path that takes it away, "" where that is not to be done here
	times   int
	kind    string
	contact id.ID
}

// Around is what a timeline needs to know beside its touches.
type Around struct {
	Users  map[id.ID]string // colleagues, by name
	People map[id.ID]string // contacts, by name; nil on a person's own timeline
	Remove map[id.ID]string // paths that take a touch away
	Deals  map[id.ID]string // by name
}

// DealsOf are the names of the deals that touches are about.
func (r *Request) DealsOf(tx *db.Tx, touches []journey.Touch) (map[id.ID]string, error) {
	var ids []id.ID
	for i := range touches {
		if touches[i].DealID != 0 {
			ids = append(ids, touches[i].DealID)
		}
	}
	deals, err := r.site.Deals.ByIDs(r.Context(), tx, ids)
	names := make(map[id.ID]string, len(deals))
	for of, d := range deals {
		names[of] = d.Name
	}
	return names, err
}

// foldable are the kinds that come in heaps.
func foldable(kind string) bool {
	switch kind {
	case journey.PageView, journey.EmailOpened, journey.EmailClicked, journey.AdClick, journey.EmailSent:
		return true
	}
	return false
}

// NewJourney makes a timeline of touches, the newest first.
func NewJourney(v Voice, touches []journey.Touch, a Around) Journey {
	j := Journey{Voice: v}
	month := ""
	for i := range touches {
		t := &touches[i]
		last := len(j.Items) - 1
		if last >= 0 && foldable(t.Kind) && j.Items[last].folds(v, t) {
			j.Items[last].times++
			j.Items[last].Title = v.T("%[1]s, %[2]d times", v.Kind(t.Kind), j.Items[last].times)
			continue
		}
		item := v.item(t, a)
		if m := v.Month(t.At); m != month {
			month, item.Month = m, m
		}
		j.Items = append(j.Items, item)
	}
	return j
}

// longText is how much of a text is read at a glance, in bytes.
const longText = 800

// fold parts a long text at a space, so that a timeline stays one.
func fold(text string) (shown, rest string) {
	if len(text) <= longText+longText/2 {
		return text, ""
	}
	at := strings.LastIndexAny(text[:longText], " \n")
	if at < longText/2 {
		at = longText
		for !utf8.RuneStart(text[at]) {
			at--
		}
	}
	return text[:at], text[at:]
}

// folds reports whether a touch is like the one before it: of a kind that comes in heaps, of the same day, and of nobody else.
func (i *Item) folds(v Voice, t *journey.Touch) bool {
	return i.kind == t.Kind && i.contact == t.ContactID && i.At.Day(v.zone) == t.At.Day(v.zone) && t.Note == ""
}

func (v Voice) item(t *journey.Touch, a Around) Item {
	i := Item{
		Class: Wing(t.Side), Icon: KindIcon(t.Kind), Title: v.Kind(t.Kind), At: t.At, Text: t.Note, times: 1, kind: t.Kind, contact: t.ContactID,
		Person: a.People[t.ContactID], Remove: a.Remove[t.ID],
	}
	i.Text, i.Rest = fold(i.Text)
	if i.Person != "" {
		i.URL = "/people/" + t.ContactID.String()
	}
	if deal := a.Deals[t.DealID]; deal != "" && deal != t.Note {
		i.Meta = append(i.Meta, deal)
	}
	i.Side = v.T("Marketing")
	if t.Side == journey.Sales {
		i.Side = v.T("Sales")
	}
	if t.Kind == journey.Call && strings.Contains(t.Detail, `"missed":true`) {
		i.Title = v.T("Missed call")
	}
	if t.Machine {
		i.Meta = append(i.Meta, v.T("by a machine, not by the person"))
	}
	if t.Value != nil && t.Currency != "" {
		i.Meta = append(i.Meta, v.Money(money.Amount{Minor: *t.Value, Currency: money.Currency(t.Currency)}))
	}
	for _, s := range []string{t.Page, t.Campaign, a.Users[t.User]} {
		if s != "" {
			i.Meta = append(i.Meta, s)
		}
	}
	if t.Channel != "" {
		i.Meta = append(i.Meta, v.Channel(t.Channel))
	}
	return i
}

// Ribbon is a journey drawn as one line: marketing's touches above, sales' below.
type Ribbon struct {
	Label string
	Marks []Mark
	Lines []Line
}

// Mark is a touch on the ribbon.
type Mark struct{ Class, X string }

// Line is the beginning of a month on the ribbon.
type Line struct{ X, Text string }

const ribbonWidth = 600.0

// NewRibbon draws touches. Where all happened within a day there is nothing to draw.
func NewRibbon(v Voice, touches []journey.Touch) *Ribbon {
	if len(touches) < 2 {
		return nil
	}
	first, last := touches[len(touches)-1].At, touches[0].At
	if time.Duration(last-first)*time.Microsecond < 24*time.Hour {
		return nil
	}
	x := func(at clock.Micros) float64 {
		return 25 + float64(at-first)/float64(last-first)*(ribbonWidth-50)
	}
	r := &Ribbon{Label: v.T("Touches from %[1]s to %[2]s: marketing above the line, sales below", v.Month(first), v.Month(last))}
	for _, t := range touches {
		if c := Wing(t.Side); c != "" {
			r.Marks = append(r.Marks, Mark{c, place(x(t.At), c)})
		}
	}
	r.Lines = months(v, first, last, x)
	return r
}

// place is where a mark begins: a circle by its middle, a square by its corner.
func place(x float64, class string) string {
	if class == "s" {
		x -= 4
	}
	return strconv.FormatFloat(x, 'f', 1, 64)
}

// months are at most seven beginnings of months between two instants.
func months(v Voice, first, last clock.Micros, x func(clock.Micros) float64) []Line {
	from, to := first.Time().In(v.zone), last.Time().In(v.zone)
	n := (to.Year()-from.Year())*12 + int(to.Month()-from.Month())
	step := n/7 + 1
	var lines []Line
	for m := time.Date(from.Year(), from.Month()+1, 1, 0, 0, 0, 0, v.zone); m.Before(to); m = m.AddDate(0, step, 0) {
		text := v.month(m.Month())
		if len(lines) == 0 || m.Month() < time.Month(step+1) {
			text = fmt.Sprintf("%s %d", text, m.Year())
		}
		lines = append(lines, Line{strconv.FormatFloat(x(clock.Of(m)), 'f', 1, 64), text})
	}
	return lines
}
