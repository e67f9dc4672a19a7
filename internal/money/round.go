package money

import (
	"math"
	"slices"
)

func floor(f float64) float64 { return math.Floor(f) }

// distribute adds left, which may be negative, to parts: one unit at a time to the largest remainders, round after round.
func distribute(parts []int64, rest []float64, left int64) {
	if len(parts) == 0 {
		return
	}
	order := make([]int, len(parts))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case rest[a] > rest[b]:
			return -1
		case rest[a] < rest[b]:
			return 1
		}
		return 0
	})
	n := int64(len(parts))
	if left < 0 {
		slices.Reverse(order)
	}
	for i, at := range order {
		share := left / n
		if int64(i) < abs(left%n) {
			share += sign(left)
		}
		parts[at] += share
	}
}

func abs(n int64) int64 {
	if n < 0 {
		return -n
	}
	return n
}

func sign(n int64) int64 {
	if n < 0 {
		return -1
	}
	return 1
}
