package team

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

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

// Entries is what of the trail is asked for; what is left empty narrows nothing.
type Entries struct {
	Before   id.ID // entries below this id
	User     id.ID // who did it
	Of       []string
	From, To clock.Micros // from an instant, and before one
}

// Trail returns up to limit entries, the newest first.
func Trail(ctx context.Context, tx *db.Tx, q Entries, limit int) ([]Entry, error) {
	where, args := `workspace_id = $1`, []any{tx.Workspace()}
	narrow := func(condition string, value any) {
		args = append(args, value)
		where += " AND " + condition + "$" + strconv.Itoa(len(args))
	}
	if q.Before != 0 {
		narrow("id < ", q.Before)
	}
	if q.User != 0 {
		narrow("user_id = ", q.User)
	}
	if q.From != 0 {
		narrow("at >= ", q.From)
	}
	if q.To != 0 {
		narrow("at < ", q.To)
	}
	if len(q.Of) > 0 {
		list, of := db.List(len(args)+1, q.Of)
		where, args = where+" AND entity IN ("+list+")", append(args, of...)
	}
	args = append(args, limit)
	return db.All[Entry](ctx, tx, `SELECT `+auditColumns+` FROM audit WHERE `+where+` ORDER BY id DESC LIMIT $`+strconv.Itoa(len(args)), args...)
}

// TrailOf returns up to limit entries about one record, the newest first.
func TrailOf(ctx context.Context, tx *db.Tx, entity string, record id.ID, limit int) ([]Entry, error) {
	return db.All[Entry](ctx, tx, `SELECT `+auditColumns+` FROM audit
		WHERE workspace_id = $1 AND entity = $2 AND record_id = $3 ORDER BY id DESC LIMIT $4`, tx.Workspace(), entity, record, limit)
}

// Handled are those of some records of an entity whom the trail names, themselves or their own fields: somebody made or changed them by hand.
func Handled(ctx context.Context, tx *db.Tx, entity string, records []id.ID) (map[id.ID]bool, error) {
	handled := map[id.ID]bool{}
	for chunk := range slices.Chunk(records, 500) {
		list, args := db.List(4, chunk)
		found, err := db.All[id.ID](ctx, tx, `SELECT DISTINCT record_id FROM audit
			WHERE workspace_id = $1 AND entity IN ($2, $3) AND record_id IN (`+list+`)`, append([]any{tx.Workspace(), entity, entity + " fields"}, args...)...)
		if err != nil {
			return nil, fmt.Errorf("look for who was changed by hand: %w", err)
		}
		for _, one := range found {
			handled[one] = true
		}
	}
	return handled, nil
}
