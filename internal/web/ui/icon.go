package ui

import (
	"embed"
	"fmt"
	"html/template"
	"regexp"
	"strings"
	"unicode"
)

//go:embed icons/*.svg
var icons embed.FS

var (
	opening = regexp.MustCompile(`(?s)^.*?<svg[^>]*>`)
	breaks  = regexp.MustCompile(`\s*\n\s*`)
)

// icon is the drawing of a name, as part of the page. An unknown name is an error of the template.
func icon(name string) (template.HTML, error) {
	b, err := icons.ReadFile("icons/" + name + ".svg")
	if err != nil {
		return "", fmt.Errorf("no icon %q: %w", name, err)
	}
	drawing := breaks.ReplaceAllString(strings.TrimSuffix(strings.TrimSpace(opening.ReplaceAllString(string(b), "")), "</svg>"), "")
	return template.HTML(`<svg class="i" viewBox="0 0 24 24" aria-hidden="true">` + drawing + `</svg>`), nil
}

// Initials are up to two letters for a name, without the small words of Dutch, French and Spanish names.
func Initials(name string) string {
	var letters []rune
	for word := range strings.FieldsSeq(name) {
		switch strings.ToLower(word) {
		case "de", "van", "der", "den", "el", "la", "le", "du", "von", "&":
			continue
		}
		first := []rune(word)[0]
		if unicode.IsLetter(first) || unicode.IsDigit(first) {
			letters = append(letters, unicode.ToUpper(first))
		}
	}
	if len(letters) > 2 {
		letters = letters[:2]
	}
	if len(letters) == 0 {
		return "?"
	}
	return string(letters)
}
