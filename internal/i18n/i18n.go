// Package i18n says everything the program tells people, in their language.
//
// The English text is the key: code writes Text("no contact %s", id) and never a number or a name for a message. A language is one file,
// locales/TAG.json, from the English text to the translation, which has the same verbs in any order (%[2]s). Where the wording depends on
// a number the translation is an object with one text for each plural form of the language (CLDR); English has such a file too. What a
// file leaves out is said in English.
//
// Numbers are written as they are, as in the log; only a Count is grouped the way the language does it.
package i18n

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"golang.org/x/text/language"
)

//go:embed locales/*.json
var shipped embed.FS

// Catalogue is every message in every language there is a file for. It is safe for concurrent use.
type Catalogue struct {
	languages []language.Tag // English first: it is what the matcher falls back to
	messages  []map[string]message
	matcher   language.Matcher
}

// Shipped is the catalogue that the program carries.
func Shipped() (*Catalogue, error) {
	files, err := fs.Sub(shipped, "locales")
	if err != nil {
		return nil, fmt.Errorf("read the languages: %w", err)
	}
	return Load(files)
}

// Load reads a folder of locale files. A file with an unknown language, plural form or verb is an error.
func Load(files fs.FS) (*Catalogue, error) {
	c := &Catalogue{languages: []language.Tag{language.English}, messages: []map[string]message{nil}}
	names, err := fs.Glob(files, "*.json")
	if err != nil {
		return nil, fmt.Errorf("list the languages: %w", err)
	}
	for _, name := range names {
		if err := c.add(files, name); err != nil {
			return nil, fmt.Errorf("language file %s: %w", name, err)
		}
	}
	c.matcher = language.NewMatcher(c.languages)
	return c, nil
}

func (c *Catalogue) add(files fs.FS, name string) error {
	tag, err := language.Parse(strings.TrimSuffix(path.Base(name), ".json"))
	if err != nil {
		return err
	}
	b, err := fs.ReadFile(files, name)
	if err != nil {
		return err
	}
	messages := map[string]message{}
	if err := json.Unmarshal(b, &messages); err != nil {
		return err
	}
	for key, m := range messages {
		if err := m.check(key); err != nil {
			return fmt.Errorf("%q: %w", key, err)
		}
	}
	if tag == language.English {
		c.messages[0] = messages
		return nil
	}
	c.languages = append(c.languages, tag)
	c.messages = append(c.messages, messages)
	return nil
}

// Languages are the BCP 47 tags that there is a file for, English first.
func (c *Catalogue) Languages() []string {
	tags := make([]string, len(c.languages))
	for i, tag := range c.languages {
		tags[i] = tag.String()
	}
	return tags
}

// Printer speaks the first of the wanted languages that there is a file for, English if there is none. A language is written as BCP 47 or as
// the environment of a Unix program has it (de_DE.UTF-8).
func (c *Catalogue) Printer(wanted ...string) *Printer {
	var tags []language.Tag
	for _, w := range wanted {
		plain, _, _ := strings.Cut(w, ".")
		if tag, err := language.Parse(plain); err == nil && tag != language.Und {
			tags = append(tags, tag)
		}
	}
	_, at, confidence := c.matcher.Match(tags...)
	if confidence == language.No {
		at = 0
	}
	return newPrinter(c.languages[at], c.messages[at])
}
