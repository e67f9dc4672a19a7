package demo

import (
	"math"
	"math/rand/v2"
	"time"
)

// seed is what every life's chance begins with, together with the life's number.
const seed = 0x416c646572

// chance is where a life's luck comes from.
type chance struct{ *rand.Rand }

func chanceOf(number int) chance { return chance{rand.New(rand.NewPCG(seed, uint64(number)))} }

// is reports whether something with that chance happens.
func (c chance) is(p float64) bool { return c.Float64() < p }

// from is one of several.
func from[T any](c chance, all []T) T { return all[c.IntN(len(all))] }

// after is a moment between two spans of time after another one; short spans are likelier.
func (c chance) after(t time.Time, least, most time.Duration) time.Time {
	return t.Add(least + time.Duration(math.Pow(c.Float64(), 1.6)*float64(most-least)))
}

// year is a moment of the year before now, likelier in spring and summer, when people think of riding, and in the last weeks of a business that grows.
func (c chance) year(now time.Time) time.Time {
	for {
		days := c.Float64() * 365
		t := now.Add(-time.Duration(days * 24 * float64(time.Hour)))
		season := 0.74 + 0.2*math.Sin(float64(t.YearDay()-45)/365*2*math.Pi)
		if c.is(season * (1 - days/900)) {
			return t
		}
	}
}

// awake is the moment, or one between seven and eleven in the evening of its day.
func (c chance) awake(t time.Time) time.Time {
	if h := t.Hour(); h >= 7 && h < 23 {
		return t
	}
	return time.Date(t.Year(), t.Month(), t.Day(), 7+c.IntN(16), c.IntN(60), c.IntN(60), 0, t.Location())
}

// office is the first moment from t on at which somebody works at Alder Cycles.
func (c chance) office(t time.Time) time.Time { return c.open(t, true) }

// agreed is when people meet, or do what is due at t. What would fall on a day of rest falls on any of the days after it, not all of it on Monday.
func (c chance) agreed(t time.Time, firm bool) time.Time {
	if rests(t, firm) {
		t = c.daysOn(t, 2+c.IntN(5))
	}
	return c.open(t, firm)
}

func (c chance) open(t time.Time, firm bool) time.Time {
	for rests(t, firm) || t.Hour() >= 18 {
		t = c.daysOn(t, 1)
	}
	if t.Hour() < 9 {
		t = time.Date(t.Year(), t.Month(), t.Day(), 9+c.IntN(3), c.IntN(60), c.IntN(60), 0, t.Location())
	}
	return t
}

func (c chance) daysOn(t time.Time, days int) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day()+days, 9+c.IntN(8), c.IntN(60), c.IntN(60), 0, t.Location())
}

// rests reports whether it is no day for business: families come on Saturdays, firms do not.
func rests(t time.Time, firm bool) bool {
	return t.Weekday() == time.Sunday || firm && t.Weekday() == time.Saturday
}
