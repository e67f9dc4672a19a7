package value

import (
	"sync"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"tandem/internal/text"
)

// countries maps the names of countries in the languages around us, and some that people use instead, to their codes.
var countries = sync.OnceValue(func() map[string]string {
	names := map[string]string{
		"usa": "US", "united states of america": "US", "uk": "GB", "great britain": "GB", "england": "GB", "scotland": "GB", "wales": "GB",
		"czech republic": "CZ", "holland": "NL", "the netherlands": "NL",
	}
	for _, spoken := range []language.Tag{
		language.English, language.Dutch, language.French, language.German, language.Spanish, language.Italian, language.Portuguese, language.Polish,
	} {
		inWords := display.Regions(spoken)
		for _, r := range regions() {
			if name := text.Key(inWords.Name(r)); name != "" && names[name] == "" {
				names[name] = r.String()
			}
		}
	}
	return names
})

// regions are all countries that have a code.
func regions() []language.Region {
	var all []language.Region
	for a := 'A'; a <= 'Z'; a++ {
		for b := 'A'; b <= 'Z'; b++ {
			if r, err := language.ParseRegion(string(a) + string(b)); err == nil && r.IsCountry() && r.Canonicalize() == r {
				all = append(all, r)
			}
		}
	}
	return all
}
