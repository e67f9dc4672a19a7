package imports

import (
	"bytes"
	"testing"

	"github.com/xuri/excelize/v2"

	"tandem/internal/db"
	"tandem/internal/team"
	"tandem/internal/test/dbtest"
	"tandem/internal/web/webtest"
)

func TestColumnsSayWhatWasGuessedAndWhereProblemsAre(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		v := visit(t, d, team.Owner)
		at := v.tried("Naam,E-mail,GSM,Stand\nAnn,ann@x.example,0470 00 00 12,B12\nBo,bo@@x.example,,B12\n")
		page := v.Open(at).Is(200).Says("3 of 4 used, 3 guessed for you")
		var states []string
		for _, cell := range page.All(".import-map td:last-child .vh") {
			states = append(states, webtest.TextOf(cell))
		}
		if len(states) != 4 || states[0] != "Fine" || states[1] != "Has problems" || states[2] != "Fine" || states[3] != "Left out" {
			t.Errorf("the columns are %q", states)
		}
		if wrong := webtest.TextOf(page.One(".import-map .c-bad.break")); wrong != "bo@@x.example" {
			t.Errorf("the wrong sample is %q", wrong)
		}
		v.Post(at+"/columns", "c0", "Naam", "f0", "name", "c1", "E-mail", "f1", "", "c2", "GSM", "f2", "phone", "c3", "Stand", "f3", "field.Stand").Is(200).Says("3 of 4 used, 2 guessed for you")
	})
}

func TestWhatCanBeReadInTwoWaysIsAskedWithAllThatWasChosen(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		v := visit(t, d, team.Owner)
		at := v.tried("Wie,E-mail,Toen\nAnn,ann@x.example,03/04/2026\nBo,bo@x.example,05/04/2026\n")
		said := []string{"c0", "Wie", "f0", "name", "c1", "E-mail", "f1", "email", "c2", "Toen", "f2", "created_at", "s.owner", "Bo"}
		page := v.Post(at+"/columns", said...).Is(422).Says("The dates can be read in two ways", "Dates are written as", "say which")
		page.One("[name=f2] option[value=created_at][selected]")
		page.One("[name='s.owner'][value=Bo]")
		v.Post(at+"/columns", append(said, "dates", "MM/DD/YYYY")...).Is(200)
		v.works()
		v.Open(at).Says("Import 2 rows")

		costs := v.send("costs", "costs.csv", "Wanneer,Betrag,currency\n2026-05-01,\"1,234\",EUR\n").Is(200).At
		said = []string{"c0", "Wanneer", "f0", "at", "c1", "Betrag", "f1", "amount", "c2", "currency", "f2", "currency"}
		page = v.Post(costs+"/columns", said...).Is(422).Says("1,234 can be read in two ways", "1,234 is", "say which")
		page.One("[name=f1] option[value=amount][selected]")
		v.Post(costs+"/columns", append(said, "decimal", "point")...).Is(200)
		v.works()
		v.Open(costs).Says("Import 1 row")
	})
}

func TestAnAmbiguousCellFarDownIsAskedToo(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		v := visit(t, d, team.Owner)
		var file bytes.Buffer
		file.WriteString("name,email,Created At\n")
		for range 20_001 {
			file.WriteString("Ann,ann@x.example,\n")
		}
		file.WriteString("Bo,bo@x.example,03/04/2026\n")
		at := v.tried(file.String())
		page := v.Open(at).Is(200).Says("can be read as several days").Hides("--date-format")
		page.One("[name=dates] option[value='DD/MM/YYYY']")
	})
}

func TestAnotherSheetIsReadByItsOwnColumns(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		v := visit(t, d, team.Owner)
		book := excelize.NewFile()
		_, _ = book.NewSheet("People")
		for sheet, rows := range map[string][][]any{
			"Sheet1": {{"Note", "email"}, {"x", "a@x.example"}, {"y", "b@@x.example"}},
			"People": {{"Naam", "E-mail", "GSM"}, {"Ann", "ann@x.example", "0470 00 00 12"}},
		} {
			for i, row := range rows {
				cell, _ := excelize.CoordinatesToCellName(1, i+1)
				_ = book.SetSheetRow(sheet, cell, &row)
			}
		}
		var file bytes.Buffer
		if err := book.Write(&file); err != nil {
			t.Fatal(err)
		}
		at := v.send("contacts", "book.xlsx", file.String()).Is(200).At
		v.works()
		v.Open(at).Is(200).Says("Import 1 row", "b@@x.example").One("[name=sheet] option[selected]")
		first := []string{"c0", "Note", "f0", "", "c1", "email", "f1", "email", "r.3.email", "b@x.example"}
		v.Post(at+"/columns", append(first, "sheet", "People")...).Is(200).Says("GSM", "3 guessed for you")
		v.works()
		v.Open(at).Says("Import 1 row", "Ann").Hides("put right")
	})
}

func TestColumnsWithNothingInThemAreFolded(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		v := visit(t, d, team.Owner)
		page := v.send("contacts", "wide.csv", "Email,Nickname,Shoes,Fax,City\nann@x.example,,42,,\n").Is(200).Says("2 columns with nothing in them")
		for column, folded := range map[string]int{"Email": 0, "Nickname": 1, "Shoes": 0, "Fax": 1, "City": 0} {
			if n := len(page.All("details input[value=" + column + "]")); n != folded {
				t.Errorf("%s is folded %d times", column, n)
			}
			page.One("#columns input[value=" + column + "]")
		}
		v.send("contacts", "empty.csv", "Email,Nickname\n").Is(200).Says("1 column with nothing in it")
		v.send("contacts", "odd.csv", "Fax,Nickname\n").Is(200).Hides("nothing in")
	})
}
