package db

import "context"

// Claiming says which rows to take. Due is the condition that makes a row free to take; it names workspace_id, stands in the inner and in
// the outer WHERE, and so also holds on Citus, where a claim without it took rows twice. Set is what marks them as taken, with a token
// made by the claimer.
type Claiming struct {
	Table     string // of a workspace, or global
	Key       string // the column, or columns in parentheses, that name a row inside Due
	Set       string
	Due       string
	Order     string
	Limit     string // a placeholder or a number
	Returning string
}

func (c Claiming) text(lock string) string {
	return "UPDATE " + c.Table + " SET " + c.Set + " WHERE " + c.Due + " AND " + c.Key + " IN (SELECT " + c.inner() + " FROM " + c.Table +
		" WHERE " + c.Due + " ORDER BY " + c.Order + " LIMIT " + c.Limit + lock + ") RETURNING " + c.Returning
}

// inner is the key without its parentheses.
func (c Claiming) inner() string {
	if c.Key[0] == '(' {
		return c.Key[1 : len(c.Key)-1]
	}
	return c.Key
}

// Claim takes the rows and returns them. Run it in ReadCommitted: two claimers at once then take different rows, and neither waits.
func Claim[T any](ctx context.Context, t *Tx, c Claiming, args ...any) ([]T, error) {
	return All[T](ctx, t, t.db.engine.claim(c), args...)
}
