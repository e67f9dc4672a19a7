package sheet

import (
	"archive/zip"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
	"golang.org/x/net/html/charset"

	"tandem/internal/fault"
)

// workbook reads the rows of one sheet of an XLSX file, as they stream.
type workbook struct {
	name string
	book *excelize.File
	rows *excelize.Rows
	size int64
	row  int
	as   Written
}

// The limits of an unpacked workbook: a small file can hold a very large one.
const (
	unpackedBytes = 4 << 30
	unpackedSheet = 64 << 20 // beyond it a sheet is unpacked to disk
	unpackedTimes = 200      // beyond it an archive is no table, whose XML shrinks to a tenth or a thirtieth
	longestPiece  = 8 << 20  // of XML: a field of MaxField in which every letter is escaped
)

func openWorkbook(name string, o Options, f *os.File) (source, error) {
	info, err := f.Stat()
	if err = errors.Join(err, f.Close()); err != nil {
		return nil, fault.Invalidf("%s cannot be read: %w", name, err)
	}
	if err := whole(name); err != nil {
		return nil, err
	}
	book, err := excelize.OpenFile(name, excelize.Options{UnzipSizeLimit: unpackedBytes, UnzipXMLSizeLimit: unpackedSheet})
	if err != nil {
		return nil, fault.Invalidf("%s is no workbook that can be read: %w", name, err).WithMend("save it as XLSX or CSV")
	}
	sheets := book.GetSheetList()
	sheet := o.Sheet
	if sheet == "" && len(sheets) > 0 {
		sheet = sheets[0]
	}
	if !slices.Contains(sheets, sheet) {
		return nil, errors.Join(fault.Invalidf("%s has no sheet %q", name, sheet).
			WithMend("its sheets are: %s", strings.Join(sheets, ", ")), book.Close())
	}
	if err := writeAlike(book); err != nil {
		return nil, errors.Join(fault.Invalidf("%s is no workbook that can be read: %w", name, err), book.Close())
	}
	rows, err := book.Rows(sheet)
	if err != nil {
		return nil, errors.Join(fault.Invalidf("the sheet %q of %s cannot be read: %w", sheet, name, err), book.Close())
	}
	return &workbook{name: name, book: book, rows: rows, size: info.Size(), as: Written{Sheet: sheet, Sheets: sheets}}, nil
}

// whole refuses a workbook with a sheet that breaks off or holds what XML may not: its rows would just seem to end there. One that is made to fill the
// memory is refused before it does.
func whole(name string) error {
	parts, err := zip.OpenReader(name)
	if err != nil {
		return fault.Invalidf("%s is no workbook that can be read: %w", name, err).WithMend("save it as XLSX or CSV")
	}
	defer parts.Close()
	if err := sizes(name, parts.File); err != nil {
		return err
	}
	for _, part := range parts.File {
		err := wellFormed(part)
		if long, ok := errors.AsType[*fault.Error](err); ok {
			return long.At(fault.Place{File: name})
		}
		if err != nil && isTable(part.Name) {
			return fault.Invalidf("a sheet of %s is damaged (%s): %w", name, part.Name, err).
				WithMend("open it in a spreadsheet program and save it again")
		}
	}
	return nil
}

// isTable reports whether rows stand in a part of a workbook; some others are pictures and no XML.
func isTable(part string) bool {
	return strings.HasPrefix(part, "xl/worksheets/") && strings.HasSuffix(part, ".xml")
}

// sizes refuses an archive that says itself that it holds far more than it is long.
func sizes(name string, parts []*zip.File) error {
	var packed, unpacked uint64
	for _, part := range parts {
		packed += part.CompressedSize64
		unpacked += part.UncompressedSize64
	}
	if unpacked > unpackedBytes || unpacked > unpackedSheet && unpacked > packed*unpackedTimes {
		return fault.Invalidf("%s unpacks to %d MB, more than a table of its length holds", name, unpacked>>20).WithMend("save it as CSV")
	}
	return nil
}

// patient reads for a decoder as long as one piece of XML is no longer than a field can be: the decoder keeps a piece whole.
type patient struct {
	io.Reader
	piece int // bytes of it so far
}

func (p *patient) Read(b []byte) (int, error) {
	n, err := p.Reader.Read(b)
	if p.piece += n; p.piece > longestPiece {
		return 0, fault.Invalidf("a field is longer than %d bytes", MaxField)
	}
	return n, err
}

func wellFormed(part *zip.File) error {
	in, err := part.Open()
	if err != nil {
		return err
	}
	defer in.Close()
	p := &patient{Reader: io.LimitReader(in, unpackedBytes)}
	d := xml.NewDecoder(p)
	d.CharsetReader = charset.NewReaderLabel
	for {
		p.piece = 0
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
	}
}

func (w *workbook) next() (int, []string, error) {
	if !w.rows.Next() {
		if err := w.rows.Error(); err != nil {
			return w.row, nil, fault.Invalidf("the sheet cannot be read: %w", err).At(fault.Place{File: w.name, Line: w.row})
		}
		return w.row, nil, io.EOF
	}
	w.row++
	cells, err := w.rows.Columns()
	if err != nil {
		return w.row, nil, fault.Invalidf("the row cannot be read: %w", err).At(fault.Place{File: w.name, Line: w.row})
	}
	for i, c := range cells {
		if len(c) > MaxField {
			return w.row, nil, fault.Invalidf("a field is longer than %d bytes", MaxField).
				At(fault.Place{File: w.name, Line: w.row, Column: "column " + strconv.Itoa(i+1)})
		}
		if len(c) == len(dateCode) {
			cells[i] = wholeDay.ReplaceAllString(c, "$1")
		}
	}
	return w.row, cells, nil
}

// progress cannot tell bytes; a workbook's rows stream from an archive.
func (w *workbook) progress() (read, size int64) { return 0, 0 }

func (w *workbook) written() Written { return w.as }

func (w *workbook) close() error { return errors.Join(w.rows.Close(), w.book.Close()) }
