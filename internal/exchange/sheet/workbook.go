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

// whole refuses a workbook with a sheet that breaks off or holds what XML may not: its rows would just seem to end there.
func whole(name string) error {
	parts, err := zip.OpenReader(name)
	if err != nil {
		return fault.Invalidf("%s is no workbook that can be read: %w", name, err).WithMend("save it as XLSX or CSV")
	}
	defer parts.Close()
	for _, part := range parts.File {
		if !strings.HasPrefix(part.Name, "xl/worksheets/") || !strings.HasSuffix(part.Name, ".xml") {
			continue
		}
		if err := wellFormed(part); err != nil {
			return fault.Invalidf("a sheet of %s is damaged (%s): %w", name, part.Name, err).
				WithMend("open it in a spreadsheet program and save it again")
		}
	}
	return nil
}

func wellFormed(part *zip.File) error {
	in, err := part.Open()
	if err != nil {
		return err
	}
	defer in.Close()
	d := xml.NewDecoder(io.LimitReader(in, unpackedBytes))
	d.CharsetReader = charset.NewReaderLabel
	for {
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
