package contact

import (
	"context"
	"fmt"
	"strings"

	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/id"
	"tandem/internal/text"
)

// shortestPhone is how many digits a number that cannot be read must have to name anybody.
const shortestPhone = 5

// Reference reads how another record names a person: with an @ an email, with a leading + a phone, anything else an external id.
func Reference(s, region string) (Row, error) {
	s = strings.TrimSpace(s)
	switch {
	case s == "":
		return Row{}, fault.Invalidf("no contact is named")
	case strings.Contains(s, "@"):
		key, ok := text.EmailKey(s)
		if !ok {
			return Row{}, fault.Invalidf("%q is no email address", s)
		}
		return Row{Emails: []Email{{key, s}}}, nil
	case s[0] == '+':
		key, known := text.PhoneKey(s, region)
		if !known && len(key) < shortestPhone {
			return Row{}, fault.Invalidf("%q is no telephone number", s)
		}
		return Row{Phones: []Phone{{key, s}}}, nil
	}
	return Row{External: s}, nil
}

// Resolve finds the people that references name and makes those who are not known. It returns an id for each reference, in their order, and
// the contacts it made. At most 500.
func (s *Service) Resolve(ctx context.Context, tx *db.Tx, references []Row, o Options) (contacts, made []id.ID, err error) {
	found := newFound(o.System)
	if _, err := found.look(ctx, tx, references); err != nil {
		return nil, nil, fmt.Errorf("look up contacts: %w", err)
	}
	contacts = make([]id.ID, len(references))
	unknown := map[string]int{}
	var rows []Row
	for i := range references {
		if who, ok := found.who(&references[i]); ok {
			contacts[i] = who
			continue
		}
		if _, seen := unknown[references[i].reference()]; !seen {
			unknown[references[i].reference()] = len(rows)
			rows = append(rows, references[i])
		}
	}
	if len(rows) == 0 {
		return contacts, nil, nil
	}
	result, err := s.PutAll(ctx, tx, rows, o)
	if err != nil {
		return nil, nil, err
	}
	for _, put := range result.Puts {
		made = append(made, put.ID)
	}
	for i := range references {
		if contacts[i] == 0 {
			contacts[i] = made[unknown[references[i].reference()]]
		}
	}
	return contacts, made, nil
}

// reference tells references apart.
func (r *Row) reference() string {
	switch {
	case r.External != "":
		return "x" + r.External
	case len(r.Emails) > 0:
		return "@" + r.Emails[0].Key
	}
	return "+" + r.Phones[0].Key
}
