package i18n

import (
	"errors"
	"fmt"

	"golang.org/x/text/language"
	numbers "golang.org/x/text/message"

	"tandem/internal/fault"
	"tandem/internal/id"
)

// Printer says things in one language. It is safe for concurrent use.
type Printer struct {
	tag      language.Tag
	messages map[string]message
	numbers  *numbers.Printer
}

// Count is a number of things, grouped as the language does it: 1,000,000.
type Count int64

func newPrinter(tag language.Tag, messages map[string]message) *Printer {
	return &Printer{tag: tag, messages: messages, numbers: numbers.NewPrinter(tag)}
}

// Language is the BCP 47 tag of the language that the printer speaks.
func (p *Printer) Language() string { return p.tag.String() }

// Text says a message. format is its English text, with the verbs of fmt.
func (p *Printer) Text(format string, args ...any) string { return p.say(format, args) }

// Number is a count as the language writes it.
func (p *Printer) Number(n Count) string { return p.numbers.Sprintf("%d", int64(n)) }

// Fault says what went wrong. A fault is said in full: where, what, and what to do. Any other error is the program's own affair and becomes one
// neutral sentence; then reference, which is "" for a fault, names it, and the caller logs the error once under that name.
func (p *Printer) Fault(err error) (text, reference string) {
	if f, ok := errors.AsType[*fault.Error](err); ok {
		return f.Text(p.say), ""
	}
	reference = id.New().String()
	return p.Text("something went wrong inside Tandem; the log has it under %s", reference), reference
}

// Message says a part of a fault: a field's mistake, or what to do.
func (p *Printer) Message(m fault.Message) string { return p.say(m.Format, m.Args) }

func (p *Printer) say(format string, args []any) string {
	if m, ok := p.messages[format]; ok {
		format = m.pick(p.tag, args)
	}
	said := make([]any, len(args))
	for i, arg := range args {
		said[i] = p.argument(arg)
	}
	return fmt.Sprintf(format, said...)
}

// argument puts what is a message itself into the language.
func (p *Printer) argument(arg any) any {
	switch v := arg.(type) {
	case Count:
		return grouped{p, v}
	case *fault.Error:
		return v.Text(p.say)
	case fault.Message:
		return p.Message(v)
	}
	return arg
}

// grouped is a count that any verb writes in the language's way.
type grouped struct {
	in *Printer
	n  Count
}

// Format writes the number.
func (g grouped) Format(s fmt.State, _ rune) {
	width, _ := s.Width()
	_, _ = fmt.Fprintf(s, "%*s", width, g.in.Number(g.n)) // a State keeps what is written and reports no error
}
