package team

import (
	"regexp"
	"strings"
)

// vatForm is how a country writes its VAT numbers, after its two letters.
type vatForm struct {
	form    *regexp.Regexp
	example string
}

func vat(form, example string) vatForm {
	return vatForm{regexp.MustCompile("^(?:" + form + ")$"), example}
}

// vatForms are those of the VAT Information Exchange System of the EU, and of the United Kingdom.
var vatForms = map[string]vatForm{
	"AT": vat(`U\d{8}`, "ATU12345678"), "BE": vat(`[01]\d{9}`, "BE0123456789"), "BG": vat(`\d{9,10}`, "BG123456789"),
	"CY": vat(`\d{8}[A-Z]`, "CY12345678X"), "CZ": vat(`\d{8,10}`, "CZ12345678"), "DE": vat(`\d{9}`, "DE123456789"),
	"DK": vat(`\d{8}`, "DK12345678"), "EE": vat(`\d{9}`, "EE123456789"), "EL": vat(`\d{9}`, "EL123456789"),
	"ES": vat(`[A-Z0-9]\d{7}[A-Z0-9]`, "ESX1234567X"), "FI": vat(`\d{8}`, "FI12345678"), "FR": vat(`[A-Z0-9]{2}\d{9}`, "FR12345678901"),
	"GB": vat(`\d{9}|\d{12}|(GD|HA)\d{3}`, "GB123456789"), "HR": vat(`\d{11}`, "HR12345678901"), "HU": vat(`\d{8}`, "HU12345678"),
	"IE": vat(`\d{7}[A-W][A-I]?|\d[A-Z+*]\d{5}[A-W]`, "IE1234567A"), "IT": vat(`\d{11}`, "IT12345678901"), "LT": vat(`\d{9}|\d{12}`, "LT123456789"),
	"LU": vat(`\d{8}`, "LU12345678"), "LV": vat(`\d{11}`, "LV12345678901"), "MT": vat(`\d{8}`, "MT12345678"),
	"NL": vat(`\d{9}B\d{2}`, "NL123456789B01"), "PL": vat(`\d{10}`, "PL1234567890"), "PT": vat(`\d{9}`, "PT123456789"),
	"RO": vat(`\d{2,10}`, "RO12345678"), "SE": vat(`\d{12}`, "SE123456789012"), "SI": vat(`\d{8}`, "SI12345678"),
	"SK": vat(`\d{10}`, "SK1234567890"), "XI": vat(`\d{9}|\d{12}|(GD|HA)\d{3}`, "XI123456789"),
}

// checkVAT refuses a VAT number that neither the country whose letters it begins with nor the workspace's own writes so; of other countries any
// is taken. Whether the number is somebody's only the country knows.
func checkVAT(number, country string) error {
	plain := strings.NewReplacer(" ", "", ".", "", "-", "").Replace(strings.ToUpper(number))
	if plain == "" {
		return nil
	}
	if country == "GR" {
		country = "EL"
	}
	own, known := vatForms[country]
	if known && own.form.MatchString(plain) {
		return nil
	}
	if len(plain) > 2 {
		if named, ok := vatForms[plain[:2]]; ok {
			if named.form.MatchString(plain[2:]) {
				return nil
			}
			own, known = named, true
		}
	}
	if !known {
		return nil
	}
	return wrong("vat_id", "%q is not how a VAT number of this country is written", number).WithMend("write it like %s", own.example)
}
