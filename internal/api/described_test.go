package api_test

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"gopkg.in/yaml.v3"

	"tandem/internal/test/dbtest"
)

// description is what is read of api/openapi.yaml.
type description struct {
	Paths map[string]map[string]struct {
		OperationID string `yaml:"operationId"`
		Summary     string
		Parameters  []struct{ Name, Description string }
		RequestBody struct {
			Content map[string]struct{ Example any }
		} `yaml:"requestBody"`
		Responses map[string]struct {
			Content map[string]struct{ Schema shape }
		}
	}
	Components struct{ Schemas map[string]shape }
}

// shape is what of JSON Schema the description uses.
type shape struct {
	Ref         string `yaml:"$ref"`
	Type        any
	Description string
	Format      string
	Enum        []any
	Properties  map[string]shape
	Required    []string
	Items       *shape
	Additional  any `yaml:"additionalProperties"`
}

var readDescription = sync.OnceValues(func() (d description, err error) {
	text, err := os.ReadFile(described)
	if err == nil {
		err = yaml.Unmarshal(text, &d)
	}
	return d, err
})

// asDescribed fails where an answer is not what the description says it is.
func asDescribed(t *testing.T, method, path string, a answer) {
	t.Helper()
	d, err := readDescription()
	must(t, err)
	path, _, _ = strings.Cut(path, "?")
	for template, methods := range d.Paths {
		like := regexp.MustCompile("^" + strings.ReplaceAll(template, "{id}", "[^/]+") + "$")
		o, ok := methods[strings.ToLower(method)]
		if !ok || !like.MatchString("/api/v1"+path) || strings.Contains(template, "{id}") && d.Paths["/api/v1"+path][strings.ToLower(method)].OperationID != "" {
			continue
		}
		r, ok := o.Responses[fmt.Sprint(a.status)]
		if !ok {
			t.Errorf("%s %s answers %d, which is not described", method, path, a.status)
		}
		for _, c := range r.Content {
			for _, wrong := range d.mismatches(c.Schema, a.body, "") {
				t.Errorf("%s %s: %s", method, path, wrong)
			}
		}
	}
}

// mismatches are where a value is not of a shape.
func (d description) mismatches(s shape, value any, at string) []string {
	if name, ok := strings.CutPrefix(s.Ref, "#/components/schemas/"); ok {
		s = d.Components.Schemas[name]
	}
	if s.Type != nil && !slices.Contains(types(s.Type), typeOf(value)) && (typeOf(value) != "integer" || !slices.Contains(types(s.Type), "number")) {
		return []string{fmt.Sprintf("%s is the %s %v, described as %v", at, typeOf(value), value, s.Type)}
	}
	if len(s.Enum) > 0 && !slices.Contains(s.Enum, value) {
		return []string{fmt.Sprintf("%s is %v, none of %v", at, value, s.Enum)}
	}
	var all []string
	switch v := value.(type) {
	case []any:
		for i, one := range v {
			all = append(all, d.mismatches(*s.Items, one, fmt.Sprintf("%s[%d]", at, i))...)
		}
	case map[string]any:
		for name, one := range v {
			if p, ok := s.Properties[name]; ok {
				all = append(all, d.mismatches(p, one, at+"."+name)...)
			} else if s.Additional == false {
				all = append(all, at+"."+name+" is not described")
			}
		}
		for _, name := range s.Required {
			if _, ok := v[name]; !ok {
				all = append(all, at+"."+name+" is missing")
			}
		}
	}
	return all
}

func types(of any) (all []string) {
	list, ok := of.([]any)
	if !ok {
		return []string{fmt.Sprint(of)}
	}
	for _, t := range list {
		all = append(all, fmt.Sprint(t))
	}
	return all
}

func typeOf(value any) string {
	switch v := value.(type) {
	case nil:
		return "null"
	case bool:
		return "boolean"
	case string:
		return "string"
	case float64:
		if v == float64(int64(v)) {
			return "integer"
		}
		return "number"
	case []any:
		return "array"
	}
	return "object"
}

func TestEveryFieldAndParameterIsDescribed(t *testing.T) {
	d, err := readDescription()
	must(t, err)
	for name, s := range d.Components.Schemas {
		for field, p := range s.Properties {
			if p.Description == "" {
				t.Errorf("%s.%s is not described", name, field)
			}
		}
	}
	for path, methods := range d.Paths {
		for method, o := range methods {
			if o.Summary == "" {
				t.Errorf("%s %s is not described", method, path)
			}
			for _, p := range o.Parameters {
				if p.Description == "" {
					t.Errorf("%s of %s %s is not described", p.Name, method, path)
				}
			}
		}
	}
}

func TestEveryExampleIsTaken(t *testing.T) {
	d, err := readDescription()
	must(t, err)
	p := open(t, dbtest.SQLite(t))
	ids := map[string]string{
		"contacts":  p.send("POST", "/contacts", fields{"name": "Ben"}).is(201).text("id"),
		"companies": p.send("POST", "/companies", fields{"name": "West"}).is(201).text("id"),
		"deals":     p.send("POST", "/deals", fields{"name": "Fleet"}).is(201).text("id"),
	}
	n := 0
	for path, methods := range d.Paths {
		for method, o := range methods {
			example := o.RequestBody.Content["application/json"].Example
			if example == nil {
				continue
			}
			n++
			path := strings.TrimPrefix(path, "/api/v1")
			path = strings.ReplaceAll(path, "{id}", ids[strings.Split(path, "/")[1]])
			if a := p.send(strings.ToUpper(method), path, example); a.status >= 300 {
				t.Errorf("%s answers %d: %v", o.OperationID, a.status, a.body)
			}
		}
	}
	if n < 15 {
		t.Errorf("only %d examples", n)
	}
}
