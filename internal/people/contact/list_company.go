package contact

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/id"
)

// Listed is a company on a list, with how many people of it we know.
type Listed struct {
	Company
	People int `db:"people"`
}

// companyPlace is a place on the list of companies: after a company, or before it.
type companyPlace struct {
	Name   string `json:"n"`
	ID     id.ID  `json:"i"`
	Before bool   `json:"b,omitempty"`
}

// Cursor is where the page after this company begins, or the one before it ends.
func (l Listed) Cursor(before bool) string {
	b, err := json.Marshal(companyPlace{l.NameKey, l.ID, before})
	if err != nil {
		panic("contact: places always become JSON: " + err.Error())
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

// CompanyList is a page of the list of companies. Next and Prev are the cursors of the pages beside it, "" where there is none.
type CompanyList struct {
	Rows       []Listed
	Next, Prev string
}

// mostFound is how many companies a search shows.
const mostFound = 200

// ListCompanies is up to limit companies by name, from a cursor; with words those whose names hold them, the best first and without pages.
func (s *Service) ListCompanies(ctx context.Context, tx *db.Tx, words, cursor string, limit int) (CompanyList, error) {
	const count = `(SELECT COUNT(*) FROM contact p WHERE p.workspace_id = $1 AND p.company_id = c.id) AS people`
	selected := `SELECT c.` + strings.ReplaceAll(companyColumns, ", ", ", c.") + `, ` + count + ` FROM company c WHERE c.workspace_id = $1`
	if words != "" {
		found, err := s.findCompanies(ctx, tx, words, selected)
		return CompanyList{Rows: found}, err
	}
	at, err := readPlace(cursor)
	if err != nil {
		return CompanyList{}, err
	}
	beyond := ` AND (c.name_key > $2 OR c.name_key = $3 AND c.id > $4) ORDER BY c.name_key, c.id LIMIT $5`
	if at.Before {
		beyond = ` AND (c.name_key < $2 OR c.name_key = $3 AND c.id < $4) ORDER BY c.name_key DESC, c.id DESC LIMIT $5`
	}
	rows, err := db.All[Listed](ctx, tx, selected+beyond, tx.Workspace(), at.Name, at.Name, at.ID, limit+1)
	if err != nil {
		return CompanyList{}, fmt.Errorf("list companies: %w", err)
	}
	return at.page(rows, limit, cursor != ""), nil
}

// page makes a page of up to limit+1 companies that were read on from a place, or back from it.
func (at companyPlace) page(rows []Listed, limit int, inside bool) CompanyList {
	more := len(rows) > limit
	p := CompanyList{Rows: rows[:min(len(rows), limit)]}
	if len(p.Rows) == 0 {
		return p
	}
	if at.Before {
		slices.Reverse(p.Rows)
	}
	if more && at.Before || inside && !at.Before {
		p.Prev = p.Rows[0].Cursor(true)
	}
	if more || at.Before {
		p.Next = p.Rows[len(p.Rows)-1].Cursor(false)
	}
	return p
}

func readPlace(cursor string) (at companyPlace, err error) {
	if cursor == "" {
		return at, nil
	}
	b, err := base64.RawURLEncoding.DecodeString(cursor)
	if err == nil {
		err = json.Unmarshal(b, &at)
	}
	if err != nil {
		return at, fault.Invalidf("this page of the list is not there any more").WithMend("begin at its first page")
	}
	return at, nil
}

func (s *Service) findCompanies(ctx context.Context, tx *db.Tx, words, selected string) ([]Listed, error) {
	ids, err := db.Search(ctx, tx, db.CompanyNames, words, mostFound)
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	list, args := db.List(2, ids)
	found, err := db.All[Listed](ctx, tx, selected+` AND c.id IN (`+list+`)`, append([]any{tx.Workspace()}, args...)...)
	if err != nil {
		return nil, fmt.Errorf("read the companies found: %w", err)
	}
	slices.SortFunc(found, func(a, b Listed) int { return slices.Index(ids, a.ID) - slices.Index(ids, b.ID) })
	return found, nil
}

// PeopleOf are up to limit people who belong to a company, by name.
func (s *Service) PeopleOf(ctx context.Context, tx *db.Tx, company id.ID, limit int) ([]Contact, error) {
	return db.All[Contact](ctx, tx, `SELECT `+contactColumns+` FROM contact WHERE workspace_id = $1 AND company_id = $2 ORDER BY name_key, id LIMIT $3`,
		tx.Workspace(), company, limit)
}
