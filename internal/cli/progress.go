package cli

import (
	"time"

	"github.com/schollz/progressbar/v3"

	"tandem/internal/clock"
	"tandem/internal/i18n"
)

// progress is the bar that a long command draws on a terminal: how much of the file is read, rows a second, time left. Elsewhere it is
// nothing.
type progress struct {
	bar   *progressbar.ProgressBar
	desk  *Desk
	clock clock.Clock
	began time.Time
	shown time.Time
	read  int64 // bytes, when it was last drawn
}

// redraw is how often the bar is drawn: faster is no use to an eye and slows the work.
const redraw = 200 * time.Millisecond

func (d *Desk) progress() *progress { return &progress{desk: d, clock: d.Clock} }

// show tells how many of the file's size bytes were read, and how many rows. A size of 0 or less is unknown. Where the file is read a second
// time the bar begins anew.
func (p *progress) show(read, size int64, rows int) {
	if !p.desk.Terminal {
		return
	}
	now := p.clock.Now()
	if now.Sub(p.shown) < redraw {
		return
	}
	if p.bar == nil || read < p.read {
		p.end()
		p.began, p.bar = now, p.start(size)
	}
	p.shown, p.read = now, read
	p.bar.Describe(p.words(rows, now.Sub(p.began)))
	if size > 0 {
		read = min(read, size-1) // files are read ahead of their rows; a bar that is full goes away
	}
	_ = p.bar.Set64(read) // a bar that cannot be drawn stops no import
}

func (p *progress) start(size int64) *progressbar.ProgressBar {
	if size <= 0 {
		size = -1
	}
	return progressbar.NewOptions64(size, progressbar.OptionSetWriter(p.desk.Err), progressbar.OptionSetWidth(30),
		progressbar.OptionSetPredictTime(true), progressbar.OptionClearOnFinish(), progressbar.OptionSetRenderBlankState(true))
}

func (p *progress) words(rows int, took time.Duration) string {
	if took <= 0 {
		return p.desk.say.Text("%d rows", i18n.Count(rows))
	}
	second := int64(float64(rows) / took.Seconds())
	return p.desk.say.Text("%d rows, %d a second", i18n.Count(rows), i18n.Count(second))
}

// end takes the bar away, so that the result stands alone.
func (p *progress) end() {
	if p.bar != nil {
		_ = p.bar.Clear()
	}
}
