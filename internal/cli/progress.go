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
}

// redraw is how often the bar is drawn: faster is no use to an eye and slows the work.
const redraw = 200 * time.Millisecond

func (d *Desk) progress() *progress { return &progress{desk: d, clock: d.Clock} }

// show tells how many of the file's size bytes were read, and how many rows. A size of 0 or less is unknown.
func (p *progress) show(read, size int64, rows int) {
	now := p.clock.Now()
	if !p.desk.Terminal || now.Sub(p.shown) < redraw {
		return
	}
	p.shown = now
	if p.bar == nil {
		p.began = now
		p.bar = p.start(size)
	}
	p.bar.Describe(p.words(rows, now.Sub(p.began)))
	_ = p.bar.Set64(min(read, max(size, read))) // a bar that cannot be drawn stops no import
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
