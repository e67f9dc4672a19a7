package api

import (
	"errors"
	"strings"
	"time"

	"tandem/internal/clock"
	"tandem/internal/fault"
	"tandem/internal/id"
	"tandem/internal/money"
)

// Paging asks for a page of a list.
type Paging struct {
	After string `query:"after" maxLength:"100" doc:"Where the page begins: next of the page before"`
	Limit int    `query:"limit" minimum:"1" maximum:"500" default:"100" required:"false"`
}

func (p Paging) after() (id.ID, error) { return optional("query.after", p.After) }

// List is one page, and where the next one begins.
type List[T any] struct {
	Items []T    `json:"items"`
	Next  string `json:"next,omitempty" doc:"after of the next page; absent on the last one"`
}

// One names a record in the path.
type One struct {
	ID string `path:"id" maxLength:"13" doc:"13 characters"`
}

func (o One) id() (id.ID, error) {
	n, err := id.Parse(o.ID)
	if err != nil {
		return 0, fault.NotFoundf("there is nothing at this address")
	}
	return n, nil
}

// optional reads an id that may be left out.
func optional(name, text string) (id.ID, error) {
	if text == "" {
		return 0, nil
	}
	n, err := id.Parse(text)
	if err != nil {
		return 0, wrong(name, "%q is no id", text)
	}
	return n, nil
}

// ref is an id in a request, and where it goes.
type ref struct {
	name, text string
	into       *id.ID
}

// ids reads those that may be left out.
func ids(all ...ref) (err error) {
	for _, r := range all {
		if *r.into, err = optional(r.name, r.text); err != nil {
			return err
		}
	}
	return nil
}

// wrong is a mistake in one field.
func wrong(field, format string, args ...any) error {
	return fault.Invalidf(format, args...).In(field)
}

// within says in which part of the request a mistake is.
func within(part string, err error) error {
	f, ok := errors.AsType[*fault.Error](err)
	switch {
	case !ok || f.Kind != fault.Invalid:
	case len(f.Fields) == 0:
		return f.In(part)
	default:
		for i := range f.Fields {
			f.Fields[i].Name = part + "." + f.Fields[i].Name
		}
	}
	return err
}

// keyOf keeps the keys of programs apart from those that Tandem and files give.
func keyOf(given string) string { return "api:" + given }

// given is a key as the program that gave it knows it.
func given(key string) string { return strings.TrimPrefix(key, "api:") }

// shown is an id as JSON has it, "" for none.
func shown(i id.ID) string {
	if i == 0 {
		return ""
	}
	return i.String()
}

// at is a time as JSON has it; nil for none.
func at(m clock.Micros) *time.Time {
	if m == 0 {
		return nil
	}
	t := m.Time()
	return &t
}

// since is an instant from which on something is asked for; 0 for ever.
func since(t time.Time) clock.Micros {
	if t.IsZero() {
		return 0
	}
	return clock.Of(t)
}

func currency(s string) money.Currency {
	return money.Currency(strings.ToUpper(strings.TrimSpace(s)))
}

// page is a list with its next key, if it is full.
func page[T any](items []T, limit int, key func(T) string) List[T] {
	if items == nil {
		items = []T{}
	}
	l := List[T]{Items: items}
	if len(items) > 0 && len(items) == limit {
		l.Next = key(items[len(items)-1])
	}
	return l
}
