package db

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"tandem/internal/fault"
)

// tries is how often a transaction is run before a conflict is given up on: with the pauses between them about eight seconds, which is also
// how long a database server may take to start again without anybody noticing.
const (
	tries      = 14
	firstPause = 2 * time.Millisecond
	longPause  = 2 * time.Second
)

// errAgain marks what is over without having changed anything, and may be run again.
var errAgain = errors.New("run it again")

func (d *DB) retry(ctx context.Context, once func() error) error {
	if d.stage != nil {
		return once()
	}
	pause := firstPause
	for try := 1; ; try++ {
		err := once()
		if err == nil {
			return nil
		}
		if gone := ctx.Err(); gone != nil {
			return d.givenUp(gone, err)
		}
		if try == tries || !d.retryable(err) {
			return d.engine.translate(err)
		}
		select {
		case <-ctx.Done():
			return d.givenUp(ctx.Err(), err)
		case <-time.After(pause/2 + rand.N(pause)):
		}
		pause = min(2*pause, longPause)
	}
}

// givenUp is the error of a caller who went away.
func (d *DB) givenUp(gone, err error) error {
	if errors.Is(err, gone) {
		return err
	}
	return fmt.Errorf("%w: %w", gone, d.engine.translate(err))
}

func (d *DB) retryable(err error) bool {
	return errors.Is(err, errAgain) || errors.Is(err, driver.ErrBadConn) || d.engine.retryable(err)
}

// lostBefore marks err as one to run again if the connection broke: before the commit nothing has happened.
func (t *Tx) lostBefore(ctx context.Context, err error) error {
	if ctx.Err() == nil && t.db.engine.lost(t.conn) {
		return fmt.Errorf("%w: %w", errAgain, err)
	}
	return err
}

// errUnknown is a commit whose answer never came. It hides its cause, which would have it run again.
func errUnknown(err error) error {
	return fault.Unavailablef("the connection to the database broke while saving: %v", err).
		WithMend("look whether it was saved before doing it again")
}
