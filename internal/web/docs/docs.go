// Package docs is the page that explains the API to programmers. It is drawn from the API's own description, on this server: nothing is loaded from
// elsewhere, and what it says is what this version does.
package docs

import (
	"cmp"
	"embed"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"tandem/internal/team"
	"tandem/internal/web/ui"
)

//go:embed *.html
var files embed.FS

type pages struct {
	ui.House
	groups []Group
}

// Routes are the section's. A description that cannot be read is a programmer's mistake, and panics at the start.
func Routes(h ui.House) []ui.Route {
	p := pages{House: h}
	var err error
	if p.groups, err = read(h.Spec); err != nil {
		panic("docs: " + err.Error())
	}
	return []ui.Route{{Pattern: "GET /api/docs", Right: team.Read, Do: p.docs}}
}

// Docs is the page.
type Docs struct {
	ui.Frame
	Groups []Group
	Server string
}

// Group are the operations on one sort of record.
type Group struct {
	Name       string
	Operations []Operation
}

// Operation is one thing that a program can ask for.
type Operation struct {
	ID, Method, Path, Summary string
	Parameters, Body, Answer  []Field
	Files                     bool   // the body is a file
	Example                   string // a call, as it is typed
}

// Field is one value that is sent or comes back.
type Field struct {
	Name, In, Type, Doc string
	Required            bool
	Depth               int
}

var docsPage = ui.MustPage[Docs](files, "docs.html")

func (p pages) docs(w http.ResponseWriter, r *ui.Request) error {
	server := p.PublicURL
	if server == "" {
		server = "http://" + r.Host
	}
	return docsPage.Render(w, r, Docs{
		Frame: ui.Frame{Title: r.T("What programs can do"), Nav: "settings", Crumbs: []ui.Crumb{{Text: r.T("Settings"), URL: "/settings/tokens"}}}, Groups: p.groups, Server: server,
	})
}

// spec is what is read of the description.
type spec struct {
	Paths      map[string]map[string]operation
	Components struct{ Schemas map[string]schema }
}

type operation struct {
	OperationID string `yaml:"operationId"`
	Summary     string
	Tags        []string
	Parameters  []struct {
		Name, In, Description string
		Required              bool
		Schema                schema
	}
	RequestBody struct {
		Content map[string]struct {
			Schema  schema
			Example any
		}
	} `yaml:"requestBody"`
	Responses map[string]struct {
		Content map[string]struct{ Schema schema }
	}
}

type schema struct {
	Ref         string `yaml:"$ref"`
	Type        any
	Format      string
	Description string
	Enum        []any
	Properties  map[string]schema
	Required    []string
	Items       *schema
}

// read sorts the description by what it is about.
func read(text []byte) ([]Group, error) {
	var s spec
	if err := yaml.Unmarshal(text, &s); err != nil {
		return nil, fmt.Errorf("read the API's description: %w", err)
	}
	byName := map[string]*Group{}
	for path, methods := range s.Paths {
		for method, o := range methods {
			name := cmp.Or(strings.Join(o.Tags, ", "), "api")
			if byName[name] == nil {
				byName[name] = &Group{Name: name}
			}
			byName[name].Operations = append(byName[name].Operations, s.operation(method, path, &o))
		}
	}
	var groups []Group
	for _, g := range byName {
		slices.SortFunc(g.Operations, func(a, b Operation) int { return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Method, b.Method)) })
		groups = append(groups, *g)
	}
	slices.SortFunc(groups, func(a, b Group) int { return cmp.Compare(a.Name, b.Name) })
	return groups, nil
}

func (s *spec) operation(method, path string, o *operation) Operation {
	out := Operation{ID: o.OperationID, Method: strings.ToUpper(method), Path: path, Summary: o.Summary}
	for _, p := range o.Parameters {
		out.Parameters = append(out.Parameters, Field{Name: p.Name, In: p.In, Type: s.kind(p.Schema), Doc: cmp.Or(p.Description, p.Schema.Description), Required: p.Required})
	}
	for kind, c := range o.RequestBody.Content {
		if kind == "application/json" {
			out.Body, out.Example = s.fields(c.Schema, 0), call(out.Method, path, c.Example)
		} else {
			out.Files = true
		}
	}
	for _, status := range []string{"200", "201"} {
		for _, c := range o.Responses[status].Content {
			out.Answer = s.fields(c.Schema, 0)
		}
	}
	return out
}

// call is an operation with an example of its body, after the name of the server; "" without one.
func call(method, path string, body any) string {
	if body == nil {
		return ""
	}
	text, err := json.MarshalIndent(body, "", "  ")
	if err != nil {
		return ""
	}
	return path + ` -X ` + method + ` -H "Authorization: Bearer TOKEN" -H "Content-Type: application/json" -d '` + strings.ReplaceAll(string(text), "'", `'\''`) + "'"
}

// deepest is how many levels of a body are shown.
const deepest = 3

// fields are what a schema holds, what is inside below what it is inside of.
func (s *spec) fields(of schema, depth int) []Field {
	of = s.resolved(of)
	if depth >= deepest {
		return nil
	}
	var names []string
	for name := range of.Properties {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b string) int {
		first := func(n string) int {
			if slices.Contains(of.Required, n) {
				return 0
			}
			return 1
		}
		return cmp.Or(cmp.Compare(first(a), first(b)), cmp.Compare(a, b))
	})
	var all []Field
	for _, name := range names {
		p := of.Properties[name]
		all = append(all, Field{Name: name, Type: s.kind(p), Doc: p.Description, Required: slices.Contains(of.Required, name), Depth: depth})
		if p = s.resolved(p); p.Items != nil {
			p = s.resolved(*p.Items)
		}
		all = append(all, s.fields(p, depth+1)...)
	}
	return all
}

func (s *spec) resolved(of schema) schema {
	if name, ok := strings.CutPrefix(of.Ref, "#/components/schemas/"); ok {
		return s.Components.Schemas[name]
	}
	return of
}

// kind is what a value looks like, in a few words.
func (s *spec) kind(of schema) string {
	of = s.resolved(of)
	text := fmt.Sprint(of.Type)
	if list, ok := of.Type.([]any); ok && len(list) > 0 {
		text = fmt.Sprint(list[0])
	}
	switch {
	case len(of.Enum) > 0:
		var values []string
		for _, v := range of.Enum {
			if v != nil {
				values = append(values, fmt.Sprint(v))
			}
		}
		return strings.Join(values, ", ")
	case of.Format != "" && text == "string":
		return of.Format
	case of.Type == nil:
		return "JSON"
	case of.Items != nil:
		return "list of " + s.kind(*of.Items)
	}
	return text
}
