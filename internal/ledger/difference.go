package ledger

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// difference is the fields of a cost that differ between two states, as they were and as they are, in JSON.
func difference(was, now CostFacts) (before, after []byte, err error) {
	b, err := fields(was)
	if err != nil {
		return nil, nil, err
	}
	a, err := fields(now)
	if err != nil {
		return nil, nil, err
	}
	for name := range b {
		if bytes.Equal(a[name], b[name]) {
			delete(b, name)
			delete(a, name)
		}
	}
	if before, err = json.Marshal(b); err != nil {
		return nil, nil, fmt.Errorf("write down what was there: %w", err)
	}
	if after, err = json.Marshal(a); err != nil {
		return nil, nil, fmt.Errorf("write down what changed: %w", err)
	}
	return before, after, nil
}

func fields(f CostFacts) (map[string]json.RawMessage, error) {
	text, err := json.Marshal(f)
	if err != nil {
		return nil, fmt.Errorf("write down a cost: %w", err)
	}
	var all map[string]json.RawMessage
	return all, json.Unmarshal(text, &all)
}

// holds reports whether the fields that after names are still so in f. Nothing named is still so.
func holds(f CostFacts, after []byte) (bool, error) {
	still := f
	err := restore(&still, after)
	return still == f, err
}

// restore gives f the fields that before names.
func restore(f *CostFacts, before []byte) error {
	if len(before) == 0 {
		return nil
	}
	if err := json.Unmarshal(before, f); err != nil {
		return fmt.Errorf("read what was written down of a cost: %w", err)
	}
	return nil
}
