package sheet_test

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

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
