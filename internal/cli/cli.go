// Package cli is the command line: the door for people at a terminal, and for scripts.
//
// A command is a struct with its flags and a Run method, in a file of its own; the grammar lists them all. Most run in a Session: the store
// is open and migrated, the workspace found, the time zone known. A few run at the Desk, before all that. A command reads its flags, calls the
// business and says what came of it; it holds no rules of its own. What it prints goes to standard output, as text for people or, with
// --json, as one JSON document; what went wrong goes to standard error, as text in both cases.
//
// The exit status is 0 for done, 1 for failed, 2 for a command that was called wrongly, and 130 for one that was interrupted. The global flags
// may stand before or after a command's arguments.
package cli

import (
	"bufio"
	"context"
	"errors"
	"io"
	"log/slog"
	"strings"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/house"
	"tandem/internal/i18n"
)

// Program is one call of the program: what it was called with, and what it is made of.
type Program struct {
	Version string
	Args    []string // without the program's name
	Env     func(name string) string

	In       io.Reader
	Out, Err io.Writer
	Terminal bool // whether Err is a terminal, where progress can be shown

	Clock     clock.Clock
	Catalogue *i18n.Catalogue
	House     func(*db.DB) house.Services // builds the services on an open store
	Serve     func(context.Context, house.Services, ServeOptions) error
}

// The exit statuses.
const (
	done        = 0
	failed      = 1
	misused     = 2
	interrupted = 130 // 128 and the number of SIGINT, as shells count
)

// Run does what the arguments say and returns the exit status. It stops at the next safe point once ctx ends.
func Run(ctx context.Context, p Program) int {
	out := bufio.NewWriter(p.Out)
	d := &Desk{Program: p, out: out, say: p.Catalogue.Printer(p.Env("LC_ALL"), p.Env("LC_MESSAGES"), p.Env("LANG"))}
	err := d.run(ctx)
	if flushed := out.Flush(); flushed != nil && err == nil {
		err = fault.Unavailablef("the result cannot be written: %w", flushed).WithMend("make room where it goes")
	}
	return d.end(ctx, err)
}

// end says what went wrong and turns it into a status.
func (d *Desk) end(ctx context.Context, err error) int {
	switch {
	case err == nil:
		return done
	case ctx.Err() != nil && errors.Is(err, context.Canceled):
		d.complain(d.say.Text("interrupted; what was finished is kept"))
		return interrupted
	}
	text, reference := d.say.Fault(err)
	if reference != "" {
		slog.New(slog.NewTextHandler(d.Err, nil)).Error("command failed", "reference", reference, "error", err)
	}
	d.complain(text)
	d.complainOfFields(err)
	if fault.Is(err, fault.Usage) {
		return misused
	}
	return failed
}

// complain writes a line to standard error. Where even that is closed there is nobody left to tell.
func (d *Desk) complain(text string) { _, _ = io.WriteString(d.Err, "tandem: "+onTerminal(text)+"\n") }

// complainOfFields lists the fields where there are several: the first is in the fault's own text.
func (d *Desk) complainOfFields(err error) {
	f, ok := errors.AsType[*fault.Error](err)
	if !ok || len(f.Fields) < 2 {
		return
	}
	var b strings.Builder
	for _, field := range f.Fields {
		b.WriteString("  " + field.Name + ": " + d.say.Message(field.Message) + "\n")
	}
	_, _ = io.WriteString(d.Err, b.String())
}
