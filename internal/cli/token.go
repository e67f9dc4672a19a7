package cli

import (
	"context"
	"strings"
	"time"

	"tandem/internal/fault"
	"tandem/internal/id"
	"tandem/internal/team"
)

type tokenCommand struct {
	Add    tokenAdd    `cmd:"" name:"add" help:"Make a token by which a program comes in."`
	List   tokenList   `cmd:"" name:"list" help:"List the tokens."`
	Remove tokenRemove `cmd:"" name:"remove" help:"End a token."`
}

type tokenAdd struct {
	Name  string   `arg:"" help:"What it is for."`
	User  string   `name:"user" required:"" placeholder:"EMAIL" help:"For whom the program acts; it may never do more than they."`
	Scope []string `name:"scope" default:"read" placeholder:"RIGHT" help:"What it may do: read, write_people, write_marketing, write_sales, refund, manage_users, manage_settings, erase, export_all. Default: read."`
	Days  int      `name:"days" placeholder:"N" help:"How long it lasts. Default: until it is removed."`
	asJSON
}

// printedToken is a token as scripts read it.
type printedToken struct {
	ID        string       `json:"id"`
	Name      string       `json:"name"`
	User      string       `json:"user"`
	Scopes    []team.Right `json:"scopes"`
	UsedAt    *time.Time   `json:"used_at"`
	ExpiresAt *time.Time   `json:"expires_at"`
	Token     string       `json:"token,omitempty"` // right after it was made
}

func printToken(t team.Token, secret string) printedToken {
	return printedToken{t.ID.String(), t.Name, t.Owner, t.Scopes(), moment(t.UsedAt), moment(t.ExpiresAt), secret}
}

// Run makes the token.
func (c *tokenAdd) Run(ctx context.Context, s *Session) error {
	m, err := s.member(ctx, c.User)
	if err != nil {
		return err
	}
	var scopes []team.Right
	for _, one := range c.Scope {
		scopes = append(scopes, team.Right(strings.TrimSpace(one)))
	}
	by := team.Actor{User: m.ID, Name: m.Name, Role: m.Role, Via: team.Command}
	secret, t, err := s.Team.MakeToken(ctx, s.Workspace.ID, c.Name, scopes, c.Days, by)
	if err != nil {
		return err
	}
	return s.result(c.asJSON, printToken(t, secret), func() {
		s.print(s.say.Text("made the token %s; it is shown only now:", t.Name))
		s.print(secret)
	})
}

type tokenList struct{ asJSON }

// Run lists the tokens.
func (c *tokenList) Run(ctx context.Context, s *Session) error {
	tokens, err := s.Team.Tokens(ctx, s.Workspace.ID, team.Console())
	if err != nil {
		return err
	}
	list := []printedToken{}
	t := table{columns: []column{{title: s.say.Text("id")}, {title: s.say.Text("name")}, {title: s.say.Text("user")}, {title: s.say.Text("may")}, {title: s.say.Text("last used")}}}
	for _, one := range tokens {
		p := printToken(one, "")
		list = append(list, p)
		var may []string
		for _, right := range p.Scopes {
			may = append(may, string(right))
		}
		t.rows = append(t.rows, []string{p.ID, p.Name, p.User, strings.Join(may, ", "), s.day(one.UsedAt)})
	}
	if c.JSON {
		return s.json(list)
	}
	return t.write(s.out)
}

type tokenRemove struct {
	ID string `arg:"" help:"Its id, as the list shows it."`
	asJSON
}

// Run ends the token.
func (c *tokenRemove) Run(ctx context.Context, s *Session) error {
	of, err := id.Parse(c.ID)
	if err != nil {
		return fault.NotFoundf("there is no such token")
	}
	if err := s.Team.RevokeToken(ctx, s.Workspace.ID, of, team.Console()); err != nil {
		return err
	}
	return s.result(c.asJSON, struct {
		ID string `json:"id"`
	}{c.ID}, func() { s.print(s.say.Text("removed the token %s", c.ID)) })
}
