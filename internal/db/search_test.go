package db_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"

	"tandem/internal/db"
	"tandem/internal/id"
	"tandem/internal/test/dbtest"
	"tandem/internal/text"
)

type person struct {
	ID        id.ID  `db:"id"`
	Name      string `db:"name"`
	NameKey   string `db:"name_key"`
	First     string `db:"first_name"`
	Last      string `db:"last_name"`
	Title     string `db:"title"`
	Street    string `db:"street"`
	City      string `db:"city"`
	Postal    string `db:"postal_code"`
	Region    string `db:"region"`
	Country   string `db:"country"`
	Language  string `db:"language"`
	Lifecycle string `db:"lifecycle"`
	Owner     string `db:"owner"`
	CreatedAt int64  `db:"created_at"`
	UpdatedAt int64  `db:"updated_at"`
}

type email struct {
	Contact  id.ID  `db:"contact_id"`
	Key      string `db:"email_key"`
	Email    string `db:"email"`
	Position int64  `db:"position"`
}

func named(n int, name string) person {
	return person{ID: id.ID(n), Name: name, NameKey: text.Key(name)}
}

// crowd is people with names that are alike.
func crowd(from, n int) []person {
	parts := strings.Fields("an Ann anna Bér berg Mann man schm idt Öz öz o'n 100% 1_0 \\n 漢字 👩‍👩‍👧 x y li \"q\"")
	random := rand.New(rand.NewPCG(uint64(from), 7))
	people := make([]person, n)
	for i := range people {
		word := func() string { return parts[random.IntN(len(parts))] + parts[random.IntN(len(parts))] }
		people[i] = named(from+i, word()+" "+word())
	}
	return people
}

func save(t *testing.T, d *db.DB, of id.Workspace, people []person) {
	t.Helper()
	err := d.Write(t.Context(), of, func(tx *db.Tx) error { return db.Insert(t.Context(), tx, "contact", people...) })
	if err != nil {
		t.Fatal(err)
	}
}

func search(t *testing.T, d *db.DB, index db.SearchIndex, words string, limit int) (ids []id.ID) {
	t.Helper()
	err := d.Read(t.Context(), ws, func(tx *db.Tx) (err error) {
		ids, err = db.Search(t.Context(), tx, index, words, limit)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return ids
}

// mustFind compares every search with one that looks at each name.
func mustFind(t *testing.T, d *db.DB, people []person) {
	t.Helper()
	for _, words := range strings.Split("a|an|AN|ann|anna|berg|bérb|er|mann an|öz|ÖZ|o'n|100%|%|_|1_0|\\n|\\|漢|漢字|👩‍👩‍👧|\"q\"|\"|x|xx|xxx|annberg manx|none of these", "|") {
		for _, limit := range []int{1, 10, 100_000} {
			got, want := search(t, d, db.ContactNames, words, limit), lookedThrough(people, words, limit)
			if !slices.Equal(got, want) {
				t.Errorf("%q, %d at most: found %d %v…, want %d %v…", words, limit, len(got), got[:min(5, len(got))], len(want), want[:min(5, len(want))])
			}
		}
	}
}

func lookedThrough(people []person, words string, limit int) []id.ID {
	key := text.Key(words)
	rank := func(p person) int {
		switch {
		case strings.HasPrefix(p.NameKey, key):
			return 0
		case strings.Contains(p.NameKey, " "+key):
			return 1
		case len([]rune(key)) > 2 && strings.Contains(p.NameKey, key):
			return 2
		}
		return 9
	}
	found := slices.DeleteFunc(slices.Clone(people), func(p person) bool { return rank(p) == 9 })
	slices.SortFunc(found, func(a, b person) int {
		return cmp.Or(rank(a)-rank(b), strings.Compare(a.NameKey, b.NameKey), cmp.Compare(a.ID, b.ID))
	})
	ids := []id.ID{}
	for _, p := range found[:min(limit, len(found))] {
		ids = append(ids, p.ID)
	}
	return ids
}

func TestSearchFindsWhatLookingThroughFinds(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		people := crowd(1, 3000)
		save(t, d, ws, people)
		save(t, d, ws+1, crowd(1, 500)) // another business, with the same ids
		mustFind(t, d, people)

		fill(t, d)
		mustFind(t, d, people)

		late := crowd(10_000, 1000) // what the index has not taken in yet
		save(t, d, ws, late)
		people = append(people, late...)
		mustFind(t, d, people)
	})
}

func fill(t *testing.T, d *db.DB) {
	t.Helper()
	if err := db.FillSearch(t.Context(), d); err != nil {
		t.Fatal(err)
	}
}

func TestSearchFollowsChangesAndRemovals(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		people := crowd(1, 2000)
		save(t, d, ws, people[:1500])
		fill(t, d)
		save(t, d, ws, people[1500:])
		write(t, d, func(tx *db.Tx) error {
			for i := range people {
				switch {
				case i%3 == 0:
					people[i].NameKey = people[(i+7)%len(people)].NameKey
					if err := exec(t, tx, "UPDATE contact SET name_key = $1 WHERE workspace_id = $2 AND id = $3", people[i].NameKey, ws, people[i].ID); err != nil {
						return err
					}
				case i%3 == 1 || i > 1300:
					if err := exec(t, tx, "DELETE FROM contact WHERE workspace_id = $1 AND id = $2", ws, people[i].ID); err != nil {
						return err
					}
					people[i].NameKey = ""
				}
			}
			return nil
		})
		people = slices.DeleteFunc(people, func(p person) bool { return p.NameKey == "" })
		mustFind(t, d, people)

		again := crowd(20_000, 700) // which take over the places of the last that went
		save(t, d, ws, again)
		people = append(people, again...)
		mustFind(t, d, people)
		fill(t, d)
		mustFind(t, d, people)
	})
}

func TestSearchSurvivesAVacuum(t *testing.T) {
	d := dbtest.SQLite(t)
	people := crowd(1, 2000)
	save(t, d, ws, people)
	fill(t, d)
	write(t, d, func(tx *db.Tx) error {
		return exec(t, tx, "DELETE FROM contact WHERE workspace_id = $1 AND id <= 1000", ws)
	})
	if err := db.Vacuum(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	mustFind(t, d, people[1000:])
}

func TestAnIndexOfAnotherShapeIsMadeAnew(t *testing.T) {
	d := dbtest.SQLite(t)
	people := crowd(1, 500)
	save(t, d, ws, people)
	if err := db.AgeSearch(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	if err := d.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	fill(t, d)
	mustFind(t, d, people)
	write(t, d, func(tx *db.Tx) error {
		return exec(t, tx, "DELETE FROM contact WHERE workspace_id = $1 AND id <= 100", ws)
	})
	mustFind(t, d, people[100:])
}

func TestSearchLeadsFromEmailsToContactsOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		save(t, d, ws, []person{named(1, "Anna"), named(2, "Ben")})
		write(t, d, func(tx *db.Tx) error {
			return db.Insert(t.Context(), tx, "contact_email",
				email{1, "anna@example.com", "", 0}, email{1, "info@example.com", "", 1}, email{2, "ben@example.com", "", 0}, email{2, "was.ben@example.org", "", 1})
		})
		fill(t, d)
		write(t, d, func(tx *db.Tx) error { // it was Anna's
			return exec(t, tx, "UPDATE contact_email SET contact_id = 1, position = 2 WHERE workspace_id = $1 AND email_key = 'was.ben@example.org'", ws)
		})
		for words, want := range map[string][]id.ID{
			"example": {1, 2}, "be": {2}, "in": {1}, "INFO@": {1}, "xample.c": {1, 2}, "was": {1}, "as.ben": {1}, "none": {}, "": nil,
		} {
			if got := search(t, d, db.ContactEmails, words, 10); !slices.Equal(got, want) {
				t.Errorf("%q finds %v, want %v", words, got, want)
			}
		}
	})
}

func TestALargeStoreIsIndexedInTheBackground(t *testing.T) {
	d := dbtest.SQLite(t)
	people := crowd(1, 25_000)
	save(t, d, ws, people)
	before := search(t, d, db.ContactNames, "annberg", 50)
	db.AwaitFill(d)
	n, err := db.Indexed(t.Context(), d, db.ContactNames)
	if n != len(people) || err != nil {
		t.Errorf("%d of %d rows are indexed, %v", n, len(people), err)
	}
	if after := search(t, d, db.ContactNames, "annberg", 50); !slices.Equal(before, after) {
		t.Errorf("the search found %v before and %v after", before, after)
	}
}

func TestPostgresIndexesForARoleThatSeesAllRows(t *testing.T) {
	d := dbtest.Postgres(t)
	_, server, _ := strings.Cut(d.URL(), "@")
	super, err := db.Open(t.Context(), "postgres://postgres@"+server)
	if err != nil {
		t.Fatalf("scripts/with-postgres has such a role, postgres: %v", err)
	}
	people := crowd(1, 2000)
	save(t, super, ws, people)
	if err := db.Bloat(t.Context(), super); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second time there is nothing to do
		fill(t, super)
		mustFind(t, super, people)
	}
	if n := one[int64](t, super, "SELECT count(*) FROM pg_indexes WHERE indexname LIKE 'search_%'"); n == 0 {
		t.Error("no index was made")
	}
	if err := super.Close(); err != nil {
		t.Error(err)
	}
	// only a superuser could end its connections, and the database is dropped by another
	for one[int64](t, d, "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND usename = 'postgres'") > 0 {
		runtime.Gosched()
	}
}

func BenchmarkSearch(b *testing.B) {
	d := dbtest.SQLite(b)
	people := make([]person, 1_000_000)
	for i := range people {
		people[i] = named(i+1, fmt.Sprintf("person number %d of berg %d", i*7919%1_000_000, i%977))
	}
	if err := d.Write(b.Context(), ws, func(tx *db.Tx) error { return db.Insert(b.Context(), tx, "contact", people...) }); err != nil {
		b.Fatal(err)
	}
	for _, state := range []string{"read row by row", "indexed"} {
		for _, words := range []string{"8123", "berg 97", "an", "be"} {
			b.Run(state+" "+words, func(b *testing.B) {
				for range b.N {
					err := d.Read(b.Context(), ws, func(tx *db.Tx) error {
						_, err := db.Search(b.Context(), tx, db.ContactNames, words, 20)
						return err
					})
					if err != nil {
						b.Fatal(err)
					}
				}
			})
		}
		if err := db.FillSearch(b.Context(), d); err != nil {
			b.Fatal(err)
		}
	}
}
