package cli

import (
	"bufio"
	"bytes"
	"io"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/alecthomas/kong"

	"tandem/internal/i18n"
)

func TestEveryCommandCanBeRunIsExplainedAndAnswersScripts(t *testing.T) {
	commands := 0
	for _, command := range leaves(model(t).Node) {
		commands++
		switch command.Target.Addr().Interface().(type) {
		case atDesk, inSession:
		default:
			t.Errorf("%s cannot be run", command.FullPath())
		}
		if !has(command, "json") && command.Name != "help" {
			t.Errorf("%s has no --json", command.FullPath())
		}
		for _, global := range []string{"db", "timezone", "workspace"} {
			if !has(command, global) {
				t.Errorf("%s has no --%s", command.FullPath(), global)
			}
		}
		for _, value := range unexplained(command) {
			t.Errorf("%s does not explain %s", command.FullPath(), value)
		}
	}
	if commands < 15 {
		t.Errorf("there are only %d commands", commands)
	}
}

func model(t *testing.T) *kong.Application {
	t.Helper()
	k, err := kong.New(&grammar{}, kong.Vars{"version": "test"})
	if err != nil {
		t.Fatal(err)
	}
	return k.Model
}

func leaves(n *kong.Node) []*kong.Node {
	var all []*kong.Node
	for _, child := range n.Children {
		if len(child.Children) == 0 {
			all = append(all, child)
		}
		all = append(all, leaves(child)...)
	}
	return all
}

func has(n *kong.Node, flag string) bool {
	return slices.ContainsFunc(slices.Concat(n.AllFlags(false)...), func(f *kong.Flag) bool { return f.Name == flag })
}

func unexplained(n *kong.Node) []string {
	var all []string
	if n.Help == "" {
		all = append(all, "itself")
	}
	for _, flag := range n.Flags {
		if flag.Help == "" {
			all = append(all, "--"+flag.Name)
		}
	}
	for _, argument := range n.Positional {
		if argument.Help == "" {
			all = append(all, argument.Name)
		}
	}
	return all
}

func TestHelpAndComplaintsAreInTheLanguageOfTheTerminal(t *testing.T) {
	catalogue, err := i18n.Load(fstest.MapFS{"de.json": {Data: []byte(`{
		"Exchange rates, by day.": "Wechselkurse, Tag für Tag.",
		"Print the version.": "Sage die Version.",
		"see the commands with: tandem help": "alle Befehle zeigt: tandem help"}`)}})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ args, want string }{
		{"", "Wechselkurse, Tag für Tag."},
		{"version --help", "Sage die Version."},
		{"frobnicate", "frobnicate; alle Befehle zeigt: tandem help"},
	} {
		var out bytes.Buffer
		Run(t.Context(), Program{
			Args: strings.Fields(c.args), Out: &out, Err: &out, Catalogue: catalogue,
			Env: func(name string) string { return map[string]string{"LANG": "de_AT.UTF-8"}[name] },
		})
		if !strings.Contains(out.String(), c.want) {
			t.Errorf("tandem %s says %q, want %q", c.args, out.String(), c.want)
		}
	}
}

func TestASemicolonInAMappingIsPartOfTheColumn(t *testing.T) {
	d := desk(t, io.Discard)
	command, err := d.parse([]string{"import", "deals", "--map", "name=Work; a=b, \\c", "f.csv", "--map=owner=", "--set", "field.Shoe size= 42 "})
	if err != nil {
		t.Fatal(err)
	}
	c := command.(*importCommand)
	if want := map[string]string{"name": "Work; a=b, \\c", "owner": ""}; !reflect.DeepEqual(c.Map, want) {
		t.Errorf("mapped %q, want %q", c.Map, want)
	}
	if want := map[string]string{"field.Shoe size": " 42 "}; !reflect.DeepEqual(c.Set, want) {
		t.Errorf("set %q, want %q", c.Set, want)
	}
	if c.Kind != "deals" || c.File != "f.csv" {
		t.Errorf("kind %q, file %q", c.Kind, c.File)
	}
}

// desk is one without a store, in English.
func desk(t *testing.T, complaints io.Writer) *Desk {
	t.Helper()
	catalogue, err := i18n.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	return &Desk{Program: Program{Err: complaints}, out: bufio.NewWriter(io.Discard), say: catalogue.Printer("en")}
}
