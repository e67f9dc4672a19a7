package sheet_test

import (
	"bufio"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"tandem/internal/exchange/sheet"
	"tandem/internal/fault"
)

func TestWhatCannotBeReadIsRefusedWithItsPlace(t *testing.T) {
	folder := t.TempDir()
	for _, c := range []struct {
		name, path string
		kind       fault.Kind
		says       []string
	}{
		{"an unclosed quote", written(t, "a,b\n1,2\n3,\"x\ny\n"), fault.Invalid, []string{"file.csv:3", "column 2", "never closed", "double it"}},
		{"an unclosed quote in the header", written(t, "a,\"b\n1,2\n"), fault.Invalid, []string{"file.csv:1", "column 2", "never closed"}},
		{"a NUL", written(t, "a,b\n1,2\n3,x\x00y\n4,5\n"), fault.Invalid, []string{"file.csv:3", "column 2", "NUL"}},
		{"a NUL in quotes", written(t, "a,b\n1,\"2\n3\x00\"\n"), fault.Invalid, []string{"file.csv:3", "column 2", "NUL"}},
		{"a NUL after a quote", written(t, "a,b\n1,\"2\"\x00\n"), fault.Invalid, []string{"file.csv:2", "column 2", "NUL"}},
		{"a long field", written(t, "a,b\n1,"+strings.Repeat("x", sheet.MaxField+1)+"\n"), fault.Invalid, []string{"file.csv:2", "column 2", "1048576"}},
		{"a long field in quotes", written(t, "a,b\n1,\""+strings.Repeat("x", sheet.MaxField+1)+"\"\n"), fault.Invalid, []string{"file.csv:2", "column 2"}},
		{"many columns", written(t, strings.Repeat("a,", 1_000_000)+"\n"), fault.Invalid, []string{"file.csv:1", "2000"}},
		{"a column too many", written(t, strings.Repeat("a,", sheet.MaxColumns)+"a\n"), fault.Invalid, []string{"file.csv:1", "2000"}},
		{"a picture", written(t, "\x89PNG\r\n\x1a\n\x00\x00"), fault.Invalid, []string{"picture", "CSV or XLSX"}},
		{"an old workbook", written(t, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), fault.Invalid, []string{"old Excel", "CSV or XLSX"}},
		{"an address card", written(t, "\ufeffBEGIN:VCARD\r\nVERSION:3.0\r\nEND:VCARD\r\n"), fault.Invalid, []string{"address card", "CSV or XLSX"}},
		{"a web page", written(t, "\n<!DOCTYPE html><html><body>Sign in, please</body></html>"), fault.Invalid, []string{"web page"}},
		{"JSON", written(t, "[\n  {\"email\": \"a@x.example\"}]"), fault.Invalid, []string{"JSON"}},
		{"no header", written(t, "John,john@doe.example\nJane,jane@doe.example\n"), fault.Invalid, []string{"file.csv:1", "john@doe.example", "names above"}},
		{"nothing", written(t, ""), fault.Invalid, []string{"empty"}},
		{"a mark alone", written(t, "\ufeff"), fault.Invalid, []string{"no header"}},
		{"blank lines", written(t, "\n\n \n"), fault.Invalid, []string{"no header", "names its columns"}},
		{"a device", os.DevNull, fault.Invalid, []string{"twice", "write it to a file"}},
		{"letters of no charset", written(t, "a,b\r\n1,2\r\nM\xfcller,\x81\r\n"), fault.Invalid, []string{"file.csv:3", "neither UTF-8", "save it as UTF-8"}},
		{"half a character", written(t, "\xff\xfea\x00,\x00b\x00\n\x001\x00,\x002"), fault.Invalid, []string{"UTF-16", "export it again"}},
		{"a folder", folder, fault.Invalid, []string{"folder"}},
		{"no file", filepath.Join(folder, "gone.csv"), fault.NotFound, []string{"no file", "gone.csv"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, _, err := read(c.path, sheet.Options{})
			if !fault.Is(err, c.kind) {
				t.Fatalf("%v", err)
			}
			for _, want := range c.says {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%q does not say %q", err, want)
				}
			}
		})
	}
}

func TestACharsetThatNobodyKnowsIsWrongUsage(t *testing.T) {
	_, _, err := read(written(t, "a,b\n1,2\n"), sheet.Options{Charset: "klingon"})
	if !fault.Is(err, fault.Usage) || !strings.Contains(err.Error(), "klingon") || !strings.Contains(err.Error(), "shift_jis") {
		t.Error(err)
	}
}

func TestTheWidestFileAndTheLongestFieldAreRead(t *testing.T) {
	wide := strings.Repeat("a,", sheet.MaxColumns-1) + "a\n"
	if columns, rows, err := read(written(t, wide+wide), sheet.Options{}); err != nil || len(columns) != sheet.MaxColumns || len(rows) != 1 {
		t.Errorf("%d columns, %d rows, %v", len(columns), len(rows), err)
	}
	if _, rows, err := read(written(t, "a,b\n1,"+strings.Repeat("x", sheet.MaxField)+"\n"), sheet.Options{}); err != nil || len(rows) != 1 {
		t.Errorf("%d rows, %v", len(rows), err)
	}
}

// filled writes a file of about size bytes out of a piece.
func filled(t *testing.T, head, piece string, size int) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "large.csv")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	w := bufio.NewWriterSize(f, 1<<20)
	_, _ = w.WriteString(head) // a failure is kept until Flush
	for n := 0; n < size; n += len(piece) {
		_, _ = w.WriteString(piece)
	}
	if err := errors.Join(w.Flush(), f.Close()); err != nil {
		t.Fatal(err)
	}
	return path
}

// highest reads a file to its end and returns the largest heap on the way, in bytes, and the rows.
func highest(t *testing.T, path string) (heap uint64, rows int, ended error) {
	t.Helper()
	var m runtime.MemStats
	look := func() {
		runtime.ReadMemStats(&m)
		heap = max(heap, m.HeapAlloc)
	}
	runtime.GC()
	defer look()
	in, err := sheet.Open(path, sheet.Options{})
	if err != nil {
		return 0, 0, err
	}
	defer in.Close()
	for {
		if rows%20_000 == 0 {
			look()
		}
		if _, err := in.Next(); errors.Is(err, io.EOF) {
			return heap, rows, nil
		} else if err != nil {
			return heap, rows, err
		}
		rows++
	}
}

const flat = 40 << 20 // bytes that a reader may hold, whatever the file

func TestMemoryDoesNotGrowWithTheFile(t *testing.T) {
	row := "jane.doe@example.com,Jane,\"Doe, the younger\",Hauptstraße 5,12345,Musterstadt,1234.56\n"
	path := filled(t, "email,first,last,street,code,city,amount\n", row, 200<<20)
	heap, rows, err := highest(t, path)
	if want := (200<<20 + len(row) - 1) / len(row); err != nil || rows != want {
		t.Errorf("%d rows of %d, %v", rows, want, err)
	}
	if heap > flat {
		t.Errorf("the heap grew to %d bytes", heap)
	}
}

func TestMemoryDoesNotGrowWithAField(t *testing.T) {
	for name, head := range map[string]string{"plain": "a,b\n1,", "quoted": "a,b\n1,\""} {
		path := filled(t, head, strings.Repeat("x", 1000), 100<<20)
		heap, _, err := highest(t, path)
		if !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
		if heap > flat {
			t.Errorf("%s: the heap grew to %d bytes", name, heap)
		}
	}
}

func TestMemoryDoesNotGrowWithSums(t *testing.T) {
	heap, _, err := highest(t, filled(t, "name,amount\nA,1\n", "Total,1\n", 20<<20))
	if err != nil || heap > flat {
		t.Errorf("the heap grew to %d bytes, %v", heap, err)
	}
}
