package segment_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/id"
	"tandem/internal/journey"
	"tandem/internal/people/contact"
	"tandem/internal/people/glance"
	"tandem/internal/people/segment"
	"tandem/internal/test/dbtest"
)

// BenchmarkPeople is the list and the live counts of a large business: 100,000 people and 1,000,000 touches of three years.
func BenchmarkPeople(b *testing.B) {
	for name, open := range map[string]func(testing.TB) *db.DB{dbtest.SQLiteEngine: dbtest.SQLite, dbtest.PostgresEngine: dbtest.Postgres} {
		b.Run(name, func(b *testing.B) { large(b, open(b)) })
	}
}

func large(b *testing.B, d *db.DB) {
	fill(b, d, 100_000, 10)
	began := time.Now()
	b.Logf("filled")
	if err := glance.CatchUp(b.Context(), d, ws); err != nil {
		b.Fatal(err)
	}
	b.Logf("everybody at a glance in %v", time.Since(began).Round(time.Millisecond))
	s := segment.Scope{Workspace: ws, Zone: time.UTC, Now: now}
	for name, rule := range map[string]segment.Rule{
		"everybody": {}, "stage": if_("lifecycle", segment.AtLeast, "lead"), "city": if_("city", segment.Is, "City 7"),
		"waiting": if_("waiting", segment.Is, ""), "tag": if_("tag", segment.Is, "vip"), "no-tag": if_("tag", segment.IsNot, "vip"),
		"quiet": if_("last", segment.NotLast, "365"), "looked": within(segment.Did, journey.PageView, 0), "looked-lately": within(segment.Did, journey.PageView, 30),
		"never-called": within(segment.DidNot, journey.Call, 0), "email": if_("email", segment.Contains, "77@"),
	} {
		b.Run("count/"+name, func(b *testing.B) {
			for b.Loop() {
				read(b, d, func(tx *db.Tx) error {
					_, err := segment.Count(b.Context(), tx, s, segment.Query{Rule: rule})
					return err
				})
			}
		})
	}
	for name, q := range map[string]segment.Query{
		"last": {}, "name": {Sort: segment.ByName}, "added": {Sort: segment.ByAdded}, "stage": {Rule: if_("lifecycle", segment.AtLeast, "lead")},
		"words": {Words: "person 77"}, "called": {Rule: within(segment.Did, journey.Call, 30)},
		"company": {Sort: segment.ByCompany}, "owner": {Sort: segment.ByOwner}, "by-stage": {Sort: segment.ByStage},
	} {
		b.Run("list/"+name, func(b *testing.B) {
			q.Limit = 50
			for b.Loop() {
				read(b, d, func(tx *db.Tx) error {
					_, err := segment.List(b.Context(), tx, s, q)
					return err
				})
			}
		})
	}
}

func read(b testing.TB, d *db.DB, do func(*db.Tx) error) {
	if err := d.Read(b.Context(), ws, do); err != nil {
		b.Fatal(err)
	}
}

// fill makes people with so many touches each.
func fill(b *testing.B, d *db.DB, people, touches int) {
	c := clock.NewFake(now)
	j := journey.New(c)
	contacts := contact.New(j, c)
	random := rand.New(rand.NewPCG(1, 2))
	kinds := []string{journey.PageView, journey.PageView, journey.PageView, journey.EmailOpened, journey.EmailSent, journey.AdClick, journey.Call, journey.FormSubmitted}
	stages := append(contact.Lifecycles(), "", "")
	for from := 0; from < people; from += 500 {
		err := d.Write(b.Context(), ws, func(tx *db.Tx) error {
			rows := make([]contact.Row, 500)
			for i := range rows {
				n := from + i
				rows[i] = contact.Row{
					Name: fmt.Sprintf("Person %06d", (n*7919)%people), Emails: email(fmt.Sprintf("p%06d@x.example", n)), Lifecycle: stages[n%len(stages)],
					Place: contact.Place{City: fmt.Sprintf("City %d", n%100)}, CreatedAt: ago(random.IntN(1000)),
				}
				if n%20 == 0 {
					rows[i].Tags = []contact.Tag{{Key: "vip", Shown: "VIP"}}
				}
			}
			made, err := contacts.PutAll(b.Context(), tx, rows, contact.Options{})
			if err != nil {
				return err
			}
			return j.Record(b.Context(), tx, some(random, made, kinds, touches))
		})
		if err != nil {
			b.Fatal(err)
		}
		if from == 2000 || from+500 == people {
			if err := d.Optimize(b.Context()); err != nil { // as an import does
				b.Fatal(err)
			}
		}
	}
}

func some(random *rand.Rand, made contact.Result, kinds []string, each int) []journey.Touch {
	var all []journey.Touch
	for _, p := range made.Puts {
		for range each {
			all = append(all, journey.Touch{
				ID: id.New(), ContactID: p.ID, At: ago(0) - clock.Micros(random.Int64N(1000*24*3600*1e6)), Kind: kinds[random.IntN(len(kinds))],
				Channel: "Paid Search", Page: "/fleet",
			})
		}
	}
	return all
}
