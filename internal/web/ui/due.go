package ui

import (
	"time"

	"tandem/internal/clock"
	"tandem/internal/sales/activity"
)

// ActivityTitle is what is to be done: the first line of what was written, else its kind.
func ActivityTitle(v Voice, a activity.Activity) string {
	for line := range lines(a.Text) {
		return line
	}
	return v.ActivityKind(a.Kind)
}

// lines are the lines of a text that have something in them.
func lines(s string) func(func(string) bool) {
	return func(yield func(string) bool) {
		start := 0
		for i := 0; i <= len(s); i++ {
			if i == len(s) || s[i] == '\n' {
				if line := s[start:i]; line != "" && line != "\r" && !yield(line) {
					return
				}
				start = i + 1
			}
		}
	}
}

// ActivityKind is a kind of activity, as people say it.
func (v Voice) ActivityKind(k activity.Kind) string {
	switch k {
	case activity.Call:
		return v.T("Call")
	case activity.Meeting:
		return v.T("Meeting")
	case activity.Visit:
		return v.T("Visit")
	case activity.Email:
		return v.T("Email")
	case activity.Note:
		return v.T("Note")
	case activity.Task:
		return v.T("Task")
	}
	return string(k)
}

// Due is how much time is left until something has to be done; without text where it has no date, or days are left.
func Due(v Voice, now time.Time, due clock.Micros) Clock {
	left := due.Time().Sub(now)
	switch {
	case due == 0 || left > 4*time.Hour:
		return Clock{}
	case left < 0:
		return Clock{Text: v.T("%s late", v.Long(left)), State: "late"}
	case left < time.Hour:
		return Clock{Text: v.Long(left), State: "soon"}
	}
	return Clock{Text: v.Long(left)}
}

// DueText is when something has to be done, "" where it has no date.
func DueText(v Voice, due clock.Micros) string {
	if due == 0 {
		return ""
	}
	return v.Moment(due)
}
