package db_test

import (
	"context"
	"sync"
	"testing"

	"tandem/internal/db"
	"tandem/internal/id"
)

func TestEightClaimersTakeEachRowOnce(t *testing.T) {
	const rows, claimers = 400, 8
	each(t, func(t *testing.T, d *db.DB) {
		things := make([]thing, rows)
		for n := range things {
			things[n] = thing{ID: id.ID(n + 1), Name: name(id.ID(n).String())}
		}
		insert(t, d, things...)

		var mu sync.Mutex
		taken := map[id.ID]int{}
		inParallel(t, claimers, func(n int) error {
			for {
				batch, err := claim(t.Context(), d, id.ID(n+1))
				if err != nil || len(batch) == 0 {
					return err
				}
				mu.Lock()
				for _, i := range batch {
					taken[i]++
				}
				mu.Unlock()
			}
		})
		for i, times := range taken {
			if times != 1 {
				t.Errorf("row %d was claimed %d times", i, times)
			}
		}
		if len(taken) != rows {
			t.Errorf("%d of %d rows were claimed", len(taken), rows)
		}
	})
}

// claim takes ten free rows: free is what has no note.
func claim(ctx context.Context, d *db.DB, claimer id.ID) (batch []id.ID, err error) {
	err = d.ReadCommitted(ctx, ws, func(tx *db.Tx) (err error) {
		batch, err = db.Claim[id.ID](ctx, tx, db.Claiming{
			Table: "thing", Key: "id", Set: "note = $2",
			Due: "workspace_id = $1 AND note IS NULL", Order: "id", Limit: "10", Returning: "id",
		}, ws, claimer.String())
		return err
	})
	return batch, err
}
