package contact

import (
	"encoding/json"
	"fmt"
	"strconv"

	"tandem/internal/change"
	"tandem/internal/clock"
	"tandem/internal/id"
)

// edit is what one row changed in a known record: columns, and addresses or touches that were added.
type edit struct {
	Before map[string]string   `json:"before,omitempty"`
	After  map[string]string   `json:"after,omitempty"`
	Added  map[string][]string `json:"added,omitempty"`
}

// after is the half of an edit that says how things are now.
type after struct {
	After map[string]string   `json:"after,omitempty"`
	Added map[string][]string `json:"added,omitempty"`
}

func (e *edit) empty() bool { return len(e.After) == 0 && len(e.Added) == 0 }

// text changes a text if the row says something else and it was empty or may be overwritten.
func (e *edit) text(column string, at *string, value string, overwrite bool) bool {
	if value == "" || *at == value || *at != "" && !overwrite {
		return false
	}
	e.note(column, *at, value)
	*at = value
	return true
}

func (e *edit) number(column string, was, is int64) {
	e.note(column, strconv.FormatInt(was, 10), strconv.FormatInt(is, 10))
}

func (e *edit) note(column, was, is string) {
	if e.Before == nil {
		e.Before, e.After = map[string]string{}, map[string]string{}
	}
	e.Before[column], e.After[column] = was, is
}

// add notes something that was added; a nil edit, a new record's, needs no notes.
func (e *edit) add(what, which string) {
	if e == nil {
		return
	}
	if e.Added == nil {
		e.Added = map[string][]string{}
	}
	e.Added[what] = append(e.Added[what], which)
}

func (e *edit) detail() string {
	b, err := json.Marshal(e)
	if err != nil {
		panic("contact: texts always become JSON: " + err.Error())
	}
	return string(b)
}

func (e *edit) halves() (before, now []byte, err error) {
	if before, err = json.Marshal(e.Before); err != nil {
		return nil, nil, fmt.Errorf("keep what was there before: %w", err)
	}
	now, err = json.Marshal(after{e.After, e.Added})
	return before, now, err
}

// readEdit puts the halves together again.
func readEdit(u change.Undo) (edit, error) {
	var e edit
	var a after
	if err := json.Unmarshal(u.Before, &e.Before); err != nil {
		return e, fmt.Errorf("read what record %s was: %w", u.ID, err)
	}
	if err := json.Unmarshal(u.After, &a); err != nil {
		return e, fmt.Errorf("read what record %s became: %w", u.ID, err)
	}
	e.After, e.Added = a.After, a.Added
	return e, nil
}

// back puts the earlier value of a text back, unless it has changed since; it reports whether it could.
func (e *edit) back(column string, at *string) bool {
	now, ok := e.After[column]
	if !ok {
		return true
	}
	if *at != now {
		return false
	}
	*at = e.Before[column]
	return true
}

func backNumber[N id.ID | clock.Micros](e *edit, column string, at *N) bool {
	text := strconv.FormatInt(int64(*at), 10)
	if !e.back(column, &text) {
		return false
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return false
	}
	*at = N(n)
	return true
}
