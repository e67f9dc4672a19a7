package sheet_test

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"tandem/internal/exchange/sheet"
)

// BenchmarkReader reads 16 MiB of a table, from opening to the end, in the ways that files are written.
func BenchmarkReader(b *testing.B) {
	for _, c := range []struct{ name, head, row string }{
		{"plain", "email,first,last,street,code,city,amount\n", "jane.doe@example.com,Jane,Doe,Station Road 5,12345,Sampletown,1234.56\n"},
		{"quoted", "email,first,last,street,code,city,amount\n", "\"jane.doe@example.com\",\"Jane\",\"Doe, the younger\",\"Station Road 5\",\"12345\",\"Sampletown\",\"1234.56\"\n"},
		{"letters", "email,first,last,street,code,city,amount\n", "jörg@example.com,Jörg,Müller,Hauptstraße 5,12345,Łódź,1234.56\n"},
		{"notes", "email,note\n", "jane.doe@example.com,\"" + strings.Repeat("She said \"\"hello\"\",\nthen wrote. ", 20) + "\"\n"},
		{"Windows-1252", "email,first,last,street,code,city,amount\n", "j\xf6rg@example.com,J\xf6rg,M\xfcller,Hauptstra\xdfe 5,12345,K\xf6ln,1234.56\n"},
	} {
		b.Run(c.name, func(b *testing.B) {
			path := filepath.Join(b.TempDir(), "table.csv")
			content := c.head + strings.Repeat(c.row, (16<<20)/len(c.row))
			if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
				b.Fatal(err)
			}
			b.SetBytes(int64(len(content)))
			b.ReportAllocs()
			for b.Loop() {
				readThrough(b, path)
			}
		})
	}
}

func readThrough(b *testing.B, path string) {
	in, err := sheet.Open(path, sheet.Options{})
	if err != nil {
		b.Fatal(err)
	}
	for err == nil {
		_, err = in.Next()
	}
	if !errors.Is(err, io.EOF) {
		b.Fatal(err)
	}
	if err := in.Close(); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkWorkbook reads 20,000 rows of seven cells.
func BenchmarkWorkbook(b *testing.B) {
	const rows = 20_000
	path := filepath.Join(b.TempDir(), "table.xlsx")
	book := excelize.NewFile()
	out, err := book.NewStreamWriter("Sheet1")
	if err != nil {
		b.Fatal(err)
	}
	style, err := book.NewStyle(&excelize.Style{NumFmt: 4})
	if err != nil {
		b.Fatal(err)
	}
	for i := range rows {
		row := []any{"jane.doe@example.com", "Jane", "Doe", "Station Road 5", "12345", i, excelize.Cell{StyleID: style, Value: 1234.56}}
		if i == 0 {
			row = []any{"email", "first", "last", "street", "code", "number", "amount"}
		}
		if err := out.SetRow("A"+strconv.Itoa(i+1), row); err != nil {
			b.Fatal(err)
		}
	}
	if err := errors.Join(out.Flush(), book.SaveAs(path), book.Close()); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		readThrough(b, path)
	}
	b.ReportMetric(float64(rows*b.N)/b.Elapsed().Seconds(), "rows/s")
}
