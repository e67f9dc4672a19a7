package contact

import (
	"context"
	"fmt"
	"slices"

	"tandem/internal/change"
	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/id"
	"tandem/internal/team"
	"tandem/internal/text"
)

// UndoAll takes changes to contacts back, the last one first. A contact that was made goes away, unless it has a history by now or was changed by hand; a changed
// one gets its earlier values back, unless somebody changed them since. What could not be taken back is returned.
func (s *Service) UndoAll(ctx context.Context, tx *db.Tx, undos []change.Undo) (kept []id.ID, err error) {
	var made []id.ID
	for _, u := range undos {
		if u.Created {
			made = append(made, u.ID)
			continue
		}
		back, err := s.undoEdit(ctx, tx, u)
		if err != nil {
			return kept, err
		}
		if !back {
			kept = append(kept, u.ID)
		}
	}
	handled, err := team.Handled(ctx, tx, "contact", made)
	if err != nil {
		return kept, err
	}
	for _, one := range made {
		if handled[one] {
			kept = append(kept, one)
		}
	}
	stay, err := s.remove(ctx, tx, slices.DeleteFunc(made, func(one id.ID) bool { return handled[one] }))
	return append(kept, stay...), err
}

func (s *Service) undoEdit(ctx context.Context, tx *db.Tx, u change.Undo) (bool, error) {
	e, err := readEdit(u)
	if err != nil {
		return false, err
	}
	known, err := s.Contacts(ctx, tx, []id.ID{u.ID})
	c, ok := known[u.ID]
	if err != nil || !ok {
		return false, err
	}
	whole := e.backInto(&c)
	c.UpdatedAt = clock.Of(s.clock.Now())
	if err := updateContact(ctx, tx, &c); err != nil {
		return false, err
	}
	for what, from := range map[string]table{
		"email": contactEmails, "phone": contactPhones, "tag": contactTags, "external": contactExternals,
	} {
		if err := from.remove(ctx, tx, u.ID, e.Added[what]); err != nil {
			return false, err
		}
	}
	return whole, s.undoArrival(ctx, tx, &e)
}

// backInto puts earlier values back into a contact; false if one of them has changed since.
func (e *edit) backInto(c *Contact) bool {
	whole := true
	for _, f := range texts(c, &Row{}) {
		whole = e.back(f.column, f.at) && whole
	}
	whole = e.back("name", &c.Name) && whole
	c.NameKey = text.Key(c.Name)
	stage := string(c.Lifecycle)
	whole = e.back("lifecycle", &stage) && whole
	c.Lifecycle = Lifecycle(stage)
	whole = backNumber(e, "company_id", &c.CompanyID) && whole
	whole = backNumber(e, "lead_at", &c.LeadAt) && whole
	return backNumber(e, "created_at", &c.CreatedAt) && whole
}

func (s *Service) undoArrival(ctx context.Context, tx *db.Tx, e *edit) error {
	recorded, err := parseIDs(e.Added["touch"])
	if err != nil {
		return err
	}
	retracted, err := parseIDs(e.Added["retracted"])
	if err != nil {
		return err
	}
	if err := s.journey.Retract(ctx, tx, recorded); err != nil {
		return err
	}
	return s.journey.Restore(ctx, tx, retracted)
}

func parseIDs(texts []string) ([]id.ID, error) {
	var ids []id.ID
	for _, t := range texts {
		one, err := id.Parse(t)
		if err != nil {
			return nil, fmt.Errorf("read an id that was kept: %w", err)
		}
		ids = append(ids, one)
	}
	return ids, nil
}

// remove takes away contacts that have no history; the others stay and are returned.
func (s *Service) remove(ctx context.Context, tx *db.Tx, contacts []id.ID) (stay []id.ID, err error) {
	busy, err := s.journey.Busy(ctx, tx, contacts)
	if err != nil {
		return nil, err
	}
	var going []id.ID
	for _, c := range contacts {
		if busy[c] {
			stay = append(stay, c)
		} else {
			going = append(going, c)
		}
	}
	if err := s.journey.Forget(ctx, tx, going); err != nil {
		return nil, err
	}
	for _, t := range []table{contactEmails, contactPhones, contactTags, contactExternals} {
		if err := t.clear(ctx, tx, going); err != nil {
			return nil, fmt.Errorf("remove contacts: %w", err)
		}
	}
	for _, query := range []string{
		`DELETE FROM relation WHERE workspace_id = $1 AND contact_id IN `,
		`DELETE FROM relation WHERE workspace_id = $1 AND other_id IN `,
		`DELETE FROM contact WHERE workspace_id = $1 AND id IN `,
	} {
		if err := execIn(ctx, tx, query, going); err != nil {
			return nil, fmt.Errorf("remove contacts: %w", err)
		}
	}
	return stay, nil
}

// UndoCompanies is UndoAll for companies. One that was made stays while a contact belongs to it or it stands among busy.
func (s *Service) UndoCompanies(ctx context.Context, tx *db.Tx, undos []change.Undo, busy map[id.ID]bool) (kept []id.ID, err error) {
	var made []id.ID
	for _, u := range undos {
		if u.Created {
			made = append(made, u.ID)
			continue
		}
		back, err := s.undoCompanyEdit(ctx, tx, u)
		if err != nil {
			return kept, err
		}
		if !back {
			kept = append(kept, u.ID)
		}
	}
	stay, err := s.removeCompanies(ctx, tx, made, busy)
	return append(kept, stay...), err
}

func (s *Service) undoCompanyEdit(ctx context.Context, tx *db.Tx, u change.Undo) (bool, error) {
	e, err := readEdit(u)
	if err != nil {
		return false, err
	}
	known, err := s.Companies(ctx, tx, []id.ID{u.ID})
	c, ok := known[u.ID]
	if err != nil || !ok {
		return false, err
	}
	whole := true
	for _, f := range companyTexts(&c, &CompanyRow{}) {
		whole = e.back(f.column, f.at) && whole
	}
	whole = e.back("domain", &c.Domain) && whole
	whole = backNumber(&e, "created_at", &c.CreatedAt) && whole
	c.NameKey, c.UpdatedAt = text.Key(c.Name), clock.Of(s.clock.Now())
	for what, from := range map[string]table{
		"email": companyEmails, "phone": companyPhones, "tag": companyTags, "external": companyExternals,
	} {
		if err := from.remove(ctx, tx, u.ID, e.Added[what]); err != nil {
			return false, err
		}
	}
	return whole, updateCompany(ctx, tx, &c)
}

func (s *Service) removeCompanies(ctx context.Context, tx *db.Tx, companies []id.ID, busy map[id.ID]bool) (stay []id.ID, err error) {
	used := map[id.ID]bool{}
	err = eachIn(ctx, tx, `SELECT DISTINCT company_id FROM contact WHERE workspace_id = $1 AND company_id IN `, companies,
		func(c *id.ID) { used[*c] = true })
	if err != nil {
		return nil, fmt.Errorf("look for the people of companies: %w", err)
	}
	var going []id.ID
	for _, c := range companies {
		if used[c] || busy[c] {
			stay = append(stay, c)
		} else {
			going = append(going, c)
		}
	}
	for _, t := range []table{companyEmails, companyPhones, companyTags, companyExternals} {
		if err := t.clear(ctx, tx, going); err != nil {
			return nil, fmt.Errorf("remove companies: %w", err)
		}
	}
	return stay, execIn(ctx, tx, `DELETE FROM company WHERE workspace_id = $1 AND id IN `, going)
}
