package report

import (
	"context"
	"slices"
	"time"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/id"
)

// CohortQuery asks how fast leads buy. The period selects the first touch. Today, as YYYY-MM-DD, is the last day that there is: no month after it
// is shown. Months is how many months after the first are shown, 0 is 12.
type CohortQuery struct {
	Period
	Conversion string // won or paid
	Today      string
	Months     int
}

// Cohorts are the leads by month of first touch.
type Cohorts struct {
	Conversion Conversion  `json:"conversion"`
	Months     int         `json:"months"` // the most that any cohort shows after its own
	Rows       []CohortRow `json:"rows"`
	Total      CohortRow   `json:"total"`
}

// CohortRow is one month's leads. A lead is as in the flow. Who bought before their first touch did so in the same month.
type CohortRow struct {
	Month   string       `json:"month"`   // YYYY-MM; "" for the total
	Leads   int          `json:"leads"`   // the base of every share
	ToDate  bool         `json:"to_date"` // the month is not over
	Through []CohortCell `json:"through"` // by months since the first touch, from 0
}

// CohortCell is how many had bought by the end of a month, and their share. In the total it stands on the leads of those cohorts alone that have
// come so far.
type CohortCell struct {
	Bought int     `json:"bought"`
	Base   int     `json:"base"`
	Share  float64 `json:"share"`
}

// mostMonths is as far as a cohort is followed.
const mostMonths = 60

// Cohorts makes the report.
func (s *Service) Cohorts(ctx context.Context, p Place, q CohortQuery) (Cohorts, error) {
	c, err := q.check(p)
	if err != nil {
		return Cohorts{}, err
	}
	var report Cohorts
	err = s.open(ctx, p, func(_ *db.Tx, b *book) error {
		report, err = b.cohorts(c)
		return err
	})
	return report, err
}

// cohorting is a query that was understood.
type cohorting struct {
	within     span
	conversion Conversion
	today      int // as a count of months
	months     int
}

func (q *CohortQuery) check(p Place) (cohorting, error) {
	c := cohorting{months: q.Months}
	var err error
	if c.within, err = q.span(p.Zone); err != nil {
		return c, err
	}
	if c.conversion, err = parseConversion(q.Conversion); err != nil {
		return c, err
	}
	today, err := parseDay(q.Today)
	if err != nil {
		return c, err
	}
	c.today = monthOf(today)
	if c.months == 0 {
		c.months = 12
	}
	if c.months < 0 || c.months > mostMonths {
		return c, fault.Usagef("%d months are not between 1 and %d", c.months, mostMonths)
	}
	return c, nil
}

// monthOf counts months through.
func monthOf(day time.Time) int { return day.Year()*12 + int(day.Month()) - 1 }

func monthName(n int) string {
	return time.Date(n/12, time.Month(n%12+1), 1, 0, 0, 0, 0, time.UTC).Format("2006-01")
}

// cohorted is a lead's month, and how many months later they bought; -1 for not yet.
func (b *book) cohorted(p *person, c cohorting) (month, after int, ok bool) {
	if p.lead == 0 || p.first < 0 || !c.within.holds(b.feed.At[p.first]) {
		return 0, 0, false
	}
	month = monthOf(b.feed.At[p.first].Time().In(b.place.Zone))
	if month > c.today {
		return 0, 0, false
	}
	at := p.converted(c.conversion)
	if at == 0 {
		return month, -1, true
	}
	return month, max(0, monthOf(at.Time().In(b.place.Zone))-month), true
}

// converted is when somebody first bought, or first bought what was then paid for; 0 for not yet.
func (p *person) converted(c Conversion) clock.Micros {
	if c == Paid {
		return p.paid
	}
	return p.bought
}

func (b *book) cohorts(c cohorting) (Cohorts, error) {
	return answer(b, c, func() (Cohorts, error) {
		leads, bought := map[int]int{}, map[[2]int]int{}
		for i := range b.people {
			month, after, ok := b.cohorted(&b.people[i], c)
			if !ok {
				continue
			}
			leads[month]++
			if after >= 0 {
				bought[[2]int{month, after}]++
			}
		}
		report := Cohorts{Conversion: c.conversion, Rows: []CohortRow{}, Total: CohortRow{Through: []CohortCell{}}}
		for month, n := range leads {
			row := CohortRow{Month: monthName(month), Leads: n, ToDate: month == c.today}
			sum := 0
			for k := 0; k <= min(c.months, c.today-month); k++ {
				sum += bought[[2]int{month, k}]
				row.Through = append(row.Through, CohortCell{Bought: sum, Base: n, Share: float64(sum) / float64(n)})
			}
			report.Rows = append(report.Rows, row)
		}
		slices.SortFunc(report.Rows, func(x, y CohortRow) int {
			if x.Month < y.Month {
				return -1
			}
			return 1
		})
		report.total()
		return report, nil
	})
}

func (c *Cohorts) total() {
	for _, row := range c.Rows {
		c.Total.Leads += row.Leads
		c.Months = max(c.Months, len(row.Through)-1)
		for k, cell := range row.Through {
			if k == len(c.Total.Through) {
				c.Total.Through = append(c.Total.Through, CohortCell{})
			}
			t := &c.Total.Through[k]
			t.Bought += cell.Bought
			t.Base += cell.Base
		}
	}
	for k := range c.Total.Through {
		t := &c.Total.Through[k]
		t.Share = float64(t.Bought) / float64(t.Base)
	}
}

// cohort are the leads of a month, those alone who bought within so many months; all of them where within is below 0. Month "" is all whose cell
// there is.
func (b *book) cohort(c cohorting, month string, within int) []id.ID {
	var some []id.ID
	for i := range b.people {
		p := &b.people[i]
		own, after, ok := b.cohorted(p, c)
		if !ok || month != "" && monthName(own) != month || within > c.today-own {
			continue
		}
		if within < 0 || after >= 0 && after <= within {
			some = append(some, p.id)
		}
	}
	return some
}
