package value

import (
	"encoding/csv"
	"encoding/json"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/language"

	"tandem/internal/text"
)

// Answer reads yes or no; ok is false where the cell is neither.
func Answer(cell string) (yes, ok bool) {
	switch text.Key(cell) {
	case "yes", "y", "true", "1", "x", "on", "granted", "subscribed", "opted in", "opted-in", "opt-in", "ja", "j", "oui", "sí", "sì", "si", "sim":
		return true, true
	case "no", "n", "false", "0", "off", "refused", "denied", "unsubscribed", "opted out", "opted-out", "opt-out", "nee", "nein", "non", "não", "nao":
		return false, true
	}
	return false, false
}

// List splits a cell at semicolons, else at commas, and drops what is empty or came before.
func List(cell string) []string {
	var list []string
	seen := map[string]bool{}
	for _, s := range parts(strings.TrimSpace(cell)) {
		s = strings.TrimPrefix(strings.TrimSpace(s), "* ") // Google Contacts marks its own labels
		if key := text.Key(s); s != "" && !seen[key] {
			seen[key] = true
			list = append(list, s)
		}
	}
	return list
}

// parts cuts a list up as its writer put it together: Twenty writes JSON, Mailchimp quotes, Google Contacts three colons, Mautic bars.
func parts(cell string) []string {
	var all []string
	if strings.HasPrefix(cell, "[") && json.Unmarshal([]byte(cell), &all) == nil {
		return all
	}
	if strings.HasPrefix(cell, `"`) {
		if quoted, err := csv.NewReader(strings.NewReader(cell)).Read(); err == nil {
			return quoted
		}
	}
	for _, separator := range []string{" ::: ", ";", ",", "|"} {
		if strings.Contains(cell, separator) {
			return strings.Split(cell, separator)
		}
	}
	return []string{cell}
}

// Join writes a list so that List gives it back, as long as nothing in it holds a semicolon.
func Join(list []string) string {
	joined := strings.Join(list, ";")
	if len(list) == 1 && !slices.Equal(List(joined), list) {
		return joined + ";"
	}
	return joined
}

// Unguard takes away the apostrophe that spreadsheets and shops put before a cell so that it is no formula.
func Unguard(cell string) string {
	bare, guarded := strings.CutPrefix(cell, "'")
	if guarded && bare != "" && (isFormula(bare) || bare[0] == '\'' || bare[0] >= '0' && bare[0] <= '9') {
		return bare
	}
	return cell
}

// Guard puts an apostrophe before a cell that a spreadsheet would run, or that Unguard would change, so that Unguard gives the cell back.
func Guard(cell string) string {
	if isFormula(cell) || strings.HasPrefix(cell, "'") {
		return "'" + cell
	}
	return cell
}

// isFormula reports whether a spreadsheet takes a cell for a formula; where people write in full width, its signs may be so too.
func isFormula(cell string) bool {
	first, _ := utf8.DecodeRuneInString(cell)
	return cell != "" && strings.ContainsRune("=+-@\t\r\n＝＋－＠", first)
}

// Country is the ISO 3166 code of a country that is given as a code or by its name in English or a language around us; what is neither stays as it is written.
func Country(cell string) string {
	cell = strings.TrimSpace(cell)
	if code, ok := countries()[text.Key(cell)]; ok {
		return code
	}
	if len(cell) != 2 && len(cell) != 3 {
		return cell
	}
	if r, err := language.ParseRegion(cell); err == nil && r.IsCountry() {
		return r.String()
	}
	return cell
}
