package db

import (
	"context"

	"tandem/internal/clock"
)

// Note is something that a store knows about itself, such as that a restore into it has begun. Notes belong to no workspace.
type Note struct {
	Value     string       `db:"value"`
	WrittenAt clock.Micros `db:"written_at"`
}

// ReadNote is the note of a name, and whether there is one.
func ReadNote(ctx context.Context, t *Tx, name string) (Note, bool, error) {
	return Maybe[Note](ctx, t, `SELECT value, written_at FROM store_note WHERE name = $1`, name)
}

// WriteNote writes a note, in place of one of that name.
func WriteNote(ctx context.Context, t *Tx, name, value string, at clock.Micros) error {
	_, err := Exec(ctx, t, `INSERT INTO store_note (name, value, written_at) VALUES ($1, $2, $3)
		ON CONFLICT (name) DO UPDATE SET value = excluded.value, written_at = excluded.written_at`, name, value, at)
	return err
}

// HoldNote keeps a note from being changed until the transaction ends; false if it does not say value.
func HoldNote(ctx context.Context, t *Tx, name, value string) (bool, error) {
	n, err := Exec(ctx, t, `UPDATE store_note SET value = value WHERE name = $1 AND value = $2`, name, value)
	return n > 0, err
}

// RemoveNote takes a note away, if there is one.
func RemoveNote(ctx context.Context, t *Tx, name string) error {
	_, err := Exec(ctx, t, `DELETE FROM store_note WHERE name = $1`, name)
	return err
}
