package journey

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/id"
)

// Service records and reads touches.
type Service struct{ clock clock.Clock }

// New is a journey that tells the time by c.
func New(c clock.Clock) *Service { return &Service{clock: c} }

// Record appends touches in the caller's transaction and fills in what they leave open: id, side, channel, the time of recording. Every key must
// be free.
func (s *Service) Record(ctx context.Context, tx *db.Tx, touches []Touch) error {
	if len(touches) == 0 {
		return nil
	}
	now := clock.Of(s.clock.Now())
	for i := range touches {
		touches[i].complete(now)
	}
	if err := number(ctx, tx, touches); err != nil {
		return err
	}
	if err := db.Insert(ctx, tx, "touch", touches...); err != nil {
		return fmt.Errorf("record %d touches: %w", len(touches), err)
	}
	return nil
}

// Known returns which of the keys touches bear already, with the touches' ids. A retracted touch keeps its key.
func (s *Service) Known(ctx context.Context, tx *db.Tx, keys []string) (map[string]Ref, error) {
	known := make(map[string]Ref, len(keys))
	for chunk := range slices.Chunk(keys, 500) {
		list, args := db.List(2, chunk)
		err := db.Each(ctx, tx, func(r *Ref) error { known[r.Key] = *r; return nil },
			`SELECT key, id, contact_id, retracted_at FROM touch WHERE workspace_id = $1 AND key IN (`+list+`)`,
			append([]any{tx.Workspace()}, args...)...)
		if err != nil {
			return nil, fmt.Errorf("look up touches: %w", err)
		}
	}
	return known, nil
}

// Ref is a touch that bears a key.
type Ref struct {
	Key       string       `db:"key"`
	ID        id.ID        `db:"id"`
	ContactID id.ID        `db:"contact_id"`
	Retracted clock.Micros `db:"retracted_at"`
}

// Correction is what a row of kind "corrected" says: touches were retracted, came back, or turned out to be another person's.
type Correction struct {
	Touches   []id.ID `json:"touches"`
	Retracted bool    `json:"retracted,omitempty"`
	Restored  bool    `json:"restored,omitempty"`
	MovedTo   id.ID   `json:"moved_to,omitempty"`
	Contacts  []id.ID `json:"contacts,omitempty"` // whose touches they were before
}

// Retract takes touches back: they stay in the log and count no more.
func (s *Service) Retract(ctx context.Context, tx *db.Tx, touches []id.ID) error {
	return s.correct(ctx, tx, touches, Correction{Retracted: true}, "retracted_at = $2", int64(clock.Of(s.clock.Now())))
}

// Restore makes retracted touches count again.
func (s *Service) Restore(ctx context.Context, tx *db.Tx, touches []id.ID) error {
	return s.correct(ctx, tx, touches, Correction{Restored: true}, "retracted_at = $2", nil)
}

// Move gives touches to another contact: a merge, or an identification.
func (s *Service) Move(ctx context.Context, tx *db.Tx, touches []id.ID, to id.ID) error {
	return s.correct(ctx, tx, touches, Correction{MovedTo: to}, "contact_id = $2", to)
}

func (s *Service) correct(ctx context.Context, tx *db.Tx, touches []id.ID, what Correction, set string, arg any) error {
	for chunk := range slices.Chunk(touches, 500) {
		whose, err := owners(ctx, tx, chunk)
		if err != nil {
			return err
		}
		list, args := db.List(3, chunk)
		_, err = db.Exec(ctx, tx, `UPDATE touch SET `+set+` WHERE workspace_id = $1 AND id IN (`+list+`)`,
			append([]any{tx.Workspace(), arg}, args...)...)
		if err != nil {
			return fmt.Errorf("correct touches: %w", err)
		}
		what.Touches, what.Contacts = chunk, whose
		detail, err := json.Marshal(what)
		if err != nil {
			return fmt.Errorf("correct touches: %w", err)
		}
		row := Touch{At: clock.Of(s.clock.Now()), Kind: Corrected, Detail: string(detail)}
		if err := s.Record(ctx, tx, []Touch{row}); err != nil {
			return err
		}
	}
	return nil
}

// owners are the contacts that touches belong to.
func owners(ctx context.Context, tx *db.Tx, touches []id.ID) ([]id.ID, error) {
	list, args := db.List(2, touches)
	whose, err := db.All[id.ID](ctx, tx, `SELECT DISTINCT contact_id FROM touch WHERE workspace_id = $1 AND contact_id IS NOT NULL AND id IN (`+list+`)
		ORDER BY contact_id`, append([]any{tx.Workspace()}, args...)...)
	if err != nil {
		return nil, fmt.Errorf("look up whose touches they are: %w", err)
	}
	return whose, nil
}

// Of returns a contact's touches, newest first, before an instant; retracted ones are left out.
func (s *Service) Of(ctx context.Context, tx *db.Tx, contact id.ID, before clock.Micros, limit int) ([]Touch, error) {
	return db.All[Touch](ctx, tx, `SELECT `+columns+` FROM touch
		WHERE workspace_id = $1 AND contact_id = $2 AND at < $3 AND retracted_at IS NULL ORDER BY at DESC, id DESC LIMIT $4`,
		tx.Workspace(), contact, before, limit)
}

// Page returns up to limit touches whose id is above after, in the order of their ids, retracted ones left out; for an export.
func (s *Service) Page(ctx context.Context, tx *db.Tx, after id.ID, limit int) ([]Touch, error) {
	return db.All[Touch](ctx, tx, `SELECT `+columns+` FROM touch
		WHERE workspace_id = $1 AND id > $2 AND retracted_at IS NULL ORDER BY id LIMIT $3`, tx.Workspace(), after, limit)
}

// Keyed are the standing touches that bear one of the keys; see Retract.
func (s *Service) Keyed(ctx context.Context, tx *db.Tx, keys []string) ([]id.ID, error) {
	known, err := s.Known(ctx, tx, keys)
	var standing []id.ID
	for _, k := range keys {
		if r, ok := known[k]; ok && r.Retracted == 0 {
			standing = append(standing, r.ID)
		}
	}
	return standing, err
}

// Busy returns those of the contacts that have a standing touch of a kind other than what was written down when their record was made, or whom a
// colleague has changed: people with a history, whom an undo must not remove.
func (s *Service) Busy(ctx context.Context, tx *db.Tx, contacts []id.ID) (map[id.ID]bool, error) {
	busy := map[id.ID]bool{}
	for chunk := range slices.Chunk(contacts, 500) {
		list, args := db.List(5, chunk)
		found, err := db.All[id.ID](ctx, tx, `SELECT DISTINCT contact_id FROM touch WHERE workspace_id = $1 AND retracted_at IS NULL
			AND (kind <> $2 AND kind <> $3 AND kind <> $4 OR kind = $3 AND user_id IS NOT NULL) AND contact_id IN (`+list+`)`,
			append([]any{tx.Workspace(), Created, Edited, Acquired}, args...)...)
		if err != nil {
			return nil, fmt.Errorf("look for contacts with a history: %w", err)
		}
		for _, c := range found {
			busy[c] = true
		}
	}
	return busy, nil
}

// Arrivals are the standing touches of kind "acquired" of contacts: how each came to the business.
func (s *Service) Arrivals(ctx context.Context, tx *db.Tx, contacts []id.ID) (map[id.ID]Touch, error) {
	arrivals := map[id.ID]Touch{}
	for chunk := range slices.Chunk(contacts, 500) {
		list, args := db.List(3, chunk)
		err := db.Each(ctx, tx, func(t *Touch) error { arrivals[t.ContactID] = *t; return nil },
			`SELECT `+columns+` FROM touch WHERE workspace_id = $1 AND kind = $2 AND retracted_at IS NULL AND contact_id IN (`+list+`)`,
			append([]any{tx.Workspace(), Acquired}, args...)...)
		if err != nil {
			return nil, fmt.Errorf("look up how contacts came: %w", err)
		}
	}
	return arrivals, nil
}

// Forget retracts everything that was written down of contacts who are about to be removed.
func (s *Service) Forget(ctx context.Context, tx *db.Tx, contacts []id.ID) error {
	for chunk := range slices.Chunk(contacts, 500) {
		list, args := db.List(2, chunk)
		touches, err := db.All[id.ID](ctx, tx, `SELECT id FROM touch WHERE workspace_id = $1 AND retracted_at IS NULL AND contact_id IN (`+list+`)`,
			append([]any{tx.Workspace()}, args...)...)
		if err != nil {
			return fmt.Errorf("look for touches: %w", err)
		}
		if err := s.Retract(ctx, tx, touches); err != nil {
			return err
		}
	}
	return nil
}
