package ui

import (
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"tandem/internal/fault"
)

// legible refuses a request whose address or form holds what is no text, which no person has typed, or that is not whole. A file that is sent
// is looked at by whoever reads it.
func legible(r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return fault.Invalidf("what was sent is not whole").WithMend("go back, and try again with less at once")
	}
	if !texts(r.Form) {
		return fault.Invalidf("what was sent holds characters that are no text").WithMend("go back, and type them again")
	}
	return nil
}

func texts(form url.Values) bool {
	for name, values := range form {
		for _, v := range append(values, name) {
			if !utf8.ValidString(v) || strings.ContainsRune(v, 0) {
				return false
			}
		}
	}
	return true
}
