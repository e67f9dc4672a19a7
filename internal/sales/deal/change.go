package deal

import (
	"context"
	"strings"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/id"
	"tandem/internal/money"
	"tandem/internal/team"
)

// Form is what somebody writes of a deal, besides its steps.
type Form struct {
	Name       string
	Contact    id.ID
	Company    id.ID
	Amount     money.Amount
	Owner      string
	LostReason string // of a lost deal; of another it is left out
}

// Form is the deal as the form has it.
func (d *Deal) Form() Form {
	return Form{d.Name, d.Contact, d.Company, money.Amount{Minor: d.Amount, Currency: d.Currency}, d.Owner, d.LostReason}
}

// Change makes a deal what the form says and records an edit. The touches of its opening and closing become those of its new contact, company and
// amount.
func (s *Service) Change(ctx context.Context, tx *db.Tx, by team.Actor, now clock.Micros, deal id.ID, f Form) (Deal, error) {
	return s.step(ctx, tx, by, now, "edit", deal, func(d *Deal, _ *book, st *story) error {
		was := *d
		if err := f.apply(d); err != nil || d.Facts == was.Facts {
			return err
		}
		st.correct(&was, d, 0)
		st.edit(d, now, "")
		return nil
	})
}

// Seen is a Conflict if the deal is no longer as it was at an instant, its UpdatedAt when the caller looked.
func (d *Deal) Seen(at clock.Micros) error {
	if d.UpdatedAt != at {
		return fault.Conflictf("somebody changed the deal %q meanwhile", d.Name).WithMend("look at it as it is now, and do it again")
	}
	return nil
}

func (f *Form) apply(d *Deal) error {
	name := strings.TrimSpace(f.Name)
	if name == "" {
		return fault.Invalidf("a deal needs a name").In("name")
	}
	if err := checkAmount(f.Amount.Minor, f.Amount.Currency); err != nil {
		return err
	}
	d.Name, d.Contact, d.Company, d.Amount, d.Currency, d.Owner = name, f.Contact, f.Company, f.Amount.Minor, f.Amount.Currency, strings.TrimSpace(f.Owner)
	if d.Status == Lost {
		d.LostReason = strings.TrimSpace(f.LostReason)
	}
	return nil
}
