package exchange

import (
	"slices"
	"strings"

	"tandem/internal/fault"
	"tandem/internal/text"
)

// Kind is what a file holds, one record a row.
type Kind string

// The kinds that are imported and exported.
const (
	Contacts  Kind = "contacts"
	Companies Kind = "companies"
	Touches   Kind = "touches"
	Deals     Kind = "deals"
	Payments  Kind = "payments"
	Costs     Kind = "costs"
	Rates     Kind = "rates"
)

// Kinds are all kinds, in the order in which a whole business is imported: people first, then what they did.
func Kinds() []Kind { return []Kind{Companies, Contacts, Touches, Deals, Payments, Costs, Rates} }

// ParseKind reads a kind's name.
func ParseKind(s string) (Kind, error) {
	if slices.Contains(Kinds(), Kind(s)) {
		return Kind(s), nil
	}
	return "", fault.Usagef("%q is nothing that can be imported or exported", s).WithMend("choose one of %s", kindNames())
}

func kindNames() string {
	var names []string
	for _, k := range Kinds() {
		names = append(names, string(k))
	}
	return strings.Join(names, ", ")
}

// sort is how a field's cells are read, as far as that is decided for the whole column.
type sort int

const (
	plain  sort = iota
	number      // a decimal point or comma, by the column
	moment      // a time
)

// spec is one field of a kind that a column of a file can feed.
type spec struct {
	name string
	sort sort
	// known lists the headers under which programs export the field, beside its own name; before are those that say it better than its own name
	before, known []string
}

// custom is the prefix of fields that a workspace has added.
const custom = "field."

// fieldsOf lists the fields of a kind, in the order of an export.
func fieldsOf(k Kind) []spec {
	switch k {
	case Contacts:
		return contactFields
	case Companies:
		return companyFields
	case Touches:
		return touchFields
	case Deals:
		return dealFields
	case Payments:
		return paymentFields
	case Costs:
		return costFields
	}
	return rateFields
}

var contactFields = []spec{
	{name: "external_id", known: []string{"Record ID", "Record ID - Contact", "Contact ID", "Customer ID", "Person - ID", "External ID"}},
	{name: "email", known: []string{"E-mail", "Email Address", "E-mail Address", "E-mail 1 - Value", "Primary Email", "Work Email", "Contact Email", "E-Mail-Adresse", "Customer Email", "Person - Email - Work", "Person - Email", "Courriel", "E-mailadres", "Correo electrónico"}},
	{name: "phone", known: []string{"Phone Number", "Mobile Phone Number", "Mobile Phone", "Primary Phone", "Person - Phone - Work", "Person - Phone", "Phone 1 - Value", "Mobile", "Telephone", "Business Phone", "Work Phone", "Home Phone", "GSM", "Telefoon", "Telefon", "Handy", "Téléphone", "Teléfono", "Mobiel"}},
	{name: "first_name", known: []string{"First Name", "Given Name", "FirstName", "Person - First name", "Voornaam", "Vorname", "Prénom", "Nombre"}},
	{name: "last_name", known: []string{"Last Name", "Family Name", "Surname", "LastName", "Person - Last name", "Achternaam", "Familienaam", "Nachname", "Nom de famille", "Apellidos"}},
	{name: "name", known: []string{"Full Name", "Display Name", "Contact Name", "Person - Name", "Naam", "Volledige naam", "Nom complet"}},
	{name: "company", known: []string{"Company Name", "Organization Name", "Organization 1 - Name", "Person - Organization", "Company / Name", "Default Address Company", "Associated Company", "Account Name", "Related Company", "Organization", "Account", "parent_id", "parent_id/name", "Bedrijf", "Firma", "Organisatie", "Société", "Unternehmen", "Empresa"}},
	{name: "company_domain", known: []string{"Company Domain Name"}},
	{name: "title", before: []string{"Job Title", "Job Position", "Position", "Organization Title", "Organization 1 - Title"}, known: []string{"Function", "Functie", "Fonction"}},
	{name: "street", known: []string{"Street Address", "Business Street", "Address 1 - Street", "Default Address Address1", "Mailing Street", "Address Street", "Address1", "Address Line 1", "Home Street", "Straat", "Straße", "Rue"}},
	{name: "city", known: []string{"Business City", "Address 1 - City", "Default Address City", "Mailing City", "Address City", "Home City", "Town", "Gemeente", "Woonplaats", "Stad", "Ort", "Ville", "Ciudad"}},
	{name: "postal_code", known: []string{"Postal Code", "Zip", "Zip Code", "Business Postal Code", "Address 1 - Postal Code", "Default Address Zip", "Mailing Zip", "Mailing Postal Code", "Address Postal Code", "Home Postal Code", "Postcode", "PLZ", "Code postal"}},
	{name: "region", known: []string{"State/Region", "State", "Business State", "Address 1 - Region", "Default Address Province Code", "Mailing State", "Address State", "Home State", "state_id", "state_id/name"}},
	{name: "country", known: []string{"Country/Region", "Business Country/Region", "Business Country", "Address 1 - Country", "Default Address Country Code", "Mailing Country", "Address Country", "Home Country/Region", "Home Country", "country_id", "country_id/name", "Land", "Pays", "País"}},
	{name: "language", known: []string{"Preferred language", "Preferred Locale", "lang", "Taal", "Sprache", "Langue"}},
	{name: "lifecycle", known: []string{"Lifecycle Stage"}},
	{name: "owner", known: []string{"Contact owner", "Lead Owner", "Owner Name", "Person - Owner", "Salesperson", "Assigned User", "user_id", "user_id/name"}},
	{name: "created_at", sort: moment, known: []string{"Create Date", "Created At", "Created Time", "Person - Person created", "Created (UTC)", "CreatedDate", "Created On", "Date Added", "Added On", "Creation Date", "OPTIN_TIME", "Aangemaakt op", "Erstellt am", "Datum"}},
	{name: "channel"},
	{name: "source", known: []string{"utm_source"}},
	{name: "medium", known: []string{"utm_medium"}},
	{name: "campaign", known: []string{"utm_campaign"}},
	{name: "tags", known: []string{"Tag", "Labels", "Label", "Person - Label", "Person - Labels", "Group Membership", "Categories", "category_id", "category_id/name"}},
	{name: "consent_email", known: []string{"Accepts Email Marketing", "Accepts Marketing", "Mag mailen"}},
	{name: "consent_at", sort: moment, known: []string{"CONFIRM_TIME"}},
	{name: "unsubscribed", known: []string{"Unsubscribed from all email", "HasOptedOutOfEmail", "Email Opt Out", "Opted Out of Email", "Do Not Contact", "UNSUB_TIME", "Unsubscribed at"}},
	{name: "more_emails", known: []string{"E-mail 2 - Value", "E-mail 2 Address", "Additional email addresses", "Secondary Email", "Other Email", "Additional Emails", "Person - Email - Home", "Person - Email - Other"}},
	{name: "more_phones", known: []string{"Phone 2 - Value", "Phone Number", "Phone", "Mobile", "Mobile Phone", "Mobile Phone Number", "Business Phone", "Work Phone", "Home Phone", "Other Phone", "Person - Phone - Mobile", "Person - Phone - Home"}},
	{name: "note", known: []string{"Notes", "Description", "Remarks", "Comments", "Opmerkingen", "Bemerkungen", "Notizen", "Remarques", "Notas"}},
}

var companyFields = []spec{
	{name: "external_id", known: []string{"Record ID", "Company ID", "Organization - ID", "External ID"}},
	{name: "name", known: []string{"Company Name", "Organization Name", "Account Name", "Organization - Name", "Naam", "Bedrijf", "Firma", "Société", "Empresa"}},
	{name: "domain", known: []string{"Company Domain Name", "Website URL", "Website", "companywebsite"}},
	{name: "phone", known: []string{"Phone Number", "companyphone", "Telefoon", "Telefon", "Téléphone", "Teléfono"}},
	{name: "street", known: []string{"Street Address", "BillingStreet", "Billing Street", "Billing Address Street", "companyaddress1", "Straat", "Straße", "Rue"}},
	{name: "city", known: []string{"BillingCity", "Billing Address City", "companycity", "Town", "Gemeente", "Woonplaats", "Ort", "Ville", "Ciudad"}},
	{name: "postal_code", known: []string{"Postal Code", "Zip", "BillingPostalCode", "Billing Address Postal Code", "Billing Code", "companyzipcode", "Postcode", "PLZ", "Code postal"}},
	{name: "region", known: []string{"State/Region", "State", "BillingState", "Billing Address State", "companystate", "state_id", "state_id/name"}},
	{name: "country", known: []string{"Country/Region", "BillingCountry", "Billing Address Country", "companycountry", "country_id", "country_id/name", "Land", "Pays", "País"}},
	{name: "owner", known: []string{"Company owner", "Account Owner", "Organization - Owner", "Salesperson", "Assigned User", "user_id", "user_id/name"}},
	{name: "created_at", sort: moment, known: []string{"Create Date", "Created At", "Created Time", "Organization - Organization created", "CreatedDate", "Created On", "Date Added"}},
	{name: "tags", known: []string{"Labels", "Label", "Organization - Label", "Organization - Labels", "category_id", "category_id/name"}},
	{name: "more_phones"},
}

var touchFields = []spec{
	{name: "external_id", known: []string{"External ID", "Event ID"}},
	{name: "contact", known: []string{"Contact ID", "Email"}},
	{name: "at", sort: moment, known: []string{"Date", "Time", "Timestamp", "Occurred At"}},
	{name: "kind", known: []string{"Type", "Event"}},
	{name: "side"},
	{name: "channel"},
	{name: "source", known: []string{"utm_source"}},
	{name: "medium", known: []string{"utm_medium"}},
	{name: "campaign", known: []string{"utm_campaign"}},
	{name: "content", known: []string{"utm_content"}},
	{name: "term", known: []string{"utm_term"}},
	{name: "page", known: []string{"Landing page", "Page URL"}},
	{name: "referrer", known: []string{"Referer"}},
	{name: "note", known: []string{"Notes"}},
	{name: "value", sort: number},
	{name: "currency", known: []string{"Currency code"}},
}

var dealFields = []spec{
	{name: "external_id", known: []string{"Record ID", "Deal ID", "External ID"}},
	{name: "contact", known: []string{"Associated Contact IDs", "Contact ID", "Contact Email", "Email"}},
	{name: "company", known: []string{"Company Name", "Associated Company", "Account Name", "Organization", "Deal - Organization"}},
	{name: "name", known: []string{"Deal Name", "Opportunity", "Opportunity Name", "Deal - Title"}},
	{name: "pipeline", known: []string{"Deal - Pipeline"}},
	{name: "stage", known: []string{"Deal Stage", "StageName"}},
	{name: "status", known: []string{"Deal - Status"}},
	{name: "amount", sort: number, known: []string{"Deal Value", "Expected Revenue"}},
	{name: "currency", known: []string{"Currency code", "CurrencyIsoCode", "Deal - Currency of Value"}},
	{name: "owner", known: []string{"Deal owner", "Opportunity Owner", "Salesperson"}},
	{name: "created_at", sort: moment, known: []string{"Create Date", "Created At", "Created Time", "Deal - Deal created", "CreatedDate", "Created On"}},
	{name: "closed_at", sort: moment, known: []string{"Close Date", "CloseDate", "Closed At", "Deal - Deal closed on"}},
	{name: "lost_reason", known: []string{"Closed Lost Reason", "Deal - Lost reason"}},
}

var paymentFields = []spec{
	{name: "external_id", known: []string{"id", "Payment ID", "External ID"}},
	{name: "contact", known: []string{"Customer Email", "Contact ID", "Email"}},
	{name: "deal", known: []string{"Deal ID"}},
	{name: "at", sort: moment, known: []string{"Created date (UTC)", "Created (UTC)", "Paid at", "Date"}},
	{name: "amount", sort: number, known: []string{"Total"}},
	{name: "currency", known: []string{"Currency code"}},
	{name: "kind", known: []string{"Type"}},
	{name: "product", known: []string{"Lineitem name", "Item"}},
	{name: "state", known: []string{"Status", "Payment Status", "Financial Status"}},
	{name: "refunded", sort: number, known: []string{"Amount Refunded", "Refunded Amount"}},
	{name: "refunded_at", sort: moment, known: []string{"Refunded date (UTC)"}},
}

var costFields = []spec{
	{name: "external_id", known: []string{"External ID"}},
	{name: "at", sort: moment, known: []string{"Day", "Date", "Gregorian date", "Jour", "Tag", "Día"}},
	{name: "from", sort: moment, known: []string{"Reporting starts", "Start Date (in UTC)", "Start Date", "Début des rapports", "Berichtsstart", "Inicio del informe"}},
	{name: "to", sort: moment, known: []string{"Reporting ends", "End Date", "Fin des rapports", "Berichtsende", "Fin del informe"}},
	{name: "channel"},
	{name: "source", known: []string{"utm_source"}},
	{name: "campaign", known: []string{"Campaign name", "utm_campaign", "Nom de la campagne", "Kampagnenname", "Nombre de la campaña"}},
	{name: "amount", sort: number, known: []string{"Cost", "Spend", "Amount spent", "Total Spent", "Montant dépensé", "Ausgegebener Betrag", "Importe gastado"}},
	{name: "currency", known: []string{"Currency code"}},
	{name: "note", known: []string{"Notes"}},
}

var rateFields = []spec{
	{name: "currency"},
	{name: "at", sort: moment, known: []string{"Date", "Day"}},
	{name: "rate", sort: number},
}

// ForAll are the fields of a kind that a page offers to give the same value in every row; Options.Set takes any field.
func ForAll(k Kind) []string {
	return map[Kind][]string{
		Contacts:  {"channel", "campaign", "owner", "tags", "lifecycle", "consent_email", "country", "language"},
		Companies: {"owner", "tags", "country"},
		Touches:   {"kind", "side", "channel", "campaign", "currency"},
		Deals:     {"pipeline", "status", "owner", "currency"},
		Payments:  {"kind", "product", "currency"},
		Costs:     {"from", "to", "channel", "source", "campaign", "currency"},
		Rates:     {"currency"},
	}[k]
}

// find is the place of a field of that name; -1 if there is none.
func find(fields []spec, name string) int {
	return slices.IndexFunc(fields, func(f spec) bool { return f.name == name })
}

// matches reports whether a header is one of the field's.
func (f *spec) matches(header string) bool {
	key := headerKey(header)
	if key == headerKey(f.name) {
		return true
	}
	return slices.ContainsFunc(slices.Concat(f.before, f.known), func(k string) bool { return headerKey(k) == key })
}

// headerKey is a header without the differences that programs make: case, blanks, underscores and hyphens.
func headerKey(s string) string {
	return strings.Map(func(r rune) rune {
		if r == ' ' || r == '_' || r == '-' {
			return -1
		}
		return r
	}, text.Key(s))
}
