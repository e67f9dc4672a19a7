package api

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/id"
	"tandem/internal/journey"
	"tandem/internal/people/contact"
	"tandem/internal/team"
)

// Touch is one event of the journey.
type Touch struct {
	ID        string    `json:"id"`
	Seq       int64     `json:"seq,omitempty" doc:"Its place in the order in which the journey was written down"`
	Key       string    `json:"key,omitempty"`
	ContactID string    `json:"contact_id,omitempty"`
	DealID    string    `json:"deal_id,omitempty"`
	At        time.Time `json:"at"`
	Kind      string    `json:"kind"`
	Side      string    `json:"side" enum:"marketing,sales,none"`
	Channel   string    `json:"channel"`
	Source    string    `json:"source,omitempty"`
	Medium    string    `json:"medium,omitempty"`
	Campaign  string    `json:"campaign,omitempty"`
	Page      string    `json:"page,omitempty"`
	Referrer  string    `json:"referrer,omitempty"`
	Note      string    `json:"note,omitempty"`

	Retracted  *time.Time      `json:"retracted_at,omitempty" doc:"When it was taken back; it counts no more"`
	Correction json.RawMessage `json:"correction,omitempty" doc:"Of the kind corrected: the touches that were retracted, restored or moved_to another person"`
}

func (d *door) touches() {
	following(d, operation(http.MethodGet, "/touches", "list-touches", "Follow the whole journey, in the order in which it was written down; corrections say what became of earlier touches", "touches"), d.listTouches)
	deed(d, operation(http.MethodPost, "/touches", "record-touches", "Write down what happened: up to 500 touches at once", "touches"), d.recordTouches)
}

// follower asks for what was written down since it last asked.
type follower struct {
	After int64 `query:"after" minimum:"0" doc:"The seq of the last touch that was read: what follows it comes, also at a later time"`
	Limit int   `query:"limit" minimum:"1" maximum:"500" default:"100" required:"false"`
}

func (d *door) listTouches(ctx context.Context, tx *db.Tx, in *follower) (List[Touch], error) {
	touches, err := journey.Since(ctx, tx, in.After, in.Limit)
	return page(touchesOf(touches), in.Limit, func(t Touch) string { return strconv.FormatInt(t.Seq, 10) }), err
}

func touchesOf(touches []journey.Touch) []Touch {
	all := make([]Touch, len(touches))
	for i, t := range touches {
		all[i] = Touch{
			ID: t.ID.String(), Key: given(t.Key), ContactID: shown(t.ContactID), DealID: shown(t.DealID), At: t.At.Time(), Kind: t.Kind, Side: string(t.Side), Channel: t.Channel,
			Source: t.Source, Medium: t.Medium, Campaign: t.Campaign, Page: t.Page, Referrer: t.Referrer, Note: t.Note,
			Seq: t.Seq, Retracted: at(t.Retracted),
		}
		if t.Kind == journey.Corrected {
			all[i].Correction = json.RawMessage(t.Detail)
		}
	}
	return all
}

// newTouch is a touch to write down.
type newTouch struct {
	Key      string    `json:"key" minLength:"1" maxLength:"200" doc:"Names the touch in your program: the same key again changes nothing"`
	Contact  string    `json:"contact" minLength:"1" maxLength:"500" doc:"An email, a phone that begins with +, or the person's number in your program; who is unknown is made"`
	At       time.Time `json:"at"`
	Kind     string    `json:"kind" minLength:"1" maxLength:"50" pattern:"^[a-z][a-z0-9_]*$" doc:"Such as ad_click, page_view, form_submitted, email_opened, recommendation, event, call, meeting, visit"`
	Channel  string    `json:"channel,omitempty" maxLength:"200" doc:"Left out, it is derived"`
	Source   string    `json:"source,omitempty" maxLength:"500"`
	Medium   string    `json:"medium,omitempty" maxLength:"500"`
	Campaign string    `json:"campaign,omitempty" maxLength:"500"`
	Content  string    `json:"content,omitempty" maxLength:"500"`
	Term     string    `json:"term,omitempty" maxLength:"500"`
	Page     string    `json:"page,omitempty" maxLength:"2000"`
	Referrer string    `json:"referrer,omitempty" maxLength:"2000"`
	Note     string    `json:"note,omitempty" maxLength:"10000"`
}

type newTouches struct {
	Once
	Body struct {
		Touches []newTouch `json:"touches" minItems:"1" maxItems:"500"`
	}
}

// Recorded is what became of a batch.
type Recorded struct {
	Created   int      `json:"created"`
	Unchanged int      `json:"unchanged" doc:"Their keys were known already"`
	IDs       []string `json:"ids" doc:"Of each touch, in the order of the request"`
}

func (d *door) recordTouches(ctx context.Context, tx *db.Tx, by team.Actor, in *newTouches) (Recorded, error) {
	known, err := d.Journey.Known(ctx, tx, keysOf(in.Body.Touches))
	if err != nil {
		return Recorded{}, err
	}
	people, err := d.resolve(ctx, tx, in.Body.Touches)
	if err != nil {
		return Recorded{}, err
	}
	out := Recorded{IDs: make([]string, len(in.Body.Touches))}
	var fresh []journey.Touch
	for i, t := range in.Body.Touches {
		if ref, ok := known[keyOf(t.Key)]; ok {
			out.Unchanged++
			out.IDs[i] = ref.ID.String()
			continue
		}
		made := touchOf(t, people[i])
		if err := d.Journey.Check(&made); err != nil {
			return out, within(fmt.Sprintf("touches[%d]", i), err)
		}
		known[made.Key] = journey.Ref{ID: made.ID}
		fresh, out.IDs[i] = append(fresh, made), made.ID.String()
	}
	out.Created = len(fresh)
	return out, d.Journey.Write(ctx, tx, by, fresh)
}

func keysOf(touches []newTouch) []string {
	keys := make([]string, len(touches))
	for i, t := range touches {
		keys[i] = keyOf(t.Key)
	}
	return keys
}

func (d *door) resolve(ctx context.Context, tx *db.Tx, touches []newTouch) ([]id.ID, error) {
	references := make([]contact.Row, len(touches))
	for i, t := range touches {
		r, err := contact.Reference(t.Contact, who(ctx).Workspace.Country)
		if err != nil {
			return nil, wrong(fmt.Sprintf("touches[%d].contact", i), "%q names nobody", t.Contact)
		}
		r.CreatedAt = clock.Of(t.At)
		references[i] = r
	}
	people, _, err := d.Contacts.Resolve(ctx, tx, references, contact.Options{})
	return people, err
}

func touchOf(t newTouch, person id.ID) journey.Touch {
	return journey.Touch{
		ID: id.New(), Key: keyOf(t.Key), ContactID: person, At: clock.Of(t.At), Kind: t.Kind, Channel: t.Channel, Source: t.Source, Medium: t.Medium, Campaign: t.Campaign,
		Content: t.Content, Term: t.Term, Page: t.Page, Referrer: t.Referrer, Note: t.Note,
	}
}
