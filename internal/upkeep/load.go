package upkeep

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"tandem/internal/db"
)

const timeFormat = time.RFC3339

// loading writes one table of an archive into the database.
type loading struct {
	*restoring
	table   archivedTable
	waiting [][]any
	bytes   int   // of the lines that wait
	line    int64 // of the first row that waits, from 1
}

// One piece is written together, in one transaction or a few.
const (
	pieceRows  = 5000
	pieceBytes = 8 << 20
)

// longestWrite keeps each transaction of an engine with one writer well under what others would feel as waiting.
const longestWrite = 50 * time.Millisecond

func (l *loading) run(ctx context.Context) error {
	l.line = 1
	if err := l.eachPiece(ctx, l.withoutSelf, l.insertSome); err != nil {
		return err
	}
	if len(l.table.self) == 0 {
		return nil
	}
	l.line = 1
	return l.eachPiece(ctx, l.onlySelf, l.referSome)
}

// eachPiece reads the table and hands over what choose keeps of its rows, piece by piece. write returns how many rows it has committed.
func (l *loading) eachPiece(ctx context.Context, choose func([]any) []any, write func(context.Context, [][]any) (int, error)) error {
	flush := func() error {
		for len(l.waiting) > 0 {
			n, err := write(ctx, l.waiting)
			if err != nil {
				return err
			}
			l.waiting, l.line = l.waiting[n:], l.line+int64(n)
		}
		l.waiting, l.bytes = nil, 0
		return nil
	}
	err := l.archive.eachRow(ctx, l.table, func(line []byte, values []any) error {
		if values = choose(values); values != nil {
			l.waiting = append(l.waiting, values)
			l.bytes += len(line)
		}
		if len(l.waiting) < pieceRows && l.bytes < pieceBytes {
			return nil
		}
		return flush()
	})
	if err != nil {
		return err
	}
	return flush()
}

// withoutSelf leaves out by which a row refers to another of its table, which may come later.
func (l *loading) withoutSelf(values []any) []any {
	for _, name := range l.table.self {
		values[l.table.at(name)] = nil
	}
	return values
}

// onlySelf is what refers to another row, followed by the row's key; nil if it refers to none.
func (l *loading) onlySelf(values []any) []any {
	var refer []any
	none := true
	for _, name := range slices.Concat(l.table.self, l.table.key) {
		v := values[l.table.at(name)]
		none = none && (v == nil || len(refer) >= len(l.table.self))
		refer = append(refer, v)
	}
	if none {
		return nil
	}
	return refer
}

// insertSome writes as many rows as the time allows.
func (l *loading) insertSome(ctx context.Context, rows [][]any) (int, error) {
	return l.write(ctx, len(rows), func(tx *db.Tx, from int) (int, error) {
		some := rows[from : from+l.together(len(rows)-from)]
		if _, err := db.Exec(ctx, tx, l.insertText(len(some)), slices.Concat(some...)...); err != nil {
			return 0, l.unfit(l.line+int64(from), err)
		}
		return len(some), nil
	})
}

// together is how many of the rows one statement writes. Where one process alone writes, a statement costs no journey, and one row is fastest.
// Elsewhere a few sizes serve, so that few statements are prepared.
func (l *loading) together(rows int) int {
	if l.db.SingleWriter() {
		return 1
	}
	for _, size := range []int{1000, 100, 10} {
		if rows >= size && size*len(l.table.columns) < 60000 {
			return size
		}
	}
	return 1
}

func (l *loading) insertText(rows int) string {
	var b strings.Builder
	b.WriteString("INSERT INTO " + l.table.name + " (" + strings.Join(l.table.names(), ", ") + ") VALUES ")
	n := 0
	for r := range rows {
		if r > 0 {
			b.WriteByte(',')
		}
		for i := range l.table.columns {
			n++
			b.WriteString(before(i, "(") + "$" + strconv.Itoa(n))
		}
		b.WriteByte(')')
	}
	return b.String()
}

// referSome writes the references within the table.
func (l *loading) referSome(ctx context.Context, rows [][]any) (int, error) {
	query := l.referText()
	return l.write(ctx, len(rows), func(tx *db.Tx, from int) (int, error) {
		if _, err := db.Exec(ctx, tx, query, rows[from]...); err != nil {
			return 0, fmt.Errorf("let rows refer to one another: %w", err)
		}
		return 1, nil
	})
}

func (l *loading) referText() string {
	n := 0
	assign := func(names []string) []string {
		var all []string
		for _, name := range names {
			n++
			all = append(all, name+" = $"+strconv.Itoa(n))
		}
		return all
	}
	return "UPDATE " + l.table.name + " SET " + strings.Join(assign(l.table.self), ", ") + " WHERE " + strings.Join(assign(l.table.key), " AND ")
}

// write runs one in a transaction until all is written or the time is over, and returns how many rows were committed.
func (l *loading) write(ctx context.Context, all int, one func(tx *db.Tx, from int) (int, error)) (int, error) {
	done := 0
	err := l.db.ReadCommitted(ctx, 0, func(tx *db.Tx) error {
		began := time.Now() // measures the machine, not the business
		done = 0
		if err := l.hold(ctx, tx); err != nil {
			return err
		}
		for done < all && (!l.db.SingleWriter() || time.Since(began) < longestWrite) {
			n, err := one(tx, done)
			if err != nil {
				return err
			}
			done += n
		}
		return nil
	})
	return done, err
}

// unfit says which row the database does not take.
func (l *loading) unfit(line int64, err error) error {
	return fmt.Errorf("%s from line %d on: %w", entryName(l.table.name), line, err)
}
