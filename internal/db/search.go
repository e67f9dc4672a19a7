package db

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"tandem/internal/id"
	"tandem/internal/text"
)

// SearchIndex names what Search looks through.
type SearchIndex string

// The search indexes. Emails lead to the contacts they belong to.
const (
	ContactNames  SearchIndex = "contact_name"
	ContactEmails SearchIndex = "contact_email"
	CompanyNames  SearchIndex = "company_name"
)

// searched is where a search index finds its texts: a key as internal/text makes it, and the id of what is found by it.
type searched struct {
	index          SearchIndex
	table, key, id string
	oneWord        bool // the keys hold no spaces
}

func searchIndexes() []searched {
	return []searched{
		{index: ContactNames, table: "contact", key: "name_key", id: "id"},
		{index: ContactEmails, table: "contact_email", key: "email_key", id: "contact_id", oneWord: true}, // text.EmailKey
		{index: CompanyNames, table: "company", key: "name_key", id: "id"},
	}
}

func (s searched) name() string { return "search_" + string(s.index) }

// hit is a row that may be what is looked for.
type hit struct {
	ID  id.ID  `db:"id"`
	Key string `db:"key"`
}

// searcher finds what an engine has at hand for it, in the transaction's workspace.
type searcher interface {
	// beginning finds the first keys in byte order that begin with a text.
	beginning(ctx context.Context, t *Tx, s searched, with string, limit int) ([]hit, error)
	// holding finds up to candidates keys that hold a text. behind says that fill would make it faster.
	holding(ctx context.Context, t *Tx, s searched, part string) (hits []hit, behind bool, err error)
	// fill brings the index up to date, in transactions of under 100 ms.
	fill(ctx context.Context, d *DB, s searched) error
}

// candidates is how many hits are weighed against each other. Of more than these, which ones are left out is not said.
const candidates = 10_000

// Search finds the contacts or companies whose name or email holds the words, the best first: what begins with them, then what has a word that
// begins with them, then the rest; each in the order of the keys. Under three letters only the beginnings of words are looked for. Upper and
// lower case are the same (text.Key). It is exact at any time: what an index has not taken in yet is read row by row.
func Search(ctx context.Context, t *Tx, index SearchIndex, words string, limit int) ([]id.ID, error) {
	hits, key, err := find(ctx, t, index, words, limit)
	if err != nil {
		return nil, err
	}
	return best(hits, key, limit), nil
}

// Having is Search in no order: up to 10,000 of those that hold the words, each once.
func Having(ctx context.Context, t *Tx, index SearchIndex, words string) ([]id.ID, error) {
	hits, _, err := find(ctx, t, index, words, candidates)
	if err != nil {
		return nil, err
	}
	ids := make([]id.ID, len(hits))
	for i, h := range hits {
		ids[i] = h.ID
	}
	slices.Sort(ids)
	return slices.Compact(ids), nil
}

// find are the hits for some words, and the key that they were looked for by; none for words without a letter.
func find(ctx context.Context, t *Tx, index SearchIndex, words string, limit int) ([]hit, string, error) {
	at := slices.IndexFunc(searchIndexes(), func(s searched) bool { return s.index == index })
	if at < 0 {
		return nil, "", fmt.Errorf("there is no search index %q", index)
	}
	key := text.Key(words)
	if key == "" || limit < 1 {
		return nil, key, nil
	}
	s := searchIndexes()[at]
	hits, behind, err := lookFor(ctx, t, s, key, limit)
	if err != nil {
		return nil, key, fmt.Errorf("search %s: %w", index, err)
	}
	if behind {
		t.db.fillers.start(t.db, s)
	}
	return hits, key, nil
}

func lookFor(ctx context.Context, t *Tx, s searched, key string, limit int) (hits []hit, behind bool, err error) {
	engine := t.db.engine
	if utf8.RuneCountInString(key) >= 3 {
		return engine.holding(ctx, t, s, key)
	}
	if hits, err = engine.beginning(ctx, t, s, key, limit); err != nil || len(hits) == limit || s.oneWord {
		return hits, false, err
	}
	inside, behind, err := engine.holding(ctx, t, s, " "+key)
	return append(hits, inside...), behind, err
}

// best sorts the hits and leaves each id once.
func best(hits []hit, key string, limit int) []id.ID {
	ranks := make([][]hit, 3)
	for _, h := range hits {
		r := rank(h.Key, key)
		ranks[r] = append(ranks[r], h)
	}
	seen := make(map[id.ID]bool, limit)
	ids := make([]id.ID, 0, min(limit, len(hits)))
	for _, alike := range ranks {
		slices.SortFunc(alike, func(a, b hit) int { return cmp.Or(strings.Compare(a.Key, b.Key), cmp.Compare(a.ID, b.ID)) })
		for _, h := range alike {
			if len(ids) == limit {
				return ids
			}
			if !seen[h.ID] {
				seen[h.ID] = true
				ids = append(ids, h.ID)
			}
		}
	}
	return ids
}

func rank(found, key string) int {
	switch {
	case strings.HasPrefix(found, key):
		return 0
	case strings.Contains(found, " "+key):
		return 1
	}
	return 2
}
