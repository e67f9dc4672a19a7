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

// Said is what a person said to a colleague: whether we may use a channel for marketing, and how we know.
type Said struct {
	Contact id.ID
	Channel string
	State   State
	Source  string // where they said it: on the telephone, at the counter
	Proof   string // their words, or where these are kept; nothing is granted without
}

func (s *Said) check() error {
	s.Source, s.Proof = strings.TrimSpace(strings.ToValidUTF8(s.Source, "")), strings.TrimSpace(strings.ToValidUTF8(s.Proof, ""))
	switch {
	case !slices.Contains(Channels(), s.Channel):
		return fault.Invalidf("%q is no way to reach somebody", s.Channel)
	case s.State != Granted && s.State != Refused:
		return fault.Invalidf("say whether they agreed or refused")
	case s.State == Granted && s.Proof == "":
		f := fault.Invalidf("write how they agreed: their words, or where they are kept")
		f.Fields = []fault.Field{{Name: "proof", Message: fault.Message{Format: "write how they agreed: their words, or where they are kept"}}}
		return f
	case utf8.RuneCountInString(s.Proof) > longestProof || utf8.RuneCountInString(s.Source) > longestProof:
		return fault.Invalidf("this has at most %d characters", longestProof)
	}
	return nil
}

// Say writes down what a person said to a colleague just now. What holds already stays as it is, with its first proof.
func (s *Service) Say(ctx context.Context, tx *db.Tx, by team.Actor, said Said) error {
	if err := by.Check(team.WritePeople); err != nil {
		return err
	}
	if err := said.check(); err != nil {
		return err
	}
	now := clock.Of(s.clock.Now())
	rows, err := s.putAll(ctx, tx, by.User, []Consent{{
		ContactID: said.Contact, Purpose: Marketing, Channel: said.Channel, State: said.State, At: now, Source: said.Source, Proof: said.Proof,
	}})
	if err != nil || rows[0] == 0 {
		return err
	}
	return team.Note(ctx, tx, by, now, team.Deed{Action: string(said.State), Entity: "consent", Record: said.Contact, Detail: said})
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
