package contact

import (
	"context"
	"fmt"
	"slices"

	"tandem/internal/db"
	"tandem/internal/id"
)

// found is who is known by which external id, email and phone, as far as the rows at hand ask, and what these people own already.
type found struct {
	system    string
	externals map[string]id.ID
	named     map[id.ID]bool // bears an external id of the system
	emails    holdings
	phones    holdings
	tags      holdings
}

// holdings are addresses of one sort: who holds each, the oldest holder first.
type holdings struct {
	by    map[string][]id.ID
	has   map[holding]bool
	count map[id.ID]int
}

type holding struct {
	key   string
	owner id.ID
}

func newHoldings() holdings {
	return holdings{by: map[string][]id.ID{}, has: map[holding]bool{}, count: map[id.ID]int{}}
}

// take gives a key to an owner and returns its place among the owner's, and whether it is new to them.
func (h *holdings) take(key string, owner id.ID) (position int, fresh bool) {
	one := holding{key, owner}
	if h.has[one] {
		return 0, false
	}
	h.has[one] = true
	h.by[key] = append(h.by[key], owner)
	h.count[owner]++
	return h.count[owner] - 1, true
}

func newFound(system string) *found {
	return &found{
		system: system, externals: map[string]id.ID{}, named: map[id.ID]bool{},
		emails: newHoldings(), phones: newHoldings(), tags: newHoldings(),
	}
}

// takeExternal gives an external id to a contact; false if it is taken.
func (f *found) takeExternal(external string, contact id.ID) bool {
	if _, taken := f.externals[external]; taken {
		return false
	}
	f.externals[external] = contact
	f.named[contact] = true
	return true
}

// who is the person a row is about: by external id, else by an email whose holder bears no other external id of the system, else, where the
// row has neither, by phone. Of several holders it is the one known longest.
func (f *found) who(r *Row) (id.ID, bool) {
	if contact, ok := f.externals[r.External]; ok && r.External != "" {
		return contact, true
	}
	for _, m := range r.Emails {
		for _, holder := range f.emails.by[m.Key] {
			if r.External == "" || !f.named[holder] {
				return holder, true
			}
		}
	}
	if r.External != "" || len(r.Emails) > 0 {
		return 0, false
	}
	for _, m := range r.Phones {
		if holders := f.phones.by[m.Key]; len(holders) > 0 {
			return holders[0], true
		}
	}
	return 0, false
}

// look reads who is known for the rows and returns them.
func (f *found) look(ctx context.Context, tx *db.Tx, rows []Row) ([]id.ID, error) {
	var externals, emails, phones []string
	for i := range rows {
		r := &rows[i]
		if r.External != "" {
			externals = append(externals, r.External)
		}
		for _, m := range r.Emails {
			emails = append(emails, m.Key)
		}
		for _, m := range r.Phones {
			if r.External == "" && len(r.Emails) == 0 {
				phones = append(phones, m.Key)
			}
		}
	}
	known, err := f.holders(ctx, tx, externals, emails, phones)
	if err != nil || len(known) == 0 {
		return known, err
	}
	return known, f.own(ctx, tx, known)
}

func (f *found) holders(ctx context.Context, tx *db.Tx, externals, emails, phones []string) ([]id.ID, error) {
	var known []id.ID
	seen := map[id.ID]bool{}
	meet := func(contact id.ID) {
		if !seen[contact] {
			seen[contact] = true
			known = append(known, contact)
		}
	}
	err := contactExternals.eachExternal(ctx, tx, f.system, externals, func(a *Address) {
		f.externals[a.Key] = a.Owner
		meet(a.Owner)
	})
	if err != nil {
		return nil, fmt.Errorf("external ids: %w", err)
	}
	if err := contactEmails.by(ctx, tx, emails, func(a *Address) { meet(a.Owner) }); err != nil {
		return nil, fmt.Errorf("emails: %w", err)
	}
	if err := contactPhones.by(ctx, tx, phones, func(a *Address) { meet(a.Owner) }); err != nil {
		return nil, fmt.Errorf("phones: %w", err)
	}
	return known, nil
}

// CompaniesByPhones are the companies that have one of some phone numbers, each written as its key (text.PhoneKey).
func (s *Service) CompaniesByPhones(ctx context.Context, tx *db.Tx, keys []string) (companies []id.ID, err error) {
	if err = companyPhones.by(ctx, tx, keys, func(a *Address) { companies = append(companies, a.Owner) }); err != nil {
		return nil, fmt.Errorf("look for phone numbers of companies: %w", err)
	}
	return companies, nil
}

// eachExternal reads who bears external ids of one system; they are the front of the table's key.
func (t table) eachExternal(ctx context.Context, tx *db.Tx, system string, externals []string, each func(*Address)) error {
	for chunk := range slices.Chunk(externals, 500) {
		in, args := db.List(3, chunk)
		err := db.Each(ctx, tx, func(a *Address) error { each(a); return nil },
			`SELECT `+t.columns()+` FROM `+t.name+` WHERE workspace_id = $1 AND system = $2 AND external_id IN (`+in+`)`,
			append([]any{tx.Workspace(), system}, args...)...)
		if err != nil {
			return err
		}
	}
	return nil
}

// own reads everything that known contacts hold.
func (f *found) own(ctx context.Context, tx *db.Tx, known []id.ID) error {
	held, err := addresses(ctx, tx, known, contactEmails, contactPhones, contactTags, contactExternals)
	if err != nil {
		return err
	}
	for _, contact := range slices.Sorted(slices.Values(known)) {
		for _, a := range held.Emails[contact] {
			f.emails.take(a.Key, contact)
		}
		for _, a := range held.Phones[contact] {
			f.phones.take(a.Key, contact)
		}
		for _, a := range held.Tags[contact] {
			f.tags.take(a.Key, contact)
		}
		for _, a := range held.Externals[contact] {
			if a.System == f.system {
				f.takeExternal(a.Key, contact)
			}
		}
	}
	return nil
}
