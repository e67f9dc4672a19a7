// Package clock is where the business learns what time it is, so that a test can set it.
//
// Instants in the store are Micros: microseconds since 1970 in UTC, the same BIGINT on every engine.
package clock

import (
	"sync"
	"time"
)

// Clock tells the time.
type Clock interface {
	Now() time.Time
}

// System is the machine's clock, in UTC.
type System struct{}

// Now is the present instant in UTC.
func (System) Now() time.Time { return time.Now().UTC() }

// Fake is a clock that stands still until it is moved; for tests.
type Fake struct {
	mu  sync.Mutex
	now time.Time
}

// NewFake is a fake clock that shows t.
func NewFake(t time.Time) *Fake { return &Fake{now: t.UTC()} }

// Now is the instant the fake shows.
func (f *Fake) Now() time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.now
}

// Add moves the fake by d, back if d is negative.
func (f *Fake) Add(d time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.now = f.now.Add(d)
}

// Micros is an instant in microseconds since 1970, UTC: the form in which every time is stored.
type Micros int64

// Of is t in microseconds.
func Of(t time.Time) Micros { return Micros(t.UnixMicro()) }

// Time is the instant in UTC.
func (m Micros) Time() time.Time { return time.UnixMicro(int64(m)).UTC() }

// Past reports whether something can have happened at m: since 1970, and at most a day after now, because clocks differ.
func (m Micros) Past(now Micros) bool { return m > 0 && m <= now+Micros((24*time.Hour).Microseconds()) }

// Day is the calendar day of the instant in zone, as YYYY-MM-DD.
func (m Micros) Day(zone *time.Location) string { return m.Time().In(zone).Format(time.DateOnly) }
