package sheet

import (
	"errors"
	"io"
	"os"
	"regexp"
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
	if err := writeDatesAlike(book); err != nil {
		return nil, errors.Join(fault.Invalidf("%s is no workbook that can be read: %w", name, err), book.Close())
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
	cells, err := w.rows.Columns()
	if err != nil {
		return w.row, nil, fault.Invalidf("the row cannot be read: %w", err).At(fault.Place{File: w.name, Line: w.row})
	}
	for i, c := range cells {
		if len(c) > MaxField {
			return w.row, nil, fault.Invalidf("a field is longer than %d bytes", MaxField).
				At(fault.Place{File: w.name, Line: w.row, Column: "column " + strconv.Itoa(i+1)})
		}
		cells[i] = wholeDay.ReplaceAllString(c, "$1")
	}
	return w.row, cells, nil
}

// progress cannot tell bytes; a workbook's rows stream from an archive.
func (w *workbook) progress() (read, size int64) { return 0, 0 }

func (w *workbook) close() error { return errors.Join(w.rows.Close(), w.book.Close()) }

var (
	wholeDay = regexp.MustCompile(`^(\d{4}-\d{2}-\d{2}) 00:00:00$`)
	// unsaid is what a number format only quotes, or says of colours, currencies and languages
	unsaid = regexp.MustCompile(`"[^"]*"|\\.|\[[^\]]*\]|_.|\*.|(?i)general|AM/PM`)
	// lasting is a duration, such as [h]:mm
	lasting = regexp.MustCompile(`(?i)\[(h+|m+|s+)\]`)
)

// writeDatesAlike lets every cell that is a date be read as YYYY-MM-DD HH:MM:SS, however the workbook shows it: the file knows the day, its display
// may not tell.
func writeDatesAlike(book *excelize.File) error {
	alike := "yyyy-mm-dd hh:mm:ss"
	made, err := book.NewStyle(&excelize.Style{CustomNumFmt: &alike})
	if err != nil {
		return err
	}
	formats := map[int]string{}
	if book.Styles.NumFmts != nil {
		for _, f := range book.Styles.NumFmts.NumFmt {
			formats[f.NumFmtID] = f.FormatCode
		}
	}
	styles := book.Styles.CellXfs.Xf
	for i := range styles {
		if n := styles[i].NumFmtID; n != nil && isDate(*n, formats[*n]) {
			styles[i].NumFmtID = styles[made].NumFmtID
		}
	}
	return nil
}

// isDate reports whether a number format shows days. The numbers of those that need no code are from ECMA-376 part 1, 18.8.30.
func isDate(n int, code string) bool {
	if code == "" {
		return n >= 14 && n <= 17 || n == 22 || n >= 27 && n <= 31 || n == 36 || n >= 50 && n <= 54 || n == 57 || n == 58
	}
	return !lasting.MatchString(code) && strings.ContainsAny(strings.ToLower(unsaid.ReplaceAllString(code, "")), "yd")
}
