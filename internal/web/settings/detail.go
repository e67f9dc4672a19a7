package settings

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"tandem/internal/id"
	"tandem/internal/money"
	"tandem/internal/people/field"
	"tandem/internal/team"
	"tandem/internal/web/ui"
)

// details is what an entry says of a deed: particulars by name, or edits of own fields.
type details struct {
	parts map[string]any
	edits []field.Edit
}

// read reads what a domain has written; what cannot be read says nothing.
func read(stored string) (d details) {
	if json.Unmarshal([]byte(stored), &d.parts) != nil {
		d.parts = nil
		_ = json.Unmarshal([]byte(stored), &d.edits)
	}
	return d
}

func (d details) text(name string) string { return plain(d.parts[name]) }

// words is what stands under a name, as people say it: roles and rights have words of their own.
func (d details) words(v ui.Voice, action, name string) string {
	if name != "role" && name != "scopes" && action != "change role" {
		return d.text(name)
	}
	var all []string
	for _, one := range strings.Split(d.text(name), ", ") {
		if role := team.Role(one); slices.Contains(team.Roles(), role) {
			all = append(all, v.Role(role))
		} else {
			all = append(all, right(v, team.Right(one)))
		}
	}
	return strings.Join(all, ", ")
}

// spoken says an amount and its currency as people do.
func (d details) spoken(v ui.Voice) details {
	minor, is := d.parts["amount"].(float64)
	currency, err := money.ParseCurrency(d.text("currency"))
	if !is || err != nil {
		return d
	}
	d.parts = maps.Clone(d.parts)
	d.parts["amount"] = v.Money(money.Amount{Minor: int64(minor), Currency: currency})
	delete(d.parts, "currency")
	return d
}

func (d details) id(name string) id.ID {
	n, err := id.Parse(d.text(name))
	if err != nil {
		return 0
	}
	return n
}

// state is a record as it was or is.
func (d details) state(name string) map[string]any {
	s, _ := d.parts[name].(map[string]any)
	return s
}

// plain is a value in one line.
func plain(value any) string {
	switch v := value.(type) {
	case nil:
		return ""
	case string:
		return v
	case []any:
		var all []string
		for _, one := range v {
			all = append(all, plain(one))
		}
		return strings.Join(all, ", ")
	case float64:
		return fmt.Sprintf("%.f", v)
	}
	return fmt.Sprint(value)
}

// changes are the fields in which two states of a record differ.
func changes(v ui.Voice, before, after map[string]any) []string {
	var all []string
	for _, name := range slices.Sorted(maps.Keys(after)) {
		was, is := plain(before[name]), plain(after[name])
		if inner, ok := after[name].(map[string]any); ok {
			outer, _ := before[name].(map[string]any)
			all = append(all, changes(v, outer, inner)...)
		} else if was != is {
			all = append(all, turned(v, particular(v, name), was, is))
		}
	}
	return all
}

// edits are changes of own fields.
func (k known) edits(v ui.Voice, edits []field.Edit) []string {
	var all []string
	for _, e := range edits {
		all = append(all, turned(v, k.names[e.Field], e.Was, e.Is))
	}
	return all
}

func turned(v ui.Voice, name, was, is string) string {
	switch {
	case was == "":
		return v.T("%[1]s: %[2]s", name, is)
	case is == "":
		return v.T("%[1]s: %[2]s, taken away", name, was)
	}
	return v.T("%[1]s: %[2]s → %[3]s", name, was, is)
}

// particular is what a particular of a deed is called; "" for one that the page leaves out.
func particular(v ui.Voice, name string) string {
	name = strings.ReplaceAll(strings.ToLower(name), "_", "")
	called, known := map[string]string{
		"firstname": v.T("First name"), "lastname": v.T("Last name"), "title": v.T("Job"), "company": v.T("Company"), "emails": v.T("Email"), "email": v.T("Email"),
		"phones": v.T("Phone"), "tags": v.T("Tags"), "street": v.T("Street"), "postalcode": v.T("Postal code"), "city": v.T("Town"), "region": v.T("Region"),
		"country": v.T("Country"), "language": v.T("Language"), "lifecycle": v.T("Stage"), "owner": v.T("Owner"), "domain": v.T("Domain"),
		"vatid": v.T("VAT number"), "registration": v.T("Number in the register of companies"), "currency": v.T("Currency"), "timezone": v.T("Time zone"),
		"amount": v.T("Amount"), "kind": v.T("Kind"), "role": v.T("Role"), "from": v.T("Before"), "to": v.T("Now"), "scopes": v.T("May"), "of": v.T("Of"), "type": v.T("Type"),
		"file": v.T("File"), "rows": v.T("Rows"), "created": v.T("New"), "updated": v.T("Changed"), "people": v.T("People"), "touches": v.T("Touches"),
		"action": v.T("What"), "value": v.T("Value"), "proof": v.T("Proof"), "channel": v.T("By way of"), "source": v.T("Source"), "state": v.T("Answer"),
		"name": v.T("Name"), "passkey": v.T("Passkey"), "companyid": "", "leadat": "", "retracted": "", "rule": "", "id": "", "contact": "", "import": "", "touch": "",
	}[name]
	if !known {
		return name
	}
	return called
}
