package segment

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/id"
	"tandem/internal/people/contact"
	"tandem/internal/people/glance"
)

// Query asks for a page of people.
type Query struct {
	Rule  Rule
	Words string // part of a name or an email, words of both in any order, or how a telephone number begins
	Narrow
	Sort   Sort   // "" is by last touch
	Up     bool   // the other way round than usual: names from Z, times from the oldest
	Cursor string // Page.Next, for the page after, or Page.Prev, for the one before; "" for the first
	Limit  int    // 1 to 500
}

// Narrow are the narrowings that programs ask for, each left out if it is empty.
type Narrow struct {
	Company  id.ID
	Since    clock.Micros // changed at this instant or later
	System   string       // of the external id; "" is what programs and files call people if they name no system
	External string
}

func (n Narrow) narrow(where string, args []any) (string, []any) {
	add := func(condition string, value any) {
		args = append(args, value)
		where += condition + "$" + strconv.Itoa(len(args))
	}
	if n == (Narrow{}) || where == "" {
		return where, args
	}
	where = "(" + where + ")"
	if n.Company != 0 {
		add(" AND c.company_id = ", n.Company)
	}
	if n.Since != 0 {
		add(" AND c.updated_at >= ", n.Since)
	}
	if n.External != "" {
		add(" AND c.id IN (SELECT x.contact_id FROM contact_external x WHERE x.workspace_id = $1 AND x.system = ", n.System)
		add(" AND x.external_id = ", n.External)
		where += ")"
	}
	return where, args
}

// Row is one person of a list.
type Row struct {
	contact.Contact
	glance.Glance
	Company    string `db:"company"`
	CompanyKey string `db:"company_key"`
}

// Page is a part of a list.
type Page struct {
	Rows  []Row
	First int    // the place of the first row on the list, from 1; a little off if people came or went since the page before
	Next  string // the cursor of the page after, "" on the last
	Prev  string // the cursor of the page before, "" on the first
	Found int    // how many are on the list in all, if that was learnt on the way; else 0
}

// candidates is how many people are looked at who have the words in their name or email.
const candidates = 10_000

const rowColumns = `c.id, c.first_name, c.last_name, c.name, c.name_key, c.title, c.company_id, c.city, c.country, c.lifecycle, c.lead_at, c.owner,
	c.created_at, c.updated_at, COALESCE(o.name, '') AS company, COALESCE(o.name_key, '') AS company_key,
	c.id AS contact_id, g.first_at, COALESCE(g.first_channel, '') AS first_channel, COALESCE(g.first_side, '') AS first_side,
	COALESCE(g.last_at, 0) AS last_at, COALESCE(g.last_kind, '') AS last_kind, COALESCE(g.last_side, '') AS last_side,
	COALESCE(g.last_note, '') AS last_note, COALESCE(g.marketing, 0) AS marketing, COALESCE(g.sales, 0) AS sales, g.waiting_at,
	COALESCE(g.waiting_kind, '') AS waiting_kind`

const (
	glances   = ` LEFT JOIN contact_glance g ON g.workspace_id = $1 AND g.contact_id = c.id`
	companies = ` LEFT JOIN company o ON o.workspace_id = $1 AND o.id = c.company_id`
)

// from is the tables that a condition and an order ask, and no more: so they are read in the order of an index wherever there is one.
func from(where, order string) string {
	tables := ` FROM contact c`
	switch {
	case strings.HasPrefix(order, "g."), order == "" && strings.Contains(where, "g."): // once glance.CatchUp has been there everybody has a glance
		tables = ` FROM contact_glance g JOIN contact c ON c.workspace_id = g.workspace_id AND c.id = g.contact_id AND g.workspace_id = $1`
	case strings.Contains(where, "g."):
		tables += glances
	}
	if strings.Contains(order, "o.") {
		tables += companies
	}
	return tables + ` WHERE c.workspace_id = $1 AND `
}

// List is a page of the people that a query asks for; glance.CatchUp first. A wrong rule or cursor is a fault.Invalid. Pages follow each other by
// the place of their last and first row, so nobody is seen twice or left out because others come and go.
func List(ctx context.Context, tx *db.Tx, s Scope, q Query) (Page, error) {
	a, err := q.asks(ctx, tx, s)
	if err != nil || a.nobody() {
		return Page{}, err
	}
	order, ok := orders()[cmp.Or(q.Sort, ByLast)]
	if !ok {
		return Page{}, fault.Invalidf("a list cannot be sorted by %q", string(q.Sort))
	}
	var at cursor
	down := order.down != q.Up
	if q.Cursor != "" {
		if at, err = readCursor(q.Cursor); err != nil {
			return Page{}, err
		}
		down = down != at.Before
		a.clause, a.place = a.clause.beyond(order, at, down), a.place.beyond(order, at, down)
	}
	limit := min(max(q.Limit, 1), 500)
	ids, err := a.first(ctx, tx, order, down, limit+1)
	if err != nil {
		return Page{}, fmt.Errorf("list people: %w", err)
	}
	rows, err := rowsOf(ctx, tx, ids)
	if err != nil {
		return Page{}, fmt.Errorf("read the people of a list: %w", err)
	}
	page := order.page(rows, at, limit, q.Cursor != "")
	if a.words && a.free {
		page.Found = len(a.found)
	}
	return page, nil
}

// clause is a condition of a statement, with its arguments.
type clause struct {
	where string
	args  []any
}

func (c clause) beyond(o order, at cursor, down bool) clause {
	where, args := o.beyond(c.where, slices.Clone(c.args), at, down)
	return clause{where, args}
}

// asked is a query as a condition, and who has its words, if it has any.
type asked struct {
	clause
	place clause // everybody, from where the list is read on
	query Query
	scope Scope
	words bool
	found []id.ID // by their ids
	free  bool    // the rule is empty: the words are all that is asked
}

func (a asked) nobody() bool { return a.where == "" || a.words && len(a.found) == 0 }

// first are the ids of the first people in an order. A statement that names thousands takes long to be read, and one that finds all who did something
// takes long to answer: the list is read in its order until enough were met, or, where no index has that order or few match, all who match are
// sorted; of thousands who have the words the first of each five hundred are found before.
func (a asked) first(ctx context.Context, tx *db.Tx, o order, down bool, limit int) ([]id.ID, error) {
	if ids, all, err := a.met(ctx, tx, o, down, limit); all || err != nil {
		return ids, err
	}
	if len(a.found) > 2*listed {
		var nearest []id.ID
		for chunk := range slices.Chunk(a.found, listed) {
			some, err := a.of(chunk).ordered(ctx, tx, o, down, limit)
			if err != nil {
				return nil, err
			}
			nearest = append(nearest, some...)
		}
		a = a.of(nearest)
	}
	if a.nobody() {
		return nil, nil
	}
	return a.ordered(ctx, tx, o, down, limit)
}

// How far into a list those who match are looked for: by words that are known, and by a rule.
const (
	furthest = 10_000
	asking   = 4 * listed
)

// met reads the list in its order until enough people were met who match; all is false if they were not, because few match, or no index has the order.
func (a asked) met(ctx context.Context, tx *db.Tx, o order, down bool, limit int) (ids []id.ID, all bool, err error) {
	few := a.words && len(a.found) <= 2*listed
	if !o.indexed || few || !a.words && !strings.Contains(a.where, "(SELECT") { // the engine itself stops at enough, unless it must find others before
		return nil, false, nil
	}
	enough := asking
	if a.free {
		enough = limit
	}
	near, ended, err := a.near(ctx, tx, o, down, enough)
	if err != nil || a.free {
		return near, ended || len(near) == limit, err
	}
	for chunk := range slices.Chunk(near, listed) {
		some, err := a.matching(ctx, tx, chunk)
		if ids = append(ids, some...); err != nil || len(ids) >= limit {
			return ids[:min(len(ids), limit)], true, err
		}
	}
	return ids, ended, nil
}

var errEnough = errors.New("enough people were met")

// near are the next people of the list who have the words, if there are any; ended says that the list has no more.
func (a asked) near(ctx context.Context, tx *db.Tx, o order, down bool, enough int) (ids []id.ID, ended bool, err error) {
	far, has := enough, make(map[id.ID]bool, len(a.found))
	for _, one := range a.found {
		far, has[one] = furthest, true
	}
	read := 0
	args := append(slices.Clone(a.place.args), far)
	err = db.EachCells(ctx, tx, func(c db.Cells) error {
		read++
		if one := id.ID(c.Int(0)); !a.words || has[one] {
			ids = append(ids, one)
		}
		if len(ids) == enough {
			return errEnough
		}
		return nil
	}, `SELECT `+o.id+o.alone(a.place.where)+a.place.where+o.by(down)+` LIMIT $`+strconv.Itoa(len(args)), args...)
	if errors.Is(err, errEnough) {
		return ids, false, nil
	}
	return ids, read < far, err
}

// matching are those of some people who match the rule, in the order in which they are named.
func (a asked) matching(ctx context.Context, tx *db.Tx, people []id.ID) ([]id.ID, error) {
	where, args, err := compile(a.query.Rule, a.scope, true)
	if err != nil {
		return nil, err
	}
	where, args = among(where, args, people)
	matches := make(map[id.ID]bool, len(people))
	err = db.EachCells(ctx, tx, func(c db.Cells) error { matches[id.ID(c.Int(0))] = true; return nil }, `SELECT c.id`+from(where, "")+where, args...)
	return slices.DeleteFunc(slices.Clone(people), func(one id.ID) bool { return !matches[one] }), err
}

// of is the query of some people alone.
func (a asked) of(people []id.ID) asked {
	a.found = people
	return a
}

func (a asked) ordered(ctx context.Context, tx *db.Tx, o order, down bool, limit int) ([]id.ID, error) {
	where, args := a.where, slices.Clone(a.args)
	if a.words {
		where, args = among(where, args, a.found)
	}
	args = append(args, limit)
	return db.All[id.ID](ctx, tx, `SELECT c.id`+from(where, o.column)+where+o.by(down)+` LIMIT $`+strconv.Itoa(len(args)), args...)
}

// rowsOf are the rows of people, in their order.
func rowsOf(ctx context.Context, tx *db.Tx, people []id.ID) ([]Row, error) {
	place := make(map[id.ID]int, len(people))
	for i, p := range people {
		place[p] = i
	}
	rows := make([]Row, len(people))
	for chunk := range slices.Chunk(people, listed) {
		list, args := db.List(2, chunk)
		err := db.Each(ctx, tx, func(r *Row) error { rows[place[r.ID]] = *r; return nil },
			`SELECT `+rowColumns+` FROM contact c`+glances+companies+` WHERE c.workspace_id = $1 AND c.id IN (`+list+`)`, append([]any{tx.Workspace()}, args...)...)
		if err != nil {
			return nil, err
		}
	}
	return rows, nil
}

// Count is how many people a rule and words match, and so are on the list.
func Count(ctx context.Context, tx *db.Tx, s Scope, q Query) (int, error) {
	a, err := q.asks(ctx, tx, s)
	switch {
	case err != nil || a.nobody():
		return 0, err
	case a.words && a.free:
		return len(a.found), nil
	}
	parts := [][]id.ID{nil}
	if a.words {
		parts = slices.Collect(slices.Chunk(a.found, listed))
	}
	total := 0
	for _, people := range parts {
		where, args := a.where, slices.Clone(a.args)
		if a.words {
			where, args = among(where, args, people)
		}
		n, err := db.One[int](ctx, tx, `SELECT COUNT(*)`+from(where, "")+where, args...)
		if err != nil {
			return 0, fmt.Errorf("count people: %w", err)
		}
		total += n
	}
	return total, nil
}

// IDs are the ids of the people that a rule and words match, in the order of the ids, above one and up to a limit of 500.
func IDs(ctx context.Context, tx *db.Tx, s Scope, q Query, after id.ID) ([]id.ID, error) {
	a, err := q.asks(ctx, tx, s)
	if err != nil || a.nobody() {
		return nil, err
	}
	limit := min(max(q.Limit, 1), 500)
	if !a.words {
		return a.above(ctx, tx, after, limit)
	}
	at, _ := slices.BinarySearch(a.found, after+1)
	var ids []id.ID
	for chunk := range slices.Chunk(a.found[at:], listed) {
		some, err := a.of(chunk).above(ctx, tx, after, limit-len(ids))
		if err != nil {
			return nil, err
		}
		if ids = append(ids, some...); len(ids) == limit {
			break
		}
	}
	return ids, nil
}

func (a asked) above(ctx context.Context, tx *db.Tx, after id.ID, limit int) ([]id.ID, error) {
	where, args := a.where, slices.Clone(a.args)
	if a.words {
		where, args = among(where, args, a.found)
	}
	args = append(args, after, limit)
	n := len(args)
	return db.All[id.ID](ctx, tx, `SELECT c.id`+from(where, "")+where+` AND c.id > $`+strconv.Itoa(n-1)+` ORDER BY c.id LIMIT $`+strconv.Itoa(n), args...)
}

// asks is the query as a condition, and who has its words.
func (q Query) asks(ctx context.Context, tx *db.Tx, s Scope) (asked, error) {
	a := asked{place: clause{"1 = 1", []any{s.Workspace}}, query: q, scope: s, words: q.Words != "", free: q.Rule.empty() && q.Narrow == Narrow{}}
	var err error
	a.where, a.args, err = compile(q.Rule, s, a.words)
	a.where, a.args = q.narrow(a.where, a.args)
	if err == nil && a.words {
		a.found, err = search(ctx, tx, s.Country, q.Words)
	}
	return a, err
}

// among narrows a condition to some people, in lists of one length, so that few statements serve all.
func among(where string, args []any, people []id.ID) (string, []any) {
	lists := make([]string, 0, len(people)/listed+1)
	for chunk := range slices.Chunk(people, listed) {
		list, more := db.List(len(args)+1, chunk)
		lists, args = append(lists, "c.id IN ("+list+")"), append(args, more...)
	}
	return "(" + where + ") AND (" + strings.Join(lists, " OR ") + ")", args
}

// listed is how many ids stand in one list.
const listed = 500
