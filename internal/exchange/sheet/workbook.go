package sheet

import (
	"errors"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"tandem/internal/fault"
)

// workbook reads the rows of one sheet of an XLSX file, as they stream.
type workbook struct {
	name string
	book *excelize.File
	rows *excelize.Rows
	size int64
	row  int
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
	rows, err := book.Rows(sheet)
	if err != nil {
		return nil, errors.Join(fault.Invalidf("the sheet %q of %s cannot be read: %w", sheet, name, err), book.Close())
	}
	return &workbook{name: name, book: book, rows: rows, size: info.Size()}, nil
}

func (w *workbook) next() (int, []string, error) {
	if !w.rows.Next() {
		if err := w.rows.Error(); err != nil {
			return w.row, nil, fault.Invalidf("the sheet cannot be read: %w", err).At(fault.Place{File: w.name, Line: w.row})
		}
		return w.row, nil, io.EOF
	}
	w.row++
	cells, err := w.rows.Columns(excelize.Options{RawCellValue: false, ShortDatePattern: "yyyy-mm-dd", LongDatePattern: "yyyy-mm-dd"})
	if err != nil {
		return w.row, nil, fault.Invalidf("the row cannot be read: %w", err).At(fault.Place{File: w.name, Line: w.row})
	}
	for i, c := range cells {
		if len(c) > MaxField {
			return w.row, nil, fault.Invalidf("a field is longer than %d bytes", MaxField).
				At(fault.Place{File: w.name, Line: w.row, Column: "column " + itoa(i+1)})
		}
	}
	return w.row, cells, nil
}

// progress cannot tell bytes; a workbook's rows stream from an archive.
func (w *workbook) progress() (read, size int64) { return 0, 0 }

func (w *workbook) close() error { return errors.Join(w.rows.Close(), w.book.Close()) }

func itoa(n int) string { return strconv.Itoa(n) }
