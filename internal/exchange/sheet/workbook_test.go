package sheet_test

import (
	"archive/zip"
	"errors"
	"os"
	"path/filepath"
	"runtime"
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
		"4: Jörg|2026-05-04|1234.5|491701234567|2026-05-04 15:30:00",
		"6: Zoë|2026-05-05|0.25|007|",
		"7: Ann|2026-05-04|3||",
	}
	if err != nil || !slices.Equal(columns, []string{"name", "at", "amount", "id", "when"}) || !slices.Equal(rows, want) {
		t.Errorf("columns %q, rows %q, %v", columns, rows, err)
	}

	columns, rows, err = read(path, sheet.Options{Sheet: "Second"})
	if err != nil || !slices.Equal(columns, []string{"email"}) || !slices.Equal(rows, []string{"2: a@x.example"}) {
		t.Errorf("second sheet: columns %q, rows %q, %v", columns, rows, err)
	}
}

func TestANumberOfAWorkbookKeepsAllItsDigits(t *testing.T) {
	for _, c := range []struct {
		code  string
		value any
		want  string
	}{
		{"General", 0.1 + 0.2, "0.3"},
		{"#,##0", 1234.567, "1234.567"},
		{"0", 1234.5, "1234.5"},
		{"0.00%", 0.125678, "0.125678"},
		{"0.00E+00", 1234.5, "1234.5"},
		{"#,##0.00_);[Red](#,##0.00)", -1234.567, "-1234.567"},
		{`#,##0.00 "pieces"`, 3, "3"},
		{"#,##0 [$€-407]", 1234.56, "1234.56 EUR"},
		{`_-* #,##0 "€"_-;-* #,##0 "€"_-`, -1234.56, "-1234.56 EUR"},
		{"[$£-809]#,##0", 12.5, "12.5 GBP"},
		{"[$CHF] #,##0", 12, "12 CHF"},
		{`#,##0 "PCS"`, 12, "12"},
		{"$#,##0", 12.5, "12.5"},
		{"00000", 1234, "01234"},
		{`00000\-0000`, 123456789, "12345-6789"},
		{"h:mm", 0.5, "12:00"},
		{"[h]:mm", 1.5, "36:00"},
		{`"day" d. mmmm yyyy`, 46146, "2026-05-04"},
		{"#,##0", "01,500 text", "01,500 text"},
		{"#,##0", true, "TRUE"},
	} {
		book := excelize.NewFile()
		style, err := book.NewStyle(&excelize.Style{CustomNumFmt: &c.code})
		path := filepath.Join(t.TempDir(), "book.xlsx")
		for _, err := range []error{
			err, book.SetSheetRow("Sheet1", "A1", &[]any{"name", "figure"}), book.SetSheetRow("Sheet1", "A2", &[]any{"A", c.value}),
			book.SetCellStyle("Sheet1", "B2", "B2", style), book.SaveAs(path), book.Close(),
		} {
			if err != nil {
				t.Fatal(err)
			}
		}
		_, rows, err := read(path, sheet.Options{})
		if err != nil || !slices.Equal(rows, []string{"2: A|" + c.want}) {
			t.Errorf("%s: %q, %v; want %q", c.code, rows, err, c.want)
		}
	}
}

// small writes a workbook as small programs do: one sheet, texts in their cells, and the parts that are given.
func small(t *testing.T, sheetData string, parts map[string]string) string {
	t.Helper()
	const spread, related = "http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	all := map[string]string{
		"[Content_Types].xml": `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/></Types>`,
		"_rels/.rels":         `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="` + related + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
		"xl/workbook.xml":     `<workbook xmlns="` + spread + `" xmlns:r="` + related + `"><sheets><sheet name="Data" sheetId="1" r:id="rId1"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="` + related +
			`/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="` + related + `/styles" Target="styles.xml"/></Relationships>`,
		"xl/worksheets/sheet1.xml": `<worksheet xmlns="` + spread + `"><sheetData>` + sheetData + `</sheetData></worksheet>`,
	}
	for name, text := range parts {
		all[name] = strings.ReplaceAll(text, "SPREAD", spread)
	}
	path := filepath.Join(t.TempDir(), "small.xlsx")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	w := zip.NewWriter(f)
	for name, text := range all {
		part, err := w.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := part.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(w.Close(), f.Close()); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestWorkbooksOfSmallProgramsAreRead(t *testing.T) {
	const rows = `<row r="1"><c t="inlineStr"><is><t>name</t></is></c><c t="inlineStr"><is><t>at</t></is></c></row>` +
		`<row r="2"><c t="inlineStr"><is><t>A</t></is></c><c s="1"><v>46146</v></c></row>`
	for name, c := range map[string]struct {
		styles string
		want   string
	}{
		"no styles":   {"", "2: A|46146"},
		"few styles":  {`<styleSheet xmlns="SPREAD"><cellXfs><xf/><xf numFmtId="14"/></cellXfs></styleSheet>`, "2: A|2026-05-04"},
		"no cell has": {`<styleSheet xmlns="SPREAD"></styleSheet>`, "2: A|46146"},
	} {
		parts := map[string]string{}
		if c.styles != "" {
			parts["xl/styles.xml"] = c.styles
		}
		_, got, err := read(small(t, rows, parts), sheet.Options{})
		if err != nil || !slices.Equal(got, []string{c.want}) {
			t.Errorf("%s: %q, %v; want %q", name, got, err, c.want)
		}
	}
}

func TestAWorkbookWithADamagedSheetIsRefused(t *testing.T) {
	const start = `<worksheet xmlns="SPREAD"><sheetData><row r="1"><c t="inlineStr"><is><t>name</t></is></c></row>` +
		`<row r="2"><c t="inlineStr"><is><t>A</t></is></c></row><row r="3"><c t="inlineStr"><is><t>B`
	for name, end := range map[string]string{
		"cut off":             "",
		"a forbidden byte":    "\x0b</t></is></c></row><row r=\"4\"/></sheetData></worksheet>",
		"an unescaped letter": " & C</t></is></c></row></sheetData></worksheet>",
	} {
		_, rows, err := read(small(t, "", map[string]string{"xl/worksheets/sheet1.xml": start + end}), sheet.Options{})
		if !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), "damaged") || !strings.Contains(err.Error(), "save it again") {
			t.Errorf("%s: rows %q, %v", name, rows, err)
		}
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

// TestAWorkbookThatIsMadeToFillTheMemoryDoesNot opens small archives that unpack to a very long sheet, and to one piece of XML that is never closed.
func TestAWorkbookThatIsMadeToFillTheMemoryDoesNot(t *testing.T) {
	const head = `<worksheet xmlns="SPREAD"><sheetData><row r="1"><c t="inlineStr"><is><t>name</t></is></c></row><row r="2"><c t="inlineStr"><is><t>`
	long := strings.Repeat("<a", 24<<20)
	for name, c := range map[string]struct{ part, text, want string }{
		"a sheet":   {"xl/worksheets/sheet1.xml", head + strings.Repeat("A", 80<<20), "unpacks to 80 MB"},
		"a cell":    {"xl/worksheets/sheet1.xml", head + strings.Repeat("A", 48<<20), "a field is longer than"},
		"a comment": {"xl/worksheets/sheet1.xml", head + "</t><!--" + long, "a field is longer than"},
		"elsewhere": {"xl/elsewhere", head + strings.Repeat("A", 48<<20), "a field is longer than"},
		"a string":  {"xl/sharedStrings.xml", `<sst xmlns="SPREAD"><si><t>` + strings.Repeat("A", 48<<20), "a field is longer than"},
	} {
		path := small(t, "", map[string]string{c.part: c.text})
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, _, err := read(path, sheet.Options{})
		runtime.ReadMemStats(&after)
		if !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
		if used := (after.TotalAlloc - before.TotalAlloc) >> 20; used > 40 {
			t.Errorf("%s took %d MB", name, used)
		}
	}
}
