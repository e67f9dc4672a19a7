// Package demo makes the believable business: a year of Alder Cycles, a maker of cargo bikes in Ghent that sells to families and to firms, with the
// people who work there, what they spent, whom they met, what was sold, paid and given back.
//
// It is made through the same services as a real business, so nothing in it could not have been typed in. Most people come out of a generator:
// each has a source of chance of their own, seeded by their number, so the same clock makes the same business, and a larger one begins
// with the people of a smaller one. A few are written by hand, because they are the ones that today is about. The year ends now.
package demo

import (
	"context"
	"time"

	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/house"
	"tandem/internal/id"
	"tandem/internal/insight/feed"
	"tandem/internal/people/glance"
	"tandem/internal/team"
)

// How many people a business has besides those that are written by hand.
const (
	Small = 2_900
	Large = 100_000
)

// Password is everybody's who works at the demo business.
const Password = "two wheels, one load"

// Options say how large the business becomes.
type Options struct {
	People   int
	Progress func(made, all int)
}

// Made says how somebody signs in to a business that was made.
type Made struct {
	Email, Password string
	Colleagues      []team.Actor // the owner first
}

// maker makes one business.
type maker struct {
	house.Services
	ws    team.Workspace
	zone  *time.Location
	now   time.Time
	crew  crew
	own   map[string]ownField
	firms map[string]id.ID // by their domain
	cast  map[string]bool  // the names of those who are written by hand
	known []id.ID          // some people who are glad of what they bought, and tell others
}

// Fill makes the business in the workspace that a new store begins with. A store that somebody has set up is a fault.Conflict.
func Fill(ctx context.Context, s house.Services, o Options) (Made, error) {
	empty, err := s.Team.Empty(ctx)
	if err != nil {
		return Made{}, err
	}
	if !empty {
		return Made{}, fault.Conflictf("this database holds a business already").WithMend("name one that does not exist yet, with --db")
	}
	m := &maker{Services: s, own: map[string]ownField{}, firms: map[string]id.ID{}, cast: names(cast())}
	steps := []func(context.Context) error{
		m.hire, m.arrange,
		func(ctx context.Context) error { return m.people(ctx, o) },
		m.meet, m.spend, m.leftovers, m.catchUp, m.keep,
	}
	for _, step := range steps {
		if err := step(ctx); err != nil {
			return Made{}, err
		}
	}
	return Made{Email: mara.email, Password: Password, Colleagues: m.crew.actors()}, nil
}

func (m *maker) write(ctx context.Context, do func(*db.Tx) error) error {
	return m.DB.Write(ctx, m.ws.ID, do)
}

// catchUp brings up to date what is read from the journey, as the server would within a minute.
func (m *maker) catchUp(ctx context.Context) error {
	if err := feed.CatchUp(ctx, m.DB, m.ws.ID); err != nil {
		return err
	}
	if err := glance.CatchUp(ctx, m.DB, m.ws.ID); err != nil {
		return err
	}
	return m.DB.Optimize(ctx)
}
