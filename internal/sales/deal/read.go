package deal

import (
	"context"
	"fmt"
	"slices"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/id"
)

// Deal is one deal; a removed or unknown one is NotFound.
func (s *Service) Deal(ctx context.Context, tx *db.Tx, deal id.ID) (Deal, error) {
	d, found, err := db.Maybe[Deal](ctx, tx, `SELECT `+columns+` FROM deal WHERE workspace_id = $1 AND id = $2 AND removed_at IS NULL`,
		tx.Workspace(), deal)
	if err == nil && !found {
		err = fault.NotFoundf("there is no deal %s", deal)
	}
	return d, err
}

// OfContact returns up to limit of a contact's deals whose id is above after, oldest first.
func (s *Service) OfContact(ctx context.Context, tx *db.Tx, contact, after id.ID, limit int) ([]Deal, error) {
	return db.All[Deal](ctx, tx, `SELECT `+columns+` FROM deal
		WHERE workspace_id = $1 AND contact_id = $2 AND id > $3 AND removed_at IS NULL ORDER BY id LIMIT $4`,
		tx.Workspace(), contact, after, limit)
}

// Page returns up to limit deals whose id is above after, in the order of their ids; for an export.
func (s *Service) Page(ctx context.Context, tx *db.Tx, after id.ID, limit int) ([]Deal, error) {
	return db.All[Deal](ctx, tx, `SELECT `+columns+` FROM deal WHERE workspace_id = $1 AND id > $2 AND removed_at IS NULL ORDER BY id LIMIT $3`,
		tx.Workspace(), after, limit)
}

// Query is what of the deals is asked for; what is left empty narrows nothing.
type Query struct {
	Contact, Company, Pipeline, Stage id.ID
	Status                            Status
	Key                               string
	Since                             clock.Micros // changed then or later
	After                             id.ID
	Limit                             int
}

// Find returns the standing deals that are asked for, in the order of their ids.
func (s *Service) Find(ctx context.Context, tx *db.Tx, q Query) ([]Deal, error) {
	w := db.Within(tx)
	db.And(w, "contact_id = ", q.Contact)
	db.And(w, "company_id = ", q.Company)
	db.And(w, "pipeline_id = ", q.Pipeline)
	db.And(w, "stage_id = ", q.Stage)
	db.And(w, "status = ", q.Status)
	db.And(w, "key = ", q.Key)
	db.And(w, "updated_at >= ", q.Since)
	db.And(w, "id > ", q.After)
	return db.All[Deal](ctx, tx, `SELECT `+columns+` FROM deal WHERE `+w.Text+` AND removed_at IS NULL ORDER BY id LIMIT `+w.Arg(q.Limit), w.Args...)
}

// Pipelines are all pipelines with their stages, the first one first. A workspace that has had no deal yet has none.
func (s *Service) Pipelines(ctx context.Context, tx *db.Tx) ([]Pipeline, error) {
	b, err := openBook(ctx, tx)
	if err != nil {
		return nil, err
	}
	all := make([]Pipeline, len(b.pipelines))
	for i, p := range b.pipelines {
		all[i] = *p
	}
	return all, nil
}

// ByKeys are the ids of the deals that bear the keys; removed ones are left out.
func (s *Service) ByKeys(ctx context.Context, tx *db.Tx, keys []string) (map[string]id.ID, error) {
	found, err := byKeys(ctx, tx, keys)
	ids := make(map[string]id.ID, len(found))
	for _, d := range found {
		if d.stands() {
			ids[d.Key] = d.ID
		}
	}
	return ids, err
}

// ByIDs are the deals of these ids; removed ones are left out.
func (s *Service) ByIDs(ctx context.Context, tx *db.Tx, ids []id.ID) (map[id.ID]Deal, error) {
	found, err := byIDs(ctx, tx, ids)
	deals := make(map[id.ID]Deal, len(found))
	for _, d := range found {
		if d.stands() {
			deals[d.ID] = d
		}
	}
	return deals, err
}

// Repoint gives a contact's deals, removed ones included, to another: a merge. Their touches are the journey's to move. It returns the deals
// it gave, so that Return can take the merge back.
func (s *Service) Repoint(ctx context.Context, tx *db.Tx, from, to id.ID) ([]id.ID, error) {
	moved, err := db.All[id.ID](ctx, tx, `UPDATE deal SET contact_id = $3 WHERE workspace_id = $1 AND contact_id = $2 RETURNING id`,
		tx.Workspace(), from, to)
	if err != nil {
		return nil, fmt.Errorf("give the deals of %s to %s: %w", from, to, err)
	}
	return moved, nil
}

// Return gives deals, those that Repoint gave away, to a contact: the end of a merge.
func (s *Service) Return(ctx context.Context, tx *db.Tx, deals []id.ID, to id.ID) error {
	for chunk := range slices.Chunk(deals, 500) {
		marks, args := db.List(3, chunk)
		_, err := db.Exec(ctx, tx, `UPDATE deal SET contact_id = $2 WHERE workspace_id = $1 AND id IN (`+marks+`)`,
			append([]any{tx.Workspace(), to}, args...)...)
		if err != nil {
			return fmt.Errorf("give deals back to %s: %w", to, err)
		}
	}
	return nil
}

// CompaniesWithDeals returns those of the companies that a standing deal is about.
func (s *Service) CompaniesWithDeals(ctx context.Context, tx *db.Tx, companies []id.ID) (map[id.ID]bool, error) {
	busy := map[id.ID]bool{}
	for chunk := range slices.Chunk(companies, 500) {
		list, args := db.List(2, chunk)
		found, err := db.All[id.ID](ctx, tx, `SELECT DISTINCT company_id FROM deal
			WHERE workspace_id = $1 AND removed_at IS NULL AND company_id IN (`+list+`)`, append([]any{tx.Workspace()}, args...)...)
		if err != nil {
			return nil, fmt.Errorf("look for the deals of companies: %w", err)
		}
		for _, c := range found {
			busy[c] = true
		}
	}
	return busy, nil
}
