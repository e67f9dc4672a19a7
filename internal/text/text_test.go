package text

import (
	"strings"
	"testing"
)

func TestKeysFoldWhatPeopleWriteDifferently(t *testing.T) {
	for in, want := range map[string]string{
		"":                 "",
		"anna":             "anna",
		"  Anna \t KOCH\n": "anna koch",
		"ＡＣＭＥ":             "acme",
		"Ünal":             "ünal",
		"U\u0308nal":       "ünal",
	} {
		if got := Key(in); got != want {
			t.Errorf("Key(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestEmailKeysRefuseWhatIsNoAddress(t *testing.T) {
	for in, want := range map[string]string{
		" Anna@Example.COM ":   "anna@example.com",
		"anna@müller.de":       "anna@xn--mller-kva.de",
		"o'brien+x@example.ie": "o'brien+x@example.ie",
	} {
		if got, ok := EmailKey(in); !ok || got != want {
			t.Errorf("EmailKey(%q) = %q, %v, want %q", in, got, ok, want)
		}
	}
	for _, in := range []string{"", "anna", "@example.com", "anna@", "a@b@c", "a b@c.de", "Anna <anna@example.com>", "a@b.de, c@d.de", "a@.de"} {
		if got, ok := EmailKey(in); ok {
			t.Errorf("EmailKey(%q) = %q, want none", in, got)
		}
	}
}

func TestPhoneKeysAreE164WhereTheNumberCanBeRead(t *testing.T) {
	for _, c := range []struct {
		in, region, want string
		ok               bool
	}{
		{"+49 30 901820", "", "+4930901820", true},
		{"030 / 90 18 20", "DE", "+4930901820", true},
		{"(212) 555-2368", "US", "+12125552368", true},
		{"030 901820", "", "030901820", false},
		{"ext. 1", "DE", "1", false},
	} {
		if got, ok := PhoneKey(c.in, c.region); got != c.want || ok != c.ok {
			t.Errorf("PhoneKey(%q, %q) = %q, %v, want %q, %v", c.in, c.region, got, ok, c.want, c.ok)
		}
	}
}

func TestDomainKeysAreHostNames(t *testing.T) {
	for in, want := range map[string]string{
		"https://www.Example.com/about": "example.com", "Müller.de": "xn--mller-kva.de", "example.com.": "example.com", "": "",
	} {
		if got := DomainKey(in); got != want {
			t.Errorf("DomainKey(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestKeysFitTheIndexesOfEveryEngine(t *testing.T) {
	long := strings.Repeat("ü", 5000)
	if got := len(Key(long)); got > 1000 {
		t.Errorf("the key of a long text has %d bytes", got)
	}
	if _, ok := EmailKey(long + "@example.com"); ok {
		t.Error("an address of 10,000 bytes is taken for one")
	}
	if key, _ := PhoneKey(strings.Repeat("1", 5000), ""); len(key) > 40 {
		t.Errorf("the key of a long number has %d bytes", len(key))
	}
}
