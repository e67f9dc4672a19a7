package api

import (
	"context"
	"fmt"

	"tandem/internal/change"
	"tandem/internal/db"
	"tandem/internal/people/contact"
	"tandem/internal/people/field"
	"tandem/internal/team"
)

// Written is what became of each row of a batch.
type Written struct {
	Outcomes []string `json:"outcomes" doc:"created, updated or unchanged, in the order of the request"`
	IDs      []string `json:"ids" doc:"Of each record, in the order of the request"`
}

func writtenOf(puts []change.Put) Written {
	out := Written{make([]string, len(puts)), make([]string, len(puts))}
	for i, p := range puts {
		out.Outcomes[i], out.IDs[i] = string(p.Outcome), p.ID.String()
	}
	return out
}

// knownContact is a person as another program knows them.
type knownContact struct {
	External string `json:"external_id,omitempty" maxLength:"500" doc:"Their number in your program"`
	ContactForm
}

type knownContacts struct {
	Once
	Body struct {
		System   string         `json:"system,omitempty" maxLength:"200" doc:"The name of your program, if its numbers might be another's as well"`
		Contacts []knownContact `json:"contacts" minItems:"1" maxItems:"500" doc:"What is sent replaces what was there, what is left out stays; emails, phones and tags are added"`
	}
}

func (d *door) upsertContacts(ctx context.Context, tx *db.Tx, by team.Actor, in *knownContacts) (Written, error) {
	rows := make([]contact.Row, len(in.Body.Contacts))
	for i, k := range in.Body.Contacts {
		form, part := k.form(), fmt.Sprintf("contacts[%d]", i)
		row, err := form.Row(who(ctx).Workspace.Country)
		if err != nil {
			return Written{}, within(part, err)
		}
		if row.External = k.External; !row.Identified() {
			return Written{}, wrong(part+".external_id", "nothing says who this is: send your number of them, an email or a phone")
		}
		rows[i] = row
	}
	puts, err := d.Contacts.Upsert(ctx, tx, by, rows, in.Body.System)
	if err != nil {
		return Written{}, err
	}
	for i, k := range in.Body.Contacts {
		if err := d.setOwn(ctx, tx, by, field.Contact, puts[i].ID, k.Fields); err != nil {
			return Written{}, within(fmt.Sprintf("contacts[%d]", i), err)
		}
	}
	return writtenOf(puts), nil
}

// knownCompany is a business as another program knows it.
type knownCompany struct {
	External string `json:"external_id,omitempty" maxLength:"500" doc:"Its number in your program"`
	CompanyForm
}

type knownCompanies struct {
	Once
	Body struct {
		System    string         `json:"system,omitempty" maxLength:"200" doc:"The name of your program, if its numbers might be another's as well"`
		Companies []knownCompany `json:"companies" minItems:"1" maxItems:"500" doc:"What is sent replaces what was there, what is left out stays; emails, phones and tags are added"`
	}
}

func (d *door) upsertCompanies(ctx context.Context, tx *db.Tx, by team.Actor, in *knownCompanies) (Written, error) {
	rows := make([]contact.CompanyRow, len(in.Body.Companies))
	for i, k := range in.Body.Companies {
		form := k.form()
		row, err := form.Row(who(ctx).Workspace.Country)
		if err != nil {
			return Written{}, within(fmt.Sprintf("companies[%d]", i), err)
		}
		row.External = k.External
		rows[i] = row
	}
	puts, err := d.Contacts.UpsertCompanies(ctx, tx, by, rows, in.Body.System)
	if err != nil {
		return Written{}, err
	}
	for i, k := range in.Body.Companies {
		if err := d.setOwn(ctx, tx, by, field.Company, puts[i].ID, k.Fields); err != nil {
			return Written{}, within(fmt.Sprintf("companies[%d]", i), err)
		}
	}
	return writtenOf(puts), nil
}
