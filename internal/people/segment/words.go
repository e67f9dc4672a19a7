package segment

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"tandem/internal/db"
	"tandem/internal/id"
	"tandem/internal/text"
)

// mostWords are looked for one by one, at most.
const mostWords = 6

// search finds who has the words in a name or an email, or a telephone number that begins so. Where nobody has them as they are typed, it is who has each of them
// somewhere: last name first, or a name with the domain where they work. country is where numbers without a code are.
func search(ctx context.Context, tx *db.Tx, country, words string) ([]id.ID, error) {
	all, err := holding(ctx, tx, words)
	if err != nil {
		return nil, err
	}
	numbers, err := telephones(ctx, tx, country, words)
	if err != nil {
		return nil, err
	}
	if all = both(all, numbers); len(all) > 0 {
		return all, nil
	}
	each := strings.Fields(words)
	if len(each) < 2 || len(each) > mostWords {
		return nil, nil
	}
	for i, word := range each {
		some, err := holding(ctx, tx, word)
		if err != nil {
			return nil, err
		}
		if i == 0 {
			all = some
		}
		all = slices.DeleteFunc(all, func(one id.ID) bool { _, has := slices.BinarySearch(some, one); return !has })
	}
	return all, nil
}

// Best are up to limit people who have the words, the best first: by a telephone number, a name, an email, and then, if there are none, by the words in
// any order. country is where numbers without a code are.
func Best(ctx context.Context, tx *db.Tx, country, words string, limit int) ([]id.ID, error) {
	best, err := telephones(ctx, tx, country, words)
	for _, index := range []db.SearchIndex{db.ContactNames, db.ContactEmails} {
		var some []id.ID
		if err == nil {
			some, err = db.Search(ctx, tx, index, words, limit)
		}
		best = append(best, some...)
	}
	if err == nil && len(best) == 0 {
		best, err = search(ctx, tx, country, words)
	}
	seen := map[id.ID]bool{}
	best = slices.DeleteFunc(best, func(one id.ID) bool { was := seen[one]; seen[one] = true; return was })
	return best[:min(len(best), limit)], err
}

// holding are those who have the words in a name or an email as they are typed, by their ids.
func holding(ctx context.Context, tx *db.Tx, words string) ([]id.ID, error) {
	names, err := db.Having(ctx, tx, db.ContactNames, words)
	if err != nil {
		return nil, fmt.Errorf("search names: %w", err)
	}
	emails, err := db.Having(ctx, tx, db.ContactEmails, words)
	if err != nil {
		return nil, fmt.Errorf("search emails: %w", err)
	}
	return both(names, emails), nil
}

// both are the people of two lists, each once and by their ids, as many as are looked at.
func both(a, b []id.ID) []id.ID {
	all := append(a, b...)
	all = all[:min(len(all), candidates)]
	slices.Sort(all)
	return slices.Compact(all)
}

// telephones are those with a number that begins as it was typed.
func telephones(ctx context.Context, tx *db.Tx, country, words string) ([]id.ID, error) {
	all := []id.ID(nil)
	for _, start := range text.PhoneStarts(words, country) {
		some, err := db.All[id.ID](ctx, tx, `SELECT DISTINCT contact_id FROM contact_phone WHERE workspace_id = $1 AND phone_key LIKE $2
			ORDER BY contact_id LIMIT $3`, tx.Workspace(), start+"%", candidates)
		if err != nil {
			return nil, fmt.Errorf("search telephone numbers: %w", err)
		}
		all = both(all, some)
	}
	return all, nil
}
