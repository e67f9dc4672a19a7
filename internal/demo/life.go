package demo

import (
	"fmt"
	"time"

	"tandem/internal/clock"
	"tandem/internal/id"
	"tandem/internal/journey"
	"tandem/internal/people/consent"
	"tandem/internal/people/contact"
	"tandem/internal/sales/deal"
	"tandem/internal/sales/payment"
	"tandem/internal/text"
)

// life is one person with everything that happened to them, still without ids.
type life struct {
	c        chance
	now      time.Time
	crew     crew
	from     source
	campaign string
	firm     bool
	works    firm // where they work, if they come for a firm
	owner    colleague

	row     contact.Row
	km      int
	touches []journey.Touch
	said    []consent.Consent
	sales   []sale
	glad    bool // they bought and are happy: they may tell others
}

// sale is a deal with what was paid for it.
type sale struct {
	row      deal.Row
	payments []payment.Row
}

// live is the life of a number.
func (m *maker) live(number int) life {
	c := chanceOf(number)
	l := life{c: c, now: m.now, crew: m.crew, from: pick(c, sources())}
	l.firm = c.is(l.from.firms)
	l.works = firmOf((number + 3) / 4) // up to four people of one firm
	l.owner = l.lookedAfter()
	l.born(number, m.cast)
	at := c.awake(c.year(m.now.Add(-4 * time.Hour)))
	if l.from.kind == journey.Visit {
		at = c.agreed(at, true)
	}
	l.first(at)
	l.read(at)
	if c.is(l.from.lead) {
		l.ask(number, c.awake(l.ripe(at)))
	}
	l.letters(at)
	l.settle(at)
	return l
}

// pick is one of the sources, by their weights.
func pick(c chance, all []source) source {
	luck := c.Float64()
	for _, s := range all {
		if luck -= s.weight; luck < 0 {
			return s
		}
	}
	return all[0]
}

func (l *life) lookedAfter() colleague {
	switch {
	case l.firm:
		return l.works.owner
	case l.c.is(.65):
		return jonas
	}
	return lotte
}

// ripe is when they ask: most within days of hearing of us, some after months.
func (l *life) ripe(heard time.Time) time.Time {
	if l.c.is(.2) {
		return l.c.after(heard, 25*day, 170*day)
	}
	return l.c.after(heard, 2*time.Minute, 16*day)
}

// born says who they are. Nobody bears the name of one of the cast.
func (l *life) born(number int, cast map[string]bool) {
	first, last := from(l.c, firstNames), from(l.c, lastNames)
	for cast[first+" "+last] {
		last = from(l.c, lastNames)
	}
	t := from(l.c, towns)
	if l.firm {
		t = l.works.town
	}
	l.km = t.km + l.c.IntN(4)
	l.row = contact.Row{
		External: fmt.Sprintf("AC-%06d", number), FirstName: first, LastName: last, Language: "nl",
		Place: contact.Place{Street: l.c.street(), City: t.name, PostalCode: t.postal, Country: t.country},
	}
	if t.country == "FR" {
		l.row.Language = "fr"
	}
	domain := "post.example"
	if l.firm {
		domain = l.works.domain
		l.row.Company, l.row.Domain, l.row.Title = l.works.name, domain, from(l.c, jobs)
		l.row.Place.Street = l.works.street
		l.row.Tags = append(l.row.Tags, tagged("shop"))
	}
	address := fmt.Sprintf("%s.%d@%s", plain(first), number, domain)
	if key, ok := text.EmailKey(address); ok {
		l.row.Emails = []contact.Email{{Key: key, Shown: address}}
	}
	if l.c.is(.6) {
		l.row.Phones = phone(fmt.Sprintf("400%06d", number))
	}
}

// phone is a Belgian number that nobody has: no network begins so.
func phone(digits string) []contact.Phone {
	shown := fmt.Sprintf("+32 %s %s %s %s", digits[:3], digits[3:5], digits[5:7], digits[7:])
	return []contact.Phone{{Key: "+32" + digits, Shown: shown}}
}

func tagged(word string) contact.Tag { return contact.Tag{Key: text.Key(word), Shown: word} }

// happen adds a touch, unless it lies ahead.
func (l *life) happen(at time.Time, t journey.Touch) bool {
	if !at.Before(l.now) {
		return false
	}
	t.At = clock.Of(at)
	l.touches = append(l.touches, t)
	return true
}

// first is how they came.
func (l *life) first(at time.Time) {
	if len(l.from.campaigns) > 0 {
		l.campaign = from(l.c, fitting(l.from.campaigns, l.firm, at.Month()))
	}
	t := journey.Touch{Kind: l.from.kind, Source: l.from.name, Medium: l.from.medium, Campaign: l.campaign}
	if len(l.from.pages) > 0 {
		t.Page = from(l.c, l.pages())
	}
	if len(l.from.notes) > 0 {
		t.Note = from(l.c, l.from.notes)
	}
	if l.from.kind == journey.Visit {
		t.User = l.crew.of(tom).User
	}
	l.happen(at, t)
}

// read is what they looked at, on that day and on later ones.
func (l *life) read(at time.Time) {
	least, most := 1, 4
	if l.from.told { // who was told knows what they want
		least, most = 0, 2
	}
	for range least + l.c.IntN(most) {
		at = l.c.awake(l.c.after(at, time.Minute, 12*24*time.Hour))
		l.happen(at, l.session())
	}
}

// session is a visit to the site by somebody who has come before: mostly by the same way, or by searching for what they remember.
func (l *life) session() journey.Touch {
	t := journey.Touch{Kind: journey.PageView, Source: "google", Medium: "organic", Page: from(l.c, sitePages)}
	switch luck := l.c.Float64(); {
	case luck < .5 && l.from.medium != "":
		t.Source, t.Medium, t.Campaign = l.from.name, l.from.medium, l.campaign
		if l.from.kind == journey.AdClick {
			t.Kind = journey.AdClick
		}
	case luck > .8:
		t.Source, t.Medium = "(direct)", "(none)"
	}
	return t
}

// ask is the form that makes a lead of somebody, and what comes of it.
func (l *life) ask(number int, at time.Time) {
	if at.After(l.now.Add(-4 * time.Hour)) { // who asked this morning is written by hand
		return
	}
	form := l.session()
	form.Kind, form.Page, form.Note = journey.FormSubmitted, from(l.c, l.words().forms), "Asked for "+from(l.c, l.words().asks)
	l.happen(at, form)
	l.row.Lifecycle, l.row.CreatedAt, l.row.Owner = contact.Lead, clock.Of(at), l.owner.name
	l.consents(at)
	by := l.crew.of(l.owner).User
	called := l.c.after(at, 8*time.Minute, 100*time.Minute)
	if keen := called.Hour() >= 8 && called.Hour() < 20 && called.Weekday() != time.Sunday; !keen || l.c.is(.8) {
		called = l.c.office(called)
	}
	call := journey.Touch{Kind: journey.Call, Note: from(l.c, l.words().calls), User: by}
	if !l.happen(called, call) {
		l.happen(l.c.after(l.now.Add(-3*time.Hour), time.Minute, 150*time.Minute), call)
		return
	}
	if l.c.is(.35) {
		l.row.Lifecycle = contact.MQL
	}
	if l.c.is(.2) {
		l.happen(called.Add(9*time.Minute), journey.Touch{Kind: journey.Note, Note: from(l.c, l.words().pen), User: by})
	}
	if l.c.is(l.from.deal) {
		l.sell(number, called)
	}
}

// consents is what they said to our writing to them.
func (l *life) consents(at time.Time) {
	if !l.c.is(.72) {
		return
	}
	yes := consent.Consent{Purpose: consent.Marketing, Channel: consent.Email, State: consent.Granted, At: clock.Of(at), Source: "form", Proof: "Ticked “Write to me about cargo bikes, once a month at most”"}
	l.said = append(l.said, yes)
	if later := l.c.after(at, 30*24*time.Hour, 300*24*time.Hour); l.c.is(.07) && later.Before(l.now) {
		l.said = append(l.said, consent.Consent{Purpose: consent.Marketing, Channel: consent.Email, State: consent.Refused, At: clock.Of(later), Source: "unsubscribe link", Proof: "One click under the letter"})
	}
}

// letters are the monthly ones, to those who agreed or came by one.
func (l *life) letters(at time.Time) {
	if len(l.said) == 0 && l.from.medium != "email" && !l.c.is(.25) {
		return
	}
	eager := l.c.Float64()
	month := time.Date(at.Year(), at.Month()+1, 3, 7, 30, 0, 0, at.Location())
	for ; month.Before(l.now); month = month.AddDate(0, 1, 0) {
		l.happen(month, journey.Touch{Kind: journey.EmailSent, Source: "newsletter", Medium: "email", Campaign: letter})
		if !l.c.is(.2 + .5*eager) {
			continue
		}
		opened := l.c.awake(l.c.after(month, time.Minute, 50*time.Hour))
		if opened.Before(month) {
			opened = month.Add(20 * time.Minute)
		}
		l.happen(opened, journey.Touch{Kind: journey.EmailOpened, Source: "newsletter", Medium: "email", Campaign: letter, Machine: l.c.is(.15)})
		if l.row.Lifecycle == contact.Customer && l.c.is(.03) {
			l.happen(opened.Add(4*time.Minute), journey.Touch{Kind: journey.EmailReplied, Source: "newsletter", Medium: "email", Campaign: letter, Note: from(l.c, replies)})
		}
		if l.c.is(.05 + .15*eager) {
			l.happen(opened.Add(time.Minute), journey.Touch{Kind: journey.EmailClicked, Source: "newsletter", Medium: "email", Campaign: letter, Page: from(l.c, sitePages)})
		}
	}
}

// settle is what is true of them by now.
func (l *life) settle(at time.Time) {
	if l.row.CreatedAt == 0 {
		l.row.CreatedAt = clock.Of(at)
		l.row.Lifecycle = contact.Subscriber
		if l.firm {
			l.row.Owner = ines.name
		}
	}
}

// of gives everything its person, and what is sold to a firm the firm.
func (l *life) of(person, firm id.ID) {
	for i := range l.touches {
		l.touches[i].ContactID = person
	}
	for i := range l.said {
		l.said[i].ContactID = person
	}
	for s := range l.sales {
		l.sales[s].row.Contact = person
		if l.firm {
			l.sales[s].row.Company = firm
		}
		for p := range l.sales[s].payments {
			l.sales[s].payments[p].Contact = person
		}
	}
}
