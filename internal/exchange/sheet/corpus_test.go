//go:build corpus

package sheet_test

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tandem/internal/exchange/sheet"
	"tandem/internal/fault"
)

// corpus is the folder of real files.
func corpus(t *testing.T) string {
	t.Helper()
	folder := os.Getenv("TANDEM_CORPUS_DATA")
	if folder == "" {
		t.Fatal("TANDEM_CORPUS_DATA names no folder; run: make corpus DATA=FOLDER")
	}
	return filepath.Join(folder, "csv")
}

// table reads a file as records by column name, in the order of the rows.
func table(t *testing.T, path string) (columns []string, records []map[string]string) {
	t.Helper()
	in, err := sheet.Open(path, sheet.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	for _, c := range in.Columns() {
		columns = append(columns, c.Name)
	}
	for {
		row, err := in.Next()
		if errors.Is(err, io.EOF) {
			return columns, records
		}
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		record := map[string]string{}
		for i, name := range columns {
			record[name] = row.Cells[i]
		}
		records = append(records, record)
	}
}

func TestEdgeCasesMeanWhatTheirJSONSays(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(corpus(t), "spectrum", "*.csv"))
	if err != nil || len(files) < 11 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".csv")
		t.Run(name, func(t *testing.T) {
			text, err := os.ReadFile(filepath.Join(filepath.Dir(file), "json", name+".json"))
			if err != nil {
				t.Fatal(err)
			}
			var want []map[string]string
			if err := json.Unmarshal(text, &want); err != nil {
				t.Fatal(err)
			}
			_, got := table(t, file)
			is, _ := json.Marshal(got)
			wants, _ := json.Marshal(want)
			if string(is) != string(wants) {
				t.Errorf("is   %s\nwant %s", is, wants)
			}
		})
	}
}

func TestAddressBooksAreReadWithTheirColumns(t *testing.T) {
	for _, c := range []struct {
		file    string
		columns []string // some of them
		rows    int
		row     int // this one
		cells   map[string]string
	}{
		{"basic_addressbook.csv", []string{"First Name", "Primary Email", "Screen Name"}, 1, 0, map[string]string{"Primary Email": "johndoe@host.invalid"}},
		{"basic_csv_addressbook.csv", []string{"Last Name", "Notes"}, 2, 1, map[string]string{"Display Name": "Jane Doe", "Primary Email": "jane@doe.invalid"}},
		{"csv_semicolon.csv", []string{"Display Name", "First Name", "Last Name", "Primary Email"}, 2, 0, map[string]string{"Last Name": "Doe"}},
		{"import.csv", []string{"Name", "Email"}, 1, 0, map[string]string{"Name": "contact number one", "Email": "contact1@invalid"}},
		{"quote.csv", []string{"Display Name", "Work Phone"}, 1, 0, map[string]string{"Organization": "Acer America"}},
		{"export.csv", []string{"Custom 1", "Notes"}, 2, 1, map[string]string{
			"Job Title": `"worker"`, "Custom 1": "custom, 1", "Custom 2": "custom\t2", "Custom 3": "custom\r3", "Custom 4": "custom\n4",
			"Notes": "here's some unicode text…",
		}},
		{"export.txt", []string{"Custom 1", "Notes"}, 2, 1, map[string]string{"Custom 1": "custom, 1", "Notes": "here's some unicode text…"}},
		{"utf16_addressbook.csv", []string{"First Name", "Primary Email"}, 1, 0, map[string]string{"Primary Email": "johndoe@host.invalid"}},
		// Nothing in the file says Shift-JIS: its rows and columns are kept, and what is ASCII in them, the letters only if the charset is said.
		{"shiftjis_addressbook.csv", []string{"First Name", "Primary Email"}, 1, 0, map[string]string{"Secondary Email": ""}},
	} {
		t.Run(c.file, func(t *testing.T) {
			columns, records := table(t, filepath.Join(corpus(t), "thunderbird", c.file))
			for _, name := range c.columns {
				if !slices.Contains(columns, name) {
					t.Errorf("no column %q among %q", name, columns)
				}
			}
			if len(records) != c.rows {
				t.Fatalf("%d rows, want %d", len(records), c.rows)
			}
			for name, want := range c.cells {
				if got := records[c.row][name]; got != want {
					t.Errorf("%s is %q, want %q", name, got, want)
				}
			}
		})
	}
}

func TestAnAddressBookInAnotherCharsetIsReadWhenItIsSaid(t *testing.T) {
	_, rows, err := read(filepath.Join(corpus(t), "thunderbird", "shiftjis_addressbook.csv"), sheet.Options{Charset: "shift_jis"})
	if err != nil || len(rows) != 1 || !strings.HasPrefix(rows[0], "2: 権兵衛|名無し|名無しの権兵衛||名無しの権兵衛@host.invalid|") {
		t.Errorf("rows %q, %v", rows, err)
	}
}

// A first row that is taken for a header would be lost.
func TestABookWithoutAHeaderIsRefused(t *testing.T) {
	for _, file := range []string{"csv_no_header.csv", "tab_comma_mixed.csv"} {
		_, err := sheet.Open(filepath.Join(corpus(t), "thunderbird", file), sheet.Options{})
		if !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), "no name of a column") {
			t.Errorf("%s: %v", file, err)
		}
	}
}
