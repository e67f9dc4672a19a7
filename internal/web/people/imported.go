package people

import (
	"strings"

	"tandem/internal/people/segment"
)

// offeredImports is how many of the newest imports a rule offers.
const offeredImports = 20

// nameImports says imports by the files that they brought in.
func (l *Line) nameImports(known []segment.Import) {
	for i := range l.Choices {
		c := &l.Choices[i]
		of, verdict, _ := strings.Cut(c.Value, ":")
		name := l.T("an earlier one")
		for _, one := range known {
			if one.ID.String() == of {
				name = one.File
			}
		}
		switch verdict {
		case "created":
			name = l.T("%s, new", name)
		case "updated":
			name = l.T("%s, changed", name)
		case "unchanged":
			name = l.T("%s, as before", name)
		}
		c.Text = name
	}
}
