package db_test

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"tandem/internal/db"
	"tandem/internal/id"
	"tandem/internal/test/dbtest"
)

// The portable subset: what SQL of this program may rely on, on every engine. What is not promised here differs somewhere: upper, lower,
// LIKE and the order of texts between alphabets, division by zero, comparing a column with a value of another type.

const ws id.Workspace = 7

const thingTable = `CREATE TABLE thing (
	workspace_id BIGINT NOT NULL,
	id           BIGINT NOT NULL,
	name         TEXT NOT NULL,
	flag         BOOLEAN NOT NULL,
	ratio        DOUBLE PRECISION NOT NULL,
	data         BYTEA,
	parent       BIGINT,
	note         TEXT,
	PRIMARY KEY (workspace_id, id),
	UNIQUE (workspace_id, name),
	FOREIGN KEY (workspace_id, parent) REFERENCES thing (workspace_id, id)
)`

type name string

type thing struct {
	ID     id.ID   `db:"id"`
	Name   name    `db:"name"`
	Flag   bool    `db:"flag"`
	Ratio  float64 `db:"ratio"`
	Data   []byte  `db:"data"`
	Parent id.ID   `db:"parent,null"`
	Note   *string `db:"note"`
}

const thingColumns = "id, name, flag, ratio, data, parent, note"

// each runs a test on every engine with an empty table thing.
func each(t *testing.T, run func(*testing.T, *db.DB)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		write(t, d, func(tx *db.Tx) error { return exec(t, tx, thingTable) })
		run(t, d)
	})
}

func write(t *testing.T, d *db.DB, do func(*db.Tx) error) {
	t.Helper()
	if err := d.Write(t.Context(), ws, do); err != nil {
		t.Fatal(err)
	}
}

func exec(t *testing.T, tx *db.Tx, query string, args ...any) error {
	_, err := db.Exec(t.Context(), tx, query, args...)
	return err
}

func insert(t *testing.T, d *db.DB, things ...thing) {
	t.Helper()
	write(t, d, func(tx *db.Tx) error { return db.Insert(t.Context(), tx, "thing", things...) })
}

func all[T any](t *testing.T, d *db.DB, query string, args ...any) (found []T) {
	t.Helper()
	err := d.Read(t.Context(), ws, func(tx *db.Tx) (err error) {
		found, err = db.All[T](t.Context(), tx, query, args...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func one[T any](t *testing.T, d *db.DB, query string, args ...any) T {
	t.Helper()
	found := all[T](t, d, query, args...)
	if len(found) != 1 {
		t.Fatalf("%s: %d rows, want 1", query, len(found))
	}
	return found[0]
}

func TestValuesComeBackAsTheyWereStored(t *testing.T) {
	note, none, long := "noted", "", strings.Repeat("long ", 200_000)
	things := []thing{
		{ID: 1, Name: "plain", Flag: true, Ratio: 0.1, Data: []byte{0, 255, 'x', 0}, Note: &note},
		{ID: 2, Name: "", Ratio: -math.MaxFloat64, Parent: 1},
		{ID: math.MaxInt64, Name: "Ünï \"quoted\" 'n' \\ % _ \t\n end", Ratio: math.SmallestNonzeroFloat64, Note: &none},
		{ID: math.MinInt64, Name: "👩‍👩‍👧 e\u0301 ﬁ 漢字", Flag: true},
		{ID: -1, Name: "long", Note: &long, Data: make([]byte, 1_000_000), Parent: math.MaxInt64},
	}
	each(t, func(t *testing.T, d *db.DB) {
		insert(t, d, things...)
		for _, want := range things {
			got := one[thing](t, d, "SELECT "+thingColumns+" FROM thing WHERE workspace_id = $1 AND id = $2", ws, want.ID)
			if got.ID != want.ID || got.Name != want.Name || got.Flag != want.Flag || got.Ratio != want.Ratio ||
				!slices.Equal(got.Data, want.Data) || got.Parent != want.Parent ||
				(got.Note == nil) != (want.Note == nil) || got.Note != nil && *got.Note != *want.Note {
				t.Errorf("row %d came back as %.200v", want.ID, got)
			}
		}
	})
}

func TestNullAndZeroAreToldApartInTheStoreAlone(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		insert(t, d, thing{ID: 1, Name: "a", Data: []byte{}}, thing{ID: 2, Name: "b", Parent: 1})
		type nulls struct {
			Parent bool `db:"parent"`
			Data   bool `db:"data"`
			Note   bool `db:"note"`
		}
		got := all[nulls](t, d, `SELECT parent IS NULL AS parent, data IS NULL AS data, note IS NULL AS note FROM thing
			WHERE workspace_id = $1 ORDER BY id`, ws)
		if want := []nulls{{true, false, true}, {false, true, true}}; !slices.Equal(got, want) {
			t.Errorf("NULL is %v, want %v", got, want)
		}
		if n := one[int64](t, d, "SELECT parent FROM thing WHERE workspace_id = $1 AND id = 1", ws); n != 0 {
			t.Errorf("NULL reads as %d, want the zero value", n)
		}
	})
}

func TestTextWithNULOrBrokenUTF8IsRefused(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		for _, text := range []name{"a\x00b", "a\xffb"} {
			err := d.Write(t.Context(), ws, func(tx *db.Tx) error {
				return db.Insert(t.Context(), tx, "thing", thing{ID: 1, Name: text})
			})
			if err == nil {
				t.Errorf("%q was stored by Insert", string(text))
			}
			err = d.Write(t.Context(), ws, func(tx *db.Tx) error {
				return exec(t, tx, "UPDATE thing SET name = $1 WHERE workspace_id = $2", text, ws)
			})
			if err == nil {
				t.Errorf("%q was stored by Exec", string(text))
			}
		}
	})
}

func TestExpressionsHaveOneValue(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		insert(t, d, thing{ID: 1, Name: "a", Ratio: 1.5}, thing{ID: 2, Name: "b", Parent: 1, Ratio: 2}, thing{ID: 3, Name: "c", Parent: 1})
		for query, want := range map[string]int64{
			"SELECT 7 / 2": 3, "SELECT -7 / 2": -3, "SELECT -7 % 2": -1, "SELECT 7 % -2": 1,
			"SELECT CAST($1 AS BIGINT) / 1000":                                                                                                                          1,
			"SELECT CAST(sum(id) AS BIGINT) FROM thing WHERE workspace_id = $2":                                                                                         6,
			"SELECT CAST(COALESCE(sum(id), 0) AS BIGINT) FROM thing WHERE workspace_id = -1":                                                                            0,
			"SELECT count(*) FROM thing WHERE workspace_id = $2":                                                                                                        3,
			"SELECT count(DISTINCT parent) FROM thing WHERE workspace_id = $2":                                                                                          1,
			"SELECT count(*) FROM thing WHERE workspace_id = $2 AND parent IS NOT DISTINCT FROM NULL":                                                                   1,
			"SELECT max(id) FROM thing WHERE workspace_id = $2 AND NOT flag":                                                                                            3,
			"SELECT CASE WHEN parent IS NULL THEN 10 ELSE 20 END FROM thing WHERE workspace_id = $2 AND id = 1":                                                         10,
			"SELECT length('é👩漢')":                                                                                                                                      3,
			"SELECT count(*) FROM thing WHERE workspace_id = $2 AND flag = FALSE":                                                                                       3,
			"SELECT CAST(round(sum(ratio) * 2) AS BIGINT) FROM thing WHERE workspace_id = $2":                                                                           7,
			"WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100) SELECT count(*) FROM n":                                                     100,
			"WITH x AS (SELECT id FROM thing WHERE workspace_id = $2 AND id > 1) SELECT count(*) FROM x":                                                                2,
			"SELECT min(n) FROM (SELECT row_number() OVER (PARTITION BY parent ORDER BY id) AS n FROM thing WHERE workspace_id = $2) AS w":                              1,
			"SELECT count(*) FROM thing AS c JOIN thing AS p ON p.workspace_id = c.workspace_id AND p.id = c.parent WHERE c.workspace_id = $2":                          2,
			"SELECT count(*) FROM thing AS c LEFT JOIN thing AS p ON p.workspace_id = c.workspace_id AND p.id = c.parent WHERE c.workspace_id = $2 AND p.id IS NULL":    1,
			"SELECT count(*) FROM thing AS p WHERE p.workspace_id = $2 AND EXISTS (SELECT 1 FROM thing AS c WHERE c.workspace_id = p.workspace_id AND c.parent = p.id)": 1,
			"SELECT count(*) FROM (SELECT parent FROM thing WHERE workspace_id = $2 GROUP BY parent HAVING count(*) > 1) AS g":                                          1,
			"SELECT count(*) FROM (SELECT 1 UNION ALL SELECT 1) AS u":                                                                                                   2,
			"SELECT count(*) FROM thing WHERE workspace_id = $2 AND (parent, id) IN (SELECT parent, id FROM thing WHERE workspace_id = $2 AND id > 2)":                  1,
			"SELECT count(*) FROM thing WHERE workspace_id = $2 AND (parent, id) > (1, 2)":                                                                              1,
			"SELECT count(*) FROM thing WHERE workspace_id = $2 AND substr(name, 1, 1) || '!' = 'a!'":                                                                   1,
			"SELECT id FROM thing WHERE workspace_id = $2 ORDER BY parent DESC NULLS LAST, id DESC LIMIT 1":                                                             3,
			"SELECT count(*) FROM thing WHERE workspace_id = $2 AND abs(id - 2) <= 1 AND id BETWEEN 1 AND 2":                                                            2,
		} {
			var args []any
			if strings.Contains(query, "$1") {
				args = []any{int64(1999)}
			} else if strings.Contains(query, "$2") {
				query, args = strings.ReplaceAll(query, "$2", "$1"), []any{ws}
			}
			if got := one[int64](t, d, query, args...); got != want {
				t.Errorf("%s = %d, want %d", query, got, want)
			}
		}
	})
}

func TestASumThatOverflowsIsAnError(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		insert(t, d, thing{ID: math.MaxInt64, Name: "a"}, thing{ID: math.MaxInt64 - 1, Name: "b"})
		err := d.Read(t.Context(), ws, func(tx *db.Tx) error {
			_, err := db.One[int64](t.Context(), tx, "SELECT CAST(sum(id) AS BIGINT) FROM thing WHERE workspace_id = $1", ws)
			return err
		})
		if err == nil {
			t.Error("the sum of two huge numbers came out")
		}
	})
}

func TestAnInListHoldsOneToFiveHundred(t *testing.T) {
	var things []thing
	for n := range 600 {
		things = append(things, thing{ID: id.ID(n), Name: name(id.ID(n).String())})
	}
	each(t, func(t *testing.T, d *db.DB) {
		insert(t, d, things...)
		for _, n := range []int{1, 2, 4, 5, 16, 17, 64, 65, 250, 251, 499, 500} {
			ids := make([]id.ID, n)
			for i := range ids {
				ids[i] = things[i].ID
			}
			in, args := db.List(2, ids)
			got := one[int64](t, d, "SELECT count(*) FROM thing WHERE workspace_id = $1 AND id IN ("+in+")", append([]any{ws}, args...)...)
			if got != int64(n) {
				t.Errorf("a list of %d finds %d", n, got)
			}
		}
	})
}

func TestAListIsPagedByKey(t *testing.T) {
	var things []thing
	for n := range 100 {
		things = append(things, thing{ID: id.ID(n), Name: name([]string{"Ä", "a", "B", "-", "ß", "0"}[n%6] + id.ID(n).String()), Ratio: float64(n % 3)})
	}
	each(t, func(t *testing.T, d *db.DB) {
		insert(t, d, things...)
		seen, last := map[id.ID]bool{}, thing{ID: -1, Ratio: -1}
		for range 20 {
			page := all[thing](t, d, "SELECT "+thingColumns+` FROM thing WHERE workspace_id = $1 AND (ratio, id) > ($2, $3)
				ORDER BY ratio, id LIMIT $4`, ws, last.Ratio, last.ID, 7)
			for _, row := range page {
				if seen[row.ID] || row.Ratio < last.Ratio {
					t.Fatalf("row %d comes twice or out of order", row.ID)
				}
				seen[row.ID], last = true, row
			}
		}
		if len(seen) != len(things) {
			t.Errorf("the pages hold %d of %d rows", len(seen), len(things))
		}
	})
}

func TestTextsArePagedByKeyInWhateverOrderTheEngineHas(t *testing.T) {
	var things []thing
	for n := range 60 {
		things = append(things, thing{ID: id.ID(n), Name: name([]string{"ä", "a", "b", "-", "ß", "0"}[n%6] + id.ID(n).String())})
	}
	each(t, func(t *testing.T, d *db.DB) {
		insert(t, d, things...)
		seen, last := map[name]bool{}, name("")
		for range 20 {
			for _, n := range all[name](t, d, "SELECT name FROM thing WHERE workspace_id = $1 AND name > $2 ORDER BY name LIMIT 7", ws, last) {
				seen[n], last = true, n
			}
		}
		if len(seen) != len(things) {
			t.Errorf("the pages hold %d of %d rows", len(seen), len(things))
		}
	})
}

func TestConflictsAreSettledInTheStatement(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		write(t, d, func(tx *db.Tx) error {
			added, err := db.InsertNew(ctx, tx, "thing", thing{ID: 1, Name: "a"}, thing{ID: 2, Name: "b"}, thing{ID: 3, Name: "a"})
			if added != 2 {
				t.Errorf("InsertNew added %d rows, want 2", added)
			}
			return errors.Join(err, db.Upsert(ctx, tx, "thing", []string{"id"}, thing{ID: 2, Name: "bb", Flag: true}, thing{ID: 4, Name: "d"}))
		})
		if got := all[string](t, d, "SELECT name FROM thing WHERE workspace_id = $1 ORDER BY id", ws); !slices.Equal(got, []string{"a", "bb", "d"}) {
			t.Errorf("the names are %q", got)
		}
		write(t, d, func(tx *db.Tx) error {
			got, err := db.One[int64](ctx, tx, `INSERT INTO thing (workspace_id, id, name, flag, ratio) VALUES ($1, $2, 'x', TRUE, 5)
				ON CONFLICT (workspace_id, id) DO UPDATE SET ratio = thing.ratio + excluded.ratio WHERE thing.id = 1 RETURNING id`, ws, 1)
			if got != 1 {
				t.Errorf("the upsert returned %d, want 1", got)
			}
			return err
		})
	})
}

func TestChangesReturnTheirRows(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		insert(t, d, thing{ID: 1, Name: "a"}, thing{ID: 2, Name: "b", Parent: 1}, thing{ID: 3, Name: "c", Parent: 1})
		returned := func(query string, args ...any) (ids []int64) {
			write(t, d, func(tx *db.Tx) (err error) {
				ids, err = db.All[int64](t.Context(), tx, query, args...)
				slices.Sort(ids)
				return err
			})
			return ids
		}
		if got := returned(`UPDATE thing SET note = p.name FROM thing AS p WHERE thing.workspace_id = $1 AND p.workspace_id = $1
			AND p.id = thing.parent RETURNING thing.id`, ws); !slices.Equal(got, []int64{2, 3}) {
			t.Errorf("UPDATE … FROM returned %v", got)
		}
		if got := returned("DELETE FROM thing WHERE workspace_id = $1 AND note = 'a' RETURNING id", ws); !slices.Equal(got, []int64{2, 3}) {
			t.Errorf("DELETE returned %v", got)
		}
		if got := returned(`INSERT INTO thing (workspace_id, id, name, flag, ratio) SELECT workspace_id, id + 10, 'new', flag, ratio
			FROM thing WHERE workspace_id = $1 RETURNING id`, ws); !slices.Equal(got, []int64{11}) {
			t.Errorf("INSERT … SELECT returned %v", got)
		}
	})
}

func TestKeysAreKept(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		insert(t, d, thing{ID: 1, Name: "a"})
		for what, row := range map[string]thing{
			"a taken id": {ID: 1, Name: "b"}, "a taken name": {ID: 2, Name: "a"},
		} {
			err := d.Write(t.Context(), ws, func(tx *db.Tx) error { return db.Insert(t.Context(), tx, "thing", row) })
			if !d.IsConflict(err) {
				t.Errorf("%s: %v, want a conflict", what, err)
			}
		}
		err := d.Write(t.Context(), ws, func(tx *db.Tx) error {
			return db.Insert(t.Context(), tx, "thing", thing{ID: 3, Name: "c", Parent: 99})
		})
		if err == nil || d.IsConflict(err) {
			t.Errorf("a parent that does not exist: %v", err)
		}
	})
}

func TestInsertWritesTheTransactionsWorkspace(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		insert(t, d, thing{ID: 1, Name: "a"})
		if got := one[id.Workspace](t, d, "SELECT workspace_id FROM thing WHERE workspace_id = $1", ws); got != ws {
			t.Errorf("the row is of workspace %d", got)
		}
	})
}

func TestManyRowsAreInsertedWhole(t *testing.T) {
	things := make([]thing, 12_345)
	for n := range things {
		things[n] = thing{ID: id.ID(n + 1), Name: name(id.ID(n).String()), Ratio: 1}
	}
	each(t, func(t *testing.T, d *db.DB) {
		insert(t, d, things...)
		if n := one[int64](t, d, "SELECT count(*) FROM thing WHERE workspace_id = $1 AND ratio = 1", ws); n != int64(len(things)) {
			t.Errorf("%d of %d rows are there", n, len(things))
		}
	})
}

func TestOneRowThatIsNotThere(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		err := d.Read(t.Context(), ws, func(tx *db.Tx) error {
			if _, found, err := db.Maybe[thing](t.Context(), tx, "SELECT "+thingColumns+" FROM thing WHERE workspace_id = $1", ws); found || err != nil {
				t.Errorf("Maybe: %v, %v", found, err)
			}
			_, err := db.One[thing](t.Context(), tx, "SELECT "+thingColumns+" FROM thing WHERE workspace_id = $1", ws)
			return err
		})
		if !errors.Is(err, db.ErrNone) {
			t.Errorf("One: %v, want ErrNone", err)
		}
	})
}

func TestRowsAreReadInTheirThreeForms(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		insert(t, d, thing{ID: 1, Name: "a", Flag: true}, thing{ID: 2, Name: "b", Parent: 1})
		const query = "SELECT id, name, parent FROM thing WHERE workspace_id = $1 ORDER BY id"
		var forms [3]string
		err := d.Read(t.Context(), ws, func(tx *db.Tx) error {
			add := func(form int, n, parent id.ID, s string) {
				forms[form] += n.String() + s + parent.String()
			}
			return errors.Join(
				db.Each(t.Context(), tx, func(row *thing) error { add(0, row.ID, row.Parent, string(row.Name)); return nil }, query, ws),
				db.EachCells(t.Context(), tx, func(c db.Cells) error {
					if c.Null(2) != (c.Int(0) == 1) {
						t.Errorf("row %d: NULL is %v", c.Int(0), c.Null(2))
					}
					add(1, id.ID(c.Int(0)), id.ID(c.Int(2)), c.Text(1))
					return nil
				}, query, ws),
				db.EachRow(t.Context(), tx, func(columns []string, c db.Cells) error {
					if !slices.Equal(columns, []string{"id", "name", "parent"}) {
						t.Errorf("the columns are %q", columns)
					}
					add(2, id.ID(c.Int(0)), id.ID(c.Int(2)), c.Text(1))
					return nil
				}, query, ws))
		})
		if err != nil || forms[0] == "" || forms[1] != forms[0] || forms[2] != forms[0] {
			t.Errorf("%q, %v", forms, err)
		}
	})
}

func TestAReadersOwnErrorStopsTheReadingAlone(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		insert(t, d, thing{ID: 1, Name: "a"}, thing{ID: 2, Name: "b"})
		enough, rows := errors.New("enough"), 0
		write(t, d, func(tx *db.Tx) error {
			err := db.EachCells(t.Context(), tx, func(db.Cells) error { rows++; return enough }, "SELECT id FROM thing WHERE workspace_id = $1", ws)
			if !errors.Is(err, enough) || rows != 1 {
				t.Errorf("after %d rows: %v", rows, err)
			}
			return exec(t, tx, "DELETE FROM thing WHERE workspace_id = $1 AND id = 1", ws)
		})
	})
}

func TestColumnsAndFieldsMustMatch(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		insert(t, d, thing{ID: 1, Name: "a"})
		for _, query := range []string{
			"SELECT id AS unknown FROM thing WHERE workspace_id = $1",
			"SELECT name AS id FROM thing WHERE workspace_id = $1",
		} {
			err := d.Read(t.Context(), ws, func(tx *db.Tx) error {
				_, err := db.All[thing](context.Background(), tx, query, ws)
				return err
			})
			if err == nil {
				t.Errorf("%s was read into a thing", query)
			}
		}
	})
}
