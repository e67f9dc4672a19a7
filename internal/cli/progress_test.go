package cli

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"tandem/internal/clock"
)

func TestOnATerminalAnImportShowsItsSpeed(t *testing.T) {
	var shown bytes.Buffer
	d, now := watched(t, &shown, true)
	bar := d.progress()
	bar.show(0, 1000, 0)
	now.Add(2 * time.Second)
	bar.show(500, 1000, 3000)
	if got := shown.String(); !strings.Contains(got, "3,000 rows, 1,500 a second") || !strings.Contains(got, "50%") {
		t.Errorf("shown: %q", got)
	}

	shown.Reset()
	bar.show(600, 1000, 4000)
	if shown.Len() != 0 {
		t.Errorf("drawn again at once: %q", shown.String())
	}

	now.Add(time.Second)
	bar.show(100, 1000, 500) // read a second time
	bar.end()
	if got := shown.String(); !strings.Contains(got, "500 rows") || !strings.HasSuffix(got, "\r") {
		t.Errorf("shown at the end: %q", got)
	}
}

func TestWithoutATerminalNothingIsShown(t *testing.T) {
	var shown bytes.Buffer
	d, now := watched(t, &shown, false)
	bar := d.progress()
	for i := range int64(5) {
		bar.show(i, 5, int(i))
		now.Add(time.Second)
	}
	bar.end()
	if shown.Len() != 0 {
		t.Errorf("shown: %q", shown.String())
	}
}

func TestTheBarStaysUntilTheLastRowIsIn(t *testing.T) {
	var shown bytes.Buffer
	d, now := watched(t, &shown, true)
	bar := d.progress()
	bar.show(1000, 1000, 1) // a small file is read at once
	now.Add(time.Second)
	shown.Reset()
	bar.show(1000, 1000, 5000)
	if got := shown.String(); !strings.Contains(got, "5,000 rows") {
		t.Errorf("shown: %q", got)
	}
}

func TestAFileOfUnknownSizeHasABarToo(t *testing.T) {
	var shown bytes.Buffer
	d, now := watched(t, &shown, true)
	bar := d.progress()
	bar.show(10, 0, 1)
	now.Add(time.Second)
	bar.show(5000, 0, 12)
	if got := shown.String(); !strings.Contains(got, "12 rows, 12 a second") {
		t.Errorf("shown: %q", got)
	}
}

func watched(t *testing.T, shown *bytes.Buffer, terminal bool) (*Desk, *clock.Fake) {
	d, now := desk(t, shown), clock.NewFake(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))
	d.Terminal, d.Clock = terminal, now
	return d, now
}
