package consent

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/id"
	"tandem/internal/team"
)

// Phone and Post are channels beside email.
const (
	Phone = "phone"
	Post  = "post"
)

// Channels are the channels that a colleague may write a consent down for.
func Channels() []string { return []string{Email, Phone, Post} }

// longestProof is how much of a proof is kept, in characters.
const longestProof = 5000

// Said is what a person said to a colleague or a form: whether we may use a channel, and how we know.
type Said struct {
	Contact id.ID
	Purpose string // "" is marketing
	Channel string
	State   State
	At      clock.Micros // when they said it, never to come; 0 is just now
	Source  string       // where they said it: on the telephone, at the counter
	Proof   string       // their words, or where these are kept; nothing is granted without
}

func (s *Said) check(now clock.Micros) error {
	s.Purpose, s.At = cmp.Or(strings.TrimSpace(s.Purpose), Marketing), cmp.Or(s.At, now)
	s.Source, s.Proof = strings.TrimSpace(strings.ToValidUTF8(s.Source, "")), strings.TrimSpace(strings.ToValidUTF8(s.Proof, ""))
	switch {
	case s.At > now:
		return invalid("at", "nobody has said anything yet that is to come")
	case !name(s.Purpose):
		return invalid("purpose", "a purpose is a word of small letters, such as marketing")
	case !slices.Contains(Channels(), s.Channel):
		return fault.Invalidf("%q is no way to reach somebody", s.Channel)
	case s.State != Granted && s.State != Refused:
		return fault.Invalidf("say whether they agreed or refused")
	case s.State == Granted && s.Proof == "":
		return invalid("proof", "write how they agreed: their words, or where they are kept")
	case utf8.RuneCountInString(s.Proof) > longestProof || utf8.RuneCountInString(s.Source) > longestProof:
		return fault.Invalidf("this has at most %d characters", longestProof)
	}
	return nil
}

func invalid(field, format string, args ...any) error {
	return fault.Invalidf(format, args...).In(field)
}

// longestPurpose is how many letters the name of a purpose has at most.
const longestPurpose = 50

// name reports whether a purpose is called by a word that files, rules and programs write alike.
func name(purpose string) bool {
	return len(purpose) <= longestPurpose && strings.Trim(purpose, "abcdefghijklmnopqrstuvwxyz0123456789_-") == "" && purpose[0] >= 'a'
}

// Say writes down what a person said. What holds already stays as it is, with its first proof. An agreement that is older than a refusal is a
// fault.Conflict: the refusal is final until they agree anew.
func (s *Service) Say(ctx context.Context, tx *db.Tx, by team.Actor, said Said) error {
	if err := by.Check(team.WritePeople); err != nil {
		return err
	}
	now := clock.Of(s.clock.Now())
	if err := said.check(now); err != nil {
		return err
	}
	if err := s.stands(ctx, tx, &said); err != nil {
		return err
	}
	rows, err := s.putAll(ctx, tx, by.User, []Consent{{
		ContactID: said.Contact, Purpose: said.Purpose, Channel: said.Channel, State: said.State, At: said.At, Source: said.Source, Proof: said.Proof,
	}})
	if err != nil || rows[0] == 0 {
		return err
	}
	return team.Note(ctx, tx, by, now, team.Deed{Action: string(said.State), Entity: "consent", Record: said.Contact, Detail: said})
}

// stands is a fault.Conflict where a refusal stands against an agreement.
func (s *Service) stands(ctx context.Context, tx *db.Tx, said *Said) error {
	standing, err := s.standing(ctx, tx, []id.ID{said.Contact})
	if err != nil {
		return err
	}
	old := standing[subject{said.Contact, said.Purpose, said.Channel}]
	if said.State == Granted && old.State == Refused && said.At <= old.At {
		return fault.Conflictf("they have refused since").WithMend("only what they agree to after that counts")
	}
	return nil
}

// Standing is what holds for a person: the newest of each purpose and channel, by channel.
func (s *Service) Standing(ctx context.Context, tx *db.Tx, contact id.ID) ([]Consent, error) {
	standing, err := s.standing(ctx, tx, []id.ID{contact})
	if err != nil {
		return nil, fmt.Errorf("read what %s allows: %w", contact, err)
	}
	all := make([]Consent, 0, len(standing))
	for _, c := range standing {
		all = append(all, c)
	}
	slices.SortFunc(all, func(a, b Consent) int {
		return cmp.Or(cmp.Compare(a.Channel, b.Channel), cmp.Compare(a.Purpose, b.Purpose))
	})
	return all, nil
}
