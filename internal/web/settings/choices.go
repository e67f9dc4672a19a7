package settings

import (
	"tandem/internal/money"
	"tandem/internal/web/ui"
)

// Countries are all countries by their names in the reader's language.
func (b Business) Countries() []Choice {
	all := []Choice{{Text: "–", Chosen: b.Imprint.Country == ""}}
	for _, c := range b.Voice.Countries(b.Imprint.Country) {
		all = append(all, Choice{c.Code, c.Name, c.Chosen})
	}
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
