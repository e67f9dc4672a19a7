package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/alecthomas/kong"

	"tandem/internal/fault"
)

// grammar is every command and every global flag.
type grammar struct {
	DB        string           `name:"db" placeholder:"URL" help:"Where the data is: sqlite:FILE or postgres://USER@HOST/NAME. Default: sqlite:tandem.db, or what TANDEM_DB says."`
	Timezone  string           `name:"timezone" placeholder:"ZONE" help:"Time zone of dates, such as Europe/Berlin. Default: the workspace's."`
	Workspace string           `name:"workspace" placeholder:"SLUG" default:"default" help:"Which business it is about. Default: default."`
	Version   kong.VersionFlag `name:"version" help:"Print the version."`

	Commands commands `embed:""`
}

// commands are listed in the order in which help shows them.
type commands struct {
	Demo    demoCommand      `cmd:"" name:"demo" help:"A throw-away database with a year of a believable business, served at once."`
	Serve   serveCommand     `cmd:"" name:"serve" help:"Run the server: the site, the API, the work in the background."`
	Import  importCommand    `cmd:"" name:"import" help:"Bring a file in: contacts, companies, touches, deals, payments, costs, rates."`
	Export  exportCommand    `cmd:"" name:"export" help:"Write records out, as CSV or JSON Lines."`
	Report  reportCommand    `cmd:"" name:"report" help:"Ask where people came from and what brought the money."`
	Work    workspaceCommand `cmd:"" name:"workspace" help:"The businesses kept in this database."`
	User    userCommand      `cmd:"" name:"user" help:"The people who work here: add, list, role, reset, remove."`
	Token   tokenCommand     `cmd:"" name:"token" help:"The tokens by which programs come in."`
	Migrate migrateCommand   `cmd:"" name:"migrate" help:"The database's schema."`
	Backup  backupCommand    `cmd:"" name:"backup" help:"Write everything to one file, while others go on working."`
	Restore restoreCommand   `cmd:"" name:"restore" help:"Fill an empty database from a backup."`
	Doctor  doctorCommand    `cmd:"" name:"doctor" help:"Check the database, the disk and the clock, and say what to mend."`
	Field   fieldCommand     `cmd:"" name:"field" help:"Fields of your own for contacts, companies and deals."`
	Rate    rateCommand      `cmd:"" name:"rate" help:"Exchange rates, by day."`
	Version versionCommand   `cmd:"" name:"version" help:"Print the version."`
	Help    helpCommand      `cmd:"" name:"help" help:"Explain a command."`
}

// atDesk is a command that needs no store, or opens it in its own way.
type atDesk interface {
	Run(ctx context.Context, d *Desk) error
}

// inSession is a command that works on a workspace.
type inSession interface {
	Run(ctx context.Context, s *Session) error
}

// run reads the arguments and runs the command that they name.
func (d *Desk) run(ctx context.Context) error {
	command, err := d.parse(d.Args)
	switch c := command.(type) {
	case nil:
		return err
	case atDesk:
		return c.Run(ctx, d)
	case inSession:
		return d.inSession(ctx, c)
	}
	return fmt.Errorf("%T is no command", command)
}

// parse fills the command that the arguments name; nil if they only asked for help, or were wrong.
func (d *Desk) parse(args []string) (any, error) {
	if len(args) == 0 {
		args = []string{"--help"}
	}
	helped := false
	var g grammar
	parser, err := kong.New(&g, kong.Name("tandem"),
		kong.Description(d.say.Text("Marketing and sales as one team: what brought this money, and what to do next.")),
		kong.Writers(d.out, d.Err), kong.Exit(func(int) { helped = true }), kong.Vars{"version": d.line()},
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, NoExpandSubcommands: true}), kong.PostBuild(d.translate))
	if err != nil {
		return nil, fmt.Errorf("read the grammar: %w", err)
	}
	parsed, err := parser.Parse(args)
	if helped { // kong has printed and goes on
		return nil, nil
	}
	if err != nil {
		return nil, d.misuse(err)
	}
	d.flags = g
	return parsed.Selected().Target.Addr().Interface(), nil
}

// misuse is kong's complaint, with where to look.
func (d *Desk) misuse(err error) error {
	command := "tandem"
	if wrong, ok := errors.AsType[*kong.ParseError](err); ok {
		if at := wrong.Context.Selected(); at != nil {
			command = at.FullPath()
		} else if strings.HasPrefix(err.Error(), "unexpected argument") {
			return fault.Usagef("%w", err).WithMend("see the commands with: tandem help")
		}
	}
	if flag, ok := withoutValue(err); ok {
		return fault.Usagef("%s needs a value", flag).WithMend("see how it is used with: %s --help", command)
	}
	return fault.Usagef("%w", err).WithMend("see how it is used with: %s --help", command)
}

// withoutValue is the flag that stands last and lacks its value, which kong says in words for programmers.
func withoutValue(err error) (flag string, ok bool) {
	flag, what, found := strings.Cut(err.Error(), ": ")
	return flag, found && (strings.HasSuffix(what, `got "EOL" (<EOL>)`) || strings.HasPrefix(what, "missing value"))
}

// translate says the help of every command and flag in the language.
func (d *Desk) translate(k *kong.Kong) error {
	return kong.Visit(k.Model, func(node kong.Visitable, next kong.Next) error {
		switch n := node.(type) {
		case *kong.Node:
			n.Help = d.said(n.Help)
		case *kong.Value:
			n.Help = d.said(n.Help)
		case *kong.Flag:
			n.Help = d.said(n.Help)
		}
		return next(nil)
	})
}

func (d *Desk) said(help string) string {
	if help == "" {
		return ""
	}
	return d.say.Text(help)
}

type helpCommand struct {
	Command []string `arg:"" optional:"" help:"The command to explain."`
}

// Run prints the help of a command, or of them all.
func (c *helpCommand) Run(_ context.Context, d *Desk) error {
	_, err := d.parse(append(c.Command, "--help"))
	return err
}
