package db

import "strconv"

// Where is the condition of a question that is narrowed down by what is asked: $1 is the workspace.
type Where struct {
	Text string
	Args []any
}

// Within is everything of the transaction's workspace.
func Within(tx *Tx) *Where { return &Where{"workspace_id = $1", []any{tx.Workspace()}} }

// And narrows the condition down to what compares with a value, such as "status = "; a zero value narrows nothing.
func And[T comparable](w *Where, compares string, value T) {
	var nothing T
	if value != nothing {
		w.Text += " AND " + compares + w.Arg(value)
	}
}

// Arg is the placeholder of another argument.
func (w *Where) Arg(value any) string {
	w.Args = append(w.Args, value)
	return "$" + strconv.Itoa(len(w.Args))
}
