package value

import (
	"regexp"
	"strings"
	"time"

	"tandem/internal/clock"
	"tandem/internal/fault"
)

// Times is how a column writes its times.
type Times struct {
	Zone   *time.Location // of times without one
	layout string         // Go's, of the format that was named; "" is ISO 8601 alone
}

// The years that a business' file can speak of. What lies outside is a mistake, or a program's way to say never.
const (
	firstYear = 1900
	lastYear  = 2199
)

// formatTokens are what a date format is made of, the longer ones first.
var formatTokens = []struct{ token, layout string }{
	{"YYYY", "2006"}, {"YY", "06"}, {"MMMM", "January"}, {"MMM", "Jan"}, {"MM", "01"}, {"M", "1"}, {"DD", "02"}, {"D", "2"},
	{"HH", "15"}, {"H", "15"}, {"hh", "03"}, {"h", "3"}, {"mm", "04"}, {"m", "4"}, {"ss", "05"}, {"s", "5"}, {"AM", "PM"}, {"PM", "PM"},
}

// NewTimes reads times in zone, ISO 8601 and, if a format such as DD/MM/YYYY HH:mm is named, that one.
func NewTimes(zone *time.Location, format string) (Times, error) {
	t := Times{Zone: zone}
	if format == "" {
		return t, nil
	}
	rest, found := format, map[string]bool{}
scan:
	for rest != "" {
		for _, one := range formatTokens {
			if strings.HasPrefix(rest, one.token) {
				t.layout += one.layout
				found[one.token[:1]] = true
				rest = rest[len(one.token):]
				continue scan
			}
		}
		if strings.ContainsRune("0123456789_", rune(rest[0])) {
			return t, badFormat(format)
		}
		t.layout += rest[:1]
		rest = rest[1:]
	}
	if !found["Y"] || !found["M"] || !found["D"] {
		return t, badFormat(format)
	}
	return t, nil
}

func badFormat(format string) error {
	return fault.Usagef("%q is no date format", format).WithMend("put YYYY, MM, DD, HH, mm, ss together as the file does, such as DD/MM/YYYY HH:mm")
}

var (
	isoDay  = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}$`)
	isoTime = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(:\d{2}([.,]\d{1,9})?)?$`)
	isoZone = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(:\d{2}([.,]\d{1,9})?)? ?(Z|UTC|[+-]\d{2}:?\d{2})$`)
	// other is a date in an order that only its writer knows
	other = regexp.MustCompile(`^\d{1,4}[./-]\d{1,2}[./-]\d{1,4}\b`)
)

// Ambiguous reports whether a cell is a date whose format has to be named.
func (t *Times) Ambiguous(cell string) bool {
	cell = strings.TrimSpace(cell)
	return t.layout == "" && other.MatchString(cell) && !strings.HasPrefix(cell, "0000") && !iso(cell)
}

func iso(cell string) bool {
	return isoDay.MatchString(cell) || isoTime.MatchString(cell) || isoZone.MatchString(cell)
}

// Parse reads a cell: an instant, and whether it was given as a whole day, which then begins at midnight in the zone, or, where the clocks go
// forward at midnight, at the first moment after. An empty cell is 0.
func (t *Times) Parse(cell string) (at clock.Micros, day bool, err error) {
	cell = strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(cell), "'"))
	if cell == "" {
		return 0, false, nil
	}
	parsed, day, err := t.parse(cell)
	if err != nil {
		return 0, false, err
	}
	if y := parsed.Year(); y < firstYear || y > lastYear {
		return 0, false, fault.Invalidf("lies in the year %d; years are %d to %d", y, firstYear, lastYear)
	}
	return clock.Of(parsed), day, nil
}

func (t *Times) parse(cell string) (parsed time.Time, day bool, err error) {
	layouts := []string{t.layout}
	switch {
	case isoDay.MatchString(cell):
		layouts, day = []string{time.DateOnly}, true
	case isoTime.MatchString(cell):
		layouts = []string{"2006-01-02 15:04", "2006-01-02 15:04:05", "2006-01-02T15:04", "2006-01-02T15:04:05"}
	case isoZone.MatchString(cell):
		layouts = []string{time.RFC3339, "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05 Z07:00", "2006-01-02T15:04:05Z0700",
			"2006-01-02 15:04:05 Z0700", "2006-01-02 15:04:05Z0700", "2006-01-02T15:04Z07:00", "2006-01-02 15:04Z07:00"}
		cell = strings.TrimSpace(strings.Replace(cell, "UTC", "Z", 1))
		cell = strings.Replace(cell, " Z", "Z", 1)
	case t.layout == "":
		return parsed, false, unreadable(t.Ambiguous(cell))
	default:
		day = !strings.Contains(t.layout, "15") && !strings.Contains(t.layout, "03") && !strings.Contains(t.layout, "3:")
	}
	cell = strings.Replace(cell, ",", ".", 1)
	if len(layouts) == 1 && layouts[0] == t.layout {
		cell = strings.Replace(cell, ".", ",", 0)
	}
	for _, layout := range layouts {
		if parsed, err = time.ParseInLocation(layout, cell, t.Zone); err == nil {
			return parsed, day, t.exists(parsed, layout, cell, day)
		}
	}
	if t.layout != "" && !iso(cell) {
		return parsed, false, fault.Invalidf("is not written in the date format that was named")
	}
	return parsed, false, fault.Invalidf("is no day or time that exists")
}

func unreadable(ambiguous bool) error {
	if ambiguous {
		return fault.Invalidf("can be read as several days").WithMend("say how the file writes dates, such as --date-format DD/MM/YYYY")
	}
	return fault.Invalidf("is no time").WithMend("write YYYY-MM-DD or YYYY-MM-DD HH:MM, or say --date-format")
}

// exists refuses a time that the clocks of the zone skip; of one that comes twice, the first is meant.
func (t *Times) exists(parsed time.Time, layout, cell string, day bool) error {
	if day || strings.Contains(layout, "07") {
		return nil
	}
	if h, m := parsed.Hour(), parsed.Minute(); !strings.Contains(cell, twoDigits(h)+":"+twoDigits(m)) && strings.Contains(layout, "15:04") {
		return fault.Invalidf("is a time that the clocks of %s skip", t.Zone.String())
	}
	return nil
}

func twoDigits(n int) string { return string([]byte{'0' + byte(n/10), '0' + byte(n%10)}) }
