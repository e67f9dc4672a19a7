// Package contact holds the people and the businesses we deal with: contacts, companies, how they are reached, what other systems call
// them, their tags, and how they stand to each other.
//
// A contact needs any one of an external id, an email and a phone. It may have several of each; two people may share an email or a
// telephone. A lead is no record of its own but a contact at the lifecycle stage lead, MQL or SQL.
//
// PutAll takes rows in bulk and finds who each row means: by external id, else by email, else by phone. An email that belongs to somebody
// who bears another external id of the same system is a shared one: the row is a person of their own. Every record that is made writes a
// touch, every change of a field another.
package contact

import (
	"strings"

	"tandem/internal/clock"
	"tandem/internal/id"
)

// Lifecycle is how far a person has come with us.
type Lifecycle string

// The lifecycle stages, in their order.
const (
	Subscriber  Lifecycle = "subscriber"
	Lead        Lifecycle = "lead"
	MQL         Lifecycle = "mql"
	SQL         Lifecycle = "sql"
	Opportunity Lifecycle = "opportunity"
	Customer    Lifecycle = "customer"
	Evangelist  Lifecycle = "evangelist"
)

// Lifecycles are all stages, in their order.
func Lifecycles() []Lifecycle {
	return []Lifecycle{Subscriber, Lead, MQL, SQL, Opportunity, Customer, Evangelist}
}

// ParseLifecycle reads a stage in any case, with the long names that other systems use; "" if it is none.
func ParseLifecycle(s string) Lifecycle {
	l := Lifecycle(strings.ToLower(strings.TrimSpace(s)))
	switch l {
	case "marketing qualified lead", "marketingqualifiedlead":
		return MQL
	case "sales qualified lead", "salesqualifiedlead":
		return SQL
	}
	for _, known := range Lifecycles() {
		if l == known {
			return l
		}
	}
	return ""
}

// AtLeastLead reports whether a person at this stage is or was a lead.
func (l Lifecycle) AtLeastLead() bool { return l != "" && l != Subscriber }

// Contact is a person. Absent texts are "".
type Contact struct {
	ID         id.ID        `db:"id"`
	FirstName  string       `db:"first_name"`
	LastName   string       `db:"last_name"`
	Name       string       `db:"name"` // as shown
	NameKey    string       `db:"name_key"`
	Title      string       `db:"title"`
	CompanyID  id.ID        `db:"company_id,null"`
	Street     string       `db:"street"`
	City       string       `db:"city"`
	PostalCode string       `db:"postal_code"`
	Region     string       `db:"region"`
	Country    string       `db:"country"`  // ISO 3166 alpha-2 where known
	Language   string       `db:"language"` // BCP 47 where known
	Lifecycle  Lifecycle    `db:"lifecycle"`
	LeadAt     clock.Micros `db:"lead_at,null"` // when the person became a lead, 0 if unknown
	Owner      string       `db:"owner"`        // who looks after them, by name
	CreatedAt  clock.Micros `db:"created_at"`
	UpdatedAt  clock.Micros `db:"updated_at"`
}

const contactColumns = `id, first_name, last_name, name, name_key, title, company_id, street, city, postal_code, region, country, language,
	lifecycle, lead_at, owner, created_at, updated_at`

// Company is a business.
type Company struct {
	ID         id.ID        `db:"id"`
	Name       string       `db:"name"`
	NameKey    string       `db:"name_key"`
	Domain     string       `db:"domain"`
	Street     string       `db:"street"`
	City       string       `db:"city"`
	PostalCode string       `db:"postal_code"`
	Region     string       `db:"region"`
	Country    string       `db:"country"`
	Owner      string       `db:"owner"`
	CreatedAt  clock.Micros `db:"created_at"`
	UpdatedAt  clock.Micros `db:"updated_at"`
}

const companyColumns = `id, name, name_key, domain, street, city, postal_code, region, country, owner, created_at, updated_at`

// Email is an address as written, with the key it is compared by.
type Email struct{ Key, Shown string }

// Phone is a number as written, with the key it is compared by: E.164 where the number could be read.
type Phone struct{ Key, Shown string }

// Tag is a word that groups people, with the key it is compared by.
type Tag struct{ Key, Shown string }

// Place is where a person or a business is.
type Place struct{ Street, City, PostalCode, Region, Country string }

// Row is what a file or a form says of a person. An empty value says nothing.
type Row struct {
	External  string
	Emails    []Email
	Phones    []Phone
	FirstName string
	LastName  string
	Name      string
	Title     string
	Company   string
	Domain    string
	Place     Place
	Language  string
	Lifecycle Lifecycle
	Owner     string
	CreatedAt clock.Micros
	Tags      []Tag
	Channel   string // how they came to us; with source, medium or campaign it makes a touch
	Source    string
	Medium    string
	Campaign  string
}

// Options say how rows are put.
type Options struct {
	System    string // the namespace of external ids; "" is the workspace's own
	Overwrite bool   // replace what is there; otherwise only what is empty is filled
	ImportID  id.ID
}

// Identified reports whether the row says who it is about.
func (r *Row) Identified() bool { return r.External != "" || len(r.Emails) > 0 || len(r.Phones) > 0 }

// shown is the name to show: what is given as such, else first and last name.
func (r *Row) shown() string {
	if r.Name != "" {
		return r.Name
	}
	return strings.TrimSpace(r.FirstName + " " + r.LastName)
}

// arrived reports whether the row says how the person came to us.
func (r *Row) arrived() bool {
	return r.Channel != "" || r.Source != "" || r.Medium != "" || r.Campaign != ""
}
