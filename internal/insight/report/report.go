// Package report answers what the business asks of the journey and the ledger: where people came from, how long they took, which work
// brought the money, and what is missing from the picture.
//
// Its definitions (ARCHITECTURE.md, "What every figure depends on"): a first touch comes from the person or from someone in front of them; credit needs a channel
// besides; a touch earns only what was committed after it; a commitment takes the touches since the one before, or, if there are none,
// the same again. Money is shown in the workspace's currency; where a day has no rate it stands in a row of its own. An absent value is
// the key "", and money that no touch led to is a row of the total. Reports read everything and write nothing but the feed.
package report

import (
	"context"
	"fmt"
	"math"
	"time"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/id"
	"tandem/internal/insight/feed"
	"tandem/internal/ledger"
	"tandem/internal/money"
)

// Service makes reports.
type Service struct {
	db     *db.DB
	ledger *ledger.Service
	shelf  *shelf
}

// New is a service that reads d.
func New(d *db.DB, l *ledger.Service) *Service { return &Service{d, l, newShelf()} }

// Period is whole days in the workspace's zone, both included, as YYYY-MM-DD; "" is no limit.
type Period struct {
	From string `json:"from,omitempty"`
	To   string `json:"to,omitempty"`
}

// Place is the workspace that a report is of.
type Place struct {
	Workspace id.Workspace
	Currency  money.Currency
	Zone      *time.Location
}

// span is a period as instants: from is included, to is not.
type span struct {
	from, to clock.Micros
	limited  bool
}

func (p Period) span(zone *time.Location) (span, error) {
	s := span{from: math.MinInt64, to: math.MaxInt64, limited: p != Period{}}
	if p.From != "" {
		day, err := parseDay(p.From)
		if err != nil {
			return s, err
		}
		s.from = beginning(day, zone)
	}
	if p.To != "" {
		day, err := parseDay(p.To)
		if err != nil {
			return s, err
		}
		s.to = beginning(day.AddDate(0, 0, 1), zone)
	}
	if p.From != "" && p.To != "" && p.From > p.To {
		return s, fault.Usagef("the period ends on %s, before it begins on %s", p.To, p.From)
	}
	return s, nil
}

func parseDay(text string) (time.Time, error) {
	day, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return day, fault.Usagef("%q is no day", text).WithMend("write it as YYYY-MM-DD")
	}
	return day, nil
}

// beginning is the first instant of a day in a zone.
func beginning(day time.Time, zone *time.Location) clock.Micros {
	t := time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, zone)
	if t.Day() != day.Day() {
		// the clocks went forward at midnight: the day begins when they did
		_, t = t.ZoneBounds()
	}
	return clock.Of(t)
}

func (s span) holds(at clock.Micros) bool { return at >= s.from && at < s.to }

// Sum is money in a report: a decimal text in major units of the report's currency.
type Sum struct {
	Minor    int64
	Currency money.Currency
}

// MarshalText is the sum as a decimal number.
func (s Sum) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// String is the sum as a decimal number.
func (s Sum) String() string { return money.FormatMinor(s.Minor, s.Currency) }

// Elsewhere is money in a currency for whose days there is no rate. It is in no other figure.
type Elsewhere struct {
	Currency money.Currency `json:"currency"`
	Deals    int            `json:"deals,omitempty"`
	Won      Sum            `json:"amount_won"`
	Payments int            `json:"payments,omitempty"`
	Paid     Sum            `json:"paid"`
	Spend    Sum            `json:"spend"`
}

func (e *Elsewhere) spend(minor int64) { e.Spend.Minor += minor }

// book is everything that a report reads. Once read it is not changed: reports that run at the same time share it.
type book struct {
	state     state
	place     Place
	feed      *feed.Feed
	deals     []dealFacts
	payments  []paymentFacts
	people    []person // by id
	contacts  int
	converter *ledger.Converter
	elsewhere map[money.Currency]*Elsewhere
	dealAt    map[id.ID]int
	firsts    map[id.ID]int // the place of each contact's first touch in the feed
	ordered   map[id.ID][]clock.Micros
	sold      []order
	answers   *answers
}

type dealFacts struct {
	ID       id.ID          `db:"id"`
	Contact  id.ID          `db:"contact_id"`
	Status   string         `db:"status"`
	Amount   int64          `db:"amount"`
	Currency money.Currency `db:"currency"`
	Owner    string         `db:"owner"`
	Created  clock.Micros   `db:"created_at"`
	Closed   clock.Micros   `db:"closed_at"`

	won     int64 // in the report's currency, 0 if it is not won or has no rate
	unrated bool  // it is won and has no rate
}

type paymentFacts struct {
	ID       id.ID          `db:"id"`
	Contact  id.ID          `db:"contact_id"` // the deal's, where the payment names none
	Deal     id.ID          `db:"deal_id"`
	At       clock.Micros   `db:"at"`
	Refund   bool           `db:"refund"`
	Amount   int64          `db:"amount"`
	Currency money.Currency `db:"currency"`

	paid    int64 // in the report's currency, a refund below zero; 0 if it has no rate
	unrated bool
}

// signed is the amount, a refund below zero.
func (p *paymentFacts) signed() int64 {
	if p.Refund {
		return -p.Amount
	}
	return p.Amount
}

const (
	won  = "won"
	lost = "lost"
)

// open brings the feed up to date and runs do with the book, in the snapshot that the book stands for.
func (s *Service) open(ctx context.Context, p Place, do func(*db.Tx, *book) error) error {
	if err := feed.CatchUp(ctx, s.db, p.Workspace); err != nil {
		return err
	}
	return s.db.Read(ctx, p.Workspace, func(tx *db.Tx) error {
		now, err := readState(ctx, tx)
		if err != nil {
			return err
		}
		key := shelfKey{p.Workspace, p.Currency, p.Zone.String()}
		b, err := s.shelf.take(ctx, key, now, func() (*book, error) { return s.read(ctx, tx, p) })
		if err != nil {
			return err
		}
		return do(tx, b.reading())
	})
}

// reading is the book for one report, which may add to the money that stands elsewhere.
func (b *book) reading() *book {
	one := *b
	one.elsewhere = make(map[money.Currency]*Elsewhere, len(b.elsewhere))
	for c, e := range b.elsewhere {
		own := *e
		one.elsewhere[c] = &own
	}
	return &one
}

// size is about how much memory the book takes, in bytes.
func (b *book) size() int64 {
	return int64(b.feed.Len())*53 + int64(len(b.people))*88 + int64(len(b.deals))*180 + int64(len(b.payments))*130 + int64(len(b.sold))*56 + 1<<16
}

func (s *Service) read(ctx context.Context, tx *db.Tx, p Place) (*book, error) {
	b := s.blank(p)
	var err error
	if b.feed, err = feed.Load(ctx, tx); err != nil {
		return nil, err
	}
	if b.converter, err = s.ledger.Converter(ctx, tx, p.Currency); err != nil {
		return nil, err
	}
	if b.deals, err = db.All[dealFacts](ctx, tx, `SELECT `+dealColumns+` FROM deal
		WHERE workspace_id = $1 AND removed_at IS NULL ORDER BY created_at, id`, p.Workspace); err != nil {
		return nil, fmt.Errorf("read the deals: %w", err)
	}
	if b.payments, err = db.All[paymentFacts](ctx, tx, `SELECT `+paymentColumns+` FROM payment
		WHERE workspace_id = $1 AND removed_at IS NULL ORDER BY at, refund, id`, p.Workspace); err != nil {
		return nil, fmt.Errorf("read the payments: %w", err)
	}
	b.convert()
	return b, b.readPeople(ctx, tx, 0)
}

func (s *Service) blank(p Place) *book {
	return &book{place: p, elsewhere: map[money.Currency]*Elsewhere{}, dealAt: map[id.ID]int{}, answers: &answers{}}
}

const (
	dealColumns    = `id, contact_id, status, amount, currency, owner, created_at, closed_at`
	paymentColumns = `id, contact_id, deal_id, at, CASE WHEN kind = 'refund' THEN 1 ELSE 0 END AS refund, amount, currency`
)

// convert turns all money into the report's currency, each sum by the rate of its day.
func (b *book) convert() {
	for i := range b.deals {
		d := &b.deals[i]
		b.dealAt[d.ID] = i
		if d.Status != won || d.Amount == 0 {
			continue
		}
		minor, ok := b.in(d.Amount, d.Currency, d.Closed)
		d.won, d.unrated = minor, !ok
		if !ok {
			e := b.other(d.Currency)
			e.Deals++
			e.Won.Minor += d.Amount
		}
	}
	for i := range b.payments {
		p := &b.payments[i]
		if at, ok := b.dealAt[p.Deal]; ok && p.Contact == 0 {
			p.Contact = b.deals[at].Contact
		}
		if p.Amount == 0 {
			continue
		}
		signed := p.signed()
		minor, ok := b.in(signed, p.Currency, p.At)
		p.paid, p.unrated = minor, !ok
		if !ok {
			e := b.other(p.Currency)
			e.Payments++
			e.Paid.Minor += signed
		}
	}
	b.ordered = b.orders()
	b.sold = b.sales()
}

func (b *book) in(minor int64, c money.Currency, at clock.Micros) (int64, bool) {
	if c == b.place.Currency {
		return minor, true
	}
	return b.converter.Convert(money.Amount{Minor: minor, Currency: c}, at.Day(b.place.Zone))
}

func (b *book) other(c money.Currency) *Elsewhere {
	e := b.elsewhere[c]
	if e == nil {
		e = &Elsewhere{Currency: c, Won: Sum{0, c}, Paid: Sum{0, c}, Spend: Sum{0, c}}
		b.elsewhere[c] = e
	}
	return e
}

func (b *book) sum(minor int64) Sum { return Sum{minor, b.place.Currency} }

// rate is won ÷ (won + lost), nil under one of them.
func rate(won, lost int) *float64 {
	if won+lost == 0 {
		return nil
	}
	r := float64(won) / float64(won+lost)
	return &r
}
