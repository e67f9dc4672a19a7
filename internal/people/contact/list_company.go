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

type companyPlace struct {
	Name string `json:"n"`
	ID   id.ID  `json:"i"`
}

// Cursor is where the next page of a list begins.
func (l Listed) Cursor() string {
	b, err := json.Marshal(companyPlace{l.NameKey, l.ID})
	if err != nil {
		panic("contact: places always become JSON: " + err.Error())
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

// mostFound is how many companies a search shows.
const mostFound = 200

// ListCompanies returns up to limit companies by name, after a cursor; with words those whose names hold them, the best first and without pages.
func (s *Service) ListCompanies(ctx context.Context, tx *db.Tx, words, after string, limit int) ([]Listed, error) {
	const count = `(SELECT COUNT(*) FROM contact p WHERE p.workspace_id = $1 AND p.company_id = c.id) AS people`
	selected := `SELECT c.` + strings.ReplaceAll(companyColumns, ", ", ", c.") + `, ` + count + ` FROM company c WHERE c.workspace_id = $1`
	if words != "" {
		return s.findCompanies(ctx, tx, words, selected)
	}
	var at companyPlace
	if after != "" {
		b, err := base64.RawURLEncoding.DecodeString(after)
		if err == nil {
			err = json.Unmarshal(b, &at)
		}
		if err != nil {
			return nil, fault.Invalidf("this page of the list is not there any more").WithMend("begin at its first page")
		}
	}
	return db.All[Listed](ctx, tx, selected+` AND (c.name_key > $2 OR c.name_key = $3 AND c.id > $4) ORDER BY c.name_key, c.id LIMIT $5`,
		tx.Workspace(), at.Name, at.Name, at.ID, limit)
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
