package api

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/id"
	"tandem/internal/people/glance"
	"tandem/internal/team"
)

// keptFor is how long the answer to an idempotency key is kept.
const keptFor = 24 * time.Hour

// Once is the header by which a request that is sent again does nothing more.
type Once struct {
	Key string `header:"Idempotency-Key" minLength:"1" maxLength:"200" doc:"Sent again within 24 hours with the same key, the request is answered as before and does nothing."`
}

func (o Once) idempotencyKey() string { return o.Key }

type once interface{ idempotencyKey() string }

// Answer is a body.
type Answer[T any] struct {
	Replayed string `header:"Idempotency-Replayed" doc:"true if this is the answer to an earlier request of the same key"`
	ETag     string `header:"ETag" doc:"The state of a record, for If-Match"`
	Body     T
}

// asking registers an operation that reads.
func asking[I, O any](d *door, op huma.Operation, do func(ctx context.Context, tx *db.Tx, in *I) (O, error)) {
	huma.Register(d, op, reading(d, do))
}

// following registers an operation that reads what follows the journey, up to now.
func following[I, O any](d *door, op huma.Operation, do func(ctx context.Context, tx *db.Tx, in *I) (O, error)) {
	read := reading(d, do)
	huma.Register(d, op, func(ctx context.Context, in *I) (*Answer[O], error) {
		if err := glance.CatchUp(ctx, d.DB, who(ctx).Workspace.ID); err != nil {
			return nil, d.problem(ctx, err)
		}
		return read(ctx, in)
	})
}

// reading is a handler that reads.
func reading[I, O any](d *door, do func(ctx context.Context, tx *db.Tx, in *I) (O, error)) func(context.Context, *I) (*Answer[O], error) {
	return func(ctx context.Context, in *I) (*Answer[O], error) {
		var out Answer[O]
		err := d.DB.Read(ctx, who(ctx).Workspace.ID, func(tx *db.Tx) (err error) {
			if err := who(ctx).Actor.Check(team.Read); err != nil {
				return err
			}
			out.Body, err = do(ctx, tx, in)
			out.ETag = tag(out.Body)
			return err
		})
		if err != nil {
			return nil, d.problem(ctx, err)
		}
		return &out, nil
	}
}

// deed registers an operation that changes something, in one transaction with the answer to its key.
func deed[I once, O any](d *door, op huma.Operation, do func(ctx context.Context, tx *db.Tx, by team.Actor, in *I) (O, error)) {
	huma.Register(d, op, func(ctx context.Context, in *I) (*Answer[O], error) { return answer(ctx, d, op, in, do) })
}

// answer does what a request asks, or gives the answer that its key had before.
func answer[I once, O any](ctx context.Context, d *door, op huma.Operation, in *I, do func(ctx context.Context, tx *db.Tx, by team.Actor, in *I) (O, error)) (*Answer[O], error) {
	var out Answer[O]
	err := d.DB.Write(ctx, who(ctx).Workspace.ID, func(tx *db.Tx) error {
		out = Answer[O]{}
		k, err := d.keyed(ctx, op.OperationID, *in)
		if err != nil {
			return err
		}
		replayed, err := k.answered(ctx, tx, &out.Body)
		if replayed {
			out.Replayed = "true"
		}
		if replayed || err != nil {
			return err
		}
		if out.Body, err = do(ctx, tx, who(ctx).Actor, in); err != nil {
			return err
		}
		return k.keep(ctx, tx, out.Body)
	})
	if err != nil {
		return nil, d.problem(ctx, err)
	}
	out.ETag = tag(out.Body)
	return &out, nil
}

// keyed is a request with the key that it came with; without one nothing is kept.
type keyed struct {
	Token     id.ID        `db:"token_id"`
	Key       string       `db:"key"`
	Hash      string       `db:"request_hash"`
	Answer    string       `db:"answer"`
	CreatedAt clock.Micros `db:"created_at"`
}

func (d *door) keyed(ctx context.Context, operation string, in once) (keyed, error) {
	if in.idempotencyKey() == "" {
		return keyed{}, nil
	}
	request, err := json.Marshal(in)
	if err != nil {
		return keyed{}, fmt.Errorf("write a request down: %w", err)
	}
	sum := sha256.Sum256(append([]byte(operation+"\n"), request...))
	return keyed{Token: who(ctx).Actor.Token, Key: in.idempotencyKey(), Hash: hex.EncodeToString(sum[:]), CreatedAt: clock.Of(d.Clock.Now())}, nil
}

// answered reports whether the request was answered before, and gives that answer. The same key with another request is a fault.Invalid.
func (k *keyed) answered(ctx context.Context, tx *db.Tx, into any) (bool, error) {
	if k.Key == "" {
		return false, nil
	}
	old := k.CreatedAt - clock.Micros(keptFor.Microseconds())
	if _, err := db.Exec(ctx, tx, `DELETE FROM idempotency WHERE workspace_id = $1 AND created_at < $2`, tx.Workspace(), old); err != nil {
		return false, err
	}
	was, found, err := db.Maybe[keyed](ctx, tx, `SELECT token_id, key, request_hash, answer, created_at FROM idempotency
		WHERE workspace_id = $1 AND token_id = $2 AND key = $3`, tx.Workspace(), k.Token, k.Key)
	if err != nil || !found {
		return false, err
	}
	if was.Hash != k.Hash {
		return false, fault.Invalidf("this Idempotency-Key was used for another request").WithMend("use a new key for each request")
	}
	if err := json.Unmarshal([]byte(was.Answer), into); err != nil {
		return false, fmt.Errorf("read an answer that was kept: %w", err)
	}
	return true, nil
}

// keep writes the answer down, in the transaction of the deed.
func (k *keyed) keep(ctx context.Context, tx *db.Tx, answer any) error {
	if k.Key == "" {
		return nil
	}
	text, err := json.Marshal(answer)
	if err != nil {
		return fmt.Errorf("write an answer down: %w", err)
	}
	k.Answer = string(text)
	if err := db.Insert(ctx, tx, "idempotency", *k); err != nil {
		if tx.IsConflict(err) {
			return fault.Conflictf("a request with this Idempotency-Key is being answered at this moment").WithMend("send it again in a moment")
		}
		return errors.Join(fmt.Errorf("keep an answer"), err)
	}
	return nil
}
