package api

import (
	"context"
	"net/http"
	"time"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/people/consent"
	"tandem/internal/team"
)

// Consent is what holds of one purpose and channel: what a person said last, and how we know.
type Consent struct {
	Purpose string    `json:"purpose"`
	Channel string    `json:"channel" enum:"email,phone,post"`
	State   string    `json:"state" enum:"granted,refused"`
	At      time.Time `json:"at"`
	Source  string    `json:"source" doc:"Where they said it"`
	Proof   string    `json:"proof" doc:"Their words, or where these are kept"`
}

func (d *door) consents() {
	asking(d, operation(http.MethodGet, "/contacts/{id}/consents", "list-consents", "Read what a person allows; without a row nothing is allowed", "contacts"), d.consentsOf)
	deed(d, operation(http.MethodPost, "/contacts/{id}/consents", "say-consent", "Write down what a person said; what holds already keeps its first proof, and a refusal stands until they agree anew", "contacts"), d.sayConsent)
}

func (d *door) consentsOf(ctx context.Context, tx *db.Tx, in *One) (List[Consent], error) {
	all := List[Consent]{Items: []Consent{}}
	of, err := in.id()
	if err != nil {
		return all, err
	}
	if _, err := d.Contacts.Contact(ctx, tx, of); err != nil {
		return all, err
	}
	standing, err := d.Consents.Standing(ctx, tx, of)
	for _, c := range standing {
		all.Items = append(all.Items, Consent{c.Purpose, c.Channel, string(c.State), c.At.Time(), c.Source, c.Proof})
	}
	return all, err
}

type said struct {
	Once
	One
	Body struct {
		Purpose string    `json:"purpose,omitempty" pattern:"^[a-z][a-z0-9_-]{0,49}$" doc:"Left out, marketing"`
		Channel string    `json:"channel" enum:"email,phone,post"`
		State   string    `json:"state" enum:"granted,refused"`
		At      time.Time `json:"at,omitempty" doc:"When they said it; left out, just now"`
		Source  string    `json:"source,omitempty" maxLength:"5000" doc:"Where they said it, such as the form of a shop"`
		Proof   string    `json:"proof,omitempty" maxLength:"5000" doc:"Their words, or where these are kept; nothing is granted without"`
	}
}

func (d *door) sayConsent(ctx context.Context, tx *db.Tx, by team.Actor, in *said) (List[Consent], error) {
	of, err := in.id()
	if err != nil {
		return List[Consent]{}, err
	}
	if _, err := d.Contacts.Contact(ctx, tx, of); err != nil {
		return List[Consent]{}, err
	}
	b := in.Body
	one := consent.Said{Contact: of, Purpose: b.Purpose, Channel: b.Channel, State: consent.State(b.State), Source: b.Source, Proof: b.Proof}
	if !b.At.IsZero() {
		one.At = clock.Of(b.At)
	}
	err = d.Consents.Say(ctx, tx, by, one)
	if err != nil {
		return List[Consent]{}, err
	}
	return d.consentsOf(ctx, tx, &in.One)
}
