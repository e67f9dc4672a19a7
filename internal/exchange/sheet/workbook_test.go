package sheet_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"tandem/internal/exchange/sheet"
	"tandem/internal/fault"
)

// workbook writes an XLSX file with two sheets.
func workbook(t *testing.T) string {
	t.Helper()
	book := excelize.NewFile()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	styled := func(cell string, s excelize.Style, v any) {
		t.Helper()
		id, err := book.NewStyle(&s)
		must(err)
		must(book.SetCellValue("Sheet1", cell, v))
		must(book.SetCellStyle("Sheet1", cell, cell, id))
	}
	german, money := `dd/mm/yyyy`, `#,##0.00 "days"`
	must(book.SetSheetRow("Sheet1", "A1", &[]any{"Report of May"}))
	must(book.SetSheetRow("Sheet1", "A3", &[]any{"name", "at", "amount", "id", "when"}))
	must(book.SetSheetRow("Sheet1", "A4", &[]any{"Jörg", nil, nil, 491701234567, nil}))
	day := time.Date(2026, 5, 4, 0, 0, 0, 0, time.UTC)
	styled("B4", excelize.Style{CustomNumFmt: &german}, day)
	styled("C4", excelize.Style{NumFmt: 4}, 1234.5)
	styled("E4", excelize.Style{NumFmt: 22}, day.Add(15*time.Hour+30*time.Minute))
	must(book.SetSheetRow("Sheet1", "A6", &[]any{"Zoë", "2026-05-05", 0.25, "007", nil}))
	styled("B7", excelize.Style{NumFmt: 14}, day)
	styled("C7", excelize.Style{CustomNumFmt: &money}, 3)
	must(book.SetCellValue("Sheet1", "A7", "Ann"))
	_, err := book.NewSheet("Second")
	must(err)
	must(book.SetSheetRow("Second", "A1", &[]any{"email"}))
	must(book.SetSheetRow("Second", "A2", &[]any{"a@x.example"}))
	path := filepath.Join(t.TempDir(), "book.xlsx")
	must(book.SaveAs(path))
	must(book.Close())
	return path
}

func TestAWorkbookIsReadAsItsFileKnowsIt(t *testing.T) {
	path := workbook(t)
	columns, rows, err := read(path, sheet.Options{})
	want := []string{
		"4: Jörg|2026-05-04|1,234.50|491701234567|2026-05-04 15:30:00",
		"6: Zoë|2026-05-05|0.25|007|",
		"7: Ann|2026-05-04|3.00 days||",
	}
	if err != nil || !slices.Equal(columns, []string{"name", "at", "amount", "id", "when"}) || !slices.Equal(rows, want) {
		t.Errorf("columns %q, rows %q, %v", columns, rows, err)
	}

	columns, rows, err = read(path, sheet.Options{Sheet: "Second"})
	if err != nil || !slices.Equal(columns, []string{"email"}) || !slices.Equal(rows, []string{"2: a@x.example"}) {
		t.Errorf("second sheet: columns %q, rows %q, %v", columns, rows, err)
	}
}

func TestASheetThatIsNotThereIsRefusedWithThoseThatAre(t *testing.T) {
	_, _, err := read(workbook(t), sheet.Options{Sheet: "Third"})
	if !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), `"Third"`) || !strings.Contains(err.Error(), "Sheet1, Second") {
		t.Error(err)
	}
}

func TestABrokenWorkbookIsRefused(t *testing.T) {
	_, _, err := read(written(t, "PK\x03\x04 and nothing of a workbook"), sheet.Options{})
	if !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), "XLSX or CSV") {
		t.Error(err)
	}
}
