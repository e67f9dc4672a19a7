// Package consent holds what people have allowed us, by purpose and channel, each with its proof.
//
// The record only grows; the newest row of a purpose and channel is what holds. A refusal is final until the person themselves consents anew,
// so a consent without a time of its own, or one older than the refusal, changes nothing. Without any row nothing is allowed.
package consent

import (
	"context"
	"fmt"
	"slices"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/id"
	"tandem/internal/journey"
)

// State is what a person said.
type State string

// The states.
const (
	Granted State = "granted"
	Refused State = "refused"
)

// Marketing is the purpose of everything we send unasked.
const Marketing = "marketing"

// Email is the channel of mail.
const Email = "email"

// Kinds of the touches that consents write, of side none.
const (
	kindGranted = "consent_granted"
	kindRefused = "consent_refused"
)

// Consent is one thing a person said, and how we know (GDPR, Art. 7).
type Consent struct {
	ID         id.ID        `db:"id"`
	ContactID  id.ID        `db:"contact_id"`
	Purpose    string       `db:"purpose"`
	Channel    string       `db:"channel"`
	State      State        `db:"state"`
	At         clock.Micros `db:"at"`     // when they said it; 0 on a new row: unknown
	Source     string       `db:"source"` // where: a form, a file, the counter
	Proof      string       `db:"proof"`  // the words shown, or a reference to them
	RecordedAt clock.Micros `db:"recorded_at"`
}

// Service keeps consents.
type Service struct {
	journey *journey.Service
	clock   clock.Clock
}

// New is a service that writes its touches to j and tells the time by c.
func New(j *journey.Service, c clock.Clock) *Service { return &Service{j, c} }

type subject struct {
	contact          id.ID
	purpose, channel string
}

func (c *Consent) subject() subject { return subject{c.ContactID, c.Purpose, c.Channel} }

// PutAll writes down what people said and returns, in the order of said, the ids of the rows it made; 0 where nothing new was said or a refusal
// stands against it. At most 500.
func (s *Service) PutAll(ctx context.Context, tx *db.Tx, said []Consent) ([]id.ID, error) {
	return s.putAll(ctx, tx, 0, said)
}

// putAll is PutAll by a colleague, 0 for nobody in particular.
func (s *Service) putAll(ctx context.Context, tx *db.Tx, user id.ID, said []Consent) ([]id.ID, error) {
	standing, err := s.standing(ctx, tx, contactsOf(said))
	if err != nil {
		return nil, err
	}
	now := clock.Of(s.clock.Now())
	ids := make([]id.ID, len(said))
	var rows []Consent
	var touches []journey.Touch
	for i, c := range said {
		old, had := standing[c.subject()]
		if had && !supersedes(&c, &old) {
			continue
		}
		if c.At == 0 {
			c.At = now
		}
		c.ID, c.RecordedAt = id.New(), now
		ids[i] = c.ID
		standing[c.subject()] = c
		rows = append(rows, c)
		touches = append(touches, touchOf(&c, user))
	}
	if err := db.Insert(ctx, tx, "consent", rows...); err != nil {
		return nil, fmt.Errorf("write down consents: %w", err)
	}
	return ids, s.journey.Record(ctx, tx, touches)
}

// supersedes reports whether what is said now changes what holds.
func supersedes(said, old *Consent) bool {
	if said.State == old.State {
		return false
	}
	if old.State == Refused {
		return said.At > old.At
	}
	return said.At == 0 || said.At >= old.At
}

func touchOf(c *Consent, user id.ID) journey.Touch {
	kind := kindGranted
	if c.State == Refused {
		kind = kindRefused
	}
	return journey.Touch{
		Key: "consent:" + c.ID.String(), ContactID: c.ContactID, At: c.At, Kind: kind, Side: journey.None,
		Note: c.Purpose + ", " + c.Channel, User: user,
	}
}

func contactsOf(said []Consent) []id.ID {
	contacts := make([]id.ID, len(said))
	for i := range said {
		contacts[i] = said[i].ContactID
	}
	return contacts
}

// standing is the newest row of each purpose and channel of contacts.
func (s *Service) standing(ctx context.Context, tx *db.Tx, contacts []id.ID) (map[subject]Consent, error) {
	standing := map[subject]Consent{}
	for chunk := range slices.Chunk(contacts, 500) {
		list, args := db.List(2, chunk)
		err := db.Each(ctx, tx, func(c *Consent) error { standing[c.subject()] = *c; return nil },
			`SELECT id, contact_id, purpose, channel, state, at, source, proof, recorded_at FROM consent
			WHERE workspace_id = $1 AND contact_id IN (`+list+`) ORDER BY at, id`, append([]any{tx.Workspace()}, args...)...)
		if err != nil {
			return nil, fmt.Errorf("read consents: %w", err)
		}
	}
	return standing, nil
}

// Emails are the standing email consents for marketing of contacts.
func (s *Service) Emails(ctx context.Context, tx *db.Tx, contacts []id.ID) (map[id.ID]Consent, error) {
	standing, err := s.standing(ctx, tx, contacts)
	emails := map[id.ID]Consent{}
	for _, c := range standing {
		if c.Purpose == Marketing && c.Channel == Email {
			emails[c.ContactID] = c
		}
	}
	return emails, err
}

// Undo takes rows away that an import made; what held before holds again. A refusal that an import brought goes with it: the person never
// gave it to us, the file did.
func (s *Service) Undo(ctx context.Context, tx *db.Tx, consents []id.ID) error {
	for chunk := range slices.Chunk(consents, 500) {
		list, args := db.List(2, chunk)
		if _, err := db.Exec(ctx, tx, `DELETE FROM consent WHERE workspace_id = $1 AND id IN (`+list+`)`,
			append([]any{tx.Workspace()}, args...)...); err != nil {
			return fmt.Errorf("undo consents: %w", err)
		}
		keys := make([]string, len(chunk))
		for i, c := range chunk {
			keys[i] = "consent:" + c.String()
		}
		touches, err := s.journey.Keyed(ctx, tx, keys)
		if err != nil {
			return err
		}
		if err := s.journey.Retract(ctx, tx, touches); err != nil {
			return err
		}
	}
	return nil
}
