package exchange_test

import (
	"fmt"
	"strings"
	"testing"

	"tandem/internal/db"
	"tandem/internal/exchange"
	"tandem/internal/test/dbtest"
)

// exports are the headers under which other programs write their people, with what each is known as.
var exports = []struct {
	program, header, known string
	kind                   exchange.Kind
}{
	{
		"HubSpot", "Record ID,First Name,Last Name,Email,Phone Number,Contact owner,Lead Status,Create Date,Lifecycle Stage,Associated Company,Job Title,Street Address,City,Postal Code,Country/Region,Unsubscribed from all email",
		"external_id first_name last_name email phone owner - created_at lifecycle company title street city postal_code country unsubscribed", exchange.Contacts,
	},
	{
		"HubSpot companies", "Record ID,Company name,Company owner,Company Domain Name,Create Date,Phone Number,City,Country/Region,Postal Code,Street Address,State/Region",
		"external_id name owner domain created_at phone city country postal_code street region", exchange.Companies,
	},
	{"HubSpot deals", "Record ID,Deal Name,Amount,Deal Stage,Close Date,Deal Owner,Company Name,Pipeline,Create Date", "external_id name amount stage closed_at owner company pipeline created_at", exchange.Deals},
	{
		"Mautic", "id,title,firstname,lastname,email,mobile,phone,company,position,address1,city,state,zipcode,country,preferred_locale,tags,date_added",
		"- - first_name last_name email more_phones phone company title street city region postal_code country language tags created_at", exchange.Contacts,
	},
	{"Mautic companies", "companyname,companyaddress1,companycity,companyzipcode,companycountry,companyphone,companywebsite", "name street city postal_code country phone domain", exchange.Companies},
	{
		"Odoo", "External ID,Name,Email,Phone,Mobile,Street,City,Zip,State,Country,Related Company,Job Position,Tags,Salesperson,Language,Created on",
		"external_id name email phone more_phones street city postal_code region country company title tags owner language created_at", exchange.Contacts,
	},
	{"Odoo for import", "id,name,email,phone,parent_id/name,function,category_id/name,user_id/name,country_id/name,lang", "- name email phone company title tags owner country language", exchange.Contacts},
	{"Odoo deals", "External ID,Opportunity,Expected Revenue,Stage,Salesperson,Email,Created on", "external_id name amount stage owner contact created_at", exchange.Deals},
	{
		"Mailchimp", "Email Address,First Name,Last Name,MEMBER_RATING,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,CONFIRM_IP,LEID,EUID,NOTES,TAGS",
		"email first_name last_name - created_at - consent_at - - - note tags", exchange.Contacts,
	},
	{"Mailchimp, unsubscribed", "Email Address,First Name,Last Name,UNSUB_TIME,UNSUB_REASON", "email first_name last_name unsubscribed -", exchange.Contacts},
	{"listmonk", "uuid,email,name,attributes,status,created_at,updated_at", "- email name - - created_at -", exchange.Contacts},
	{
		"Google Contacts", "First Name,Middle Name,Last Name,Organization Name,Organization Title,Notes,Labels,E-mail 1 - Label,E-mail 1 - Value,E-mail 2 - Value,Phone 1 - Value,Phone 2 - Value,Address 1 - Street,Address 1 - City,Address 1 - Postal Code,Address 1 - Country",
		"first_name - last_name company title note tags - email more_emails phone more_phones street city postal_code country", exchange.Contacts,
	},
	{"Google Contacts, older", "Name,Given Name,Family Name,Group Membership,E-mail 1 - Value,Phone 1 - Value,Organization 1 - Name,Organization 1 - Title", "name first_name last_name tags email phone company title", exchange.Contacts},
	{
		"Outlook", "First Name,Last Name,Title,E-mail Address,E-mail 2 Address,Home Phone,Business Phone,Mobile Phone,Job Title,Company,Business Street,Business City,Business Postal Code,Business Country/Region,Categories",
		"first_name last_name - email more_emails - more_phones phone title company street city postal_code country tags", exchange.Contacts,
	},
	{"Salesforce", "FirstName,LastName,Title,Company,Street,City,PostalCode,Country,Phone,MobilePhone,Email,HasOptedOutOfEmail,CreatedDate", "first_name last_name title company street city postal_code country phone more_phones email unsubscribed created_at", exchange.Contacts},
	{"Salesforce, whole", "Id,IsDeleted,FirstName,LastName,Email,Description,SystemModstamp", "external_id - first_name last_name email note -", exchange.Contacts},
	{"Salesforce deals", "Id,IsDeleted,Name,StageName,Amount,CloseDate,CreatedDate,SystemModstamp,ContactId", "external_id - name stage amount closed_at created_at - contact", exchange.Deals},
	{"Zoho", "First Name,Last Name,Email,Mobile,Account Name,Mailing Street,Mailing City,Mailing Zip,Mailing Country,Contact Owner,Email Opt Out", "first_name last_name email phone company street city postal_code country owner unsubscribed", exchange.Contacts},
	{"EspoCRM", "First Name,Last Name,Account,Email,Phone,Assigned User,Created At", "first_name last_name company email phone owner created_at", exchange.Contacts},
	{
		"EspoCRM, whole", "ID,Name,Title,Description,Email,Address Street,Address City,Address State,Address Country,Address Postal Code",
		"- name title note email street city region country postal_code", exchange.Contacts,
	},
	{
		"Twenty", "Id,First Name,Last Name,Primary Email,Additional Emails,Job Title,City,Company / Name,Creation date",
		"- first_name last_name email more_emails title city company created_at", exchange.Contacts,
	},
	{
		"Pipedrive", "Person - ID,Person - Name,Person - Organization,Person - Phone - Work,Person - Phone - Mobile,Person - Email - Work,Person - Email - Home,Person - Owner,Person - Person created",
		"external_id name company phone more_phones email more_emails owner created_at", exchange.Contacts,
	},
	{
		"Pipedrive deals", "Deal - ID,Deal - Title,Deal - Value,Deal - Currency of Value,Deal - Organization,Deal - Contact person,Deal - Pipeline,Deal - Stage,Deal - Status,Deal - Deal created,Deal - Lost reason,Deal - Owner",
		"external_id name amount currency company - pipeline stage status created_at lost_reason owner", exchange.Deals,
	},
	{
		"Stripe", "id,Created date (UTC),Amount,Amount Refunded,Currency,Refunded date (UTC),Status,Customer Email",
		"external_id at amount refunded currency refunded_at state contact", exchange.Payments,
	},
	{"Meta, in French", "Début des rapports,Fin des rapports,Nom de la campagne,Impressions,Montant dépensé (EUR)", "from to campaign - amount", exchange.Costs},
	{"a fair", "Naam,E-mail,GSM,Bedrijf,Gemeente,Interesse,Datum,Mag mailen,Stand nr", "name email phone company city - created_at consent_email -", exchange.Contacts},
}

func TestTheColumnsOfOtherProgramsAreKnown(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	for _, e := range exports {
		p, err := exchange.Look(t.Context(), e.kind, h.file("export.csv", e.header+"\n"+strings.Repeat("x,", strings.Count(e.header, ","))+"x\n"), exchange.Options{})
		if err != nil {
			t.Errorf("%s: %v", e.program, err)
			continue
		}
		known := strings.Fields(e.known)
		for i, c := range p.Columns {
			if got := c.Field; got != known[i] && (got != "" || known[i] != "-") {
				t.Errorf("%s: %s is known as %q, not %q", e.program, c.Header, got, known[i])
			}
		}
	}
}

func TestWhoWantsNoEmailsIsNotEmailedWhateverElseTheFileSays(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		r := h.takes(exchange.Contacts, "email,consent_email,Unsubscribed from all email\na@x.example,yes,true\nb@x.example,yes,false\nc@x.example,,\nd@x.example,,2024-05-06 07:08\ne@x.example,yes,perhaps\n", exchange.Options{})
		h.expect("rows", fmt.Sprint(counts(r), " ", r.Problems[0].Problem), "[4 0 0 1] is neither yes, no nor a time")
		said := h.lines(`SELECT e.email_key || ' ' || n.state AS line FROM consent n JOIN contact_email e ON e.workspace_id = n.workspace_id AND e.contact_id = n.contact_id
			WHERE n.workspace_id = $1`)
		h.expect("consents", said, "a@x.example refused\nb@x.example granted\nd@x.example refused\n")
	})
}
