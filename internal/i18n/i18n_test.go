package i18n_test

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"tandem/internal/fault"
	"tandem/internal/i18n"
)

func catalogue(t *testing.T) *i18n.Catalogue {
	t.Helper()
	c, err := i18n.Load(os.DirFS("testdata/locales"))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestASecondLanguageIsOneFile(t *testing.T) {
	p := catalogue(t).Printer("de")
	for _, c := range []struct {
		want, format string
		args         []any
	}{
		{`Es gibt keinen Arbeitsbereich "x"`, "there is no workspace %q", []any{"x"}},
		{"von 3 nur a", "%[1]s of %[2]d", []any{"a", 3}},
		{"1 Zeile aus a.csv", "%d rows from %s", []any{1, "a.csv"}},
		{"0 Zeilen aus a.csv", "%d rows from %s", []any{0, "a.csv"}},
		{"1.234.567 Zeilen aus a.csv", "%d rows from %s", []any{i18n.Count(1234567), "a.csv"}},
		{"line 12345, 100% left out of the file", "line %d, 100%% left out of the file", []any{12345}},
	} {
		if got := p.Text(c.format, c.args...); got != c.want {
			t.Errorf("Text(%q) = %q, want %q", c.format, got, c.want)
		}
	}
}

func TestTheLanguageIsTheFirstWantedThatThereIs(t *testing.T) {
	for _, c := range []struct {
		wanted []string
		want   string
	}{
		{nil, "en"},
		{[]string{"", "de_AT.UTF-8"}, "de"},
		{[]string{"ja", "de"}, "de"},
		{[]string{"ja"}, "en"},
		{[]string{"C.UTF-8"}, "en"},
		{[]string{"en-GB", "de"}, "en"},
		{[]string{"not a language", "de-CH"}, "de"},
	} {
		if got := catalogue(t).Printer(c.wanted...).Language(); got != c.want {
			t.Errorf("wanted %q, got %s, want %s", c.wanted, got, c.want)
		}
	}
}

func TestAFaultIsSaidInFullInTheLanguage(t *testing.T) {
	err := fmt.Errorf("open the session: %w", fault.NotFoundf("there is no workspace %q", "x").
		At(fault.Place{File: "a.csv", Line: 12345, Column: "shop"}).WithMend("create it with: tandem workspace add %s", "x"))
	text, reference := catalogue(t).Printer("de").Fault(err)
	want := `a.csv:12345 [shop]: Es gibt keinen Arbeitsbereich "x"; Lege ihn an mit: tandem workspace add x`
	if text != want || reference != "" {
		t.Errorf("said %q (%q), want %q", text, reference, want)
	}
	text, _ = catalogue(t).Printer("en").Fault(err)
	if inner, _ := errors.AsType[*fault.Error](err); text != inner.Error() {
		t.Errorf("in English %q, the fault itself says %q", text, inner.Error())
	}
}

func TestAFaultInsideAFaultIsSaidInTheLanguageToo(t *testing.T) {
	inner := fault.NotFoundf("there is no workspace %q", "x")
	text, _ := catalogue(t).Printer("de").Fault(fault.Invalidf("the rate %s is unusable: %w", "7", inner))
	if want := `Der Kurs 7 ist unbrauchbar: Es gibt keinen Arbeitsbereich "x"`; text != want {
		t.Errorf("said %q, want %q", text, want)
	}
}

func TestAnErrorOfTheProgramShowsNothingButAReference(t *testing.T) {
	secret := errors.New("dial postgres://user:pass@host")
	text, reference := catalogue(t).Printer("de").Fault(fmt.Errorf("open: %w", secret))
	if strings.Contains(text, "pass") || reference == "" || !strings.Contains(text, reference) {
		t.Errorf("said %q with the reference %q", text, reference)
	}
	if _, second := catalogue(t).Printer("de").Fault(io.EOF); second == reference {
		t.Error("two errors have one reference")
	}
}

func TestAWrongLanguageFileIsRefused(t *testing.T) {
	for name, c := range map[string]struct{ file, text, want string }{
		"a lost argument":      {"de.json", `{"%d of %s": "%d"}`, "verbs"},
		"a misread argument":   {"de.json", `{"%d of %s": "%s von %d"}`, "verbs"},
		"arguments turned":     {"de.json", `{"%d of %s": "%[2]s: %[1]d"}`, ""},
		"an unknown form":      {"de.json", `{"%d rows": {"single": "%d Zeile", "other": "%d Zeilen"}}`, "plural form"},
		"no form for the rest": {"de.json", `{"%d rows": {"one": "%d Zeile"}}`, `"other"`},
		"an unknown language":  {"klingonish1.json", `{}`, "klingonish1"},
		"no JSON":              {"de.json", `{"a"`, "de.json"},
		"a list":               {"de.json", `{"a": ["b"]}`, "plural forms"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := i18n.Load(fstest.MapFS{c.file: {Data: []byte(c.text)}})
			if (c.want == "") != (err == nil) || err != nil && !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want %q", err, c.want)
			}
		})
	}
}
