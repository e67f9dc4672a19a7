package demo

import (
	"context"
	"fmt"
	"slices"
	"time"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/ledger"
	"tandem/internal/money"
)

// budget is what a month costs on a way to buyers, in cents.
type budget struct {
	channel, source, campaign string
	minor                     int64
	note                      string
	months                    []time.Month // in which it is spent, none is every month
}

func budgets() []budget {
	spring, summer := []time.Month{time.March, time.April, time.May, time.June}, []time.Month{time.May, time.June, time.July, time.August}
	return []budget{
		{"Paid Search", "google", fleetCampaign, 1_180_00, "", spring},
		{"Paid Search", "google", familyCampaign, 940_00, "", nil},
		{"Paid Search", "google", brandCampaign, 380_00, "", nil},
		{"Paid Social", "facebook", familyCampaign, 980_00, "", nil},
		{"Paid Social", "facebook", studentCampaign, 620_00, "", []time.Month{time.January, time.February, time.August, time.September, time.October, time.November}},
		{"Email", "newsletter", letter, 620_00, "Writing, photos, sending", nil},
		{"Email", "newsletter", fleetCampaign, 260_00, "Series of three", spring},
		{"Organic Search", "google", "", 1_240_00, "Texts and photos for the site", nil},
		{"Press", "De Gentse Courant", "", 410_00, "Photographer and two bikes on loan", nil},
		{"Event", "Velofair", "", 2_400_00, "Stand, two days", []time.Month{time.May, time.October}},
		{"Field", "", "", 1_640_00, "Travel and hours for visits and test days", nil},
		{"Meeting", "", "", 1_980_00, "Hours for test rides at the workshop", nil},
		{"Phone", "", "", 1_460_00, "Hours on the telephone", nil},
		{"Word of mouth", "", "", 440_00, "Vouchers for who told a friend", nil},
		{"Audio", "Radio Zuid", "Radio in autumn", 700_00, "Spots at breakfast", []time.Month{time.October}},
		{"Organic Social", "instagram", summerReel, 320_00, "", summer},
	}
}

// monthsOf are the months in which a campaign runs, none is every month.
func monthsOf(campaign string) []time.Month {
	for _, b := range budgets() {
		if b.campaign == campaign {
			return b.months
		}
	}
	return nil
}

const summerReel = "Summer reel"

// spend writes down what every month of the year cost. The month that runs has cost what its days have.
func (m *maker) spend(ctx context.Context) error {
	c, now := chanceOf(-1), clock.Of(m.now)
	return m.write(ctx, func(tx *db.Tx) error {
		var rows []ledger.CostRow
		for back := 12; back >= 0; back-- {
			first := time.Date(m.now.Year(), m.now.Month()-time.Month(back), 1, 0, 0, 0, 0, m.zone)
			for i, b := range budgets() {
				if row, ok := b.in(first, m.now, c); ok {
					row.Key = fmt.Sprintf("%s/%d", first.Format("2006-01"), i)
					rows = append(rows, row)
				}
			}
		}
		_, err := m.Ledger.PutCosts(ctx, tx, now, rows)
		return err
	})
}

// in is what the budget cost in a month, up to today.
func (b budget) in(first, now time.Time, c chance) (ledger.CostRow, bool) {
	minor := b.minor*85/100 + int64(c.IntN(int(b.minor*30/100)))
	if len(b.months) > 0 && !slices.Contains(b.months, first.Month()) {
		return ledger.CostRow{}, false
	}
	last := first.AddDate(0, 1, -1)
	if last.After(now) {
		minor = minor * int64(now.Day()) / int64(last.Day())
		last = now
	}
	return ledger.CostRow{
		FromDay: first.Format(time.DateOnly), ToDay: last.Format(time.DateOnly), Channel: b.channel, Source: b.source, Campaign: b.campaign,
		Amount: money.Amount{Minor: minor, Currency: euro}, Note: b.note,
	}, true
}
