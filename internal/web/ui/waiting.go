package ui

import (
	"time"

	"tandem/internal/clock"
)

// AnswerWithin is how soon whoever asks should have an answer.
const AnswerWithin = time.Hour

// WaitingMatters is for how long a question that nobody answered is shown as one.
const WaitingMatters = 14 * 24 * time.Hour

// Waiting is the clock of somebody who waits for an answer since an instant; without text if nobody waits, or the question is history.
func Waiting(v Voice, now time.Time, since clock.Micros) Clock {
	if since == 0 || now.Sub(since.Time()) > WaitingMatters {
		return Clock{}
	}
	left := AnswerWithin - now.Sub(since.Time())
	switch {
	case left < 0:
		return Clock{Text: v.T("%s late", v.Long(left)), State: "late"}
	case left < AnswerWithin/4:
		return Clock{Text: v.T("%s left", v.Long(left)), State: "soon"}
	}
	return Clock{Text: v.T("%s left", v.Long(left))}
}
