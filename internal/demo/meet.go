package demo

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/id"
	"tandem/internal/journey"
	"tandem/internal/people/consent"
	"tandem/internal/people/contact"
	"tandem/internal/sales/activity"
	"tandem/internal/sales/deal"
	"tandem/internal/sales/payment"
)

// meet writes the people down who are written by hand, with what is planned with them.
func (m *maker) meet(ctx context.Context) error {
	figures := cast()
	lives := make([]life, len(figures))
	for i := range figures {
		lives[i] = m.played(i, &figures[i])
	}
	if err := m.settleIn(ctx, lives); err != nil {
		return fmt.Errorf("write the people by hand: %w", err)
	}
	return m.write(ctx, func(tx *db.Tx) error {
		ids := map[string]id.ID{}
		for i := range figures {
			ids[figures[i].handle()] = lives[i].touches[0].ContactID
		}
		for i := range figures {
			if err := m.plan(ctx, tx, ids[figures[i].handle()], &figures[i]); err != nil {
				return err
			}
			if told := figures[i].told; told != "" {
				if err := m.Contacts.Relate(ctx, tx, ids[figures[i].handle()], contact.ToldBy, ids[told]); err != nil {
					return err
				}
			}
		}
		return m.notes(ctx, tx, ids)
	})
}

// handle is what stands before the @ of an address.
func (f *figure) handle() string {
	return plain(f.first) + "." + plain(f.last)
}

// played is a figure as a life.
func (m *maker) played(number int, f *figure) life {
	l := life{c: chanceOf(-10 - number), now: m.now, crew: m.crew, owner: f.owner, firm: f.company != "", km: f.km}
	l.works = worksFor(number, f)
	address := f.handle() + "@" + cmp.Or(l.works.domain, "post.example")
	l.row = contact.Row{
		External: fmt.Sprintf("AC-H%02d", number), FirstName: f.first, LastName: f.last, Title: f.title, Company: f.company, Language: "nl", Lifecycle: f.stage, Owner: f.owner.name,
		Emails: []contact.Email{{Key: address, Shown: address}}, Phones: phone(fmt.Sprintf("400999%03d", number)), Domain: l.works.domain,
		Place: contact.Place{Street: l.works.street, City: l.works.town.name, PostalCode: l.works.town.postal, Country: l.works.town.country},
	}
	for _, word := range f.tags {
		l.row.Tags = append(l.row.Tags, tagged(word))
	}
	for _, mo := range f.story {
		m.happened(&l, mo)
	}
	for n, o := range f.deals {
		l.sales = append(l.sales, m.offered(fmt.Sprintf("D-H%02d-%d", number, n), f, o))
	}
	l.allow()
	return l
}

// worksFor is the figure's firm, or, of somebody who has none, where they live.
func worksFor(number int, f *figure) firm {
	c := chanceOf(-1000 - number)
	w := firm{name: f.company, trade: trade{name: f.trade}, owner: f.owner, street: cmp.Or(f.street, c.street())}
	for _, t := range towns {
		if t.name == f.town {
			w.town = t
		}
	}
	if f.company != "" {
		w.domain = cmp.Or(f.domain, domainOf(f.company))
	}
	return w
}

// happened adds a moment. What makes a lead of somebody is when we know them from.
func (m *maker) happened(l *life, mo moment) {
	at := mo.at(m.now)
	if mo.by != nobody {
		mo.User = m.crew.of(mo.by).User
		at = workday(at, -1, l.firm)
	}
	if !l.happen(at, mo.Touch) {
		l.happen(m.now.Add(-3*time.Hour), mo.Touch) // of today, and later than it is now
	}
	if l.row.CreatedAt == 0 || mo.Kind == journey.FormSubmitted && len(l.touches) < 4 {
		l.row.CreatedAt = clock.Of(at)
	}
}

// allow is their consent, where they wrote to us.
func (l *life) allow() {
	for _, t := range l.touches {
		if t.Kind == journey.FormSubmitted && t.At < clock.Of(l.now.Add(-12*time.Hour)) {
			l.said = []consent.Consent{{Purpose: consent.Marketing, Channel: consent.Email, State: consent.Granted, At: t.At, Source: "form", Proof: "Ticked “Write to me about cargo bikes, once a month at most”"}}
		}
	}
}

func (m *maker) offered(key string, f *figure, o offer) sale {
	noon := func(days int) clock.Micros { return clock.Of(clockOn(m.now.AddDate(0, 0, -days), "12:00")) }
	s := sale{row: deal.Row{
		Key: key, Has: whole, Name: o.name, Pipeline: pipeline, Stage: o.stage, Status: o.status, Amount: o.minor, Currency: euro, Owner: f.owner.name, CreatedAt: noon(o.opened),
	}}
	if o.decided > 0 {
		s.row.ClosedAt = clock.Of(clockOn(m.now.AddDate(0, 0, -o.decided), "18:40"))
	}
	for n, p := range o.paid {
		s.payments = append(s.payments, payment.Row{
			Key: fmt.Sprintf("%s/%d", key, n), Has: payment.HasContact | payment.HasDeal | payment.HasProduct,
			At: noon(int(p.days)), Amount: o.minor * p.share / 100, Currency: euro, Product: o.name,
		})
	}
	return s
}

// plan writes down what is to be done.
func (m *maker) plan(ctx context.Context, tx *db.Tx, person id.ID, f *figure) error {
	for _, p := range f.plans {
		by := m.crew.of(p.by)
		if p.kind != activity.Task && p.by == ines { // marketing meets people too, but a colleague of sales writes it down
			by = m.crew.of(lotte)
		}
		_, err := m.Activities.Write(ctx, tx, by, activity.Doing{
			Kind: p.kind, Contact: person, Text: p.text, Owner: p.by.name, DueAt: clock.Of(workday(p.planned(m.now), p.days, f.company != "")),
		})
		if err != nil {
			return fmt.Errorf("plan %q: %w", p.text, err)
		}
	}
	return nil
}

// notes are a few words that colleagues left, and a task of nobody's.
func (m *maker) notes(ctx context.Context, tx *db.Tx, ids map[string]id.ID) error {
	for _, n := range []struct {
		by   colleague
		kind activity.Kind
		of   string
		text string
		days int // ago, or ahead
	}{
		{mara, activity.Note, "hanne.desmet", "Likes to be called before the ovens go on, not after nine.", 2},
		{tom, activity.Note, "ilyas.demir", "Decides with his brother, who minds the vans.", 1},
		{lotte, activity.Task, "", "Order brake pads before the winter", 1},
		{mara, activity.Task, "", "Approve the letter of this month", 0},
	} {
		d := activity.Doing{Kind: n.kind, Contact: ids[n.of], Text: n.text}
		if n.kind == activity.Task {
			d.DueAt = clock.Of(plan{days: n.days, clock: "14:30"}.planned(m.now))
		} else {
			d.At = clock.Of(clockOn(m.now.AddDate(0, 0, -n.days), "11:20"))
		}
		if _, err := m.Activities.Write(ctx, tx, m.crew.of(n.by), d); err != nil {
			return fmt.Errorf("write %q: %w", n.text, err)
		}
	}
	return nil
}
