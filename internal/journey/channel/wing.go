package channel

import (
	"slices"

	"tandem/internal/text"
)

// IsSales reports whether a channel, derived or as a file writes it, belongs to the sales wing: someone of ours stood in front of the person
// or spoke with them. Every other channel is marketing's, word of mouth among them.
func IsSales(name string) bool {
	return slices.Contains([]string{
		"field", "field visit", "field visits", "visit", "phone", "call", "calls", "telephone", "cold call", "meeting", "meetings",
	}, text.Key(name))
}
