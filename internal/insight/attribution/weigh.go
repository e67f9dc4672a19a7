package attribution

import (
	"math"
	"time"

	"tandem/internal/clock"
)

// halfLife is the time in which time decay halves a touch's weight.
const halfLife = float64(7 * 24 * time.Hour / time.Microsecond)

// lastNonDirect is the last step that did not come by itself, or the last where all did.
func lastNonDirect(steps []Step) int {
	for i := len(steps) - 1; i >= 0; i-- {
		if !steps[i].Direct {
			return i
		}
	}
	return len(steps) - 1
}

// linear gives every touch the same.
func linear(weights []float64) {
	for i := range weights {
		weights[i] = 1 / float64(len(weights))
	}
}

// uShaped gives 40 percent to the first touch, 40 to the last and 20 to those between; where there is none between, halves.
func uShaped(weights []float64) {
	n := len(weights)
	if n <= 2 {
		linear(weights)
		return
	}
	for i := range weights {
		weights[i] = 0.2 / float64(n-2)
	}
	weights[0], weights[n-1] = 0.4, 0.4
}

// wShaped gives 30 percent each to the touches that opened the journey, made the lead and opened the deal, and 10 to the rest. Touches
// that were several of these add up. The share of a milestone that is unknown, or that no touch preceded, and the rest's where there is
// no rest, go to the known milestones in proportion.
func wShaped(weights []float64, j *Journey) {
	var room [3]int
	anchors := append(room[:0], 0)
	for _, milestone := range [...]clock.Micros{j.Lead, j.Opened} {
		if at := lastBefore(j.Steps, milestone); milestone != 0 && at >= 0 {
			anchors = append(anchors, at)
		}
	}
	clear(weights)
	for _, at := range anchors {
		weights[at]++
	}
	rest := countZeros(weights)
	each, share := 0.0, 1.0
	if rest > 0 {
		each, share = 0.1/float64(rest), 0.9
	}
	for i, roles := range weights {
		weights[i] = roles * share / float64(len(anchors))
		if roles == 0 {
			weights[i] = each
		}
	}
}

func countZeros(weights []float64) int {
	n := 0
	for _, w := range weights {
		if w == 0 {
			n++
		}
	}
	return n
}

// lastBefore is the last step at or before the instant, -1 if there is none.
func lastBefore(steps []Step, at clock.Micros) int {
	for i := len(steps) - 1; i >= 0; i-- {
		if steps[i].At <= at {
			return i
		}
	}
	return -1
}

// timeDecay halves a touch's weight for every seven days that it lies before the commitment.
func timeDecay(weights []float64, steps []Step) {
	// The time from the last touch to the commitment is a factor common to all weights. Leaving it out keeps a journey that is
	// years old from underflowing to nothing.
	last := steps[len(steps)-1].At
	sum := 0.0
	for i, s := range steps {
		weights[i] = math.Exp2(float64(s.At-last) / halfLife)
		sum += weights[i]
	}
	for i := range weights {
		weights[i] /= sum
	}
}
