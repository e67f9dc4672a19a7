package deal

import (
	"context"

	"tandem/internal/db"
	"tandem/internal/id"
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
