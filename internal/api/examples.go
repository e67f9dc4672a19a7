package api

import (
	"encoding/json"

	"github.com/danielgtaylor/huma/v2"
)

// examples are bodies that the operations take, by their names.
func examples() map[string]string {
	return map[string]string{
		"create-contact":   `{"first_name": "Ann", "last_name": "Peeters", "emails": ["ann@post.example"], "company": "Oost Rent", "lifecycle": "lead"}`,
		"upsert-contacts":  `{"system": "shop", "contacts": [{"external_id": "17", "emails": ["ben@post.example"], "tags": ["Newsletter"]}]}`,
		"change-contact":   `{"title": "Fleet manager", "phones": null}`,
		"say-consent":      `{"channel": "email", "state": "granted", "proof": "Ticked the box of the shop's form", "source": "shop.example/checkout"}`,
		"create-company":   `{"name": "Noord Works", "domain": "noordworks.example", "country": "BE"}`,
		"upsert-companies": `{"system": "shop", "companies": [{"external_id": "c-4", "name": "West Wheels", "domain": "westwheels.example"}]}`,
		"change-company":   `{"city": "Ghent"}`,
		"record-touches": `{"touches": [{"key": "click-9281", "contact": "cis@post.example", "at": "2026-05-01T10:00:00+02:00", "kind": "ad_click",
			"source": "google", "medium": "cpc", "campaign": "Family summer"}]}`,
		"open-deal":      `{"key": "order-1044", "name": "Family, two seats", "amount": 429000, "currency": "EUR"}`,
		"change-deal":    `{"amount": 449000}`,
		"lose-deal":      `{"reason": "Bought second hand"}`,
		"record-payment": `{"key": "pay-1044-1", "at": "2026-05-02T09:12:00Z", "amount": 429000, "currency": "EUR", "product": "Family"}`,
		"record-costs":   `{"costs": [{"key": "ads-2026-05", "from": "2026-05-01", "to": "2026-05-31", "channel": "Paid Search", "source": "google", "amount": 90187}]}`,
		"count-rule":     `{"rule": {"all": [{"if": {"field": "lifecycle", "op": "is", "value": "customer"}}, {"if": {"field": "touch", "op": "did_not", "value": "call", "days": 30}}]}}`,
		"save-segment":   `{"name": "Customers, not called", "rule": {"all": [{"if": {"field": "lifecycle", "op": "is", "value": "customer"}}, {"if": {"field": "touch", "op": "did_not", "value": "call", "days": 30}}]}}`,
		"add-field":      `{"entity": "contact", "name": "Distance in km", "type": "number"}`,
	}
}

// exemplify shows with each operation what may be sent. An example that is no JSON is a programmer's mistake, and panics at the start.
func exemplify(api *huma.OpenAPI) {
	of := examples()
	for _, path := range api.Paths {
		for _, o := range []*huma.Operation{path.Post, path.Patch} {
			if o == nil || of[o.OperationID] == "" {
				continue
			}
			var body any
			if err := json.Unmarshal([]byte(of[o.OperationID]), &body); err != nil {
				panic("api: the example of " + o.OperationID + ": " + err.Error())
			}
			o.RequestBody.Content["application/json"].Example = body
		}
	}
}
