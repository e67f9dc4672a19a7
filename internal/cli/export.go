package cli

import (
	"context"

	"tandem/internal/exchange"
	"tandem/internal/fault"
	"tandem/internal/i18n"
	"tandem/internal/team"
)

type exportCommand struct {
	Kind   string `arg:"" help:"contacts, companies, touches, deals, payments, costs, rates, or all."`
	Dir    string `arg:"" optional:"" help:"For all: the folder that the files go to."`
	Format string `name:"format" default:"csv" placeholder:"FORMAT" help:"csv or jsonl, one record a line. Default: csv."`
	asJSON
}

// all is the kind that means every kind.
const all = "all"

// Run writes one kind to standard output, or every kind to files in a folder.
func (c *exportCommand) Run(ctx context.Context, s *Session) error {
	format, err := exchange.ParseFormat(c.Format)
	if err != nil {
		return err
	}
	if c.Kind == all {
		return c.everything(ctx, s, format)
	}
	if c.Dir != "" {
		return fault.Usagef("one kind goes to standard output, not to %s", c.Dir).WithMend("write: tandem export %s > FILE", c.Kind)
	}
	kind, err := exchange.ParseKind(c.Kind)
	if err != nil {
		return err
	}
	_, err = s.Exchange.Export(ctx, s.Workspace.ID, team.Console(), kind, format, s.out)
	return err
}

func (c *exportCommand) everything(ctx context.Context, s *Session, format exchange.Format) error {
	if c.Dir == "" {
		return fault.Usagef("an export of all needs a folder").WithMend("such as: tandem export all backup-of-may")
	}
	rows, err := s.Exchange.ExportAll(ctx, s.Workspace.ID, team.Console(), format, c.Dir)
	if err != nil {
		return err
	}
	return s.result(c.asJSON, rows, func() {
		for _, kind := range exchange.Kinds() {
			s.print(s.say.Text("%d %s", i18n.Count(rows[kind]), string(kind)))
		}
	})
}
