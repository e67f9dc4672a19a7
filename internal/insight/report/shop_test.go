package report_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"tandem/internal/change"
	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/id"
	"tandem/internal/insight/report"
	"tandem/internal/journey"
	"tandem/internal/ledger"
	"tandem/internal/money"
	"tandem/internal/people/contact"
	"tandem/internal/people/field"
	"tandem/internal/sales/deal"
	"tandem/internal/sales/payment"
	"tandem/internal/test/dbtest"
)

// shop is a small business whose figures are known by hand. People, deals and payments go by names.
type shop struct {
	*testing.T
	db       *db.DB
	place    report.Place
	clock    *clock.Fake
	journey  *journey.Service
	ledger   *ledger.Service
	contacts *contact.Service
	fields   *field.Service
	deals    *deal.Service
	payments *payment.Service
	reports  *report.Service
	people   map[string]id.ID
	dealIDs  map[string]id.ID
	n        int
}

func each(t *testing.T, run func(s *shop)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB) { run(open(t, d, 7)) })
}

func open(t *testing.T, d *db.DB, ws id.Workspace) *shop {
	c := clock.NewFake(time.Date(2026, 6, 1, 9, 0, 0, 0, time.UTC))
	j, l := journey.New(c), ledger.New(c)
	deals := deal.New(j)
	return &shop{
		T: t, db: d, place: report.Place{Workspace: ws, Currency: "EUR", Zone: time.UTC}, clock: c, journey: j, ledger: l,
		contacts: contact.New(j, c), fields: field.New(c), deals: deals, payments: payment.New(j, l, deals), reports: report.New(d, l),
		people: map[string]id.ID{}, dealIDs: map[string]id.ID{},
	}
}

func (s *shop) write(do func(tx *db.Tx) error) {
	s.Helper()
	if err := s.db.Write(s.Context(), s.place.Workspace, do); err != nil {
		s.Fatal(err)
	}
}

func (s *shop) now() clock.Micros { return clock.Of(s.clock.Now()) }

// at reads a time as YYYY-MM-DD or YYYY-MM-DD HH:MM, in UTC.
func at(text string) clock.Micros {
	if len(text) == len(time.DateOnly) {
		text += " 00:00"
	}
	t, err := time.Parse("2006-01-02 15:04", text)
	if err != nil {
		panic(err)
	}
	return clock.Of(t)
}

// person is the contact of a name, made when first met; "" is nobody.
func (s *shop) person(name string) id.ID {
	s.Helper()
	if name != "" && s.people[name] == 0 {
		s.knows(contact.Row{External: name})
	}
	return s.people[name]
}

// knows makes the contact of a row.
func (s *shop) knows(r contact.Row) {
	s.Helper()
	s.write(func(tx *db.Tx) error {
		made, err := s.contacts.PutAll(s.Context(), tx, []contact.Row{r}, contact.Options{})
		if err == nil {
			s.people[r.External] = made.Puts[0].ID
		}
		return err
	})
}

// record writes a touch of a person down and returns its id.
func (s *shop) record(who string, t journey.Touch) id.ID {
	s.Helper()
	t.ContactID = s.person(who)
	touches := []journey.Touch{t}
	s.write(func(tx *db.Tx) error { return s.journey.Record(s.Context(), tx, touches) })
	return touches[0].ID
}

// comes is a touch through a channel, an ad click.
func (s *shop) comes(who, when, channel string) id.ID {
	s.Helper()
	return s.record(who, journey.Touch{At: at(when), Kind: journey.AdClick, Channel: channel})
}

// does is a touch of a kind without more.
func (s *shop) does(who, when, kind string) id.ID {
	s.Helper()
	return s.record(who, journey.Touch{At: at(when), Kind: kind})
}

// row is a deal's beginning: won unless something else is said.
func row(key, created, closed, amount string) deal.Row {
	r := deal.Row{
		Key: key, Name: key, Status: deal.Won, Amount: cents(amount), Currency: "EUR", CreatedAt: at(created),
		Has: deal.HasName | deal.HasContact | deal.HasStatus | deal.HasAmount | deal.HasCurrency | deal.HasOwner | deal.HasCreatedAt | deal.HasClosedAt,
	}
	if closed != "" {
		r.ClosedAt = at(closed)
	}
	return r
}

func (s *shop) deal(who string, r deal.Row) {
	s.Helper()
	r.Contact = s.person(who)
	s.write(func(tx *db.Tx) error {
		puts, err := s.deals.PutAll(s.Context(), tx, s.now(), []deal.Row{r})
		if err == nil {
			s.dealIDs[r.Key] = puts[0].ID
		}
		return err
	})
}

// wins is a deal that a person gave us.
func (s *shop) wins(who, created, closed, amount string) {
	s.Helper()
	s.n++
	s.deal(who, row("deal "+strconv.Itoa(s.n), created, closed, amount))
}

// pays is a payment, or with a minus a refund, for a deal or for none.
func (s *shop) pays(who, when, amount, forDeal string) {
	s.Helper()
	s.paysIn(who, when, amount, "EUR", forDeal)
}

func (s *shop) paysIn(who, when, amount string, c money.Currency, forDeal string) {
	s.Helper()
	s.n++
	r := payment.Row{
		Key: "payment " + strconv.Itoa(s.n), Has: payment.HasContact | payment.HasDeal, Contact: s.person(who), Deal: s.dealIDs[forDeal],
		At: at(when), Amount: cents(amount), Currency: c,
	}
	s.write(func(tx *db.Tx) error {
		_, err := s.payments.PutAll(s.Context(), tx, s.now(), []payment.Row{r})
		return err
	})
}

func (s *shop) spends(from, to, channel, source, campaign, amount string, c money.Currency) {
	s.Helper()
	s.n++
	s.write(func(tx *db.Tx) error {
		_, err := s.ledger.PutCosts(s.Context(), tx, s.now(), []ledger.CostRow{{
			Key: "cost " + strconv.Itoa(s.n), FromDay: from, ToDay: to, Channel: channel, Source: source, Campaign: campaign,
			Amount: money.Amount{Minor: cents(amount), Currency: c},
		}})
		return err
	})
}

func (s *shop) rate(day, rate string, c money.Currency) {
	s.Helper()
	s.write(func(tx *db.Tx) error {
		return s.ledger.SetRates(s.Context(), tx, ledger.Rate{Base: "EUR", Currency: c, Day: day, Rate: rate})
	})
}

// fieldOf gives a contact or a deal a value in a field of the workspace's own.
func (s *shop) fieldOf(entity field.Entity, record id.ID, name, value string) {
	s.Helper()
	s.write(func(tx *db.Tx) error {
		fields, err := s.fields.Ensure(s.Context(), tx, entity, []string{name})
		if err != nil {
			return err
		}
		v, err := fields[0].Parse(record, value)
		if err != nil {
			return err
		}
		_, err = s.fields.PutAll(s.Context(), tx, []field.Value{v}, true)
		return err
	})
}

func (s *shop) removesDeal(key string) {
	s.Helper()
	s.write(func(tx *db.Tx) error {
		_, err := s.deals.UndoAll(s.Context(), tx, s.now(), []change.Undo{{ID: s.dealIDs[key], Created: true}})
		return err
	})
}

func (s *shop) retract(touch id.ID) {
	s.Helper()
	s.write(func(tx *db.Tx) error { return s.journey.Retract(s.Context(), tx, []id.ID{touch}) })
}

func (s *shop) restore(touch id.ID) {
	s.Helper()
	s.write(func(tx *db.Tx) error { return s.journey.Restore(s.Context(), tx, []id.ID{touch}) })
}

// move gives a touch to a person.
func (s *shop) move(to string, touch id.ID) {
	s.Helper()
	person := s.person(to)
	s.write(func(tx *db.Tx) error { return s.journey.Move(s.Context(), tx, []id.ID{touch}, person) })
}

// cents reads an amount of major units with two decimals.
func cents(text string) int64 {
	minor, err := money.ParseDecimal(text, "EUR")
	if err != nil {
		panic(err)
	}
	return minor
}

// credit is the attribution that the query asks for; by channel, won and linear unless it says otherwise.
func (s *shop) credit(q report.AttributionQuery) report.Attributed {
	s.Helper()
	r, err := s.reports.Attribution(s.Context(), s.place, q)
	if err != nil {
		s.Fatal(err)
	}
	return r
}

// wantCredit compares who earned what: a line for each key, "KEY CONVERSIONS VALUE", by value.
func (s *shop) wantCredit(q report.AttributionQuery, want ...string) {
	s.Helper()
	r := s.credit(q)
	got := make([]string, 0, len(r.Rows))
	for _, row := range r.Rows {
		got = append(got, fmt.Sprintf("%s %s %s", row.Key, short(row.Conversions), row.Value))
	}
	same(s.T, fmt.Sprintf("%s %s", r.Model, r.Conversion), got, want)
}

func (s *shop) wantFunnel(q report.FunnelQuery, want ...string) {
	s.Helper()
	r, err := s.reports.Funnel(s.Context(), s.place, q)
	if err != nil {
		s.Fatal(err)
	}
	line := func(key string, f report.FunnelRow) string {
		return fmt.Sprintf("%s: %d contacts, %d deals = %d+%d+%d, %s %s", key, f.Contacts, f.Deals, f.Open, f.Won, f.Lost, f.AmountWon, f.Paid)
	}
	var got []string
	for _, f := range r.Rows {
		got = append(got, line(f.Key, f))
	}
	same(s.T, "funnel by "+q.By, append(got, line("total", r.Total)), want)
}

func (s *shop) cycle(q report.CycleQuery) report.Cycle {
	s.Helper()
	r, err := s.reports.Cycle(s.Context(), s.place, q)
	if err != nil {
		s.Fatal(err)
	}
	return r
}

func (s *shop) quality() report.Quality {
	s.Helper()
	q, err := s.reports.Quality(s.Context(), s.place)
	if err != nil {
		s.Fatal(err)
	}
	return q
}

func same(t *testing.T, what string, got, want []string) {
	t.Helper()
	if g, w := strings.Join(got, "\n\t"), strings.Join(want, "\n\t"); g != w {
		t.Errorf("%s: got\n\t%s\nwant\n\t%s", what, g, w)
	}
}

// short is a number with up to four decimals.
func short(f float64) string {
	return strings.TrimRight(strings.TrimRight(strconv.FormatFloat(f, 'f', 4, 64), "0"), ".")
}

// shown is a figure that may be missing.
func shown(f *float64) string {
	if f == nil {
		return "none"
	}
	return short(*f)
}

var (
	won  = report.AttributionQuery{Conversion: "won"}
	paid = report.AttributionQuery{Conversion: "paid"}
)

func by(q report.AttributionQuery, key string) report.AttributionQuery {
	q.By = key
	return q
}

func model(q report.AttributionQuery, name string) report.AttributionQuery {
	q.Model = name
	return q
}
