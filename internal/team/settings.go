package team

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/language"

	"tandem/internal/clock"
	"tandem/internal/db"
)

// Settings are everything that may be changed of a workspace, as its form has it. Of the Change, "" leaves a value as it is; the imprint is
// what the form says.
type Settings struct {
	Change
	Imprint
}

// Settled is what a change of the settings changed, as the audit trail keeps it.
type Settled struct {
	Before Settings `json:"before"`
	After  Settings `json:"after"`
}

func (w Workspace) settings() Settings {
	return Settings{Change{w.Name, w.Currency, w.Timezone, w.Language}, w.Imprint}
}

// Settle changes a workspace for somebody who may. A wrong value is a fault.Invalid, another currency after amounts were booked a
// fault.Conflict.
func (s *Service) Settle(ctx context.Context, w Workspace, to Settings, by Actor) (Workspace, error) {
	if err := by.Check(ManageSettings); err != nil {
		return w, err
	}
	imprint, err := to.Imprint.check()
	if err != nil {
		return w, err
	}
	after := w
	err = s.db.Write(ctx, w.ID, func(tx *db.Tx) error {
		if after, err = s.change(ctx, tx, w.ID, to.Change); err != nil {
			return err
		}
		after.Imprint = imprint
		_, err := db.Exec(ctx, tx, `UPDATE workspace SET street = $2, postal_code = $3, city = $4, country = $5, vat_id = $6, registration = $7
			WHERE id = $1`, w.ID, imprint.Street, imprint.PostalCode, imprint.City, imprint.Country, imprint.VATID, imprint.Registration)
		if err != nil {
			return err
		}
		return Note(ctx, tx, by, clock.Of(s.clock.Now()), Deed{Action: "edit", Entity: "workspace", Detail: Settled{w.settings(), after.settings()}})
	})
	if err != nil {
		return w, fmt.Errorf("change workspace %s: %w", w.Slug, err)
	}
	return after, nil
}

// check puts an imprint into its normal form.
func (i Imprint) check() (Imprint, error) {
	for _, f := range []struct {
		name string
		at   *string
	}{
		{"street", &i.Street},
		{"postal_code", &i.PostalCode},
		{"city", &i.City},
		{"country", &i.Country},
		{"vat_id", &i.VATID},
		{"registration", &i.Registration},
	} {
		*f.at = strings.TrimSpace(*f.at)
		if utf8.RuneCountInString(*f.at) > longestName {
			return i, wrong(f.name, "%s has at most %d characters", f.name, longestName)
		}
	}
	if i.Country != "" {
		region, err := language.ParseRegion(i.Country)
		if err != nil || !region.IsCountry() {
			return i, wrong("country", "%q is not a country", i.Country).WithMend("write a code of ISO 3166, such as BE or US")
		}
		i.Country = region.String()
	}
	return i, checkVAT(i.VATID, i.Country)
}
