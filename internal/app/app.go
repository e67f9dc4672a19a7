// Package app puts the house together: it reads the configuration, says which services stand on an open store, and opens the door that the
// program was called by. It holds no rule of the business. Its tests hold the rules of the house: which way the arrows run, who writes which
// table, that every key leads with the workspace.
package app

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // a machine may have no time zones of its own

	"golang.org/x/term"

	"tandem/internal/cli"
	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/house"
	"tandem/internal/i18n"
)

// Process is what a program is given by the machine.
type Process struct {
	Version  string
	Args     []string // without the program's name
	Env      func(name string) string
	In       io.Reader
	Out, Err io.Writer
	Terminal bool // whether Err is a terminal
	Clock    clock.Clock
}

// Main is the program. It returns the exit status. An interrupt, or a request to end, lets the command stop at its next safe point; a second one
// ends the process at once.
func Main(version string) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop)
	return Run(ctx, Process{
		Version: version, Args: os.Args[1:], Env: os.Getenv, In: os.Stdin, Out: os.Stdout, Err: os.Stderr,
		Terminal: term.IsTerminal(int(os.Stderr.Fd())), Clock: clock.System{},
	})
}

// Run is Main in a process that the caller describes.
func Run(ctx context.Context, p Process) int {
	catalogue, err := i18n.Shipped()
	if err != nil {
		_, _ = fmt.Fprintln(p.Err, "tandem:", err)
		return 1
	}
	return cli.Run(ctx, cli.Program{
		Version: p.Version, Args: p.Args, Env: p.Env, In: p.In, Out: p.Out, Err: p.Err, Terminal: p.Terminal,
		Clock: p.Clock, Catalogue: catalogue, House: func(d *db.DB) house.Services { return house.Build(d, p.Clock, p.Env("TANDEM_KEY")) },
		Serve: server{p, catalogue}.serve,
	})
}
