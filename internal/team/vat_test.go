package team

import "testing"

func TestAVATNumberIsWrittenAsItsCountryDoes(t *testing.T) {
	for _, c := range []struct {
		number, country string
		right           bool
	}{
		{"BE 0000.000.097", "BE", true},
		{"0123.456.789", "BE", true},
		{"BE0123", "BE", false},
		{"be 0123 456 789", "", true},
		{"DE123456789", "BE", true},
		{"DE12345678", "BE", false},
		{"nl123456789b01", "NL", true},
		{"EL123456789", "GR", true},
		{"123456789", "GR", true},
		{"EE123456789", "FR", true},
		{"ATU12345678", "AT", true},
		{"GB123456789", "GB", true},
		{"IE1234567FA", "IE", true},
		{"12-3456789", "US", true},
		{"CHE-123.456.789 MWST", "CH", true},
		{"anything", "", true},
		{"", "BE", true},
		{"BE", "BE", false},
		{"ééé", "BE", false},
	} {
		if err := checkVAT(c.number, c.country); (err == nil) != c.right {
			t.Errorf("%q in %q: %v", c.number, c.country, err)
		}
	}
	for country, f := range vatForms {
		if err := checkVAT(f.example, ""); err != nil || f.example[:2] != country {
			t.Errorf("the example of %s is none: %v", country, err)
		}
	}
}
