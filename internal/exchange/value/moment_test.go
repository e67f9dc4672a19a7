package value_test

import (
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // the zones are the same on every machine

	"tandem/internal/exchange/value"
	"tandem/internal/fault"
)

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func times(t testing.TB, zoneName, format string) value.Times {
	t.Helper()
	read, err := value.NewTimes(zone(t, zoneName), format)
	if err != nil {
		t.Fatal(err)
	}
	return read
}

func TestTimesAreReadInTheirZone(t *testing.T) {
	for _, c := range []struct {
		zone, format, cell, want string
		day                      bool
	}{
		{"UTC", "", "2026-05-04", "2026-05-04T00:00:00Z", true},
		{"UTC", "", " '2026-05-04 ", "2026-05-04T00:00:00Z", true},
		{"UTC", "", "1900-01-01", "1900-01-01T00:00:00Z", true},
		{"UTC", "", "2199-12-31", "2199-12-31T00:00:00Z", true},
		{"UTC", "", "2024-02-29", "2024-02-29T00:00:00Z", true},
		{"Europe/Berlin", "", "2026-05-04", "2026-05-03T22:00:00Z", true},
		{"Europe/Berlin", "", "2026-01-04", "2026-01-03T23:00:00Z", true},
		{"Europe/Berlin", "", "2026-05-04 10:30", "2026-05-04T08:30:00Z", false},
		{"Europe/Berlin", "", "2026-05-04T10:30:15", "2026-05-04T08:30:15Z", false},
		{"Europe/Berlin", "", "2026-05-04 10:30:15.25", "2026-05-04T08:30:15.25Z", false},
		{"Europe/Berlin", "", "2026-05-04 10:30:15,25", "2026-05-04T08:30:15.25Z", false},
		{"Europe/Berlin", "", "2026-05-04T10:30:15Z", "2026-05-04T10:30:15Z", false},
		{"Europe/Berlin", "", "2026-05-04 10:30 UTC", "2026-05-04T10:30:00Z", false},
		{"Europe/Berlin", "", "2026-05-04T10:30:15+05:30", "2026-05-04T05:00:15Z", false},
		{"Europe/Berlin", "", "2026-05-04 10:30:15 -0800", "2026-05-04T18:30:15Z", false},
		{"Europe/Berlin", "", "2026-05-04 10:30 +02:00", "2026-05-04T08:30:00Z", false},
		{"Europe/Berlin", "", "2026-05-04 10:30:15.123456+00", "2026-05-04T10:30:15.123456Z", false},
		{"Europe/Berlin", "", "2026-10-25 02:30", "2026-10-25T00:30:00Z", false}, // comes twice: the first
		{"Europe/Berlin", "", "2026-10-25 03:00", "2026-10-25T02:00:00Z", false},
		{"Europe/Berlin", "", "2026-10-25 12:00", "2026-10-25T11:00:00Z", false},
		{"Europe/Berlin", "", "2026-03-29 03:00", "2026-03-29T01:00:00Z", false},
		{"America/New_York", "", "2026-11-01 01:30", "2026-11-01T05:30:00Z", false},
		{"America/Sao_Paulo", "", "2018-11-04", "2018-11-04T03:00:00Z", true}, // has no midnight
		{"Asia/Beirut", "", "2022-03-27", "2022-03-26T22:00:00Z", true},
		{"America/Havana", "", "2026-11-01", "2026-11-01T04:00:00Z", true}, // has two
		{"UTC", "DD/MM/YYYY", "04/05/2026", "2026-05-04T00:00:00Z", true},
		{"UTC", "DD/MM/YYYY", "4/5/2026", "2026-05-04T00:00:00Z", true},
		{"UTC", "MM/DD/YYYY", "05/04/2026", "2026-05-04T00:00:00Z", true},
		{"UTC", "DD.MM.YYYY HH:mm", "04.05.2026 09:30", "2026-05-04T09:30:00Z", false},
		{"UTC", "DD.MM.YYYY HH:mm", "4.5.2026 9:30", "2026-05-04T09:30:00Z", false},
		{"UTC", "DD.MM.YYYY HH:mm:ss", "04.05.2026 09:30:15", "2026-05-04T09:30:15Z", false},
		{"UTC", "M/D/YY h:mm AM", "5/4/26 9:30 PM", "2026-05-04T21:30:00Z", false},
		{"UTC", "M/D/YYYY hh:mm PM", "5/4/2026 12:30 AM", "2026-05-04T00:30:00Z", false},
		{"UTC", "MMM D, YYYY", "May 4, 2026", "2026-05-04T00:00:00Z", true},
		{"UTC", "D MMMM YYYY", "4 December 2026", "2026-12-04T00:00:00Z", true},
		{"UTC", "YYYYMMDD", "20260504", "2026-05-04T00:00:00Z", true},
		{"UTC", "YYYYMMDDHHmmss", "20260504093015", "2026-05-04T09:30:15Z", false},
		{"UTC", "YYYY-DD-MM", "2026-05-04", "2026-04-05T00:00:00Z", true}, // what is named goes before ISO
		{"UTC", "DD/MM/YYYY", "2026-05-04 10:00", "2026-05-04T10:00:00Z", false},
		{"Europe/Berlin", "DD/MM/YYYY HH:mm", "25/10/2026 02:30", "2026-10-25T00:30:00Z", false},
	} {
		read := times(t, c.zone, c.format)
		at, day, err := read.Parse(c.cell)
		got := at.Time().UTC().Format(time.RFC3339Nano)
		if err != nil || got != c.want || day != c.day {
			t.Errorf("%s %q %q is %s, a day: %t, %v; want %s", c.zone, c.format, c.cell, got, day, err, c.want)
		}
	}
}

func TestNoTimeIsNoTime(t *testing.T) {
	read := times(t, "UTC", "")
	if at, _, err := read.Parse("  "); at != 0 || err != nil {
		t.Errorf("%d, %v", at, err)
	}
}

func TestWhatIsNoTimeIsRefused(t *testing.T) {
	for _, c := range []struct{ zone, format, cell, says string }{
		{"UTC", "", "9999-12-31", "year 9999"},
		{"UTC", "", "9999-12-31T23:59:59Z", "year 9999"},
		{"UTC", "", "1899-12-31", "year 1899"},
		{"UTC", "", "0000-00-00", "no day or time that exists"},
		{"UTC", "", "0000-00-00 00:00:00", "no day or time that exists"},
		{"UTC", "", "2026-02-29", "no day or time that exists"},
		{"UTC", "", "2026-13-01", "no day or time that exists"},
		{"UTC", "", "2026-05-04 24:00", "no day or time that exists"},
		{"UTC", "", "2026-05-04 10:00:60", "no day or time that exists"},
		{"UTC", "", "2026-05-04 10:00 +99:00", "no day or time that exists"},
		{"UTC", "", "yesterday", "--date-format"},
		{"UTC", "", "1746350000", "--date-format"},
		{"UTC", "", "04/05/2026", "several days"},
		{"UTC", "", "4.5.26", "several days"},
		{"UTC", "", "2026/05/04", "several days"},
		{"UTC", "DD/MM/YYYY", "05/13/2026", "date format that was named"},
		{"UTC", "DD/MM/YYYY", "04/05/2026 10:00", "date format that was named"},
		{"UTC", "DD/MM/YYYY", "31/12/9999", "year 9999"},
		{"Europe/Berlin", "", "2026-03-29 02:30", "clocks of Europe/Berlin skip"},
		{"Europe/Berlin", "DD/MM/YYYY h:mm AM", "29/03/2026 2:30 AM", "clocks of Europe/Berlin skip"},
	} {
		read := times(t, c.zone, c.format)
		at, _, err := read.Parse(c.cell)
		if !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%q %q is %d, %v; want %q", c.format, c.cell, at, err, c.says)
		}
	}
}

func TestADateFormatThatIsNoneIsWrongUsage(t *testing.T) {
	for _, format := range []string{"DD/MM", "YYYY", "dd/mm/yyyy", "2006-01-02", "DD/MM/DD", "iso", "%d.%m.%Y", "YYYY_MM_DD"} {
		if _, err := value.NewTimes(time.UTC, format); !fault.Is(err, fault.Usage) || !strings.Contains(err.Error(), "DD/MM/YYYY") {
			t.Errorf("%q: %v", format, err)
		}
	}
}

// FuzzTime: whatever is written, reading does not panic, and what is read lies in the years that are allowed.
func FuzzTime(f *testing.F) {
	f.Add("2026-05-04 10:00", "")
	f.Add("04/05/2026", "DD/MM/YYYY")
	f.Add("5/4/26 9:30 PM", "M/D/YY h:mm AM")
	f.Add("2026-03-29 02:30", "YYYY-MM-DD HH:mm")
	berlin := zone(f, "Europe/Berlin")
	f.Fuzz(func(t *testing.T, cell, format string) {
		read, err := value.NewTimes(berlin, format)
		if err != nil {
			return
		}
		at, day, err := read.Parse(cell)
		if err != nil || at == 0 {
			return
		}
		local := at.Time().In(berlin)
		if y := local.Year(); y < 1899 || y > 2200 {
			t.Fatalf("%q became %s", cell, local)
		}
		if again, _, err := read.Parse(local.Format(time.RFC3339Nano)); format == "" && (err != nil || again != at) {
			t.Fatalf("%q became %s, then %d, %v", cell, local, again, err)
		}
		if day && local.Hour() > 3 {
			t.Fatalf("the day %q begins at %s", cell, local)
		}
	})
}
