package cli

import (
	"bufio"
	"context"
	"crypto/rand"
	"net/url"
	"strings"
	"time"

	"tandem/internal/clock"
	"tandem/internal/fault"
	"tandem/internal/team"
	"tandem/internal/text"
)

type userCommand struct {
	Add    userAdd    `cmd:"" name:"add" help:"Add somebody who works here; on a new database the first is the owner."`
	List   userList   `cmd:"" name:"list" help:"List the people who work here."`
	Role   userRole   `cmd:"" name:"role" help:"Give somebody another role."`
	Reset  userReset  `cmd:"" name:"reset" help:"Make a link by which somebody chooses a new password."`
	Remove userRemove `cmd:"" name:"remove" help:"Take somebody out of the workspace; what they did stays."`
}

type userAdd struct {
	Email    string `arg:"" help:"Their email, by which they sign in."`
	Name     string `name:"name" required:"" help:"Their name."`
	Role     string `name:"role" placeholder:"ROLE" help:"owner, manager, marketing, sales, both or viewer. Default: viewer; of the first one: owner."`
	Password bool   `name:"password-stdin" help:"Read the password from the first line of standard input. Without it one is made and printed."`
	asJSON
}

// printedUser is somebody as scripts read them.
type printedUser struct {
	Email      string     `json:"email"`
	Name       string     `json:"name"`
	Role       team.Role  `json:"role"`
	SecondStep bool       `json:"second_step"`
	SeenAt     *time.Time `json:"seen_at"`
	Password   string     `json:"password,omitempty"` // that was made for them
}

// Run adds the user.
func (c *userAdd) Run(ctx context.Context, s *Session) error {
	password, made, err := c.password(s)
	if err != nil {
		return err
	}
	role := team.Role(c.Role)
	if role == "" {
		members, err := s.Team.Members(ctx, s.Workspace.ID)
		if err != nil {
			return err
		}
		role = team.Viewer
		if len(members) == 0 {
			role = team.Owner
		}
	}
	u, err := s.Team.AddMember(ctx, s.Workspace.ID, team.NewUser{Name: c.Name, Email: c.Email, Password: password}, role, team.Console())
	if err != nil {
		return err
	}
	return s.result(c.asJSON, printedUser{Email: u.Email, Name: u.Name, Role: role, Password: made}, func() {
		s.print(s.say.Text("added %s", u.Email))
		if made != "" {
			s.print(s.say.Text("their password, shown only now: %s", made))
		}
	})
}

// password is what was given, or one that is made.
func (c *userAdd) password(s *Session) (password, made string, err error) {
	if !c.Password {
		made = rand.Text()[:20] // 100 bits
		return made, made, nil
	}
	line, err := bufio.NewReader(s.In).ReadString('\n')
	if line = strings.TrimRight(line, "\r\n"); line == "" {
		return "", "", fault.Usagef("there is no password on standard input: %v", err)
	}
	return line, "", nil
}

type userList struct{ asJSON }

// Run lists the members.
func (c *userList) Run(ctx context.Context, s *Session) error {
	members, err := s.Team.Members(ctx, s.Workspace.ID)
	if err != nil {
		return err
	}
	list := []printedUser{}
	t := table{columns: []column{{title: s.say.Text("email")}, {title: s.say.Text("name")}, {title: s.say.Text("role")}, {title: s.say.Text("second step")}, {title: s.say.Text("last here")}}}
	for _, m := range members {
		one := printedUser{Email: m.Email, Name: m.Name, Role: m.Role, SecondStep: m.TOTPAt != 0, SeenAt: moment(m.SeenAt)}
		list = append(list, one)
		t.rows = append(t.rows, []string{m.Email, m.Name, string(m.Role), s.yes(one.SecondStep), s.day(m.SeenAt)})
	}
	if c.JSON {
		return s.json(list)
	}
	return t.write(s.out)
}

// moment is a time as scripts read it, null for never.
func moment(at clock.Micros) *time.Time {
	if at == 0 {
		return nil
	}
	t := at.Time()
	return &t
}

// day is the day of a time, in the session's zone.
func (s *Session) day(at clock.Micros) string {
	if at == 0 {
		return s.say.Text("never")
	}
	return at.Day(s.Zone)
}

func (s *Session) yes(is bool) string {
	if is {
		return s.say.Text("on")
	}
	return s.say.Text("off")
}

// member finds somebody by their email.
func (s *Session) member(ctx context.Context, email string) (team.Member, error) {
	members, err := s.Team.Members(ctx, s.Workspace.ID)
	if err != nil {
		return team.Member{}, err
	}
	for _, m := range members {
		if text.Key(m.Email) == text.Key(email) {
			return m, nil
		}
	}
	return team.Member{}, fault.NotFoundf("nobody here has the email %s", email).WithMend("list them with: tandem user list")
}

type userRole struct {
	Email string `arg:"" help:"Who."`
	Role  string `arg:"" help:"owner, manager, marketing, sales, both or viewer."`
	asJSON
}

// Run changes the role.
func (c *userRole) Run(ctx context.Context, s *Session) error {
	m, err := s.member(ctx, c.Email)
	if err != nil {
		return err
	}
	if err := s.Team.ChangeRole(ctx, s.Workspace.ID, m.ID, team.Role(c.Role), team.Console()); err != nil {
		return err
	}
	return s.result(c.asJSON, printedUser{Email: m.Email, Name: m.Name, Role: team.Role(c.Role), SecondStep: m.TOTPAt != 0, SeenAt: moment(m.SeenAt)}, func() {
		s.print(s.say.Text("%s is %s now", m.Email, c.Role))
	})
}

type userReset struct {
	Email      string `arg:"" help:"Who."`
	SecondStep bool   `name:"second-step" help:"Switch their second step off as well, for who has lost phone and recovery codes."`
	PublicURL  string `name:"public-url" required:"" env:"TANDEM_PUBLIC_URL" placeholder:"URL" help:"The address that people type, such as https://tandem.example.com, for the link."`
	asJSON
}

// printedLink is a link that was made.
type printedLink struct {
	Link string `json:"link"`
}

// Run makes the link.
func (c *userReset) Run(ctx context.Context, s *Session) error {
	site, err := url.Parse(c.PublicURL)
	if err != nil || site.Host == "" || site.Scheme != "https" && site.Scheme != "http" {
		return fault.Usagef("--public-url %q is no address of a site", c.PublicURL).WithMend("write it as https://tandem.example.com")
	}
	m, err := s.member(ctx, c.Email)
	if err != nil {
		return err
	}
	if c.SecondStep {
		if err := s.Team.ClearSecondStep(ctx, s.Workspace.ID, m.ID, team.Console()); err != nil {
			return err
		}
	}
	secret, err := s.Team.MakeReset(ctx, s.Workspace.ID, m.ID, team.Console())
	if err != nil {
		return err
	}
	link := strings.TrimSuffix(c.PublicURL, "/") + "/reset/" + secret
	return s.result(c.asJSON, printedLink{link}, func() {
		s.print(s.say.Text("Give this link to %s; it works once: %s", m.Email, link))
	})
}

type userRemove struct {
	Email string `arg:"" help:"Who."`
	asJSON
}

// Run takes them out.
func (c *userRemove) Run(ctx context.Context, s *Session) error {
	m, err := s.member(ctx, c.Email)
	if err != nil {
		return err
	}
	if err := s.Team.RemoveMember(ctx, s.Workspace.ID, m.ID, team.Console()); err != nil {
		return err
	}
	return s.result(c.asJSON, printedUser{Email: m.Email, Name: m.Name, Role: m.Role, SeenAt: moment(m.SeenAt)}, func() {
		s.print(s.say.Text("removed %s", m.Email))
	})
}
