package imports

import (
	"strings"
	"testing"

	"tandem/internal/db"
	"tandem/internal/team"
	"tandem/internal/test/dbtest"
)

// wrong has a formula, a cell in its spreadsheet's guard, a column twice, and rows with problems among rows without.
const wrong = "name;email;Phone;Phone;=note\n" +
	"Ann;ann@x.example;;;\n" +
	"=1+1;b@@x.example;'0470000012;;+32\n" +
	"\"Cas;\n2\";cas@x.example;call;\"34;no;way\";-\n" +
	"Di;di@@x.example;;;@x\n"

var wrongColumns = []string{"c0", "name", "f0", "name", "c1", "email", "f1", "email", "c2", "Phone", "f2", "phone", "c3", "Phone#2", "f3", "more_phones", "c4", "=note", "f4", "field.note"}

func TestAProblemRowIsPutRightOrLeftOutWhereItStands(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		v := visit(t, d, team.Sales)
		at := v.tried(wrong)
		send := func(more ...string) {
			t.Helper()
			v.Post(at+"/columns", append(more, wrongColumns...)...).Is(200)
			v.works()
		}
		send()
		page := v.Open(at).Is(200).Says("Import 1 row", "b@@x.example")
		page.One("input[name='r.4.Phone#2'][value='34;no;way']")
		page.One("input[name='r.3.email'][value='b@@x.example']")
		send("r.3.email", "b@@x.example", "r.4.Phone", "0470 00 00 13", "r.4.Phone#2", "", "out", "6")
		page = v.Open(at).Is(200).Says("Import 2 rows", "2 cells put right", "1 row left out", "Left out 1", "b@@x.example")
		page.One("#problems tbody tr")
		send("r.3.email", "b@x.example")
		v.Open(at).Says("Import 3 rows", "3 cells put right").Hides("What is wrong")
		send("mended", "none")
		v.Open(at).Says("Import 1 row", "di@@x.example").Hides("cells put right")
		send("r.3.email", "b@x.example", "out", "6")
		v.Post(at+"/columns", append([]string{"import", "1"}, wrongColumns...)...).Is(200)
		v.works()
		v.Open(at).Is(200).Says("4 of 4 rows", "Left out 1", "New 2", "With problems 1")
	})
}

func TestRowsLeftWithProblemsArePutRightOnTheirOwn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		v := visit(t, d, team.Sales)
		at := v.tried(wrong)
		v.Post(at + "/again").Is(409).Says("No row of people.csv was left with a problem")
		v.Post(at+"/columns", append([]string{"s.owner", "Bo"}, wrongColumns...)...).Is(200)
		v.works()
		v.Post(at+"/columns", append([]string{"import", "1", "s.owner", "Bo"}, wrongColumns...)...).Is(200)
		v.works()
		v.Open(at).Is(200).Says("Put these rows right")
		v.site.As(t, team.Viewer).Post(at + "/again").Is(403)
		rest := v.Post(at + "/again").Is(200).At
		if rest == at || v.Post(at+"/again").Is(200).At != rest {
			t.Fatalf("the rows of %s are at %s", at, rest)
		}
		v.works()
		page := v.Open(rest).Is(200).Says("b@@x.example", "di@@x.example").Hides("ann@x.example")
		page.One("[name='s.owner'][value=Bo]")
		v.Post(rest+"/columns", append([]string{"s.owner", "Bo", "r.2.email", "b@x.example", "r.3.Phone", "", "r.3.Phone#2", "", "r.5.email", "di@x.example"}, wrongColumns...)...).Is(200)
		v.works()
		v.Open(rest).Says("Import 3 rows")
		v.Post(rest + "/start").Is(200)
		v.works()
		n, err := count(v, "SELECT count(*) FROM contact WHERE workspace_id = $1 AND owner = 'Bo' AND name IN ('Ann', '=1+1', 'Cas;\n2', 'Di')")
		if err != nil || n != 4 {
			t.Errorf("%d people are in (%v)", n, err)
		}
	})
}

func TestTheFileOfProblemRowsImportsAsTheirOwnDid(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		v := visit(t, d, team.Sales)
		at := v.tried(wrong)
		v.Post(at+"/columns", wrongColumns...).Is(200)
		v.works()
		tried := v.Open(at + "/problems").Is(200).Body
		v.Post(at + "/start").Is(200)
		v.works()
		rest := v.Open(at + "/problems").Is(200).Body
		if rest != tried {
			t.Errorf("after the trial\n%s, after the import\n%s", tried, rest)
		}
		want := "\ufeffname,email,Phone,Phone,'=note,what is wrong\n'=1+1,b@@x.example,'0470000012,,'+32,email: is no email address\n"
		if !strings.HasPrefix(strings.ReplaceAll(rest, "0470000012", "'0470000012"), want) && !strings.HasPrefix(rest, want) {
			t.Errorf("the file is\n%s", rest)
		}
		next := v.send("contacts", "mended.csv", strings.ReplaceAll(rest, "@@", "@")).Is(200).Says("chosen as for people.csv").At
		v.works()
		v.Open(next).Says("Import 2 rows", "34;no;way", "=1+1").Hides("=1+1'")
		v.Post(next + "/start").Is(200)
		v.works()
		n, err := count(v, "SELECT count(*) FROM field_value WHERE workspace_id = $1 AND text IN ('+32', '@x')")
		if err != nil || n != 2 {
			t.Errorf("%d formulas came back as they were (%v)", n, err)
		}
	})
}
