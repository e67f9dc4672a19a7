package deal

import (
	"context"
	"fmt"

	"tandem/internal/db"
	"tandem/internal/id"
	"tandem/internal/money"
)

// OfCompany returns up to limit standing deals of a company or of one of its people, who are at most 500, the newest first.
func (s *Service) OfCompany(ctx context.Context, tx *db.Tx, company id.ID, people []id.ID, limit int) ([]Deal, error) {
	of := `company_id = $2`
	args := []any{tx.Workspace(), company, limit}
	if len(people) > 0 {
		list, more := db.List(4, people)
		of = `(company_id = $2 OR contact_id IN (` + list + `))`
		args = append(args, more...)
	}
	return db.All[Deal](ctx, tx, `SELECT `+columns+` FROM deal WHERE workspace_id = $1 AND `+of+` AND removed_at IS NULL ORDER BY id DESC LIMIT $3`, args...)
}

// WonOf are the sums of the standing deals in a currency, in minor units, that were won from at most 500 companies or from their people; each deal
// counts once a company.
func (s *Service) WonOf(ctx context.Context, tx *db.Tx, companies []id.ID, in money.Currency) (map[id.ID]int64, error) {
	type won struct {
		Company id.ID `db:"company_id"`
		Deal    id.ID `db:"id"`
		Amount  int64 `db:"amount"`
	}
	list, of := db.List(3, companies)
	args := append([]any{tx.Workspace(), in}, of...)
	sums, seen := map[id.ID]int64{}, map[[2]id.ID]bool{}
	for _, query := range []string{
		`SELECT d.company_id, d.id, d.amount FROM deal d WHERE d.workspace_id = $1 AND d.currency = $2 AND d.status = 'won' AND d.removed_at IS NULL
			AND d.company_id IN (` + list + `)`,
		`SELECT c.company_id, d.id, d.amount FROM deal d JOIN contact c ON c.workspace_id = d.workspace_id AND c.id = d.contact_id
			WHERE d.workspace_id = $1 AND c.workspace_id = $1 AND d.currency = $2 AND d.status = 'won' AND d.removed_at IS NULL AND c.company_id IN (` + list + `)`,
	} {
		err := db.Each(ctx, tx, func(w *won) error {
			if key := [2]id.ID{w.Company, w.Deal}; !seen[key] {
				seen[key] = true
				sums[w.Company] += w.Amount
			}
			return nil
		}, query, args...)
		if err != nil {
			return nil, fmt.Errorf("add up what companies bought: %w", err)
		}
	}
	return sums, nil
}
