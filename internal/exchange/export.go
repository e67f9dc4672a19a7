package exchange

import (
	"bufio"
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/exchange/value"
	"tandem/internal/fault"
	"tandem/internal/id"
	"tandem/internal/team"
)

// Format is how an export is written.
type Format string

// The formats. CSV is for spreadsheets: what they would run as a formula gets an apostrophe before it, which an import takes away again. JSON
// Lines has every value as it is.
const (
	CSV       Format = "csv"
	JSONLines Format = "jsonl"
)

// ParseFormat reads a format's name.
func ParseFormat(s string) (Format, error) {
	if f := Format(s); f == CSV || f == JSONLines {
		return f, nil
	}
	return "", fault.Usagef("%q is no format of an export", s).WithMend("choose csv or jsonl")
}

// Export writes every record of a kind, one a line, under the names by which an import knows its fields. It returns how many there were.
func (s *Service) Export(ctx context.Context, ws id.Workspace, by team.Actor, kind Kind, format Format, w io.Writer) (int, error) {
	if err := s.noteExport(ctx, ws, by, string(kind)); err != nil {
		return 0, err
	}
	return s.export(ctx, ws, kind, format, w)
}

// noteExport checks the right and writes down who takes what out, before the first row leaves.
func (s *Service) noteExport(ctx context.Context, ws id.Workspace, by team.Actor, what string) error {
	if err := by.Check(team.ExportAll); err != nil {
		return err
	}
	return s.DB.Write(ctx, ws, func(tx *db.Tx) error {
		return team.Note(ctx, tx, by, clock.Of(s.Clock.Now()), team.Deed{Action: "export", Entity: what})
	})
}

func (s *Service) export(ctx context.Context, ws id.Workspace, kind Kind, format Format, w io.Writer) (int, error) {
	buffered := bufio.NewWriterSize(w, 1<<16)
	rows := 0
	err := s.DB.Read(ctx, ws, func(tx *db.Tx) error {
		from, err := s.exporterFor(ctx, tx, kind)
		if err != nil {
			return err
		}
		out := newWriter(format, buffered, from.header())
		rows, err = copyRows(ctx, tx, from, out)
		return errors.Join(err, out.flush())
	})
	if err != nil {
		return rows, fmt.Errorf("export %s: %w", kind, err)
	}
	return rows, buffered.Flush()
}

// ExportAll writes a file for each kind into a folder, which is made if need be; it refuses to replace a file.
func (s *Service) ExportAll(ctx context.Context, ws id.Workspace, by team.Actor, format Format, dir string) (map[Kind]int, error) {
	if err := s.noteExport(ctx, ws, by, "all"); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fault.Invalidf("the folder %s cannot be made: %w", dir, err)
	}
	rows := map[Kind]int{}
	for _, kind := range Kinds() {
		n, err := s.exportFile(ctx, ws, kind, format, filepath.Join(dir, string(kind)+"."+string(format)))
		if err != nil {
			return rows, err
		}
		rows[kind] = n
	}
	return rows, nil
}

func (s *Service) exportFile(ctx context.Context, ws id.Workspace, kind Kind, format Format, path string) (int, error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, os.ErrExist) {
		return 0, fault.Conflictf("there is a file %s already", path).WithMend("name an empty folder")
	}
	if err != nil {
		return 0, fault.Invalidf("%s cannot be written: %w", path, err)
	}
	n, err := s.export(ctx, ws, kind, format, f)
	return n, errors.Join(err, f.Close())
}

// exporter reads the records of one kind page by page.
type exporter interface {
	header() []string
	// page is the rows after the last page, fewer than batchRows at the end; their cells are in the header's order.
	page(ctx context.Context, tx *db.Tx) (rows [][]string, last bool, err error)
}

func copyRows(ctx context.Context, tx *db.Tx, from exporter, to writer) (int, error) {
	all := 0
	for {
		rows, last, err := from.page(ctx, tx)
		if err != nil {
			return all, err
		}
		for _, row := range rows {
			if err := to.row(row); err != nil {
				return all, fmt.Errorf("write line %d: %w", all+1, err)
			}
			all++
		}
		if last {
			return all, nil
		}
	}
}

// writer writes rows in one format.
type writer interface {
	row(cells []string) error
	flush() error
}

func newWriter(f Format, w io.Writer, header []string) writer {
	if f == JSONLines {
		return &jsonWriter{w: w, header: header}
	}
	return &csvWriter{w: csv.NewWriter(w), header: header}
}

type csvWriter struct {
	w      *csv.Writer
	header []string
	cells  []string
	begun  bool
}

func (c *csvWriter) row(cells []string) error {
	if err := c.begin(); err != nil {
		return err
	}
	c.cells = c.cells[:0]
	for i, cell := range cells {
		if !isAmount(c.header[i]) {
			cell = value.Guard(cell)
		}
		c.cells = append(c.cells, cell)
	}
	return c.w.Write(c.cells)
}

// isAmount reports whether a column holds numbers of our own making, whose minus is no formula.
func isAmount(column string) bool { return column == "amount" || column == "value" || column == "rate" }

func (c *csvWriter) begin() error {
	if c.begun {
		return nil
	}
	c.begun = true
	return c.w.Write(c.header)
}

func (c *csvWriter) flush() error {
	err := c.begin()
	c.w.Flush()
	return errors.Join(err, c.w.Error())
}

// jsonWriter writes one object a line, its members in the header's order, empty ones left out.
type jsonWriter struct {
	w      io.Writer
	header []string
	line   bytes.Buffer
}

func (j *jsonWriter) row(cells []string) error {
	j.line.Reset()
	j.line.WriteByte('{')
	for i, cell := range cells {
		if cell == "" {
			continue
		}
		if j.line.Len() > 1 {
			j.line.WriteByte(',')
		}
		for n, text := range []string{j.header[i], cell} {
			b, err := json.Marshal(text)
			if err != nil {
				return err
			}
			if n == 1 {
				j.line.WriteByte(':')
			}
			j.line.Write(b)
		}
	}
	j.line.WriteString("}\n")
	_, err := j.w.Write(j.line.Bytes())
	return err
}

func (j *jsonWriter) flush() error { return nil }
