package sheet_test

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/unicode"

	"tandem/internal/exchange/sheet"
)

// written writes a file and returns its path.
func written(t testing.TB, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file.csv")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// read returns the header and the rows of a file, as "line: cell|cell", and what ended it.
func read(path string, o sheet.Options) (columns, rows []string, ended error) {
	in, err := sheet.Open(path, o)
	if err != nil {
		return nil, nil, err
	}
	defer func() { ended = errors.Join(ended, in.Close()) }()
	for _, c := range in.Columns() {
		columns = append(columns, c.Name)
	}
	for {
		row, err := in.Next()
		var skip *sheet.RowError
		switch {
		case errors.Is(err, io.EOF):
			return columns, rows, nil
		case errors.As(err, &skip):
			_, problem, _ := strings.Cut(skip.Error(), ": ")
			rows = append(rows, fmt.Sprintf("%d! %s", skip.Line, problem))
		case err != nil:
			return columns, rows, err
		default:
			rows = append(rows, fmt.Sprintf("%d: %s", row.Line, strings.Join(row.Cells, "|")))
		}
	}
}

func TestAFileIsReadHoweverItsProgramWroteIt(t *testing.T) {
	const text = "Name,Ort\nJörg,\"Köln, am Rhein\"\nZoë,Łódź\n"
	latin := "Name;Ort\nJörg;Köln – €\n"
	encoded := func(s string, e interface{ String(string) (string, error) }) string {
		out, err := e.String(s)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	le, be := unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)
	want := []string{"2: Jörg|Köln, am Rhein", "3: Zoë|Łódź"}
	for _, c := range []struct {
		name, content string
		rows          []string
	}{
		{"comma", text, want},
		{"UTF-8 with a mark", "\ufeff" + text, want},
		{"a mark before a quote", "\ufeff\"Name\",Ort\nJörg,\"Köln, am Rhein\"\nZoë,Łódź\n", want},
		{"no line end at the end", strings.TrimSuffix(text, "\n"), want},
		{"CRLF", strings.ReplaceAll(text, "\n", "\r\n"), want},
		{"CR", strings.ReplaceAll(text, "\n", "\r"), want},
		{"UTF-16 LE with a mark", "\xff\xfe" + encoded(text, le.NewEncoder()), want},
		{"UTF-16 BE with a mark", "\xfe\xff" + encoded(text, be.NewEncoder()), want},
		{"UTF-16 LE", encoded(text, le.NewEncoder()), want},
		{"UTF-16 BE", encoded(text, be.NewEncoder()), want},
		{"Windows-1252", encoded(latin, charmap.Windows1252.NewEncoder()), []string{"2: Jörg|Köln – €"}},
		{"tabs", "Name\tOrt\nJörg\tKöln, am Rhein\n", []string{"2: Jörg|Köln, am Rhein"}},
		{"pipes", "Name|Ort\nJörg|Köln; links\n", []string{"2: Jörg|Köln; links"}},
		{"semicolons and decimal commas", "Name;Ort\nA;1,5\nB;2,25\nC;3,75\n", []string{"2: A|1,5", "3: B|2,25", "4: C|3,75"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			columns, rows, err := read(written(t, c.content), sheet.Options{})
			if err != nil || !slices.Equal(columns, []string{"Name", "Ort"}) || !slices.Equal(rows, c.rows) {
				t.Errorf("columns %q, rows %q, %v; want %q", columns, rows, err, c.rows)
			}
		})
	}
}

func TestACharsetThatIsSaidIsUsed(t *testing.T) {
	content, err := japanese.ShiftJIS.NewEncoder().String("name,city\n名無し,東京\nソ表,\"大阪\"\n")
	if err != nil {
		t.Fatal(err)
	}
	columns, rows, err := read(written(t, content), sheet.Options{Charset: "Shift_JIS"})
	if err != nil || !slices.Equal(columns, []string{"name", "city"}) || !slices.Equal(rows, []string{"2: 名無し|東京", "3: ソ表|大阪"}) {
		t.Errorf("columns %q, rows %q, %v", columns, rows, err)
	}
	for charset, mark := range map[string]string{"utf-8": "\ufeff", "windows-1252": "", "utf-16le": "\xff\xfe"} {
		text := mark + "a,b\n1,2\n"
		if charset == "utf-16le" {
			text = mark + "a\x00,\x00b\x00\n\x001\x00,\x002\x00\n\x00"
		}
		columns, rows, err := read(written(t, text), sheet.Options{Charset: charset})
		if err != nil || !slices.Equal(columns, []string{"a", "b"}) || !slices.Equal(rows, []string{"2: 1|2"}) {
			t.Errorf("%s: columns %q, rows %q, %v", charset, columns, rows, err)
		}
	}
}

func TestACharacterThatTwoBlocksShareIsStillUTF8(t *testing.T) {
	for shift := range 4 {
		content := "name,note\n" + strings.Repeat("x", shift) + "," + strings.Repeat("€", 100_000) + "\n"
		_, rows, err := read(written(t, content), sheet.Options{})
		if err != nil || len(rows) != 1 || strings.Count(rows[0], "€") != 100_000 {
			t.Errorf("shifted by %d: %d rows, %v", shift, len(rows), err)
		}
	}
}

func TestLettersOfWindows1252FarDownAreFound(t *testing.T) {
	content := "name,note\n" + strings.Repeat("plain,text\n", 20_000) + "M\xfcller,x\n"
	_, rows, err := read(written(t, content), sheet.Options{})
	if err != nil || !strings.HasSuffix(rows[len(rows)-1], "Müller|x") {
		t.Errorf("last row %q, %v", rows[len(rows)-1], err)
	}
}

func TestQuotes(t *testing.T) {
	for _, c := range []struct {
		name, content string
		rows          []string
	}{
		{"a line break in a cell", "a,b\n1,\"x\ny\"\n2,z\n", []string{"2: 1|x\ny", "4: 2|z"}},
		{"CRLF in a cell", "a,b\r\n1,\"x\r\ny\"\r\n2,z\r\n", []string{"2: 1|x\r\ny", "4: 2|z"}},
		{"CR in a cell", "a,b\n1,\"x\ry\"\n2,z\n", []string{"2: 1|x\ry", "4: 2|z"}},
		{"a quote, doubled", "a,b\n1,\"say \"\"ha\"\"\"\n", []string{`2: 1|say "ha"`}},
		{"nothing in quotes", "a,b\n1,\"\"\n", []string{"2: 1|"}},
		{"a quote within", "a,b\n1,5\" pipe\n", []string{`2: 1|5" pipe`}},
		{"quotes that are not doubled", "a,b\n1,\"say \"ha\" to me\"\n2,3\n", []string{`2: 1|say "ha" to me`, "3: 2|3"}},
		{"blanks after the quote", "a,b\n\"1\" ,\"x\"  \n2,3\n", []string{"2: 1|x", "3: 2|3"}},
		{"a quote at the very end", "a,b\n1,\"x\"", []string{"2: 1|x"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, rows, err := read(written(t, c.content), sheet.Options{})
			if err != nil || !slices.Equal(rows, c.rows) {
				t.Errorf("rows %q, %v; want %q", rows, err, c.rows)
			}
		})
	}
}

func TestTheHeaderIsFoundBelowTitles(t *testing.T) {
	for _, c := range []struct {
		name, content string
		columns, rows []string
	}{
		{
			"an advertising report", "Campaign report\n\"May 1, 2026 - May 31, 2026\"\nCampaign,Clicks,Cost (EUR)\nSpring,12,3.40\nTotal: Campaigns,12,3.40\n",
			[]string{"Campaign", "Clicks", "Cost (EUR)"},
			[]string{"4: Spring|12|3.40"},
		},
		{
			"pairs above", "\"Report Start:\",\"2026-05-01\"\n\"Report End:\",\"2026-05-31\"\n\"Date Generated:\",\"2026-06-01\"\n\n" +
				"Start,Account,Campaign,Spent,Clicks\n2026-05-01,A,B,1.00,2\n2026-05-02,A,B,1.50,3\n",
			[]string{"Start", "Account", "Campaign", "Spent", "Clicks"},
			[]string{"6: 2026-05-01|A|B|1.00|2", "7: 2026-05-02|A|B|1.50|3"},
		},
		{
			"a title as wide as the table", "Sales by Customer,,\nACME GmbH,,\nMay 2026,,\n,Date,Amount\nJones,2026-05-02,12.00\nTotal Jones,,12.00\nTOTAL,,12.00\n",
			[]string{"", "Date", "Amount"},
			[]string{"5: Jones|2026-05-02|12.00", "6: Total Jones||12.00"},
		},
		{"rows longer than the header", "name,email\nA,a@x\nB,b@x,more\nC,c@x\n", []string{"name", "email"}, []string{
			"2: A|a@x", "3! the row has 3 cells, the header 2; put quotes around cells that hold the delimiter", "4: C|c@x",
		}},
		{"the only row longer than the header", "name,email\nA,a@x,more\n", []string{"name", "email"}, []string{
			"2! the row has 3 cells, the header 2; put quotes around cells that hold the delimiter",
		}},
		{"a narrow table below many pairs", "From:,2026-05-01\nTo:,2026-05-31\nBy:,A\nOn:,B\nIn:,C\nDay,Campaign,Clicks,Spent\n2026-05-01,A,2,1.00\n", []string{"Day", "Campaign", "Clicks", "Spent"}, []string{"7: 2026-05-01|A|2|1.00"}},
		{"a row longer than the header first", "name,email\nA,a@x,more\nB,b@x\n", []string{"name", "email"}, []string{
			"2! the row has 3 cells, the header 2; put quotes around cells that hold the delimiter", "3: B|b@x",
		}},
		{"rows shorter than the header", "a,b,c\n1\n2,3\n4,5,6\n", []string{"a", "b", "c"}, []string{"2: 1||", "3: 2|3|", "4: 4|5|6"}},
		{"most of the columns empty", "a,b,c,d\n1,,,\n2,,,\n3,,,\n4,,,\n5,,,\n", []string{"a", "b", "c", "d"}, []string{
			"2: 1|||", "3: 2|||", "4: 3|||", "5: 4|||", "6: 5|||",
		}},
		{"delimiters at the ends of rows", "a,b\n1,2,,\n3,4,,\n", []string{"a", "b"}, []string{"2: 1|2", "3: 3|4"}},
		{"blank rows", "\n\na,b\n,\n1,2\n\n  ,  \n3,4\n\n", []string{"a", "b"}, []string{"5: 1|2", "8: 3|4"}},
		{"one name twice", "name,email,name\nA,a@x,B\n", []string{"name", "email", "name"}, []string{"2: A|a@x|B"}},
		{"no rows", "name,email\n", []string{"name", "email"}, nil},
		{"no rows below a title", "Report\nname,email\n", []string{"name", "email"}, nil},
		{"one column", "email\na@x\nb@x\n", []string{"email"}, []string{"2: a@x", "3: b@x"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			columns, rows, err := read(written(t, c.content), sheet.Options{})
			if err != nil || !slices.Equal(columns, c.columns) || !slices.Equal(rows, c.rows) {
				t.Errorf("columns %q, rows %q, %v; want %q, %q", columns, rows, err, c.columns, c.rows)
			}
		})
	}
}

func TestSumsAtTheEndAreNoRows(t *testing.T) {
	for _, sum := range []string{
		"Total,99.00", "TOTAL:,99.00", "Totals,99.00", "Grand Total,99.00", "Total - 3 rows,99.00", "Total: Campaigns,--", "Total (2),EUR 99.00", "Total for A,99.00", ",Total",
	} {
		for _, rows := range []int{1, 36, 37, 38, 39, 40, 200} {
			content := "name,amount\n" + strings.Repeat("A,1.00\n", rows) + sum + "\n" + sum + "\n"
			_, got, err := read(written(t, content), sheet.Options{})
			if err != nil || len(got) != rows {
				t.Errorf("%q after %d rows: %d rows, %v", sum, rows, len(got), err)
			}
		}
	}
}

func TestPeopleCalledTotalAreRows(t *testing.T) {
	for _, content := range []string{
		"name,email\nTotal,t@x.example\nA,a@x.example\n",
		"name,email\nA,a@x.example\nTotal,t@x.example\n",
		"name,email\nTotal Solutions GmbH,\nA,a@x.example\n",
		"name,city\nA,Köln\nTotal Solutions GmbH,Berlin\n",
		"name,city\nA,Köln\nTotal,Berlin\n",
		"name,amount\nTotal,3\nA,4\n",
	} {
		if _, rows, err := read(written(t, content), sheet.Options{}); err != nil || len(rows) != 2 {
			t.Errorf("%q: rows %q, %v", content, rows, err)
		}
	}
}

func TestACurrencyInTheHeaderIsRead(t *testing.T) {
	in, err := sheet.Open(written(t, "Day,Amount spent (EUR),Reach (ALL),Cost (usd)\n2026-05-01,1,2,3\n"), sheet.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	want := []sheet.Column{
		{Name: "Day", Label: "Day"},
		{Name: "Amount spent (EUR)", Label: "Amount spent", Currency: "EUR"},
		{Name: "Reach (ALL)", Label: "Reach", Currency: "ALL"},
		{Name: "Cost (usd)", Label: "Cost (usd)"},
	}
	if got := in.Columns(); !slices.Equal(got, want) {
		t.Errorf("%+v, want %+v", got, want)
	}
}

func TestADelimiterThatIsSaidIsUsed(t *testing.T) {
	columns, rows, err := read(written(t, "a,b;c,d\n1,2;3,4\n"), sheet.Options{Delimiter: ';'})
	if err != nil || !slices.Equal(columns, []string{"a,b", "c,d"}) || !slices.Equal(rows, []string{"2: 1,2|3,4"}) {
		t.Errorf("columns %q, rows %q, %v", columns, rows, err)
	}
}
