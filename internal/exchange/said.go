package exchange

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"tandem/internal/fault"
)

// said is a message as it is kept: its format, which is its key in the catalogue, and its arguments. So everybody reads it in their own language.
type said struct {
	Format string       `json:"format"`
	Args   []any        `json:"args,omitempty"`
	Mend   *said        `json:"mend,omitempty"`
	Where  *fault.Place `json:"where,omitempty"`
}

func keep(f *fault.Error) *said {
	s := keepMessage(f.Format, f.Args)
	if f.Mend != nil {
		s.Mend = keepMessage(f.Mend.Format, f.Mend.Args)
	}
	if f.Where != (fault.Place{}) {
		s.Where = &f.Where
	}
	return s
}

func keepMessage(format string, args []any) *said {
	s := &said{Format: strings.ReplaceAll(format, "%w", "%v")}
	for _, arg := range args {
		s.Args = append(s.Args, keepArg(arg))
	}
	return s
}

// keepArg is an argument that comes back from JSON as what it was; what says itself is kept as it says it.
func keepArg(arg any) any {
	switch v := arg.(type) {
	case string, bool, int, int64:
		return v
	}
	return fmt.Sprint(arg)
}

// fault is the message again.
func (s *said) fault() *fault.Error {
	f := &fault.Error{Kind: fault.Invalid, Format: s.Format, Args: s.args()}
	if s.Mend != nil {
		f.Mend = &fault.Message{Format: s.Mend.Format, Args: s.Mend.args()}
	}
	if s.Where != nil {
		f.Where = *s.Where
	}
	return f
}

// args are whole numbers again where JSON knows only numbers.
func (s *said) args() []any {
	args := slices.Clone(s.Args)
	for i, arg := range args {
		if n, ok := arg.(float64); ok && n == float64(int64(n)) {
			args[i] = int64(n)
		}
	}
	return args
}

// keptProblem is a problem as it is stored. One from before messages were kept has its text.
type keptProblem struct {
	Line   int    `json:"line"`
	Column string `json:"column"`
	Value  string `json:"value"`
	Text   string `json:"problem,omitempty"`
	Said   *said  `json:"said,omitempty"`
}

// newProblem says what is wrong with a cell, without the place: that stands beside it.
func newProblem(line int, column, value string, err error) Problem {
	f, ok := errors.AsType[*fault.Error](err)
	if !ok {
		f = fault.Invalidf("%v", err)
	}
	why := *f
	why.Where = fault.Place{}
	return Problem{Line: line, Column: column, Value: shorten(value), Problem: why.Error(), Why: &why}
}

func keepProblems(problems []Problem) []keptProblem {
	kept := make([]keptProblem, len(problems))
	for i, p := range problems {
		kept[i] = keptProblem{Line: p.Line, Column: p.Column, Value: p.Value, Text: p.Problem}
		if p.Why != nil {
			kept[i].Text, kept[i].Said = "", keep(p.Why)
		}
	}
	return kept
}

func (k keptProblem) problem() Problem {
	if k.Said == nil {
		return Problem{Line: k.Line, Column: k.Column, Value: k.Value, Problem: k.Text}
	}
	return newProblem(k.Line, k.Column, k.Value, k.Said.fault())
}

func problemsOf(kept []keptProblem) []Problem {
	problems := make([]Problem, len(kept))
	for i, k := range kept {
		problems[i] = k.problem()
	}
	return problems
}

// problemsIn reads a row's stored problems; "" are none.
func problemsIn(text string) ([]Problem, error) {
	if text == "" {
		return nil, nil
	}
	var kept []keptProblem
	if err := json.Unmarshal([]byte(text), &kept); err != nil {
		return nil, fmt.Errorf("read the problems of a row: %w", err)
	}
	return problemsOf(kept), nil
}

// keptTrial is a trial as it is stored.
type keptTrial struct {
	Trial
	Problems []keptProblem `json:"problems"`
}

// Refused is why the file as a whole could not be taken, nil if it could.
func (u *Upload) Refused() error {
	if u.Problem == "" {
		return nil
	}
	var s said
	if err := json.Unmarshal([]byte(u.Problem), &s); err != nil || s.Format == "" {
		return fault.Invalidf("%v", u.Problem) // from before messages were kept
	}
	return s.fault()
}

// ForPages is a fault without a mend that only the command line has; a page has a field there.
func ForPages(f *fault.Error) *fault.Error {
	plain := *f
	if f.Mend != nil && strings.Contains(f.Mend.Format, "--") {
		plain.Mend = nil
	}
	return &plain
}
