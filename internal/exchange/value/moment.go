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
	Zone    *time.Location // of times without one
	layouts []string       // Go's, of the format that was named; none is ISO 8601 alone
	whole   bool           // the format has no hours: its values are days
}

// The years that a business' file can speak of. What lies outside is a mistake, or a program's way to say never.
const (
	firstYear = 1900
	lastYear  = 2199
)

// formatTokens are what a date format is made of, the longer ones first.
var formatTokens = []struct{ token, layout string }{
	{"YYYY", "2006"},
	{"YY", "06"},
	{"MMMM", "January"},
	{"MMM", "Jan"},
	{"MM", "01"},
	{"M", "1"},
	{"DD", "02"},
	{"D", "2"},
	{"HH", "15"},
	{"H", "15"},
	{"hh", "03"},
	{"h", "3"},
	{"mm", "04"},
	{"m", "4"},
	{"ss", "05"},
	{"s", "5"},
	{"AM", "PM"},
	{"PM", "PM"},
}

// NewTimes reads times in zone, ISO 8601 and, if a format such as DD/MM/YYYY HH:mm is named, that one. Where something stands between its
// parts, 1/2/2026 is DD/MM/YYYY as well.
func NewTimes(zone *time.Location, format string) (Times, error) {
	t := Times{Zone: zone}
	if format == "" {
		return t, nil
	}
	strict, loose, found := "", "", map[string]bool{}
	for rest, apart := format, true; rest != ""; {
		token, layout := tokenOf(rest)
		switch {
		case token == "" && strings.ContainsAny(rest[:1], "0123456789_"):
			return t, badFormat(format)
		case token == "":
			token, layout = rest[:1], rest[:1]
			loose += layout
			apart = true
		case found[token[:1]] && token[:1] != "A" && token[:1] != "P":
			return t, badFormat(format)
		default:
			found[token[:1]] = true
			loose += loosened(layout, apart)
			apart = false
		}
		strict += layout
		rest = rest[len(token):]
	}
	if !found["Y"] || !found["M"] || !found["D"] {
		return t, badFormat(format)
	}
	t.layouts, t.whole = []string{strict, loose}, !found["H"] && !found["h"]
	return t, nil
}

// tokenOf is the token that a format begins with; "" for a character that stands for itself.
func tokenOf(format string) (token, layout string) {
	for _, one := range formatTokens {
		if strings.HasPrefix(format, one.token) {
			return one.token, one.layout
		}
	}
	return "", ""
}

// loosened lets a number have one digit, if it stands apart from the one before.
func loosened(layout string, apart bool) string {
	if apart && (layout == "01" || layout == "02" || layout == "03") {
		return layout[1:]
	}
	return layout
}

func badFormat(format string) error {
	return fault.Usagef("%q is no date format", format).WithMend("put YYYY, MM, DD, HH, mm, ss together as the file does, such as DD/MM/YYYY HH:mm")
}

var (
	// iso is RFC 3339 and what databases and spreadsheets write for it: day, hour and minute, seconds, zone
	iso = regexp.MustCompile(`^(\d{4}-\d{2}-\d{2})(?:[ T](\d{2}:\d{2})(:\d{2}(?:[.,]\d{1,9})?)?(?: ?(Z|UTC|[+-]\d{2}(?::?\d{2})?))?)?$`)
	// other is a date in an order that only its writer knows
	other = regexp.MustCompile(`^\d{1,4}[./-]\d{1,2}[./-]\d{1,4}\b`)
)

// Ambiguous reports whether a cell is a date whose format has to be named.
func (t *Times) Ambiguous(cell string) bool {
	cell = strings.TrimSpace(cell)
	return len(t.layouts) == 0 && other.MatchString(cell) && !strings.HasPrefix(cell, "0000") && !iso.MatchString(cell)
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
	for _, layout := range t.layouts {
		if wall, err := time.Parse(layout, cell); err == nil {
			parsed, err := t.at(wall, t.whole)
			return parsed, t.whole, err
		}
	}
	m := iso.FindStringSubmatch(cell)
	switch {
	case m == nil && len(t.layouts) > 0:
		return parsed, false, fault.Invalidf("is not written in the date format that was named")
	case m == nil:
		return parsed, false, unreadable(t.Ambiguous(cell))
	case m[2] == "":
		m[2] = "00:00"
		day = true
	}
	if m[3] == "" {
		m[3] = ":00"
	}
	parsed, err = time.Parse(time.RFC3339, m[1]+"T"+m[2]+strings.Replace(m[3], ",", ".", 1)+offset(m[4]))
	if err != nil {
		return parsed, false, fault.Invalidf("is no day or time that exists")
	}
	if m[4] != "" {
		return parsed, false, nil
	}
	parsed, err = t.at(parsed, day)
	return parsed, day, err
}

// offset is a zone as RFC 3339 has it.
func offset(zone string) string {
	switch {
	case zone == "" || zone == "Z" || zone == "UTC":
		return "Z"
	case len(zone) == len("+02"):
		return zone + ":00"
	case !strings.Contains(zone, ":"):
		return zone[:3] + ":" + zone[3:]
	}
	return zone
}

func unreadable(ambiguous bool) error {
	if ambiguous {
		return fault.Invalidf("can be read as several days").WithMend("say how the file writes dates, such as --date-format DD/MM/YYYY")
	}
	return fault.Invalidf("is no time").WithMend("write YYYY-MM-DD or YYYY-MM-DD HH:MM, or say --date-format")
}

// at is when the zone's clocks show what wall shows. A time that they skip is refused, but a day without a midnight begins at its first moment;
// of a time that comes twice, the first is meant.
func (t *Times) at(wall time.Time, day bool) (time.Time, error) {
	y, m, d := wall.Date()
	found := time.Date(y, m, d, wall.Hour(), wall.Minute(), wall.Second(), wall.Nanosecond(), t.Zone)
	_, before := found.Add(-24 * time.Hour).Zone()
	_, now := found.Zone()
	if earlier := found.Add(time.Duration(now-before) * time.Second); earlier.Before(found) && shows(earlier, wall) {
		return earlier, nil
	}
	switch {
	case shows(found, wall):
		return found, nil
	case !day:
		return found, fault.Invalidf("is a time that the clocks of %s skip", t.Zone.String())
	}
	start, end := found.ZoneBounds()
	if found.Day() == d {
		return start, nil
	}
	return end, nil
}

// shows reports whether an instant's clock shows what wall shows.
func shows(at, wall time.Time) bool {
	return at.Format(time.DateTime) == wall.Format(time.DateTime)
}
