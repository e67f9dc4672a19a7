// Package change says what writing a row did, and what taking it back needs.
//
// Every domain that takes rows in bulk (an import's) answers with a Put a row: what became of it, and, where an existing record was changed,
// what stood in it before and after, as JSON that only the domain itself reads. An import keeps these and hands them back to the same
// domain when it is undone.
package change

import "tandem/internal/id"

// Outcome is what became of a row.
type Outcome string

// The outcomes. Unchanged: everything the row says was there already.
const (
	Created   Outcome = "created"
	Updated   Outcome = "updated"
	Unchanged Outcome = "unchanged"
)

// Put is what became of one row.
type Put struct {
	ID      id.ID
	Outcome Outcome
	Before  []byte // for Updated: the changed fields as they were, JSON
	After   []byte // for Updated: the same fields as they are now, JSON
}

// Undo names one change to take back: Created records go away, others get the fields of Before back, unless somebody has changed them since,
// so that they are no longer as in After.
type Undo struct {
	ID      id.ID
	Created bool
	Before  []byte
	After   []byte
}
