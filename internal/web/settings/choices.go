package settings

import (
	"slices"
	"strings"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"tandem/internal/money"
	"tandem/internal/web/ui"
)

// Countries are all countries by their names in the reader's language.
func (b Business) Countries() []Choice {
	names := display.Regions(language.Make(b.Language()))
	all := []Choice{{Text: "–", Chosen: b.Imprint.Country == ""}}
	for i := range 26 * 26 {
		code := string([]byte{'A' + byte(i/26), 'A' + byte(i%26)})
		region, err := language.ParseRegion(code)
		if err != nil || !region.IsCountry() || region.String() != code || region.Canonicalize() != region || region.M49() == 0 {
			continue
		}
		all = append(all, Choice{code, names.Name(region), code == b.Imprint.Country})
	}
	slices.SortFunc(all[1:], func(x, y Choice) int { return strings.Compare(x.Text, y.Text) })
	return all
}

// Currencies are all currencies, each with its sign if it has one; a browser that knows their names says them.
func (b Business) Currencies() []Choice {
	var all []Choice
	for _, c := range money.Currencies() {
		text := string(c)
		if sign := ui.CurrencySign(b.Language(), c); sign != text {
			text += " " + sign
		}
		all = append(all, Choice{string(c), text, string(c) == b.Currency})
	}
	return all
}
