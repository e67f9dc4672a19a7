package app_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"tandem/internal/app"
	"tandem/internal/clock"
	"tandem/internal/test/dbtest"
)

// TestABusinesssOwnFilesGiveTheAnswersThatAreInThem imports the files of a business by the commands its owner types, and asks the questions.
// What the answers must be is counted from the files' lines alone.
func TestABusinesssOwnFilesGiveTheAnswersThatAreInThem(t *testing.T) {
	for _, engine := range []string{dbtest.SQLiteEngine, dbtest.PostgresEngine} {
		t.Run(engine, func(t *testing.T) {
			b := newBusiness(t)
			d := &desk{T: t, url: dbtest.URL(t, engine)}
			d.runs("workspace", "set", "default", "--timezone", "Europe/Berlin")
			for again, outcome := range []string{"created", "unchanged"} {
				for _, kind := range []string{"contacts", "touches", "visits", "deals", "payments"} {
					d.imports(b, kind, outcome, again == 0)
				}
				for _, key := range []string{"channel", "page", "owner", "month", "field.segment"} {
					d.wantFunnel(key, b.funnel(key))
				}
				d.wantCycle(b.cycle())
				for _, model := range []string{"linear", "first", "last"} {
					for _, conversion := range []string{"won", "paid"} {
						d.wantCredit(model, conversion, b.credit(model, conversion))
					}
				}
			}
		})
	}
}

// desk is a terminal.
type desk struct {
	*testing.T
	url string
}

// runs runs a command that must succeed and returns what it printed.
func (d *desk) runs(args ...string) []byte {
	d.Helper()
	var out, complaints bytes.Buffer
	status := app.Run(d.Context(), app.Process{
		Version: "test", Args: append(args, "--db", d.url), Env: func(string) string { return "" }, In: strings.NewReader(""), Out: &out, Err: &complaints,
		Clock: clock.NewFake(time.Date(2026, 5, 20, 9, 0, 0, 0, time.UTC)),
	})
	if status != 0 {
		d.Fatalf("tandem %s: status %d, %s", strings.Join(args, " "), status, &complaints)
	}
	return out.Bytes()
}

// asks runs a command with --json and reads its answer.
func (d *desk) asks(answer any, args ...string) {
	d.Helper()
	if err := json.Unmarshal(d.runs(append(args, "--json")...), answer); err != nil {
		d.Fatalf("tandem %s: %v", strings.Join(args, " "), err)
	}
}

// imports brings one file in and checks that each of its rows became the same.
func (d *desk) imports(b *business, name, outcome string, first bool) {
	d.Helper()
	f := b.files[name]
	args := []string{"import", f.kind, f.path}
	for _, m := range f.mapping {
		args = append(args, "--map", m)
	}
	for _, s := range f.set {
		args = append(args, "--set", s)
	}
	var got map[string]any
	d.asks(&got, args...)
	strangers := 0
	if name == "deals" && first {
		strangers = b.strangers
	}
	want := map[string]int{"rows": f.rows, "created": 0, "updated": 0, "unchanged": 0, "skipped": 0, "problem_count": 0, "contacts_created": strangers}
	want[outcome] = f.rows
	if name == "contacts" && first {
		want["contacts_created"] = f.rows
	}
	for what, n := range want {
		if got[what] != float64(n) {
			d.Errorf("import %s: %s is %v, want %d (%v)", name, what, got[what], n, got["problems"])
		}
	}
}

// tally is one key of the funnel.
type tally struct {
	Key       string
	Contacts  int
	Deals     int
	Open      int
	Won       int
	Lost      int
	AmountWon string `json:"amount_won"`
	Paid      string

	wonCents, cents int64
}

func (d *desk) wantFunnel(key string, want map[string]*tally) {
	d.Helper()
	var got struct {
		Currency string
		Rows     []struct {
			tally
			WonRate *float64 `json:"won_rate"`
		}
		Total tally
	}
	d.asks(&got, "report", "funnel", "--by", key)
	total := tally{}
	for _, row := range got.Rows {
		w := want[row.Key]
		if w == nil {
			d.Errorf("funnel by %s: a row %q that is in no file", key, row.Key)
			continue
		}
		line := tally{w.Key, w.Contacts, w.Deals, w.Open, w.Won, w.Lost, euros(w.wonCents), euros(w.cents), 0, 0}
		if row.tally != line {
			d.Errorf("funnel by %s: got %+v, want %+v", key, row.tally, line)
		}
		if rate := float64(w.Won) / float64(w.Won+w.Lost); (row.WonRate == nil) != (w.Won+w.Lost == 0) || row.WonRate != nil && *row.WonRate != rate {
			d.Errorf("funnel by %s, %q: won rate %v of %d and %d", key, row.Key, row.WonRate, w.Won, w.Lost)
		}
	}
	for _, w := range want {
		total.Contacts, total.Deals, total.Open, total.Won, total.Lost = total.Contacts+w.Contacts, total.Deals+w.Deals, total.Open+w.Open, total.Won+w.Won, total.Lost+w.Lost
		total.wonCents, total.cents = total.wonCents+w.wonCents, total.cents+w.cents
	}
	total = tally{"", total.Contacts, total.Deals, total.Open, total.Won, total.Lost, euros(total.wonCents), euros(total.cents), 0, 0}
	if len(got.Rows) != len(want) || got.Total != total || got.Currency != "EUR" {
		d.Errorf("funnel by %s: %d rows and %+v in all, want %d and %+v", key, len(got.Rows), got.Total, len(want), total)
	}
}

// days are the figures of a cycle.
type days struct {
	Unit                        string
	N                           int
	Median, Mean, P90, Min, Max float64
	BeforeFirstTouch            int `json:"before_first_touch"`
}

func (d *desk) wantCycle(want days) {
	d.Helper()
	var got days
	d.asks(&got, "report", "cycle")
	for _, f := range [][2]float64{{got.Median, want.Median}, {got.Mean, want.Mean}, {got.P90, want.P90}, {got.Min, want.Min}, {got.Max, want.Max}} {
		if math.Abs(f[0]-f[1]) > 1e-9 {
			d.Fatalf("cycle: got %+v, want %+v", got, want)
		}
	}
	if got.Unit != "days" || got.N != want.N || got.BeforeFirstTouch != want.BeforeFirstTouch {
		d.Errorf("cycle: got %+v, want %+v", got, want)
	}
}

// earned is what one channel earned.
type earned struct{ conversions, cents float64 }

func (d *desk) wantCredit(model, conversion string, want map[string]*earned) {
	d.Helper()
	type row struct {
		Key         string
		Conversions float64
		Value       string
	}
	var got struct {
		Rows  []row
		Total row
	}
	d.asks(&got, "report", "attribution", "--model", model, "--conversion", conversion, "--by", "channel")
	var conversions, cents float64
	for _, w := range want {
		conversions, cents = conversions+w.conversions, cents+w.cents
	}
	for _, r := range got.Rows {
		w := want[r.Key]
		if w == nil || math.Abs(r.Conversions-w.conversions) > 1e-9 || r.Value != euros(int64(math.Round(w.cents))) {
			d.Errorf("%s %s: got %+v, want %+v", model, conversion, r, w)
		}
	}
	if len(got.Rows) != len(want) || got.Total.Conversions != math.Round(conversions) || got.Total.Value != euros(int64(math.Round(cents))) {
		d.Errorf("%s %s: %d rows and %+v in all, want %d, %v, %v cents", model, conversion, len(got.Rows), got.Total, len(want), conversions, cents)
	}
}

func euros(cents int64) string {
	sign := ""
	if cents < 0 {
		sign, cents = "-", -cents
	}
	return fmt.Sprintf("%s%d.%02d", sign, cents/100, cents%100)
}

// quantile lies between the two nearest of sorted values, in proportion.
func quantile(sorted []float64, p float64) float64 {
	at := p * float64(len(sorted)-1)
	low := int(at)
	if low+1 == len(sorted) {
		return sorted[low]
	}
	return sorted[low] + (at-float64(low))*(sorted[low+1]-sorted[low])
}

// funnel counts people by where they came from first, deals by their own owner or segment or else by their person's.
func (b *business) funnel(key string) map[string]*tally {
	rows := map[string]*tally{}
	at := func(key string) *tally {
		if rows[key] == nil {
			rows[key] = &tally{Key: key}
		}
		return rows[key]
	}
	for _, p := range b.people {
		row := at(p.under(key))
		row.Contacts++
		if p.deal == nil {
			continue
		}
		if own := p.deal.under(key); own != "" {
			row = at(own)
		}
		row.Deals++
		switch p.deal.status {
		case "won":
			row.Won++
			row.wonCents += p.deal.cents
		case "lost":
			row.Lost++
		default:
			row.Open++
		}
		row.cents += p.deal.paid()
	}
	return rows
}

func (p *person) under(key string) string {
	own := map[string]string{"owner": p.rep, "field.segment": p.segment}[key]
	switch {
	case own == "" && p.deal != nil:
		own = p.deal.under(key)
	case own != "":
		return own
	}
	if own != "" || len(p.arrivals) == 0 {
		return own
	}
	first := p.arrivals[0]
	return map[string]string{"channel": first.channel, "page": first.page, "month": first.at[:len("2006-01")]}[key]
}

func (o *opportunity) under(key string) string {
	return map[string]string{"owner": o.seller, "field.segment": o.segment}[key]
}

func (o *opportunity) paid() (cents int64) {
	for _, r := range o.receipts {
		cents += r.cents
	}
	return cents
}

func (b *business) cycle() days {
	d := days{Unit: "days"}
	var took []float64
	sum := 0.0
	for _, p := range b.people {
		if p.deal == nil || p.deal.status != "won" || len(p.arrivals) == 0 {
			continue
		}
		n := b.when(p.deal.closed).Sub(b.when(p.arrivals[0].at)).Hours() / 24
		took, sum = append(took, n), sum+n
		if n < 0 {
			d.BeforeFirstTouch++
		}
	}
	slices.Sort(took)
	d.N, d.Mean, d.Median, d.P90 = len(took), sum/float64(len(took)), quantile(took, 0.5), quantile(took, 0.9)
	d.Min, d.Max = took[0], took[len(took)-1]
	return d
}

// credit shares what each deal brought among the touches up to its win, or, where it was not won, up to its first payment.
func (b *business) credit(model, conversion string) map[string]*earned {
	all := map[string]*earned{}
	for _, p := range b.people {
		if p.deal == nil {
			continue
		}
		until, cents := p.deal.closed, p.deal.cents
		if conversion == "paid" {
			cents = p.deal.paid()
			if p.deal.status != "won" && len(p.deal.receipts) > 0 {
				until = p.deal.receipts[0].at
			}
		}
		if conversion == "won" && p.deal.status != "won" || conversion == "paid" && len(p.deal.receipts) == 0 {
			continue
		}
		channels := p.channelsUntil(until)
		switch {
		case len(channels) == 0:
			channels = []string{""}
		case model == "first":
			channels = channels[:1]
		case model == "last":
			channels = channels[len(channels)-1:]
		}
		for _, c := range channels {
			if all[c] == nil {
				all[c] = &earned{}
			}
			all[c].conversions += 1 / float64(len(channels))
			all[c].cents += float64(cents) / float64(len(channels))
		}
	}
	return all
}

func (p *person) channelsUntil(at string) (channels []string) {
	for _, a := range p.arrivals {
		if a.at <= at && a.channel != "" {
			channels = append(channels, a.channel)
		}
	}
	return channels
}

func (b *business) when(text string) time.Time {
	t, err := time.ParseInLocation(time.DateTime, text, b.zone)
	if err != nil {
		b.t.Fatal(err)
	}
	return t
}

func (b *business) sorted() []string { return slices.Sorted(maps.Keys(b.people)) }

// price is an amount that up to six touches share without a rest.
func price(n int) int64 { return int64(n) * 60 }

func comma(cents int64) string { return strings.Replace(euros(cents), ".", ",", 1) }

func plain(cents int64) string { return strconv.FormatFloat(float64(cents)/100, 'f', -1, 64) }
