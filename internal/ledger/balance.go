package ledger

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/id"
	"tandem/internal/money"
)

// Balance is what all postings on one account come to in one currency: debits above zero, credits below.
type Balance struct {
	Account Code
	Kind    Kind
	Amount  money.Amount
}

// halves are the sums of the upper and of the lower 32 bits of amounts, so that the engine's own sum cannot overflow.
type halves struct {
	Account  id.ID          `db:"account_id"`
	Currency money.Currency `db:"currency"`
	High     int64          `db:"high"`
	Low      int64          `db:"low"`
}

// Balances are the balances of all accounts that were posted on, by account and currency. All of a currency sum to zero. A balance beyond
// 64 bits is Invalid.
func (s *Service) Balances(ctx context.Context, tx *db.Tx) ([]Balance, error) {
	b, err := readBook(ctx, tx)
	if err != nil {
		return nil, err
	}
	sums, err := db.All[halves](ctx, tx, `SELECT account_id, currency, CAST(SUM(amount / 4294967296) AS BIGINT) AS high,
		CAST(SUM(amount % 4294967296) AS BIGINT) AS low FROM posting WHERE workspace_id = $1 GROUP BY account_id, currency`, tx.Workspace())
	if err != nil {
		return nil, fmt.Errorf("sum the postings: %w", err)
	}
	balances := make([]Balance, 0, len(sums))
	for _, h := range sums {
		code := b.codes[h.Account]
		minor, ok := h.join().int64()
		if !ok {
			return nil, fault.Invalidf("the balance of account %q in %s is too large", string(code), string(h.Currency))
		}
		balances = append(balances, Balance{code, b.kinds[code], money.Amount{Minor: minor, Currency: h.Currency}})
	}
	slices.SortFunc(balances, func(a, b Balance) int {
		return strings.Compare(string(a.Account)+" "+string(a.Amount.Currency), string(b.Account)+" "+string(b.Amount.Currency))
	})
	return balances, nil
}

func (h *halves) join() wide {
	w := wide{high: h.High >> 32, low: uint64(h.High) << 32}
	w.add(h.Low)
	return w
}

// Posted is an entry as it stands in the ledger.
type Posted struct {
	ID id.ID
	Entry
	Reverses   id.ID // the entry it takes back; 0 for none
	RecordedAt clock.Micros
}

// Of returns up to limit entries of a document whose ids are above after, reversals included, in the order of recording.
func (s *Service) Of(ctx context.Context, tx *db.Tx, document, after id.ID, limit int) ([]Posted, error) {
	rows, err := db.All[entryRow](ctx, tx, `SELECT id, at, kind, document_id, memo, reverses, recorded_at FROM entry
		WHERE workspace_id = $1 AND document_id = $2 AND id > $3 ORDER BY id LIMIT $4`, tx.Workspace(), document, after, limit)
	if err != nil {
		return nil, fmt.Errorf("read the entries of %s: %w", document, err)
	}
	b, err := readBook(ctx, tx)
	if err != nil {
		return nil, err
	}
	ids := make([]id.ID, len(rows))
	for i := range rows {
		ids[i] = rows[i].ID
	}
	postings, err := postingsOf(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	lines := map[id.ID][]Line{}
	for _, p := range postings {
		lines[p.Entry] = append(lines[p.Entry], Line{b.codes[p.Account], money.Amount{Minor: p.Amount, Currency: p.Currency}, p.Contact, p.Deal})
	}
	posted := make([]Posted, len(rows))
	for i, r := range rows {
		posted[i] = Posted{r.ID, Entry{r.At, r.Kind, r.Document, r.Memo, lines[r.ID]}, r.Reverses, r.RecordedAt}
	}
	return posted, nil
}
