package app_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
)

func keysOf(object any) []string {
	return slices.Sorted(maps.Keys(object.(map[string]any)))
}

func TestAFunnelIsToldInJSON(t *testing.T) {
	s := newShop(t)
	s.trade()
	got := s.object("report", "funnel", "--by", "channel")
	want := `{"currency":"EUR","by":"channel","rows":[` +
		`{"key":"Fair","contacts":1,"deals":1,"open":1,"won":0,"lost":0,"won_rate":null,"amount_won":"0.00","paid":"0.00"},` +
		`{"key":"Search","contacts":1,"deals":1,"open":0,"won":1,"lost":0,"won_rate":1,"amount_won":"1000.00","paid":"1000.00"}],` +
		`"total":{"key":"","contacts":2,"deals":2,"open":1,"won":1,"lost":0,"won_rate":1,"amount_won":"1000.00","paid":"1000.00"}}`
	same(t, got, want)
}

func TestACycleIsToldInJSON(t *testing.T) {
	s := newShop(t)
	s.trade()
	got := s.object("report", "cycle")
	delete(got, "without_first_touch")
	same(t, got, `{"unit":"days","n":1,"median":20,"mean":20,"p90":20,"min":20,"max":20,"before_first_touch":0}`)
}

func TestAnAttributionIsToldInJSON(t *testing.T) {
	s := newShop(t)
	s.trade()
	for _, model := range strings.Fields("first last last-non-direct linear u-shaped w-shaped time-decay markov shapley") {
		got := s.object("report", "attribution", "--model", model, "--by", "channel", "--conversion", "paid")
		rows, _ := json.Marshal(got["rows"])
		var all []any
		if err := json.Unmarshal(rows, &all); err != nil {
			t.Fatal(err)
		}
		same(t, all[0], `{"key":"Search","conversions":1,"value":"1000.00","spend":"10.00","return":100,"low":null,"high":null}`)
		total, _ := got["total"].(map[string]any)
		if got["currency"] != "EUR" || total["value"] != "1000.00" || total["conversions"] != 1.0 {
			t.Errorf("%s: %v", model, got)
		}
	}
}

func TestReportsWithoutDataAreWhole(t *testing.T) {
	s := newShop(t)
	for _, name := range []string{"funnel", "attribution", "sources", "campaigns"} {
		if got := s.object("report", name); len(got["rows"].([]any)) != 0 || got["total"] == nil {
			t.Errorf("%s: %v", name, got)
		}
	}
	got := s.object("report", "cycle")
	delete(got, "without_first_touch")
	same(t, got, `{"unit":"days","n":0,"median":null,"mean":null,"p90":null,"min":null,"max":null,"before_first_touch":0}`)
}

func TestAReportThatIsAskedWronglyIsWrongUsage(t *testing.T) {
	s := newShop(t)
	for _, args := range [][]string{
		{"report", "weather"},
		{"report", "funnel", "--by", "moon"},
		{"report", "attribution", "--model", "guess"},
		{"report", "attribution", "--conversion", "smile"},
		{"report", "attribution", "--order", "4", "--model", "markov"},
		{"report", "attribution", "--interval", "101"},
		{"report", "funnel", "--from", "May"},
		{"report", "funnel", "--from", "2026-05-02", "--to", "2026-05-01"},
		{"report", "funnel", "--csv", "--json"},
		{"report"},
		{"export", "deals", "--format", "xml"},
		{"export", "all"},
		{"export", "weather"},
		{"import", "contacts"},
		{"import", "--undo", "nonsense!"},
		{"dance"},
	} {
		if status, out, complaint := s.call(args...); status != 2 || out != "" || !strings.HasPrefix(complaint, "tandem: ") {
			t.Errorf("%q: exit %d, %q, %q", args, status, out, complaint)
		}
	}
}

func TestAnExportIsCSVOrJSONLines(t *testing.T) {
	s := newShop(t)
	s.must("import", "contacts", s.file("c.csv", "email,phone,name\na@x.example,+49 170 1234567,=A\nb@x.example,,B\n"))
	csv := s.must("export", "contacts")
	if lines := strings.Split(strings.TrimSpace(csv), "\n"); len(lines) != 3 || !strings.Contains(csv, ",'=A") || !strings.Contains(csv, ",'+49") {
		t.Errorf("%s", csv)
	}
	for _, line := range strings.Split(strings.TrimSpace(s.must("export", "contacts", "--format", "jsonl")), "\n") {
		var record map[string]any
		if err := json.Unmarshal([]byte(line), &record); err != nil || record["email"] == "" {
			t.Errorf("%s: %v", line, err)
		}
	}
	if again := s.object("import", "contacts", s.file("back.csv", csv)); again["unchanged"] != 2.0 {
		t.Errorf("its own export: %v", again)
	}
}

// same compares a decoded value with the JSON that is wanted.
func same(t *testing.T, got any, want string) {
	t.Helper()
	var wanted any
	if err := json.Unmarshal([]byte(want), &wanted); err != nil {
		t.Fatal(err)
	}
	is, _ := json.Marshal(got)
	wants, _ := json.Marshal(wanted)
	if string(is) != string(wants) {
		t.Errorf("is\n%s\nwant\n%s", is, wants)
	}
}
