package cli

import (
	"context"
	"time"

	"tandem/internal/money"
	"tandem/internal/team"
)

type workspaceCommand struct {
	Add  workspaceAdd  `cmd:"" name:"add" help:"Open a workspace for another business."`
	List workspaceList `cmd:"" name:"list" help:"List the workspaces."`
	Set  workspaceSet  `cmd:"" name:"set" help:"Change a workspace."`
}

// about are the properties of a workspace; its time zone is the global --timezone.
type about struct {
	Name     string `name:"name" help:"Its name, as people see it."`
	Currency string `name:"currency" placeholder:"CODE" help:"Currency of its ledger and reports, such as EUR. It stays once amounts are booked."`
	Language string `name:"language" placeholder:"CODE" help:"Language of its mails and documents, such as en or de-AT."`
}

type workspaceAdd struct {
	Slug string `arg:"" help:"Its short name: lower-case letters, digits and dashes."`
	about
	asJSON
}

// Run opens the workspace.
func (c *workspaceAdd) Run(ctx context.Context, s *Session) error {
	w, err := s.Team.Create(ctx, team.Opening{
		Slug: c.Slug, Name: c.Name, Currency: money.Currency(c.Currency), Timezone: s.flags.Timezone, Language: c.Language,
	})
	if err != nil {
		return err
	}
	return s.result(c.asJSON, printed(w), func() {
		s.print(s.say.Text("opened workspace %s; work in it with --workspace %[1]s", w.Slug))
	})
}

type workspaceSet struct {
	Slug string `arg:"" help:"Which workspace."`
	about
	asJSON
}

// Run changes what was named and leaves the rest.
func (c *workspaceSet) Run(ctx context.Context, s *Session) error {
	w, err := s.Team.Update(ctx, c.Slug, team.Change{
		Name: c.Name, Currency: money.Currency(c.Currency), Timezone: s.flags.Timezone, Language: c.Language,
	}, team.Console())
	if err != nil {
		return err
	}
	return s.result(c.asJSON, printed(w), func() { s.print(s.say.Text("changed workspace %s", w.Slug)) })
}

type workspaceList struct{ asJSON }

// Run prints every workspace.
func (c *workspaceList) Run(ctx context.Context, s *Session) error {
	all, err := s.Team.All(ctx)
	if err != nil {
		return err
	}
	list := make([]printedWorkspace, len(all))
	t := table{columns: []column{
		{title: s.say.Text("slug")},
		{title: s.say.Text("name")},
		{title: s.say.Text("currency")},
		{title: s.say.Text("time zone")},
		{title: s.say.Text("language")},
	}}
	for i, w := range all {
		list[i] = printed(w)
		t.rows = append(t.rows, []string{w.Slug, w.Name, string(w.Currency), w.Timezone, w.Language})
	}
	if c.JSON {
		return s.json(list)
	}
	return t.write(s.out)
}

// printedWorkspace is a workspace as scripts read it.
type printedWorkspace struct {
	ID        string    `json:"id"`
	Slug      string    `json:"slug"`
	Name      string    `json:"name"`
	Currency  string    `json:"currency"`
	Timezone  string    `json:"timezone"`
	Language  string    `json:"language"`
	CreatedAt time.Time `json:"created_at"`
}

func printed(w team.Workspace) printedWorkspace {
	return printedWorkspace{w.ID.String(), w.Slug, w.Name, string(w.Currency), w.Timezone, w.Language, w.CreatedAt.Time()}
}
