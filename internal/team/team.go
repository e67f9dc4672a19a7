// Package team is who works here: for now the workspaces, each of which is one business.
//
// A workspace has a slug, by which commands and addresses name it and which never changes, and a name that people see. Its currency is the one
// that its ledger is kept in and that every report is made in, so it is fixed once amounts stand in it. Its time zone decides which day an
// instant belongs to; its language is the one that its mails and documents are written in. Every store has a workspace "default"
// (EUR, UTC, English), made when the store is first used. No workspace sees another.
package team

import (
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/language"

	"tandem/internal/clock"
	"tandem/internal/fault"
	"tandem/internal/id"
	"tandem/internal/money"
)

// Default is the slug of the workspace that every store has.
const Default = "default"

// Workspace is one business.
type Workspace struct {
	ID        id.Workspace   `db:"id"`
	Slug      string         `db:"slug"`     // lower-case letters, digits and dashes; never changes
	Name      string         `db:"name"`     // as people see it
	Currency  money.Currency `db:"currency"` // of the ledger and the reports
	Timezone  string         `db:"timezone"` // an IANA name, such as Europe/Berlin
	Language  string         `db:"language"` // BCP 47
	CreatedAt clock.Micros   `db:"created_at"`
	Imprint
}

// Imprint is what a business puts under its mails and documents.
type Imprint struct {
	Street       string `db:"street" json:"street"`
	PostalCode   string `db:"postal_code" json:"postal_code"`
	City         string `db:"city" json:"city"`
	Country      string `db:"country" json:"country"` // ISO 3166 alpha-2, "" if not said
	VATID        string `db:"vat_id" json:"vat_id"`
	Registration string `db:"registration" json:"registration"` // its number in a register of companies
}

// Zone is the workspace's time zone. One that this machine does not know is a fault.Invalid.
func (w Workspace) Zone() (*time.Location, error) { return ParseZone(w.Timezone) }

// ParseZone reads an IANA name of a time zone. "Local" is refused: it means something else on every machine.
func ParseZone(name string) (*time.Location, error) {
	zone, err := time.LoadLocation(name)
	if err != nil || name == "" || name == "Local" {
		return nil, fault.Invalidf("%q is not a time zone", name).WithMend("write a name such as Europe/Berlin or UTC")
	}
	return zone, nil
}

const (
	longestSlug = 63 // RFC 1035: a slug may become a label of a domain
	longestName = 200
)

var slugForm = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]*[a-z0-9])?$`)

// check puts a workspace into its normal form and refuses what is wrong with it.
func (w *Workspace) check() error {
	w.Name = strings.TrimSpace(w.Name)
	if len(w.Slug) > longestSlug || !slugForm.MatchString(w.Slug) {
		return wrong("slug", "%q cannot be a workspace's short name", w.Slug).
			WithMend("write 1 to %d lower-case letters, digits and dashes, such as my-shop", longestSlug)
	}
	if w.Name == "" || utf8.RuneCountInString(w.Name) > longestName {
		return noName()
	}
	currency, err := money.ParseCurrency(string(w.Currency))
	if err != nil {
		return wrong("currency", "%q is not a currency", string(w.Currency)).WithMend("write a code of ISO 4217, such as EUR or USD")
	}
	if _, err := w.Zone(); err != nil {
		return err
	}
	tag, err := language.Parse(w.Language)
	if err != nil || tag == language.Und {
		return wrong("language", "%q is not a language", w.Language).WithMend("write a code of BCP 47, such as en or de-AT")
	}
	w.Currency, w.Language = currency, tag.String()
	return nil
}

func noName() error { return wrong("name", "a business has a name of 1 to %d characters", longestName) }

func wrong(field, format string, args ...any) *fault.Error {
	return fault.Invalidf(format, args...).In(field)
}
