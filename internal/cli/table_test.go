package cli

import (
	"strings"
	"testing"
)

func TestATableIsAlignedWhateverIsInIt(t *testing.T) {
	made := table{
		columns: []column{{title: "channel"}, {title: "won, EUR", number: true}, {title: "note"}},
		rows: [][]string{
			{"Mund\u0308propaganda", "1.00", ""},
			{"展示会", "-12345678.90", "two\nlines\tand \x1b[31mred\x1b[0m\u202e"},
		},
		total: []string{"total", "-12345677.90", ""},
	}
	var b strings.Builder
	if err := made.write(&b); err != nil {
		t.Fatal(err)
	}
	want := strings.Join([]string{
		"channel             won, EUR  note",
		"--------------  ------------  ---------------------------",
		"Mund\u0308propaganda          1.00",
		"展示会          -12345678.90  two lines and  [31mred [0m",
		"--------------  ------------  ---------------------------",
		"total           -12345677.90",
	}, "\n") + "\n"
	want = strings.ReplaceAll(want, strings.Repeat("-", 27), strings.Repeat("-", len("two lines and  [31mred [0m")))
	if b.String() != want {
		t.Errorf("printed\n%s\nwant\n%s", b.String(), want)
	}
}

func TestATableAsCSVGuardsTextsAndLeavesNumbers(t *testing.T) {
	made := table{
		columns: []column{{title: "channel"}, {title: "won", number: true}},
		rows:    [][]string{{"=cmd", "-1.00"}, {"a,\"b\"", "2.00"}},
		total:   []string{"total", "1.00"},
	}
	var b strings.Builder
	if err := made.csv(&b, func(s string) string { return strings.ReplaceAll(s, "=", "'=") }); err != nil {
		t.Fatal(err)
	}
	if want := "channel,won\n'=cmd,-1.00\n\"a,\"\"b\"\"\",2.00\ntotal,1.00\n"; b.String() != want {
		t.Errorf("printed %q, want %q", b.String(), want)
	}
}
