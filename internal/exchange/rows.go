package exchange

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"tandem/internal/change"
	"tandem/internal/db"
	"tandem/internal/exchange/sheet"
	"tandem/internal/exchange/value"
	"tandem/internal/id"
)

// RowSeen is one row of an upload with what would become, or became, of it.
type RowSeen struct {
	Row      int64 // counts from 1, without the header
	Line     int64
	Verdict  string
	Cells    []string // of a row that was tried, as the file has them or as they were put right
	Record   id.ID    // of a row that was imported, 0 if it had a problem
	Problems []Problem
}

// Verdicts are what can become of a row, in the order in which pages offer them.
func Verdicts() []string {
	return []string{string(change.Created), string(change.Updated), string(change.Unchanged), skipped, leftOut}
}

// marks are verdicts by their place among Verdicts, a digit each, so that a page's worth of uploads stays small.
func marks(verdicts []Verdict) string {
	all := Verdicts()
	var b strings.Builder
	for _, v := range verdicts {
		b.WriteByte('0' + byte(slices.Index(all, v.Verdict)))
	}
	return b.String()
}

func marked(digit byte) string { return Verdicts()[digit-'0'] }

// RowsTried are up to limit rows after one, with the trial's verdicts; those of one verdict only, or all for "".
func (s *Service) RowsTried(ctx context.Context, ws id.Workspace, u Upload, only string, after int64, limit int) ([]RowSeen, error) {
	t, err := u.Tried()
	if err != nil || t == nil {
		return nil, err
	}
	o, err := u.options()
	if err != nil {
		return nil, err
	}
	in, err := sheet.Open(s.Files.Path(ws, u.Content), o.sheet())
	if err != nil {
		return nil, u.named(err, s.Files.Path(ws, u.Content))
	}
	defer in.Close()
	var rows []RowSeen
	for n := int64(1); n <= int64(len(t.Marks)) && len(rows) < limit; n++ {
		row, err := nextSeen(in, o.Right)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, u.named(err, s.Files.Path(ws, u.Content))
		}
		if row.Row, row.Verdict = n, marked(t.Marks[n-1]); n > after && (only == "" || row.Verdict == only) {
			rows = append(rows, row)
		}
	}
	return rows, nil
}

// nextSeen is the next row of a file; one that cannot be read has no cells.
func nextSeen(in *sheet.Reader, right Corrections) (RowSeen, error) {
	row, err := in.Next()
	if broken, ok := errors.AsType[*sheet.RowError](err); ok {
		return RowSeen{Line: int64(broken.Line), Cells: broken.Cells}, nil
	}
	if err != nil {
		return RowSeen{}, err
	}
	return RowSeen{Line: int64(row.Line), Cells: right.on(row, in.Columns())}, nil
}

// on is a row's cells, those that were put right by hand in their place.
func (c Corrections) on(row sheet.Row, columns []sheet.Column) []string {
	cells, names := make([]string, len(columns)), namesOf(columns)
	for i := range columns {
		cells[i] = value.Unguard(strings.TrimSpace(row.Cells[i]))
		if right, ok := c[row.Line][names[i]]; ok {
			cells[i] = right
		}
	}
	return cells
}

// RowsDone are up to limit imported rows after one, with what became of them; those of one verdict only, or all for "".
func (s *Service) RowsDone(ctx context.Context, tx *db.Tx, u Upload, only string, after int64, limit int) ([]RowSeen, error) {
	where, args := "", []any{tx.Workspace(), u.ImportID, after, limit}
	if only != "" {
		where, args = "AND verdict = $5", append(args, only)
	}
	found, err := db.All[verdict](ctx, tx, `SELECT import_id, row, line, verdict, record_id, problems FROM import_row
		WHERE workspace_id = $1 AND import_id = $2 AND row > $3 `+where+` ORDER BY row LIMIT $4`, args...)
	if err != nil {
		return nil, fmt.Errorf("read the rows of an import: %w", err)
	}
	rows := make([]RowSeen, len(found))
	for i, f := range found {
		rows[i] = RowSeen{Row: f.Row, Line: f.Line, Verdict: f.Verdict, Record: f.RecordID}
		if rows[i].Problems, err = problemsIn(f.Problems); err != nil {
			return nil, err
		}
	}
	return rows, nil
}
