package segment

import (
	"context"
	"encoding/base64"
	"encoding/json"
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

// Sort is what a list is ordered by.
type Sort string

// The orders of a list.
const (
	ByName  Sort = "name"
	ByAdded Sort = "added"
	ByLast  Sort = "last" // touch; who has none comes last
)

// Query asks for a page of people.
type Query struct {
	Rule   Rule
	Words  string // part of a name or an email
	Sort   Sort   // "" is by last touch
	Up     bool   // the other way round than usual: names from Z, times from the oldest
	Cursor string // where a page before ended, "" for the first
	Limit  int    // 1 to 500
}

// Row is one person of a list.
type Row struct {
	contact.Contact
	glance.Glance
	Company string `db:"company"`
}

// Page is a part of a list.
type Page struct {
	Rows []Row
	Next string // the cursor of the next page, "" on the last
}

// candidates is how many people are looked at who have the words in their name or email.
const candidates = 10_000

const rowColumns = `c.id, c.first_name, c.last_name, c.name, c.name_key, c.title, c.company_id, c.city, c.country, c.lifecycle, c.lead_at, c.owner,
	c.created_at, c.updated_at, ` + glance.Columns + `, COALESCE((SELECT o.name FROM company o WHERE o.workspace_id = $1 AND o.id = c.company_id), '') AS company`

const tables = ` FROM contact c JOIN contact_glance g ON g.workspace_id = c.workspace_id AND g.contact_id = c.id
	WHERE c.workspace_id = $1 AND g.workspace_id = $1 AND `

// List is a page of the people that a query asks for; glance.CatchUp first. A wrong rule or cursor is a fault.Invalid.
func List(ctx context.Context, tx *db.Tx, s Scope, q Query) (Page, error) {
	where, args, err := q.where(ctx, tx, s)
	if err != nil || where == "" {
		return Page{}, err
	}
	order, ok := orders()[or(q.Sort, ByLast)]
	if !ok {
		return Page{}, fault.Invalidf("a list cannot be sorted by %q", string(q.Sort))
	}
	down := order.down != q.Up
	if q.Cursor != "" {
		after, err := readCursor(q.Cursor)
		if err != nil {
			return Page{}, err
		}
		where, args = order.beyond(where, args, after, down)
	}
	limit := min(max(q.Limit, 1), 500)
	args = append(args, limit+1)
	way := ""
	if down {
		way = " DESC"
	}
	rows, err := db.All[Row](ctx, tx, `SELECT `+rowColumns+tables+where+` ORDER BY `+order.column+way+`, `+order.id+way+` LIMIT $`+strconv.Itoa(len(args)), args...)
	if err != nil {
		return Page{}, fmt.Errorf("list people: %w", err)
	}
	page := Page{Rows: rows}
	if len(rows) > limit {
		page.Rows = rows[:limit]
		page.Next = order.cursor(&rows[limit-1])
	}
	return page, nil
}

// Count is how many people a rule and words match, and so are on the list.
func Count(ctx context.Context, tx *db.Tx, s Scope, q Query) (int, error) {
	where, args, err := q.where(ctx, tx, s)
	if err != nil || where == "" {
		return 0, err
	}
	n, err := db.One[int](ctx, tx, `SELECT COUNT(*)`+tables+where, args...)
	if err != nil {
		return 0, fmt.Errorf("count people: %w", err)
	}
	return n, nil
}

// IDs are the ids of the people that a rule and words match, in the order of the ids, above one and up to a limit of 500.
func IDs(ctx context.Context, tx *db.Tx, s Scope, q Query, after id.ID) ([]id.ID, error) {
	where, args, err := q.where(ctx, tx, s)
	if err != nil || where == "" {
		return nil, err
	}
	args = append(args, after, min(max(q.Limit, 1), 500))
	n := len(args)
	return db.All[id.ID](ctx, tx, `SELECT c.id`+tables+where+` AND c.id > $`+strconv.Itoa(n-1)+` ORDER BY c.id LIMIT $`+strconv.Itoa(n), args...)
}

// where is the condition of a query; "" if nobody can match it.
func (q Query) where(ctx context.Context, tx *db.Tx, s Scope) (string, []any, error) {
	where, args, err := compile(q.Rule, s)
	if err != nil || q.Words == "" {
		return where, args, err
	}
	found, err := search(ctx, tx, q.Words)
	if err != nil || len(found) == 0 {
		return "", nil, err
	}
	where, args = among(where, args, found)
	return where, args, nil
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

// search finds who has the words in a name or an email.
func search(ctx context.Context, tx *db.Tx, words string) ([]id.ID, error) {
	names, err := db.Search(ctx, tx, db.ContactNames, words, candidates)
	if err != nil {
		return nil, fmt.Errorf("search names: %w", err)
	}
	emails, err := db.Search(ctx, tx, db.ContactEmails, words, candidates)
	if err != nil {
		return nil, fmt.Errorf("search emails: %w", err)
	}
	all := append(names, emails...)
	slices.Sort(all)
	return slices.Compact(all), nil
}

// order is one way to sort.
type order struct {
	column, id string
	down       bool // usually the highest first
	value      func(*Row) any
	number     bool
}

func orders() map[Sort]order {
	return map[Sort]order{
		ByName:  {column: "c.name_key", id: "c.id", value: func(r *Row) any { return r.NameKey }},
		ByAdded: {column: "c.created_at", id: "c.id", down: true, number: true, value: func(r *Row) any { return r.Contact.CreatedAt }},
		ByLast:  {column: "g.last_at", id: "g.contact_id", down: true, number: true, value: func(r *Row) any { return r.LastAt }},
	}
}

type cursor struct {
	Text   string       `json:"t,omitempty"`
	Number clock.Micros `json:"n,omitempty"`
	ID     id.ID        `json:"i"`
}

func (o order) cursor(r *Row) string {
	at := cursor{ID: r.ID}
	switch v := o.value(r).(type) {
	case string:
		at.Text = v
	case clock.Micros:
		at.Number = v
	}
	b, err := json.Marshal(at)
	if err != nil {
		panic("segment: cursors always become JSON: " + err.Error())
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

func readCursor(s string) (cursor, error) {
	var at cursor
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err == nil {
		err = json.Unmarshal(b, &at)
	}
	if err != nil {
		return at, fault.Invalidf("this page of the list is not there any more").WithMend("begin at its first page")
	}
	return at, nil
}

// beyond narrows a condition to what comes after a cursor.
func (o order) beyond(where string, args []any, at cursor, down bool) (string, []any) {
	var value any = at.Text
	if o.number {
		value = at.Number
	}
	args = append(args, value, at.ID)
	v, i := "$"+strconv.Itoa(len(args)-1), "$"+strconv.Itoa(len(args))
	than := " > "
	if down {
		than = " < "
	}
	return "(" + where + ") AND (" + o.column + than + v + " OR " + o.column + " = " + v + " AND " + o.id + than + i + ")", args
}

func or(a, b Sort) Sort {
	if a != "" {
		return a
	}
	return b
}
