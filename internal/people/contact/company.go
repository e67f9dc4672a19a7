package contact

import (
	"context"
	"fmt"
	"slices"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/id"
	"tandem/internal/text"
)

// companies are the businesses that the rows at hand name, known ones and those to be made.
type companies struct {
	byDomain map[string]id.ID
	byName   map[string]id.ID
	made     []Company
	now      clock.Micros
}

// lookCompanies reads the companies that contacts' rows name.
func lookCompanies(ctx context.Context, tx *db.Tx, rows []Row, now clock.Micros) (*companies, error) {
	var names, domains []string
	for i := range rows {
		if rows[i].Company != "" {
			names = append(names, text.Key(rows[i].Company))
		}
		if rows[i].Domain != "" {
			domains = append(domains, text.DomainKey(rows[i].Domain))
		}
	}
	cs := &companies{byDomain: map[string]id.ID{}, byName: map[string]id.ID{}, now: now}
	return cs, cs.look(ctx, tx, compact(names), compact(domains))
}

func compact(list []string) []string {
	slices.Sort(list)
	return slices.Compact(list)
}

func (cs *companies) look(ctx context.Context, tx *db.Tx, names, domains []string) error {
	err := eachIn(ctx, tx, `SELECT `+companyColumns+` FROM company WHERE workspace_id = $1 AND name_key IN `, names, cs.know)
	if err == nil {
		err = eachIn(ctx, tx, `SELECT `+companyColumns+` FROM company WHERE workspace_id = $1 AND domain IN `, domains, cs.know)
	}
	if err != nil {
		return fmt.Errorf("look up companies: %w", err)
	}
	return nil
}

// know remembers a company; of two of one name or domain the older one counts.
func (cs *companies) know(c *Company) {
	if old, ok := cs.byName[c.NameKey]; c.NameKey != "" && (!ok || c.ID < old) {
		cs.byName[c.NameKey] = c.ID
	}
	if old, ok := cs.byDomain[c.Domain]; c.Domain != "" && (!ok || c.ID < old) {
		cs.byDomain[c.Domain] = c.ID
	}
}

// of is the company a contact's row names, made if it is new; 0 if the row names none. A domain says more than a name.
func (cs *companies) of(r *Row) id.ID {
	name, domain := text.Key(r.Company), text.DomainKey(r.Domain)
	if c, ok := cs.byDomain[domain]; ok && domain != "" {
		return c
	}
	if c, ok := cs.byName[name]; ok && name != "" {
		return c
	}
	if name == "" && domain == "" {
		return 0
	}
	shown := r.Company
	if shown == "" {
		shown = domain
	}
	c := Company{ID: id.New(), Name: shown, NameKey: text.Key(shown), Domain: domain, CreatedAt: cs.now, UpdatedAt: cs.now}
	cs.made = append(cs.made, c)
	cs.know(&c)
	return c.ID
}

func (cs *companies) write(ctx context.Context, tx *db.Tx) error {
	return db.Insert(ctx, tx, "company", cs.made...)
}
