package report

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"

	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/id"
	"tandem/internal/money"
)

// FunnelQuery asks for the funnel. The period selects the first touch.
type FunnelQuery struct {
	Period
	By string
}

// Funnel is how many people came, what became of them and what they brought, by their first touch.
type Funnel struct {
	Currency    money.Currency `json:"currency"`
	By          string         `json:"by"`
	Rows        []FunnelRow    `json:"rows"`
	Total       FunnelRow      `json:"total"`
	Unconverted []Elsewhere    `json:"unconverted,omitempty"`
}

// FunnelRow is one key of the funnel. Paid is payments less refunds.
type FunnelRow struct {
	Key       string   `json:"key"`
	Contacts  int      `json:"contacts"`
	Deals     int      `json:"deals"`
	Open      int      `json:"open"`
	Won       int      `json:"won"`
	Lost      int      `json:"lost"`
	WonRate   *float64 `json:"won_rate"` // won ÷ (won + lost), null under 1
	AmountWon Sum      `json:"amount_won"`
	Paid      Sum      `json:"paid"`
}

// fieldPrefix begins the grouping by a field of the workspace's own.
const fieldPrefix = "field."

// Funnel makes the report. By a touch's own properties, by month or by owner and own fields: a deal counts under its own owner or value, else
// under its contact's; a contact under its own, else under that of its first deal.
func (s *Service) Funnel(ctx context.Context, p Place, q FunnelQuery) (Funnel, error) {
	within, err := q.span(p.Zone)
	if err != nil {
		return Funnel{}, err
	}
	var report Funnel
	err = s.open(ctx, p, func(tx *db.Tx, b *book) error {
		keys, err := b.keys(ctx, tx, q.By)
		if err != nil {
			return err
		}
		f := &funnel{book: b, keys: keys, within: within, rows: map[string]*FunnelRow{}, first: keys.first}
		f.count()
		report = f.report(q.By)
		return nil
	})
	return report, err
}

// keys say under which key of a report contacts and deals stand.
type keys struct {
	first   map[id.ID]int
	ofTouch func(i int) string // nil where the grouping is not by touch
	own     map[id.ID]string   // of contacts and deals, where it is by owner or own field
}

// keys reads the grouping.
func (b *book) keys(ctx context.Context, tx *db.Tx, by string) (*keys, error) {
	k := &keys{first: b.firsts}
	column := map[string][]int32{
		"channel": b.feed.Channel, "source": b.feed.Source, "medium": b.feed.Medium, "campaign": b.feed.Campaign, "page": b.feed.Page,
	}
	name, isField := strings.CutPrefix(by, fieldPrefix)
	switch {
	case by == "month":
		k.ofTouch = func(i int) string { return b.feed.At[i].Time().In(b.place.Zone).Format("2006-01") }
		return k, nil
	case by == "owner":
		return k, b.owners(ctx, tx, k)
	case isField && name != "":
		return k, b.fieldValues(ctx, tx, k, name)
	}
	words, ok := column[by]
	if !ok {
		return nil, fault.Usagef("a report cannot be grouped by %q", by).
			WithMend("choose channel, source, medium, campaign, page, owner, month or field.NAME")
	}
	k.ofTouch = func(i int) string { return b.feed.Words[words[i]] }
	return k, nil
}

// contact is the key of a contact and whether it has a first touch.
func (k *keys) contact(c id.ID) string {
	if k.ofTouch == nil {
		return k.own[c]
	}
	if i, ok := k.first[c]; ok {
		return k.ofTouch(i)
	}
	return ""
}

// deal is the key of a deal.
func (k *keys) deal(d *dealFacts) string {
	if key := k.own[d.ID]; key != "" {
		return key
	}
	return k.contact(d.Contact)
}

// funnel counts.
type funnel struct {
	*book
	*keys
	within span
	first  map[id.ID]int
	rows   map[string]*FunnelRow
	total  FunnelRow
}

// inside reports whether a contact belongs to the report: its first touch lies in the period. Without a period everybody does.
func (f *funnel) inside(c id.ID) bool {
	if !f.within.limited {
		return true
	}
	i, ok := f.first[c]
	return ok && f.within.holds(f.feed.At[i])
}

func (f *funnel) row(key string) *FunnelRow {
	r := f.rows[key]
	if r == nil {
		r = &FunnelRow{Key: key, AmountWon: f.sum(0), Paid: f.sum(0)}
		f.rows[key] = r
	}
	return r
}

func (f *funnel) count() {
	f.total = FunnelRow{AmountWon: f.sum(0), Paid: f.sum(0)}
	f.countContacts()
	for i := range f.deals {
		d := &f.deals[i]
		if f.inside(d.Contact) {
			f.row(f.deal(d)).deal(d)
			f.total.deal(d)
		}
	}
	for i := range f.payments {
		p := &f.payments[i]
		who, key := p.Contact, ""
		if at, ok := f.dealAt[p.Deal]; ok {
			// what is paid for a deal stands beside it, whoever paid
			who, key = f.deals[at].Contact, f.deal(&f.deals[at])
		}
		if who == 0 {
			who = p.Contact
		}
		if !f.inside(who) {
			continue
		}
		if key == "" {
			key = f.contact(who)
		}
		f.row(key).Paid.Minor += p.paid
		f.total.Paid.Minor += p.paid
	}
}

func (f *funnel) countContacts() {
	known := 0
	for c := range f.first {
		if f.inside(c) {
			f.row(f.contact(c)).Contacts++
			known++
		}
	}
	f.total.Contacts = known
	if f.within.limited {
		return
	}
	// the others have no first touch
	rest := f.book.contacts - known
	f.total.Contacts = f.book.contacts
	if f.ofTouch == nil {
		for c, key := range f.own {
			_, touched := f.first[c]
			if _, isDeal := f.dealAt[c]; !touched && !isDeal {
				f.row(key).Contacts++
				rest--
			}
		}
	}
	if rest > 0 {
		f.row("").Contacts += rest
	}
}

func (r *FunnelRow) deal(d *dealFacts) {
	r.Deals++
	switch d.Status {
	case won:
		r.Won++
		r.AmountWon.Minor += d.won
	case lost:
		r.Lost++
	default:
		r.Open++
	}
}

func (f *funnel) report(by string) Funnel {
	report := Funnel{Currency: f.place.Currency, By: by, Rows: []FunnelRow{}, Total: f.total, Unconverted: f.unconverted()}
	report.Total.WonRate = rate(f.total.Won, f.total.Lost)
	for _, r := range f.rows {
		r.WonRate = rate(r.Won, r.Lost)
		report.Rows = append(report.Rows, *r)
	}
	slices.SortFunc(report.Rows, func(a, b FunnelRow) int {
		if by == "month" {
			return cmp.Compare(a.Key, b.Key)
		}
		return cmp.Or(cmp.Compare(b.Contacts, a.Contacts), cmp.Compare(b.Deals, a.Deals), cmp.Compare(a.Key, b.Key))
	})
	return report
}

// unconverted lists the money for which there is no rate, by currency.
func (b *book) unconverted() []Elsewhere {
	var all []Elsewhere
	for _, c := range slices.Sorted(maps.Keys(b.elsewhere)) {
		all = append(all, *b.elsewhere[c])
	}
	return all
}
