// Package house builds the business on an open store: every service, once, each with those it stands on. The doors (command line, site, API)
// are given the same services, and so are their tests. It holds no rule of the business.
package house

import (
	"context"
	"strings"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/exchange"
	"tandem/internal/file"
	"tandem/internal/insight/report"
	"tandem/internal/journey"
	"tandem/internal/ledger"
	"tandem/internal/people/consent"
	"tandem/internal/people/contact"
	"tandem/internal/people/field"
	"tandem/internal/people/segment"
	"tandem/internal/sales/activity"
	"tandem/internal/sales/deal"
	"tandem/internal/sales/payment"
	"tandem/internal/seal"
	"tandem/internal/team"
)

// Services are the business on one store.
type Services struct {
	DB         *db.DB
	Clock      clock.Clock
	Team       *team.Service
	Journey    *journey.Service
	Ledger     *ledger.Service
	Contacts   *contact.Service
	Fields     *field.Service
	Consents   *consent.Service
	Segments   *segment.Service
	Deals      *deal.Service
	Payments   *payment.Service
	Activities *activity.Service
	Reports    *report.Service
	Exchange   *exchange.Service
}

// Build puts the services on a store that is open; they tell the time by c. key names the file of the key that secrets are sealed with; without
// one it lies beside the store.
func Build(d *db.DB, c clock.Clock, key ...string) Services {
	s := Services{DB: d, Clock: c, Journey: journey.New(c), Ledger: ledger.New(c), Fields: field.New(c)}
	s.Team = team.New(d, c, booked(s.Ledger)).SealedBy(seal.New(seal.Beside(d.URL(), strings.Join(key, ""))))
	s.Contacts, s.Consents = contact.New(s.Journey, c), consent.New(s.Journey, c)
	s.Segments = segment.New(c)
	s.Deals = deal.New(s.Journey)
	s.Activities = activity.New(s.Journey, c)
	s.Payments = payment.New(s.Journey, s.Ledger, s.Deals)
	s.Reports = report.New(d, s.Ledger)
	s.Exchange = &exchange.Service{
		DB: d, Clock: c, Journey: s.Journey, Ledger: s.Ledger, Contacts: s.Contacts, Fields: s.Fields, Consents: s.Consents,
		Deals: s.Deals, Payments: s.Payments, Files: file.In(d.Beside("files")),
	}
	return s
}

// booked tells the team whether a workspace has amounts in its ledger.
func booked(books *ledger.Service) team.Holds {
	return func(ctx context.Context, tx *db.Tx) (bool, error) {
		balances, err := books.Balances(ctx, tx)
		return len(balances) > 0, err
	}
}
