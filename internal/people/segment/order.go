package segment

import (
	"encoding/base64"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"tandem/internal/clock"
	"tandem/internal/fault"
	"tandem/internal/id"
	"tandem/internal/people/contact"
)

// Sort is what a list is ordered by.
type Sort string

// The orders of a list.
const (
	ByName    Sort = "name"
	ByCompany Sort = "company"
	ByOwner   Sort = "owner"
	ByStage   Sort = "stage" // the furthest first
	ByAdded   Sort = "added"
	ByLast    Sort = "last" // touch; who has none comes last
)

// Known reports whether a list can be sorted so.
func (s Sort) Known() bool { _, ok := orders()[s]; return ok }

// order is one way to sort.
type order struct {
	column, id string
	down       bool // usually the highest first
	indexed    bool // an index has the order
	text       func(*Row) string
	number     func(*Row) int64 // instead of text
}

func orders() map[Sort]order {
	return map[Sort]order{
		ByName:    {column: "c.name_key", id: "c.id", indexed: true, text: func(r *Row) string { return r.NameKey }},
		ByCompany: {column: "COALESCE(o.name_key, '')", id: "c.id", text: func(r *Row) string { return r.CompanyKey }},
		ByOwner:   {column: "c.owner", id: "c.id", indexed: true, text: func(r *Row) string { return r.Owner }},
		ByStage:   {column: stageRank(), id: "c.id", down: true, number: func(r *Row) int64 { return rank(r.Lifecycle) }},
		ByAdded:   {column: "c.created_at", id: "c.id", down: true, indexed: true, number: func(r *Row) int64 { return int64(r.Contact.CreatedAt) }},
		ByLast:    {column: "g.last_at", id: "g.contact_id", down: true, indexed: true, number: func(r *Row) int64 { return int64(r.LastAt) }},
	}
}

// rank is how far a stage is, 0 for none.
func rank(l contact.Lifecycle) int64 { return int64(slices.Index(contact.Lifecycles(), l) + 1) }

func stageRank() string {
	var b strings.Builder
	b.WriteString("CASE c.lifecycle")
	for _, l := range contact.Lifecycles() {
		b.WriteString(" WHEN '" + string(l) + "' THEN " + strconv.FormatInt(rank(l), 10))
	}
	return b.String() + " ELSE 0 END"
}

// alone is the tables for reading a list in this order to a condition on places alone: who is met is looked at afterwards, so glances need no people.
func (o order) alone(where string) string {
	if strings.HasPrefix(o.column, "g.") {
		return ` FROM contact_glance g WHERE g.workspace_id = $1 AND `
	}
	return from(where, o.column)
}

// by is the order as a statement has it.
func (o order) by(down bool) string {
	way := ""
	if down {
		way = " DESC"
	}
	return " ORDER BY " + o.column + way + ", " + o.id + way
}

// cursor is a place on a list: after a row, or before one.
type cursor struct {
	Text   string `json:"t,omitempty"`
	Number int64  `json:"n,omitempty"`
	ID     id.ID  `json:"i"`
	Before bool   `json:"b,omitempty"`
	Place  int    `json:"p"` // the row's on the list
}

func (o order) cursor(r *Row, place int, before bool) string {
	at := cursor{ID: r.ID, Before: before, Place: place}
	if o.number != nil {
		at.Number = o.number(r)
	} else {
		at.Text = o.text(r)
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

// beyond narrows a condition to what comes after a place, in the direction of reading.
func (o order) beyond(where string, args []any, at cursor, down bool) (string, []any) {
	var value any = at.Text
	if o.number != nil {
		value = clock.Micros(at.Number)
	}
	args = append(args, value, at.ID)
	v, i := "$"+strconv.Itoa(len(args)-1), "$"+strconv.Itoa(len(args))
	than := " > "
	if down {
		than = " < "
	}
	return "(" + where + ") AND (" + o.column + than + v + " OR " + o.column + " = " + v + " AND " + o.id + than + i + ")", args
}

// page makes a page of up to limit+1 rows that were read on from a place, or, going back, down to it.
func (o order) page(rows []Row, at cursor, limit int, inside bool) Page {
	more := len(rows) > limit
	rows = rows[:min(len(rows), limit)]
	p := Page{Rows: rows, First: at.Place + 1}
	if len(rows) == 0 {
		return p
	}
	if at.Before {
		slices.Reverse(rows)
		p.First = max(at.Place-len(rows), 1)
		if !more {
			p.First = 1
		}
	}
	if more && at.Before || inside && !at.Before {
		p.Prev = o.cursor(&rows[0], p.First, true)
	}
	if more && !at.Before || at.Before {
		p.Next = o.cursor(&rows[len(rows)-1], p.First+len(rows)-1, false)
	}
	return p
}
