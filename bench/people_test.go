package bench

import (
	"net/url"
	"os"
	"testing"

	"tandem/internal/clock"
	"tandem/internal/people/segment"
	"tandem/internal/test/dbtest"
)

// BenchmarkPeople asks the site for the list of people in each of its orders, narrowed down, by segments and by words, and for the counts that stand beside it,
// at 100,000 people; on PostgreSQL too where there is a server (scripts/with-postgres). The bare statement beside each reads the page's rows alone.
func BenchmarkPeople(b *testing.B) {
	engines := []string{dbtest.SQLiteEngine}
	if os.Getenv("TANDEM_TEST_POSTGRES") != "" {
		engines = append(engines, dbtest.PostgresEngine)
	}
	for _, engine := range engines {
		b.Run(engine, func(b *testing.B) {
			reader := newReader(b, made(b, engine))
			defer reader.close(b)
			for _, page := range lists() {
				b.Run(page.name, func(b *testing.B) { reader.measures(b, page.path, page.bare) })
			}
		})
	}
}

type list struct{ name, path, bare string }

const (
	inOrder = `SELECT c.id, c.name FROM contact c WHERE c.workspace_id = $1 ORDER BY `
	page    = ` LIMIT 51`
)

// lists are the orders first, both ways.
func lists() []list {
	all := []list{
		{"last", "/people", listed}, {"last up", "/people?up=1", listed},
	}
	for _, order := range []struct{ sort, column string }{
		{"name", "c.name_key"}, {"added", "c.created_at"}, {"owner", "c.owner"}, {"stage", "c.lifecycle"}, {"company", "c.company_id"},
	} {
		all = append(all, list{order.sort, "/people?sort=" + order.sort, inOrder + order.column + page},
			list{order.sort + " up", "/people?up=1&sort=" + order.sort, inOrder + order.column + ` DESC` + page})
	}
	all = append(all, narrowed()...)
	for _, words := range []string{"z", "zo", "han", "hanne de", "lambrecht", "example", "xqz"} {
		bare := `SELECT c.id, c.name FROM contact c WHERE c.workspace_id = $1 AND c.name_key LIKE '%` + words + `%'` + page
		all = append(all, list{"words " + words, "/people?q=" + url.QueryEscape(words), bare}, list{"palette " + words, "/palette?q=" + url.QueryEscape(words), bare})
	}
	return append(all, list{"counts of views", "/people/counts", `SELECT COUNT(*) FROM contact WHERE workspace_id = $1`})
}

// narrowed are lists that a rule narrows down; the count beside the list is part of each.
func narrowed() []list {
	month := clock.Of(today.AddDate(0, 0, -30))
	did := `SELECT c.id, c.name FROM contact_deed d JOIN contact c ON c.workspace_id = d.workspace_id AND c.id = d.contact_id AND d.workspace_id = $1
		WHERE c.workspace_id = $1 AND d.kind = 'page_view' AND d.last_at >= ` + number(int64(month)) + page
	rules := []struct {
		name string
		rule segment.Rule
		bare string
	}{
		{"stage", rule("lifecycle", segment.AtLeast, "customer", 0), inOrder + `c.lifecycle` + page},
		{"tag", rule("tag", segment.Is, "rides Alder", 0), `SELECT contact_id FROM contact_tag WHERE workspace_id = $1` + page},
		{"town", rule("city", segment.Is, "Ghent", 0), inOrder + `c.city` + page},
		{"email", rule("email", segment.Contains, "77", 0), `SELECT contact_id FROM contact_email WHERE workspace_id = $1 AND email_key LIKE '%77%'` + page},
		{"allowed", rule("consent", segment.Is, "granted", 0), `SELECT contact_id FROM consent WHERE workspace_id = $1 AND state = 'granted'` + page},
		{"no deal", rule("deal", segment.Empty, "", 0), `SELECT contact_id FROM deal WHERE workspace_id = $1` + page},
		{"won for 2000", rule("won", segment.AtLeast, "2000", 0), `SELECT contact_id FROM deal WHERE workspace_id = $1 AND status = 'won'` + page},
		{"looked within 30 days", rule("touch", segment.Did, "page_view", 30), did},
		{"looked ever", rule("touch", segment.Did, "page_view", 0), did},
		{"did not look within 30 days", rule("touch", segment.DidNot, "page_view", 30), did},
		{"quiet for 90 days", rule("last", segment.NotLast, "90", 0), listed},
		{"looked, no call, may be written to", segment.Rule{All: []segment.Rule{
			rule("touch", segment.Did, "page_view", 90), rule("touch", segment.DidNot, "call", 90), rule("consent", segment.Is, "granted", 0),
		}}, did},
	}
	var all []list
	for _, r := range rules {
		all = append(all, list{"who " + r.name, "/people?rule=" + url.QueryEscape(r.rule.String()), r.bare})
	}
	return all
}

func rule(field string, op segment.Op, value string, days int) segment.Rule {
	return segment.Rule{If: &segment.Condition{Field: field, Op: op, Value: value, Days: days}}
}
