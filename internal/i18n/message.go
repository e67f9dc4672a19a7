package i18n

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
)

// message is a translation: one text, or one for each plural form of the number that the wording depends on.
type message struct {
	text  string
	of    int // which argument the forms are of, from 1
	forms map[plural.Form]string
}

// UnmarshalJSON reads "text" or {"of": 1, "one": "text", "other": "text"}.
func (m *message) UnmarshalJSON(b []byte) error {
	if err := json.Unmarshal(b, &m.text); err == nil {
		return nil
	}
	var parts map[string]json.RawMessage
	if err := json.Unmarshal(b, &parts); err != nil {
		return errors.New("a translation is a text, or an object of plural forms")
	}
	m.of, m.forms = 1, map[plural.Form]string{}
	for name, raw := range parts {
		if err := m.read(name, raw); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

func (m *message) read(name string, raw json.RawMessage) error {
	if name == "of" {
		return json.Unmarshal(raw, &m.of)
	}
	form, ok := formNamed(name)
	if !ok {
		return errors.New("no plural form; they are zero, one, two, few, many, other")
	}
	var text string
	if err := json.Unmarshal(raw, &text); err != nil {
		return err
	}
	m.forms[form] = text
	return nil
}

func formNamed(name string) (plural.Form, bool) {
	at := slices.Index([]string{"other", "zero", "one", "two", "few", "many"}, name)
	return plural.Form(at), at >= 0
}

// pick is the text for the arguments.
func (m message) pick(tag language.Tag, args []any) string {
	if m.forms == nil {
		return m.text
	}
	form := plural.Other
	if m.of >= 1 && m.of <= len(args) {
		if n, ok := whole(args[m.of-1]); ok {
			form = plural.Cardinal.MatchPlural(tag, n, 0, 0, 0, 0)
		}
	}
	if text, ok := m.forms[form]; ok {
		return text
	}
	return m.forms[plural.Other]
}

// whole is a number's size as the plural rules want it: not negative, and shortened where no rule looks.
func whole(arg any) (int, bool) {
	var n int64
	switch v := arg.(type) {
	case int:
		n = int64(v)
	case int64:
		n = v
	case Count:
		n = int64(v)
	default:
		return 0, false
	}
	if n < 0 {
		n = -n
	}
	if n >= 10_000_000 {
		n = n%1_000_000 + 1_000_000
	}
	return int(n), true
}

// check refuses a translation that would lose or misread an argument.
func (m message) check(key string) error {
	texts := []string{m.text}
	if m.forms != nil {
		if _, ok := m.forms[plural.Other]; !ok {
			return errors.New(`the form "other" is missing`)
		}
		texts = texts[:0]
		for _, text := range m.forms {
			texts = append(texts, text)
		}
	}
	for _, text := range texts {
		if got, want := verbs(text), verbs(key); !slices.Equal(got, want) {
			return fmt.Errorf("the translation %q has the verbs %q, the English %q", text, got, want)
		}
	}
	return nil
}

var verb = regexp.MustCompile(`%[-+# 0]*[0-9.]*(?:\[(\d+)\])?([a-zA-Z])`)

// verbs are the verbs of a format in the order of their arguments, so that a translation may turn them round with %[2]s.
func verbs(format string) []string {
	var all []string
	next := 1
	for _, m := range verb.FindAllStringSubmatch(format, -1) {
		if m[1] != "" {
			if _, err := fmt.Sscan(m[1], &next); err != nil {
				return []string{m[0]}
			}
		}
		all = append(all, fmt.Sprintf("%03d%s", next, m[2]))
		next++
	}
	slices.Sort(all)
	return slices.Compact(all)
}
