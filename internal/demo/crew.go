package demo

import (
	"context"

	"tandem/internal/team"
)

// colleague is somebody who works at Alder Cycles.
type colleague struct {
	name, email string
	role        team.Role
}

var (
	mara  = colleague{"Mara Claes", "mara@aldercycles.example", team.Owner}
	femke = colleague{"Femke Aerts", "femke@aldercycles.example", team.Manager}
	ines  = colleague{"Inês Duarte", "ines@aldercycles.example", team.Marketing}
	tom   = colleague{"Tom Okafor", "tom@aldercycles.example", team.Sales}
	jonas = colleague{"Jonas Peeters", "jonas@aldercycles.example", team.Sales}
	lotte = colleague{"Lotte Wouters", "lotte@aldercycles.example", team.Both}
	els   = colleague{"Els Baert", "els@aldercycles.example", team.Viewer}
)

// everyone is who works there, the owner first. Els keeps the books of several firms, and reads.
func everyone() []colleague { return []colleague{mara, femke, ines, tom, jonas, lotte, els} }

// crew are the colleagues as they act.
type crew map[string]team.Actor

func (c crew) actors() []team.Actor {
	var all []team.Actor
	for _, one := range everyone() {
		all = append(all, c[one.name])
	}
	return all
}

// of is a colleague as they act.
func (c crew) of(one colleague) team.Actor { return c[one.name] }

// hire sets the business up and takes its people on.
func (m *maker) hire(ctx context.Context) error {
	owner, err := m.Team.SetUp(ctx, team.NewUser{Name: mara.name, Email: mara.email, Password: Password},
		team.Change{Name: "Alder Cycles", Currency: euro, Timezone: "Europe/Brussels"})
	if err != nil {
		return err
	}
	if m.ws, err = m.Team.BySlug(ctx, team.Default); err != nil {
		return err
	}
	if m.zone, err = m.ws.Zone(); err != nil {
		return err
	}
	m.now = m.Clock.Now().In(m.zone)
	boss := team.Actor{User: owner.ID, Name: owner.Name, Role: team.Owner, Via: team.Web}
	m.crew = crew{mara.name: boss}
	for _, one := range everyone()[1:] {
		u, err := m.Team.AddMember(ctx, m.ws.ID, team.NewUser{Name: one.name, Email: one.email, Password: Password}, one.role, boss)
		if err != nil {
			return err
		}
		m.crew[one.name] = team.Actor{User: u.ID, Name: u.Name, Role: one.role, Via: team.Web}
	}
	m.ws, err = m.Team.Settle(ctx, m.ws, team.Settings{
		Change:  team.Change{Name: m.ws.Name, Currency: m.ws.Currency, Timezone: m.ws.Timezone, Language: m.ws.Language},
		Imprint: team.Imprint{Street: "Dok Noord 4", PostalCode: "9000", City: "Ghent", Country: "BE", VATID: "BE 0000.000.097", Registration: "RPR Ghent"},
	}, boss)
	return err
}
