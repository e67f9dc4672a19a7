package segment_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/id"
	"tandem/internal/journey"
	"tandem/internal/people/contact"
	"tandem/internal/people/field"
	"tandem/internal/people/glance"
	"tandem/internal/people/segment"
	"tandem/internal/team"
	"tandem/internal/test/dbtest"
)

var now = time.Date(2026, 5, 20, 9, 0, 0, 0, time.UTC)

const ws id.Workspace = 7

func ago(days int) clock.Micros { return clock.Of(now.AddDate(0, 0, -days)) }

func email(s string) []contact.Email { return []contact.Email{{Key: s, Shown: s}} }

// people is a workspace with four people: Ann, a customer from Ghent who called yesterday; Bea, a lead from an ad long ago, tagged; Cor, who filled
// in a form an hour ago; and Dan, of whom nothing is known but his address.
func people(t *testing.T, d *db.DB) segment.Scope {
	t.Helper()
	c := clock.NewFake(now)
	j := journey.New(c)
	contacts, fields := contact.New(j, c), field.New(c)
	s := segment.Scope{Workspace: ws, Zone: time.UTC, Now: now}
	err := d.Write(t.Context(), ws, func(tx *db.Tx) error {
		result, err := contacts.PutAll(t.Context(), tx, []contact.Row{
			{Name: "Ann 100%", Emails: email("ann@x.example"), Place: contact.Place{City: "Gent", Country: "BE"}, Company: "Broodhuis", Lifecycle: contact.Customer, Owner: "Mara", CreatedAt: ago(100)},
			{Name: "Bea_B", Emails: email("bea@y.example"), Lifecycle: contact.Lead, Tags: []contact.Tag{{Key: "vip", Shown: "VIP"}}, CreatedAt: ago(300)},
			{Name: "Cor", Emails: email("cor@x.example"), CreatedAt: ago(1)},
			{Name: "Dan", Emails: email("dan@z.example"), CreatedAt: ago(40)},
		}, contact.Options{})
		if err != nil {
			return err
		}
		of := func(i int) id.ID { return result.Puts[i].ID }
		own, err := fields.Define(t.Context(), tx, field.Contact, "Bikes", field.Number)
		if err != nil {
			return err
		}
		bikes, err := own.Parse(of(0), "4")
		if err != nil {
			return err
		}
		s.Own = []field.Field{own}
		if _, err := fields.PutAll(t.Context(), tx, []field.Value{bikes}, true); err != nil {
			return err
		}
		return j.Record(t.Context(), tx, []journey.Touch{
			{ContactID: of(0), Kind: journey.AdClick, Channel: "Paid Search", At: ago(99)},
			{ContactID: of(0), Kind: journey.Call, At: ago(1)},
			{ContactID: of(1), Kind: journey.AdClick, Channel: "Paid Social", At: ago(299)},
			{ContactID: of(1), Kind: journey.EmailOpened, At: ago(2), Machine: true},
			{ContactID: of(2), Kind: journey.FormSubmitted, Channel: "Organic Search", At: ago(0) - 3600e6},
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := glance.CatchUp(t.Context(), d, ws); err != nil {
		t.Fatal(err)
	}
	return s
}

func if_(field string, op segment.Op, value string) segment.Rule {
	return segment.Rule{If: &segment.Condition{Field: field, Op: op, Value: value}}
}

func within(op segment.Op, kind string, days int) segment.Rule {
	return segment.Rule{If: &segment.Condition{Field: "touch", Op: op, Value: kind, Days: days}}
}

func names(t *testing.T, d *db.DB, s segment.Scope, q segment.Query) string {
	t.Helper()
	var found []string
	err := d.Read(t.Context(), ws, func(tx *db.Tx) error {
		q.Limit = 2 // so that paging is always part of it
		found = nil
		for {
			page, err := segment.List(t.Context(), tx, s, q)
			if err != nil {
				return err
			}
			for _, r := range page.Rows {
				found = append(found, r.Name[:3])
			}
			if page.Next == "" {
				break
			}
			q.Cursor = page.Next
		}
		q.Cursor = ""
		n, err := segment.Count(t.Context(), tx, s, q)
		if n != len(found) {
			t.Errorf("%s: counted %d, listed %v", q.Rule, n, found)
		}
		return err
	})
	if err != nil {
		t.Fatalf("%s: %v", q.Rule, err)
	}
	return strings.Join(found, " ")
}

func TestARuleFindsWhomItDescribes(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := people(t, d)
		bikes := "own." + s.Own[0].ID.String()
		for _, c := range []struct {
			rule segment.Rule
			want string
		}{
			{segment.Rule{}, "Ann Bea Cor Dan"},
			{if_("name", segment.Contains, "100%"), "Ann"},
			{if_("name", segment.Contains, "a_b"), "Bea"},
			{if_("name", segment.Contains, "%"), "Ann"},
			{if_("email", segment.Contains, "@X."), "Ann Cor"},
			{if_("phone", segment.Empty, ""), "Ann Bea Cor Dan"},
			{if_("company", segment.Contains, "brood"), "Ann"},
			{if_("company", segment.Empty, ""), "Bea Cor Dan"},
			{if_("city", segment.Is, "Gent"), "Ann"},
			{if_("city", segment.IsNot, "Gent"), "Bea Cor Dan"},
			{if_("country", segment.Is, "be"), "Ann"},
			{if_("owner", segment.Empty, ""), "Bea Cor Dan"},
			{if_("lifecycle", segment.AtLeast, "lead"), "Ann Bea"},
			{if_("lifecycle", segment.Is, "lead"), "Bea"},
			{if_("lifecycle", segment.Empty, ""), "Cor Dan"},
			{if_("tag", segment.Is, "VIP"), "Bea"},
			{if_("tag", segment.IsNot, "vip"), "Ann Cor Dan"},
			{if_("tag", segment.Empty, ""), "Ann Cor Dan"},
			{if_("created", segment.InLast, "50"), "Cor Dan"},
			{if_("created", segment.Before, "2026-01-01"), "Bea"},
			{if_("first", segment.Empty, ""), "Dan"},
			{if_("first", segment.After, "2026-02-01"), "Ann Cor"},
			{if_("last", segment.InLast, "7"), "Ann Cor"},
			{if_("last", segment.NotLast, "7"), "Bea Dan"},
			{if_("channel", segment.Is, "Paid Social"), "Bea"},
			{if_("side", segment.Is, "marketing"), "Ann Bea Cor"},
			{if_("waiting", segment.Is, ""), "Cor"},
			{if_("waiting", segment.IsNot, ""), "Ann Bea Dan"},
			{if_(bikes, segment.AtLeast, "3.5"), "Ann"},
			{if_(bikes, segment.Empty, ""), "Bea Cor Dan"},
			{if_("consent", segment.Empty, ""), "Ann Bea Cor Dan"},
			{if_("deal", segment.Is, "won"), ""},
			{within(segment.Did, journey.AdClick, 0), "Ann Bea"},
			{within(segment.Did, journey.AdClick, 100), "Ann"},
			{within(segment.DidNot, journey.AdClick, 100), "Bea Cor Dan"},
			{within(segment.Did, journey.EmailOpened, 0), ""}, // a machine's
			{segment.Rule{None: []segment.Rule{if_("city", segment.Is, "Gent"), if_("tag", segment.Is, "vip")}}, "Cor Dan"},
			{segment.Rule{All: []segment.Rule{
				if_("email", segment.Contains, "x."), {Any: []segment.Rule{if_("waiting", segment.Is, ""), if_("name", segment.Is, "dan")}},
			}}, "Cor"},
		} {
			if got := names(t, d, s, segment.Query{Rule: c.rule, Sort: segment.ByName}); got != c.want {
				t.Errorf("%s: got %q, want %q", c.rule, got, c.want)
			}
			not := segment.Rule{None: []segment.Rule{c.rule}}
			got := strings.Fields(c.want + " " + names(t, d, s, segment.Query{Rule: not, Sort: segment.ByName}))
			if slices.Sort(got); strings.Join(got, " ") != "Ann Bea Cor Dan" {
				t.Errorf("%s and its negation are %v", c.rule, got)
			}
		}
	})
}

func TestAListIsSortedAndSearched(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := people(t, d)
		for _, c := range []struct {
			q    segment.Query
			want string
		}{
			{segment.Query{}, "Cor Ann Bea Dan"},
			{segment.Query{Up: true}, "Dan Bea Ann Cor"},
			{segment.Query{Sort: segment.ByName, Up: true}, "Dan Cor Bea Ann"},
			{segment.Query{Sort: segment.ByAdded}, "Cor Dan Ann Bea"},
			{segment.Query{Words: "x.example", Sort: segment.ByName}, "Ann Cor"},
			{segment.Query{Words: "an"}, "Ann"},
			{segment.Query{Words: "zzz"}, ""},
			{segment.Query{Words: "example", Rule: if_("waiting", segment.Is, "")}, "Cor"},
		} {
			if got := names(t, d, s, c.q); got != c.want {
				t.Errorf("%+v: got %q, want %q", c.q, got, c.want)
			}
		}
	})
}

func TestWhatIsNoRuleIsRefused(t *testing.T) {
	d := dbtest.SQLite(t)
	s := people(t, d)
	for _, rule := range []segment.Rule{
		if_("password", segment.Is, "x"), if_("name", segment.InLast, "3"), if_("lifecycle", segment.Is, "king"), if_("created", segment.InLast, "soon"),
		if_("created", segment.After, "yesterday"), if_("name", segment.Is, strings.Repeat("x", 501)), if_("own.x", segment.Is, "1"),
		{All: []segment.Rule{{}}, If: &segment.Condition{Field: "name", Op: segment.Is}},
		{All: slices.Repeat([]segment.Rule{if_("name", segment.Is, "x")}, 201)},
		within(segment.Did, "", 0), within(segment.Did, "call", -1),
	} {
		err := d.Read(t.Context(), ws, func(tx *db.Tx) error {
			_, err := segment.Count(t.Context(), tx, s, segment.Query{Rule: rule})
			return err
		})
		if !fault.Is(err, fault.Invalid) {
			t.Errorf("%.80s: %v", rule, err)
		}
	}
	for _, text := range []string{
		strings.Repeat(`{"all":[`, 1000) + strings.Repeat(`]}`, 1000), `{"all":[{"if":{"field":"name","op":"is"}}]} x`, `{"sql":"DROP TABLE"}`, `[1]`,
		strings.Repeat(`{"all":[`, 11) + `{}` + strings.Repeat(`]}`, 11),
	} {
		if _, err := segment.Parse([]byte(text)); !fault.Is(err, fault.Invalid) {
			t.Errorf("%.40s: %v", text, err)
		}
	}
}

func TestASegmentIsNotOverwrittenByWhoDidNotSeeItsLastState(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := people(t, d)
		service := segment.New(clock.NewFake(now))
		err := d.Write(t.Context(), ws, func(tx *db.Tx) error {
			made, err := service.Save(t.Context(), tx, team.Console(), s, "Ghent", if_("city", segment.Is, "Gent"))
			if err != nil {
				return err
			}
			mine, err := service.Change(t.Context(), tx, team.Console(), s, made.ID, made.UpdatedAt, "Ghent and around", segment.Rule{})
			if err != nil {
				return err
			}
			if _, err := service.Change(t.Context(), tx, team.Console(), s, made.ID, made.UpdatedAt, "Theirs", segment.Rule{}); !fault.Is(err, fault.Conflict) {
				t.Errorf("the second one: %v", err)
			}
			if _, err := service.Save(t.Context(), tx, team.Console(), s, "GHENT AND AROUND", segment.Rule{}); !fault.Is(err, fault.Conflict) {
				t.Errorf("the same name: %v", err)
			}
			viewer := team.Actor{Role: team.Viewer}
			if _, err := service.Save(t.Context(), tx, viewer, s, "Other", segment.Rule{}); !fault.Is(err, fault.Forbidden) {
				t.Errorf("a viewer: %v", err)
			}
			if err := service.Remove(t.Context(), tx, team.Console(), mine.ID); err != nil {
				return err
			}
			if all, err := service.All(t.Context(), tx); err != nil || len(all) != 0 {
				t.Errorf("after removing: %v, %v", all, err)
			}
			return service.Restore(t.Context(), tx, team.Console(), mine.ID)
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestAGlanceFollowsUndoAndMoves(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := people(t, d)
		j := journey.New(clock.NewFake(now))
		var rows map[string]segment.Row
		read := func() {
			t.Helper()
			if err := glance.CatchUp(t.Context(), d, ws); err != nil {
				t.Fatal(err)
			}
			rows = map[string]segment.Row{}
			err := d.Read(t.Context(), ws, func(tx *db.Tx) error {
				page, err := segment.List(t.Context(), tx, s, segment.Query{Limit: 10})
				for _, r := range page.Rows {
					rows[r.Name[:3]] = r
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		read()
		form := func() (touch id.ID) {
			err := d.Write(t.Context(), ws, func(tx *db.Tx) error {
				of, err := j.Of(t.Context(), tx, rows["Cor"].ID, clock.Of(now), 1)
				touch = of[0].ID
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return touch
		}()
		change := func(do func(*db.Tx) error) {
			t.Helper()
			if err := d.Write(t.Context(), ws, do); err != nil {
				t.Fatal(err)
			}
			read()
		}
		change(func(tx *db.Tx) error { return j.Move(t.Context(), tx, []id.ID{form}, rows["Dan"].ID) })
		if rows["Cor"].WaitingAt != 0 || rows["Dan"].WaitingAt == 0 || rows["Dan"].FirstChannel != "Organic Search" {
			t.Errorf("after the move: %+v and %+v", rows["Cor"].Glance, rows["Dan"].Glance)
		}
		change(func(tx *db.Tx) error { return j.Retract(t.Context(), tx, []id.ID{form}) })
		if rows["Dan"].WaitingAt != 0 || rows["Dan"].FirstAt != 0 {
			t.Errorf("after taking it back: %+v", rows["Dan"].Glance)
		}
		change(func(tx *db.Tx) error { return j.Restore(t.Context(), tx, []id.ID{form}) })
		change(func(tx *db.Tx) error {
			return j.Record(t.Context(), tx, []journey.Touch{{ContactID: rows["Dan"].ID, Kind: journey.Call, At: clock.Of(now)}})
		})
		if dan := rows["Dan"]; dan.WaitingAt != 0 || dan.LastKind != journey.Call || fmt.Sprint(dan.Marketing, dan.Sales) != "1 1" {
			t.Errorf("after the answer: %+v", dan.Glance)
		}
	})
}

func TestPagesNeitherRepeatNorSkipAnybodyWhilePeopleComeAndGo(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := clock.NewFake(now)
		j := journey.New(c)
		contacts := contact.New(j, c)
		s := segment.Scope{Workspace: ws, Zone: time.UTC, Now: now}
		add := func(from, to, by int) (made []id.ID) {
			var rows []contact.Row
			for i := from; i < to; i += by {
				rows = append(rows, contact.Row{
					Name: fmt.Sprintf("P%03d", i), Emails: email(fmt.Sprintf("p%d@x.example", i)), Owner: []string{"", "Mara", "Tom"}[i%3], CreatedAt: ago(i % 7),
					Company: []string{"", "Acme", "Zebra"}[i%3], Lifecycle: contact.Lifecycles()[i%4],
				})
			}
			err := d.Write(t.Context(), ws, func(tx *db.Tx) error {
				result, err := contacts.PutAll(t.Context(), tx, rows, contact.Options{})
				made = nil
				for _, p := range result.Puts {
					made = append(made, p.ID)
				}
				return err
			})
			if err == nil {
				err = glance.CatchUp(t.Context(), d, ws)
			}
			if err != nil {
				t.Fatal(err)
			}
			return made
		}
		page := func(q segment.Query) (p segment.Page) {
			err := d.Read(t.Context(), ws, func(tx *db.Tx) (err error) { p, err = segment.List(t.Context(), tx, s, q); return err })
			if err != nil {
				t.Fatal(err)
			}
			return p
		}
		stay := add(0, 60, 2)
		for i, by := range []segment.Sort{segment.ByName, segment.ByCompany, segment.ByOwner, segment.ByStage, segment.ByAdded, segment.ByLast} {
			seen := map[id.ID]int{}
			q := segment.Query{Sort: by, Limit: 7, Up: i%2 == 1}
			p := page(q)
			for n := 0; ; n++ {
				for _, r := range p.Rows {
					seen[r.ID]++
				}
				if n == 1 {
					add(100*i+201, 100*i+209, 2) // they may or may not be seen, wherever they stand
				}
				if p.Next == "" {
					break
				}
				back := p
				q.Cursor = p.Next
				p = page(q)
				q.Cursor = p.Prev
				again := page(q)
				if n > 3 && fmt.Sprint(ids(again)) != fmt.Sprint(ids(back)) {
					t.Errorf("%s: back from page %d is %v, was %v", by, n, ids(again), ids(back))
				}
				if n > 3 && again.First != back.First {
					t.Errorf("%s: back at %d, was at %d", by, again.First, back.First)
				}
			}
			for _, one := range stay {
				if seen[one] != 1 {
					t.Errorf("%s: %s was seen %d times", by, one, seen[one])
				}
			}
		}
	})
}

func ids(p segment.Page) (all []id.ID) {
	for _, r := range p.Rows {
		all = append(all, r.ID)
	}
	return all
}

func TestASegmentKeepsHowItIsShown(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := people(t, d)
		service := segment.New(clock.NewFake(now))
		err := d.Write(t.Context(), ws, func(tx *db.Tx) error {
			a, err := service.Save(t.Context(), tx, team.Console(), s, "A", segment.Rule{})
			if err != nil {
				return err
			}
			b, err := service.Save(t.Context(), tx, team.Console(), s, "B", segment.Rule{})
			if err != nil {
				return err
			}
			as := segment.Look{Columns: "company.email", Sort: segment.ByStage, Up: true}
			if err := service.Show(t.Context(), tx, team.Console(), b.ID, as); err != nil {
				return err
			}
			if err := service.Show(t.Context(), tx, team.Console(), b.ID, segment.Look{Sort: "password"}); !fault.Is(err, fault.Invalid) {
				t.Errorf("an unknown order: %v", err)
			}
			if err := service.MoveUp(t.Context(), tx, team.Console(), b.ID); err != nil {
				return err
			}
			all, err := service.All(t.Context(), tx)
			if len(all) != 2 || all[0].ID != b.ID || all[0].Look != as || all[1].ID != a.ID {
				t.Errorf("they are %+v", all)
			}
			if _, err := service.Change(t.Context(), tx, team.Console(), s, b.ID, b.UpdatedAt, "B2", segment.Rule{}); err != nil {
				t.Errorf("showing it otherwise is no change of whom it means: %v", err)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
