package value_test

import (
	"slices"
	"strings"
	"testing"

	"tandem/internal/exchange/value"
)

func TestACellThatASpreadsheetWouldRunIsDefused(t *testing.T) {
	for cell, want := range map[string]string{
		"＝1+1": "'＝1+1", "＠SUM": "'＠SUM",
		"=1+1": "'=1+1", "+49 170": "'+49 170", "-5": "'-5", "@x": "'@x", "\t=1": "'\t=1", "\r=1": "'\r=1", "'x": "''x", "": "", "plain": "plain",
		"5": "5", "a=b": "a=b",
	} {
		if got := value.Guard(cell); got != want {
			t.Errorf("%q became %q, want %q", cell, got, want)
		}
	}
}

func TestTheApostropheOfASpreadsheetIsTakenAway(t *testing.T) {
	for cell, want := range map[string]string{
		"'=1+1": "=1+1", "'0170": "0170", "''x": "'x", "'n Sync": "'n Sync", "'": "'", "": "", "it's": "it's",
	} {
		if got := value.Unguard(cell); got != want {
			t.Errorf("%q became %q, want %q", cell, got, want)
		}
	}
}

// FuzzGuard: what is defused does not run, and comes back as it was.
func FuzzGuard(f *testing.F) {
	for _, s := range []string{"=1", "'=1", "''", "'5", "\n", "-", "plain"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, cell string) {
		guarded := value.Guard(cell)
		if guarded != "" && strings.ContainsAny(guarded[:1], "=+-@\t\r\n") {
			t.Fatalf("%q became %q", cell, guarded)
		}
		if cell != "" && cell[0] == '\'' || guarded != cell {
			if back := value.Unguard(guarded); back != cell {
				t.Fatalf("%q became %q, then %q", cell, guarded, back)
			}
		}
	})
}

func TestCountriesBecomeTheirCodes(t *testing.T) {
	for cell, want := range map[string]string{
		"DE": "DE", "de": "DE", " DEU ": "DE", "Germany": "DE", "germany": "DE", "Deutschland": "DE", "UK": "GB", "uk": "GB", "GB": "GB",
		"United Kingdom": "GB", "USA": "US", "US": "US", "United States": "US", "Schweiz": "CH", "Czech Republic": "CZ", "Czechia": "CZ",
		"België": "BE", "Allemagne": "DE", "ESPAÑA": "ES", "Österreich": "AT", "Stati Uniti": "US", "Países Bajos": "NL", "Polska": "PL",
		"Atlantis": "Atlantis", "XX": "XX", "": "", "Bavaria, Germany": "Bavaria, Germany", "EU": "EU",
	} {
		if got := value.Country(cell); got != want {
			t.Errorf("%q is %q, want %q", cell, got, want)
		}
	}
}

func TestAnswers(t *testing.T) {
	for cell, want := range map[string]string{
		"yes": "yes", " YES ": "yes", "1": "yes", "true": "yes", "x": "yes", "Ja": "yes", "Subscribed": "yes", "no": "no", "0": "no", "FALSE": "no",
		"Opted out": "no", "Nee": "no", "nein": "no", "OUI": "yes", "Sì": "yes", "sim": "yes", "Não": "no", "j": "yes", "": "neither", "maybe": "neither", "2": "neither",
	} {
		got := "neither"
		if yes, ok := value.Answer(cell); ok {
			got = map[bool]string{true: "yes", false: "no"}[yes]
		}
		if got != want {
			t.Errorf("%q is %s, want %s", cell, got, want)
		}
	}
}

func TestListsAreSplitWhereTheirProgramSplitsThem(t *testing.T) {
	for cell, want := range map[string][]string{
		"":                           nil,
		" ; ;":                       nil,
		"a":                          {"a"},
		"a, b,a, A":                  {"a", "b"},
		"a, b; c":                    {"a, b", "c"},
		"friends ::: my, own":        {"friends", "my, own"},
		"* myContacts ::: * friends": {"myContacts", "friends"},
		`"news, weekly","VIP"`:       {"news, weekly", "VIP"},
		`["a@x.example","b;c"]`:      {"a@x.example", "b;c"},
		`[]`:                         nil,
		`[a`:                         {"[a"},
		`"a" b`:                      {`"a" b`},
		"a|b":                        {"a", "b"},
	} {
		if got := value.List(cell); !slices.Equal(got, want) {
			t.Errorf("%q is %q, want %q", cell, got, want)
		}
	}
}

func TestAListThatWasJoinedIsSplitAgain(t *testing.T) {
	for _, list := range [][]string{nil, {"a"}, {"a", "b"}, {"Gent, Oost"}, {"a|b"}, {"a, b", "c"}, {`"VIP"`}, {"[x]"}, {`["x"]`}} {
		if got := value.List(value.Join(list)); !slices.Equal(got, list) {
			t.Errorf("%q became %q, then %q", list, value.Join(list), got)
		}
	}
}
