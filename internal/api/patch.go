package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"

	"github.com/danielgtaylor/huma/v2"
)

// changes is a body that changes only what it names, in a form of F (RFC 7396): null empties a field, what is not named stays.
type changes[F any] struct{ named json.RawMessage }

// UnmarshalJSON keeps the body as it came; it was checked against the schema before.
func (c *changes[F]) UnmarshalJSON(body []byte) error {
	c.named = bytes.Clone(body)
	return nil
}

// MarshalJSON is the body as it came, for the hash of an Idempotency-Key.
func (c changes[F]) MarshalJSON() ([]byte, error) { return c.named, nil }

// Schema is the form's, with nothing required and everything nullable.
func (c changes[F]) Schema(r huma.Registry) *huma.Schema {
	s := huma.SchemaFromType(r, reflect.TypeFor[F]()) // huma asks for a type; nothing else is reflected on
	s.Required = nil
	s.Properties = maps.Clone(s.Properties)
	for name, p := range s.Properties {
		one := *p
		one.Nullable = one.Ref == ""
		if len(one.Enum) > 0 {
			one.Enum = append(one.Enum[:len(one.Enum):len(one.Enum)], nil)
		}
		one.PrecomputeMessages()
		s.Properties[name] = &one
	}
	s.PrecomputeMessages()
	return s
}

// on is the form with the changes made.
func (c *changes[F]) on(was F) (F, error) {
	var is F
	now, err := members(was)
	if err != nil {
		return is, err
	}
	named, err := members(c.named)
	if err != nil {
		return is, err
	}
	maps.Copy(now, named)
	text, err := json.Marshal(now)
	if err == nil {
		err = json.Unmarshal(text, &is) // null leaves the new form's field empty
	}
	if err != nil {
		err = fmt.Errorf("change what a request names: %w", err)
	}
	return is, err
}

func members(of any) (map[string]json.RawMessage, error) {
	all := map[string]json.RawMessage{}
	text, err := json.Marshal(of)
	if err == nil {
		err = json.Unmarshal(text, &all)
	}
	if err != nil {
		return nil, fmt.Errorf("read what a form holds: %w", err)
	}
	return all, nil
}
