package report

import (
	"cmp"
	"context"
	"math"
	"slices"

	"tandem/internal/db"
)

// CycleQuery asks how long sales take. The period selects the win.
type CycleQuery struct {
	Period
	By string // "" for all together
}

// Cycle is the time from first touch to won, in days. A deal that was won before its first touch counts, with the negative days it took.
type Cycle struct {
	Unit string `json:"unit"`
	CycleRow
	Rows  []CycleRow `json:"rows,omitzero"`
	Total *CycleRow  `json:"total,omitempty"`
}

// CycleRow are the figures of one key, null where nothing was won. Percentiles lie between the two nearest cases, in proportion.
type CycleRow struct {
	Key               *string  `json:"key,omitempty"`
	N                 int      `json:"n"`
	Median            *float64 `json:"median"`
	Mean              *float64 `json:"mean"`
	P90               *float64 `json:"p90"`
	Min               *float64 `json:"min"`
	Max               *float64 `json:"max"`
	BeforeFirstTouch  int      `json:"before_first_touch"`
	WithoutFirstTouch int      `json:"without_first_touch"` // won, and not in n
}

const microsADay = 24 * 60 * 60 * 1e6

// Cycle makes the report.
func (s *Service) Cycle(ctx context.Context, p Place, q CycleQuery) (Cycle, error) {
	within, err := q.span(p.Zone)
	if err != nil {
		return Cycle{}, err
	}
	report := Cycle{Unit: "days"}
	err = s.open(ctx, p, func(tx *db.Tx, b *book) error {
		by := q.By
		if by == "" {
			by = "channel"
		}
		k, err := b.keys(ctx, tx, by)
		if err != nil {
			return err
		}
		all, byKey := b.cycles(k, within)
		report.CycleRow = all.row()
		if q.By == "" {
			return nil
		}
		total := report.CycleRow
		report.Total, report.Rows = &total, []CycleRow{}
		for key, one := range byKey {
			row := one.row()
			row.Key = &key
			report.Rows = append(report.Rows, row)
		}
		slices.SortFunc(report.Rows, func(a, b CycleRow) int { return cmp.Or(cmp.Compare(b.N, a.N), cmp.Compare(*a.Key, *b.Key)) })
		return nil
	})
	return report, err
}

// lengths are how many days the won deals of one key took.
type lengths struct {
	days    []float64
	without int
}

func (b *book) cycles(k *keys, within span) (all lengths, byKey map[string]*lengths) {
	byKey = map[string]*lengths{}
	for i := range b.deals {
		d := &b.deals[i]
		if d.Status != won || !within.holds(d.Closed) {
			continue
		}
		key := k.deal(d)
		one := byKey[key]
		if one == nil {
			one = &lengths{}
			byKey[key] = one
		}
		at, touched := k.first[d.Contact]
		if !touched || d.Contact == 0 {
			one.without++
			all.without++
			continue
		}
		days := float64(d.Closed-b.feed.At[at]) / microsADay
		one.days, all.days = append(one.days, days), append(all.days, days)
	}
	return all, byKey
}

func (l *lengths) row() CycleRow {
	r := CycleRow{N: len(l.days), WithoutFirstTouch: l.without}
	if r.N == 0 {
		return r
	}
	slices.Sort(l.days)
	sum := 0.0
	for _, d := range l.days {
		sum += d
		if d < 0 {
			r.BeforeFirstTouch++
		}
	}
	mean := sum / float64(r.N)
	r.Mean, r.Median, r.P90 = &mean, quantile(l.days, 0.5), quantile(l.days, 0.9)
	r.Min, r.Max = &l.days[0], &l.days[r.N-1]
	return r
}

// quantile lies between the two nearest of sorted values, in proportion (Hyndman and Fan's definition 7).
func quantile(sorted []float64, p float64) *float64 {
	at := p * float64(len(sorted)-1)
	low := int(math.Floor(at))
	q := sorted[low]
	if low+1 < len(sorted) {
		q += (at - float64(low)) * (sorted[low+1] - sorted[low])
	}
	return &q
}
