package api

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/people/segment"
	"tandem/internal/team"
)

// Segment is a rule that finds people, kept under a name.
type Segment struct {
	ID        string          `json:"id"`
	Name      string          `json:"name"`
	Rule      json.RawMessage `json:"rule"`
	Count     *int            `json:"count,omitempty" doc:"How many people it finds now"`
	UpdatedAt time.Time       `json:"updated_at"`
}

func (d *door) segments() {
	asking(d, operation(http.MethodGet, "/segments", "list-segments", "List segments", "segments"), d.listSegments)
	following(d, operation(http.MethodGet, "/segments/{id}", "get-segment", "Read a segment, with how many people it finds", "segments"), d.oneSegment)
	following(d, operation(http.MethodPost, "/segments/count", "count-rule", "Count the people that a rule finds", "segments"), d.countRule)
	deed(d, making("/segments", "save-segment", "Save a rule under a name", "segments"), d.saveSegment)
	deed(d, operation(http.MethodPut, "/segments/{id}", "change-segment", "Give a segment another name and rule", "segments"), d.changeSegment)
	deed(d, operation(http.MethodDelete, "/segments/{id}", "remove-segment", "Remove a segment", "segments"), d.removeSegment)
}

func segmentOf(s segment.Segment) Segment {
	return Segment{ID: s.ID.String(), Name: s.Name, Rule: json.RawMessage(s.Stored), UpdatedAt: s.UpdatedAt.Time()}
}

func (d *door) listSegments(ctx context.Context, tx *db.Tx, _ *struct{}) (List[Segment], error) {
	found, err := d.Segments.All(ctx, tx)
	all := make([]Segment, len(found))
	for i, s := range found {
		all[i] = segmentOf(s)
	}
	return List[Segment]{Items: all}, err
}

func (d *door) oneSegment(ctx context.Context, tx *db.Tx, in *One) (Segment, error) {
	of, err := in.id()
	if err != nil {
		return Segment{}, err
	}
	s, err := d.Segments.Segment(ctx, tx, of)
	if err != nil {
		return Segment{}, err
	}
	rule, err := s.Rule()
	if err != nil {
		return Segment{}, err
	}
	n, err := d.count(ctx, tx, rule)
	out := segmentOf(s)
	out.Count = &n
	return out, err
}

func (d *door) count(ctx context.Context, tx *db.Tx, rule segment.Rule) (int, error) {
	scope, err := d.scope(ctx, tx)
	if err != nil {
		return 0, err
	}
	return segment.Count(ctx, tx, scope, segment.Query{Rule: rule})
}

type ruleOnly struct {
	Body struct {
		Rule json.RawMessage `json:"rule" doc:"A rule, as of a segment"`
	}
}

// Counted is how many people a rule finds.
type Counted struct {
	Count int `json:"count"`
}

func (d *door) countRule(ctx context.Context, tx *db.Tx, in *ruleOnly) (Counted, error) {
	rule, err := segment.Parse(in.Body.Rule)
	if err != nil {
		return Counted{}, err
	}
	n, err := d.count(ctx, tx, rule)
	return Counted{n}, err
}

// SegmentForm is what is written of a segment.
type SegmentForm struct {
	Name string          `json:"name" minLength:"1" maxLength:"100"`
	Rule json.RawMessage `json:"rule"`
}

type newSegment struct {
	Once
	Body SegmentForm
}

func (d *door) saveSegment(ctx context.Context, tx *db.Tx, by team.Actor, in *newSegment) (Segment, error) {
	rule, err := segment.Parse(in.Body.Rule)
	if err != nil {
		return Segment{}, err
	}
	scope, err := d.scope(ctx, tx)
	if err != nil {
		return Segment{}, err
	}
	s, err := d.Segments.Save(ctx, tx, by, scope, in.Body.Name, rule)
	return segmentOf(s), err
}

type changedSegment struct {
	Once
	One
	Matching
	Body SegmentForm
}

func (d *door) changeSegment(ctx context.Context, tx *db.Tx, by team.Actor, in *changedSegment) (Segment, error) {
	of, err := in.id()
	if err != nil {
		return Segment{}, err
	}
	was, err := d.Segments.Segment(ctx, tx, of)
	if err != nil {
		return Segment{}, err
	}
	if err := in.on(segmentOf(was)); err != nil {
		return Segment{}, err
	}
	rule, err := segment.Parse(in.Body.Rule)
	if err != nil {
		return Segment{}, err
	}
	scope, err := d.scope(ctx, tx)
	if err != nil {
		return Segment{}, err
	}
	s, err := d.Segments.Change(ctx, tx, by, scope, of, was.UpdatedAt, in.Body.Name, rule)
	return segmentOf(s), err
}

type removal struct {
	Once
	One
}

// Removed says that something is gone.
type Removed struct {
	ID string    `json:"id"`
	At time.Time `json:"removed_at"`
}

func (d *door) removeSegment(ctx context.Context, tx *db.Tx, by team.Actor, in *removal) (Removed, error) {
	of, err := in.id()
	if err != nil {
		return Removed{}, err
	}
	return Removed{of.String(), clock.Of(d.Clock.Now()).Time()}, d.Segments.Remove(ctx, tx, by, of)
}
