package palette

import (
	"html/template"
	"strings"
	"unicode"
)

// Mark is a text in which the words that were looked for stand out.
func (f Found) Mark(text string) template.HTML {
	letters := []rune(text)
	looked, folded := lower([]rune(f.Words)), lower(letters)
	var b strings.Builder
	at := 0
	for len(looked) > 0 {
		next := index(folded[at:], looked)
		if next < 0 {
			break
		}
		b.WriteString(template.HTMLEscapeString(string(letters[at : at+next])))
		at += next
		b.WriteString("<mark>" + template.HTMLEscapeString(string(letters[at:at+len(looked)])) + "</mark>")
		at += len(looked)
	}
	b.WriteString(template.HTMLEscapeString(string(letters[at:])))
	return template.HTML(b.String())
}

// lower folds letter by letter, so that none moves.
func lower(letters []rune) []rune {
	folded := make([]rune, len(letters))
	for i, r := range letters {
		folded[i] = unicode.ToLower(r)
	}
	return folded
}

// index is where some letters stand in others, -1 if nowhere.
func index(in, some []rune) int {
	for i := 0; i+len(some) <= len(in); i++ {
		if string(in[i:i+len(some)]) == string(some) {
			return i
		}
	}
	return -1
}
