package exchange

import (
	"context"

	"tandem/internal/change"
	"tandem/internal/db"
	"tandem/internal/id"
)

// loader knows one kind: it reads rows into a batch and puts the batch.
type loader interface {
	// prepare reads or makes what all batches need: the workspace's own fields.
	prepare(ctx context.Context, tx *db.Tx) error
	// add reads a row into the batch; what is wrong with it goes to the cells' problems.
	add(c *cells)
	// put stores the batch in one transaction, which may be run again.
	put(ctx context.Context, tx *db.Tx, b *batch) ([]change.Put, error)
	clear()
}

// batch is what one transaction does.
type batch struct {
	run      *run
	contacts int64
	changes  []changed
	rows     []int64 // of the file, for each row of the loader's batch
	perRow   map[int64]int64
	refused  map[int]refusal
}

// refusal is why a row cannot be put though it could be read: it names something that the store does not have.
type refusal struct {
	field, value string
	err          error
}

// refuse leaves the i-th row of the batch out; the loader gives it an empty Put.
func (b *batch) refuse(i int, field, value string, err error) {
	b.refused[i] = refusal{field, value, err}
}

// note keeps what the i-th row of the batch did beside making its record.
func (b *batch) note(i int, entity string, record id.ID, before, after []byte) {
	row := b.rows[i]
	n := row*changesPerRow + b.perRow[row]
	b.perRow[row]++
	b.changes = append(b.changes, changed{b.run.ID, n, entity, record, string(before), string(after)})
}

// also notes what became of a record beside the i-th row's own; the row has changed something then.
func also(b *batch, puts []change.Put, i int, entity string, put change.Put) {
	if put.Outcome == change.Unchanged {
		return
	}
	b.note(i, entity, put.ID, put.Before, put.After)
	if puts[i].Outcome == change.Unchanged {
		puts[i].Outcome = change.Updated
	}
}
