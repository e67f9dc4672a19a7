package contact

import (
	"context"
	"encoding/json"
	"fmt"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/id"
	"tandem/internal/journey"
	"tandem/internal/team"
)

// EditedCompany is what an edit by hand changed, as the audit trail keeps it: enough to take it back.
type EditedCompany struct {
	Before CompanyForm `json:"before"`
	After  CompanyForm `json:"after"`
}

// ChangeCompany makes a company what the form says. seen is the UpdatedAt of what the caller had before them: if somebody changed the company since,
// it is a fault.Conflict that says who, and nothing changes.
func (s *Service) ChangeCompany(ctx context.Context, tx *db.Tx, by team.Actor, company id.ID, seen clock.Micros, f CompanyForm, region string) (Company, error) {
	if err := by.Check(team.WritePeople); err != nil {
		return Company{}, err
	}
	before, c, err := s.CompanyForm(ctx, tx, company)
	if err != nil {
		return c, err
	}
	if c.UpdatedAt != seen {
		return c, companyChangedMeanwhile(ctx, tx, company)
	}
	r, err := f.Row(region)
	if err != nil {
		return c, err
	}
	c.become(&r, max(clock.Of(s.clock.Now()), c.UpdatedAt+1))
	if err := updateCompany(ctx, tx, &c); err != nil {
		return c, err
	}
	if err := s.setCompanyAddresses(ctx, tx, company, &r); err != nil {
		return c, err
	}
	after, c, err := s.CompanyForm(ctx, tx, company)
	if err != nil {
		return c, err
	}
	return c, s.leaveEdit(ctx, tx, by, &c, journey.Edited, team.Deed{Action: "edit", Entity: "company", Record: company, Detail: EditedCompany{before, after}})
}

// companyChangedMeanwhile says who changed a company since somebody looked.
func companyChangedMeanwhile(ctx context.Context, tx *db.Tx, company id.ID) error {
	trail, err := team.TrailOf(ctx, tx, "company", company, 1)
	if err != nil {
		return err
	}
	if len(trail) == 0 {
		return fault.Conflictf("this company was changed meanwhile")
	}
	return fault.Conflictf("%s changed this company meanwhile", trail[0].Actor)
}

// UndoCompany takes the last edit of a company back; a fault.Conflict if it was changed since in another way.
func (s *Service) UndoCompany(ctx context.Context, tx *db.Tx, by team.Actor, company id.ID, region string) (Company, error) {
	c, err := s.Company(ctx, tx, company)
	if err != nil {
		return c, err
	}
	trail, err := team.TrailOf(ctx, tx, "company", company, 1)
	if err != nil {
		return c, err
	}
	if len(trail) == 0 || trail[0].Action != "edit" || trail[0].At != c.UpdatedAt {
		return c, fault.Conflictf("this cannot be taken back: somebody changed the company since")
	}
	var edited EditedCompany
	if err := json.Unmarshal([]byte(trail[0].Details), &edited); err != nil {
		return c, fmt.Errorf("read what was changed: %w", err)
	}
	return s.ChangeCompany(ctx, tx, by, company, c.UpdatedAt, edited.Before, region)
}

// setCompanyAddresses makes a company's emails, phones and tags what the row says, in its order.
func (s *Service) setCompanyAddresses(ctx context.Context, tx *db.Tx, company id.ID, r *CompanyRow) error {
	for _, t := range []table{companyEmails, companyPhones, companyTags} {
		if err := t.clear(ctx, tx, []id.ID{company}); err != nil {
			return fmt.Errorf("clear the addresses of %s: %w", company, err)
		}
	}
	var emails []companyEmailRow
	var phones []companyPhoneRow
	var tags []companyTagRow
	for i, e := range r.Emails {
		emails = append(emails, companyEmailRow{company, e.Key, e.Shown, int64(i)})
	}
	for i, p := range r.Phones {
		phones = append(phones, companyPhoneRow{company, p.Key, p.Shown, int64(i)})
	}
	for _, t := range r.Tags {
		tags = append(tags, companyTagRow{company, t.Key, t.Shown})
	}
	if _, err := db.InsertNew(ctx, tx, "company_email", emails...); err != nil {
		return err
	}
	if _, err := db.InsertNew(ctx, tx, "company_phone", phones...); err != nil {
		return err
	}
	_, err := db.InsertNew(ctx, tx, "company_tag", tags...)
	return err
}
