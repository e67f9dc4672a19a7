package demo

import (
	"fmt"
	"time"

	"tandem/internal/clock"
	"tandem/internal/journey"
	"tandem/internal/money"
	"tandem/internal/people/contact"
	"tandem/internal/sales/deal"
	"tandem/internal/sales/payment"
)

const (
	euro  = money.Currency("EUR")
	pound = money.Currency("GBP")
	day   = 24 * time.Hour
)

// The stages of the demo's pipeline, beside won and lost.
const (
	pipeline  = "Bikes"
	firstTalk = "First talk"
	testRide  = "Test ride"
	quoteSent = "Quote sent"
	lastTerms = "Final terms"
)

const whole = deal.HasName | deal.HasContact | deal.HasCompany | deal.HasPipeline | deal.HasStage | deal.HasStatus | deal.HasAmount | deal.HasCurrency | deal.HasOwner | deal.HasCreatedAt | deal.HasClosedAt | deal.HasLostReason

// sell is a deal, as far as it has come by now.
func (l *life) sell(number int, called time.Time) {
	opened := l.agreed(l.c.after(called, time.Hour, 7*day))
	if !opened.Before(l.now) {
		return
	}
	s := sale{row: deal.Row{
		Key: fmt.Sprintf("D-%06d-%d", number, len(l.sales)+1), Has: whole, Pipeline: pipeline, Stage: firstTalk, Status: deal.Open, Currency: euro, Owner: l.owner.name, CreatedAt: clock.Of(opened),
	}}
	l.wants(&s.row)
	if len(l.sales) == 0 {
		l.row.Lifecycle = contact.Opportunity
	}
	ride, quote, decided := l.steps(opened)
	if l.ride(ride) {
		s.row.Stage = testRide
	}
	by := l.crew.of(l.owner).User
	if l.happen(quote, journey.Touch{Kind: journey.QuoteSent, Note: s.row.Name, User: by}) {
		s.row.Stage = quoteSent
		if l.c.is(.25) {
			s.row.Stage = lastTerms
		}
	}
	if decided.Before(l.now) {
		l.decide(&s, decided)
	}
	l.sales = append(l.sales, s)
	if s.row.Status == deal.Won && l.c.is(.16) {
		l.again(number, decided)
	}
}

// again is that they want more, after a while.
func (l *life) again(number int, won time.Time) {
	called := l.agreed(l.c.after(won, 40*day, 240*day))
	if l.happen(called, journey.Touch{Kind: journey.Call, Note: from(l.c, l.words().again), User: l.crew.of(l.owner).User}) {
		l.sell(number, called)
	}
}

// steps are when they ride, read the quote, and decide. Firms take their time.
func (l *life) steps(opened time.Time) (ride, quote, decided time.Time) {
	slow := time.Duration(1)
	if l.firm {
		slow = 2
	}
	ride = l.agreed(l.c.after(opened, day, slow*8*day))
	quote = l.agreed(l.c.after(ride, 3*time.Hour, slow*6*day))
	return ride, quote, l.agreed(l.c.after(quote, 6*time.Hour, slow*18*day))
}

func (l *life) agreed(t time.Time) time.Time { return l.c.agreed(t, l.firm) }

// wants is what they are after.
func (l *life) wants(r *deal.Row) {
	if !l.firm {
		p := from(l.c, privateProducts)
		r.Name, r.Amount = p.name, p.minor
		return
	}
	n := 1 + l.c.IntN(1+l.c.IntN(5))
	if l.c.is(.03) {
		n += 6
	}
	r.Name, r.Amount = pack.name, int64(n)*pack.minor
	if n > 1 {
		r.Name = fmt.Sprintf("%d × %s", n, pack.name)
	}
	if n > 3 {
		r.Amount -= r.Amount / 20
	}
	if l.c.is(.04) {
		r.Currency = pound
	}
}

// ride is the test ride of a family, or the test day of a firm.
func (l *life) ride(at time.Time) bool {
	by := l.crew.of(l.owner).User
	if !l.firm {
		return l.happen(at, journey.Touch{Kind: journey.Meeting, Note: from(l.c, rideNotes), User: by})
	}
	if !l.happen(at, journey.Touch{Kind: journey.Visit, Note: from(l.c, dayNotes), User: by}) {
		return false
	}
	if l.c.is(.5) {
		l.happen(l.agreed(at.Add(2*day)), journey.Touch{Kind: journey.Meeting, Note: from(l.c, meetNotes), User: by})
	}
	return true
}

// decide closes the deal.
func (l *life) decide(s *sale, at time.Time) {
	s.row.ClosedAt = clock.Of(at)
	if !l.c.is(l.from.wins) {
		s.row.Status, s.row.Stage, s.row.LostReason = deal.Lost, "Lost", from(l.c, l.words().lost)
		if len(l.sales) == 0 {
			l.row.Lifecycle = contact.SQL
		}
		return
	}
	s.row.Status, s.row.Stage = deal.Won, "Won"
	l.happen(at.Add(-time.Minute), journey.Touch{Kind: journey.QuoteAccepted, Note: s.row.Name})
	l.row.Lifecycle = contact.Customer
	if len(l.sales) == 0 {
		l.row.Tags = append(l.row.Tags, tagged("rides Alder"))
	}
	l.pay(s, at)
}

// pay is the money: families pay when they fetch the bike, firms a deposit and the rest. Some money comes back, some is still to come.
func (l *life) pay(s *sale, won time.Time) {
	parts := []struct {
		share int64
		at    time.Time
	}{{100, l.agreed(l.c.after(won, day, 14*day))}}
	if l.firm {
		parts[0].share = 30
		parts = append(parts, struct {
			share int64
			at    time.Time
		}{70, l.agreed(l.c.after(won, 25*day, 60*day))})
	}
	for i, part := range parts {
		s.paid(fmt.Sprintf("%s/%d", s.row.Key, i+1), part.at, s.row.Amount*part.share/100, s.row.Name, l.now)
	}
	last := parts[len(parts)-1].at
	if back := l.agreed(last.Add(12 * day)); l.c.is(.03) {
		s.paid(s.row.Key+"/R", back, -s.row.Amount/2, s.row.Name, l.now)
		return
	}
	if l.c.is(.35) {
		s.paid(s.row.Key+"/S", l.agreed(l.c.after(last, 20*day, 120*day)), servicePlan.minor, servicePlan.name, l.now)
	}
	l.glad = l.c.is(.5)
}

func (s *sale) paid(key string, at time.Time, minor int64, what string, now time.Time) {
	if !at.Before(now) {
		return
	}
	currency := s.row.Currency
	s.payments = append(s.payments, payment.Row{
		Key: key, Has: payment.HasContact | payment.HasDeal | payment.HasProduct, At: clock.Of(at), Amount: minor, Currency: currency, Product: what,
	})
}
