package ui

import (
	"html/template"
	"strings"
)

// breakable is a long name without spaces, such as an email, that may go on in the next line after its @ and before its dots, rather than in the
// middle of a word.
func breakable(name string) template.HTML {
	escaped := template.HTMLEscapeString(name)
	return template.HTML(strings.NewReplacer("@", "@<wbr>", ".", "<wbr>.").Replace(escaped))
}
