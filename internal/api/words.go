package api

import (
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"tandem/internal/insight/report"
)

// words say what a field or a parameter is that bears no explanation of its own: by the schema's name and its own, else by its own.
func words() map[string]string {
	return map[string]string{
		"id": "13 characters", "key": "Its name in your program", "name": "As it is shown", "limit": "How many at most", "items": "What was asked for, in its order",
		"created_at": "When it came in", "updated_at": "When it was last changed", "at": "When it happened; RFC 3339 with a zone", "owner": "Who looks after it, by name",
		"first_name": "First name", "last_name": "Last name", "title": "What they do at work", "company": "The name of their company", "company_id": "The id of a company",
		"contact_id": "The id of a person", "deal_id": "The id of a deal", "emails": "Email addresses, the main one first", "phones": "Phone numbers, the main one first",
		"tags": "Words that group records", "street": "Street and number", "postal_code": "Postal code", "city": "Town", "region": "State or province", "country": "ISO 3166, such as BE",
		"language": "BCP 47, such as nl", "lifecycle": "How far they have come with you", "lead_at": "When they became a lead", "domain": "The address of its site, such as oost.example",
		"Contact.owner": "Who looks after them, by name", "Contact.name": "As shown: of its own, or first and last name", "Contact.created_at": "When they came in",
		"purpose": "What for, such as marketing", "Consent.channel": "By which way", "SaidBody.channel": "By which way", "Consent.state": "What they said", "SaidBody.state": "What they said",
		"Consent.at": "When they said it",
		"channel":    "Where it came from, such as Paid Search", "source": "Which site or partner, as utm_source", "medium": "As utm_medium", "campaign": "As utm_campaign", "content": "As utm_content",
		"term": "As utm_term", "page": "The address of the page it happened on", "referrer": "The address they came from", "note": "A few words", "kind": "What it is", "side": "The wing it belongs to",
		"currency": "ISO 4217, such as EUR", "product": "What was bought", "Payment.at": "When it was paid", "NewPaymentBody.at": "When it was paid; RFC 3339 with a zone, at most a day ahead",
		"NewTouch.at": "When it happened; RFC 3339 with a zone, at most a day ahead", "Payment.kind": "Which way the money went", "NewPaymentBody.contact_id": "Who paid; left out, the person of the deal",
		"NewPaymentBody.deal_id": "What for", "from": "The first day", "costs": "What was spent, each under a key", "touches": "What happened, each under a key",
		"status": "Open, or decided how", "closed_at": "When it was decided", "lost_reason": "Why it was lost", "reason": "Why it was lost", "pipeline_id": "The id of its pipeline", "stage_id": "The id of its stage",
		"stages": "Its steps in their order, the open ones first", "Stage.status": "What a deal in it is", "MovedDealBody.stage_id": "Where to; a stage that is won or lost closes the deal, an open one opens it again",
		"Deal.owner": "Who looks after it, by name", "removed_at": "When it went", "count": "How many people it finds", "rule": "A tree: {\"all\": [rules]}, {\"any\": [rules]}, {\"not\": rule}, or " +
			"{\"if\": {\"field\": …, \"op\": …, \"value\": …}}; build one on the site and read it here",
		"External.id": "What it is called there", "entity": "What sort of record it belongs to", "Field.name": "By which values are sent", "type": "What its values are",
		"file": "The name of the file", "Import.kind": "What is in it", "Import.state": "How far it is; checked waits to be started", "Import.problem": "Why it cannot be imported",
		"rows": "One a group, in the report's order", "Verdicts.rows": "How many there are", "created": "How many are new", "updated": "How many change what is there", "unchanged": "How many were there already",
		"skipped": "How many have a problem and are left out", "problems": "What is wrong, the first 1,000", "line": "Where in the file, from 1", "column": "Which column", "value": "What stands there",
		"Problem.problem": "What is wrong with it, in English",
		"by":              "What the rows are grouped by", "model": "How credit is shared", "conversion": "What counts as a sale: won, or paid",
		"total": "All rows together", "unmatched": "What no touch led to", "unconverted": "Money in currencies without a rate for its day; in no other figure", "costs_until": "The last day of all costs, empty without any",
		"conversions": "Sales, in parts as shared by the model", "low": "Lower end of the likely range, null without one", "high": "Upper end of the likely range, null without one",
		"return": "Value for each unit spent, null without spend", "spend": sum("What was spent"), "paid": sum("What was paid, less refunds"), "amount_won": sum("What won deals are worth"),
		"CreditRow.key": "The group", "CreditRow.value": sum("What it brought"), "SourceRow.key": "The group", "SourceRow.value": sum("What it brought, by the linear model"), "FunnelRow.key": "The group; empty for none",
		"CycleRow.key": "The group", "Cycle.key": "The group", "Loose.key": "Its name", "SourceRow.from": "Day of its first touch", "SourceRow.to": "Day of its last touch", "SourceRow.touches": "How many touches it had",
		"Loose.touches": "How many touches it had", "contacts": "How many people", "first_touch": "For how many it was the first", "deals": "How many deals", "open": "Of these, not decided yet",
		"won": "Of these, won", "lost": "Of these, lost", "won_rate": "won ÷ (won + lost), null without any", "payments": "How many payments",
		"unit": "What the figures count", "n": "How many", "median": "In the middle", "mean": "On average", "p90": "Nine of ten are below", "min": "The least", "max": "The most",
		"before_first_touch": "Won before any touch; not in n", "without_first_touch": "Won without a touch; not in n",
		"months": "The most that any cohort shows after its own", "month": "YYYY-MM, empty for the total", "leads": "How many came in the month", "to_date": "The month is not over",
		"through": "By months since the first touch, from 0", "bought": "How many had bought by then", "base": "Of how many", "share": "bought ÷ base",
		"won_without_touch": "Deals won that no touch led to", "touches_that_match_no_campaign": "Campaigns of touches that no cost knows", "sources_never_credited": "Sources that no sale came from",
		"costs_without_touches": "Costs that no touch matches", "money_without_contact": "Payments of nobody", "amount": sum("How much"), "ids": "Which, the first of them",
		"Funnel.by": "What the rows are grouped by", "query kind": "What is in the file",
	}
}

func sum(what string) string { return what + "; a decimal text in major units, such as 169655.00" }

// explain puts words to what has none.
func explain(api *huma.OpenAPI) {
	say := words()
	for schema, s := range api.Components.Schemas.Map() {
		for name, p := range s.Properties {
			if p.Description == "" {
				p.Description = either(say, schema+"."+name, name)
			}
		}
	}
	for _, path := range api.Paths {
		for _, o := range []*huma.Operation{path.Get, path.Post, path.Put, path.Patch, path.Delete} {
			if o == nil {
				continue
			}
			for _, p := range o.Parameters {
				if p.Description == "" {
					p.Description = either(say, p.In+" "+p.Name, p.Name)
				}
			}
		}
	}
}

func either(say map[string]string, name, other string) string {
	if text := say[name]; text != "" {
		return text
	}
	return say[other]
}

// sumsAreTexts describes the sums of reports as what they are sent as; an estimate may be none.
func sumsAreTexts(r huma.Registry) {
	r.RegisterTypeAlias(reflect.TypeFor[report.Sum](), reflect.TypeFor[string]())
	row := r.Schema(reflect.TypeFor[report.CreditRow](), false, "CreditRow")
	for _, estimate := range []string{"low", "high"} {
		row.Properties[estimate].Nullable = true
	}
}
