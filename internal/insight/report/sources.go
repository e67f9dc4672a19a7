package report

import (
	"cmp"
	"context"
	"slices"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/id"
	"tandem/internal/insight/attribution"
	"tandem/internal/insight/feed"
	"tandem/internal/ledger"
	"tandem/internal/money"
)

// Sources is what each source brought, or each campaign, by linear credit for what was won and for what was paid.
type Sources struct {
	Currency money.Currency `json:"currency"`
	By       string         `json:"by"`
	Rows     []SourceRow    `json:"rows"`
	Total    SourceRow      `json:"total"`
}

// SourceRow is one source, or one campaign.
type SourceRow struct {
	Key         string   `json:"key"`
	Touches     int      `json:"touches"`
	Contacts    int      `json:"contacts"`    // who had a touch of it
	FirstTouch  int      `json:"first_touch"` // for whom it was the first
	From        string   `json:"from"`        // days of its first and last touch, "" without one
	To          string   `json:"to"`
	Conversions float64  `json:"conversions"` // deals won
	Won         Sum      `json:"value"`
	Paid        Sum      `json:"paid"`
	Spend       Sum      `json:"spend"`
	Return      *float64 `json:"return"` // paid ÷ spend

	from, to clock.Micros
}

// Sources makes the report by source.
func (s *Service) Sources(ctx context.Context, p Place, period Period) (Sources, error) {
	return s.sources(ctx, p, period, "source")
}

// Campaigns makes the report by campaign.
func (s *Service) Campaigns(ctx context.Context, p Place, period Period) (Sources, error) {
	return s.sources(ctx, p, period, "campaign")
}

// sources counts touches of the period; credit is for what was committed in it.
func (s *Service) sources(ctx context.Context, p Place, period Period, by string) (Sources, error) {
	var report Sources
	err := s.open(ctx, p, func(tx *db.Tx, b *book) error {
		var err error
		report, err = s.sourcesOf(ctx, tx, b, period, by)
		return err
	})
	return report, err
}

func (s *Service) sourcesOf(ctx context.Context, tx *db.Tx, b *book, period Period, by string) (Sources, error) {
	q := AttributionQuery{Period: period, By: by, Conversion: string(Won), Attribution: Attribution{Model: string(attribution.Linear)}}
	report := Sources{Currency: b.place.Currency, By: by}
	c, err := q.check(b.place)
	if err != nil {
		return report, err
	}
	c.book = b
	if err := c.prepare(q); err != nil {
		return report, err
	}
	spent, err := b.spend(ctx, tx, s.ledger, period, by)
	if err != nil {
		return report, err
	}
	var wins, paid Attributed
	if err := c.fill(&wins, nil, false); err != nil {
		return report, err
	}
	c.conversion = Paid
	if err := c.fill(&paid, spent, false); err != nil {
		return report, err
	}
	report.Rows, report.Total, err = b.sourceRows(by, c.walk.within, wins, paid)
	return report, err
}

func (b *book) sourceRows(by string, within span, wins, paid Attributed) ([]SourceRow, SourceRow, error) {
	column, err := b.column(by)
	if err != nil {
		return nil, SourceRow{}, err
	}
	rows := map[string]*SourceRow{}
	row := func(key string) *SourceRow {
		if rows[key] == nil {
			rows[key] = &SourceRow{Key: key, Won: b.sum(0), Paid: b.sum(0), Spend: b.sum(0)}
		}
		return rows[key]
	}
	total := SourceRow{
		Conversions: wins.Total.Conversions, Won: wins.Total.Value, Paid: paid.Total.Value, Spend: paid.Total.Spend, Return: paid.Total.Return,
	}
	b.feed.Journeys(func(_ id.ID, from, to int) { b.countTouches(row, &total, column, within, from, to) })
	for _, c := range wins.Rows {
		r := row(c.Key)
		r.Conversions, r.Won = c.Conversions, c.Value
	}
	for _, c := range paid.Rows {
		r := row(c.Key)
		r.Paid, r.Spend, r.Return = c.Value, c.Spend, c.Return
	}
	list := make([]SourceRow, 0, len(rows))
	for _, r := range rows {
		if r.Touches > 0 {
			r.From, r.To = r.from.Day(b.place.Zone), r.to.Day(b.place.Zone)
		}
		list = append(list, *r)
	}
	slices.SortFunc(list, func(a, b SourceRow) int {
		return cmp.Or(cmp.Compare(b.Paid.Minor, a.Paid.Minor), cmp.Compare(b.Won.Minor, a.Won.Minor), cmp.Compare(b.Touches, a.Touches), cmp.Compare(a.Key, b.Key))
	})
	return list, total, nil
}

// countTouches counts one contact's touches.
func (b *book) countTouches(row func(string) *SourceRow, total *SourceRow, column []int32, within span, from, to int) {
	met := map[int32]bool{}
	first := true
	for i := from; i < to; i++ {
		if b.feed.Flags[i]&feed.Counts == 0 {
			continue
		}
		was := first
		first = false
		if !within.holds(b.feed.At[i]) {
			continue
		}
		r := row(b.feed.Words[column[i]])
		r.Touches++
		total.Touches++
		if was {
			r.FirstTouch++
			total.FirstTouch++
		}
		if !met[column[i]] {
			r.Contacts++
		}
		if len(met) == 0 {
			total.Contacts++
		}
		met[column[i]] = true
		if r.from == 0 || b.feed.At[i] < r.from {
			r.from = b.feed.At[i]
		}
		r.to = max(r.to, b.feed.At[i])
	}
}

// Quality is what is missing from the picture, so that nobody takes a figure for more than it is.
type Quality struct {
	Currency            money.Currency `json:"currency"`
	WonWithoutTouch     Missing        `json:"won_without_touch"`
	UnknownCampaigns    []Loose        `json:"touches_that_match_no_campaign"` // campaigns of touches that no cost knows
	NeverCredited       []string       `json:"sources_never_credited"`
	Never               []Loose        `json:"-"` // the same, with how many touches and people each has
	CostsWithoutTouches []LooseCost    `json:"costs_without_touches"`
	MoneyWithoutContact Missing        `json:"money_without_contact"`
	Unconverted         []Elsewhere    `json:"unconverted"`
}

// Missing is a number of records with their money, and the first of them.
type Missing struct {
	N      int     `json:"n"`
	Amount Sum     `json:"amount"`
	IDs    []id.ID `json:"ids"`
}

// Loose is a key with how many touches it has.
type Loose struct {
	Key     string `json:"key"`
	Touches int    `json:"touches"`
	People  int    `json:"-"` // who had one
}

// LooseCost is what was spent where nobody came from.
type LooseCost struct {
	Channel  string `json:"channel"`
	Source   string `json:"source"`
	Campaign string `json:"campaign"`
	Amount   Sum    `json:"amount"`
}

// missingShown is how many records a Missing names.
const missingShown = 20

func (m *Missing) add(record id.ID, minor int64) {
	m.N++
	m.Amount.Minor += minor
	if len(m.IDs) < missingShown {
		m.IDs = append(m.IDs, record)
	}
}

// Quality makes the report.
func (s *Service) Quality(ctx context.Context, p Place) (Quality, error) {
	var report Quality
	err := s.open(ctx, p, func(tx *db.Tx, b *book) error {
		var err error
		report, err = answer(b, qualityOf{}, func() (Quality, error) { return s.qualityOf(ctx, tx, b) })
		return err
	})
	return report, err
}

type qualityOf struct{}

func (s *Service) qualityOf(ctx context.Context, tx *db.Tx, b *book) (Quality, error) {
	report := Quality{
		Currency: b.place.Currency, NeverCredited: []string{}, WonWithoutTouch: Missing{Amount: b.sum(0), IDs: []id.ID{}},
		MoneyWithoutContact: Missing{Amount: b.sum(0), IDs: []id.ID{}}, Unconverted: []Elsewhere{},
	}
	// a copy, because the costs without a rate that it finds would be counted twice below
	sources, err := s.sourcesOf(ctx, tx, b.reading(), Period{}, "source")
	if err != nil {
		return report, err
	}
	for _, r := range sources.Rows {
		if r.Touches > 0 && r.Conversions == 0 && r.Paid.Minor == 0 && r.Key != "" {
			report.NeverCredited = append(report.NeverCredited, r.Key)
			report.Never = append(report.Never, Loose{r.Key, r.Touches, r.Contacts})
		}
	}
	slices.Sort(report.NeverCredited)
	b.missing(&report)
	if err := b.looseCosts(ctx, tx, s, &report); err != nil {
		return report, err
	}
	report.Unconverted = append(report.Unconverted, b.unconverted()...)
	return report, nil
}

func (b *book) missing(report *Quality) {
	for i := range b.deals {
		if d := &b.deals[i]; d.Status == won && b.cold(d) {
			report.WonWithoutTouch.add(d.ID, d.won)
		}
	}
	for i := range b.payments {
		if p := &b.payments[i]; p.Contact == 0 {
			report.MoneyWithoutContact.add(p.ID, p.paid)
		}
	}
}

// looseCosts compares the campaigns of touches and of costs.
func (b *book) looseCosts(ctx context.Context, tx *db.Tx, s *Service, report *Quality) error {
	touched, touches := b.touchedKeys()
	known := map[string]bool{}
	loose := map[LooseCost]int64{}
	costs, err := s.costKeys(ctx, tx, b)
	if err != nil {
		return err
	}
	for key, minor := range costs {
		known[key.Campaign] = true
		if !touched(key) {
			loose[key] += minor
		}
	}
	report.CostsWithoutTouches, report.UnknownCampaigns = []LooseCost{}, []Loose{}
	for key, minor := range loose {
		key.Amount = b.sum(minor)
		report.CostsWithoutTouches = append(report.CostsWithoutTouches, key)
	}
	for campaign, n := range touches {
		if campaign != "" && !known[campaign] {
			report.UnknownCampaigns = append(report.UnknownCampaigns, Loose{campaign, n, len(b.touchedBy(b.feed.Campaign, campaign))})
		}
	}
	slices.SortFunc(report.CostsWithoutTouches, func(a, b LooseCost) int {
		return cmp.Or(cmp.Compare(b.Amount.Minor, a.Amount.Minor), cmp.Compare(a.Campaign, b.Campaign), cmp.Compare(a.Source, b.Source),
			cmp.Compare(a.Channel, b.Channel))
	})
	slices.SortFunc(report.UnknownCampaigns, func(a, b Loose) int {
		return cmp.Or(cmp.Compare(b.Touches, a.Touches), cmp.Compare(a.Key, b.Key))
	})
	return nil
}

// costKeys are what all costs were for, with their sums.
func (s *Service) costKeys(ctx context.Context, tx *db.Tx, b *book) (map[LooseCost]int64, error) {
	costs := map[LooseCost]int64{}
	err := s.ledger.Spend(ctx, tx, "", "", func(spent *ledger.Spent) error {
		minor, left, _ := spent.In(b.converter)
		if left.Minor != 0 {
			b.other(left.Currency).spend(left.Minor)
		}
		costs[LooseCost{Channel: spent.Channel, Source: spent.Source, Campaign: spent.Campaign}] += minor
		return nil
	})
	return costs, err
}

// touchedKeys says for a cost's key whether a touch came from there, and how many touches each campaign has. What a cost leaves open matches
// anything.
func (b *book) touchedKeys() (touched func(LooseCost) bool, touches map[string]int) {
	touches = map[string]int{}
	type key struct{ channel, source, campaign int32 }
	seen := map[key]bool{}
	for i, flags := range b.feed.Flags {
		if flags&feed.Counts != 0 {
			touches[b.feed.Words[b.feed.Campaign[i]]]++
			seen[key{b.feed.Channel[i], b.feed.Source[i], b.feed.Campaign[i]}] = true
		}
	}
	return func(c LooseCost) bool {
		for k := range seen {
			if (c.Channel == "" || c.Channel == b.feed.Words[k.channel]) && (c.Source == "" || c.Source == b.feed.Words[k.source]) &&
				(c.Campaign == "" || c.Campaign == b.feed.Words[k.campaign]) {
				return true
			}
		}
		return false
	}, touches
}
