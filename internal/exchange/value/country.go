package value

import (
	"sync"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"tandem/internal/text"
)

// countries maps the English names of countries, and some that people use instead, to their codes.
var countries = sync.OnceValue(func() map[string]string {
	names := map[string]string{
		"usa": "US", "united states of america": "US", "uk": "GB", "great britain": "GB", "england": "GB", "scotland": "GB", "wales": "GB",
		"czech republic": "CZ", "holland": "NL", "the netherlands": "NL", "deutschland": "DE", "österreich": "AT", "schweiz": "CH",
	}
	english := display.English.Regions()
	for a := 'A'; a <= 'Z'; a++ {
		for b := 'A'; b <= 'Z'; b++ {
			r, err := language.ParseRegion(string(a) + string(b))
			if err != nil || !r.IsCountry() || r.Canonicalize() != r {
				continue
			}
			if name := text.Key(english.Name(r)); name != "" {
				names[name] = r.String()
			}
		}
	}
	return names
})
