package exchange

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"

	"tandem/internal/db"
	"tandem/internal/exchange/sheet"
	"tandem/internal/exchange/value"
	"tandem/internal/fault"
	"tandem/internal/id"
	"tandem/internal/team"
)

// WhatIsWrong is the column that a file of rows with problems ends with. The file imports as the one that the rows are from.
const WhatIsWrong = "what is wrong"

// problemsAtOnce is how many rows with problems are read from the store at a time.
const problemsAtOnce = 500

// Rest writes the rows of an upload that had problems as CSV with the columns of their file, corrections in their place. No spreadsheet runs a
// cell of it, and it imports as the file itself would. say, if there is one, adds a column with what is wrong.
func (s *Service) Rest(ctx context.Context, ws id.Workspace, u Upload, to io.Writer, say func([]Problem) string) error {
	o, err := u.options()
	if err != nil {
		return err
	}
	if u.Content == "" {
		return fault.NotFoundf("the file %s is no longer kept", u.File)
	}
	in, err := sheet.Open(s.Files.Path(ws, u.Content), o.sheet())
	if err != nil {
		return u.named(err, s.Files.Path(ws, u.Content))
	}
	defer in.Close()
	out := csv.NewWriter(to)
	if err := out.Write(headerOf(in.Columns(), say != nil)); err != nil {
		return fmt.Errorf("write the rows with problems: %w", err)
	}
	err = s.eachSkipped(ctx, ws, u, func(skipped RowSeen) error {
		cells, err := rowAt(in, o.Right, skipped.Line)
		if err != nil {
			return u.named(err, s.Files.Path(ws, u.Content))
		}
		if cells = guarded(cells); say != nil {
			cells = append(cells, value.Guard(say(skipped.Problems)))
		}
		return out.Write(cells)
	})
	out.Flush()
	return errors.Join(err, out.Error())
}

func headerOf(columns []sheet.Column, says bool) []string {
	var header []string
	for _, c := range columns {
		header = append(header, value.Guard(c.Name))
	}
	if says {
		header = append(header, WhatIsWrong)
	}
	return header
}

// rowAt reads on to the row of a line.
func rowAt(in *sheet.Reader, right Corrections, line int64) ([]string, error) {
	for {
		row, err := nextSeen(in, right)
		if err != nil || row.Line == line {
			return row.Cells, err
		}
	}
}

// guarded are cells that no spreadsheet runs and that read as they did.
func guarded(cells []string) []string {
	safe := make([]string, len(cells))
	for i, c := range cells {
		safe[i] = value.Guard(value.Unguard(c))
	}
	return safe
}

// eachSkipped hands on the rows that had problems, in their order, as far as they are imported or tried.
func (s *Service) eachSkipped(ctx context.Context, ws id.Workspace, u Upload, do func(RowSeen) error) error {
	if u.ImportID == 0 {
		return s.eachTriedSkipped(ctx, ws, u, do)
	}
	for after := int64(0); ; {
		var rows []RowSeen
		if err := s.DB.Read(ctx, ws, func(tx *db.Tx) (err error) {
			rows, err = s.RowsDone(ctx, tx, u, skipped, after, problemsAtOnce)
			return err
		}); err != nil || len(rows) == 0 {
			return err
		}
		for _, row := range rows {
			if err := do(row); err != nil {
				return err
			}
		}
		after = rows[len(rows)-1].Row
	}
}

func (s *Service) eachTriedSkipped(ctx context.Context, ws id.Workspace, u Upload, do func(RowSeen) error) error {
	t, err := u.Tried()
	if err != nil || t == nil {
		return err
	}
	rows, err := s.RowsTried(ctx, ws, u, skipped, 0, len(t.Marks))
	if err != nil {
		return err
	}
	for _, row := range rows {
		row.Problems = slices.DeleteFunc(slices.Clone(t.Problems), func(p Problem) bool { return p.Line != int(row.Line) })
		if err := do(row); err != nil {
			return err
		}
	}
	return nil
}

// Again brings the rows of an import that had problems as a file of their own, to be put right and imported: nothing is touched that came in.
func (s *Service) Again(ctx context.Context, ws id.Workspace, by team.Actor, u Upload) (Upload, error) {
	if err := mayImport(by, u.Kind); err != nil {
		return Upload{}, err
	}
	as, err := u.As()
	if err == nil {
		err = s.DB.Read(ctx, ws, func(tx *db.Tx) error {
			run, done, err := s.RunOf(ctx, tx, u)
			if err == nil && (!done || run.Skipped == 0) {
				err = fault.Conflictf("no row of %s was left with a problem", u.File)
			}
			return err
		})
	}
	if err != nil {
		return Upload{}, err
	}
	as.Sheet, as.Charset, as.Right, as.Out, as.Like = "", "utf-8", nil, nil, u.File
	rest, to := io.Pipe()
	go func() { to.CloseWithError(s.Rest(ctx, ws, u, to, nil)) }()
	defer rest.Close()
	return s.Bring(ctx, ws, by, u.Kind, u.File, rest, as)
}
