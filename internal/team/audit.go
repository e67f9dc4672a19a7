package team

import (
	"context"
	"encoding/json"
	"fmt"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/id"
)

// Deed is one thing that somebody did: what, to which record, and how it changed.
type Deed struct {
	Action string // a verb of the trade, such as "edit", "win" or "revoke"
	Entity string // what sort of record, such as "contact"
	Record id.ID  // 0 for something that is no single record
	Detail any    // becomes JSON, for the reader; holds no secret
}

// Entry is one line of the audit trail.
type Entry struct {
	ID      id.ID        `db:"id"` // later entries have higher ids
	At      clock.Micros `db:"at"`
	User    id.ID        `db:"user_id,null"`
	Token   id.ID        `db:"token_id,null"`
	Actor   string       `db:"actor"` // the name at that time
	Via     Door         `db:"via"`
	Action  string       `db:"action"`
	Entity  string       `db:"entity"`
	Record  id.ID        `db:"record_id,null"`
	Details string       `db:"detail"` // JSON
}

// Note writes deeds into the audit trail of the transaction's workspace, in the transaction that does them.
func Note(ctx context.Context, tx *db.Tx, by Actor, at clock.Micros, deeds ...Deed) error {
	entries := make([]Entry, len(deeds))
	for i, d := range deeds {
		detail, err := json.Marshal(d.Detail)
		if err != nil {
			return fmt.Errorf("note what %s did: %w", d.Action, err)
		}
		entries[i] = Entry{
			ID: id.New(), At: at, User: by.User, Token: by.Token, Actor: by.Name, Via: by.Via,
			Action: d.Action, Entity: d.Entity, Record: d.Record, Details: string(detail),
		}
	}
	return db.Insert(ctx, tx, "audit", entries...)
}

const auditColumns = "id, at, user_id, token_id, actor, via, action, entity, record_id, detail"

// Trail returns up to limit entries below an id, the newest first; 0 begins at the newest.
func Trail(ctx context.Context, tx *db.Tx, before id.ID, limit int) ([]Entry, error) {
	if before == 0 {
		before = 1<<63 - 1
	}
	return db.All[Entry](ctx, tx, `SELECT `+auditColumns+` FROM audit WHERE workspace_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3`,
		tx.Workspace(), before, limit)
}

// TrailOf returns up to limit entries about one record, the newest first.
func TrailOf(ctx context.Context, tx *db.Tx, entity string, record id.ID, limit int) ([]Entry, error) {
	return db.All[Entry](ctx, tx, `SELECT `+auditColumns+` FROM audit
		WHERE workspace_id = $1 AND entity = $2 AND record_id = $3 ORDER BY id DESC LIMIT $4`, tx.Workspace(), entity, record, limit)
}
