package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"strconv"
	"strings"
)

// ErrNone says that One found no row.
var ErrNone = sql.ErrNoRows

// Exec runs a statement and returns how many rows it changed.
func Exec(ctx context.Context, t *Tx, query string, args ...any) (int64, error) {
	return t.exec(ctx, query, values(args))
}

// One returns the first row as a T: a struct whose fields carry the column's name in a `db` tag, or a single value. NULL becomes the zero
// value. Without a row it is ErrNone.
func One[T any](ctx context.Context, t *Tx, query string, args ...any) (T, error) {
	var one T
	found := false
	err := Each(ctx, t, func(v *T) error {
		if !found {
			one, found = *v, true
		}
		return nil
	}, query, args...)
	if err == nil && !found {
		err = ErrNone
	}
	return one, err
}

// Maybe is One for a row that need not exist: it also says whether there was one.
func Maybe[T any](ctx context.Context, t *Tx, query string, args ...any) (T, bool, error) {
	one, err := One[T](ctx, t, query, args...)
	if errors.Is(err, ErrNone) {
		return one, false, nil
	}
	return one, err == nil, err
}

// All returns every row as a T; see One.
func All[T any](ctx context.Context, t *Tx, query string, args ...any) ([]T, error) {
	var all []T
	err := Each(ctx, t, func(v *T) error { all = append(all, *v); return nil }, query, args...)
	return all, err
}

// Each calls do for every row, in order, with a T that is used again for the next row. do must not run statements in the transaction.
func Each[T any](ctx context.Context, t *Tx, do func(*T) error, query string, args ...any) error {
	var row T
	var fill filler
	return t.query(ctx, query, values(args), func(columns []string, cells []driver.Value) error {
		if fill == nil {
			var err error
			if fill, err = fillerFor(&row, columns); err != nil {
				return err
			}
		}
		if err := fill(cells); err != nil {
			return err
		}
		return do(&row)
	})
}

// Cells are one row as the driver gives it, for scans so long that filling a struct would be felt.
type Cells []driver.Value

// Int is column i as an integer; NULL is 0.
func (c Cells) Int(i int) int64 {
	n, _ := c[i].(int64)
	return n
}

// Text is column i as a text; NULL is "".
func (c Cells) Text(i int) string {
	switch v := c[i].(type) {
	case string:
		return v
	case []byte:
		return string(v)
	}
	return ""
}

// Null reports whether column i is NULL.
func (c Cells) Null(i int) bool { return c[i] == nil }

// EachCells is Each without the struct: the cells are valid until do returns.
func EachCells(ctx context.Context, t *Tx, do func(Cells) error, query string, args ...any) error {
	return t.query(ctx, query, values(args), func(_ []string, cells []driver.Value) error { return do(cells) })
}

// EachRow is EachCells with the names of the columns, for a table whose shape the caller does not know: a backup.
func EachRow(ctx context.Context, t *Tx, do func(columns []string, cells Cells) error, query string, args ...any) error {
	return t.query(ctx, query, values(args), func(columns []string, cells []driver.Value) error { return do(columns, cells) })
}

func (t *Tx) exec(ctx context.Context, query string, args []driver.NamedValue) (int64, error) {
	var changed int64
	err := t.run(ctx, query, func(st driver.Stmt) error {
		result, err := execOn(ctx, t.conn, st, query, args)
		if err != nil {
			return err
		}
		changed, err = result.RowsAffected()
		return err
	})
	return changed, err
}

func execOn(ctx context.Context, c driver.Conn, st driver.Stmt, query string, args []driver.NamedValue) (driver.Result, error) {
	if err := portable(args); err != nil {
		return nil, err
	}
	if st != nil {
		return st.(driver.StmtExecContext).ExecContext(ctx, args)
	}
	return c.(driver.ExecerContext).ExecContext(ctx, query, args)
}

func queryOn(ctx context.Context, c driver.Conn, st driver.Stmt, query string, args []driver.NamedValue) (driver.Rows, error) {
	if err := portable(args); err != nil {
		return nil, err
	}
	if st != nil {
		return st.(driver.StmtQueryContext).QueryContext(ctx, args)
	}
	return c.(driver.QueryerContext).QueryContext(ctx, query, args)
}

func (t *Tx) query(ctx context.Context, query string, args []driver.NamedValue, each func([]string, []driver.Value) error) error {
	var stopped error // what the caller's own function said: not a failure of the transaction
	err := t.run(ctx, query, func(st driver.Stmt) error {
		rows, err := queryOn(ctx, t.conn, st, query, args)
		if err != nil {
			return err
		}
		t.reading = true
		ended := false
		defer func() {
			t.reading = false
			if !ended { // each panicked
				_ = rows.Close()
			}
		}()
		stopped, err = readAll(ctx, rows, each)
		ended = true
		return errors.Join(err, rows.Close())
	})
	if err != nil {
		return err
	}
	return stopped
}

// readAll tells what stopped each from what failed in the store. A row is handed over before the next is read.
func readAll(ctx context.Context, rows driver.Rows, each func([]string, []driver.Value) error) (stopped, failed error) {
	columns := rows.Columns()
	cells := make([]driver.Value, len(columns))
	for n := 1; ; n++ {
		if n%1024 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		switch err := rows.Next(cells); {
		case err == io.EOF:
			return nil, nil
		case err != nil:
			return nil, err
		}
		if err := each(columns, cells); err != nil {
			return err, nil
		}
	}
}

// List writes placeholders for an IN-list from $start on, "$3,$4,…", with its arguments. So that few texts serve all lengths the list is
// filled up with its last value. It holds at most 500 values: split longer ones with slices.Chunk.
func List[T any](start int, list []T) (placeholders string, args []any) {
	if len(list) == 0 || len(list) > 500 {
		panic("db: an IN-list holds 1 to 500 values, not " + strconv.Itoa(len(list)))
	}
	size := listSize(len(list))
	var b strings.Builder
	args = make([]any, size)
	for i := range size {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteByte('$')
		b.WriteString(strconv.Itoa(start + i))
		args[i] = list[min(i, len(list)-1)]
	}
	return b.String(), args
}

func listSize(n int) int {
	for _, size := range []int{1, 4, 16, 64, 250} {
		if n <= size {
			return size
		}
	}
	return 500
}

func shorten(query string) string {
	q := strings.Join(strings.Fields(query), " ")
	if len(q) > 200 {
		q = q[:200] + "…"
	}
	return strconv.Quote(q)
}
