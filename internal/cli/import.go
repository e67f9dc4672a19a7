package cli

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"tandem/internal/exchange"
	"tandem/internal/fault"
	"tandem/internal/i18n"
	"tandem/internal/id"
	"tandem/internal/team"
)

type importCommand struct {
	Kind       string            `arg:"" optional:"" help:"What the file holds: contacts, companies, touches, deals, payments, costs or rates."`
	File       string            `arg:"" optional:"" help:"The file: CSV, TSV, semicolons or XLSX."`
	Map        map[string]string `name:"map" mapsep:"none" placeholder:"FIELD=COLUMN" help:"Feed a field from a column; FIELD= feeds it from none. May come several times."`
	Set        map[string]string `name:"set" mapsep:"none" placeholder:"FIELD=VALUE" help:"Give a field the same value in every row. May come several times."`
	System     string            `name:"system" placeholder:"NAME" help:"Whose external ids these are, such as shop. Default: the workspace's own."`
	DateFormat string            `name:"date-format" placeholder:"FORMAT" help:"How the file writes times, such as DD/MM/YYYY HH:mm. YYYY-MM-DD is always understood."`
	Decimal    string            `name:"decimal" placeholder:"MARK" help:"point or comma. Default: what the column shows."`
	Region     string            `name:"region" placeholder:"CODE" help:"Country of telephone numbers without a country code, such as DE."`
	Sheet      string            `name:"sheet" placeholder:"NAME" help:"Which sheet of an XLSX file. Default: the first."`
	Delimiter  string            `name:"delimiter" placeholder:"CHARACTER" help:"Between cells; tab for a tab. Default: what the file shows."`
	Charset    string            `name:"charset" placeholder:"NAME" help:"How the file writes letters, such as Shift_JIS. Default: UTF-8, UTF-16 or Windows-1252, as the file shows."`
	Overwrite  bool              `name:"overwrite" help:"Contacts and companies: replace what is there. Default: fill only what is empty."`
	Strict     bool              `name:"strict" help:"Import nothing if one row has a problem."`
	DryRun     bool              `name:"dry-run" help:"Say what the import would do, and save nothing. Tries the first 5,000 rows."`
	Undo       string            `name:"undo" placeholder:"ID" help:"Take an import back, instead of importing."`
	asJSON
}

// Run imports a file, or takes an import back.
func (c *importCommand) Run(ctx context.Context, s *Session) error {
	if c.Undo != "" {
		return c.undo(ctx, s)
	}
	if c.Kind == "" || c.File == "" {
		return fault.Usagef("an import needs a kind and a file").WithMend("such as: tandem import contacts people.csv")
	}
	kind, err := exchange.ParseKind(c.Kind)
	if err != nil {
		return err
	}
	o, err := c.options(s)
	if err != nil {
		return err
	}
	if c.DryRun {
		return c.try(ctx, s, kind, o)
	}
	bar := s.progress()
	o.Progress = bar.show
	result, err := s.Exchange.Import(ctx, s.Workspace.ID, team.Console(), kind, c.File, o)
	bar.end()
	if err != nil {
		return err
	}
	return s.result(c.asJSON, result, func() { s.tellImport(&result) })
}

func (c *importCommand) options(s *Session) (exchange.Options, error) {
	o := exchange.Options{
		Map: c.Map, Set: c.Set, System: c.System, Zone: s.Zone, DateFormat: c.DateFormat, Decimal: c.Decimal, Overwrite: c.Overwrite,
		Strict: c.Strict, Sheet: c.Sheet, Charset: c.Charset, Base: s.Workspace.Currency, Region: strings.ToUpper(c.Region),
	}
	switch {
	case c.Delimiter == "tab":
		o.Delimiter = '\t'
	case utf8.RuneCountInString(c.Delimiter) == 1 && c.Delimiter[0] < utf8.RuneSelf && c.Delimiter != `"`:
		o.Delimiter = rune(c.Delimiter[0])
	case c.Delimiter != "":
		return o, fault.Usagef("%q is no delimiter", c.Delimiter).WithMend(`say one character, or tab`)
	}
	return o, nil
}

// problemsTold is how many problems are printed for people; --json has more.
const problemsTold = 20

func (s *Session) tellImport(r *exchange.Result) {
	s.tellRows(r)
	s.print(s.say.Text("take it back with: tandem import --undo %s", r.ImportID))
}

// try tells what the import would do.
func (c *importCommand) try(ctx context.Context, s *Session, kind exchange.Kind, o exchange.Options) error {
	trial, err := s.Exchange.Try(ctx, s.Workspace.ID, team.Console(), kind, c.File, o)
	if err != nil {
		return err
	}
	return s.result(c.asJSON, trial, func() {
		s.tellRows(&trial.Result)
		if trial.Rows < trial.All {
			s.print(s.say.Text("these are the first of %d rows", i18n.Count(trial.All)))
		}
		s.print(s.say.Text("nothing was saved: leave out --dry-run to import"))
	})
}

// tellRows says what became of the rows, and what is wrong with those that were skipped.
func (s *Session) tellRows(r *exchange.Result) {
	s.print(s.say.Text("%d rows of %s: %d created, %d updated, %d unchanged, %d skipped",
		i18n.Count(r.Rows), r.File, i18n.Count(r.Created), i18n.Count(r.Updated), i18n.Count(r.Unchanged), i18n.Count(r.Skipped)))
	if r.ContactsCreated > 0 && r.Kind != exchange.Contacts {
		s.print(s.say.Text("new contacts: %d", i18n.Count(r.ContactsCreated)))
	}
	for _, p := range r.Problems[:min(len(r.Problems), problemsTold)] {
		s.print("  " + strings.Join(printable([]string{
			fmt.Sprintf("%s:%d", r.File, p.Line), "[" + p.Column + "]", fmt.Sprintf("%q", p.Value), p.Problem,
		}), " "))
	}
	if r.ProblemCount > problemsTold {
		s.print(s.say.Text("  and %d problems more; --json lists them", i18n.Count(r.ProblemCount-problemsTold)))
	}
}

func (c *importCommand) undo(ctx context.Context, s *Session) error {
	importID, err := id.Parse(c.Undo)
	if err != nil {
		return fault.Usagef("%q is no import's id: %w", c.Undo, err)
	}
	if c.Kind != "" {
		return fault.Usagef("an undo names the import alone, no kind and no file")
	}
	undone, err := s.Exchange.Undo(ctx, s.Workspace.ID, team.Console(), importID)
	if err != nil {
		return err
	}
	return s.result(c.asJSON, undone, func() {
		s.print(s.say.Text("took back %d rows of %s", i18n.Count(undone.Rows), string(undone.Kind)))
		if undone.Kept > 0 {
			s.print(s.say.Text("%d records stay: they have a history by now, or somebody changed them since", i18n.Count(undone.Kept)))
		}
	})
}
