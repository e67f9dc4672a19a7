package db_test

import (
	"strings"
	"testing"

	"tandem/internal/db"
	"tandem/internal/test/dbtest"
)

func TestQueriesThatNameTheirWorkspacePass(t *testing.T) {
	for _, query := range []string{
		"SELECT 1",
		"SELECT id FROM touch WHERE workspace_id = $1",
		"SELECT id FROM touch WHERE $1 = workspace_id AND at > 5 ORDER BY at LIMIT 10",
		"select ID from TOUCH where WORKSPACE_ID=$1",
		`SELECT id FROM "touch" WHERE workspace_id = $1`,
		"SELECT id FROM public.touch WHERE workspace_id = 7",
		"SELECT t.id FROM touch t WHERE t.workspace_id = $1 -- and so on\n AND at > 1",
		"SELECT t.id FROM touch AS t JOIN contact AS c ON c.workspace_id = t.workspace_id AND c.id = t.contact_id WHERE t.workspace_id = $1",
		"SELECT t.id FROM touch AS t JOIN contact AS c ON c.id = t.contact_id WHERE t.workspace_id = $1 AND c.workspace_id = $1",
		"SELECT t.id FROM touch AS t, contact AS c WHERE t.workspace_id = $1 AND c.workspace_id = $1",
		"SELECT t.id FROM touch AS t JOIN contact AS c USING (workspace_id) WHERE workspace_id = $1",
		"SELECT t.id FROM touch AS t LEFT JOIN contact AS c ON c.workspace_id = t.workspace_id AND c.id = t.contact_id WHERE t.workspace_id = $1",
		"SELECT t.id FROM (touch AS t JOIN contact AS c ON (c.workspace_id, c.id) = (t.workspace_id, t.contact_id)) WHERE t.workspace_id = $1",
		"SELECT id FROM touch WHERE (workspace_id, id) IN (SELECT workspace_id, id FROM touch WHERE workspace_id = $1)",
		"SELECT id FROM touch WHERE workspace_id = $1 AND (at > 1 OR at < 2)",
		"SELECT id FROM touch WHERE (workspace_id = $1 AND at > 1) OR (at < 2 AND workspace_id = $1)",
		"SELECT id FROM touch WHERE workspace_id = $1 AND at BETWEEN 1 AND 2",
		"SELECT id FROM touch WHERE workspace_id IN (SELECT id FROM workspace WHERE slug = 'x')",
		"SELECT id FROM touch WHERE workspace_id = $1 AND value IS DISTINCT FROM $2",
		"SELECT (SELECT max(at) FROM touch AS t WHERE t.workspace_id = c.workspace_id AND t.contact_id = c.id) FROM contact AS c WHERE c.workspace_id = $1",
		"SELECT id FROM contact AS c WHERE workspace_id = $1 AND NOT EXISTS (SELECT 1 FROM touch AS t WHERE t.workspace_id = c.workspace_id AND t.contact_id = c.id)",
		"SELECT id FROM touch WHERE workspace_id = $1 UNION ALL SELECT id FROM contact WHERE workspace_id = $1",
		"WITH x AS (SELECT id FROM touch WHERE workspace_id = $1) SELECT c.id FROM contact AS c JOIN x ON x.id = c.id WHERE workspace_id = $1",
		"WITH RECURSIVE r (id) AS (SELECT id FROM entry WHERE workspace_id = $1 UNION ALL SELECT e.id FROM entry AS e JOIN r ON e.reverses = r.id WHERE e.workspace_id = $1) SELECT id FROM r",
		"WITH touch AS (SELECT 1 AS id) SELECT id FROM touch",
		"SELECT f.id FROM field AS f JOIN (SELECT field_id, count(*) AS n FROM field_value WHERE workspace_id = $1 GROUP BY field_id) AS v ON v.field_id = f.id WHERE f.workspace_id = $1",
		"SELECT id FROM touch WHERE workspace_id = $1 FOR UPDATE SKIP LOCKED",
		"INSERT INTO touch (workspace_id, id) VALUES ($1, $2)",
		"INSERT INTO touch (id, workspace_id) VALUES ($1, $2) ON CONFLICT (workspace_id, id) DO UPDATE SET at = excluded.at WHERE touch.at < 5 RETURNING id",
		"INSERT INTO touch AS t (workspace_id, id) SELECT workspace_id, id FROM contact WHERE workspace_id = $1 ON CONFLICT DO NOTHING",
		"INSERT INTO store_note (name, value, written_at) VALUES ('a', 'workspace_id', 1)",
		"UPDATE touch SET at = 5 WHERE workspace_id = $1 AND id = $2 RETURNING at",
		"UPDATE touch SET contact_id = c.id FROM contact AS c WHERE touch.workspace_id = $1 AND c.workspace_id = touch.workspace_id AND c.id = $2",
		"UPDATE touch AS t SET at = (SELECT max(at) FROM touch AS o WHERE o.workspace_id = t.workspace_id) WHERE t.workspace_id = $1",
		"UPDATE ready SET workspace_id = 5",
		"DELETE FROM touch WHERE workspace_id = $1",
		"DELETE FROM touch USING contact AS c WHERE touch.workspace_id = $1 AND c.workspace_id = $1 AND c.id = touch.contact_id",
		"WITH gone AS (DELETE FROM touch WHERE workspace_id = $1 RETURNING id) SELECT count(*) FROM gone",
		"SELECT r.kind FROM ready AS r JOIN touch AS t ON t.workspace_id = r.workspace_id",
		"SELECT 'FROM touch' FROM workspace",
		"SELECT id FROM touch /* FROM contact */ WHERE workspace_id = $1; DELETE FROM ready",
		"CREATE TABLE other (id BIGINT)",
	} {
		if err := db.CheckWorkspace(query); err != nil {
			t.Error(err)
		}
	}
}

func TestQueriesThatForgetAWorkspaceFail(t *testing.T) {
	for query, table := range map[string]string{
		"SELECT id FROM touch":                                                                                                "touch",
		"SELECT workspace_id FROM touch ORDER BY workspace_id":                                                                "touch",
		"SELECT id FROM touch WHERE id = $1":                                                                                  "touch",
		"SELECT id FROM touch WHERE workspace_id = $1 OR id = $2":                                                             "touch",
		"SELECT id FROM touch WHERE workspace_id <> $1":                                                                       "touch",
		"SELECT id FROM touch WHERE workspace_id > $1":                                                                        "touch",
		"SELECT id FROM touch WHERE NOT (workspace_id = $1)":                                                                  "touch",
		"SELECT id FROM touch WHERE workspace_id NOT IN ($1)":                                                                 "touch",
		"SELECT id FROM touch WHERE workspace_id = workspace_id":                                                              "touch",
		"SELECT id FROM touch WHERE note = 'workspace_id = $1'":                                                               "touch",
		"SELECT id FROM touch /* WHERE workspace_id = $1 */":                                                                  "touch",
		"SELECT id FROM touch -- WHERE workspace_id = $1":                                                                     "touch",
		"SELECT id FROM touch t, contact c WHERE t.workspace_id = $1 AND c.id = t.contact_id":                                 "contact",
		"SELECT t.id FROM touch AS t JOIN contact AS c ON c.id = t.contact_id WHERE t.workspace_id = $1":                      "contact",
		"SELECT t.id FROM touch AS t JOIN contact AS c ON c.id = t.contact_id WHERE workspace_id = $1":                        "touch",
		"SELECT t.id FROM touch AS t JOIN contact AS c ON c.workspace_id = t.workspace_id":                                    "touch",
		"SELECT t.id FROM touch AS t LEFT JOIN contact AS c ON t.workspace_id = $1 AND c.workspace_id = $1":                   "touch",
		"SELECT t.id FROM touch AS t JOIN contact AS c USING (id) WHERE t.workspace_id = $1":                                  "contact",
		"SELECT a.id FROM touch AS a JOIN touch AS b ON a.id = b.id WHERE a.workspace_id = $1":                                "touch",
		"SELECT id FROM (SELECT id FROM touch) AS x":                                                                          "touch",
		"SELECT id FROM contact WHERE workspace_id = $1 AND id IN (SELECT contact_id FROM touch)":                             "touch",
		"SELECT (SELECT max(at) FROM touch AS t WHERE t.contact_id = c.id) FROM contact AS c WHERE c.workspace_id = $1":       "touch",
		"SELECT id FROM contact WHERE workspace_id = $1 AND EXISTS (SELECT 1 FROM touch WHERE touch.contact_id = contact.id)": "touch",
		"SELECT id FROM touch WHERE workspace_id = $1 UNION SELECT id FROM contact":                                           "contact",
		"WITH x AS (SELECT id FROM touch) SELECT id FROM x":                                                                   "touch",
		"WITH x AS (SELECT 1) SELECT id FROM touch, x":                                                                        "touch",
		"WITH gone AS (DELETE FROM touch RETURNING id) SELECT id FROM gone":                                                   "touch",
		"SELECT id FROM workspace; SELECT id FROM touch":                                                                      "touch",
		"SELECT CASE WHEN EXISTS (SELECT 1 FROM touch) THEN 1 ELSE 0 END":                                                     "touch",
		"SELECT id FROM contact WHERE workspace_id = $1 AND abs((SELECT max(at) FROM touch)) > 1":                             "touch",
		"SELECT r.kind FROM ready AS r JOIN touch AS t ON t.contact_id = r.token WHERE r.workspace_id = $1":                   "touch",
		"INSERT INTO touch (id) VALUES ($1)":                                                                                  "touch",
		"INSERT INTO touch VALUES ($1, $2)":                                                                                   "touch",
		"INSERT INTO touch (workspace_id, id) SELECT workspace_id, id FROM contact":                                           "contact",
		"INSERT INTO touch (workspace_id, id) VALUES ($1, (SELECT max(id) FROM contact))":                                     "contact",
		"UPDATE touch SET at = 1":                                                                                             "touch",
		"UPDATE touch SET at = 1 WHERE id = $1":                                                                               "touch",
		"UPDATE touch SET workspace_id = $1 WHERE workspace_id = $2":                                                          "moves",
		"UPDATE touch SET at = 1 FROM contact AS c WHERE touch.workspace_id = $1 AND c.id = $2":                               "contact",
		"UPDATE touch SET at = (SELECT max(at) FROM cost) WHERE workspace_id = $1":                                            "cost",
		"DELETE FROM touch WHERE id IN (SELECT id FROM contact WHERE workspace_id = $1)":                                      "touch",
		"DELETE FROM touch": "touch",
	} {
		if err := db.CheckWorkspace(query); err == nil || !strings.Contains(err.Error(), table+" ") {
			t.Errorf("%s: %v; want a complaint about %s", query, err, table)
		}
	}
}

func TestAStrictStoreRunsNoQueryWithoutItsWorkspace(t *testing.T) {
	const everything = "SELECT count(*) FROM touch"
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		count := func(tx *db.Tx) error {
			_, err := db.One[int64](t.Context(), tx, everything)
			return err
		}
		if err := d.Read(t.Context(), ws, count); err == nil {
			t.Error("the query ran")
		}
		if err := d.Read(db.AcrossWorkspaces(t.Context()), 0, count); err != nil {
			t.Errorf("across workspaces: %v", err)
		}
	})
}

func FuzzCheckNeverPanics(f *testing.F) {
	f.Add("SELECT ((a.workspace_id = 1) FROM touch a LEFT JOIN (contact) ON USING WITH x AS (")
	f.Add("INSERT INTO touch ( UPDATE touch SET , workspace_id DELETE USING")
	f.Add("SELECT 'it''s' FROM \"x\" WHERE $ ? ; -- end")
	f.Fuzz(func(_ *testing.T, query string) { _ = db.CheckWorkspace(query) })
}
