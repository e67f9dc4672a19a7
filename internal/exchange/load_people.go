package exchange

import (
	"context"
	"strings"

	"tandem/internal/change"
	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/exchange/value"
	"tandem/internal/fault"
	"tandem/internal/journey"
	"tandem/internal/people/consent"
	"tandem/internal/people/contact"
)

// contactLoader puts people.
type contactLoader struct {
	s        *Service
	o        Options
	own      ownFields
	rows     []contact.Row
	consents []consentOf
	notes    []noteOf
}

// noteOf is what a row says of somebody in words.
type noteOf struct {
	row  int
	at   clock.Micros
	text string
}

type consentOf struct {
	row   int
	state consent.State
	at    clock.Micros
}

func (l *contactLoader) prepare(ctx context.Context, tx *db.Tx) error { return l.own.prepare(ctx, tx) }

func (l *contactLoader) clear() {
	l.rows, l.consents, l.notes = l.rows[:0], l.consents[:0], l.notes[:0]
	l.own.clear()
}

func (l *contactLoader) add(c *cells) {
	r := contact.Row{
		External: c.text("external_id"), Emails: append(emails(c, "email"), emails(c, "more_emails")...),
		Phones:    append(phones(c, "phone", l.o.Region), phones(c, "more_phones", l.o.Region)...),
		FirstName: c.text("first_name"), LastName: c.text("last_name"), Name: c.text("name"), Title: c.text("title"),
		Company: c.text("company"), Domain: c.text("company_domain"), Place: place(c), Language: c.text("language"),
		Lifecycle: contact.ParseLifecycle(c.text("lifecycle")), Owner: c.text("owner"), CreatedAt: c.time("created_at"), Tags: tags(c),
		Channel: c.text("channel"), Source: c.text("source"), Medium: c.text("medium"), Campaign: c.text("campaign"),
	}
	if stage := c.text("lifecycle"); r.Lifecycle == "" && stage != "" && !strings.EqualFold(stage, "other") { // HubSpot's "Other" is none of them
		c.fail("lifecycle", fault.Invalidf("is no lifecycle stage").
			WithMend("write subscriber, lead, mql, sql, opportunity, customer or evangelist"))
	}
	if !r.Identified() && len(c.problems) == 0 {
		c.fail("email", fault.Invalidf("nothing says who this is").WithMend("a person needs an email, a phone or a number in another program"))
	}
	i := len(l.rows)
	l.consent(c, i)
	l.own.add(c, i)
	if len(c.problems) > 0 {
		l.drop(i)
		return
	}
	l.rows = append(l.rows, r)
	if c.text("note") != "" {
		l.notes = append(l.notes, noteOf{i, r.CreatedAt, c.text("note")})
	}
}

// drop forgets what was read of a row that turned out to have a problem.
func (l *contactLoader) drop(i int) {
	if n := len(l.consents); n > 0 && l.consents[n-1].row == i {
		l.consents = l.consents[:n-1]
	}
	l.own.drop(i)
}

func (f *ownFields) drop(i int) {
	for n := len(f.batch); n > 0 && f.batch[n-1].row == i; n-- {
		f.batch = f.batch[:n-1]
	}
}

// consent reads what somebody has said about being emailed. A refusal counts, whatever else the row says; in a file that only says when somebody
// allowed it, as Mailchimp's do, everybody with a time did.
func (l *contactLoader) consent(c *cells, i int) {
	said, at := c.text("consent_email"), c.time("consent_at")
	if refused, when := unsubscribed(c); refused {
		l.consents = append(l.consents, consentOf{i, consent.Refused, max(at, when)})
		return
	}
	if said == "" {
		if at != 0 && !c.has("consent_email") {
			l.consents = append(l.consents, consentOf{i, consent.Granted, at})
		}
		return
	}
	yes, ok := value.Answer(said)
	if !ok {
		c.fail("consent_email", fault.Invalidf("is neither yes nor no"))
		return
	}
	state := consent.Refused
	if yes {
		state = consent.Granted
	}
	l.consents = append(l.consents, consentOf{i, state, at})
}

// unsubscribed reads whether somebody wants no emails: yes or no, the state that a newsletter program says, or the time when they said so.
func unsubscribed(c *cells) (refused bool, when clock.Micros) {
	said := c.text("unsubscribed")
	switch strings.ToLower(said) {
	case "", "subscribed", "enabled", "active", "confirmed":
		return false, 0
	case "unsubscribed", "blocklisted", "disabled", "cleaned", "bounced", "complained", "opted out", "opted-out":
		return true, 0
	}
	if yes, ok := value.Answer(said); ok {
		return yes, 0
	}
	when, _, err := c.read.times.Parse(said)
	if err != nil {
		c.fail("unsubscribed", fault.Invalidf("is neither yes, no nor a time"))
	}
	return err == nil, when
}

func (l *contactLoader) put(ctx context.Context, tx *db.Tx, b *batch) ([]change.Put, error) {
	result, err := l.s.Contacts.PutAll(ctx, tx, l.rows, contact.Options{System: l.o.System, Overwrite: l.o.Overwrite, ImportID: b.run.ID})
	if err != nil {
		return nil, err
	}
	for _, company := range result.Companies {
		b.note(0, string(Companies), company, nil, nil)
	}
	if err := l.own.put(ctx, tx, b, result.Puts, l.o.Overwrite); err != nil {
		return nil, err
	}
	if err := l.putNotes(ctx, tx, b, result.Puts); err != nil {
		return nil, err
	}
	return result.Puts, l.putConsents(ctx, tx, b, result.Puts)
}

// putNotes writes on people's journeys what their rows say in words: once, however often the file comes.
func (l *contactLoader) putNotes(ctx context.Context, tx *db.Tx, b *batch, puts []change.Put) error {
	touches := make([]journey.Touch, len(l.notes))
	for i, n := range l.notes {
		of := puts[n.row].ID
		if n.at == 0 {
			n.at = clock.Of(l.s.Clock.Now())
		}
		touches[i] = journey.Touch{Key: hashKey(hashed("note\x00"+of.String()+"\x00"+n.text), 0), At: n.at, Kind: journey.Note, Note: n.text, ContactID: of, ImportID: b.run.ID}
	}
	made, err := l.s.putTouches(ctx, tx, touches)
	for i, put := range made {
		also(b, puts, l.notes[i].row, string(Touches), put)
	}
	return err
}

func (l *contactLoader) putConsents(ctx context.Context, tx *db.Tx, b *batch, puts []change.Put) error {
	said := make([]consent.Consent, len(l.consents))
	for i, c := range l.consents {
		said[i] = consent.Consent{
			ContactID: puts[c.row].ID, Purpose: consent.Marketing, Channel: consent.Email, State: c.state, At: c.at,
			Source: "import", Proof: b.run.File,
		}
	}
	made, err := l.s.Consents.PutAll(ctx, tx, said)
	if err != nil {
		return err
	}
	for i, one := range made {
		if one != 0 {
			also(b, puts, l.consents[i].row, consentEntity, change.Put{ID: one, Outcome: change.Created})
		}
	}
	return nil
}

// companyLoader puts businesses.
type companyLoader struct {
	s    *Service
	o    Options
	own  ownFields
	rows []contact.CompanyRow
}

func (l *companyLoader) prepare(ctx context.Context, tx *db.Tx) error { return l.own.prepare(ctx, tx) }

func (l *companyLoader) clear() {
	l.rows = l.rows[:0]
	l.own.clear()
}

func (l *companyLoader) add(c *cells) {
	r := contact.CompanyRow{
		External: c.text("external_id"), Name: c.text("name"), Domain: c.text("domain"),
		Phones: append(phones(c, "phone", l.o.Region), phones(c, "more_phones", l.o.Region)...),
		Place:  place(c), Owner: c.text("owner"), CreatedAt: c.time("created_at"), Tags: tags(c),
	}
	if !r.Identified() {
		c.fail("name", fault.Invalidf("nothing says which company this is").WithMend("a company needs an external id, a name or a domain"))
	}
	i := len(l.rows)
	l.own.add(c, i)
	if len(c.problems) == 0 {
		l.rows = append(l.rows, r)
		return
	}
	l.own.drop(i)
}

func (l *companyLoader) put(ctx context.Context, tx *db.Tx, b *batch) ([]change.Put, error) {
	puts, err := l.s.Contacts.PutCompanies(ctx, tx, l.rows, contact.Options{System: l.o.System, Overwrite: l.o.Overwrite, ImportID: b.run.ID})
	if err != nil {
		return nil, err
	}
	return puts, l.own.put(ctx, tx, b, puts, l.o.Overwrite)
}
