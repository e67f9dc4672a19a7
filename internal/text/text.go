// Package text makes the keys by which texts are compared: of a name, an email, a telephone number, a domain.
//
// Engines differ silently in how they fold case and accents, so keys are made here and stored beside what was written.
package text

import (
	"strconv"
	"strings"

	"github.com/nyaruka/phonenumbers"
	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"
)

// longestKey is how many bytes of a text count when it is compared. PostgreSQL's indexes hold no more than about 2,700.
const longestKey = 1000

// longestEmail is what an address may have (RFC 5321, 4.5.3.1, with room for an international domain).
const longestEmail = 320

// longestPhone is how many digits are kept of a number that cannot be read. E.164 has 15.
const longestPhone = 40

// Key is s trimmed, in NFKC, in lower case, inner white space folded to single blanks, cut after 1,000 bytes.
func Key(s string) string {
	if !plain(s) {
		s = strings.Join(strings.Fields(strings.ToLower(norm.NFKC.String(s))), " ")
	}
	if len(s) <= longestKey {
		return s
	}
	return strings.ToValidUTF8(s[:longestKey], "")
}

// plain reports whether s is its own key already, as most are.
func plain(s string) bool {
	for i := range len(s) {
		c := s[i]
		if c >= 0x80 || c <= ' ' || c >= 'A' && c <= 'Z' {
			return false
		}
	}
	return true
}

// EmailKey is the address in lower case with its domain in ASCII (RFC 5891). It is false where the text is no address: not exactly one @
// outside quotes, nothing on one of its sides, or blanks inside.
func EmailKey(s string) (key string, ok bool) {
	key = Key(s)
	local, domain, found := strings.Cut(key, "@")
	if !found || local == "" || domain == "" || len(key) > longestEmail || strings.ContainsAny(key, " ,;<>()\"") || strings.Contains(domain, "@") {
		return "", false
	}
	domain = DomainKey(domain)
	if domain == "" || strings.HasPrefix(domain, ".") || strings.Contains(domain, "..") {
		return "", false
	}
	return local + "@" + domain, true
}

// DomainKey is a host name in lower case and ASCII; of a URL, its host, without a leading "www.".
func DomainKey(s string) string {
	s = Key(s)
	if _, rest, found := strings.Cut(s, "://"); found {
		s = rest
	}
	s, _, _ = strings.Cut(s, "/")
	s = strings.TrimSuffix(strings.TrimPrefix(s, "www."), ".")
	if isASCII(s) {
		return s
	}
	if ascii, err := idna.Lookup.ToASCII(s); err == nil {
		return ascii
	}
	return s
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// PhoneKey is the number in E.164, read with the dialling rules of region (ISO 3166, such as DE) where it has no country code. It is false
// where the number cannot be read that way; the key then is its digits, none if there are more than 40, so that it is still found again as it was written.
func PhoneKey(s, region string) (key string, ok bool) {
	if n, err := phonenumbers.Parse(s, region); err == nil && phonenumbers.IsPossibleNumber(n) {
		return phonenumbers.Format(n, phonenumbers.E164), true
	}
	digits := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, norm.NFKC.String(s))
	if len(digits) > longestPhone {
		return "", false
	}
	return digits, false
}

// fewestDigits are what somebody types of a telephone number before it is looked for.
const fewestDigits = 4

// PhoneStarts are the ways in which the keys of telephone numbers may begin that begin as somebody typed; none for what does not look like a
// number. region is where numbers without a country code are.
func PhoneStarts(s, region string) []string {
	s = norm.NFKC.String(strings.TrimSpace(s))
	var digits strings.Builder
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9':
			digits.WriteRune(r)
		case !strings.ContainsRune("+ ()-./", r):
			return nil
		}
	}
	d := digits.String()
	if len(d) < fewestDigits || len(d) > longestPhone {
		return nil
	}
	if abroad, found := strings.CutPrefix(d, "00"); found || strings.HasPrefix(s, "+") {
		return []string{"+" + abroad, d}
	}
	code := "+" + strconv.Itoa(phonenumbers.GetCountryCodeForRegion(region))
	return []string{code + strings.TrimLeft(d, "0"), code + d, "+" + d, d} // a zero in front is part of some countries' numbers
}
