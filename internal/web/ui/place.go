package ui

import (
	"slices"
	"strings"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

// Named is a choice that has a code and a name.
type Named struct {
	Code, Name string
	Chosen     bool
}

// Countries are all countries by their names in the reader's language; one that is chosen and that nobody knows stands there as it is written.
func (v Voice) Countries(chosen string) []Named {
	names := display.Regions(language.Make(v.Language()))
	return byName(chosen, func(code string) string {
		region, err := language.ParseRegion(code)
		if err != nil || !region.IsCountry() || region.String() != code || region.Canonicalize() != region || region.M49() == 0 {
			return ""
		}
		return names.Name(region)
	}, 'A')
}

// Languages are all languages that have two letters, by their names in the reader's language; another one that is chosen stands there as well.
func (v Voice) Languages(chosen string) []Named {
	names := display.Languages(language.Make(v.Language()))
	return byName(chosen, func(code string) string {
		base, err := language.ParseBase(code)
		if err != nil || base.String() != code {
			return ""
		}
		return names.Name(language.Make(code))
	}, 'a')
}

// byName asks for the names of all codes of two letters, and puts them in the order of their names.
func byName(chosen string, name func(code string) string, first byte) []Named {
	var all []Named
	found := chosen == ""
	for i := range 26 * 26 {
		code := string([]byte{first + byte(i/26), first + byte(i%26)})
		if name := name(code); name != "" {
			all = append(all, Named{code, name, code == chosen})
			found = found || code == chosen
		}
	}
	slices.SortFunc(all, func(x, y Named) int { return strings.Compare(x.Name, y.Name) })
	if !found {
		all = append(all, Named{chosen, chosen, true})
	}
	return all
}

// Country is a country's name in the reader's language; what is no code of one is said as it is.
func (v Voice) Country(code string) string {
	region, err := language.ParseRegion(code)
	if err != nil || !region.IsCountry() {
		return code
	}
	if name := display.Regions(language.Make(v.Language())).Name(region); name != "" {
		return name
	}
	return code
}

// Abroad is the name of a country that is not the workspace's own, which goes without saying.
func (f Frame) Abroad(code string) string {
	if code == f.Workspace.Country {
		return ""
	}
	return f.Country(code)
}
