package ui

import (
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"tandem/internal/clock"
	"tandem/internal/fault"
	"tandem/internal/i18n"
)

// Voice says words, figures and times as the reader reads them: in the workspace's language, by the clocks of its zone.
type Voice struct {
	say  *i18n.Printer
	zone *time.Location
	now  time.Time
}

// NewVoice is a voice that speaks by a printer, by the clocks of a zone, at an instant.
func NewVoice(say *i18n.Printer, zone *time.Location, now time.Time) Voice {
	return Voice{say, zone, now}
}

// T is a message of the catalogue. Its first argument is the English text, with the verbs of fmt.
func (v Voice) T(format string, args ...any) string { return v.say.Text(format, args...) }

// Message is a message of the catalogue that was put together elsewhere.
func (v Voice) Message(m fault.Message) string { return v.say.Message(m) }

// Fault says what went wrong, as sentences. What is no fault of the user's has a reference, under which the caller logs it once.
func (v Voice) Fault(err error) (text, reference string) {
	text, reference = v.say.Fault(err)
	return sentence(text), reference
}

// Reason is what went wrong as a part of a sentence, in a table or a list.
func (v Voice) Reason(f *fault.Error) string {
	text, _ := v.say.Fault(f)
	return text
}

// sentence begins with a capital and ends with a full stop.
func sentence(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	if size == 0 {
		return text
	}
	text = string(unicode.ToUpper(first)) + text[size:]
	if last, _ := utf8.DecodeLastRuneInString(text); unicode.In(last, unicode.Terminal_Punctuation) {
		return text
	}
	return text + "."
}

// Language is the BCP 47 tag of the language.
func (v Voice) Language() string { return v.say.Language() }

// Day is an instant's day: 20 May, with the year if it is not this one.
func (v Voice) Day(at clock.Micros) string {
	t := at.Time().In(v.zone)
	if t.Year() == v.now.In(v.zone).Year() {
		return v.T("%[1]d %[2]s", t.Day(), v.month(t.Month()))
	}
	return v.T("%[1]d %[2]s %[3]d", t.Day(), v.month(t.Month()), t.Year())
}

// Noon is the middle of a day written as YYYY-MM-DD, by the clocks of the zone; 0 if it is none.
func (v Voice) Noon(day string) clock.Micros {
	t, err := time.ParseInLocation(time.DateOnly, day, v.zone)
	if err != nil {
		return 0
	}
	return clock.Of(t.Add(12 * time.Hour))
}

// Days are the days from one written as YYYY-MM-DD to another, as short as can be: 20 Feb to 20 May, 1 to 20 May, 20 May.
func (v Voice) Days(from, to string) string {
	first, last := v.Noon(from), v.Noon(to)
	switch {
	case from == to:
		return v.Day(first)
	case v.Month(first) == v.Month(last):
		return v.T("%[1]d to %[2]s", first.Time().In(v.zone).Day(), v.Day(last))
	}
	return v.T("%[1]s to %[2]s", v.Day(first), v.Day(last))
}

// FullDay is an instant's day with its weekday: Wednesday 20 May 2026.
func (v Voice) FullDay(at clock.Micros) string {
	t := at.Time().In(v.zone)
	return v.T("%[1]s %[2]d %[3]s %[4]d", v.weekday(t.Weekday()), t.Day(), v.month(t.Month()), t.Year())
}

// Clock is an instant's time of day: 14:30.
func (v Voice) Clock(at clock.Micros) string { return at.Time().In(v.zone).Format("15:04") }

// Moment is an instant as a list shows it: Today, 09:33, or Yesterday, 17:10, or 19 May.
func (v Voice) Moment(at clock.Micros) string {
	switch at.Day(v.zone) {
	case clock.Of(v.now).Day(v.zone):
		return v.T("Today, %s", v.Clock(at))
	case clock.Of(v.now.AddDate(0, 0, -1)).Day(v.zone):
		return v.T("Yesterday, %s", v.Clock(at))
	}
	return v.Day(at)
}

// DayAndClock is an instant in full: 14 May, 08:52.
func (v Voice) DayAndClock(at clock.Micros) string {
	return v.T("%[1]s, %[2]s", v.Day(at), v.Clock(at))
}

// Stamp is an instant for a time element's datetime attribute, RFC 3339.
func (v Voice) Stamp(at clock.Micros) string { return at.Time().In(v.zone).Format(time.RFC3339) }

// Month is the name of a day's month with its year: May 2026.
func (v Voice) Month(at clock.Micros) string {
	t := at.Time().In(v.zone)
	return v.T("%[1]s %[2]d", v.fullMonth(t.Month()), t.Year())
}

// Long is how long something lasts, in its one or two largest units: 42 min, 2 h 20 min, 3 days.
func (v Voice) Long(d time.Duration) string {
	d = d.Abs()
	minutes, hours := int(d.Minutes()), int(d.Hours())
	switch {
	case hours >= 24:
		return v.T("%d days", hours/24)
	case hours >= 1 && minutes%60 > 0:
		return v.T("%[1]d h %[2]d min", hours, minutes%60)
	case hours >= 1:
		return v.T("%d h", hours)
	}
	return v.T("%d min", minutes)
}

// Since is how long ago an instant was.
func (v Voice) Since(at clock.Micros) string { return v.Long(v.now.Sub(at.Time())) }

func (v Voice) month(m time.Month) string {
	return v.T([...]string{"Jan", "Feb", "Mar", "Apr", "May", "June", "July", "Aug", "Sept", "Oct", "Nov", "Dec"}[m-1])
}

func (v Voice) fullMonth(m time.Month) string {
	return v.T([...]string{
		"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
	}[m-1])
}

func (v Voice) weekday(d time.Weekday) string {
	return v.T([...]string{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"}[d])
}

// Tongue is the name of a language, given as BCP 47, in the reader's language; what is no tag is said as it is.
func (v Voice) Tongue(tag string) string {
	of, err := language.Parse(tag)
	in, other := language.Parse(v.Language())
	if err != nil || other != nil {
		return tag
	}
	if name := display.Tags(in).Name(of); name != "" {
		return name
	}
	return tag
}
