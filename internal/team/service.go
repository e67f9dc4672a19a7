package team

import (
	"context"
	"fmt"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/id"
	"tandem/internal/money"
	"tandem/internal/seal"
)

// Service keeps the workspaces and who works in them. Each use case is a transaction of its own.
type Service struct {
	db      *db.DB
	clock   clock.Clock
	secrets *seal.Box
	hashing *hashing
	holds   []Holds
}

// Holds is asked before a workspace's currency changes, in the workspace's transaction: it reports whether amounts stand in that currency.
type Holds func(context.Context, *db.Tx) (bool, error)

// New is a service on a store that tells the time by c. holds are the places where amounts of a workspace's currency may stand.
func New(d *db.DB, c clock.Clock, holds ...Holds) *Service {
	return &Service{db: d, clock: c, secrets: seal.New(seal.Beside(d.URL(), "")), hashing: newHashing(), holds: holds}
}

// SealedBy is the service with its secrets sealed by another key than the one beside the store.
func (s *Service) SealedBy(secrets *seal.Box) *Service {
	other := *s
	other.secrets = secrets
	return &other
}

// Opening is what a new workspace needs. Without a name it is called as its slug; without the others it has EUR, UTC and English.
type Opening struct {
	Slug     string
	Name     string
	Currency money.Currency
	Timezone string
	Language string
}

func (o Opening) workspace() Workspace {
	return Workspace{
		ID: id.Workspace(id.New()), Slug: o.Slug, Name: or(o.Name, o.Slug), Currency: or(o.Currency, "EUR"),
		Timezone: or(o.Timezone, "UTC"), Language: or(o.Language, "en"),
	}
}

func or[T ~string](said, otherwise T) T {
	if said == "" {
		return otherwise
	}
	return said
}

// Create opens a workspace. A slug that is taken is a fault.Conflict, a wrong value a fault.Invalid.
func (s *Service) Create(ctx context.Context, o Opening) (Workspace, error) {
	w := o.workspace()
	if err := w.check(); err != nil {
		return w, err
	}
	added, err := s.add(ctx, &w)
	if err == nil && !added {
		err = fault.Conflictf("there is a workspace %q already", w.Slug).WithMend("choose another short name")
	}
	return w, err
}

// Begin makes the workspace default in a store that has none; of several processes that begin at once, one does.
func (s *Service) Begin(ctx context.Context) error {
	_, err := s.BySlug(ctx, Default)
	if !fault.Is(err, fault.NotFound) {
		return err
	}
	w := Opening{Slug: Default}.workspace()
	_, err = s.add(ctx, &w)
	return err
}

// add reports whether the slug was free.
func (s *Service) add(ctx context.Context, w *Workspace) (bool, error) {
	w.CreatedAt = clock.Of(s.clock.Now())
	added := false
	err := s.db.Write(ctx, 0, func(tx *db.Tx) error {
		n, err := db.Exec(ctx, tx, `INSERT INTO workspace (id, slug, name, currency, timezone, language, created_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (slug) DO NOTHING`,
			w.ID, w.Slug, w.Name, w.Currency, w.Timezone, w.Language, w.CreatedAt)
		added = n == 1
		return err
	})
	if err != nil {
		return false, fmt.Errorf("add workspace %s: %w", w.Slug, err)
	}
	return added, nil
}

const columns = "id, slug, name, currency, timezone, language, created_at, street, postal_code, city, country, vat_id, registration"

// BySlug finds a workspace by its short name; one that is not there is a fault.NotFound.
func (s *Service) BySlug(ctx context.Context, slug string) (Workspace, error) {
	var w Workspace
	found := false
	err := s.db.Read(ctx, 0, func(tx *db.Tx) (err error) {
		w, found, err = db.Maybe[Workspace](ctx, tx, `SELECT `+columns+` FROM workspace WHERE slug = $1`, slug)
		return err
	})
	if err == nil && !found {
		return w, fault.NotFoundf("there is no workspace %q", slug).WithMend("see them with: tandem workspace list")
	}
	return w, err
}

// All are the workspaces in the order of their slugs.
func (s *Service) All(ctx context.Context) ([]Workspace, error) {
	const page = 500
	var all []Workspace
	after := ""
	for {
		var some []Workspace
		err := s.db.Read(ctx, 0, func(tx *db.Tx) (err error) {
			some, err = db.All[Workspace](ctx, tx, `SELECT `+columns+` FROM workspace WHERE slug > $1 ORDER BY slug LIMIT $2`, after, page)
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("list the workspaces: %w", err)
		}
		all = append(all, some...)
		if len(some) < page {
			return all, nil
		}
		after = some[len(some)-1].Slug
	}
}

// Change is what to change of a workspace; "" leaves it as it is.
type Change struct {
	Name     string
	Currency money.Currency
	Timezone string
	Language string
}

// Update changes a workspace for somebody who may. Its currency stays once amounts stand in it: that is a fault.Conflict. A wrong value is a fault.Invalid.
func (s *Service) Update(ctx context.Context, slug string, c Change, by Actor) (Workspace, error) {
	if err := by.Check(ManageSettings); err != nil {
		return Workspace{}, err
	}
	w, err := s.BySlug(ctx, slug)
	if err != nil {
		return w, err
	}
	err = s.db.Write(ctx, w.ID, func(tx *db.Tx) (err error) {
		if w, err = s.change(ctx, tx, w.ID, c); err != nil {
			return err
		}
		return s.note(ctx, tx, by, "edit", "workspace", 0, c)
	})
	if err != nil {
		return w, fmt.Errorf("change workspace %s: %w", slug, err)
	}
	return w, nil
}

func (s *Service) change(ctx context.Context, tx *db.Tx, ws id.Workspace, c Change) (Workspace, error) {
	before, err := db.One[Workspace](ctx, tx, `SELECT `+columns+` FROM workspace WHERE id = $1`, ws)
	if err != nil {
		return before, err
	}
	after := before
	after.Name, after.Currency = or(c.Name, before.Name), or(c.Currency, before.Currency)
	after.Timezone, after.Language = or(c.Timezone, before.Timezone), or(c.Language, before.Language)
	if err := after.check(); err != nil {
		return before, err
	}
	if after.Currency != before.Currency {
		if err := s.mayLeave(ctx, tx, before); err != nil {
			return before, err
		}
	}
	_, err = db.Exec(ctx, tx, `UPDATE workspace SET name = $2, currency = $3, timezone = $4, language = $5 WHERE id = $1`,
		ws, after.Name, after.Currency, after.Timezone, after.Language)
	return after, err
}

// mayLeave refuses to leave a currency in which amounts stand.
func (s *Service) mayLeave(ctx context.Context, tx *db.Tx, w Workspace) error {
	for _, holds := range s.holds {
		found, err := holds(ctx, tx)
		if err != nil {
			return err
		}
		if found {
			return fault.Conflictf("the currency of %q stays %s: its ledger has amounts, and what is booked is never rewritten", w.Slug, string(w.Currency)).
				WithMend("open another workspace in the other currency and import into it")
		}
	}
	return nil
}
