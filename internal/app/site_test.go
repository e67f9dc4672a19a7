package app_test

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/exchange"
	"tandem/internal/id"
	"tandem/internal/people/contact"
	"tandem/internal/people/field"
	"tandem/internal/people/segment"
	"tandem/internal/sales/activity"
	"tandem/internal/team"
	"tandem/internal/web"
	"tandem/internal/web/ui"
	"tandem/internal/web/webtest"
)

// site is the whole site of a small business in which every sort of record stands once at least. It is Wednesday 20 May 2026, 10:24 in Brussels.
type site struct {
	*webtest.Site
	t     *testing.T
	names map[string]string // what {person} and the like stand for in an address
}

func newSite(t *testing.T, d *db.DB) *site {
	t.Helper()
	return &site{Site: webtest.New(t, d, web.Routes), t: t, names: map[string]string{}}
}

// trade fills the site: people and companies with their journeys, what they cost and brought, and what members made beside.
func (s *site) trade() *site {
	s.t.Helper()
	s.brings(exchange.Companies, "name,domain,city,country,owner,tags\nVerbeke Makelaars,verbeke.example,Gent,BE,Mara Claes,key\nBakkerij Oost,,Brugge,BE,,\n")
	s.brings(exchange.Contacts, s.people())
	s.brings(exchange.Touches, s.touches())
	s.brings(exchange.Deals, "external_id,contact,name,status,amount,currency,created_at,closed_at,owner\n"+
		"D1,ann@verbeke.example,Six bikes,won,12000.00,EUR,2026-04-20,2026-05-08,Mara Claes\nD2,bo@x.example,Cargo bike,open,4100.00,EUR,2026-05-11,,Mara Claes\n"+
		"D3,cy@x.example,Two bikes,lost,3000.00,EUR,2026-04-02,2026-04-30,Mara Claes\n")
	s.brings(exchange.Payments, "external_id,contact,deal,at,amount,currency\nP1,ann@verbeke.example,D1,2026-05-12,12000.00,EUR\nP2,dee@x.example,,2026-05-14,89.00,EUR\n")
	s.brings(exchange.Costs, "external_id,from,to,channel,campaign,amount,currency\nC1,2026-04-01,2026-05-17,Paid Search,Spring,950.00,EUR\nC2,2026-05-01,2026-05-17,Email,May,40.00,EUR\n")
	s.names["workspace"] = s.Workspace.ID.String()
	s.name()
	s.made()
	return s
}

// people are fourteen, the first with everything that can be said of somebody.
func (s *site) people() string {
	rows := "name,email,phone,company,title,street,city,postal_code,country,lifecycle,owner,tags,consent_email,consent_at,more_emails,created_at\n" +
		"Ann Verbeke,ann@verbeke.example,+32 9 000 00 00,Verbeke Makelaars,Director,Veldstraat 4,Gent,9000,BE,customer,Mara Claes,key;bikes,yes,2026-03-02,ann@home.example,2026-03-01\n"
	for i, name := range []string{"Bo Janssens", "Cy Peeters", "Dee Maes", "Emi Willems", "Fien Jacobs", "Gus Mertens", "Hugo Wouters", "Ida Claes", "Jef Goossens", "Kim Smets", "Lou Aerts", "Max Pauwels"} {
		first := strings.ToLower(strings.Fields(name)[0])
		rows += fmt.Sprintf("%s,%s@x.example,,%s,,,Brugge,8000,BE,lead,Mara Claes,,,,,2026-04-%02d\n", name, first, []string{"", "Bakkerij Oost"}[i%2], i+1)
	}
	return rows + ",nobody@x.example,,,,,,,,,,,,,,\n"
}

func (s *site) touches() string {
	rows := "external_id,contact,at,kind,channel,source,campaign,page,note\n"
	for i, first := range []string{"bo", "cy", "dee", "emi", "fien", "gus", "hugo", "ida", "jef"} {
		channel := []string{"Paid Search,google,Spring", "Email,newsletter,May", "Organic Search,google,"}[i%3]
		rows += fmt.Sprintf("T%d,%s@x.example,2026-04-%02d 10:00,ad_click,%s,/family,\nS%d,%s@x.example,2026-05-%02d 11:00,form_submitted,%s,/quote,wants a quote\n",
			i, first, i+2, channel, i, first, i+10, channel)
	}
	return rows + "A1,ann@verbeke.example,2026-03-01 09:00,page_view,Organic Search,google,,/,\nA2,ann@verbeke.example,2026-03-02 09:00,ad_click,Paid Search,google,Spring,/family,\n" +
		"A3,ann@verbeke.example,2026-04-20 15:00,visit,,,,,at her office\nA4,bo@x.example,2026-05-20 06:10,form_submitted,Paid Search,google,Spring,/quote,the price of six\n"
}

// brings imports a file.
func (s *site) brings(kind exchange.Kind, text string) {
	s.t.Helper()
	if result := s.tries(kind, text); result.Skipped > 0 {
		s.t.Fatalf("%s: %+v", kind, result)
	}
}

// tries imports a file in which rows may be wrong.
func (s *site) tries(kind exchange.Kind, text string) exchange.Result {
	s.t.Helper()
	file := filepath.Join(s.t.TempDir(), string(kind)+".csv")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		s.t.Fatal(err)
	}
	result, err := s.Exchange.Import(s.t.Context(), s.Workspace.ID, s.By(), kind, file, exchange.Options{Base: s.Workspace.Currency, Region: "BE"})
	if err != nil {
		s.t.Fatal(err)
	}
	return result
}

// name looks up what the imports made.
func (s *site) name() {
	s.t.Helper()
	s.Write(s.t, func(tx *db.Tx) error {
		people, err := s.Contacts.Page(s.t.Context(), tx, 0, 100)
		if err != nil {
			return err
		}
		for _, p := range people {
			s.names[strings.ToLower(strings.Split(p.Name+" ", " ")[0])] = p.ID.String()
		}
		s.names["person"], s.names["seen"] = s.names["ann"], fmt.Sprint(people[slices.IndexFunc(people, func(c contact.Contact) bool { return c.Name == "Ann Verbeke" })].UpdatedAt)
		companies, err := s.Contacts.CompanyPage(s.t.Context(), tx, 0, 0, 100)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(companies, func(c contact.Company) bool { return c.Name == "Verbeke Makelaars" })
		s.names["company"], s.names["company seen"] = companies[i].ID.String(), fmt.Sprint(companies[i].UpdatedAt)
		pipelines, err := s.Deals.Pipelines(s.t.Context(), tx)
		if err != nil {
			return err
		}
		s.names["pipeline"], s.names["stage"], s.names["spare"] = pipelines[0].ID.String(), pipelines[0].Stages[1].ID.String(), pipelines[0].Stages[2].ID.String()
		deals, err := s.Deals.OfContact(s.t.Context(), tx, s.person("bo"), 0, 1)
		if err != nil {
			return err
		}
		s.names["deal"] = deals[0].ID.String()
		return nil
	})
}

// made is what members made by hand.
func (s *site) made() {
	s.t.Helper()
	ctx := s.t.Context()
	zone, err := s.Workspace.Zone()
	s.must(err)
	s.Write(s.t, func(tx *db.Tx) error {
		own, err := s.Fields.Add(ctx, tx, s.By(), field.Contact, "Bikes at home", field.Number)
		if err != nil {
			return err
		}
		scope := segment.Scope{Workspace: s.Workspace.ID, Zone: zone, Now: s.Clock.Now(), Currency: s.Workspace.Currency}
		in, err := s.Segments.Save(ctx, tx, s.By(), scope, "In Brugge", segment.Rule{All: []segment.Rule{{If: &segment.Condition{Field: "city", Op: "is", Value: "Brugge"}}}})
		if err != nil {
			return err
		}
		task, err := s.Activities.Write(ctx, tx, s.By(), activity.Doing{
			Kind: activity.Task, Text: "Send the quote", Contact: s.person("bo"), DueAt: clock.Of(s.Clock.Now().Add(-time.Hour)),
		})
		s.names["field"], s.names["segment"], s.names["task"] = own.ID.String(), in.ID.String(), task.ID.String()
		return err
	})
	colleague, err := s.Team.AddMember(ctx, s.Workspace.ID, team.NewUser{Name: "Tom Peeters", Email: "tom@aldercycles.example", Password: webtest.Password}, team.Sales, s.By())
	s.must(err)
	s.names["colleague"] = colleague.ID.String()
	reset, err := s.Team.MakeReset(ctx, s.Workspace.ID, colleague.ID, s.By())
	s.must(err)
	s.Enter(s.t, s.Owner.Email)
	sessions, err := s.Team.Sessions(ctx, s.Owner.ID)
	s.must(err)
	brought, err := s.Exchange.Bring(ctx, s.Workspace.ID, s.By(), exchange.Contacts, "fair.csv", strings.NewReader("name,email,city\nUma Smit,uma@x.example,Gent\nNo Address,not an address,\n"), exchange.Reading{})
	s.must(err)
	s.names["reset"], s.names["session"], s.names["import"] = reset, sessions[0].ID.String(), brought.ID.String()
	secret, err := s.Team.Invite(ctx, s.Workspace.ID, "new@aldercycles.example", team.Sales, s.By())
	s.must(err)
	links, err := s.Team.Links(ctx, s.Workspace.ID, s.By())
	s.must(err)
	_, token, err := s.Team.MakeToken(ctx, s.Workspace.ID, "The shop", []team.Right{team.Read}, 90, s.By())
	s.must(err)
	s.names["link"], s.names["invitation"], s.names["token"] = links[0].ID.String(), secret, token.ID.String()
}

// at is an address with its {names} filled in.
func (s *site) at(address string) string {
	s.t.Helper()
	for name, value := range s.names {
		address = strings.ReplaceAll(address, "{"+name+"}", value)
	}
	if strings.Contains(address, "{") && !strings.Contains(address, `{"`) {
		s.t.Fatalf("what is %s?", address)
	}
	return address
}

// person is one by their first name.
func (s *site) person(first string) id.ID {
	s.t.Helper()
	of, err := id.Parse(s.names[first])
	s.must(err)
	return of
}

// routes are everything that the site answers.
func (s *site) routes() []ui.Route { return web.Routes(s.House) }

func (s *site) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// values reads a form as a browser would write it into an address.
func values(form string) url.Values {
	v, err := url.ParseQuery(form)
	if err != nil {
		panic(err)
	}
	return v
}
