// Package ledger holds what everything cost and what every sale brought, in double entry.
//
// An entry is some lines on accounts that sum to zero in each currency: what is added to one account (a debit, above zero) is taken from
// another (a credit, below zero). Sums are integers of the currency's minor unit. An entry is never edited and never deleted; a wrong one is
// reversed, once, by an entry with the same lines the other way round, and what is right is posted anew. So every figure can be
// computed again from the postings, as it stood at any time.
//
// Beside the entries the ledger keeps exchange rates, by day, and costs: what was spent on a channel, a source or a campaign over whole days.
// A cost is a row that files may correct; each of its states stands in the ledger as an entry. Contacts, deals and documents are known
// by id alone. Everything happens in the caller's transaction.
package ledger

import (
	"context"
	"fmt"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/id"
)

// Service is the desk that keeps the ledger.
type Service struct{ clock clock.Clock }

// New is a desk that tells the time of recording by c.
func New(c clock.Clock) *Service { return &Service{clock: c} }

// Code names an account within its workspace.
type Code string

// The accounts that every workspace has.
const (
	Bank       Code = "bank"       // money in hand
	Receivable Code = "receivable" // invoiced and not yet paid
	Payable    Code = "payable"    // owed to suppliers, such as advertising platforms
	Revenue    Code = "revenue"    // earned by sales; a credit, so below zero
	Refunds    Code = "refunds"    // given back to customers
	Marketing  Code = "marketing"  // spent to bring buyers and sellers together
)

// Kind is what sort of account it is, which says on which side it grows.
type Kind string

// The kinds of accounts.
const (
	Asset     Kind = "asset"
	Liability Kind = "liability"
	Income    Kind = "income"
	Expense   Kind = "expense"
)

type account struct {
	ID   id.ID  `db:"id"`
	Code Code   `db:"code"`
	Name string `db:"name"`
	Kind Kind   `db:"kind"`
}

func chart() []account {
	return []account{
		{Code: Bank, Name: "Bank and cash", Kind: Asset},
		{Code: Receivable, Name: "Owed by customers", Kind: Asset},
		{Code: Payable, Name: "Owed to suppliers", Kind: Liability},
		{Code: Revenue, Name: "Sales", Kind: Income},
		{Code: Refunds, Name: "Refunds", Kind: Income},
		{Code: Marketing, Name: "Marketing", Kind: Expense},
	}
}

// Prepare makes the workspace's accounts, those it does not have yet. It is done for a new workspace, and by the first entry of one without.
func (s *Service) Prepare(ctx context.Context, tx *db.Tx) error {
	accounts := chart()
	for i := range accounts {
		accounts[i].ID = id.New()
	}
	if _, err := db.InsertNew(ctx, tx, "account", accounts...); err != nil {
		return fmt.Errorf("make the accounts: %w", err)
	}
	return nil
}

// book is the accounts of a workspace.
type book struct {
	ids   map[Code]id.ID
	codes map[id.ID]Code
	kinds map[Code]Kind
}

// book reads the accounts, and makes them where the workspace has none.
func (s *Service) book(ctx context.Context, tx *db.Tx) (*book, error) {
	b, err := readBook(ctx, tx)
	if err != nil || len(b.ids) > 0 {
		return b, err
	}
	if err := s.Prepare(ctx, tx); err != nil {
		return nil, err
	}
	return readBook(ctx, tx)
}

func readBook(ctx context.Context, tx *db.Tx) (*book, error) {
	b := &book{ids: map[Code]id.ID{}, codes: map[id.ID]Code{}, kinds: map[Code]Kind{}}
	err := db.Each(ctx, tx, func(a *account) error {
		b.ids[a.Code], b.codes[a.ID], b.kinds[a.Code] = a.ID, a.Code, a.Kind
		return nil
	}, `SELECT id, code, name, kind FROM account WHERE workspace_id = $1`, tx.Workspace())
	if err != nil {
		return nil, fmt.Errorf("read the accounts: %w", err)
	}
	return b, nil
}

func (b *book) account(c Code) (id.ID, error) {
	a, ok := b.ids[c]
	if !ok {
		return 0, fault.NotFoundf("there is no account %q", string(c))
	}
	return a, nil
}
