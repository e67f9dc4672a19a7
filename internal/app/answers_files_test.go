package app_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// business is one whose files are thrown together, always the same. Times are as its files write them, by the clocks of its zone.
type business struct {
	t         *testing.T
	zone      *time.Location
	people    map[string]*person
	strangers int // with a deal, and in no other file
	files     map[string]*file
}

type person struct {
	rep, segment string
	arrivals     []arrival // by time
	deal         *opportunity
}

type arrival struct{ at, channel, page string }

type opportunity struct {
	status, created, closed, seller, segment string
	cents                                    int64
	receipts                                 []receipt // by time
}

type receipt struct {
	at    string
	cents int64 // below zero for a refund
}

// file is one file and how its owner maps it.
type file struct {
	kind, path   string
	mapping, set []string
	rows         int
	text         strings.Builder
}

func (f *file) line(separator string, cells ...string) {
	f.rows++
	f.text.WriteString(strings.Join(cells, separator) + "\n")
}

// newBusiness throws 3,000 leads together, 400 deals, of which some won before anybody clicked, and 400 receipts. A lead's number names both
// its row and its person, its origin is both channel and source.
func newBusiness(t *testing.T) *business {
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	b := &business{t: t, zone: zone, people: map[string]*person{}, files: map[string]*file{
		"contacts": {kind: "contacts", mapping: []string{"external_id=lead_id", "created_at=first_contact_date", "owner=rep", "field.segment=segment"}},
		"touches": {
			kind: "touches", set: []string{"kind=form_submitted"},
			mapping: []string{"external_id=lead_id", "contact=lead_id", "at=first_contact_date", "page=landing_page", "channel=origin", "source=origin"},
		},
		"visits": {kind: "touches", mapping: []string{"contact=lead_id", "at=met_at"}},
		"deals": {
			kind: "deals", set: []string{"currency=EUR"},
			mapping: []string{"external_id=lead_id", "contact=lead_id", "created_at=opened", "closed_at=decided", "owner=seller", "field.segment=line"},
		},
		"payments": {
			kind: "payments", set: []string{"currency=EUR"},
			mapping: []string{"external_id=receipt", "deal=lead_id", "contact=lead_id", "at=booked"},
		},
	}}
	r := rand.New(rand.NewPCG(3000, 400))
	b.leads(r)
	b.visits(r)
	b.deals(r)
	b.payments(r)
	b.save()
	return b
}

// pick is one of the words, "" among them where a cell may be empty.
func pick(r *rand.Rand, words ...string) string { return words[r.IntN(len(words))] }

// moment is a time of day in a year around the days on which the clocks change.
func (b *business) moment(r *rand.Rand) string {
	return time.Date(2025, 1, 1+r.IntN(400), 4+r.IntN(18), r.IntN(60), 1+r.IntN(59), 0, time.UTC).Format(time.DateTime)
}

const midnight = " 00:00:00"

func (b *business) leads(r *rand.Rand) {
	both := "lead_id,first_contact_date,landing_page,origin,rep,segment"
	f, g := b.files["contacts"], b.files["touches"]
	f.text.WriteString(both + "\n")
	for i := range 3000 {
		name := fmt.Sprintf("lead-%04d", i)
		p := &person{rep: pick(r, "", "", "Mia", "Tom", "Zoë"), segment: pick(r, "", "", "SMB", "Shops")}
		day := b.moment(r)[:len(time.DateOnly)]
		origin := pick(r, "", "organic_search", "paid_search", "social", "email", "direct_traffic", "unknown", "other")
		page := fmt.Sprintf("page %d", r.IntN(40))
		p.arrivals = []arrival{{day + midnight, origin, page}}
		b.people[name] = p
		f.line(",", name, day, page, origin, p.rep, p.segment)
	}
	g.text.WriteString(f.text.String())
	g.rows = f.rows
}

// visits are touches without a name of their own; two equal ones are two.
func (b *business) visits(r *rand.Rand) {
	f := b.files["visits"]
	f.text.WriteString("lead_id,met_at,kind,channel\n")
	names := b.sorted()
	for range 1500 {
		name := names[r.IntN(len(names))]
		p := b.people[name]
		a := arrival{at: b.moment(r), channel: pick(r, "Event", "Phone", "email")}
		kind := pick(r, "event", "call", "email_clicked")
		for range 1 + r.IntN(20)/19 {
			if len(p.arrivals) < 6 {
				p.arrivals = append(p.arrivals, a)
				f.line(",", name, a.at, kind, a.channel)
			}
		}
	}
	for _, p := range b.people {
		slices.SortStableFunc(p.arrivals, func(x, y arrival) int { return strings.Compare(x.at, y.at) })
	}
}

func (b *business) deals(r *rand.Rand) {
	f := b.files["deals"]
	f.text.WriteString("lead_id,opened,decided,status,seller,line,amount\n")
	names := b.sorted()
	r.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
	for i, name := range names[:400] {
		if i%50 == 0 {
			name = fmt.Sprintf("stranger-%d", i)
			b.people[name] = &person{}
			b.strangers++
		}
		o := &opportunity{
			status: pick(r, "won", "won", "won", "lost", "open"), created: b.moment(r), seller: pick(r, "", "Mia", "Ann"), segment: pick(r, "", "SMB", "Big"),
			cents: price(r.IntN(5000)),
		}
		if o.status != "open" {
			for o.closed = b.moment(r); o.closed < o.created; {
				o.closed, o.created = o.created, o.closed
			}
		}
		b.people[name].deal = o
		f.line(",", name, o.created, o.closed, o.status, o.seller, o.segment, plain(o.cents))
	}
}

// payments are in the manner of a German bookkeeper: semicolons, decimal commas, a minus for what was given back.
func (b *business) payments(r *rand.Rand) {
	f := b.files["payments"]
	f.text.WriteString("receipt;lead_id;booked;amount\n")
	var names []string
	for _, name := range b.sorted() {
		if b.people[name].deal != nil {
			names = append(names, name)
		}
	}
	for f.rows < 400 {
		name := names[r.IntN(len(names))]
		o := b.people[name].deal
		at, cents := b.moment(r), price(1+r.IntN(900))
		if n := len(o.receipts); n > 0 {
			at = max(at, o.receipts[n-1].at)
			if at == o.receipts[n-1].at {
				continue
			}
			if r.IntN(4) == 0 {
				cents = -cents
			}
		}
		o.receipts = append(o.receipts, receipt{at, cents})
		f.line(";", fmt.Sprintf("R%d", f.rows), name, at, comma(cents))
	}
}

func (b *business) save() {
	dir := b.t.TempDir()
	for name, f := range b.files {
		f.path = filepath.Join(dir, name+".csv")
		if err := os.WriteFile(f.path, []byte(f.text.String()), 0o600); err != nil {
			b.t.Fatal(err)
		}
	}
}
