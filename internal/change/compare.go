package change

import (
	"encoding/json"
	"fmt"
)

// Compare says what changed between two states of a record, field by field in their JSON; the record's id is left open.
func Compare[T comparable](was, now T) (Put, error) {
	if was == now {
		return Put{Outcome: Unchanged}, nil
	}
	b, err := fieldsOf(was)
	if err != nil {
		return Put{}, err
	}
	a, err := fieldsOf(now)
	if err != nil {
		return Put{}, err
	}
	for name := range b {
		if string(b[name]) == string(a[name]) {
			delete(b, name)
			delete(a, name)
		}
	}
	put := Put{Outcome: Updated}
	if put.Before, err = json.Marshal(b); err != nil {
		return put, fmt.Errorf("write down what was there: %w", err)
	}
	if put.After, err = json.Marshal(a); err != nil {
		return put, fmt.Errorf("write down what changed: %w", err)
	}
	return put, nil
}

func fieldsOf[T any](state T) (map[string]json.RawMessage, error) {
	text, err := json.Marshal(state)
	if err != nil {
		return nil, fmt.Errorf("write down a state: %w", err)
	}
	var fields map[string]json.RawMessage
	return fields, json.Unmarshal(text, &fields)
}

// TakeBack gives a state the fields of Before back and reports whether it could: not where one of them is no longer as in After. Without an After
// nothing can have changed since, and without a Before nothing is given back.
func TakeBack[T comparable](state *T, u Undo) (bool, error) {
	still := *state
	if err := fill(&still, u.After); err != nil {
		return false, fmt.Errorf("read what was changed: %w", err)
	}
	if still != *state {
		return false, nil
	}
	if err := fill(state, u.Before); err != nil {
		return false, fmt.Errorf("read what was there: %w", err)
	}
	return true, nil
}

// fill sets the fields that are named.
func fill[T any](state *T, named []byte) error {
	if len(named) == 0 {
		return nil
	}
	return json.Unmarshal(named, state)
}
