package sheet_test

import (
	"encoding/csv"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"tandem/internal/exchange/sheet"
)

// FuzzReader: whatever the bytes are, reading ends, and without a panic.
func FuzzReader(f *testing.F) {
	for _, s := range []string{
		"a,b\n1,2\n", "\xff\xfea\x00,\x00", "\xfe\xff", "a\"b\n\"", "\"a\" ,b\r\r\n", "Total\nTotal\n", "\ufeff;;\n", "PK\x03\x04", "a\x00b", "\"\"\"",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		columns, rows, err := read(written(t, string(content)), sheet.Options{})
		if err == nil && len(columns) == 0 {
			t.Errorf("no columns and no error: %q", rows)
		}
	})
}

// FuzzRoundTrip: what encoding/csv writes is read as it was.
func FuzzRoundTrip(f *testing.F) {
	f.Add("a", "b", byte(0))
	f.Add("say \"ha\", or\nnot", "\r\n", byte(1))
	f.Add("x;y|z\tw", " \"", byte(2))
	f.Fuzz(func(t *testing.T, one, two string, which byte) {
		if !utf8.ValidString(one) || !utf8.ValidString(two) || strings.ContainsRune(one+two, 0) || len(one)+len(two) > 10_000 {
			return
		}
		delimiter := []rune{',', ';', '\t', '|'}[which%4]
		var b strings.Builder
		w := csv.NewWriter(&b)
		w.Comma = delimiter
		want := [][]string{{"first", "second", "third"}, {"row", one, two}, {"row", two, one}, {"row", one + two, "end"}}
		if err := w.WriteAll(want); err != nil {
			t.Fatal(err)
		}
		in, err := sheet.Open(written(t, b.String()), sheet.Options{Delimiter: delimiter})
		if err != nil {
			t.Fatal(err)
		}
		defer in.Close()
		for _, record := range want[1:] {
			row, err := in.Next()
			if err != nil || !slices.Equal(row.Cells, record) {
				t.Fatalf("%q became %q, %v", record, row.Cells, err)
			}
		}
	})
}
