package ledger

import (
	"context"
	"encoding/json"
	"fmt"

	"tandem/internal/change"
	"tandem/internal/db"
	"tandem/internal/money"
)

type rateKey struct {
	base, currency money.Currency
	day            string
}

func (r *Rate) key() rateKey { return rateKey{r.Base, r.Currency, r.Day} }

// PutRates sets rates and answers for each, in their order, what became of it. A rate has no id: Before and After hold it whole.
func (s *Service) PutRates(ctx context.Context, tx *db.Tx, rates []Rate) ([]change.Put, error) {
	known := map[rateKey]Rate{}
	puts := make([]change.Put, len(rates))
	var fresh []Rate
	for i, r := range rates {
		old, had := known[r.key()]
		if !had {
			text, found, err := s.RateOn(ctx, tx, r.Base, r.Currency, r.Day)
			if err != nil {
				return nil, err
			}
			old, had = r, found
			old.Rate = text
		}
		known[r.key()] = r
		if had && old.Rate == r.Rate {
			puts[i].Outcome = change.Unchanged
			continue
		}
		fresh = append(fresh, r)
		var err error
		if puts[i], err = ratePut(old, r, had); err != nil {
			return nil, err
		}
	}
	return puts, s.SetRates(ctx, tx, lastOf(fresh)...)
}

func ratePut(old, now Rate, had bool) (put change.Put, err error) {
	put.Outcome = change.Created
	if had {
		put.Outcome = change.Updated
		if put.Before, err = json.Marshal(old); err != nil {
			return put, fmt.Errorf("keep a rate: %w", err)
		}
	}
	put.After, err = json.Marshal(now)
	return put, err
}

// lastOf keeps the last of several rates of one day.
func lastOf(rates []Rate) []Rate {
	at := map[rateKey]int{}
	var last []Rate
	for _, r := range rates {
		if i, ok := at[r.key()]; ok {
			last[i] = r
			continue
		}
		at[r.key()] = len(last)
		last = append(last, r)
	}
	return last
}

// UndoRates takes rates away that were new and puts earlier ones back, the last change first, unless they have changed since.
func (s *Service) UndoRates(ctx context.Context, tx *db.Tx, undo []change.Undo) error {
	for _, u := range undo {
		var now Rate
		if err := json.Unmarshal(u.After, &now); err != nil {
			return fmt.Errorf("read a rate: %w", err)
		}
		if len(u.Before) == 0 {
			_, err := db.Exec(ctx, tx, `DELETE FROM exchange_rate WHERE workspace_id = $1 AND base = $2 AND currency = $3 AND day = $4 AND rate = $5`,
				tx.Workspace(), now.Base, now.Currency, now.Day, now.Rate)
			if err != nil {
				return fmt.Errorf("take a rate away: %w", err)
			}
			continue
		}
		var old Rate
		if err := json.Unmarshal(u.Before, &old); err != nil {
			return fmt.Errorf("read an earlier rate: %w", err)
		}
		_, err := db.Exec(ctx, tx, `UPDATE exchange_rate SET rate = $6 WHERE workspace_id = $1 AND base = $2 AND currency = $3 AND day = $4 AND rate = $5`,
			tx.Workspace(), now.Base, now.Currency, now.Day, now.Rate, old.Rate)
		if err != nil {
			return fmt.Errorf("put a rate back: %w", err)
		}
	}
	return nil
}
