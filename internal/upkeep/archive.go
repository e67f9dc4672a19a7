package upkeep

import (
	"archive/zip"
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"tandem/internal/fault"
	"tandem/migrations"
)

// archive is an opened backup whose list of contents has been checked.
type archive struct {
	zip      *zip.ReadCloser
	file     string
	manifest Manifest
	tables   []archivedTable
}

type archivedTable struct {
	*table
	says  TableManifest
	entry *zip.File
}

// longestManifest is how large the manifest may be, in bytes.
const longestManifest = 4 << 20

// openArchive reads what the archive says it holds, and refuses what no backup of Tandem looks like.
func openArchive(file string) (*archive, error) {
	z, err := zip.OpenReader(file)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil, fault.NotFoundf("there is no file %s", file)
	case errors.Is(err, os.ErrPermission):
		return nil, fault.Forbiddenf("%s cannot be read: %w", file, err)
	case err != nil:
		return nil, damaged(file, fmt.Errorf("it is no whole zip file: %w", err))
	}
	a := &archive{zip: z, file: file}
	if err := a.open(); err != nil {
		return nil, errors.Join(err, z.Close())
	}
	return a, nil
}

func damaged(file string, err error) *fault.Error {
	return fault.Invalidf("%s is no backup of Tandem, or a damaged one: %w", file, err).WithMend("take another backup")
}

func (a *archive) damagedIn(table string, line int64, err error) error {
	return damaged(a.file, err).At(fault.Place{File: entryName(table), Line: int(line)})
}

func (a *archive) open() error {
	entries, err := a.entries()
	if err != nil {
		return err
	}
	if err := a.readManifest(entries[manifestName]); err != nil {
		return err
	}
	shapes, err := archived(a.manifest.Schema)
	if err != nil {
		return err
	}
	if len(entries) != len(a.manifest.Tables)+1 || len(shapes) != len(a.manifest.Tables) {
		return damaged(a.file, fmt.Errorf("it holds %d files, and schema %d has %d tables", len(entries), a.manifest.Schema, len(shapes)))
	}
	for _, shape := range shapes {
		t, err := a.find(shape, entries)
		if err != nil {
			return err
		}
		a.tables = append(a.tables, t)
	}
	return nil
}

// entries lists the archive's files by name. Files that lie over one another, the trick of a small archive that unpacks to anything, take more
// room than there is.
func (a *archive) entries() (map[string]*zip.File, error) {
	info, err := os.Stat(a.file)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", a.file, err)
	}
	room := uint64(info.Size())
	entries := map[string]*zip.File{}
	for _, f := range a.zip.File {
		if _, twice := entries[f.Name]; twice {
			return nil, damaged(a.file, fmt.Errorf("it holds %q twice", f.Name))
		}
		if f.CompressedSize64 > room {
			return nil, damaged(a.file, errors.New("its files take more room than it has"))
		}
		room -= f.CompressedSize64
		entries[f.Name] = f
	}
	return entries, nil
}

func (a *archive) readManifest(f *zip.File) error {
	if f == nil {
		return damaged(a.file, errors.New("it has no manifest"))
	}
	r, err := f.Open()
	if err != nil {
		return damaged(a.file, err)
	}
	b, err := io.ReadAll(io.LimitReader(r, longestManifest+1))
	if err := errors.Join(err, r.Close()); err != nil {
		return damaged(a.file, fmt.Errorf("read its manifest: %w", err))
	}
	if len(b) > longestManifest {
		return damaged(a.file, errors.New("its manifest is too large"))
	}
	if err := json.Unmarshal(b, &a.manifest); err != nil {
		return damaged(a.file, fmt.Errorf("read its manifest: %w", err))
	}
	return a.checkVersions()
}

func (a *archive) checkVersions() error {
	m := a.manifest
	if m.Format > Format || m.Schema > migrations.Newest() {
		return fault.Invalidf("%s was written by a newer Tandem (format %d, schema %d; this program knows %d and %d)",
			a.file, m.Format, m.Schema, Format, migrations.Newest()).WithMend("install the newer Tandem")
	}
	if m.Format < 1 || m.Schema < 1 {
		return damaged(a.file, fmt.Errorf("there is no format %d with schema %d", m.Format, m.Schema))
	}
	return nil
}

// find is the archive's part of one table: it must be there, with the very columns that the schema has.
func (a *archive) find(shape *table, entries map[string]*zip.File) (archivedTable, error) {
	i := slices.IndexFunc(a.manifest.Tables, func(m TableManifest) bool { return m.Name == shape.name })
	if i < 0 {
		return archivedTable{}, damaged(a.file, fmt.Errorf("the table %s is missing", shape.name))
	}
	says, entry := a.manifest.Tables[i], entries[entryName(shape.name)]
	switch {
	case entry == nil:
		return archivedTable{}, damaged(a.file, fmt.Errorf("it holds no %s", entryName(shape.name)))
	case !slices.Equal(says.Columns, shape.names()):
		return archivedTable{}, damaged(a.file, fmt.Errorf("%s has other columns than in schema %d", shape.name, a.manifest.Schema))
	case says.Bytes < 0 || says.Rows < 0 || entry.UncompressedSize64 != uint64(says.Bytes):
		return archivedTable{}, damaged(a.file, fmt.Errorf("%s has another size than the manifest says", entry.Name))
	}
	return archivedTable{shape, says, entry}, nil
}

func (a *archive) close() error { return a.zip.Close() }

// check reads the whole archive: every row must be one, and the counts and hashes must be those of the manifest.
func (a *archive) check(ctx context.Context) error {
	for _, t := range a.tables {
		var content content
		hash := sha256.New()
		err := a.eachRow(ctx, t, func(line []byte, _ []any) error {
			content.add(line)
			_, err := hash.Write(line)
			return err
		})
		if err != nil {
			return err
		}
		if content.rows != t.says.Rows || hex.EncodeToString(hash.Sum(nil)) != t.says.SHA256 || content.String() != t.says.Content {
			return a.damagedIn(t.name, 0, errors.New("it is not what the manifest says"))
		}
	}
	return nil
}

// eachRow calls do for each row of a table, as its line and as its values. The line is valid until do returns.
func (a *archive) eachRow(ctx context.Context, t archivedTable, do func(line []byte, values []any) error) error {
	r, err := t.entry.Open()
	if err != nil {
		return a.damagedIn(t.name, 0, err)
	}
	return errors.Join(a.eachLine(ctx, t, bufio.NewReaderSize(r, 1<<16), do), r.Close())
}

func (a *archive) eachLine(ctx context.Context, t archivedTable, r *bufio.Reader, do func(line []byte, values []any) error) error {
	var long []byte
	for n := int64(1); ; n++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		line, err := readLine(r, long[:0], longestRow)
		if errors.Is(err, io.EOF) && len(line) == 0 {
			return nil
		}
		if err != nil {
			return a.damagedIn(t.name, n, err)
		}
		if n > t.says.Rows {
			return a.damagedIn(t.name, n, fmt.Errorf("it has more than the %d rows the manifest says", t.says.Rows))
		}
		long = line
		values, err := readRow(bytes.TrimSuffix(line, []byte("\n")), t.table)
		if err != nil {
			return a.damagedIn(t.name, n, err)
		}
		if err := do(line, values); err != nil {
			return err
		}
	}
}

// readLine reads to the end of a line, into b if it does not fit the reader's own memory. What does not begin as a row, or is
// longer than the longest, is not read on.
func readLine(r *bufio.Reader, b []byte, longest int) ([]byte, error) {
	if first, err := r.Peek(1); err != nil {
		return nil, err
	} else if first[0] != '[' {
		return nil, errors.New("it is no row")
	}
	for {
		some, err := r.ReadSlice('\n')
		b = append(b, some...)
		switch {
		case err == nil:
			return b, nil
		case !errors.Is(err, bufio.ErrBufferFull):
			return b, fmt.Errorf("the row does not end: %w", err)
		case len(b) > longest:
			return b, fmt.Errorf("the row is longer than %d bytes", longest)
		}
	}
}
