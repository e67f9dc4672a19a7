// Package fault is the one vocabulary for errors that a user can act on.
//
// A fault carries a kind, which the doors turn into an exit status or an HTTP status, and a text that is safe to show. The text is a
// format in the message catalogue with its arguments, so that a door may say it in the user's language. Every other error is the
// program's own affair: doors show one neutral sentence and log it once.
package fault

import (
	"errors"
	"fmt"
	"strings"
)

// Kind says what sort of mistake it is, and so what the user can do about it.
type Kind int

// The kinds. Usage is a wrong command line or a malformed request; Invalid is a wrong value in a well-formed one.
const (
	Internal Kind = iota
	Usage
	Invalid
	NotFound
	Conflict
	Forbidden
	TooMany
	Unavailable
)

// Error is a mistake that its reader can mend.
type Error struct {
	Kind   Kind
	Format string // in English, a key of the message catalogue
	Args   []any
	Mend   *Message // what to do, if it is not plain from the text
	Where  Place
	Fields []Field // for Invalid: one entry for each wrong field
	cause  error
}

// Message is a catalogue format with its arguments.
type Message struct {
	Format string
	Args   []any
}

// String is the message in English.
func (m Message) String() string { return sprintf(m.Format, m.Args) }

// Field is one wrong field of a form or a request.
type Field struct {
	Name    string
	Message Message
}

// Place says where in a file the mistake is. Line and Column count from 1; 0 means unknown.
type Place struct {
	File   string
	Line   int
	Column string // the column's name, or its number where it has none
}

// String is "file:line: column", as far as known.
func (p Place) String() string {
	var b strings.Builder
	b.WriteString(p.File)
	if p.Line > 0 {
		fmt.Fprintf(&b, ":%d", p.Line)
	}
	if p.Column != "" {
		fmt.Fprintf(&b, " [%s]", p.Column)
	}
	return b.String()
}

// New makes a fault of a kind. A %w among the format's verbs keeps the cause for errors.Is, as in fmt.Errorf.
func New(kind Kind, format string, args ...any) *Error {
	return &Error{Kind: kind, Format: format, Args: args, cause: errors.Unwrap(fmt.Errorf(format, args...))}
}

// Invalidf says that a value is wrong.
func Invalidf(format string, args ...any) *Error { return New(Invalid, format, args...) }

// Usagef says that a command was called wrongly; the command line exits with status 2.
func Usagef(format string, args ...any) *Error { return New(Usage, format, args...) }

// NotFoundf says that something does not exist in this workspace.
func NotFoundf(format string, args ...any) *Error { return New(NotFound, format, args...) }

// Conflictf says that something stands in the way: it exists already, or somebody changed it meanwhile.
func Conflictf(format string, args ...any) *Error { return New(Conflict, format, args...) }

// Forbiddenf says that it may not be done by this user or with these rights.
func Forbiddenf(format string, args ...any) *Error { return New(Forbidden, format, args...) }

// Unavailablef says that it cannot be done now but may be later: a full disk, a server that does not answer.
func Unavailablef(format string, args ...any) *Error { return New(Unavailable, format, args...) }

// At adds where in a file the mistake is.
func (e *Error) At(p Place) *Error {
	e.Where = p
	return e
}

// In says which field of a form or a request is wrong.
func (e *Error) In(field string) *Error {
	e.Fields = []Field{{field, Message{e.Format, e.Args}}}
	return e
}

// WithMend adds what to do about it.
func (e *Error) WithMend(format string, args ...any) *Error {
	e.Mend = &Message{format, args}
	return e
}

// Error is the text in English: place, what is wrong, what to do.
func (e *Error) Error() string { return e.Text(sprintf) }

// Text is the fault said by the given printer, which looks formats up in a catalogue.
func (e *Error) Text(say func(format string, args []any) string) string {
	var b strings.Builder
	if where := e.Where.String(); where != "" {
		b.WriteString(where + ": ")
	}
	b.WriteString(say(strings.ReplaceAll(e.Format, "%w", "%v"), e.Args))
	if e.Mend != nil {
		b.WriteString("; " + say(e.Mend.Format, e.Mend.Args))
	}
	return b.String()
}

// Unwrap gives the cause, if there is one.
func (e *Error) Unwrap() error { return e.cause }

// KindOf is the kind of the first fault in err's chain, Internal if there is none.
func KindOf(err error) Kind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return Internal
}

// Is reports whether err is a fault of the kind.
func Is(err error, kind Kind) bool { return err != nil && KindOf(err) == kind }

func sprintf(format string, args []any) string { return fmt.Sprintf(format, args...) }
