package report

import (
	"cmp"
	"context"
	"slices"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/insight/attribution"
	"tandem/internal/insight/feed"
	"tandem/internal/journey/channel"
	"tandem/internal/ledger"
	"tandem/internal/money"
)

// AttributionQuery asks which touches brought the money. The period selects the commitment.
type AttributionQuery struct {
	Period
	By         string // channel, source or campaign
	Conversion string // won or paid
	Window     int    // only touches of so many days before the commitment; 0 is no limit
	Attribution
}

// Attribution is how credit is shared.
type Attribution struct {
	Model    string
	Order    int
	Interval float64
}

// Attributed is what every key earned, and what was spent on it.
type Attributed struct {
	Currency    money.Currency `json:"currency"`
	Model       string         `json:"model"`
	By          string         `json:"by"`
	Conversion  Conversion     `json:"conversion"`
	Rows        []CreditRow    `json:"rows"`
	Total       CreditRow      `json:"total"`
	Unmatched   CreditRow      `json:"unmatched"` // of the row "": what no touch led to
	CostsUntil  string         `json:"costs_until"`
	Unconverted []Elsewhere    `json:"unconverted,omitempty"`
}

// CreditRow is one key. Return is value ÷ spend, null without spend; Low and High enclose Value as likely as was asked.
type CreditRow struct {
	Key         string   `json:"key"`
	Conversions float64  `json:"conversions"`
	Value       Sum      `json:"value"`
	Spend       Sum      `json:"spend"`
	Return      *float64 `json:"return"`
	Low         *Sum     `json:"low"`
	High        *Sum     `json:"high"`
}

// seed makes intervals come out the same each time.
const seed = 1

// Attribution makes the report.
func (s *Service) Attribution(ctx context.Context, p Place, q AttributionQuery) (Attributed, error) {
	c, err := q.check(p)
	if err != nil {
		return Attributed{}, err
	}
	report := Attributed{Currency: p.Currency, Model: q.Model, By: q.By, Conversion: c.conversion}
	err = s.open(ctx, p, func(tx *db.Tx, b *book) error {
		c.book = b
		if err := c.prepare(q); err != nil {
			return err
		}
		spent, err := b.spend(ctx, tx, s.ledger, q.Period, q.By)
		if err != nil {
			return err
		}
		if report.CostsUntil, err = s.ledger.SpentUntil(ctx, tx); err != nil {
			return err
		}
		return c.fill(&report, spent, q.Interval > 0)
	})
	return report, err
}

// crediting is one attribution under way.
type crediting struct {
	*book
	conversion Conversion
	options    attribution.Options
	walk       walk
	names      []string // of keys
}

func (q *AttributionQuery) check(p Place) (*crediting, error) {
	within, err := q.span(p.Zone)
	if err != nil {
		return nil, err
	}
	if q.Model == "" {
		q.Model = string(attribution.Linear)
	}
	if q.By == "" {
		q.By = "channel"
	}
	conversion, err := parseConversion(q.Conversion)
	if err != nil {
		return nil, err
	}
	if q.Window < 0 {
		return nil, fault.Usagef("a window of %d days is none", q.Window)
	}
	model, err := attribution.ParseModel(q.Model)
	if err != nil {
		return nil, err
	}
	c := &crediting{
		conversion: conversion,
		options:    attribution.Options{Model: model, Order: q.Order, Interval: q.Interval, Seed: seed},
		walk:       walk{within: within, window: clock.Micros(q.Window) * microsADay},
	}
	return c, c.options.Check()
}

// prepare finds the report's keys.
func (c *crediting) prepare(q AttributionQuery) error {
	words, err := c.column(q.By)
	if err != nil {
		return err
	}
	c.keysBy(words)
	c.walk.leads = c.options.Model == attribution.WShaped
	return nil
}

// keysBy numbers the words of a column that can earn, and says of every touch which it is.
func (c *crediting) keysBy(words []int32) {
	number := map[int32]int32{}
	direct := make([]bool, len(c.feed.Words))
	for i, w := range c.feed.Words {
		direct[i] = channel.IsDirect(w)
	}
	for i, w := range words {
		if _, known := number[w]; !known && c.feed.Flags[i]&feed.Earns != 0 {
			number[w] = int32(len(c.names))
			c.names = append(c.names, c.feed.Words[w])
		}
	}
	c.walk.key = func(i int) int32 { return number[words[i]] }
	c.walk.direct = func(i int) bool { return direct[c.feed.Channel[i]] }
}

// column is the feed's column of what a report is by.
func (b *book) column(by string) ([]int32, error) {
	switch by {
	case "channel":
		return b.feed.Channel, nil
	case "source":
		return b.feed.Source, nil
	case "campaign":
		return b.feed.Campaign, nil
	}
	return nil, fault.Usagef("credit cannot be grouped by %q", by).WithMend("choose channel, source or campaign")
}

// spend is what was spent on each key in the period. Costs in a currency without a rate stand elsewhere.
func (b *book) spend(ctx context.Context, tx *db.Tx, l *ledger.Service, p Period, by string) (map[string]int64, error) {
	spent := map[string]int64{}
	err := l.Spend(ctx, tx, p.From, p.To, func(s *ledger.Spent) error {
		minor, left, _ := s.In(b.converter)
		spent[costKey(s, by)] += minor
		if left.Minor != 0 {
			b.other(left.Currency).spend(left.Minor)
		}
		return nil
	})
	return spent, err
}

// costKey is what a cost was for, in a column.
func costKey(s *ledger.Spent, by string) string {
	return map[string]string{"channel": s.Channel, "source": s.Source, "campaign": s.Campaign}[by]
}

// fill shares the credit and writes the rows.
func (c *crediting) fill(report *Attributed, spent map[string]int64, interval bool) error {
	commitments, loose := c.commitments(c.conversion, c.walk.within)
	journeys := c.journeys(commitments, &c.walk)
	result, err := attribution.Attribute(journeys, len(c.names), c.options)
	if err != nil {
		return err
	}
	rows := map[string]*CreditRow{}
	row := func(key string) *CreditRow {
		if rows[key] == nil {
			rows[key] = &CreditRow{Key: key, Value: c.sum(0), Spend: c.sum(0)}
		}
		return rows[key]
	}
	for i, name := range c.names {
		c.credit(row(name), result.Credits[i], interval)
	}
	result.Unmatched.Value += loose
	result.Unmatched.Low += loose
	result.Unmatched.High += loose
	if u := result.Unmatched; u != (attribution.Credit{}) {
		c.credit(row(""), u, interval)
	}
	for key, minor := range spent {
		row(key).Spend.Minor += minor
	}
	c.rows(report, rows)
	report.Total.Conversions = conversions(journeys)
	report.Unmatched = CreditRow{Conversions: result.Unmatched.Conversions, Value: c.sum(result.Unmatched.Value), Spend: c.sum(0)}
	report.Unconverted = c.unconvertedIn(c.walk.within)
	return nil
}

// conversions counts them whole: the rows' shares are fractions, whose sum is off by a hair.
func conversions(journeys []attribution.Journey) float64 {
	n := 0
	for i := range journeys {
		if journeys[i].Converted {
			n++
		}
	}
	return float64(n)
}

func (c *crediting) credit(row *CreditRow, earned attribution.Credit, interval bool) {
	row.Conversions += earned.Conversions
	row.Value.Minor += earned.Value
	if !interval {
		return
	}
	if row.Low == nil {
		low, high := c.sum(0), c.sum(0)
		row.Low, row.High = &low, &high
	}
	row.Low.Minor += earned.Low
	row.High.Minor += earned.High
}

func (c *crediting) rows(report *Attributed, rows map[string]*CreditRow) {
	report.Rows = []CreditRow{}
	report.Total = CreditRow{Value: c.sum(0), Spend: c.sum(0)}
	for _, r := range rows {
		if r.Conversions == 0 && r.Value.Minor == 0 && r.Spend.Minor == 0 && (r.High == nil || r.High.Minor == 0) {
			continue
		}
		r.Return = quotient(r.Value.Minor, r.Spend.Minor)
		report.Rows = append(report.Rows, *r)
	}
	slices.SortFunc(report.Rows, func(a, b CreditRow) int {
		return cmp.Or(cmp.Compare(b.Value.Minor, a.Value.Minor), cmp.Compare(b.Conversions, a.Conversions), cmp.Compare(a.Key, b.Key))
	})
	for _, r := range report.Rows {
		report.Total.Value.Minor += r.Value.Minor
		report.Total.Spend.Minor += r.Spend.Minor
	}
	report.Total.Return = quotient(report.Total.Value.Minor, report.Total.Spend.Minor)
}

// quotient is value ÷ spend, nil without spend.
func quotient(value, spend int64) *float64 {
	if spend <= 0 {
		return nil
	}
	q := float64(value) / float64(spend)
	return &q
}
