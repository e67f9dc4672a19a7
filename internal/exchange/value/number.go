// Package value reads the cells of a file as numbers, times, answers and lists, deciding for a whole column at a time and never guessing.
//
// A column of numbers is looked at first (Numbers.Observe): 1.234,50 or 12,5 shows a decimal comma, 1,234.50 or 0.5 a decimal point, and a lone
// 1.234 is read as the others in its column are. Where nothing shows it the file is refused until its user says it. Times are ISO 8601 or in
// a format that is named.
package value

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"tandem/internal/fault"
	"tandem/internal/money"
)

// Mark is the character before the decimals.
type Mark byte

// The marks; Unknown is not decided yet.
const (
	Unknown Mark = 0
	Point   Mark = '.'
	Comma   Mark = ','
)

// Numbers is how a column writes its numbers.
type Numbers struct {
	Mark Mark
	// Ambiguous is the first cell that reads differently with a point and with a comma; "" if there is none.
	Ambiguous string
}

// Observe looks at one cell of the column. The first cell that can be read in one way only decides; later ones that contradict it are
// problems of their rows.
func (n *Numbers) Observe(cell string) {
	if n.Mark != Unknown {
		return
	}
	digits, _, ok := bare(cell)
	if !ok {
		return
	}
	switch mark, sure := markOf(digits); {
	case sure:
		if _, ok := plain(digits, mark); ok {
			n.Mark = mark
		}
	case mark != Unknown && n.Ambiguous == "":
		n.Ambiguous = cell
	}
}

// Decided reports whether every cell seen so far has one meaning.
func (n *Numbers) Decided() bool { return n.Mark != Unknown || n.Ambiguous == "" }

// markOf is the decimal mark that a number without sign and currency shows. It is not sure where the one separator may as well part thousands.
func markOf(s string) (mark Mark, sure bool) {
	points, commas := strings.Count(s, "."), strings.Count(s, ",")
	switch {
	case points > 0 && commas > 0:
		return Mark(s[strings.LastIndexAny(s, ".,")]), true
	case points > 1:
		return Comma, true // 1.234.567 has points for thousands
	case commas > 1:
		return Point, true
	case points+commas == 0:
		return Unknown, false
	}
	at := strings.IndexAny(s, ".,")
	if whole, rest := s[:at], s[at+1:]; len(rest) == 3 && len(whole) >= 1 && len(whole) <= 3 && whole[0] != '0' {
		return Mark(s[at]), false
	}
	return Mark(s[at]), true
}

// Parse reads a cell as a plain decimal such as -1234.56, with the currency that stands in the cell, if one does. An empty cell, or the dashes
// and n/a that programs write for nothing, is "".
func (n *Numbers) Parse(cell string) (decimal, currency string, err error) {
	if nothing(cell) {
		return "", "", nil
	}
	s, currency, ok := bare(cell)
	if !ok {
		return "", "", fault.Invalidf("is no number")
	}
	mark, sure := markOf(s)
	switch {
	case n.Mark != Unknown && sure && mark != n.Mark && strings.ContainsAny(s, ".,"):
		return "", "", fault.Invalidf("is written with a decimal %s, the rest of the column with a %s", mark.name(), n.Mark.name()).
			WithMend("mend the cell, or say --decimal")
	case n.Mark != Unknown:
		mark = n.Mark
	case mark != Unknown && !sure:
		return "", "", fault.Invalidf("can be read with a decimal point and with a comma").WithMend("say --decimal point or --decimal comma")
	}
	if decimal, ok = plain(s, mark); !ok {
		return "", "", fault.Invalidf("is no number")
	}
	if negative(cell) {
		decimal = "-" + decimal
	}
	return decimal, currency, nil
}

// plain is a number with a decimal point and no other separators; false if its separators are not where a number has them.
func plain(s string, mark Mark) (decimal string, ok bool) {
	whole, fraction := s, ""
	if mark != Unknown {
		whole, fraction, _ = strings.Cut(s, string(rune(mark)))
	}
	whole, ok = ungroup(whole, mark)
	if !ok || strings.ContainsAny(fraction, ".,") {
		return "", false
	}
	if fraction != "" {
		return whole + "." + fraction, true
	}
	return whole, true
}

func (m Mark) name() string {
	if m == Comma {
		return "comma"
	}
	return "point"
}

// ungroup takes the separators of thousands out; false where they do not part thousands.
func ungroup(whole string, mark Mark) (string, bool) {
	other := "."
	if mark == Point {
		other = ","
	}
	if whole == "" {
		return "0", true
	}
	groups := strings.Split(whole, other)
	for i, g := range groups {
		if strings.ContainsAny(g, ".,") || g == "" || i > 0 && len(g) != 3 || i == 0 && len(groups) > 1 && len(g) > 3 {
			return "", false
		}
	}
	return strings.Join(groups, ""), true
}

// nothing reports whether a cell stands for no number.
func nothing(cell string) bool {
	switch strings.ToLower(strings.TrimSpace(strings.ReplaceAll(cell, "\u00a0", " "))) {
	case "", "-", "--", "–", "—", "n/a", "na", "null":
		return true
	}
	return false
}

func negative(cell string) bool {
	return strings.ContainsAny(cell, "-−") || strings.HasPrefix(strings.TrimSpace(cell), "(")
}

// signs are the currencies' signs; those that several currencies share say nothing.
var signs = map[string]string{"€": "EUR", "£": "GBP", "$": "", "¥": "", "kr": "", "Fr": "CHF", "US$": "USD", "A$": "AUD", "C$": "CAD", "zł": "PLN"}

var (
	// cellParts are a sign, a currency, a sign, the number, a sign, a currency
	cellParts = regexp.MustCompile(`^([-+−]?)\s*(?:([\pL\p{Sc}]+)[.]?)?\s*([-+−]?)\s*([0-9., \x{a0}\x{2009}\x{202f}'’]*[0-9.,])\s*([-+−]?)\s*(?:([\pL\p{Sc}]+)[.]?)?$`)
	apart     = strings.NewReplacer("\u00a0", " ", "\u2009", " ", "\u202f", " ", "'", " ", "’", " ")
	spaced    = regexp.MustCompile(`^\d{1,3}( \d{3})+([.,]\d*)?$`)
)

// bare takes sign, currency, brackets, blanks and apostrophes off a number: what is left are digits, points and commas.
func bare(cell string) (digits, currency string, ok bool) {
	s := strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(cell), "'"))
	bracketed := strings.HasPrefix(s, "(") && strings.HasSuffix(s, ")")
	if bracketed {
		s = strings.TrimSpace(s[1 : len(s)-1])
	}
	m := cellParts.FindStringSubmatch(s)
	if m == nil {
		return "", "", false
	}
	if sign := m[1] + m[3] + m[5]; utf8.RuneCountInString(sign) > 1 || bracketed && sign != "" {
		return "", "", false
	}
	if currency, ok = currencyOf(m[2] + m[6]); !ok {
		return "", "", false
	}
	digits = apart.Replace(m[4])
	if strings.Contains(digits, " ") && !spaced.MatchString(digits) {
		return "", "", false
	}
	digits = strings.ReplaceAll(digits, " ", "")
	return digits, currency, strings.ContainsAny(digits, "0123456789")
}

// currencyOf is the currency that a sign or a code stands for; "" for none, or for a sign that several share.
func currencyOf(word string) (code string, ok bool) {
	if code, ok := signs[word]; ok || word == "" {
		return code, true
	}
	code = strings.ToUpper(word)
	return code, money.Currency(code).Known()
}
