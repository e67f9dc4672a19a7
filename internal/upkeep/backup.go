package upkeep

import (
	"archive/zip"
	"bufio"
	"compress/flate"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"path/filepath"
	"time"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/fault"
)

// Backup writes the whole store as it is at one moment to a new file, readable by its owner alone, while others go on writing. The file
// is there complete or not at all; an existing one is a fault and is not touched. Interrupted by a kill it leaves FILE.part, which the next
// backup to the same name replaces.
func Backup(ctx context.Context, d *db.DB, c clock.Clock, file string) (Manifest, error) {
	var m Manifest
	if err := Unfinished(ctx, d); err != nil {
		return m, err
	}
	p, err := createPart(file)
	if err != nil {
		return m, err
	}
	m, err = writeArchive(ctx, d, c.Now(), p)
	if err != nil {
		return m, onDisk(file, errors.Join(err, p.discard()))
	}
	if err := p.publish(); err != nil {
		return m, onDisk(file, errors.Join(err, p.discard()))
	}
	err = d.Write(ctx, 0, func(tx *db.Tx) error { return writeNote(ctx, tx, noteBackup, filepath.Base(file), m.Created) })
	if err != nil {
		return m, fmt.Errorf("the backup is complete; note it in the store: %w", err)
	}
	return m, nil
}

// writeArchive reads everything in one transaction, and from the start if that has to be run again.
func writeArchive(ctx context.Context, d *db.DB, now time.Time, p *part) (Manifest, error) {
	var m Manifest
	err := d.Read(db.AcrossWorkspaces(ctx), 0, func(tx *db.Tx) error {
		if err := p.empty(); err != nil {
			return err
		}
		m = Manifest{Format: Format, Created: now.UTC(), Engine: d.Engine(), LeftOut: leftOut()}
		return archiveAll(ctx, tx, &m, p)
	})
	if err != nil {
		return m, fmt.Errorf("back up: %w", err)
	}
	return m, nil
}

func archiveAll(ctx context.Context, tx *db.Tx, m *Manifest, to io.Writer) error {
	tables, err := tablesOf(ctx, tx, m)
	if err != nil {
		return err
	}
	buffered := bufio.NewWriterSize(to, 1<<18)
	z := zip.NewWriter(buffered)
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.BestSpeed) })
	for _, t := range tables {
		written, err := archiveTable(ctx, tx, t, m.Created, z)
		if err != nil {
			return fmt.Errorf("back up %s: %w", t.name, err)
		}
		m.Tables = append(m.Tables, written)
	}
	w, err := newEntry(z, manifestName, m.Created)
	if err != nil {
		return err
	}
	pretty := json.NewEncoder(w)
	pretty.SetIndent("", " ")
	return errors.Join(pretty.Encode(m), z.Close(), buffered.Flush())
}

// tablesOf reads the schema's number in the snapshot itself, and gives the tables that schema has.
func tablesOf(ctx context.Context, tx *db.Tx, m *Manifest) ([]*table, error) {
	var err error
	if m.Schema, err = db.One[int64](ctx, tx, "SELECT max(version_id) FROM goose_db_version WHERE is_applied"); err != nil {
		return nil, fault.NotFoundf("this database is empty: there is nothing to back up")
	}
	return archived(m.Schema)
}

// archived are the tables of a schema that an archive holds.
func archived(version int64) ([]*table, error) {
	all, err := shapes(version)
	var kept []*table
	for _, t := range all {
		if leftOut()[t.name] == "" {
			kept = append(kept, t)
		}
	}
	return kept, err
}

func newEntry(z *zip.Writer, name string, at time.Time) (io.Writer, error) {
	return z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: at})
}

func archiveTable(ctx context.Context, tx *db.Tx, t *table, at time.Time, z *zip.Writer) (TableManifest, error) {
	w, err := newEntry(z, entryName(t.name), at)
	if err != nil {
		return TableManifest{}, err
	}
	out := newTableWriter(w)
	var content content
	if err := eachLine(ctx, tx, t, func(line []byte) error {
		content.add(line)
		return out.write(line)
	}); err != nil {
		return TableManifest{}, err
	}
	if err := out.to.Flush(); err != nil {
		return TableManifest{}, err
	}
	return TableManifest{
		Name: t.name, Columns: t.names(), Rows: content.rows, Bytes: out.bytes,
		SHA256: hex.EncodeToString(out.hash.Sum(nil)), Content: content.String(),
	}, nil
}

// longestRow is how long one row's line may be, in bytes, in an archive that is written or read.
const longestRow = 256 << 20

// eachLine calls do with the line of every row of a table.
func eachLine(ctx context.Context, tx *db.Tx, t *table, do func([]byte) error) error {
	var at []int
	var line []byte
	return db.EachRow(ctx, tx, func(columns []string, cells db.Cells) error {
		var err error
		if at == nil {
			if at, err = places(t, columns); err != nil {
				return err
			}
		}
		if line, err = appendRow(line[:0], t, at, cells); err != nil {
			return err
		}
		if len(line) > longestRow {
			return fault.Invalidf("a row of %s is larger than a backup holds (%d MB)", t.name, longestRow>>20)
		}
		return do(line)
	}, selectAll(t))
}

// places says in which cell each column of t stands. A column that is missing, or that nobody has declared, is an error: it would be lost.
func places(t *table, columns []string) ([]int, error) {
	at := make([]int, len(t.columns))
	for i := range at {
		at[i] = -1
	}
	for cell, name := range columns {
		i := t.at(name)
		if i < 0 {
			return nil, fmt.Errorf("%s has a column %s that no migration made", t.name, name)
		}
		at[i] = cell
	}
	for i, cell := range at {
		if cell < 0 {
			return nil, fmt.Errorf("%s has no column %s", t.name, t.columns[i].name)
		}
	}
	return at, nil
}

// tableWriter writes a table's file in large pieces and hashes it.
type tableWriter struct {
	to    *bufio.Writer
	hash  hash.Hash
	bytes int64
}

func newTableWriter(w io.Writer) *tableWriter {
	h := sha256.New()
	return &tableWriter{to: bufio.NewWriterSize(io.MultiWriter(w, h), 1<<16), hash: h}
}

func (w *tableWriter) write(line []byte) error {
	w.bytes += int64(len(line))
	_, err := w.to.Write(line)
	return err
}
